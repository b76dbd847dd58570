# SPDX-License-Identifier: Apache-2.0
"""JSON and YAML that others wrote: read as far as they can be, and told what was taken how.

`manifest.text` reads what people write for this tool and refuses what is doubtful. Here only what cannot be read at all
is refused. Scalars are those of JSON: what YAML 1.1 makes of `no`, of a date or of `012` stays text as it is written.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import JsonValue

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.pointers import join
from openmodel.manifest.text import MAX_KEY, decode, half_character, long_key, too_deep, too_many
from openmodel.manifest.values import MAX_INTEGER

MAX_BYTES = 2**20
"""The largest file that is read, in bytes."""
MAX_DEPTH = 32
"""The deepest nesting that is read."""
MAX_VALUES = 20_000
"""The most values that are read; what an alias stands for counts each time."""
MAX_CHARACTERS = 4 * MAX_BYTES
"""The most characters of all values together, counted likewise."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a file that is not as it should be, and what was made of it."""

    where: str
    """JSON pointer into the file; "" is the whole file."""
    found: str
    """What is there."""
    done: str
    """What was done with it, in a sentence."""

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.done}" if self.where else f"{self.found}. {self.done}"


def read_loose(content: bytes, file: str) -> tuple[JsonValue, tuple[Remark, ...]]:
    """The data of a file, and what was doubtful in its text.

    Args:
        content: the bytes of the file.
        file: its name; one that ends in `.json` says that it is JSON and not YAML.

    Raises:
        DocumentError: it is too large, no UTF-8, or neither JSON nor YAML.
    """
    text = decode(content, file, MAX_BYTES, marked=True)
    reader = _Reader(file)
    data = reader.json(text) if file.lower().endswith(".json") else reader.yaml(text)
    return data, tuple(reader.remarks)


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object, twice the same key too."""


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.remarks: list[Remark] = []
        self._values = 0
        self._characters = 0

    def json(self, text: str) -> JsonValue:
        try:
            parsed = json.loads(
                text, object_pairs_hook=_Members, parse_int=_number, parse_float=_number, parse_constant=str
            )
        except json.JSONDecodeError as error:
            raise self._unreadable("JSON", error.msg, error.lineno, error.colno) from None
        except RecursionError:
            raise DocumentError(too_deep(self.file)) from None
        return self._plain(parsed, "", 0)

    def _plain(self, value: Any, where: str, depth: int) -> JsonValue:
        self._count(value if isinstance(value, str) else "", depth)
        if isinstance(value, _Members):
            return self._mapping(value, where, depth, self._plain)
        if isinstance(value, list):
            return [self._plain(item, join(where, str(index)), depth + 1) for index, item in enumerate(value)]
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise DocumentError(half_character(self.file, (where, 1, 1)))
        return value  # type: ignore[no-any-return]  # What else JSON has: a number, a truth value, null.

    def yaml(self, text: str) -> JsonValue:
        try:
            depth = 0
            for event in yaml.parse(text, yaml.CSafeLoader):  # Composing goes as deep on the stack as the text does.
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if depth > MAX_DEPTH:
                    raise DocumentError(too_deep(self.file))
            root = yaml.compose(text, yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise self._unreadable("YAML", str(error.problem), line, column) from None
        except yaml.YAMLError as error:
            raise self._unreadable("YAML", str(error).splitlines()[0], 1, 1) from None
        return None if root is None else self._node(root, "", 0)

    def _node(self, node: Any, where: str, depth: int) -> JsonValue:
        self._count(node.value if isinstance(node, yaml.ScalarNode) else "", depth)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._node(item, join(where, str(index)), depth + 1) for index, item in enumerate(node.value)]
        members = [(key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        if len(members) < len(node.value):
            self.remarks.append(Remark(where, "a list or mapping as a key", "It is left out, with its value."))
        return self._mapping(members, where, depth, self._node)

    def _mapping(
        self, members: Iterable[tuple[str, Any]], where: str, depth: int, read: Callable[[Any, str, int], JsonValue]
    ) -> JsonValue:
        found: dict[str, JsonValue] = {}
        for key, value in members:
            here = join(where, key)
            if len(key) > MAX_KEY:
                raise DocumentError(long_key(self.file, key, (where, 1, 1)))
            self._count(key, depth)
            if key in found:
                self.remarks.append(Remark(here, "the same key a second time", "The later value counts."))
            found[key] = read(value, here, depth + 1)
        return found

    def _count(self, text: str, depth: int) -> None:
        self._values += 1
        self._characters += len(text)
        if depth > MAX_DEPTH:
            raise DocumentError(too_deep(self.file))
        if self._values > MAX_VALUES or self._characters > MAX_CHARACTERS:
            raise DocumentError(too_many(self.file, MAX_VALUES))

    def _unreadable(self, language: str, found: str, line: int, column: int) -> DocumentError:
        got, fix = f"text that is not {language} ({found})", "Correct the text at this place."
        return DocumentError(Problem(self.file, got, f"one {language} document", fix, None, line, column))


def _scalar(node: Any) -> JsonValue:
    """The value of a scalar: plain ones may be what JSON has, all others are text."""
    text = str(node.value)
    if not text.isascii():  # Of a JSON-style escape of a pair of surrogates, YAML makes two halves.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if node.style:  # Quoted, or a block.
        return text
    return _CONSTANTS[text] if text in _CONSTANTS else _number(text) if _NUMBER.fullmatch(text) else text


def _number(text: str) -> JsonValue:
    """A number, or its text where no reader of JSON would keep it."""
    if len(text) <= len(str(MAX_INTEGER)) + 1 and text.lstrip("-").isdigit():
        integer = int(text)
        return integer if abs(integer) <= MAX_INTEGER else text
    number = math.inf if text.lstrip("-").isdigit() else float(text)
    return number if math.isfinite(number) else text
