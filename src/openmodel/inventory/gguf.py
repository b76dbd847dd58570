# SPDX-License-Identifier: Apache-2.0
"""The metadata of a GGUF file: name, architecture, licence, parents and whatever else its keys say.

Source: ggml, `docs/gguf.md`, "File Structure" and "Standardized key-value pairs".
"""

from __future__ import annotations

from typing import BinaryIO, NoReturn

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.formats.gguf import GGUF_HEAD_BYTES, GgufHead, read_gguf_head
from openmodel.inventory.formats.gguf_reading import BOOL, SCALARS, STRING, CutError, GgufReader, UnreadableError
from openmodel.inventory.formats.views import View

__all__ = ["MAX_METADATA_BYTES", "MAX_PAIRS", "MAX_STRING", "read_gguf_metadata"]

MAX_PAIRS = 65_536
"""The most keys of one file; files have dozens."""

MAX_METADATA_BYTES = 256 * 2**20
"""The most bytes of all keys and values. A vocabulary of 256,000 tokens with merges has about 15 MiB."""

MAX_STRING = 2**20
"""The longest string that is kept, in bytes. The longest there are, templates of chats, have about 20 KiB."""

_MAX_KEPT = 16 * 2**20

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
    return _Metadata(View(stream, min(size, head.end + MAX_METADATA_BYTES)), head, file).read()


_FIX = "Write the file again with the library that made it, or take it out of the release."


class _Metadata:
    """The keys and values of a header."""

    def __init__(self, view: View, head: GgufHead, file: str) -> None:
        self._head = head
        self._reader = GgufReader(view, head)
        self._file = file

    def read(self) -> dict[str, Scalar]:
        if self._head.pairs > MAX_PAIRS:
            self._refuse(f"in the header {self._head.pairs} keys", f"at most {MAX_PAIRS}")
        try:
            return self._pairs()
        except CutError:
            end = f"the end of the file, or more than {MAX_METADATA_BYTES} bytes"
            self._refuse(f"in {self._reader.inside} {end}", "all of its metadata, and less")
        except UnreadableError as error:
            self._refuse(*error.args)

    def _pairs(self) -> dict[str, Scalar]:
        reader = self._reader
        found: dict[str, Scalar] = {}
        keys: set[str] = set()
        kept = 0
        for _ in range(self._head.pairs):
            key = self._decoded(reader.key())
            if key in keys:
                reader.refuse("this key twice", "every key once")
            keys.add(key)
            kind = int(reader.number("I"))
            if kind == STRING or kind in SCALARS:
                found[key] = value = self._value(kind)
                kept += len(value) if isinstance(value, str) else 0
            else:
                reader.pass_value(kind)
            kept += len(key)
            if kept > _MAX_KEPT:
                reader.refuse("more text up to here", f"at most {_MAX_KEPT} characters in keys and values")
        return found

    def _value(self, kind: int) -> Scalar:
        if kind == STRING:
            return self._decoded(self._reader.text(MAX_STRING))
        value = self._reader.number(SCALARS[kind])
        if kind != BOOL:
            return value
        if value not in {0, 1}:
            self._reader.refuse(f"the truth value {value}", "0 or 1")
        return bool(value)

    def _decoded(self, text: bytes) -> str:
        try:
            return text.decode()
        except UnicodeDecodeError as error:
            self._reader.refuse(f"a text with a fault at its byte {error.start}", "UTF-8")

    def _refuse(self, got: str, expected: str) -> NoReturn:
        raise InventoryError(Problem(self._file, got, expected, _FIX))
