# SPDX-License-Identifier: Apache-2.0
"""The tensor root against its page: vectors, what does not change it, and what does."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import InventoryError
from openmodel.inventory.ggml_types import TYPES
from openmodel.inventory.gguf_tensors import read_gguf_header
from openmodel.inventory.header import Header
from openmodel.inventory.merkle import tree_head
from openmodel.inventory.safetensors import DTYPE_BITS, read_open_header
from openmodel.inventory.tensor_digests import TensorDigests
from openmodel.inventory.tensor_root import CONTEXT, DOMAIN, content_hash, root_of, tensor_leaf, tensor_root
from tests.inventory.ggufs import Stored, gguf

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "spec" / "tensor-root.md").read_text("utf-8")
VECTORS: list[dict[str, Any]] = json.loads((HERE / "vectors" / "tensor-root.json").read_text("utf-8"))["vectors"]

Arrays = dict[str, np.ndarray[Any, Any]]


def header_of(data: bytes) -> Header:
    read = read_gguf_header if data.startswith(b"GGUF") else read_open_header
    return read(io.BytesIO(data), len(data), "x")


def digests_of(data: bytes) -> dict[str, bytes]:
    digests = TensorDigests(header_of(data), "x")
    digests.update(data)
    return digests.digests()


def root_of_files(*files: bytes) -> str:
    return tensor_root(pair for data in files for pair in digests_of(data).items())


def bytes_of(tensor: dict[str, Any]) -> bytes:
    data = tensor["bytes"]
    return bytes.fromhex(data) if isinstance(data, str) else bytes(i % 251 for i in range(data["mod_251"]))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    digests = {}
    for tensor in vector["tensors"]:
        started = content_hash(tensor["dtype"], tuple(tensor["shape"]))
        started.update(bytes_of(tensor))
        digests[tensor["name"]] = started.digest()
        assert started.hexdigest() == tensor["content_digest"]
    leaves = [tensor_leaf(leaf["name"], digests[leaf["name"]]) for leaf in vector["leaves"]]
    assert [leaf.hex() for leaf in leaves] == [leaf["hash"] for leaf in vector["leaves"]]
    assert tree_head(leaves).hex() == vector["tree_head"]
    assert tensor_root(digests.items()) == root_of(tree_head(leaves), len(leaves)) == vector["tensor_root"]
    for file in vector.get("files", ()):
        assert digests_of(bytes.fromhex(file["bytes"])) == digests


def test_the_page_shows_every_vector_and_every_code() -> None:
    assert len(VECTORS) >= 8
    for vector in VECTORS:
        hashes = [tensor["content_digest"] for tensor in vector["tensors"]]
        hashes += [leaf["hash"] for leaf in vector["leaves"]] + [vector["tree_head"], vector["tensor_root"]]
        assert all(value in PAGE for value in hashes), vector["name"]
    assert all(f"`{code}`" in PAGE for code in DTYPE_BITS)
    rows = [(number, *kind) for number, kind in TYPES.items()]
    assert re.findall(r"\| (\d+) \| `(\w+)` \| (\d+) \| (\d+) \|", PAGE) == [tuple(map(str, row)) for row in rows]


# The bits of each safetensors dtype that numpy has, and what ggml calls them.
KINDS = {"f4": 0, "f2": 1, "i1": 24, "i2": 25, "i4": 26, "i8": 27, "f8": 28}
names = st.text(st.characters(codec="utf-8"), max_size=16).filter(lambda name: name != "__metadata__")
shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)
seeds = st.integers(0, 2**32)


@st.composite
def array_sets(draw: st.DrawFn) -> Arrays:
    found: Arrays = {}
    for name in draw(st.lists(names, min_size=1, max_size=6, unique=True)):
        shape, dtype = draw(shapes), np.dtype(draw(st.sampled_from([*KINDS])))
        count = int(np.prod(shape)) * dtype.itemsize
        found[name] = np.frombuffer(random.Random(draw(seeds)).randbytes(count), dtype).reshape(shape)
    return found


def as_gguf(arrays: Arrays, *pairs: bytes, **more: Any) -> bytes:
    return gguf(
        (
            Stored(name.encode(), array.shape[::-1], KINDS[array.dtype.str[1:]], array.tobytes())
            for name, array in arrays.items()
        ),
        *pairs,
        **more,
    )


def split(arrays: Arrays, order: list[str], parts: int) -> list[Arrays]:
    shards: list[Arrays] = [{} for _ in range(parts)]
    for number, name in enumerate(order):
        shards[number % parts][name] = arrays[name]
    return shards


@settings(deadline=None)
@given(array_sets().filter(lambda arrays: "\0" not in "".join(arrays)), st.data())  # GGUF refuses it in names.
def test_shards_order_metadata_and_format_do_not_matter(arrays: Arrays, data: st.DataObject) -> None:
    root = root_of_files(safetensors.numpy.save(arrays))
    order, parts = data.draw(st.permutations([*arrays])), data.draw(st.integers(1, 3))
    shards = split(arrays, order, parts)
    metadata = data.draw(st.dictionaries(names, names, min_size=1))
    assert root_of_files(*(safetensors.numpy.save(shard, metadata) for shard in shards if shard)) == root
    alignment = data.draw(st.sampled_from([8, 32, 256]))
    key = struct.pack("<Q17sII", 17, b"general.alignment", 4, alignment)
    version, padded = data.draw(st.sampled_from([2, 3])), data.draw(st.booleans())
    files = [
        as_gguf(shard, key, alignment=alignment, version=version, last_is_padded=padded) for shard in shards if shard
    ]
    assert root_of_files(*files) == root
    assert root_of_files(*(as_gguf(shard, version=1) for shard in shards if shard)) == root


@settings(deadline=None)
@given(array_sets(), st.data())
def test_any_bit_name_shape_or_type_matters(arrays: Arrays, data: st.DataObject) -> None:
    root = root_of_files(safetensors.numpy.save(arrays))
    name = data.draw(st.sampled_from([*arrays]))
    array, others = arrays[name], {key: value for key, value in arrays.items() if key != name}
    renamed = data.draw(names.filter(lambda other: other not in arrays))
    altered: list[Arrays] = [
        others | {renamed: array},
        others | {name: array.reshape((1, *array.shape))},
        others | {name: array.view(f"u{array.itemsize}") if array.ndim else array.reshape(1)},
        arrays | {renamed: array},
    ]
    if array.size:
        bits = bytearray(array.tobytes())
        place = data.draw(st.integers(0, 8 * len(bits) - 1))
        bits[place // 8] ^= 1 << place % 8
        altered.append(others | {name: np.frombuffer(bytes(bits), array.dtype).reshape(array.shape)})
    if array.shape != array.shape[::-1]:
        altered.append(others | {name: array.reshape(array.shape[::-1])})
    assert all(root_of_files(safetensors.numpy.save(other)) != root for other in altered)
    assert not others or root_of_files(safetensors.numpy.save(others)) != root


digests = st.binary(min_size=32, max_size=32)


@given(st.dictionaries(names, digests, min_size=1), st.randoms(use_true_random=False))
def test_order_does_not_matter(tensors: dict[str, bytes], random: Any) -> None:
    listed = [*tensors.items()]
    random.shuffle(listed)
    assert tensor_root(iter(listed)) == tensor_root(tensors.items())


@pytest.mark.parametrize(
    ("tensors", "got"),
    [
        ([], "found no tensors; expected at least one tensor"),
        ([("a", bytes(32)), ("b", bytes(32)), ("a", b"1" * 32)], 'tensor "a" twice'),
        ([("a\ud800", bytes(32))], "half of a surrogate pair"),
        ([("a", bytes(31))], "a digest of 31 bytes"),
    ],
)
def test_what_has_no_root(tensors: list[tuple[str, bytes]], got: str) -> None:
    with pytest.raises(InventoryError, match=got):
        tensor_root(tensors)


def test_a_content_digest_is_no_other_digest() -> None:
    written = struct.pack(">Q3sQ", 3, b"F32", 0) + bytes(4)
    started = content_hash("F32", ())
    started.update(bytes(4))
    assert started.digest() == blake3(written, derive_key_context=CONTEXT).digest() != blake3(written).digest()
    assert len(DOMAIN) == 24
    assert (
        tensor_leaf("", bytes(32))
        == hashlib.sha256(
            b"\0" + (24).to_bytes(8, "big") + DOMAIN + bytes(8) + (32).to_bytes(8, "big") + bytes(32)
        ).digest()
    )
