# SPDX-License-Identifier: Apache-2.0
"""Holds JSON to the schemas in `schemas/`. They are closed: what they do not name is refused.

The schemas are what is documented, and what is read here: a few keywords of JSON Schema 2020-12, of which
`docs/decisions/0026-what-a-command-costs.md` says why they are not left to a library.
"""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal, cast

from pydantic import JsonValue

from openmodel.errors import DocumentError, Problem
from openmodel.inventory.naming import shown
from openmodel.manifest.json_text import read_json
from openmodel.manifest.pointers import join
from openmodel.signing.dsse import IN_TOTO

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
    document = _document(schema)
    defect = _defect(data, document, document["$defs"], "")
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
def _document(schema: str) -> dict[str, Any]:
    # `importlib.resources` does the same and takes longer to import than all of this to run.
    content = pkgutil.get_data("openmodel.signing", f"schemas/{schema}.json")
    return cast(dict[str, Any], json.loads(content or b""))


def _defect(value: Any, schema: dict[str, Any], named: dict[str, Any], pointer: str) -> tuple[str, str, str] | None:
    """The first thing that is wrong: where, what was found, what is expected.

    The keywords are taken in the order of the schema, as they are written: a type first, then what only makes sense of
    that type. Each says nothing of values of other types (JSON Schema 2020-12, validation, section 6).

    Args:
        value: what stands there.
        schema: what it should be.
        named: the schemas that `$ref` names.
        pointer: to the value.
    """
    for keyword, rule in schema.items():
        if not _RULES[keyword](value, rule, schema):
            return (pointer, *_words(keyword, value, rule, schema))
        for tokens, part, below in _below(keyword, value, rule, schema, named):
            if found := _defect(part, below, named, join(pointer, *tokens)):
                return found
    return None


def _below(
    keyword: str, value: Any, rule: Any, schema: dict[str, Any], named: dict[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], Any, dict[str, Any]]]:
    """What a keyword applies schemas to: the way there, the value, the schema."""
    if keyword == "$ref":
        yield (), value, named[rule.removeprefix("#/$defs/")]
    elif keyword == "properties" and isinstance(value, dict):
        yield from (((name,), value[name], below) for name, below in rule.items() if name in value)
    elif keyword == "additionalProperties" and rule and isinstance(value, dict):
        yield from (((name,), value[name], rule) for name in _unknown(value, schema))
    elif keyword == "prefixItems" and isinstance(value, list):
        yield from (((index,), part, below) for index, (part, below) in enumerate(zip(value, rule, strict=False)))
    elif keyword == "items" and isinstance(value, list):
        yield from (((index,), part, rule) for index, part in enumerate(value))


def _unknown(value: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    known = schema.get("properties", {})
    return [name for name in value if name not in known]


def _words(keyword: str, value: Any, rule: Any, schema: dict[str, Any]) -> tuple[str, str]:
    """What was found and what is expected, without quoting a whole value, which may be large."""
    if keyword == "additionalProperties":
        known = sorted(schema["properties"])
        return (
            f"the unknown member {_shown(_unknown(value, schema)[0])}",
            f"only {', '.join(known)}" if known else "none",
        )
    if keyword == "required":
        return f"no member {next(name for name in rule if name not in value)!r}", f"{', '.join(rule)}"
    if keyword == "type":
        return _shown(value), " or ".join(_TYPES[name][0] for name in _names(rule))
    if keyword in {"minItems", "maxItems"}:
        return f"a list of {len(value):,}", f"{_BOUNDS[keyword]} {rule:,}"
    if keyword in {"minLength", "maxLength"}:
        return f"text of {len(value):,} characters", f"{_BOUNDS[keyword]} {rule:,}"
    if keyword == "oneOf":
        return "none or several of the members of which there has to be one", "one of them"
    expected = {
        "const": f"{rule!r}",
        "enum": f"one of {rule}",
        "minimum": f"at least {rule}",
        "maximum": f"at most {rule}",
        "pattern": schema.get("description", f"text of the form {rule}"),
    }
    return _shown(value), expected[keyword]


def _shown(value: Any) -> str:
    """A value as JSON, safe to print; of a list or an object only that it is one."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return shown(json.dumps(value, ensure_ascii=False), 100)


def _names(rule: str | list[str]) -> list[str]:
    return [rule] if isinstance(rule, str) else rule


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has(value: Any, alternative: dict[str, Any]) -> bool:
    """Whether an alternative of `oneOf` holds; all that one says here is which member there has to be."""
    (keyword,) = alternative
    return _RULES[keyword](value, alternative[keyword], alternative)


# JSON Schema calls 1.0 an integer. Bytes that are signed are to mean one thing to everybody.
_TYPES: dict[str, tuple[str, type]] = {
    "object": ("an object", dict),
    "array": ("a list", list),
    "string": ("text", str),
    "integer": ("an integer", int),
    "boolean": ("true or false", bool),
    "null": ("null", type(None)),
}
_BOUNDS = {"minItems": "at least", "maxItems": "at most", "minLength": "at least", "maxLength": "at most"}

_Rule = Callable[[Any, Any, dict[str, Any]], bool]
_RULES: dict[str, _Rule] = {
    "type": lambda value, rule, _: any(type(value) is _TYPES[name][1] for name in _names(rule)),
    "const": lambda value, rule, _: type(value) is type(rule) and value == rule,
    "enum": lambda value, rule, _: isinstance(value, str) and value in rule,
    "required": lambda value, rule, _: not isinstance(value, dict) or all(name in value for name in rule),
    "additionalProperties": lambda value, rule, schema: (
        rule is not False or not isinstance(value, dict) or not _unknown(value, schema)
    ),
    "oneOf": lambda value, rule, _: sum(_has(value, alternative) for alternative in rule) == 1,
    "minItems": lambda value, rule, _: not isinstance(value, list) or len(value) >= rule,
    "maxItems": lambda value, rule, _: not isinstance(value, list) or len(value) <= rule,
    "minLength": lambda value, rule, _: not isinstance(value, str) or len(value) >= rule,
    "maxLength": lambda value, rule, _: not isinstance(value, str) or len(value) <= rule,
    "pattern": lambda value, rule, _: not isinstance(value, str) or re.search(rule, value) is not None,
    "minimum": lambda value, rule, _: not _is_number(value) or value >= rule,
    "maximum": lambda value, rule, _: not _is_number(value) or value <= rule,
}
"""What each keyword says of the value itself. One that is not here raises, so that no schema is read in part."""
_RULES |= dict.fromkeys(
    ("$schema", "title", "description", "$defs", "$ref", "properties", "prefixItems", "items"),
    lambda *_: True,
)
