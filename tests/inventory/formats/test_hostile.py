# SPDX-License-Identifier: Apache-2.0
"""Files that were made to run code, to cost memory or time, or to look like something else."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.inventory.formats import views
from openmodel.inventory.formats.recognising import recognise
from tests.inventory.formats.looking import FILES, look, unsafe, zipped

NAMES = sorted(path.name for path in FILES.iterdir())
SMALL = [name for name in NAMES if (FILES / name).stat().st_size < 4000]


class Payload:
    """Makes a directory when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


class Counting(io.BytesIO):
    """Counts what is read."""

    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.bytes_read += len(content)
        return content


@pytest.mark.parametrize("protocol", range(6))
def test_nothing_is_run(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "loaded"
    content = pickle.dumps(Payload(mark), protocol=protocol)
    packed = [content, zlib.compress(content), gzip.compress(content), bz2.compress(content)]
    stream = io.BytesIO()
    np.save(stream, np.array([Payload(mark)], dtype=object))
    packed += [stream.getvalue(), zipped(("a/data.pkl", content)), zipped(("x", content), method=zipfile.ZIP_DEFLATED)]
    for one in packed:
        assert ".mkdir" in unsafe(one)
    assert not mark.exists()
    pickle.loads(content)
    assert mark.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_cut_off_anywhere(name: str) -> None:
    content = (FILES / name).read_bytes()
    step = 1 if name in SMALL else 13
    for length in range(0, len(content), step):
        look(content[:length], name)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SMALL), st.data())
def test_bytes_that_are_changed(name: str, data: st.DataObject) -> None:
    content = bytearray((FILES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    look(bytes(content), name)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([b"\x80\x02", b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"x\x9c"]), st.binary(max_size=400))
def test_any_bytes(mark: bytes, content: bytes) -> None:
    look(mark + content, "a.joblib")


CALL = b"cos\nsystem\n(S'true'\ntR"


@pytest.mark.parametrize(
    "content",
    [
        CALL + b".",
        CALL + b"\x00 broken after it has run",
        b"(S'true'\nios\nsystem\n.",
        b"(cos\nsystem\nS'true'\no.",
        b"\x80\x02" + CALL + b"\xff",
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x8c\x04true\x85R.",
        b"\x80\x04\x8c\x06system\x94\x8c\x02osh\x00\x93\x8c\x04true\x85R.",
        b"\x80\x04\x8c\x06systemq\x07\x8c\x02osh\x07\x93\x8c\x04true\x85R.",
        b"N0" + CALL + b".",
        b"\x80\x02N." + b"\x80\x02" + CALL + b".",
        b"]." + CALL + b".",
        b"\x80\x05\x8e" + struct.pack("<Q", 9_000_000) + bytes(9_000_000) + b"0" + CALL + b".",
        b"\x80\x02X" + struct.pack("<L", 100_000) + b"a" * 100_000 + b"0" + CALL + b".",
        b"V" + b"a" * 100_000 + b"\n0" + CALL + b".",
        b"\x80\x04\x95" + struct.pack("<Q", 2**60) + CALL + b".",
        zlib.compress(b"") + zlib.compress(CALL + b"."),
        gzip.compress(b"") + bytes(100) + gzip.compress(CALL + b"."),
        bz2.compress(b"") + bz2.compress(CALL + b"."),
        b"#!/bin/sh\n" + zipped(("data.pkl", CALL + b".")),
        zipped(("picture.png", CALL + b".")),
        zipped(("../../etc/x", CALL + b".")),
        zipped(("inner.zip", zipped(("deep.pt", CALL + b".")))),
        zipped(("packed", zlib.compress(CALL + b"."))),
        b"ZF0x10" + b" " * 15 + zlib.compress(CALL + b"."),
    ],
)
def test_imports_are_found_wherever_they_stand(content: bytes) -> None:
    found = unsafe(content)
    assert "os.system" in found or "system.os" in found


def test_an_import_whose_name_is_computed() -> None:
    assert "a name that is computed" in unsafe(b"\x80\x04\x8c\x02os\x94NN\x93.")
    assert "extension 7 of copyreg" in unsafe(b"\x80\x02\x82\x07.")
    assert "a name that is computed.b" in unsafe(b"\x80\x02c" + b"a" * 1000 + b"\nb\n.")
    many = b"\x80\x02" + b"".join(b"cm\nn%d\n0" % number for number in range(2000)) + b"N."
    assert unsafe(many).endswith("m.n4 and 995 more")


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02h\x05.",
        b"\x80\x02R.",
        b"\x80\x02(.",
        b"\x80\x02U\xffa",
        b"\x80\x02X\xff\xff\xff\xff",
        b"\x80\x02gx\n.",
        b"0",
        b"1",
        b"o",
        b"(o.",
        b"2",
        b"Ione\n].",
    ],
)
def test_what_no_unpickler_reads(content: bytes) -> None:
    assert look(content).format is None


