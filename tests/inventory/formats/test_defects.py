# SPDX-License-Identifier: Apache-2.0
"""Files that have the name or the beginning of a model and are none, and files that only look so."""

from __future__ import annotations

import io
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from openmodel.inventory.formats import gguf_reading
from openmodel.inventory.formats.endings import WEIGHT_ENDINGS, is_named_like_weights
from openmodel.rendering.remarks import remark_on
from tests.inventory.formats.looking import FILES, look, zipped

PAGE = b"<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n"
LITTLE, BIG = ((FILES / f"{order}.gguf").read_bytes() for order in ("little", "big"))
ONNX, LEGACY = ((FILES / name).read_bytes() for name in ("model.onnx", "legacy.pth"))
H5 = (FILES / "plain.h5").read_bytes()
TEXT = "it is text and not the model that its name says"
HTML = "it is an HTML page and not the model that its name says"
ZEROS = "it is nothing but zeros"
UNFINISHED = "it has the name of a download that is not finished"


def gguf(*tensors: tuple[tuple[int, ...], int, int], pairs: bytes = b"", count: int = 0, data: int = 0) -> bytes:
    """A file with tensors of these dimensions, types and offsets, and bytes of data."""
    content = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), count) + pairs
    for number, (shape, kind, offset) in enumerate(tensors):
        content += struct.pack("<QB", 1, ord("a") + number) + struct.pack(
            f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset
        )
    return content + bytes(-len(content) % 32 + data)


def pair(key: bytes, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(key)) + key + struct.pack("<I", kind) + value


def tflite(data: int) -> bytes:
    """A model with one graph and one buffer of so many bytes, which are the last thing in it."""
    model = struct.pack("<I4s7H2x", 24, b"TFL3", 14, 12, 0, 0, 4, 0, 8) + struct.pack("<iII", 16, 8, 12)
    vectors = struct.pack("<II", 1, 0) + struct.pack("<II", 1, 12)
    return model + vectors + struct.pack("<3H2xiII", 6, 8, 4, 8, 4, data) + bytes(data)


NESTED = struct.pack("<IQ", 9, 1) * 3 + struct.pack("<IQ", 0, 2) + b"ab"
DEEP = struct.pack("<IQ", 9, 1) * 5 + struct.pack("<IQ", 0, 2) + b"ab"
LONG = struct.pack("<IQQ", 8, 1, 2**40)
MANY = struct.pack("<IQ", 8, 1000) + bytes(8)
STRINGS = struct.pack("<IQ", 8, 2) + (struct.pack("<Q", 1) + b"a") * 2


