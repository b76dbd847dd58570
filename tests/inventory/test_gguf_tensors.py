# SPDX-License-Identifier: Apache-2.0
"""What GGUF files say of their tensors, and every way in which they can lie."""

from __future__ import annotations

import io
import json
import re
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import InventoryError
from openmodel.inventory import gguf_tensors
from openmodel.inventory.formats.views import View
from openmodel.inventory.ggml_types import TYPES
from openmodel.inventory.gguf_tensors import look_at_tensors, read_gguf_header
from openmodel.inventory.header import Header, Tensor
from tests.inventory.formats.looking import FILES
from tests.inventory.ggufs import Stored, aligned, gguf, pair

VECTORS = json.loads((Path(__file__).parent / "vectors" / "ggml-types.json").read_text("utf-8"))["types"]


def read(content: bytes) -> Header:
    return read_gguf_header(io.BytesIO(content), len(content), "m.gguf")


def f32(name: bytes, *dimensions: int, data: bytes | None = None, offset: int | None = None) -> Stored:
    count = 4
    for dimension in dimensions:
        count *= dimension
    return Stored(name, dimensions, 0, bytes(count) if data is None else data, offset)


def test_shapes_are_turned_and_tensors_sorted() -> None:
    content = gguf([f32(b"b", 3, 2), f32("é".encode()), Stored(b"a", (64, 5), 8, bytes(340)), f32(b"", 0, 7)])
    assert read(content) == Header(
        tensors=(
            Tensor("", "F32", (7, 0), 416, 416, 0),
            Tensor("a", "Q8_0", (5, 64), 64, 404, 320),
            Tensor("b", "F32", (2, 3), 0, 24, 6),
            Tensor("é", "F32", (), 32, 36, 1),
        ),
        metadata={},
        data_start=len(content) - 416,
        format="gguf",
    )


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("padded", [True, False])
def test_versions_and_alignments(version: int, padded: bool) -> None:
    key = pair(b"general.alignment", 4, struct.pack("<I", 64), version)
    content = gguf([f32(b"a", 1), f32(b"b", 2)], key, version=version, alignment=64, last_is_padded=padded)
    header = read(content)
    assert [(tensor.start, tensor.end) for tensor in header.tensors] == [(0, 4), (64, 72)]
    assert header.data_start == len(content) - (128 if padded else 72)


def test_a_file_of_the_real_library() -> None:
    assert read((FILES / "little.gguf").read_bytes()).tensors == (Tensor("weight", "F32", (4,), 0, 16, 4),)


def test_types_are_those_of_gguf_py() -> None:
    same = {"F32", "F16", "BF16", "F64", "I8", "I16", "I32", "I64"}
    assert [[number, *kind] for number, kind in TYPES.items()] == [row for row in VECTORS if row[1] != "Q8_1"]
    assert same <= {kind.code for kind in TYPES.values()}


@pytest.mark.parametrize("number", TYPES)
def test_whole_blocks_of_each_type(number: int) -> None:
    code, block, size = TYPES[number]
    (tensor,) = read(gguf([Stored(b"a", (block * 2, 3), number, bytes(size * 6))])).tensors
    assert (tensor.dtype, tensor.shape, tensor.elements) == (code, (3, block * 2), block * 6)
    if block > 1:
        with pytest.raises(
            InventoryError, match=f"with rows of {block + 1} elements; expected whole blocks of {block}"
        ):
            read(gguf([Stored(b"a", (block + 1, block), number, bytes(size * (block + 1)))]))


