# SPDX-License-Identifier: Apache-2.0
"""Documents so large that finding all that is wrong with them would take too much memory.

Each problem that the types find takes nearly 1,000 bytes, and a few characters can cause several. So a large document
is first held to the same types with every list ending at its first wrong item, and with an end after so many wrong
members of mappings.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticKnownError, SchemaValidator, core_schema

from openmodel.manifest.text import MAX_PROBLEMS

__all__ = ["TooManyError", "is_large", "require_few"]

_OBJECTS = 25_000
_MEMBERS = 50_000
_OF_AN_OBJECT = 5  # Members and items for each object; the record of a file has about so many.


class TooManyError(Exception):
    """There are more wrong members than are told."""


def is_large(text: str, records: int) -> bool:
    """Whether a JSON text has so many objects, or members and items, that all its problems may be too many.

    Args:
        text: of the document.
        records: how many objects are records of files, whose list ends at the first wrong one anyway.
    """
    objects = text.count("{")
    return objects - records > _OBJECTS or text.count(",") > _MEMBERS + _OF_AN_OBJECT * objects


def require_few(model: type[BaseModel], text: str) -> None:
    """Validates as `model` does, without making one.

    Raises:
        ValidationError: it is not valid. Of each list, one item at most is complained of.
        TooManyError: more than 1,000 members of mappings are wrong.
    """
    _validator(model).validate_json(text, context=[])


@cache
def _validator(model: type[BaseModel]) -> SchemaValidator:
    model.model_rebuild()
    schema: Any = _stopping(model.__pydantic_core_schema__)
    inner, config = schema["schema"], None
    while inner["type"] == "model":  # The class has a validator already, which would be taken in place of this one.
        inner, config = inner["schema"], inner["config"]
    return SchemaValidator(schema | {"schema": inner}, config)


def _stopping(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_stopping(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _stopping(value) for key, value in schema.items()}
    match schema.get("type"):
        case "list" | "tuple" if "items_schema" in schema:
            return found | {"fail_fast": True}
        case "dict" if "keys_schema" in schema:
            return found | {name: _counted(found[name]) for name in ("keys_schema", "values_schema")}
        case "model-fields":
            unknown = core_schema.with_info_plain_validator_function(_unknown)
            return found | {"extra_behavior": "allow", "extras_schema": unknown}
    return found


def _counted(schema: Any) -> Any:
    return core_schema.with_info_wrap_validator_function(_one, schema)


def _one(value: Any, validate: Any, info: Any) -> Any:
    try:
        return validate(value)
    except ValidationError:
        _count(info.context)
        raise


def _unknown(_: Any, info: Any) -> Any:
    _count(info.context)
    raise PydanticKnownError("extra_forbidden")


def _count(problems: list[None]) -> None:
    problems.append(None)
    if len(problems) > MAX_PROBLEMS:
        raise TooManyError
