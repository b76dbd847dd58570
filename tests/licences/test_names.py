# SPDX-License-Identifier: Apache-2.0
"""Names of licences beside expressions."""

from __future__ import annotations

import pytest

from openmodel.licences import agrees


@pytest.mark.parametrize(
    ("expression", "name", "expected"),
    [
        ("MIT", "mit", True),
        ("MIT", "The MIT License", True),
        ("Apache-2.0", "Apache License, Version 2.0", True),
        ("Apache-2.0", "apache", True),
        ("GPL-3.0-only", "gpl-3.0", True),
        ("LicenseRef-llama3.1", "Llama 3.1 Community License", True),
        ("MIT OR Apache-2.0", "apache-2.0", True),
        ("MIT", "unknown", True),
        ("CC-BY-NC-4.0", "Creative Commons Attribution-NonCommercial 4.0 International", True),
        ("CC-BY-4.0", "CC BY 4.0", True),
        ("CC-BY-4.0", "cc-by-nc-4.0", False),
        ("CC-BY-4.0", "Creative Commons Attribution NonCommercial 4.0", False),
        ("MIT", "llama2", False),
        ("MIT", "license", True),
        ("MIT", "_", True),
        ("Apache-2.0", "community-license", False),
        ("Apache-2.0", "Standard License Agreement", False),
        ("GPL-3.0-only", "public license", False),
        ("Apache-2.0", "software", False),
        ("MIT", "Limited", False),
        ("MIT", "other", False),
        ("MIT AND Apache-2.0", "mit-2.0", False),
    ],
)
def test_what_agrees(expression: str, name: str, expected: bool) -> None:
    assert agrees(expression, name) is expected
