# SPDX-License-Identifier: Apache-2.0
"""Models whose parameters are in other files: which these are, and that they must be there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import openmodel
from openmodel.inventory.formats import onnx_data
from openmodel.inventory.formats.recognising import look_into
from tests.inventory.formats.looking import FILES

ONNX = (FILES / "model.onnx").read_bytes()
VARIABLES = b"\x08\x01\x12\x0f\x0a\x0d\x12\x0bVarHandleOp"


def field(number: int, content: bytes | int) -> bytes:
    """A field of a message: a number, or bytes with their length."""
    if isinstance(content, int):
        return number_of(number << 3) + number_of(content)
    return number_of(number << 3 | 2) + number_of(len(content)) + content


def number_of(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + number_of(rest) if rest else bytes([low])


def tensor(location: bytes, key: bytes = b"location") -> bytes:
    entries = field(13, field(1, key) + field(2, location)) + field(13, field(1, b"offset") + field(2, b"0"))
    return field(1, 4) + field(2, 1) + field(8, b"w") + entries + field(14, 1)


def model(graph: bytes, more: bytes = b"") -> bytes:
    return field(1, 8) + field(7, field(2, b"g") + graph) + field(8, field(1, b"") + field(2, 17)) + more


A = tensor(b"a.bin")
NODE = field(4, b"Constant") + field(5, field(1, b"value") + field(5, A))
INNER = field(4, b"If") + field(5, field(6, field(5, A)))


@pytest.mark.parametrize(
    ("content", "name", "needs"),
    [
        (ONNX, "m.onnx", ()),
        (model(field(5, A)), "m.onnx", ("a.bin",)),
        (model(field(5, A) + field(5, tensor(b"./d/b.bin")) + field(5, A)), "m", ("a.bin", "d/b.bin")),
        (model(field(1, NODE)), "m.onnx", ("a.bin",)),
        (model(field(1, INNER)), "m.onnx", ("a.bin",)),
        (model(field(15, field(1, A))), "m.onnx", ("a.bin",)),
        (model(b"", field(25, field(7, NODE))), "m.onnx", ("a.bin",)),
        (model(b"", field(20, field(1, field(5, A)))), "m.onnx", ("a.bin",)),
        (model(field(5, field(9, bytes(9000)) + A)), "m.onnx", ("a.bin",)),
        (model(field(5, tensor(b"a.bin", key=b"checksum of location"))), "m.onnx", ()),
        (VARIABLES, "d/saved_model.pb", ("variables/variables.index",)),
        (VARIABLES.replace(b"VarHandleOp", b"ConstAndMor"), "saved_model.pb", ()),
    ],
)
def test_the_files_that_a_model_names(content: bytes, name: str, needs: tuple[str, ...]) -> None:
    found = look_into(io.BytesIO(content), len(content), name)
    assert found.needs == needs
    assert found.recognised.defect is None


@pytest.mark.parametrize(
    ("graph", "defect"),
    [
        (field(5, tensor(b"../a.bin")), "it names a file of tensors that is not in its folder"),
        (field(5, tensor(b"/etc/a.bin")), "it names a file of tensors that is not in its folder"),
        (field(5, tensor(b"")), "it names a file of tensors that is not in its folder"),
        (field(5, tensor(b"\xff")), "it names a file whose name is not UTF-8"),
        (field(5, b"\x6a\x7flocation"), "it has a graph that is damaged"),
    ],
)
def test_a_model_that_names_what_cannot_be_there(graph: bytes, defect: str) -> None:
    content = model(graph)
    assert look_into(io.BytesIO(content), len(content), "m.onnx").recognised.defect == defect


def test_many_tensors_are_read_once() -> None:
    content = model(b"".join(field(5, tensor(b"%d.bin" % number)) for number in range(4000)) + bytes([0x4A, 0]))
    found = look_into(io.BytesIO(content), len(content), "m.onnx")
    assert len(found.needs) == 4000
    padded = VARIABLES.replace(b"VarHandleOp", b"ConstAndMor") + b"\x08\x01" * 2_000_000
    assert look_into(io.BytesIO(padded), len(padded), "saved_model.pb").recognised.defect is None


def test_no_more_is_looked_at_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    content = model(field(5, A))
    monkeypatch.setattr(onnx_data, "MAX_FIELDS", 5)
    found = look_into(io.BytesIO(content), len(content), "m.onnx")
    assert found.recognised.defect == "it has more parts than are looked at"


@pytest.mark.parametrize(
    ("name", "content", "other"),
    [
        ("d/model.onnx", model(field(5, A)), "d/a.bin"),
        ("d/saved_model.pb", VARIABLES, "d/variables/variables.index"),
    ],
)
def test_a_release_without_them_is_not_met(release: Path, name: str, content: bytes, other: str) -> None:
    (release / "model.safetensors").unlink()
    (release / "d").mkdir()
    (release / name).write_bytes(content)
    declaration = release / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace('"*.safetensors"', name))
    built = openmodel.build(release)
    assert built.manifest.measured
    assert [(item.path, item.named_by) for item in built.manifest.measured.absent] == [(other, name)]
    findings = [finding.message for finding in openmodel.check(release).findings("unmet")]
    assert [other in message for message in findings] == [True, True]
    (release / other).parent.mkdir(exist_ok=True)
    (release / other).write_bytes(b"\x93\0\1")
    openmodel.build(release)
    assert list(openmodel.check(release).findings("unmet")) == []
