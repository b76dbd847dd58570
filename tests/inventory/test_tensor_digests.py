# SPDX-License-Identifier: Apache-2.0
"""One pass over a file gives the content digest of each tensor, however the pass is cut into pieces."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmodel.errors import InventoryError
from openmodel.inventory.gguf_tensors import read_gguf_header
from openmodel.inventory.safetensors import read_open_header
from openmodel.inventory.tensor_digests import TensorDigests
from openmodel.inventory.tensor_root import content_hash
from tests.inventory.ggufs import Stored, gguf
from tests.inventory.shards import shard, tensor

TENSORS = {
    "b": tensor("U8", [5], 7, 12),
    "empty": tensor("F32", [0], 7, 7),
    "a": tensor("F4", [14], 0, 7),
    "nothing": tensor("I8", [2, 0], 12, 12),
    "also nothing": tensor("I8", [0], 0, 0),
}
SHARD = shard(TENSORS, b"tensors, and")
PADDED = gguf([Stored(b"a", (3,), 24, b"abc"), Stored(b"b", (), 0, b"wxyz"), Stored(b"c", (2, 1), 1, b"1234")])


def digest(dtype: str, shape: tuple[int, ...], data: bytes) -> bytes:
    started = content_hash(dtype, shape)
    started.update(data)
    return started.digest()


CASES = {
    SHARD: {
        "a": digest("F4", (14,), b"tensors"),
        "b": digest("U8", (5,), b", and"),
        "empty": digest("F32", (0,), b""),
        "nothing": digest("I8", (2, 0), b""),
        "also nothing": digest("I8", (0,), b""),
    },
    PADDED: {
        "a": digest("I8", (3,), b"abc"),
        "b": digest("F32", (), b"wxyz"),
        "c": digest("F16", (1, 2), b"1234"),
    },
}


def started(data: bytes) -> TensorDigests:
    read = read_gguf_header if data.startswith(b"GGUF") else read_open_header
    return TensorDigests(read(io.BytesIO(data), len(data), "x"), "x")


@pytest.mark.parametrize("data", CASES)
@given(st.data())
def test_pieces_do_not_matter(data: bytes, draws: st.DataObject) -> None:
    cuts = draws.draw(st.lists(st.integers(0, len(data)), max_size=12))
    digests = started(data)
    for start, stop in pairwise(sorted([0, *cuts, len(data)])):
        digests.update(memoryview(data)[start:stop])
    assert digests.digests() == CASES[data]


@pytest.mark.parametrize("data", CASES)
def test_the_bytes_may_be_gone_after_each_piece(data: bytes) -> None:
    digests, buffer = started(data), bytearray(1)
    for byte in data:
        buffer[0] = byte
        digests.update(memoryview(buffer))
    assert digests.digests() == CASES[data]


def test_a_file_that_ends_early() -> None:
    digests = started(SHARD)
    digests.update(SHARD[:-1])
    with pytest.raises(InventoryError, match="x: found a file that changed while it was read"):
        digests.digests()


@pytest.mark.parametrize("place", [3, 31, 36, 63, 68, 95])
def test_padding_that_is_none(place: int) -> None:
    start = len(PADDED) - 96
    altered = bytearray(PADDED)
    altered[start + place] = 1
    for size in (1, 7, len(PADDED)):
        digests = started(bytes(altered))
        for at in range(0, len(altered), size):
            digests.update(altered[at : at + size])
        with pytest.raises(InventoryError, match="x: found bytes other than zeros between its tensors"):
            digests.digests()
