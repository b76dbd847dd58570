# SPDX-License-Identifier: Apache-2.0
"""Files that are several things at once: whatever a loader would find in them is told, whatever they begin with."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from safetensors.numpy import save

from tests.inventory.formats.looking import FILES, look, unsafe, zipped

CALL = b"cos\nsystem\n(S'true'\ntR."
PYTORCH = zipped(("a/data.pkl", CALL))
LAMBDA = (FILES / "lambda.h5").read_bytes()
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n"

BEGINNINGS = {
    **{path.name: path.read_bytes() for path in sorted(FILES.iterdir())},
    "text": b"text\n",
    "a page": b"<!DOCTYPE html>\n<html></html>\n",
    "a pointer": POINTER,
    "zstd": b"\x28\xb5\x2f\xfd" + bytes(20),
    "gzip": gzip.compress(b"text"),
    "bzip2": bz2.compress(b"text"),
    "xz": lzma.compress(b"text"),
    "zlib": zlib.compress(b"text"),
    "tflite": b"\x1c\0\0\0TFL3" + bytes(20),
    "safetensors": save({"a": np.zeros(1)}),
    "zeros": bytes(600),
    "the beginning of a zip": b"PK\x03\x04" + bytes(26),
    "an empty zip": zipped(),
}


@pytest.mark.parametrize("name", BEGINNINGS)
@pytest.mark.parametrize("behind", [b"", b"PK\x05\x06", bytes(60_000)])
def test_a_zip_at_the_end_of_anything(name: str, behind: bytes) -> None:
    assert "os.system" in unsafe(BEGINNINGS[name] + PYTORCH + behind, "model")


@pytest.mark.parametrize("name", [name for name in BEGINNINGS if len(BEGINNINGS[name]) < 2**18])
def test_hdf5_behind_anything(name: str) -> None:
    before = BEGINNINGS[name]
    if before.startswith(b"\x89HDF"):
        return  # The first signature counts, and all of the file is searched.
    place = next(512 << power for power in range(20) if 512 << power >= len(before))
    assert "Lambda layer" in unsafe(before.ljust(place, b"\0") + LAMBDA)


@pytest.mark.parametrize("length", [2, 300, 70_000])
def test_safetensors_with_something_in_its_tensors(length: int) -> None:
    for inner in (PYTORCH, bytes(length) + PYTORCH + bytes(length)[:60_000]):
        found = look(save({"a": np.frombuffer(inner, "u1")}))
        assert found.format == "safetensors"
        assert "os.system" in (found.unsafe or "")
    place = 4096
    content = save({"a": np.frombuffer(bytes(place) + LAMBDA, "u1")})
    start = content.find(LAMBDA)
    content = save({"a": np.frombuffer(bytes(2 * place - start) + LAMBDA, "u1")})
    assert content.find(LAMBDA) == place
    assert "Lambda layer" in (look(content).unsafe or "")


def as_tar(content: bytes, size: int = 0) -> bytes:
    """The same with the header of a member of a tar archive written over its first 512 bytes."""
    block = bytearray(content[:512])
    block[124:136], block[156:157] = b"%011o " % size, b"0"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o  " % sum(block)
    return bytes(block) + content[512:]


def packed_behind(extra: int) -> bytes:
    """CALL in gzip, with an extra field."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(CALL) + packer.flush()
    head = b"\x1f\x8b\x08\x04" + bytes(6) + struct.pack("<H", extra) + bytes(extra)
    return head + packed + struct.pack("<LL", zlib.crc32(CALL), len(CALL))


def array_of_objects() -> bytes:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), 'x': '" + b" " * 600 + b"'}\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + CALL


def tensors_with_a_member() -> bytes:
    entry = b'{"__metadata__":{"a":"' + b" " * 350 + b'"},"t":{"dtype":"U8","shape":[512],"data_offsets":[0,512]}}'
    return struct.pack("<Q", 504) + entry.ljust(504) + CALL.ljust(512, b"\0")


