# SPDX-License-Identifier: Apache-2.0
"""The two schemas, ready to validate."""

from __future__ import annotations

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator

from openmodel.manifest.schema import schema


@pytest.fixture(scope="session")
def validators() -> tuple[Validator, Validator]:
    """Validators of 2020-12 and of draft-07."""
    return Draft202012Validator(schema()), Draft7Validator(schema("draft-07"))
