# SPDX-License-Identifier: Apache-2.0
"""What the types say about a document, in words: found, expected, how to fix it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from openmodel.manifest.pointers import Missing, join, resolve
from openmodel.manifest.text import MAX_PROBLEMS, Complaint, shown
from openmodel.manifest.values import MAX_INTEGER, PATTERNS

_EXPECTED = {
    "string_type": "text",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "path_form": "a path in Unicode normal form NFC",
    "too_short": "a list of two values",
    "too_long": "a list of two values",
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": f"an integer up to {MAX_INTEGER}; write a larger one as a string",
    "missing": "the field {field}",
    "extra_forbidden": "a field of this format",
}

_ELSEWHERE = {
    "license": "terms",
    "licence": "terms",
    "datasets": "sources",
    "base_model": "parents",
    "commit": "pin",
}
"""What other formats call it, and what this one does."""

_OPTION = re.compile(r"'([^']*)'")
_FEW = 10
"""A longer list of values is told in the order of the alphabet."""
_NAME_LENGTHS = range(4, 61)
"""Letters of a value that is looked up among the names."""
_WRONG_FILE = "Is this the right file? A manifest is an openmodel.json, a declaration an openmodel.yaml."


def complaints(data: JsonValue, error: ValidationError, model: type[BaseModel]) -> Iterator[Complaint]:
    """One complaint for each place, in the order of the document's checks.

    The alternatives of a union each complain; here they are one complaint with all that was expected.
    """
    if not isinstance(data, dict):
        yield "", shown(data), "a mapping", _WRONG_FILE
        return
    if error.error_count() > MAX_PROBLEMS:  # Each costs much more memory than the few bytes that caused it.
        yield too_many_wrong(f"{error.error_count():,}")
        return
    expected: dict[str, list[str]] = {}
    first: dict[str, tuple[ErrorDetails, JsonValue]] = {}
    for details in error.errors(include_url=False):
        pointer, value = _place(data, details)
        first.setdefault(pointer, (details, value))
        words = _expectation(details, pointer)
        if words not in expected.setdefault(pointer, []):
            expected[pointer].append(words)
    for pointer, (details, value) in first.items():
        found, fix = _found(details, pointer, value), _fix(details, pointer, model)
        yield pointer, found, " or ".join(expected[pointer]), fix


def too_many_wrong(count: str) -> Complaint:
    """What to say in place of so many complaints."""
    return "", f"{count} problems", "a manifest", "Check that this is the right file."


def _place(data: JsonValue, error: ErrorDetails) -> tuple[str, JsonValue]:
    """The pointer and value an error is about; its path also has the names of union members, which are dropped."""
    pointer = ""
    for token in error["loc"]:
        if error["type"] != "missing" and data == error["input"]:
            break
        try:
            data = resolve(data, join("", token))
        except Missing:
            if not (error["type"] == "missing" and isinstance(data, dict) and token == error["loc"][-1]):
                continue
        pointer = join(pointer, token)
    return pointer, data


def _expectation(error: ErrorDetails, pointer: str) -> str:
    kind, context = error["type"], dict(error.get("ctx", {}))
    if kind == "literal_error":
        options = _options(error)
        return _either(options if len(options) <= _FEW else sorted(options))
    if kind == "string_pattern_mismatch":
        return PATTERNS[context["pattern"]]
    if kind == "missing" and isinstance(error["loc"][-1], int):
        kind = "too_short"
    context["field"] = _last(pointer)
    return _EXPECTED[kind].format(**context) if kind in _EXPECTED else error["msg"]


def _options(error: ErrorDetails) -> list[str]:
    """The values that a literal may have, as they are written."""
    return _OPTION.findall(str(error.get("ctx", {})["expected"]))


def _either(options: list[str]) -> str:
    listed = [f"'{option}'" for option in options]
    return " or ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))


def _last(pointer: str) -> str:
    return f"`{pointer.rpartition('/')[2]}`"


def _found(error: ErrorDetails, pointer: str, value: JsonValue) -> str:
    if error["type"] == "missing" and isinstance(error["loc"][-1], str):
        return f"no {_last(pointer)}"
    if error["type"] == "extra_forbidden":
        return f"the unknown field {_last(pointer)}"
    if error["loc"][-1:] == ("[key]",):
        return f"the key {_last(pointer)}"
    return shown(value)


def _fix(error: ErrorDetails, pointer: str, model: type[BaseModel]) -> str:
    if error["type"] == "missing" and isinstance(error["loc"][-1], str):
        return f"Add {_last(pointer)}."
    if error["type"] == "extra_forbidden":
        name = pointer.rpartition("/")[2]
        near = [_ELSEWHERE[name]] if name in _ELSEWHERE else []
        near += difflib.get_close_matches(name, sorted(_field_names(model) - {name}), n=1, cutoff=0.75)
        if near:
            return f"Did you mean `{near[0]}`? Otherwise delete it or put it under `extensions`."
        if error["input"] is None:  # As in {reason: it reads images, not text}.
            return "Put text that has a comma in quotes: inside `{ }` a comma begins a new field. Otherwise delete it."
        return "Delete it, or put it under `extensions` with a reverse domain name."
    if error["type"] == "literal_error" and (near := _nearest(error["input"], _options(error))):
        return f"Did you mean {_either(near)}?"
    if error["input"] is None:
        return "Write the value, or `{undisclosed: unknown, reason: ...}`, or delete the line."
    if error["type"] == "string_type" and isinstance(error["input"], int | float):
        return "Put it in quotes."
    return "Correct the value."


def _nearest(found: Any, options: list[str]) -> list[str]:
    """At most two values that somebody may have meant by another: those of nearly the same letters, else those that
    have it in them."""
    if not isinstance(found, str) or len(found) not in _NAME_LENGTHS:
        return []
    name = found.lower()
    near = difflib.get_close_matches(name, options, n=2, cutoff=0.7)
    return near or [option for option in options if name in option][:2]


@cache
def _field_names(model: type[BaseModel]) -> frozenset[str]:
    """The names of all fields of a model and of the models in it, as written in documents."""
    names: set[str] = set()
    seen: set[Any] = set()
    waiting: list[Any] = [model]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            seen.add(kind)
            for name, field in kind.model_fields.items():
                names.add(field.alias or name)
                waiting.append(field.annotation)
        else:
            waiting.extend(getattr(kind, "__args__", ()))
    return frozenset(names)