TARS = {
    "gzip": (as_tar(packed_behind(2036)), "os.system"),
    "an array": (as_tar(array_of_objects()), "os.system"),
    "a pickle": (as_tar(b"\x80\x02B" + struct.pack("<L", 600) + bytes(600) + b"0" + CALL), "os.system"),
    "hdf5": (as_tar(bytes(2048) + LAMBDA), "Lambda layer"),
    "a zip": (as_tar(bytes(1536)) + PYTORCH, "os.system"),
    "keras": (as_tar(bytes(1536)) + (FILES / "lambda.keras").read_bytes(), "Lambda layer"),
    "safetensors": (as_tar(tensors_with_a_member(), 24), "os.system"),
    "a pointer": (as_tar(POINTER.ljust(512, b"\n"), 24) + CALL, "os.system"),
    "a pointer with a zip": (POINTER + PYTORCH, "os.system"),
}


@pytest.mark.parametrize("how", TARS)
def test_a_tar_header_hides_nothing(how: str) -> None:
    content, said = TARS[how]
    assert said in unsafe(content)
    if how.startswith("a pointer"):
        assert look(content).format == "git-lfs-pointer"
    assert said in unsafe(zipped(("inner", content)))


def test_the_formats_of_files_that_are_tar_archives_as_well() -> None:
    assert look(TARS["keras"][0]).format == "keras"
    assert look(TARS["safetensors"][0]).format == "safetensors"
    pickle.loads(as_tar(b"\x80\x02B" + struct.pack("<L", 600) + bytes(600) + b"."))


def test_what_is_too_deep_is_said_of_every_sort_of_archive() -> None:
    inner = {
        "a zip": zipped(("a.txt", b"text")),
        "a zip behind text": b"text" + zipped(("a.txt", b"text")),
        "a tar archive": as_tar(bytes(1536)),
    }
    for content in inner.values():
        deep = content
        for _ in range(3):
            deep = zipped(("deeper", deep))
        assert "too deep" in unsafe(deep)
        assert look(zipped(("deeper", content))).unsafe is None
    for content in (array_of_objects(), packed_behind(4), bytes(512) + LAMBDA):
        deep = content
        for _ in range(3):
            deep = zipped(("deeper", deep))
        assert "os.system" in unsafe(deep) or "Lambda layer" in unsafe(deep)


def test_what_is_not_unpacked_to_its_end_is_said() -> None:
    noise = bytes(5 * 2**20)
    many = zipped(("noise", noise), ("data.pkl", CALL))
    assert "followed only in part" in unsafe(zipped(("inner", many), method=zipfile.ZIP_DEFLATED))
    lambda_at_the_end = (FILES / "plain.h5").read_bytes() + noise + b'"class_name": "Lambda"'
    assert "followed only in part" in unsafe(zipped(("m.h5", lambda_at_the_end), method=zipfile.ZIP_DEFLATED))
    archive = as_tar(b"a" + bytes(511), len(noise)) + noise + as_tar(b"b" + bytes(511), len(CALL)) + CALL
    assert "followed only in part" in unsafe(zipped(("inner", archive), method=zipfile.ZIP_DEFLATED))
    spaces = b" " * (17 * 2**20) + b'{"class_name": "Lambda"}'
    assert "followed only in part" in unsafe(zipped(("config.json", spaces), method=zipfile.ZIP_DEFLATED))
    assert "Lambda layer" in unsafe(zipped(("config.json", spaces)))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_thousands_of_empty_streams_hide_nothing(compress: Callable[[bytes], bytes]) -> None:
    assert "os.system" in unsafe(compress(b"") * 1000 + compress(CALL))
    assert "in part" in unsafe(compress(b"") * 300_000 + compress(CALL))