def npy(array: np.ndarray[Any, Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


CASES = [
    # Content, name, defect.
    (PAGE, "pytorch_model.bin", HTML),
    (PAGE, "d/MODEL.GGUF", HTML),
    (b"\xef\xbb\xbf \n<html lang='en'>", "m.onnx", HTML),
    (b"<?xml version='1.0'?><!-- x --><html>", "m.pt", HTML),
    (PAGE + b"\xff\0", "m.h5", HTML),
    (PAGE, "tokenizer.json", "it is a page and not the JSON that its name says"),
    (b"<?xml version='1.0'?><Error>", "d/config.json", "it is a page and not the JSON that its name says"),
    (b"<s>", "added_tokens.json", None),
    (npy(np.zeros(0, "f4")), "m.npy", "it is an array of nothing"),
    (npy(np.zeros((3, 0), "O")), "m.npy", None),  # A pickle of nothing stands behind its header.
    (npy(np.zeros((), "f4")), "m.npy", None),
    (b"Access denied", "m.pth", TEXT),
    (b'{"error": "Repository not found"}', "m.tflite", TEXT),
    ("Größe: 3\n".encode() * 1000, "m.keras", TEXT),
    (b"x" * 4095 + "é".encode(), "m.npz", TEXT),
    ("page".encode("utf-16"), "m.ckpt", TEXT),
    (b"\xff\xfe\0", "m.ckpt", TEXT),
    (b"a" * 4095 + b"\xe9\xe9\xe9", "m.npy", TEXT),  # What follows the first window is not looked at.
    (b"a\0", "m.bin", None),
    (b"a\x01", "m.bin", None),
    (b"\xe9\xe9", "m.bin", None),
    (b"caf\xe9", "m.bin", None),
    (b"3 2\nword " + np.ones(2, "f4").tobytes(), "word2vec.bin", None),
    (PAGE, "index.html", None),
    (PAGE, "model", None),
    (b"the 0.1 0.2\n", "glove.txt", None),
    (b'{"learner": {}}', "xgboost.json", None),
    (b"", "m.bin", None),
    (bytes(10), "m.bin", ZEROS),
    (bytes(300_000), "m.pt", ZEROS),
    (bytes(299_999) + b"\1", "m.pt", None),
    (bytes(150_000) + b"\1" + bytes(150_000), "m.pt", None),
    (bytes(10), "model", None),
    ((FILES / "state-dict.pth").read_bytes()[:-60], "m.pth", "it is a zip archive that is cut off"),
    (zipped(("a.txt", b"text")), "m.pth", None),
    ((FILES / "protocol-0.pkl").read_bytes(), "m.pkl", None),
    (LITTLE, "m.gguf", None),
    (BIG, "m.gguf", None),
    (LITTLE[:-17], "m.gguf", "it is cut off: its tensors end at byte 624 of 623"),
    (BIG[:-16], "m", None),
    (BIG[:-20], "m", "it is cut off: its tensors end at byte 624 of 620"),
    (LITTLE[:300], "m.gguf", "it is cut off in its header"),
    (LITTLE[:300], "m.gguf.part1of2", None),
    (LITTLE[:300], "m.gguf-split-a", None),
    (LITTLE[:300], "m.gguf.001", None),
    (gguf(), "vocabulary.gguf", "it holds no tensors"),
    (gguf(), "m-00001-of-00003.gguf", None),
    (gguf(), "m-1-of-1.gguf", "it holds no tensors"),
    (gguf(((8,), 0, 0), data=32), "m.gguf", None),
    (gguf(((8,), 0, 0), data=31), "m.gguf", "it is cut off: its tensors end at byte 96 of 95"),
    (gguf(((8,), 0, 32), ((1,), 0, 0), data=64), "m.gguf", None),
    (gguf(((8,), 0, 32), ((1,), 0, 0), data=63), "m.gguf", "it is cut off: its tensors end at byte 160 of 159"),
    (gguf(((256, 2), 12, 0), data=288), "m.gguf", None),
    (gguf(((256, 2), 12, 0), data=287), "m.gguf", "it is cut off: its tensors end at byte 384 of 383"),
    (gguf(((64,), 2, 0), data=36), "m.gguf", None),
    (gguf(((64,), 2, 0), data=35), "m.gguf", "it is cut off: its tensors end at byte 100 of 99"),
    (gguf(((64,), 99, 31), data=32), "m.gguf", None),
    (gguf(((64,), 99, 32), data=32), "m.gguf", "it is cut off: its tensors end at byte 97 of 96"),
    (gguf(((1,) * 17, 0, 0), data=64), "m.gguf", "it has a header that cannot be read"),
    (gguf(((1,), 0, 0), pairs=pair(b"k", 13, b""), count=1, data=99), "m.gguf", "it has a header that cannot be read"),
    (gguf(((1,), 0, 0), pairs=pair(b"k", 9, NESTED), count=1, data=4), "m.gguf", None),
    (gguf(((1,), 0, 0), pairs=pair(b"k", 9, DEEP), count=1, data=4), "m.gguf", "it has a header that cannot be read"),
    (gguf(((1,), 0, 0), pairs=pair(b"k", 9, STRINGS), count=1, data=4), "m.gguf", None),
    (gguf(((1,), 0, 0), pairs=pair(b"k", 9, LONG), count=1, data=4), "m.gguf", "it is cut off in its header"),
    (gguf(((1,), 0, 0), pairs=pair(b"k", 9, MANY), count=1, data=4), "m.gguf", "it is cut off in its header"),
    (H5, "m.h5", None),
    (H5[:-1], "m.h5", "it is cut off: its header says 13,432 bytes, and there are 13,431"),
    (H5[:-1], "m", "it is cut off: its header says 13,432 bytes, and there are 13,431"),
    (bytes(512) + H5, "m.h5", None),
    (bytes(512) + H5[:-1], "m.h5", "it is cut off: its header says 13,944 bytes, and there are 13,943"),
    (H5[:13] + b"\x07" + H5[14:], "m.h5", "it has a header that cannot be read"),
    (save({}), "m.safetensors", "it holds no tensors, or only empty ones"),
    (save({"a": np.zeros((0, 3), "f4")}), "m.safetensors", "it holds no tensors, or only empty ones"),
    (save({"a": np.zeros((0, 3), "f4"), "b": np.zeros(1)}), "m.safetensors", None),
    (save({"a": np.zeros(1)}), "m.safetensors.incomplete", None),
    (b"\x93", "m.bin.crdownload", UNFINISHED),
    (b"\x93", "m.bin.PART", UNFINISHED),
    (b"\x93", "m.bin.aria2", UNFINISHED),
    (b"\x93", "part", None),
    *((PAGE, f"m.{ending}", HTML) for ending in ("mar", "engine", "plan", "nemo", "distcp", "pdmodel", "pdopt", "tar")),
    (ONNX, "m.onnx", None),
    (ONNX[:-3], "m.onnx", "it is an ONNX model that is cut off"),
    (ONNX[:3], "m.onnx", "it is an ONNX model that is cut off"),
    (ONNX[:-3], "m", None),
    (b"\x93\x01\x02", "m.onnx", None),
    (LEGACY, "m.pth", None),
    (LEGACY[:40], "m.pth", "it is cut off before its tensors, or has none"),
    (LEGACY[: LEGACY.index(b"_rebuild")], "m.bin", "it is cut off before its tensors, or has none"),
    (b"\x1c\0\0\0TFL3" + bytes(20), "m.tflite", "it is cut off"),
    (tflite(16), "m.tflite", None),
    (tflite(16)[:-1], "m.tflite", "it is cut off"),
    (tflite(16)[:60], "m.tflite", "it is cut off"),
    (b"\x08\x01\x12\x09\x0a\x07\x12\x05Const", "saved_model.pb", None),
    (b"\x08\x01\x12\x7f\x0a\x07\x12\x05Const", "saved_model.pb", "it is cut off"),
    (b"\x08\x01\x12\x02\x0a\x00", "saved_model.pb", "it holds neither constants nor variables"),
]


def test_all_that_a_name_says_is_weights_is_held_to_it() -> None:
    for ending in WEIGHT_ENDINGS:
        assert is_named_like_weights(f"m.{ending}")


@pytest.mark.parametrize(("content", "name", "defect"), CASES)
def test_defects(content: bytes, name: str, defect: str | None) -> None:
    assert look(content, name).defect == defect


@pytest.mark.parametrize(("version", "first"), [(0, 24), (1, 28), (2, 12), (3, 12)])
@pytest.mark.parametrize("width", [4, 8])
def test_the_length_in_each_superblock_of_hdf5(version: int, first: int, width: int) -> None:
    head = bytearray(100)
    head[:9] = b"\x89HDF\r\n\x1a\n" + bytes([version])
    head[13 if version < 2 else 9] = width
    head[first + 2 * width : first + 3 * width] = (100).to_bytes(width, "little")
    assert look(bytes(head)).defect is None
    assert look(bytes(head[:-1])).defect == "it is cut off: its header says 100 bytes, and there are 99"
    head[first : first + width] = (60).to_bytes(width, "little")  # Something of 60 bytes before it was cut off.
    assert look(bytes(head[:-1])).defect is None


def test_an_alignment_of_its_own() -> None:
    aligned = pair(b"general.alignment", 4, struct.pack("<I", 64))
    content = gguf(((1,), 0, 0), pairs=aligned, count=1)
    assert 64 < len(content) <= 128
    content = content.ljust(128, b"\0")
    assert look(content + bytes(4)).defect is None
    assert look(content + bytes(3)).defect == "it is cut off: its tensors end at byte 132 of 131"


def test_first_version_of_gguf() -> None:
    content = b"GGUF" + struct.pack("<III", 1, 1, 1) + struct.pack("<I1sIB", 1, b"k", 7, 1)
    content += struct.pack("<I1sIIIQ", 1, b"t", 1, 8, 0, 0)
    content += bytes(-len(content) % 32)
    assert look(content + bytes(32)).defect is None
    assert (
        look(content + bytes(31)).defect
        == f"it is cut off: its tensors end at byte {len(content) + 32} of {len(content) + 31}"
    )


def test_a_header_with_more_than_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gguf(((1,), 0, 0), pairs=pair(b"k", 9, STRINGS), count=1, data=4)
    monkeypatch.setattr(gguf_reading, "MAX_STEPS", 4)
    assert look(content).defect is None
    monkeypatch.setattr(gguf_reading, "MAX_STEPS", 3)
    assert look(content).defect == "it has a header that cannot be read"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pytorch_model.bin", PAGE, HTML),
        ("model.gguf", LITTLE[:-17], "it is cut off"),
        ("model.safetensors", save({}), "it holds no tensors"),
        ("model.safetensors", b"version https://git-lfs.github.com/spec/v1\r\nodd key\r\noid  x\r\nsize 1", "Git LFS"),
        ("model-00001-of-00003.safetensors", save({"a": np.zeros(1)}), "lacks 2 shards"),
    ],
)
def test_a_release_of_it_is_not_met(release: Path, name: str, content: bytes, said: str) -> None:
    (release / "model.safetensors").unlink()
    (release / name).write_bytes(content)
    declaration = release / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace('"*.safetensors"', name))
    assert name in declaration.read_text()
    built = openmodel.build(release)
    (file,) = [file for file in built.manifest.measured.files if file.path == name] if built.manifest.measured else []
    assert "lacks" in said or said in (remark_on(file) or "")
    findings = [finding.message.casefold() for finding in openmodel.check(release).findings("unmet")]
    assert [said.casefold() in message for message in findings] == [True, True]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("model.pkl", pickle.dumps({"hello": "world"}), "it holds words only"),
        ("pytorch_model.bin", pickle.dumps({"hello": "world"}, 0), "it holds words only"),
        ("model.joblib", pickle.dumps("none"), "it holds words only"),
        (
            "model.pt",
            zipped(("archive/data.pkl", pickle.dumps({"x": "y"})), ("archive/version", b"3")),
            "it holds no tensors",
        ),
        ("weights.npz", zipped(), "it is a zip archive with nothing in it"),
        ("model.pkl", pickle.dumps({"coef": [1.5, 2.0]}), None),
        ("model.pkl", pickle.dumps([1, 2]), None),
        ("model.pkl", pickle.dumps({"coef": b"12345678"}), None),
        ("model.pkl", pickle.dumps(Path("words")), None),
        ("model.pkl", pickle.dumps({str(number): "word" for number in range(2000)}), None),
        ("model.pt", zipped(("m/data.pkl", pickle.dumps({"x": "y"})), ("m/data/0", b"1234")), None),
        ("notes.zip", zipped(), None),
        ("lm.arpa", b"The model is not public.\n", "it is not the model that its name says"),
        ("model.pmml", PAGE, "it is not the model that its name says"),
        ("model.rds", b"Ask us.\n", "it is not the model that its name says"),
        ("model.ubj", b"Ask us.\n", TEXT),
        ("lm.arpa", b"\\data\\\nngram 1=3\n\n\\1-grams:\n-1 a\n", None),
        ("model.pmml", b"<?xml version='1.0'?><PMML version='4.4'><RegressionModel/></PMML>", None),
        ("model.rds", b"A\n3\n262657\n197888\n", None),
        ("model.RData", b"RDX3\n" + bytes(60), None),
    ],
)
def test_what_holds_no_parameters(name: str, content: bytes, why: str | None) -> None:
    assert look(content, name).defect == why