def test_a_pickle_longer_than_the_bounds() -> None:
    long = b"\x80\x02]" + b"".join(b"J%ba" % struct.pack("<L", number) for number in range(1_500_000)) + b"."
    stream = Counting(long)
    found = recognise(stream, len(long), "a").unsafe
    assert found
    assert found.endswith("(followed only in part)")
    assert stream.bytes_read < 5 * 2**20
    lines = b"(lp0\n" + b"".join(b"I%d\na" % number for number in range(700_000)) + b"."
    assert unsafe(lines).endswith("(followed only in part)")


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(bytes(200 * 2**20), 9)
    marked = zlib.compress(b"\x80\x02B\xff\xff\xff\x0f" + bytes(200 * 2**20), 9)
    tracemalloc.start()
    assert look(bomb).format is None
    look(marked)
    assert "too large" in unsafe(
        zipped(*((f"{index}.bin", b"\x80\x02(" + b"(" * 2**22) for index in range(40)), method=zipfile.ZIP_DEFLATED)
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 400 * 2**20


def test_counts_that_are_claimed() -> None:
    content = bytearray(zipped(("data.pkl", CALL + b".")))
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 12] = b"\xff\xff\xff\xff"
    assert "os.system" in unsafe(bytes(content))
    for size, offset in ((2**32 - 1, 0), (0, 2**32 - 1), (2**31, 2**31)):
        content[end + 12 : end + 20] = struct.pack("<LL", size, offset)
        look(bytes(content))


def test_more_members_than_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MAX_MEMBERS", 3)
    assert "too large" in unsafe(zipped(*((f"{number}.txt", b"a") for number in range(5))))
    assert look(zipped(*((f"{number}.txt", b"a") for number in range(3)))).unsafe is None


def test_a_million_members_in_bounded_reads() -> None:
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    assert len(entry) == 47
    content = b"PK\x03\x04" + bytes(26) + entry * 1_000_000
    content += b"PK\x05\x06" + bytes(8) + struct.pack("<LLH", len(entry) * 1_000_000, 30, 0)
    stream = Counting(content)
    assert "too large" in (recognise(stream, len(content), "a").unsafe or "")
    assert stream.bytes_read < 12 * 2**20


def test_flags_that_some_readers_ignore() -> None:
    content = bytearray(zipped(("a/data.pkl", CALL + b"."), ("b.txt", b"text")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 1)
    found = unsafe(bytes(content))
    assert "os.system" in found
    assert "cannot be looked into: b.txt" in found


def test_two_directories_of_one_zip() -> None:
    """PyTorch goes where the end record says, `zipfile` to what stands before it."""
    good, bad = zipped(("data.pkl", b"N.")), zipped(("data.pkl", CALL + b"."))
    start, end = bad.find(b"PK\x01\x02"), bad.rfind(b"PK\x05\x06")
    content = bytearray(bad[:end] + good)
    last = content.rfind(b"PK\x05\x06")
    content[last + 16 : last + 20] = struct.pack("<L", start)
    assert "os.system" in unsafe(bytes(content))


def test_zip64() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("data.pkl", "w", force_zip64=True) as member:
        member.write(CALL + b".")
    content = bytearray(stream.getvalue())
    entry = content.find(b"PK\x01\x02")
    extra = struct.pack("<HHQQQ", 1, 24, len(CALL) + 1, len(CALL) + 1, 0)
    fixed = bytearray(content[entry : entry + 46])
    fixed[20:28], fixed[42:46] = b"\xff" * 8, b"\xff" * 4
    fixed[30:32] = struct.pack("<H", len(extra))
    central = bytes(fixed) + b"data.pkl" + extra
    end64 = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, len(central), entry)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, entry + len(central), 1)
    end = b"PK\x05\x06" + b"\xff" * 16 + bytes(2)
    made = bytes(content[:entry]) + central + end64 + locator + end
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["data.pkl"]
    assert "os.system" in unsafe(made)


