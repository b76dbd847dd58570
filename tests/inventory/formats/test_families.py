# SPDX-License-Identifier: Apache-2.0
"""What single formats allow and what nearly is one."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

import numpy as np
import pytest

from openmodel.inventory.formats import tars
from openmodel.inventory.formats.lfs import LfsPointer, read_lfs_pointer
from tests.inventory.formats.looking import FILES, look, unsafe, zipped

CALL = b"cos\nsystem\n(S'true'\ntR."
OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 12345\n".encode()
EXTENSION = f"ext-0-foo sha256:{OID}\n".encode()


@pytest.mark.parametrize(
    "content",
    [
        POINTER,
        POINTER.rstrip(),
        POINTER.replace(b"\n", b"\r\n"),
        POINTER.replace(b"oid", EXTENSION + b"oid"),
        POINTER.replace(b"https://git-lfs.github.com/spec/v1", b"http://git-media.io/v/2"),
    ],
)
def test_pointers(content: bytes) -> None:
    assert read_lfs_pointer(content) == LfsPointer(OID, 12345)
    assert look(content).format == "git-lfs-pointer"


@pytest.mark.parametrize(
    "content",
    [
        POINTER + b"more",
        b"\n" + POINTER,
        b"\xef\xbb\xbf" + POINTER,
        POINTER.replace(b"oid", b"odd key\noid"),
        POINTER.replace(b"oid", b"oid "),
        POINTER.replace(b"version", b"version "),
        POINTER.replace(b"https", b"http"),
        POINTER.replace(b"git-lfs", b"hawser").replace(b"size", b"SIZE"),
        POINTER.replace(b"sha256", b"sha1"),
        POINTER.replace(b"12345", b"-1"),
        POINTER.replace(b"12345", b"01"),
        POINTER.replace(b"12345", b"9" * 20),
        POINTER.replace(b"4d7a", b"4D7A"),
        POINTER.replace(b"/v1", b"/v9"),
        POINTER[:60],
        POINTER + b"\n" * (1023 - len(POINTER)) + b"",
    ],
)
def test_what_was_a_pointer_is_not_the_file_either(content: bytes) -> None:
    assert look(content).format == "git-lfs-pointer"
    assert read_lfs_pointer(content) in (None, LfsPointer(OID, 12345))


@pytest.mark.parametrize("content", [b"", POINTER + b"\n" * (1024 - len(POINTER)), b"# " + POINTER, POINTER[:18]])
def test_what_is_no_pointer(content: bytes) -> None:
    assert read_lfs_pointer(content) is None
    assert look(content).format is None


def npy(header: str, rest: bytes = b"", version: int = 1, length: int | None = None) -> bytes:
    size = len(header) if length is None else length
    return (
        b"\x93NUMPY" + bytes((version, 0)) + struct.pack("<H" if version == 1 else "<L", size) + header.encode() + rest
    )


def test_headers_of_numpy() -> None:
    for descr in ("'|O'", "'i4,O'", "'object'", "[('a', [('b', '<O8')])]", "('O', (2,))", "[('a', 'O', (2,))]"):
        assert unsafe(npy(f"{{'descr': {descr}, 'fortran_order': False, 'shape': (1L,), }}\n")).startswith(
            "it is an array of Python objects"
        )
    for header in (
        "{'descr': '\\x4f'}",
        "{'descr': '|' 'O'}",
        "{}",
        "[]",
        "{'a': 1, 'a': 2}",
        "{'descr'}",
        "{1: 2}",
        "{'descr': 'O'} x",
        "(" * 500,
        "{'descr': ['O' 1]}",
        "    ",
        "]",
    ):
        assert unsafe(npy(header)).startswith("it is an array with a header that cannot be read")
    assert look(npy("{'descr': '<f4', 'shape': ()}", version=2)).unsafe is None
    assert look(npy("{'descr': '<f4', 'shape': ()}", version=3)).unsafe is None
    assert look(npy("{'descr': '<f4'}", version=4)).format is None
    assert look(npy("{'descr': '<f4'}", version=2, length=2**32 - 1)).format is None
    assert "too long" in unsafe(npy(" " * 70_000, version=2))
    assert "os.system" in unsafe(npy("{'descr': '|O'}", CALL))


def test_a_member_is_named_once() -> None:
    """A zip begins with an opcode, and a member that is stored stands in it as it is."""
    stream = io.BytesIO()
    np.savez(stream, x=np.array([range(3)], dtype=object))
    assert unsafe(stream.getvalue()).count("pickle") == 1


def test_many_unsafe_members() -> None:
    found = unsafe(zipped(*((f"{number}.pkl", CALL) for number in range(5))))
    assert found.count("os.system") == 3
    assert found.endswith("2 more of its members are unsafe")


def test_members_that_are_packed_otherwise() -> None:
    assert "cannot be looked into: a" in unsafe(zipped(("a", b"text" * 50), method=zipfile.ZIP_LZMA))


def test_a_zip_with_the_names_of_pytorch_and_nothing_in_it() -> None:
    found = look(zipped(("archive/data.pkl", b"no pickle")))
    assert (found.format, found.unsafe) == ("pytorch", "it is a PyTorch file, in which data.pkl should be a pickle")


def test_torchscript_with_a_pickle_for_python() -> None:
    members = ("m/code/a.py", b"x"), ("m/constants.pkl", b"\x80\x02)."), ("m/data.pkl", CALL)
    assert unsafe(zipped(*members)).endswith("its member m/data.pkl is a pickle that imports os.system")


def test_a_zip_of_something_else() -> None:
    assert look(zipped(("a.txt", b"text"), ("b/", b""))) == look(b"")
    stored, packed = zipped(("a.txt", b"text")), zipped(("a.txt", b"text" * 9), method=zipfile.ZIP_DEFLATED)
    assert look(stored) == look(packed) == look(b"")


CONFIGURATIONS = {
    '{"class_name": "Lambda"}': "a Lambda layer",
    '{"class_name"\n :\t' + " " * 5000 + '"Lambda"}': "a Lambda layer",
    '{"class_name": "\\u004cambda"}': "a Lambda layer",
    '{"\\u0063lass_name": "__lambda__"}': "a Lambda layer",
    '{"module": "os", "class_name": "function", "config": "system"}': "takes classes or functions from os",
    '{"module": "keras.layers", "class_name": "Dense"}': "",
    '{"text": "Lambda"}': "",
}


@pytest.mark.parametrize("text", CONFIGURATIONS)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_configurations_of_keras(text: str, method: int) -> None:
    found = look(zipped(("config.json", text.encode()), ("metadata.json", b"{}"), method=method))
    assert found.format == "keras"
    assert CONFIGURATIONS[text] in (found.unsafe or "")
    assert bool(found.unsafe) == bool(CONFIGURATIONS[text])


def test_a_configuration_across_two_pieces_of_hdf5() -> None:
    content = (FILES / "plain.h5").read_bytes()
    for before in range(2**20 - 30, 2**20 + 5, 3):
        shifted = content + b"x" * (before - len(content)) + b'"class_name": "Lambda"'
        assert "Lambda" in unsafe(shifted)


def test_hdf5_behind_a_block_of_the_user() -> None:
    content = (FILES / "plain.h5").read_bytes()
    assert look(bytes(2048) + content).format == "hdf5"
    assert look(bytes(2049) + content).format is None
    assert look(content[:8] + b"\xff" + content[9:]).format is None


def test_onnx_has_known_fields_to_the_last_byte() -> None:
    content = (FILES / "model.onnx").read_bytes()
    for other in (
        content + b"\x08",
        content + b"\x1a\x05abcd",
        b"\x08\x00" + content[2:],
        content[:2],
        b"\x08\x07:\x00B\x00",
    ):
        assert look(other).format is None
    assert look(content[2:]).format is None


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_archives(form: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, content in (("readme.txt", b"text"), ("ckpt/model.pt", (FILES / "payload.pth").read_bytes())):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    content = stream.getvalue()
    expected = "its member ckpt/model.pt: payload/data.pkl is a pickle that imports __builtin__.print"
    assert look(content).format is None
    assert expected.rsplit(maxsplit=1)[-1] in unsafe(content)
    monkeypatch.setattr(tars, "_MAX_MEMBERS", 1)
    assert "too large" in unsafe(content)


def test_tar_archives_without_a_mark() -> None:
    header = bytearray(512)
    header[:6], header[124:135], header[148:156] = b"a.data", b"00000000030", b" " * 8
    header[148:155] = b"%06o\0" % sum(header)
    assert "os.system" in unsafe(bytes(header) + CALL + bytes(600))
    header[124:136] = b"\x80" + (24).to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:155] = b"%06o\0" % sum(header)
    assert "os.system" in unsafe(bytes(header) + CALL + bytes(600))
    header[0] ^= 1
    assert look(bytes(header) + CALL + bytes(600)).format is None


def test_arrays_of_numpy_as_numpy_writes_them() -> None:
    for value in (np.zeros(3), np.array(["a"]), np.zeros(2, "M8[s]"), np.zeros((), [("a", "i1", (2, 3))])):
        stream = io.BytesIO()
        np.save(stream, value)
        assert (look(stream.getvalue()).format, look(stream.getvalue()).unsafe) == ("npy", None)


FASTTEXT = (793712314).to_bytes(4, "little")
BLOBS = struct.pack("<II", 1, 2) + bytes(56) + struct.pack("<I", 0xDEADBEEF)
TABLE = bytes.fromhex("57fb808b247547db")


@pytest.mark.parametrize(
    ("content", "name", "format"),
    [
        (b"\x1c\0\0\0TFL3\x14", "m.bin", "tflite"),
        (b"\x1c\0\0\0TFL4\x14", "m.tflite", None),
        (b"\0TFL3\0\0\0", "m.tflite", None),
        (FASTTEXT + b"\x0c\0\0\0" + b"\1", "m.ftz", "fasttext"),
        (FASTTEXT + b"\x0b\0\0\0" + b"\1", "m", "fasttext"),
        (FASTTEXT + b"\x0d\0\0\0" + b"\1", "m.ftz", None),
        (b"\x08\x01\x12\x05", "d/saved_model.pb", "saved-model"),
        (b"\x08\x01\x12\x05", "d/other.pb", None),
        (b"\x08\x02\x12\x05", "saved_model.pb", None),
        (b"\x93" * 40 + TABLE, "variables/variables.index", "tensorflow-checkpoint"),
        (b"\x93" * 40 + TABLE, "000005.ldb", None),
        (TABLE + b"\x93", "variables.index", None),
        (BLOBS, "weights/weight.bin", "coreml-weights"),
        (BLOBS[:-1], "weight.bin", None),
        (BLOBS.replace(b"\2", b"\3"), "weight.bin", None),
    ],
)
def test_formats_that_a_mark_tells(content: bytes, name: str, format: str | None) -> None:
    assert (look(content, name).format, look(content, name).unsafe) == (format, None)


@pytest.mark.parametrize("name", ["pnet.lz4", "model.bin", "weights", "model.pkl"])
def test_what_is_packed_with_lz4_is_not_passed_over(name: str) -> None:
    found = look((FILES / "model-lz4.joblib").read_bytes(), name)
    assert found.format is None
    assert found.unsafe == "it is packed with LZ4, which is not looked into and in which joblib keeps pickles"
