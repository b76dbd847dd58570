# SPDX-License-Identifier: Apache-2.0
"""The tensors of a GGUF file, read as docs/spec/tensor-root.md and gguf.md of ggml say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.inventory.by_the_page.tensor_root_plain import Tensor, elements
from tests.inventory.by_the_page.tree_plain import RefusedError, refuse_if

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "tensor-root.md"
ROWS = re.findall(r"(?m)^\| (\d+) \| `(\w+)` \| (\d+) \| (\d+) \|$", PAGE.read_text(encoding="utf-8"))
TYPES = {int(number): (code, int(block), int(size)) for number, code, block, size in ROWS}
"""By its number, the code of a type, the elements of a block and the bytes of a block: the table on the page."""

UINT32, STRING, ARRAY = 4, 8, 9
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, UINT32: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


class Cursor:
    """Reads the header from the front."""

    def __init__(self, file: bytes) -> None:
        self.file, self.at, self.count_size = file, 0, 8

    def take(self, length: int) -> bytes:
        refuse_if(length > len(self.file) - self.at, "the file ends in the header")
        self.at += length
        return self.file[self.at - length : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def count(self) -> int:
        """A count, length or dimension: of 4 bytes in version 1."""
        return self.number(self.count_size)

    def skip_value(self, kind: int) -> None:
        if kind == STRING:
            self.take(self.count())
        elif kind == ARRAY:
            inner, length = self.number(4), self.count()
            refuse_if(inner not in {*SIZES, STRING, ARRAY}, "a type of value")
            for _ in range(length):
                self.skip_value(inner)
        else:
            refuse_if(kind not in SIZES, "a type of value")
            self.take(SIZES[kind])


def read_gguf(file: bytes) -> list[Tensor]:
    cursor = Cursor(file)
    refuse_if(cursor.take(4) != b"GGUF", "no GGUF")
    version = cursor.number(4)
    refuse_if(version not in {1, 2, 3}, "a version, or big-endian")
    cursor.count_size = 4 if version == 1 else 8
    count, pairs = cursor.count(), cursor.count()
    refuse_if(count > 200_000, "too many tensors")
    alignment = read_alignment(cursor, pairs)
    infos = [read_info(cursor) for _ in range(count)]
    start = cursor.at + -cursor.at % alignment
    refuse_if(any(file[cursor.at : start]), "padding that is not zero")
    tensors = []
    at = end = 0
    for offset, size, name, code, shape in sorted(infos):
        refuse_if(offset != at, "a gap or an overlap")
        data = file[start + offset : start + offset + size]
        refuse_if(len(data) != size, "the file ends in a tensor")
        tensors.append(Tensor(name, code, shape, data))
        end = offset + size
        at = end + -end % alignment
        refuse_if(any(file[start + end : start + at]), "padding that is not zero")
    refuse_if(not end <= len(file) - start <= at, "a rest")
    return tensors


def read_alignment(cursor: Cursor, pairs: int) -> int:
    found = []
    for _ in range(pairs):
        key, kind = cursor.take(cursor.count()), cursor.number(4)
        refuse_if(len(key) > 65_535, "a long key")
        if key == b"general.alignment":
            refuse_if(kind != UINT32, "an alignment that is no UINT32")
            found.append(cursor.number(4))
        else:
            cursor.skip_value(kind)
    refuse_if(len(found) > 1, "an alignment twice")
    alignment = found[0] if found else 32
    refuse_if(alignment not in {2**power for power in range(3, 21)}, "an alignment")
    return alignment


def read_info(cursor: Cursor) -> tuple[int, int, str, str, tuple[int, ...]]:
    """Where the data of a tensor begin, how many bytes they are, its name, code and shape."""
    stored = cursor.take(cursor.count())
    refuse_if(len(stored) > 64, "a long name")
    try:
        name = stored.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("a name that is not UTF-8") from error
    rank = cursor.number(4)
    refuse_if(rank > 16, "too many dimensions")
    dimensions = tuple(cursor.count() for _ in range(rank))
    number, offset = cursor.number(4), cursor.number(8)
    refuse_if(number not in TYPES, "a type that is not listed")
    code, block, size = TYPES[number]
    refuse_if((*dimensions, 1)[0] % block != 0, "a part of a block in a row")
    return offset, elements(dimensions) // block * size, name, code, dimensions[::-1]
