# SPDX-License-Identifier: Apache-2.0
"""The metadata of a GGUF file: name, architecture, licence, parents and whatever else its keys say.

Source: ggml, `docs/gguf.md`, "File Structure" and "Standardized key-value pairs".
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import BinaryIO, NoReturn

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.formats.gguf import GGUF_HEAD_BYTES, GgufHead, read_gguf_head
from openmodel.inventory.naming import shown

__all__ = ["MAX_ELEMENTS", "MAX_METADATA_BYTES", "MAX_PAIRS", "MAX_STRING", "read_gguf_metadata"]

MAX_PAIRS = 65_536
"""The most keys of one file; files have dozens."""

MAX_METADATA_BYTES = 256 * 2**20
"""The most bytes of all keys and values. A vocabulary of 256,000 tokens with merges has about 15 MiB."""

MAX_STRING = 2**20
"""The longest string that is kept, in bytes. The longest there are, templates of chats, have about 20 KiB."""

MAX_ELEMENTS = 4_000_000
"""The most elements of all arrays together. They are passed by, and each string among them costs time."""

_MAX_KEY = 65_535  # The standard's own bound.
_MAX_KEPT = 16 * 2**20
_MAX_DEPTH = 4
_WINDOW = 64 * 1024
_BOOL, _STRING, _ARRAY = 7, 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", _BOOL: "B", 10: "Q", 11: "q", 12: "d"}

Scalar = str | int | float | bool


def read_gguf_metadata(stream: BinaryIO, size: int, file: str) -> dict[str, Scalar]:
    """Reads the keys of a GGUF file whose values are single ones. Arrays, as of tokens, are passed by.

    Args:
        stream: the file, which can be positioned anywhere.
        size: bytes of the file.
        file: the file for errors.

    Returns:
        Values by key, in the order of the file. A number can be infinite or not a number.

    Raises:
        InventoryError: not a GGUF file of version 1, 2 or 3; a key twice; a type that there is not; text that is not
            UTF-8; more than this module's limits allow. Nothing is allocated on the word of the file.
        OSError: the system does not give the bytes.
    """
    stream.seek(0)
    head = read_gguf_head(stream.read(GGUF_HEAD_BYTES), size)
    if head is None:
        got = "a beginning that is not that of GGUF"
        expected = "GGUF, a version from 1 to 3, and counts that fit into the file"
        raise InventoryError(Problem(file, got, expected, _FIX))
    return _Metadata(stream, size, file, head).read()


_FIX = "Write the file again with the library that made it, or take it out of the release."


class _Metadata:
    """A position in the metadata. Each method reads one thing."""

    def __init__(self, stream: BinaryIO, size: int, file: str, head: GgufHead) -> None:
        self._stream = stream
        self._end = min(size, head.end + MAX_METADATA_BYTES)
        self._file = file
        self._head = head
        self._order = "<" if head.order == "little" else ">"
        self._at = head.end
        self._inside = "the metadata"
        self._elements = 0
        self._window = b""
        self._window_at = 0

    def read(self) -> dict[str, Scalar]:
        found: dict[str, Scalar] = {}
        keys: set[str] = set()
        kept = 0
        if self._head.pairs > MAX_PAIRS:
            self._refuse(f"{self._head.pairs} keys", f"at most {MAX_PAIRS}")
        for number in range(self._head.pairs):
            self._inside = f"key {number + 1}"
            key = self._string(_MAX_KEY)
            self._inside = f'"{shown(key, 80)}"'
            if key in keys:
                self._refuse("this key twice", "every key once")
            keys.add(key)
            kind = self._number("I")
            if kind == _ARRAY:
                self._pass_array(0)
            else:
                found[key] = value = self._value(int(kind))
                kept += len(value) if isinstance(value, str) else 0
            kept += len(key)
            if kept > _MAX_KEPT:
                self._refuse("more text up to here", f"at most {_MAX_KEPT} characters in keys and values")
        return found

    def _value(self, kind: int) -> Scalar:
        if kind == _STRING:
            return self._string(MAX_STRING)
        code = _SCALARS.get(kind)
        if code is None:
            self._refuse(f"a value of type {kind}", "a type from 0 to 12")
        value = self._number(code)
        if kind != _BOOL:
            return value
        if value not in {0, 1}:
            self._refuse(f"the truth value {value}", "0 or 1")
        return bool(value)

    def _pass_array(self, depth: int) -> None:
        kind, count = int(self._number("I")), self._count()
        self._elements += count
        if self._elements > MAX_ELEMENTS:
            self._refuse("more elements of arrays up to here", f"at most {MAX_ELEMENTS}")
        if kind == _ARRAY:
            if depth >= _MAX_DEPTH:
                self._refuse("an array that is nested deeper", f"at most {_MAX_DEPTH} levels")
            self._each(count, lambda: self._pass_array(depth + 1))
        elif kind == _STRING:
            self._each(count, lambda: self._skip(self._count()))
        elif kind in _SCALARS:
            self._skip(count * struct.calcsize("=" + _SCALARS[kind]))
        else:
            self._refuse(f"an array of type {kind}", "a type from 0 to 12")

    def _each(self, count: int, act: Callable[[], None]) -> None:
        for _ in range(count):
            act()

    def _string(self, limit: int) -> str:
        length = self._count()
        if length > limit:
            self._refuse(f"a text of {length} bytes", f"at most {limit}")
        try:
            return self._take(length).decode()
        except UnicodeDecodeError as error:
            self._refuse(f"a text with a fault at its byte {error.start}", "UTF-8")

    def _count(self) -> int:
        return int(self._number("I" if self._head.version == 1 else "Q"))

    def _number(self, code: str) -> int | float:
        value: int | float
        (value,) = struct.unpack(self._order + code, self._take(struct.calcsize("=" + code)))
        return value

    def _take(self, count: int) -> bytes:
        start = self._at
        self._skip(count)
        offset = start - self._window_at
        if not (offset >= 0 and offset + count <= len(self._window)):
            self._stream.seek(start)
            self._window = self._stream.read(min(max(count, _WINDOW), self._end - start))
            self._window_at, offset = start, 0
        taken = self._window[offset : offset + count]
        if len(taken) < count:
            self._refuse("the end of the file", "all of its metadata")
        return taken

    def _skip(self, count: int) -> None:
        if count > self._end - self._at:
            end = f"the end of the file, or more than {MAX_METADATA_BYTES} bytes"
            self._refuse(end, "all of its metadata, and less")
        self._at += count

    def _refuse(self, got: str, expected: str) -> NoReturn:
        raise InventoryError(Problem(self._file, f"in {self._inside} {got}", expected, _FIX))