ONE = f32(b"a", 1)
REFUSED: dict[str, tuple[bytes, str, str]] = {
    # Content, what is found, the defect.
    "no GGUF": (b"GGML" + bytes(40), "a beginning that is not that of GGUF", ""),
    "a count beyond the file": (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "a beginning that is not", ""),
    "cut in a key": (
        gguf([ONE], pair(b"k", 8, struct.pack("<Q", 2**20))),
        "the end of the file",
        "it is cut off in its header",
    ),
    "a name twice": (gguf([ONE, ONE]), 'tensor "a" twice', 'it has tensor "a" twice'),
    "a name that is not UTF-8": (
        gguf([f32(b"\xff", 1)]),
        "tensor 1 with a name",
        "it has tensor 1 with a name that is",
    ),
    "a long name": (gguf([f32(b"a" * 65, 1)]), "a name of 65 bytes", ""),
    "a very long name": (gguf([f32(b"a" * 1025, 1)]), "a text of 1025 bytes", "it has a header that cannot be read"),
    "17 dimensions": (gguf([f32(b"a", *[1] * 17)]), "17 dimensions", "it has a header that cannot be read"),
    "an unknown type": (gguf([Stored(b"a", (1,), 99, bytes(4))]), 'tensor "a" of the type 99', ""),
    "a type that is gone": (gguf([Stored(b"a", (32,), 4, bytes(20))]), 'tensor "a" of the type 4', ""),
    "overflow": (gguf([f32(b"a", 2**32, 2**31, data=b"")]), "a shape of 2^63", "it has tensor"),
    "overflow behind 0": (gguf([f32(b"a", 0, 2**32, 2**31, data=b"")]), "a shape of 2^63", "it has tensor"),
    "a dimension of 2^53": (gguf([f32(b"a", 0, 2**53, data=b"")]), "a dimension of 2^53", "it has tensor"),
    "cut tensors": (
        gguf([f32(b"a", 8)])[:-1],
        "found 95 bytes; expected 96",
        "it is cut off: its tensors end at byte 96",
    ),
    "an odd offset": (gguf([f32(b"a", 8), f32(b"b", 1, offset=36)]), "is no multiple of 32", "it has tensor"),
    "overlap": (gguf([f32(b"a", 16), f32(b"b", 1, offset=32)]), "overlaps the one before", "it has tensor"),
    "the same bytes": (gguf([ONE, f32(b"b", 1, offset=0)]), "overlaps the one before", "it has tensor"),
    "a hole": (gguf([ONE, f32(b"b", 1, offset=64), f32(b"c", 1)]), "leaves a hole", 'it has tensor "b" from byte 64'),
    "a hole before": (gguf([f32(b"a", 1, offset=32), f32(b"b", 1)]), "leaves a hole", 'it has tensor "a" from byte 32'),
    "bytes before": (
        gguf([ONE])[:-33] + b"\1" + gguf([ONE])[-32:],
        "bytes other than zeros between its header and its tensors; expected padding of zeros",
        "it has bytes other than zeros between its header",
    ),
    "cut before": (gguf([f32(b"a", 0)])[:-1], "the end of the file", "it is cut off in its header"),
    "bytes after": (gguf([ONE]) + b"\0", "bytes after its last tensor", "it has bytes after its last tensor"),
    "alignment 0": (gguf([ONE], aligned(0)), "a general.alignment of 0", "it has a general.alignment of 0"),
    "alignment 4": (gguf([ONE], aligned(4)), "a general.alignment of 4", "it has a general.alignment of 4"),
    "alignment 24": (gguf([ONE], aligned(24)), "a general.alignment of 24", "it has a general.alignment of 24"),
    "alignment 2^21": (gguf([ONE], aligned(2**21)), "a general.alignment of 2097152", "it has a general.alignment"),
    "alignment twice": (gguf([ONE], aligned(32), aligned(32)), "twice", "it has a general.alignment twice"),
    "an alignment of 64 bits": (
        gguf([ONE], pair(b"general.alignment", 10, struct.pack("<Q", 32))),
        "of another type",
        "it has a general.alignment twice or of another type",
    ),
    "big-endian": (gguf([f32(b"a", 1)], order=">"), "numbers in big-endian order", ""),
    "big-endian of the library": ((FILES / "big.gguf").read_bytes(), "numbers in big-endian order", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    content, got, defect = REFUSED[name]
    with pytest.raises(InventoryError, match=re.escape(got)) as caught:
        read(content)
    (problem,) = caught.value.problems
    assert problem.file == "m.gguf"
    assert problem.fix
    looked = look_at_tensors(View(io.BytesIO(content), len(content)))
    assert looked.header is None
    assert looked.defect == (None if not defect else looked.defect)
    assert (looked.defect or "").startswith(defect)


def test_too_many_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gguf([f32(b"a", 1), f32(b"b", 1)])
    assert len(read(content).tensors) == 2
    monkeypatch.setattr(gguf_tensors, "MAX_TENSORS", 1)
    with pytest.raises(InventoryError, match="found 0 keys and 2 tensors; expected at most 65536 and 1"):
        read(content)
    monkeypatch.setattr(gguf_tensors, "MAX_PAIRS", 0)
    with pytest.raises(InventoryError, match="found 1 keys and 1 tensors"):
        read(gguf([ONE], aligned(32)))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    tensors = []
    for number in range(draw(st.integers(0, 3))):
        dimensions = tuple(draw(st.lists(st.integers(0, 3), max_size=3)))
        tensors.append(f32(b"t%d" % number, *dimensions))
    pairs = draw(st.sampled_from([(), (aligned(64),), (pair(b"k", 9, struct.pack("<IQ", 8, 0)),)]))
    return gguf(tensors, *pairs, alignment=64 if pairs and b"alignment" in pairs[0] else 32)


@settings(deadline=None)
@given(files(), st.data())
def test_a_mutated_file_is_refused_or_covers_all_of_its_bytes(content: bytes, data: st.DataObject) -> None:
    read(content)
    file = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(file)))
        stop = data.draw(st.integers(start, min(start + 8, len(file))))
        file[start:stop] = data.draw(st.binary(max_size=8) | st.just(b"\xff" * 8))
    try:
        header = read(bytes(file))
    except InventoryError:
        return
    ends = sorted((tensor.start, tensor.end) for tensor in header.tensors)
    assert all(after[0] >= before[1] for before, after in pairwise(ends))
    assert len({tensor.name for tensor in header.tensors}) == len(header.tensors)
    assert header.data_start + max((end for _, end in ends), default=0) <= len(file) or not ends


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    for start in (b"", b"GGUF\x03\0\0\0", b"GGUF\x03\0\0\0\x01" + bytes(15)):
        file: Any = start + content
        try:
            read(file)
        except InventoryError as error:
            assert error.problems  # noqa: PT017