def test_archives_in_archives_end() -> None:
    content = zipped(("data.pkl", CALL + b"."))
    for depth in range(6):
        content = zipped((f"{depth}.zip", content))
    assert "too deep" in unsafe(content)


def test_many_members_that_are_the_same_bytes() -> None:
    """Overlapping members: small archives that seem endless. Those with the same place and length count once."""
    body = b"\x89HDF\r\n\x1a\n\x00" + bytes(2**20)
    local = b"PK\x03\x04" + bytes(14) + struct.pack("<LLHH", len(body), len(body), 0, 0) + body

    def archive(sizes: list[int]) -> bytes:
        entries = b"".join(
            b"PK\x01\x02" + bytes(16) + struct.pack("<LLH", size, size, 1) + bytes(16) + b"a" for size in sizes
        )
        return local + entries + b"PK\x05\x06" + bytes(8) + struct.pack("<LLH", len(entries), len(local), 0)

    once = Counting(archive([len(body)] * 5000))
    assert recognise(once, len(once.getvalue()), "a").unsafe is None
    assert once.bytes_read < 4 * len(once.getvalue())
    content = archive([len(body) - number for number in range(5000)])
    stream = Counting(content)
    assert "too large" in (recognise(stream, len(content), "a").unsafe or "")
    assert stream.bytes_read <= len(content) + 64 * 2**20


@pytest.mark.parametrize("name", ["little.gguf", "model.onnx", "plain.npy", "plain.h5"])
def test_something_safe_with_a_zip_behind_it(name: str) -> None:
    content = (FILES / name).read_bytes()
    found = look(content + zipped(("data.pkl", CALL + b".")))
    assert found.unsafe
    assert "os.system" in found.unsafe


def test_a_stream_that_gives_little_at_a_time() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(7, size or 0))

    content = (FILES / "payload.pth").read_bytes()
    assert recognise(Slow(content), len(content), "a") == look(content)
    assert recognise(io.BytesIO(content[:100]), len(content), "a").format is None  # It shrank meanwhile.


CALL = b"cos\nsystem\n(S'true'\ntR."
EVASIONS = {
    "an index of the memo with leading zeros": b"Np" + b"0" * 25 + b"1\nh\x01" + CALL,
    "an index of the memo on an endless line": b"Np" + b"0" * 300 + b"1\n" + CALL,
    "an import that is no name, and data behind": b"clib-dynload\n__name__\n0" + CALL + b"junk",
    "LZMA with a small dictionary": lzma.compress(
        CALL, format=lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 4096}]
    ),
}


@pytest.mark.parametrize("how", EVASIONS)
def test_pickles_that_readers_run_are_not_passed_over(how: str) -> None:
    assert "os.system" in unsafe(EVASIONS[how])


def test_an_array_whose_type_is_a_mapping() -> None:
    header = b"{'descr': {'nO': 0}, 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (-(10 + len(header) + 1) % 64) + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + CALL
    assert "imports os.system" in unsafe(content)


def test_a_memo_that_may_have_been_overwritten_gives_no_names() -> None:
    def put(text: bytes, index: bytes) -> bytes:
        return b"\x8c" + bytes([len(text)]) + text + index + b"0"

    harmless = put(b"collections", b"q\x01") + put(b"OrderedDict", b"q\x02")
    zeros = b"p" + b"0" * 300
    run = put(b"os", zeros + b"1\n") + put(b"system", zeros + b"2\n") + b"h\x01h\x02\x93\x8c\x04true\x85R."
    assert "a name that is computed" in unsafe(b"\x80\x04" + harmless + run)
