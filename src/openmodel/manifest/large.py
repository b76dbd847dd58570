# SPDX-License-Identifier: Apache-2.0
"""Documents so large that finding all that is wrong with them would take too much memory.

Each problem that the types find takes some 500 bytes, and `{}` in a list can cause nine. So a large document is first
held to the same types with every list ending at its first wrong item.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import SchemaValidator

__all__ = ["is_large", "stops_early"]

_OBJECTS = 30_000
_MEMBERS = 200_000


def is_large(text: str) -> bool:
    """Whether a JSON text has so many objects, or members and items, that all its problems may be too many."""
    return text.count("{") > _OBJECTS or text.count(",") > _MEMBERS


@cache
def stops_early(model: type[BaseModel]) -> SchemaValidator:
    """What validates as `model` does, without making one, and complains of one item of each list at most."""
    model.model_rebuild()
    schema: Any = _stopping(model.__pydantic_core_schema__)
    inner = schema["schema"]
    while inner["type"] == "model":  # The class has a validator already, which would be taken in place of this one.
        inner = inner["schema"]
    return SchemaValidator(schema | {"schema": inner})


def _stopping(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_stopping(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    stops = {"fail_fast": True} if schema.get("type") in {"list", "tuple"} and "items_schema" in schema else {}
    return {key: _stopping(value) for key, value in schema.items()} | stops
