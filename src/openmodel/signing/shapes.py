# SPDX-License-Identifier: Apache-2.0
"""Holds JSON to the schemas in `schemas/`. They are closed: what they do not name is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import JsonValue

from openmodel.errors import DocumentError, Problem
from openmodel.inventory.naming import shown
from openmodel.manifest.json_text import read_json
from openmodel.manifest.pointers import join
from openmodel.signing.dsse import IN_TOTO

if TYPE_CHECKING:
    from jsonschema import ValidationError

__all__ = ["shaped", "shaped_statement"]


def shaped(
    data: JsonValue,
    schema: Literal["bundle", "statement", "verdict", "oms-bundle", "rotation", "state"],
    file: str,
) -> dict[str, Any]:
    """The data again, once it is known to have a given shape.

    Args:
        data: what `read_json` gave.
        schema: which shape.
        file: what to call it in messages.

    Raises:
        DocumentError: it is not of that shape.
    """
    defect = _defects(schema)(data)
    if defect:
        pointer, got, expected = defect
        fix = "Get the file again from where it was published, or sign again."
        raise DocumentError(Problem(file, got, expected, fix, shown(pointer, 200)))
    return cast(dict[str, Any], data)


def shaped_statement(
    payload_type: str, payload: bytes, predicate_type: str, schema: Literal["statement", "verdict"], file: str
) -> dict[str, Any] | None:
    """The in-toto statement in a payload whose signature holds.

    Returns:
        None when it is plainly of another kind.

    Raises:
        DocumentError: it is no strict JSON, or not of that shape.
    """
    if payload_type != IN_TOTO:
        return None
    data = read_json(payload, file).data
    kind = data.get("predicateType") if isinstance(data, dict) else None
    return None if isinstance(kind, str) and kind != predicate_type else shaped(data, schema, file)


@cache
def _defects(schema: str) -> Callable[[Any], tuple[str, str, str] | None]:
    # Here because it takes a quarter of a second, and whoever signs for the first time needs none of it.
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.validators import extend  # noqa: PLC0415

    # JSON Schema calls 1.0 an integer. Bytes that are signed are to mean one thing to everybody.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    document = json.loads(files("openmodel.signing").joinpath("schemas", f"{schema}.json").read_bytes())
    validator = extend(Draft202012Validator, type_checker=types)(document)  # type: ignore[no-untyped-call]

    def first(data: Any) -> tuple[str, str, str] | None:
        for error in validator.iter_errors(data):
            return (join("", *error.absolute_path), *_words(error))
        return None

    return first


def _words(error: ValidationError) -> tuple[str, str]:
    """What was found and what is expected. The library's own words quote the whole value, which may be large."""
    value: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        known = sorted(schema["properties"])
        unknown = next(name for name in value if name not in known)
        return f"the unknown member {_shown(unknown)}", f"only {', '.join(known)}" if known else "none"
    if error.validator == "required":
        return f"no member {next(name for name in rule if name not in value)!r}", f"{', '.join(rule)}"
    if error.validator == "type":
        return _shown(value), " or ".join(_NAMES[name] for name in ([rule] if isinstance(rule, str) else rule))
    if error.validator in {"minItems", "maxItems"}:
        return f"a list of {len(value):,}", f"{_BOUNDS[error.validator]} {rule:,}"
    if error.validator in {"minLength", "maxLength"}:
        return f"text of {len(value):,} characters", f"{_BOUNDS[error.validator]} {rule:,}"
    if error.validator == "oneOf":
        return "none or several of the members of which there has to be one", "one of them"
    expected = {
        "const": f"{rule!r}",
        "enum": f"one of {rule}",
        "minimum": f"at least {rule}",
        "maximum": f"at most {rule}",
        "pattern": schema.get("description", f"text of the form {rule}"),
    }
    return _shown(value), expected.get(str(error.validator), f"what fits the rule `{error.validator}`")


def _shown(value: Any) -> str:
    """A value as JSON, safe to print; of a list or an object only that it is one."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return shown(json.dumps(value, ensure_ascii=False), 100)


_NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "an integer",
    "boolean": "true or false",
    "null": "null",
}
_BOUNDS = {"minItems": "at least", "maxItems": "at most", "minLength": "at least", "maxLength": "at most"}
