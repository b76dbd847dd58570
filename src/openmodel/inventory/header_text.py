# SPDX-License-Identifier: Apache-2.0
"""The JSON of a safetensors header, read against its own small grammar.

A general JSON parser builds whatever it meets before anybody can object: 100 MB of `[` or `[],`
become gigabytes. This one knows that a header is an object of objects with three fields, refuses the
first thing that is not, and holds nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.naming import shown
from openmodel.manifest.values import MAX_INTEGER

__all__ = ["MAX_MEMBERS", "Entry", "parse_header", "refusal"]

METADATA = "__metadata__"
"""The key that is not a tensor. Source: safetensors README, "Format"."""

_WHITE = r"[ \t\n\r]*"
_SPACE = re.compile(_WHITE)
_NUMBER = re.compile(r"-?[0-9][0-9.eE+-]*")
_DIGITS = "(?:0|[1-9][0-9]{0,15})"  # A million of them would take minutes to turn into an integer.
_INTEGER = re.compile(_DIGITS)
_STRING = json.JSONDecoder()
MAX_MEMBERS = 200_000
"""The most tensors of one file: each costs hundreds of bytes of memory, and models have thousands."""

_MAX_RANK = 1024  # NumPy and PyTorch stop at 64. An endless shape would cost time and say nothing.
# A list at once, as 100 MB of shapes would take minutes in single steps.
_NUMBERS = rf"(?:{_DIGITS}(?:{_WHITE},{_WHITE}{_DIGITS}){{0,{_MAX_RANK - 1}}})?"
_LIST = re.compile(rf"\[{_WHITE}({_NUMBERS}){_WHITE}\]")
# An entry as programs write it; some models have 100,000.
_ENTRY = re.compile(rf'\{{"dtype": ?"([A-Z0-9_]+)", ?"shape": ?\[({_NUMBERS})\], ?"data_offsets": ?\[({_NUMBERS})\]\}}')
_FIELDS = frozenset({"dtype", "shape", "data_offsets"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a header says of one tensor, not yet checked for sense."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, ...]


def refusal(file: str, got: str, expected: str) -> InventoryError:
    """The error that a file is not the safetensors file that its name says."""
    return InventoryError(Problem(file, got, expected, "Write the file again with the safetensors library."))


def parse_header(text: str, file: str) -> tuple[dict[str, Entry], dict[str, str]]:
    """Reads the header's text.

    Args:
        text: the header as text, padding included.
        file: the file for errors.

    Returns:
        Tensors by name, and the metadata.

    Raises:
        InventoryError: not JSON, a key twice at any level, more than `MAX_MEMBERS` keys, an unknown or missing
            field, a value of another type, a number that is negative, fractional or above 2^53-1, or anything
            but spaces after the end.
    """
    return _HeaderText(text, file).parse()


def _integers_of(numbers: str) -> tuple[int, ...] | None:
    """Those of a match of `_NUMBERS`; None where one is too large."""
    integers = tuple(map(int, numbers.split(","))) if numbers else ()
    return integers if max(integers, default=0) <= MAX_INTEGER else None


class _HeaderText:
    """A position in the header's text. Each method reads one thing and the white space after it."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.at = 0
        self.inside: str | None = None
        """The tensor that is being read, or the metadata."""

    def parse(self) -> tuple[dict[str, Entry], dict[str, str]]:
        entries: dict[str, Entry] = {}
        metadata: dict[str, str] = {}
        if not self.text.startswith("{"):  # The format allows no white space here, though parsers do.
            self._refuse("`{` as its first character")
        for name in self._members():
            self.inside = name
            if name == METADATA:
                metadata = {key: self._string() for key in self._members()}
            else:
                entries[name] = self._entry()
            self.inside = None
        if self.at < len(self.text):
            self._refuse("nothing after the last brace")
        padding = self.text.rfind("}") + 1
        if self.text.count(" ", padding) < len(self.text) - padding:
            self._refuse("only spaces after the last brace", "other white space")
        return entries, metadata

    def _entry(self) -> Entry:
        if usual := _ENTRY.match(self.text, self.at):
            shape, data_offsets = _integers_of(usual[2]), _integers_of(usual[3])
            if shape is not None and data_offsets is not None:
                self._skip_to(usual.end())
                return Entry(usual[1], shape, data_offsets)
        dtype = ""
        lists: dict[str, tuple[int, ...]] = {}
        missing = set(_FIELDS)
        for field in self._members():
            if field not in _FIELDS:
                self._refuse("no fields but dtype, shape and data_offsets", f'the field "{shown(field, 80)}"')
            missing.discard(field)
            if field == "dtype":
                dtype = self._string()
            else:
                lists[field] = self._integers()
        if missing:
            self._refuse("dtype, shape and data_offsets", f"no field {', '.join(sorted(missing))}")
        return Entry(dtype, lists["shape"], lists["data_offsets"])

    def _members(self) -> Iterator[str]:
        """The keys of an object. The caller reads each value before it asks for the next key."""
        seen: set[str] = set()
        self._expect("{")
        more = self.text[self.at : self.at + 1] != "}"
        while more:
            key = self._string()
            if key in seen:
                self._refuse("every key once", f'the key "{shown(key, 200)}" twice')
            seen.add(key)
            if len(seen) > MAX_MEMBERS:
                self._refuse(f"at most {MAX_MEMBERS} tensors or keys", "more tensors or keys")
            self._expect(":")
            yield key
            more = self._accept(",")
        self._expect("}")

    def _integers(self) -> tuple[int, ...]:
        found = _LIST.match(self.text, self.at)
        if found and (integers := _integers_of(found[1])) is not None:
            self._skip_to(found.end())
            return integers
        return tuple(self._each_integer())

    def _each_integer(self) -> Iterator[int]:
        """The same one by one, to find what is wrong with it."""
        self._expect("[")
        more = self.text[self.at : self.at + 1] != "]"
        count = 0
        while more:
            yield self._integer()
            count += 1
            if count > _MAX_RANK:
                self._refuse(f"at most {_MAX_RANK} dimensions", "a longer list")
            more = self._accept(",")
        self._expect("]")

    def _integer(self) -> int:
        number = _NUMBER.match(self.text, self.at)
        if not number:
            self._refuse("a whole number")
        if not _INTEGER.fullmatch(number[0]) or int(number[0]) > MAX_INTEGER:
            self._refuse("a whole number from 0 to 2^53-1", f"the number {shown(number[0], 40)}")
        self._skip_to(number.end())
        return int(number[0])

    def _string(self) -> str:
        if self.text[self.at : self.at + 1] != '"':
            self._refuse("a string")
        try:
            value, end = _STRING.raw_decode(self.text, self.at)
            value.encode()
        except json.JSONDecodeError as error:
            self._refuse("a JSON string", f"a string with the fault {error.msg!r} at character {error.pos}")
        except UnicodeEncodeError:
            self._refuse("text", "a string with half of a surrogate pair")
        self._skip_to(end)
        return str(value)

    def _accept(self, character: str) -> bool:
        found = self.text[self.at : self.at + 1] == character
        if found:
            self._skip_to(self.at + 1)
        return found

    def _expect(self, character: str) -> None:
        if not self._accept(character):
            self._refuse(f"`{character}`")

    def _skip_to(self, position: int) -> None:
        space = _SPACE.match(self.text, position)
        self.at = space.end() if space else position

    def _refuse(self, expected: str, got: str | None = None) -> NoReturn:
        if got is None:
            rest = self.text[self.at : self.at + 24]
            got = f"`{shown(rest)}` at character {self.at}" if rest else "the end of the header"
        if self.inside == METADATA:
            raise refusal(self.file, f"in the metadata {got}", expected)
        inside = "the header" if self.inside is None else f'tensor "{shown(self.inside, 200)}"'
        raise refusal(self.file, f"in {inside} {got}", expected)
