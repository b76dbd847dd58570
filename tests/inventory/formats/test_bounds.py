# SPDX-License-Identifier: Apache-2.0
"""The bounds of reading, each at the last value that is allowed and at the first that is not."""

from __future__ import annotations

import gzip
import random
import struct
import time
import zipfile
import zlib

import pytest

from openmodel.inventory.formats import archives, arrays, keras, onnx, views
from openmodel.inventory.formats.opcodes import MAX_PICKLE_BYTES
from tests.inventory.formats.looking import FILES, look, unsafe, zipped

CALL = b"cos\nsystem\n(S'true'\ntR."
H5 = (FILES / "plain.h5").read_bytes()
ONNX = (FILES / "model.onnx").read_bytes()


@pytest.mark.parametrize(("levels", "said"), [(1, "os.system"), (2, "os.system"), (3, "os.system"), (4, "too deep")])
def test_archives_in_archives(levels: int, said: str) -> None:
    content = CALL
    for level in range(levels):
        content = zipped((f"{level}.bin", content))
    assert said in unsafe(content)


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (b"\x80\x02NNN\xff", "pickle"),
        (b"\x80\x02NN\xff", None),
        (b"]" + b"N" * 99 + b"V" + b"a" * (MAX_PICKLE_BYTES + 8192), "pickle"),
        (b"]" + b"N" * 98 + b"V" + b"a" * (MAX_PICKLE_BYTES + 8192), None),
        (b"N" * 100 + b"V" + b"a" * (MAX_PICKLE_BYTES + 8192), None),
        (b"]" + b"N" * 99 + b"V" + b"a" * 100, None),
    ],
)
def test_how_much_makes_a_pickle_of_what_breaks_off(content: bytes, format: str | None) -> None:
    assert look(content).format == format


@pytest.mark.parametrize(("count", "in_part"), [(99, False), (100, False), (101, True), (102, True)])
def test_pickles_in_a_row(count: int, in_part: bool) -> None:
    assert ("followed only in part" in unsafe(b"\x80\x02N." * count)) == in_part


@pytest.mark.parametrize("length", [256, 257])
def test_the_longest_name(length: int) -> None:
    name = b"a" * length
    called = b"\x80\x02c" + name + b"\nb\n.", b"\x80\x02X" + struct.pack("<L", length) + name + b"X\x01\0\0\0b\x93."
    for content in called:
        assert ("a name that is computed" in unsafe(content)) == (length == 257)


@pytest.mark.parametrize(
    ("before", "format"),
    [(0, "hdf5"), (256, None), (512, "hdf5"), (1024, "hdf5"), (1536, None), (2048, "hdf5"), (2**20, "hdf5")],
)
def test_where_hdf5_may_begin(before: int, format: str | None) -> None:
    assert look(bytes(before) + H5).format == format


def test_versions_and_shortest_header_of_hdf5() -> None:
    for version, format in ((0, "hdf5"), (3, "hdf5"), (4, None)):
        assert look(H5[:8] + bytes([version]) + H5[9:]).format == format
    assert look(H5[:48]).format == "hdf5"
    assert look(H5[:47]).format is None


@pytest.mark.parametrize(("tensors", "pairs", "left"), [(0, 1, 10), (1, 0, 20), (2, 3, 70)])
def test_counts_of_gguf_that_fit_into_the_file(tensors: int, pairs: int, left: int) -> None:
    content = b"GGUF" + struct.pack("<IQQ", 3, tensors, pairs) + bytes(left)
    assert look(content).format == "gguf"
    assert look(content[:-1]).format is None


@pytest.mark.parametrize("version", range(5))
def test_versions_of_gguf(version: int) -> None:
    for order in "<>":
        known = look(b"GGUF" + struct.pack(f"{order}IQQ", version, 0, 0)).format
        assert known == ("gguf" if version in (1, 2, 3) else None)