def test_what_asks_for_more_memory_than_is_given() -> None:
    packed = bytearray(lzma.compress(CALL, format=lzma.FORMAT_ALONE))
    assert "os.system" in unsafe(bytes(packed))
    packed[1:5] = struct.pack("<L", 2**28)
    assert lzma.decompress(bytes(packed)) == CALL
    assert unsafe(bytes(packed)) == "it is packed with LZMA and may be a pickle (followed only in part)"


def test_the_old_head_of_joblib() -> None:
    for length in (b"0x18", b"18", b"0x0000000000000018"):
        head = b"ZF" + length.ljust(19)
        assert "os.system" in unsafe(head + zlib.compress(CALL))
        assert "os.system" in unsafe(head + b" " + zlib.compress(CALL))


def test_a_zip_that_a_tar_archive_ends_with_is_told_once() -> None:
    content = as_tar(b"m.pt" + bytes(508), len(PYTORCH)) + PYTORCH.ljust(1024, b"\0") + bytes(1024)
    assert look(content) == look(content, "m.pt")
    assert look(content).format is None
    assert unsafe(content) == "its member m.pt: a/data.pkl is a pickle that imports os.system"


def with_an_extra_field(name: str, path: bytes, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo(name)
        extra = struct.pack("<BL", 1, zlib.crc32(name.encode())) + path
        info.extra = struct.pack("<HH", 0x7075, len(extra)) + extra
        archive.writestr(info, content)
        archive.writestr("model.weights.h5", b"")
    return stream.getvalue()


CONFIGURATION = '{"class_name": "Lambda"}'
NAMED = zipped(("metadata.json", b"{}"), ("config.json?zz", CONFIGURATION.encode()))
CONFIGURATIONS = {
    "a name with a NUL": NAMED.replace(b"config.json?", b"config.json\0"),
    "a path in Unicode": with_an_extra_field("other", b"config.json", CONFIGURATION.encode()),
    "the same with a NUL": with_an_extra_field("other", b"config.json\0x", CONFIGURATION.encode()),
    "no other members": zipped(("config.json", CONFIGURATION.encode())),
    **{
        f"{coding} {method}": zipped(
            ("config.json", CONFIGURATION.encode(coding)), ("metadata.json", b"{}"), method=method
        )
        for coding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    },
}


@pytest.mark.parametrize("how", CONFIGURATIONS)
def test_configurations_of_keras_that_are_written_oddly(how: str) -> None:
    assert "Lambda layer" in unsafe(CONFIGURATIONS[how])


def test_names_of_members_that_readers_shorten() -> None:
    named = zipped(("a/data.pkl?", b"N."), ("a/version", b"3"))
    assert look(named.replace(b"pkl?", b"pkl\0")).format == "pytorch"
    assert look(zipped(("a\\data.pkl", b"N."))).format == "pytorch"
    assert look(zipped(("a/DATA.PKL", b"N."))).format == "pytorch"


@pytest.mark.parametrize(
    "behind", [b"P", b"PK\x05\x06", b"PK\x05\x06" + bytes(17), bytes(67_000), b"\n" * 69_500, b"PK\x05\x06" * 5]
)
def test_bytes_behind_a_zip(behind: bytes) -> None:
    found = look(zipped(("a/data.pkl", CALL), ("a/data/0", bytes(4))) + behind, "m.pt")
    assert (found.format, found.defect) == ("pytorch", None)


def test_an_end_record_that_leads_nowhere() -> None:
    false = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, 10, 2**31, 0)
    assert "os.system" in unsafe(PYTORCH + false)
    commented = bytearray(PYTORCH + false)
    commented[len(PYTORCH) - 2 : len(PYTORCH)] = struct.pack("<H", len(false))
    assert "os.system" in unsafe(bytes(commented))
    assert "too large" in unsafe(false * 64, "m.pt")
    assert look(false * 64, "m.pt").defect is None
    harmless = zipped(("a.txt", b"text"))
    commented = bytearray(PYTORCH + harmless)
    commented[len(PYTORCH) - 2 : len(PYTORCH)] = struct.pack("<H", len(harmless))
    assert "os.system" in unsafe(bytes(commented))
