# SPDX-License-Identifier: Apache-2.0
"""The metadata of GGUF files."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import InventoryError
from openmodel.inventory import gguf
from openmodel.inventory.gguf import read_gguf_metadata
from tests.inventory.formats.looking import FILES, look


def read(content: bytes) -> dict[str, str | int | float | bool]:
    return read_gguf_metadata(io.BytesIO(content), len(content), "model.gguf")


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def made(*pairs: bytes, count: int | None = None) -> bytes:
    return b"GGUF" + struct.pack("<LQQ", 3, 0, len(pairs) if count is None else count) + b"".join(pairs)


def pair(key: bytes, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<L", kind) + value


@pytest.mark.parametrize("name", ["little.gguf", "big.gguf"])
def test_single_values_are_read(name: str) -> None:
    assert read((FILES / name).read_bytes()) == {
        "general.architecture": "llama",
        "general.name": "toy",
        "general.license": "apache-2.0",
        "general.base_model.count": 1,
        "general.base_model.0.repo_url": "https://example.org/base",
        "general.file_type": 0,
        "llama.block_count": 2,
        "llama.rope.freq_base": 10000.0,
        "openmodel.flag": True,
        "openmodel.negative": -5,
    }


def test_arrays_are_passed_by() -> None:
    nested = struct.pack("<LQ", 9, 2) + 2 * (struct.pack("<LQ", 8, 1) + text(b"a"))
    assert read(made(pair(b"a", 9, nested), pair(b"b", 0, b"\x05"))) == {"b": 5}


def test_version_1_counts_in_32_bits() -> None:
    content = b"GGUF" + struct.pack("<LLLL1sLL1s", 1, 0, 1, 1, b"k", 8, 1, b"v")
    assert read(content) == {"k": "v"}


DEEP = b"".join(struct.pack("<LQ", 9, 1) for _ in range(10))
BROKEN = {
    "no GGUF": (b"GGML" + bytes(30), "a beginning that is not that of GGUF"),
    "version 4": (b"GGUF" + struct.pack("<LQQ", 4, 0, 0), "a beginning"),
    "count": (made(count=2**60), "a beginning"),
    "key twice": (made(pair(b"a", 0, b"1"), pair(b"a", 0, b"1")), "this key twice"),
    "type": (made(pair(b"a", 13, b"1")), "a value of type 13"),
    "truth": (made(pair(b"a", 7, b"\x02")), "the truth value 2"),
    "long key": (made(text(b"a" * 70_000)), "a text of 70000 bytes"),
    "long text": (made(pair(b"a", 8, struct.pack("<Q", 2**40))), "a text of 1099511627776 bytes"),
    "cut text": (made(pair(b"a", 8, struct.pack("<Q", 999))), "the end of the file"),
    "not UTF-8": (made(pair(b"a", 8, text(b"\xff"))), "a fault at its byte 0"),
    "array type": (made(pair(b"a", 9, struct.pack("<LQ", 13, 1))), "an array of type 13"),
    "array count": (made(pair(b"a", 9, struct.pack("<LQ", 0, 2**60))), "the end of the file"),
    "array of texts": (made(pair(b"a", 9, struct.pack("<LQ", 8, 2**60))), "more keys, texts and tensors"),
    "array cut": (made(pair(b"a", 9, struct.pack("<LQ", 10, 1000))), "the end of the file"),
    "array depth": (made(pair(b"a", 9, DEEP)), "nested deeper"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_refused(name: str) -> None:
    content, message = BROKEN[name]
    with pytest.raises(InventoryError, match=message) as caught:
        read(content)
    assert caught.value.problems[0].file == "model.gguf"


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (FILES / "little.gguf").read_bytes()
    for name, message in (
        ("MAX_PAIRS", "12 keys"),
        ("_MAX_KEPT", "more text"),
        ("MAX_METADATA_BYTES", "more than 5 by"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(gguf, name, 5)
            with pytest.raises(InventoryError, match=message):
                read(content)


def test_a_file_that_is_shorter_than_it_was() -> None:
    content = (FILES / "little.gguf").read_bytes()
    with pytest.raises(InventoryError, match="the end of the file"):
        read_gguf_metadata(io.BytesIO(content[:60]), len(content), "a")


@pytest.mark.parametrize("length", range(24, 640, 7))
def test_a_file_that_is_cut_off(length: int) -> None:
    content = (FILES / "little.gguf").read_bytes()[:length]
    look(content)
    try:
        read(content)
    except InventoryError as error:
        assert error.problems[0].fix  # noqa: PT017  # Longer ones still have all keys.


@settings(max_examples=200)
@given(st.integers(0, 300), st.integers(0, 255))
def test_bytes_that_are_changed(place: int, value: int) -> None:
    content = bytearray((FILES / "little.gguf").read_bytes())
    content[place] = value
    try:
        read(bytes(content))
    except InventoryError as error:
        assert error.problems  # noqa: PT017
