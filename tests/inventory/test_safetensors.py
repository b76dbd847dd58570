# SPDX-License-Identifier: Apache-2.0
"""Headers that the real library writes, and every way in which one can lie."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, deserialize

from openmodel.errors import InventoryError
from openmodel.inventory import header_text
from openmodel.inventory.header import Header, Tensor
from openmodel.inventory.safetensors import DTYPE_BITS, read_header, read_open_header
from tests.inventory.shards import JsonObject, shard, tensor


def read(data: bytes, size: int | None = None) -> Header:
    return read_open_header(io.BytesIO(data), len(data) if size is None else size, "x.safetensors")


def library_reads(data: bytes) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = deserialize(data)  # type: ignore[no-untyped-call]
    return found


def refusal_of(data: bytes) -> str:
    with pytest.raises(InventoryError) as caught:
        read(data)
    (problem,) = caught.value.problems
    assert problem.file == "x.safetensors"
    return str(problem)


NUMPY_DTYPES = ["?", "u1", "i1", "i2", "u2", "f2", "i4", "u4", "f4", "c8", "f8", "i8", "u8"]
names = st.text(st.characters(codec="utf-8")).filter(lambda name: name != "__metadata__")
arrays = st.builds(np.zeros, st.lists(st.integers(0, 3), max_size=4), st.sampled_from(NUMPY_DTYPES))


@settings(deadline=None)
@given(st.dictionaries(names, arrays), st.none() | st.dictionaries(names, names))
def test_what_the_library_writes_is_read(
    tensors: dict[str, np.ndarray[Any, Any]], metadata: dict[str, str] | None
) -> None:
    assume(tensors or metadata != {})  # of this the library makes a header that is not JSON (safetensors#761)
    data = safetensors.numpy.save(tensors, metadata)
    header = read(data)
    assert [t.name for t in header.tensors] == sorted(tensors, key=str.encode)
    assert header.metadata == (metadata or {})
    for found in header.tensors:
        array = tensors[found.name]
        assert (found.shape, found.elements, found.end - found.start) == (array.shape, array.size, array.nbytes)
        assert DTYPE_BITS[found.dtype] == array.itemsize * 8
    assert header.data_start + sum(t.end - t.start for t in header.tensors) == len(data)


VALID = {
    "__metadata__": {"format": "pt"},
    "b": tensor("F32", [2], 0, 8),
    "a": tensor("F4", [4], 8, 10),
    "ü": tensor("U8", [], 10, 11),
    "empty": tensor("I64", [3, 0], 11, 11),
}


def test_tensors_come_in_the_order_of_their_names() -> None:
    assert read(shard(VALID, bytes(11))) == Header(
        tensors=(
            Tensor("a", "F4", (4,), 8, 10, 4),
            Tensor("b", "F32", (2,), 0, 8, 2),
            Tensor("empty", "I64", (3, 0), 11, 11, 0),
            Tensor("ü", "U8", (), 10, 11, 1),
        ),
        metadata={"format": "pt"},
        data_start=8 + len(json.dumps(VALID)),
    )


@settings(deadline=None)
@given(st.data())
def test_a_mutated_file_is_refused_or_means_what_the_library_reads(data: st.DataObject) -> None:
    file = bytearray(shard(VALID, bytes(11)))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(file)))
        stop = data.draw(st.integers(start, min(start + 4, len(file))))
        inserted = st.binary(max_size=3) | st.sampled_from([b"{", b"[", b'"', b",", b"-1", b"9" * 20, b" ", b"\\ud800"])
        file[start:stop] = data.draw(inserted)
    compare_with_library(bytes(file))


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["F32", "U8", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*VALID, "dtype", "shape"]), inner),
)
dimensions = st.lists(st.integers(-1, 4), max_size=3)
entries = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["U8", "F16", "F4", "F6_E2M3", "F7"]),
        "shape": dimensions | json_values,
        "data_offsets": st.lists(st.integers(0, 12), min_size=1, max_size=3) | json_values,
    },
    optional={"other": json_values},
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(VALID)), entries | json_values), st.binary(max_size=16))
def test_any_json_is_refused_or_means_what_the_library_reads(header: JsonObject, data: bytes) -> None:
    compare_with_library(shard(header, data))


def compare_with_library(file: bytes) -> None:
    """What is accepted here, the library accepts and understands alike. No error but ours comes out."""
    try:
        header = read(file)
    except InventoryError:
        return
    theirs = {name: (found["dtype"], tuple(found["shape"])) for name, found in library_reads(file)}
    assert {found.name: (found.dtype, found.shape) for found in header.tensors} == theirs


def test_dtypes_are_those_of_the_library() -> None:
    with pytest.raises(SafetensorError) as caught:
        library_reads(shard({"a": tensor("none", [1], 0, 1)}, b"a"))
    listed = re.findall(r"`([A-Z0-9_]+)`", str(caught.value).partition("expected one of")[2])
    assert sorted(listed) == sorted(DTYPE_BITS)


@pytest.mark.parametrize("dtype", DTYPE_BITS)
def test_bits_are_those_of_the_library(dtype: str) -> None:
    file = shard({"a": tensor(dtype, [8], 0, DTYPE_BITS[dtype])}, bytes(DTYPE_BITS[dtype]))
    assert len(library_reads(file)) == len(read(file).tensors) == 1


@pytest.mark.parametrize("text", ["{}", "{}   ", '{"__metadata__":{}}', '{ "__metadata__" :\n{\t"a" : "b" ,"c":""}\r}'])
def test_no_tensors_and_white_space_are_legal(text: str) -> None:
    assert read(shard(text)).tensors == ()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "0 bytes where a header needs 8"),
        (b"\0" * 7, "7 bytes where a header needs 8"),
        (b"\0" * 8, "the end of the header"),
        (shard("{}", length=3), "2 bytes where a header needs 3"),
        (shard("{}", length=100_000_001), "a header of 100000001 bytes"),
        (shard("{}", length=2**64 - 1), "a header of 18446744073709551615 bytes"),
        (shard(b'{"\xff"'), "a fault at byte 2; expected UTF-8"),
        (shard(" {}"), "`{` as its first character"),
        (shard("\ufeff{}"), "`{` as its first character"),
        (shard("[]"), "`{` as its first character"),
    ],
)
def test_a_file_without_a_header(data: bytes, found: str) -> None:
    assert found in refusal_of(data)


def test_a_stream_that_ends_early() -> None:
    with pytest.raises(InventoryError, match="a complete header"):
        read(shard("{}")[:-1], size=10)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "in the header the end of the header; expected a string"),
        ("{}}", "`}` at character 2; expected nothing after"),
        ("{} x", "`x` at character 3; expected nothing after"),
        ("{}\n", "other white space; expected only spaces"),
        ("{,}", "expected a string"),
        ('{"a"}', "expected `:`"),
        ('{"__metadata__":{},}', "expected a string"),
        ('{"__metadata__":{} "a":{}}', "expected `}`"),
        ('{"__metadata__":null}', "in the metadata `null}`"),
        ('{"__metadata__":{"a":1}}', "in the metadata `1}}` at character 21; expected a string"),
        ('{"__metadata__":{"a":"1","a":"2"}}', 'the key "a" twice'),
        ('{"__metadata__":{},"__metadata__":{}}', 'the key "__metadata__" twice'),
        ('{"a":1}', 'tensor "a"'),
        ('{"a":[]}', 'tensor "a"'),
        ('{"a":{}}', "no field data_offsets, dtype, shape"),
        ('{"a":{"dtype":"U8","shape":[1]}}', "no field data_offsets"),
        ('{"a":{"dtype":"U8","other":1}}', 'the field "other"'),
        ('{"a":{"dtype":"U8","dtype":"U8"}}', 'the key "dtype" twice'),
        ('{"a":{"dtype":"U8","dt\\u0079pe":"U8"}}', 'the key "dtype" twice'),
        ('{"a":{"dtype":8}}', "expected a string"),
        ('{"a":{"shape":4}}', "expected `[`"),
        ('{"a":{"shape":[1,]}}', "expected a whole number"),
        ('{"a":{"shape":[1 2]}}', "expected `]`"),
        ('{"a":{"shape":[true]}}', "`true]}}`"),
        ('{"a":{"shape":["1"]}}', "expected a whole number"),
        ('{"a":{"shape":[[1]]}}', "expected a whole number"),
        ('{"a":{"shape":[NaN]}}', "expected a whole number"),
        ('{"a":{"shape":[1.0]}}', "the number 1.0"),
        ('{"a":{"shape":[1e2]}}', "the number 1e2"),
        ('{"a":{"shape":[-1]}}', "the number -1"),
        ('{"a":{"shape":[-0]}}', "the number -0"),
        ('{"a":{"shape":[01]}}', "the number 01"),
        ('{"a":{"shape":[9007199254740992]}}', "the number 9007199254740992"),
        ('{"a":{"data_offsets":[0,%s]}}' % ("9" * 100_000), "the number 999"),
        ('{"a":{"shape":[%s1]}}' % ("1," * 1024), "at most 1024 dimensions"),
        ('{"a', "a string with the fault 'Unterminated string starting at'"),
        ('{"\\x"', "Invalid"),
        ('{"\n"', "control character"),
        ('{"\\ud800":{}}', "half of a surrogate pair"),
        ('{"a":' + "[" * 100_000, 'tensor "a"'),
        ('{"a":' * 10_000, 'the field "a"'),
    ],
)
def test_a_header_that_is_not_the_json_it_should_be(text: str, found: str) -> None:
    assert found in refusal_of(shard(text))


SPELLED = [  # As programs write it, and as they may: both are read in their own way.
    '{"a":{"dtype":"U8","shape":[%s],"data_offsets":[0,%s]}}',
    '{"a": {"dtype": "U8", "shape": [%s], "data_offsets": [0, %s]}}',
    '{"a":{"sh\\u0061pe":[%s],"data_offsets":[0\n,%s],"dtype":"U8"}}',
    '{"a":\t{ "dtype" : "U8" , "shape" : [ %s ] , "data_offsets" : [ 0 , %s ] }}',
]


@pytest.mark.parametrize("spelled", SPELLED)
def test_spelling_does_not_matter(spelled: str) -> None:
    (found,) = read(shard(spelled % ("2,3", "6"), bytes(6))).tensors
    assert found == Tensor("a", "U8", (2, 3), 0, 6, 6)
    for shape, end, got in [
        ("0,9007199254740992", "0", "the number 9007199254740992"),
        ("0", "9007199254740992", "the number 9007199254740992"),
        ("01", "1", "the number 01"),
        ("1,", "1", "expected a whole number"),
        ("1", "1 1", "expected `]`"),
        ("1," * 1024 + "1", "1", "at most 1024 dimensions"),
        ("1_0", "10", "expected `]`"),
        ("\u0661", "1", "expected a whole number"),
    ]:
        assert got in refusal_of(shard(spelled % (shape, end)))


@pytest.mark.parametrize(
    ("header", "size", "found"),
    [
        ({"a": tensor("F128", [1], 0, 16)}, 16, 'tensor "a" with dtype "F128"; expected one of BOOL, F4'),
        ({"a": tensor("f32", [1], 0, 4)}, 4, 'dtype "f32"'),
        ({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0]}}, 1, "1 data_offsets"),
        ({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1, 1]}}, 1, "3 data_offsets"),
        ({"a": tensor("F32", [2], 0, 4)}, 4, "the bytes 0 to 4; expected 8 bytes"),
        ({"a": tensor("F32", [1], 4, 0)}, 4, "the bytes 4 to 0"),
        ({"a": tensor("F4", [3], 0, 2)}, 2, "3 elements of 4 bits; expected a whole number of bytes"),
        ({"a": tensor("F6_E3M2", [2], 0, 2)}, 2, "2 elements of 6 bits"),
        ({"a": tensor("U8", [2**32, 2**31], 0, 1)}, 1, "2^63 elements or more"),
        ({"a": tensor("U8", [0, 2**53 - 1, 2**53 - 1], 0, 0)}, 0, "2^63 elements or more"),
        ({"a": tensor("U8", [1], 1, 2)}, 2, 'tensor "a" from byte 1, which leaves a hole before it'),
        (
            {"a": tensor("U8", [1], 0, 1), "b": tensor("U8", [1], 2, 3)},
            3,
            'tensor "b" from byte 2, which leaves a hole',
        ),
        ({"a": tensor("U8", [2], 0, 2), "b": tensor("U8", [2], 1, 3)}, 3, "overlaps the one before"),
        ({"a": tensor("U8", [2], 0, 2), "b": tensor("U8", [2], 0, 2)}, 2, "overlaps the one before"),
        ({"a": tensor("U8", [2], 0, 2), "b": tensor("U8", [0], 1, 1)}, 2, "overlaps"),
        ({"a": tensor("U8", [2], 0, 2)}, 3, "3 bytes after the header; expected 2"),
        ({"a": tensor("U8", [2], 0, 2)}, 1, "1 bytes after the header; expected 2"),
        ({"\x1b" + "x" * 1000: tensor("X", [2], 0, 2)}, 2, "x…"),
    ],
)
def test_a_header_that_does_not_fit_the_bytes(header: JsonObject, size: int, found: str) -> None:
    message = refusal_of(shard(header, bytes(size)))
    assert found in message
    assert message.isprintable()
    assert len(message) < 1000


def test_reading_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(shard(VALID, bytes(11)))
    assert read_header(path) == read(path.read_bytes())
    path.write_bytes(b"short")
    with pytest.raises(InventoryError) as caught:
        read_header(path)
    assert caught.value.problems[0].file == str(path)
    with pytest.raises(InventoryError, match="No such file"):
        read_header(tmp_path / "nothing")


@pytest.mark.parametrize("count", [3, 4])
@pytest.mark.parametrize("kind", ["tensors", "metadata"])
def test_the_number_of_tensors_is_bounded(monkeypatch: pytest.MonkeyPatch, count: int, kind: str) -> None:
    monkeypatch.setattr(header_text, "MAX_MEMBERS", 3)
    names = [f"n{number}" for number in range(count)]
    header: dict[str, Any] = {name: tensor("U8", [0], 0, 0) for name in names}
    content = shard(header if kind == "tensors" else {"__metadata__": dict.fromkeys(names, "")})
    if count == 3:
        assert len(read(content).tensors) in {0, 3}
    else:
        with pytest.raises(InventoryError, match="at most 3 tensors"):
            read(content)