def test_versions_and_fields_of_onnx(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ONNX[:1] == b"\x08"
    assert look(b"\x08\xe7\x07" + ONNX[2:]).format == "onnx"  # 999
    assert look(b"\x08\xe8\x07" + ONNX[2:]).format is None
    fields = next(count for count in range(1, 20) if _knows(monkeypatch, count))
    assert fields > 3
    assert not _knows(monkeypatch, fields - 1)


def _knows(monkeypatch: pytest.MonkeyPatch, count: int) -> bool:
    monkeypatch.setattr(onnx, "_MAX_FIELDS", count)
    return look(ONNX).format == "onnx"


def npy(header: str) -> bytes:
    return b"\x93NUMPY\x02\0" + struct.pack("<L", len(header)) + header.encode()


def test_headers_of_numpy() -> None:
    for length, readable in ((arrays._MAX_HEADER, True), (arrays._MAX_HEADER + 1, False)):
        assert (look(npy("{'descr': '<f4'}".ljust(length))).unsafe is None) == readable
    for depth, readable in ((arrays._MAX_DEPTH, True), (arrays._MAX_DEPTH + 1, False)):
        assert (look(npy("{'descr': " + "[" * depth + "]" * depth + "}")).unsafe is None) == readable


def test_a_layer_across_two_pieces_of_a_configuration() -> None:
    escaped = '"class_name":"Lambda"'.replace("a", "\\u0061").replace("L", "\\u004c").encode()
    spread = b"\n".join(bytes([character]) for character in escaped)
    assert len(spread) < keras._KEPT
    for before in range(keras._CHUNK - len(spread) + 1, keras._CHUNK, 7):
        assert "Lambda" in unsafe(H5 + b"x" * (before - len(H5)) + spread)


def test_modules_of_a_configuration() -> None:
    modules = b",".join(b'{"module": "m%d"}' % number for number in range(150))
    found = unsafe(zipped(("config.json", modules), ("metadata.json", b"{}")))
    assert found.endswith("m4 and 95 more")


@pytest.mark.parametrize("before", [0, 100, 511, 512, 513, 100_000])
def test_an_import_far_into_a_deflated_member(before: int) -> None:
    content = b"N0" * (before // 2) + b"V" * (before % 2) + b"\n" * (before % 2) + CALL
    assert "os.system" in unsafe(zipped(("a.txt", content), method=zipfile.ZIP_DEFLATED))
    assert archives._FIRST == 512


NOISE = random.Random(1).randbytes(20_000)  # Does not shrink when it is packed.


@pytest.mark.parametrize("between", [NOISE, bytes(2 * 2**20), bytes(4 * 2**20 - 100)])
def test_an_import_far_into_what_is_packed(between: bytes) -> None:
    content = b"\x80\x02B" + struct.pack("<L", len(between)) + between + b"0" + CALL
    for packed in (zlib.compress(content), gzip.compress(content), zipped(("a", content), method=zipfile.ZIP_DEFLATED)):
        assert "os.system" in unsafe(packed)


@pytest.mark.parametrize(
    "inner",
    [
        zipped(("noise", NOISE), ("a.pkl", CALL)),
        gzip.compress(
            b"\x80\x02C\xff" + NOISE[:255] + b"0C\xff" + NOISE[255:510] + b"0C\xff" + NOISE[510:765] + b"0" + CALL
        ),
    ],
)
def test_archives_that_are_deflated_in_a_zip(inner: bytes) -> None:
    assert "os.system" in unsafe(zipped(("inner", inner), method=zipfile.ZIP_DEFLATED))


def pointing(local: bytes, sizes: list[int]) -> bytes:
    """A zip of so many members that are all the beginning of the same bytes."""
    head = b"PK\x03\x04" + bytes(14) + struct.pack("<LLHH", len(local), len(local), 0, 0) + local
    entries = b"".join(b"PK\x01\x02" + bytes(16) + struct.pack("<LL", size, size) + bytes(18) for size in sizes)
    return head + entries + b"PK\x05\x06" + bytes(8) + struct.pack("<LLH", len(entries), len(head), 0)


def global_size(content: bytes, members: int) -> bytes:
    """A tar archive of which each member goes on to the end, for a reader that obeys its extended header."""

    def header(name: bytes, size: int, kind: bytes) -> bytes:
        block = bytearray(512)
        block[: len(name)], block[124:136], block[156:157], block[148:156] = name, b"%011o " % size, kind, b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        return bytes(block)

    return header(b"g", 512, b"g") + b"16 size=9000000\n".ljust(512, b"\0") + header(b"a", 0, b"0") * members + content


MANY = zipped(*((f"{number}", b"x") for number in range(3000)))
LIKE_ONNX = b"\x08\x07" + b"\x12\x00" * 60_000
HOSTILE = {
    "one archive many times": (pointing(MANY, [len(MANY)] * 10_000), False),
    "an archive that ends in many places": (
        pointing(MANY + bytes(20_000), [len(MANY) + number for number in range(10_000)]),
        True,
    ),
    "members that overlap in a tar archive": (global_size(MANY, 800), True),
    "headers that overlap in a tar archive": (global_size(b"", 9000), True),
    "end records in many places": (
        pointing(b"PK\x05\x06" * 15_000, [60_000 - number for number in range(5000)]),
        True,
    ),
    "fields in many places": (pointing(LIKE_ONNX, [120_002 - 2 * number for number in range(5000)]), True),
    "empty streams in many places": (
        pointing(gzip.compress(b"") * 20_000, [400_000 - number for number in range(5000)]),
        True,
    ),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_archives_that_point_back_into_themselves(how: str) -> None:
    content, in_part = HOSTILE[how]
    assert len(content) < 6_000_000
    before = time.process_time()
    found = look(content, "model.pt")
    assert time.process_time() - before < 10  # One second; twenty and more where it is not bounded.
    assert (found.format, found.defect) == (None, None)
    assert ("too large" in (found.unsafe or "")) == in_part


@pytest.mark.parametrize("bound", [4, 5])
def test_members_at_every_level_are_counted_together(monkeypatch: pytest.MonkeyPatch, bound: int) -> None:
    monkeypatch.setattr(views, "MAX_MEMBERS", bound)
    content = zipped(("a.zip", zipped(("a", b"text"), ("b", b"more"))), ("c", b"text"), ("d", b"text"))
    assert ("too large" in (look(content).unsafe or "")) == (bound == 4)
