# SPDX-License-Identifier: Apache-2.0
"""Names of licences beside expressions."""

from __future__ import annotations

import pytest

from openmodel.licences import agrees, contradicts


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


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        *(
            ("Apache-2.0", name)
            for name in (
                "https://www.apache.org/licenses/LICENSE-2.0",
                "http://www.apache.org/licenses/LICENSE-2.0.txt",
                "https://opensource.org/license/apache-2-0",
                "https://spdx.org/licenses/Apache-2.0.html",
                "Apache License 2.0 (see LICENSE)",
                "ASL 2.0",
                "see LICENSE",
                "See the LICENSE file.",
                "other",
                "null",
                "None",
                "TODO",
                "",
                "NOASSERTION",
                "See LICENSE file for details",
                "LICENSE.txt",
                "see the model card for more information",
                "SPDX-License-Identifier: Apache-2.0",
                "License: Apache 2.0",
                "Released under the Apache License, Version 2.0",
                "The weights are licensed under Apache-2.0.",
                "Apache-2.0 OR MIT",
                "MIT or Apache 2.0",
                "custom",
                "open source",
                "(c) 2025 Harrow Research Lab",
                "Copyright (c) 2023-2025, Example University",
            )
        ),
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/legalcode.en"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("MPL-2.0", "https://www.mozilla.org/en-US/MPL/2.0/"),
        ("MIT OR Apache-2.0", "mit-or-apache-2.0"),
        ("LicenseRef-House", "house"),
        ("MPL-2.0", "Mozilla Public License 2.0"),
        ("GPL-3.0-or-later", "https://www.gnu.org/licenses/gpl-3.0.en.html"),
        ("GPL-3.0-only", "GNU General Public License v3"),
        ("GPL-3.0-or-later", "GPL 3 or later"),
        ("CC0-1.0", "public domain"),
        ("CC0-1.0", "Public Domain (CC0)"),
        ("MIT", "X11"),
        ("MIT", "MIT (Expat)"),
    ],
)
def test_a_name_of_the_same_licence_or_of_none_contradicts_nothing(expression: str, name: str) -> None:
    assert not contradicts(expression, name)


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("Apache-2.0", "cc-by-nc-4.0"),
        ("Apache-2.0", "MIT (see LICENSE)"),
        ("Apache-2.0", "proprietary"),
        ("MIT OR Apache-2.0", "mit-and-cc-by-nc-4.0"),
        ("Apache-2.0", "none, all rights reserved"),
        ("Apache-2.0", "other: see the research license"),
        ("Apache-2.0", "Apache-2.0, but see other terms"),
        ("Apache-2.0", "Apache 2.0 with Commons Clause"),
        ("Apache-2.0", "See the Llama license"),
        ("Apache-2.0", "SPDX-License-Identifier: CC-BY-NC-4.0"),
        ("Apache-2.0", "Released under the Llama 2 Community License"),
        ("Apache-2.0", "CC-BY-NC-4.0 OR LicenseRef-Commercial"),
        ("Apache-2.0", "Apache-2.0 (non-commercial use)"),
        ("Apache-2.0", "Copyright 2025 Lab. All rights reserved."),
        ("Apache-2.0", "(c) 2025 Lab, for research use"),
        ("Apache-2.0", "(c) 2025 CC-BY-NC 4.0"),
        ("Apache-2.0", "custom research license"),
        ("Apache-2.0", "public domain"),
        ("Apache-2.0", "X11"),
        ("Apache-2.0", "https://www.apache.org/licenses/LICENSE-1.1"),
        ("Apache-2.0", "https://example.org/licenses/LICENSE-2.0"),
        ("Apache-2.0", "https://huggingface.co/meta-llama/Llama-2-7b/blob/main/LICENSE.txt"),
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
        ("CC0-1.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("GPL-3.0-only", "https://www.gnu.org/licenses/agpl-3.0.html"),
    ],
)
def test_a_name_of_another_licence_contradicts(expression: str, name: str) -> None:
    assert contradicts(expression, name)
