# SPDX-License-Identifier: Apache-2.0
"""Strict JSON (RFC 8259): bytes to plain data.

The fast way is the standard library's C scanner with hooks that refuse. Only when something was refused, or when
a problem needs its place, is the text walked a second time in Python to find the places.
"""

from __future__ import annotations

import bisect
import json
import math
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from pydantic import JsonValue

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.pointers import Path, Tree, join, pointer_of, tree
from openmodel.manifest.text import (
    MAX_DEPTH,
    MAX_KEY,
    MAX_PROBLEMS,
    Position,
    Text,
    decode,
    duplicate_key,
    half_character,
    long_key,
    refused_number,
    too_deep,
    too_many,
)
from openmodel.manifest.values import MAX_INTEGER

MAX_BYTES = 64 * 2**20
"""The largest JSON document that is read, in bytes: a manifest of about 250,000 files."""
MAX_VALUES = 2_500_000
"""The most values a document may have. Counted by its commas and opening brackets, those in text too, because that
costs nothing."""

_WHITE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:Infinity|NaN|[0-9][0-9.eE+-]*)")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_DIGITS = len(str(MAX_INTEGER))
_SHOWN_DIGITS = 40


class _RefusedError(Exception):
    """Something is there that the walk will find."""


def read_json(content: bytes, file: str, max_bytes: int = MAX_BYTES, max_values: int = MAX_VALUES) -> Text:
    """Reads a JSON document strictly.

    Args:
        content: the document, UTF-8.
        file: its name for messages.
        max_bytes: the most bytes that are read.
        max_values: the most values, counted as `MAX_VALUES` says.

    Raises:
        DocumentError: the text is not strict JSON within the bounds. Lists all places.
    """
    text = decode(content, file, max_bytes)
    if text.count(",") + text.count("[") + text.count("{") > max_values:
        raise DocumentError(too_many(file, max_values))
    try:
        data, refused = _parse(text)
    except json.JSONDecodeError as error:
        problem = Problem(
            file,
            f"text that is not JSON ({error.msg})",
            "a JSON document",
            "Correct the text at this place; an editor with JSON support marks it.",
            None,
            error.lineno,
            error.colno,
        )
        raise DocumentError(problem) from None
    except RecursionError:
        raise DocumentError(too_deep(file)) from None
    _require_depth(data, file)
    if refused or ("\\" in text and _SURROGATE.search(text) and not _is_unicode(data)):
        raise DocumentError(islice(_refusals(text, file), MAX_PROBLEMS))
    return Text(file, data, text, lambda pointers: _positions(text, pointers))


def _parse(text: str) -> tuple[JsonValue, bool]:
    """The data, and whether something in the text is refused."""
    try:
        return _decoder.decode(text), False
    except _RefusedError:
        return json.loads(text, parse_int=str, parse_float=str), True


def _is_unicode(data: JsonValue) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RefusedError
    for key in members:
        if len(key) > MAX_KEY:
            raise _RefusedError
    return members


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS + 1 or abs(number := int(digits)) > MAX_INTEGER:
        raise _RefusedError
    return number


def _float(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise _RefusedError
    return number


def _constant(name: str) -> float:
    raise _RefusedError(name)


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
_scan = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode


def _require_depth(data: JsonValue, file: str) -> None:
    level = [data] if isinstance(data, dict | list) else []
    for _ in range(MAX_DEPTH):
        children = chain.from_iterable([node.values() if type(node) is dict else node for node in level])
        level = [child for child in children if type(child) is dict or type(child) is list]
        if not level:
            return
    raise DocumentError(too_deep(file))


def _members(text: str, index: int) -> Iterator[tuple[str | int, int, int]]:
    """The members of the object or list at `index`: key or index, offset of the key or value, offset of the value."""
    if text[index] not in "{[":
        return
    is_object, count = text[index] == "{", 0
    index = _skip(text, index + 1)
    while text[index] not in "}]":
        token: str | int = count
        start = index
        if is_object:
            token, index = _scan(text, index)
            index = _skip(text, _skip(text, index) + 1)
        yield token, start, index
        index = _skip(text, _scan(text, index)[1])
        index = _skip(text, index + 1) if text[index] == "," else index
        count += 1


def _skip(text: str, index: int) -> int:
    match = _WHITE.match(text, index)
    return match.end() if match else index


class _Lines:
    """Turns offsets in a text into lines and columns."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        line = bisect.bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def _positions(text: str, pointers: Iterable[str]) -> dict[str, Position]:
    lines, first = _Lines(text), _skip(text, 0)
    positions = {"": lines.position(first)}
    for pointer, offset in _locate(text, first, "", tree(pointers)):
        positions[pointer] = lines.position(offset)
    return positions


def _locate(text: str, index: int, pointer: str, wanted: Tree) -> Iterator[tuple[str, int]]:
    left = len(wanted)
    for token, start, value in _members(text, index) if wanted else ():
        if (below := wanted.get(str(token))) is not None:
            place = join(pointer, token)
            yield place, start
            yield from _locate(text, value, place, below)
            left -= 1
            if not left:  # Millions of items may follow.
                return


def _refusals(text: str, file: str) -> Iterator[Problem]:
    lines, first = _Lines(text), _skip(text, 0)
    yield from _refused_value(text, file, lines, None, (first, first))
    yield from _refused_below(text, file, lines, None, first)


def _refused_below(text: str, file: str, lines: _Lines, path: Path, index: int) -> Iterator[Problem]:
    keys: set[str] = set()
    for token, start, value in _members(text, index):
        here = (path, token)
        if isinstance(token, str):
            if len(token) > MAX_KEY:  # What is below would repeat the key in every pointer.
                yield long_key(file, token, (pointer_of(path), *lines.position(start)))
                continue
            if token in keys:
                yield duplicate_key(file, token, (pointer_of(here), *lines.position(start)))
            keys.add(token)
        yield from _refused_value(text, file, lines, here, (start, value))
        yield from _refused_below(text, file, lines, here, value)


def _refused_value(text: str, file: str, lines: _Lines, path: Path, offsets: tuple[int, int]) -> Iterator[Problem]:
    start, value = offsets
    if number := _NUMBER.match(text, value):
        try:
            _decoder.decode(number.group())
        except _RefusedError:
            digits = number.group()
            shown = digits if len(digits) <= _SHOWN_DIGITS else digits[:_SHOWN_DIGITS] + "…"
            yield refused_number(file, shown, (pointer_of(path), *lines.position(start)))
    strings = [path[1] if path else "", _scan(text, value)[0] if text[value] == '"' else ""]
    if any("\ud800" <= character <= "\udfff" for string in strings for character in str(string)):
        yield half_character(file, (pointer_of(path), *lines.position(start)))
