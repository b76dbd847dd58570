# SPDX-License-Identifier: Apache-2.0
"""Whether a GGUF file is as long as its header says: a download that broke off begins like the whole file.

The keys are passed by, and the places and sizes of the tensors added up. Source: ggml, `docs/gguf.md`, "File
Structure"; sizes of blocks: `GGML_QUANT_SIZES` in `gguf-py/gguf/constants.py`.
"""

from __future__ import annotations

import struct

from openmodel.inventory.formats.gguf import GGUF_HEAD_BYTES, GgufHead, read_gguf_head
from openmodel.inventory.formats.views import View

__all__ = ["NO_TENSORS", "gguf_defect"]

NO_TENSORS = "it holds no tensors"
"""What is said of a file of keys alone, as of a vocabulary."""

MAX_STEPS = 4_000_000
"""The most keys, strings in arrays and tensors that are passed by, which cost up to two seconds."""

_CHUNK = 2**18
_MAX_DEPTH = 4
_MAX_DIMENSIONS = 16
_ALIGNMENT_KEY = b"general.alignment"
_UINT32, _STRING, _ARRAY = 4, 8, 9
_SCALARS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
# By type, the elements of a block and its bytes. Of a type that is not here, one byte is asked for.
_BLOCKS = {
    **{0: (1, 4), 1: (1, 2), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2)},
    **{2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 20: (32, 18), 39: (32, 17)},
    **{10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292)},
    **{16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 21: (256, 110), 22: (256, 82), 23: (256, 136)},
    **{29: (256, 56), 34: (256, 54), 35: (256, 66)},
}


def gguf_defect(view: View) -> str | None:
    """Why a GGUF file does not hold the tensors that it announces, a phrase that starts with "it"; None where it does.

    Raises:
        OSError: the system does not give the bytes.
    """
    head = read_gguf_head(view.read(0, GGUF_HEAD_BYTES), view.size)
    if head is None:
        return None
    if not head.tensors:
        return NO_TENSORS
    try:
        needed = _Header(view, head).end_of_tensors()
    except _CutError:
        return "it is cut off in its header"
    except _UnreadableError:
        return "it has a header that cannot be read"
    return f"it is cut off: its tensors end at byte {needed:,} of {view.size:,}" if needed > view.size else None


class _CutError(Exception):
    """The file ends."""


class _UnreadableError(Exception):
    """No reader goes on here, or this one has its bounds here."""


class _Header:
    """A position in a header. Each method passes one thing."""

    def __init__(self, view: View, head: GgufHead) -> None:
        self._view = view
        self._head = head
        self._at = head.end
        self._chunk = b""
        self._chunk_at = 0
        self._steps = 0
        self._alignment = 32
        order = "<" if head.order == "little" else ">"
        self._four, self._eight = struct.Struct(f"{order}I"), struct.Struct(f"{order}Q")
        self._length = self._four if head.version == 1 else self._eight  # Version 1 counts in 32 bits.

    def end_of_tensors(self) -> int:
        """The position after the last byte of the last tensor."""
        for _ in range(self._head.pairs):
            self._pair()
        ends = [self._tensor() for _ in range(self._head.tensors)]
        start = -(-self._at // self._alignment) * self._alignment
        return start + max(ends)

    def _pair(self) -> None:
        self._step()
        length = self._number(self._length)
        start = self._at
        self._skip(length)
        kind = self._number(self._four)
        if length == len(_ALIGNMENT_KEY) and kind == _UINT32 and self._view.read(start, length) == _ALIGNMENT_KEY:
            self._alignment = self._number(self._four) or self._alignment
        else:
            self._value(kind, 0)

    def _value(self, kind: int, depth: int) -> None:
        if kind in _SCALARS:
            self._skip(_SCALARS[kind])
        elif kind == _STRING:
            self._skip(self._number(self._length))
        elif kind == _ARRAY and depth < _MAX_DEPTH:
            inner, count = self._number(self._four), self._number(self._length)
            if inner in _SCALARS:
                self._skip(count * _SCALARS[inner])
                return
            if inner == _STRING:
                self._strings(count)
                return
            for _ in range(count):
                self._step()
                self._value(inner, depth + 1)
        else:
            raise _UnreadableError

    def _strings(self, count: int) -> None:
        """Passes the strings of a vocabulary, of which there are hundreds of thousands."""
        self._step(count)
        chunk, chunk_at, at, width = self._chunk, self._chunk_at, self._at, self._length.size
        unpack, last = self._length.unpack_from, len(chunk) - width
        for _ in range(count):
            offset = at - chunk_at
            if not 0 <= offset <= last:
                chunk, chunk_at, offset = self._view.read(at, _CHUNK), at, 0
                last = len(chunk) - width
                if last < 0:
                    raise _CutError
            at += width + unpack(chunk, offset)[0]
        self._chunk, self._chunk_at, self._at = chunk, chunk_at, at
        self._skip(0)

    def _tensor(self) -> int:
        """The end of the next tensor, counted from the first byte of all tensors."""
        self._step()
        self._skip(self._number(self._length))
        dimensions = self._number(self._four)
        if dimensions > _MAX_DIMENSIONS:
            raise _UnreadableError
        elements = 1
        for _ in range(dimensions):
            elements *= self._number(self._length)
        block, size = _BLOCKS.get(self._number(self._four), (elements or 1, 1))
        return self._number(self._eight) + elements * size // block

    def _step(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > MAX_STEPS:
            raise _UnreadableError

    def _skip(self, count: int) -> None:
        self._at += count
        if self._at > self._view.size:
            raise _CutError

    def _number(self, form: struct.Struct) -> int:
        start = self._at
        self._skip(form.size)
        offset = start - self._chunk_at
        if not 0 <= offset <= len(self._chunk) - form.size:
            self._chunk, self._chunk_at, offset = self._view.read(start, _CHUNK), start, 0
            if len(self._chunk) < form.size:
                raise _CutError
        (number,) = form.unpack_from(self._chunk, offset)
        return int(number)
