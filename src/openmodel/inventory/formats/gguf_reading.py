# SPDX-License-Identifier: Apache-2.0
"""A position in the header of a GGUF file: the keys with their values, then what is said of each tensor.

What a value or a tensor means is for the callers: `inventory.gguf` and `inventory.gguf_tensors`. Nothing is allocated
on the word of the file. Source: ggml, `docs/gguf.md`, "File Structure".
"""

from __future__ import annotations

import struct
from typing import NamedTuple, NoReturn

from openmodel.inventory.formats.gguf import GgufHead
from openmodel.inventory.formats.views import View
from openmodel.inventory.naming import shown

__all__ = ["BOOL", "MAX_STEPS", "SCALARS", "STRING", "CutError", "GgufReader", "Info", "UnreadableError"]

MAX_STEPS = 4_000_000
"""The most keys, strings in arrays and tensors that are passed by, which cost up to two seconds."""

MAX_KEY = 65_535
"""The longest key, in bytes; the standard's own bound."""

BOOL, STRING, ARRAY = 7, 8, 9
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", BOOL: "B", 10: "Q", 11: "q", 12: "d"}
"""By type, the format of `struct` of a value that is no text and no array."""

_WIDTHS = {kind: struct.calcsize(f"={code}") for kind, code in SCALARS.items()}
_CHUNK = 2**18
_MAX_DEPTH = 4
_ARRAY_STEPS = 8  # Passing one costs as much as so many texts.
_MAX_RANK = 16  # The standard allows 4 so far.
_MAX_NAME = 1024  # Bytes; the standard has 64, and some programs are built with more.


class CutError(Exception):
    """The file ends inside its header."""


class UnreadableError(Exception):
    """No reader goes on here, or this one has its bounds here: what was found, and what was expected."""


class Info(NamedTuple):
    """What the header says of one tensor, not yet checked for sense."""

    name: bytes
    dimensions: tuple[int, ...]
    """The first is the one whose elements lie side by side."""
    kind: int
    """Number of the type in ggml."""
    offset: int
    """First byte, counted from where the bytes of the tensors start."""


class GgufReader:
    """A position in a header. Each method reads or passes one thing.

    They raise `CutError`, `UnreadableError`, or OSError where the system does not give the bytes.
    """

    def __init__(self, view: View, head: GgufHead) -> None:
        self.at = head.end
        """Bytes from the start of the file."""
        self.inside = "the header"
        """What is being read, for messages."""
        self._view = view
        self._chunk = b""
        self._chunk_at = 0
        self._steps = 0
        self._order = "<" if head.order == "little" else ">"
        self._length = struct.Struct(
            f"{self._order}{'I' if head.version == 1 else 'Q'}"
        )  # Version 1 counts in 32 bits.
        self._forms = {code: struct.Struct(f"{self._order}{code}") for code in {"Q", *SCALARS.values()}}

    def key(self) -> bytes:
        """The next key, before its value."""
        self._step()
        key = self.text(MAX_KEY)
        self.inside = f'"{shown(key[:80].decode(errors="replace"))}"'
        return key

    def text(self, limit: int) -> bytes:
        """A text of at most so many bytes."""
        length = self._number(self._length)
        if length > limit:
            self.refuse(f"a text of {length} bytes", f"at most {limit}")
        return self._take(length)

    def number(self, code: str) -> int | float:
        """A number, by its code in `struct`."""
        return self._number(self._forms[code])

    def pass_value(self, kind: int, depth: int = 0) -> None:
        """Passes a value of this type."""
        if kind in SCALARS:
            self._skip(_WIDTHS[kind])
        elif kind == STRING:
            self._skip(self._number(self._length))
        elif kind == ARRAY:
            self._pass_array(depth)
        else:
            self.refuse(f"a value of type {kind}", "a type from 0 to 12")

    def _pass_array(self, depth: int) -> None:
        if depth >= _MAX_DEPTH:
            self.refuse("an array that is nested deeper", f"at most {_MAX_DEPTH} levels")
        kind, count = int(self.number("I")), self._number(self._length)
        if kind in SCALARS:
            self._skip(count * _WIDTHS[kind])
        elif kind == STRING:
            self._pass_texts(count)
        elif kind == ARRAY:
            for _ in range(count):
                self._step(_ARRAY_STEPS)
                self._pass_array(depth + 1)
        else:
            self.refuse(f"an array of type {kind}", "a type from 0 to 12")

    def _pass_texts(self, count: int) -> None:
        """Passes the texts of a vocabulary, of which there are hundreds of thousands."""
        self._step(count)
        chunk, chunk_at, at, width = self._chunk, self._chunk_at, self.at, self._length.size
        unpack, last = self._length.unpack_from, len(chunk) - width
        for _ in range(count):
            offset = at - chunk_at
            if not 0 <= offset <= last:
                chunk, chunk_at, offset = self._view.read(at, _CHUNK), at, 0
                last = len(chunk) - width
                if last < 0:
                    raise CutError
            at += width + unpack(chunk, offset)[0]
        self._chunk, self._chunk_at, self.at = chunk, chunk_at, at
        self._skip(0)

    def info(self, number: int) -> Info:
        """What is said of the next tensor, which is the one of this number, from 1."""
        self._step()
        self.inside = f"the entry of tensor {number}"
        name = self.text(_MAX_NAME)
        rank = int(self.number("I"))
        if rank > _MAX_RANK:
            self.refuse(f"{rank} dimensions", f"at most {_MAX_RANK}")
        dimensions = tuple(self._number(self._length) for _ in range(rank))
        return Info(name, dimensions, int(self.number("I")), int(self.number("Q")))

    def padding(self, end: int) -> bytes:
        """The bytes up to the position where those of the tensors start, which is one that the caller has bounded."""
        return self._take(end - self.at)

    def refuse(self, got: str, expected: str) -> NoReturn:
        """Raises that this was found in what is being read."""
        raise UnreadableError(f"in {self.inside} {got}", expected)

    def _step(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > MAX_STEPS:
            self.refuse("more keys, texts and tensors up to here", f"at most {MAX_STEPS}")

    def _skip(self, count: int) -> None:
        self.at += count
        if self.at > self._view.size:
            raise CutError

    def _take(self, count: int) -> bytes:
        start = self.at
        self._skip(count)
        offset = start - self._chunk_at
        if not 0 <= offset <= len(self._chunk) - count:
            self._chunk, self._chunk_at, offset = self._view.read(start, max(count, _CHUNK)), start, 0
            if len(self._chunk) < count:
                raise CutError
        return self._chunk[offset : offset + count]

    def _number(self, form: struct.Struct) -> int:
        return form.unpack(self._take(form.size))[0]  # type: ignore[no-any-return]
