# SPDX-License-Identifier: Apache-2.0
"""Nothing is handed out when one bit is not as it was signed, and the error says where."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import openmodel
from openmodel.errors import DocumentError, InventoryError, StageError, VerificationError
from openmodel.inventory.reading import OpenFile
from openmodel.weights import loading
from openmodel.weights.arrays import Allocate, numpy_arrays
from tests.weights.tensor_files import (
    ALL,
    FILES,
    TABLE,
    SignedWeights,
    Stored,
    content_digest,
    safetensors_file,
    weight_tensors,
    write_weights,
)

FIRST = "model-1.safetensors"
NAME = "model.layers.0.w"


def write(signed: SignedWeights, tensors: dict[str, Stored], path: str = FIRST) -> None:
    (signed.directory / path).write_bytes(safetensors_file(tensors))


def refusal(signed: SignedWeights, error: type[openmodel.OpenModelError] = VerificationError) -> str:
    """The one problem that the three ways of loading agree on."""
    said = set()
    for asked in ({"key": signed.key}, {"tensor_root": signed.tensor_root}):
        with pytest.raises(error) as caught:
            openmodel.load_verified(signed.directory, **asked)
        (problem,) = caught.value.problems
        said.add(str(problem))
    (text,) = said
    return text


@pytest.mark.parametrize("bit", [0, 191])
def test_a_bit_of_a_tensor(bit: int, signed: SignedWeights) -> None:
    data = bytearray(ALL[NAME].data)
    data[bit // 8] ^= 1 << bit % 8
    altered = ALL[NAME]._replace(data=bytes(data))
    write(signed, dict(FILES[FIRST]) | {NAME: altered})
    said = refusal(signed)
    assert said.startswith(f'{FIRST}: found tensor "{NAME}"')
    assert f"content digest {content_digest(altered).hexdigest()}" in said
    assert f"expected {content_digest(ALL[NAME]).hexdigest()}" in said


def test_a_bit_without_a_table(signed: SignedWeights) -> None:
    (signed.directory / TABLE).unlink()
    altered = dict(FILES[FIRST]) | {NAME: ALL[NAME]._replace(data=bytes(24))}
    write(signed, altered)
    root = weight_tensors("w", FILES | {FIRST: altered}).tensor_root
    with pytest.raises(
        VerificationError, match=f"5 tensors with the tensor root {root}; expected {signed.tensor_root}"
    ):
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)


def test_two_tensors_that_changed_places(signed: SignedWeights) -> None:
    other = "deep/model-2.safetensors"
    write(signed, dict(FILES[FIRST]) | {NAME: ALL["model.layers.1.w"]})
    write(signed, dict(FILES[other]) | {"model.layers.1.w": ALL[NAME]}, other)
    assert re.search(r'tensor "model.layers.[01].w" with the content digest', refusal(signed))


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (Stored("I32", (2, 3), ALL[NAME].data), r"I32 \[2, 3\]; expected F32 \[2, 3\]"),
        (Stored("F32", (3, 2), ALL[NAME].data), r"F32 \[3, 2\]; expected F32 \[2, 3\]"),
        (Stored("F32", (6,), ALL[NAME].data), r"F32 \[6\]; expected"),
        (Stored("F32", (1, 2, 3), ALL[NAME].data), r"F32 \[1, 2, 3\]; expected"),
        (Stored("F32", (2, 2), ALL[NAME].data[:16]), r"F32 \[2, 2\]; expected"),
    ],
)
def test_another_type_or_shape_in_the_header(stored: Stored, shown: str, signed: SignedWeights) -> None:
    write(signed, dict(FILES[FIRST]) | {NAME: stored})
    assert re.search(rf'{FIRST}: found for tensor "{NAME}" {shown}', refusal(signed))


def test_a_tensor_that_is_gone_or_renamed(signed: SignedWeights) -> None:
    write(signed, {"other": ALL[NAME], "model.layers.0.b": ALL["model.layers.0.b"]})
    assert f'for tensor "{NAME}" nothing of that name' in refusal(signed)


def test_a_tensor_more_is_nobodys_business(signed: SignedWeights) -> None:
    """It is not loaded; `verify` tells of the file."""
    write(signed, dict(FILES[FIRST]) | {"more": ALL["lm_head"]})
    assert openmodel.load_verified(signed.directory, key=signed.key).keys() == ALL.keys()


def test_a_tensor_more_without_a_table(signed: SignedWeights) -> None:
    (signed.directory / TABLE).unlink()
    write(signed, dict(FILES[FIRST]) | {"more": ALL["lm_head"]})
    with pytest.raises(VerificationError, match="6 tensors with the tensor root"):
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)


def test_a_tensor_twice_without_a_table(signed: SignedWeights) -> None:
    (signed.directory / TABLE).unlink()
    write(signed, {NAME: ALL[NAME]}, "copy.safetensors")
    with pytest.raises(InventoryError, match=f'tensor "{NAME}", which copy.safetensors holds too'):
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)


def test_a_table_that_was_altered(signed: SignedWeights) -> None:
    table = signed.directory / TABLE
    table.write_bytes(table.read_bytes().replace(b'"F16"', b'"I16"'))
    with pytest.raises(VerificationError, match=r"a table with the SHA-256 .*, as the signed manifest says"):
        openmodel.load_verified(signed.directory, key=signed.key)
    with pytest.raises(VerificationError, match=r"F16 \[3\]; expected I16 \[3\], as the table of tensors says"):
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)


def test_a_table_of_other_tensors_under_the_root(signed: SignedWeights) -> None:
    """It is believed only as far as its rows give that root, even if the files agree with it."""
    forged = dict(FILES[FIRST]) | {NAME: ALL[NAME]._replace(data=bytes(24))}
    write_weights(signed.directory, FILES | {FIRST: forged})
    table = json.loads((signed.directory / TABLE).read_text())
    found = table["weights"][0]["tensor_root"]
    with pytest.raises(VerificationError, match=f"w with the tensor root {found}; expected weights with"):
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)
    table["weights"][0]["tensor_root"] = signed.tensor_root
    (signed.directory / TABLE).write_text(json.dumps(table))
    with pytest.raises(VerificationError, match=f"tensors of w that give the tensor root {found}"):
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)


def test_a_table_with_a_name_twice_or_no_tensors(signed: SignedWeights) -> None:
    table = json.loads((signed.directory / TABLE).read_text())
    (weights,) = table["weights"]
    for rows, got in ((weights["tensors"] * 2000, 'for w tensor "lm_head" twice'), ([], "for w no tensors")):
        (signed.directory / TABLE).write_text(json.dumps(table | {"weights": [weights | {"tensors": rows}]}))
        with pytest.raises(InventoryError, match=f"{TABLE}: found {got}; expected") as caught:
            openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)
        assert len(caught.value.problems) == 1


def test_messages_about_a_table_stay_short(signed: SignedWeights) -> None:
    table = json.loads((signed.directory / TABLE).read_text())
    (weights,) = table["weights"]
    rows = [row | {"shape": [2**53 - 1] * 10_000} for row in weights["tensors"]]
    (signed.directory / TABLE).write_text(json.dumps(table | {"weights": [weights | {"tensors": rows}]}))
    with pytest.raises(VerificationError, match=r"expected BF16 \[9007199254740991, .*…, as the table") as caught:
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)
    assert len(str(caught.value)) < 1000
    many = [weights | {"component": f"w{number}", "tensors": []} for number in range(1000)]
    (signed.directory / TABLE).write_text(json.dumps(table | {"weights": many}))
    with pytest.raises(VerificationError, match=r"found w0 with the tensor root .*…; expected") as caught:
        openmodel.load_verified(signed.directory, tensor_root="0" * 64)
    assert len(str(caught.value)) < 2000


def test_a_table_that_is_none(signed: SignedWeights) -> None:
    (signed.directory / TABLE).write_text('{"openmodel_tensors": "1-draft", "weights": [], "weights": []}')
    with pytest.raises(VerificationError, match="a table with the SHA-256"):
        openmodel.load_verified(signed.directory, key=signed.key)
    with pytest.raises(DocumentError):
        openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root)


def test_no_table_where_one_was_signed(signed: SignedWeights) -> None:
    (signed.directory / TABLE).unlink()
    with pytest.raises(InventoryError, match=f"{TABLE}: found that it cannot be found"):
        openmodel.load_verified(signed.directory, key=signed.key)


def test_another_root(signed: SignedWeights) -> None:
    with pytest.raises(VerificationError, match=f"with the tensor root {signed.tensor_root}; expected weights with 0"):
        openmodel.load_verified(signed.directory, tensor_root="0" * 64)
    (signed.directory / TABLE).unlink()
    with pytest.raises(VerificationError, match=f"tensor root {signed.tensor_root}; expected 0"):
        openmodel.load_verified(signed.directory, tensor_root="0" * 64)


def test_a_manifest_that_was_altered(signed: SignedWeights) -> None:
    manifest = signed.directory / "openmodel.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(VerificationError):
        openmodel.load_verified(signed.directory, key=signed.key)


def test_another_key_and_no_signature(signed: SignedWeights, tmp_path: Path) -> None:
    other = openmodel.new_key(tmp_path / "other.key")
    with pytest.raises(VerificationError):
        openmodel.load_verified(signed.directory, key=other.public)
    (signed.directory / "openmodel.sig").unlink()
    with pytest.raises(VerificationError):
        openmodel.load_verified(signed.directory, key=signed.key)
    (signed.directory / "openmodel.json").unlink()
    with pytest.raises(StageError):
        openmodel.load_verified(signed.directory, key=signed.key)


def test_a_file_that_is_gone(signed: SignedWeights) -> None:
    (signed.directory / FIRST).unlink()
    assert f"{FIRST}: found that it cannot be found" in refusal(signed, InventoryError)


def test_a_file_that_is_no_longer_one_of_tensors(signed: SignedWeights) -> None:
    (signed.directory / FIRST).write_bytes(b"<html>" + bytes(100))
    assert FIRST in refusal(signed, InventoryError)


def test_a_file_that_was_not_downloaded(signed: SignedWeights) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 100\n"
    (signed.directory / FIRST).write_text(pointer)
    assert "git lfs pull" in refusal(signed, InventoryError)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_a_link_out_of_the_tree(signed: SignedWeights, tmp_path: Path) -> None:
    file = signed.directory / FIRST
    file.rename(tmp_path / "outside")
    file.symlink_to(tmp_path / "outside")
    assert "a symbolic link to something outside the release" in refusal(signed, InventoryError)


def test_a_file_that_is_swapped_after_its_header_was_read(
    signed: SignedWeights, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swapping(codes: Iterable[str]) -> Allocate:
        write(signed, dict(FILES[FIRST]), "new")
        (signed.directory / "new").replace(signed.directory / FIRST)
        return numpy_arrays(codes)

    monkeypatch.setitem(loading._FRAMEWORKS, "numpy", swapping)
    assert f"{FIRST}: found a file that changed while it was read" in refusal(signed, InventoryError)


def test_a_file_that_is_cut_while_it_is_read(signed: SignedWeights, monkeypatch: pytest.MonkeyPatch) -> None:
    read_at = OpenFile.read_at

    def cutting(self: OpenFile, view: memoryview, start: int) -> int:
        if str(self.path).endswith(FIRST) and self.identity.size == os.stat(self.path).st_size:  # noqa: PTH116
            os.truncate(self.path, start + 1)
        return read_at(self, view, start)

    monkeypatch.setattr(OpenFile, "read_at", cutting)
    with pytest.raises(InventoryError, match=f"{FIRST}: found a file that changed while it was read"):
        openmodel.load_verified(signed.directory, key=signed.key)


def test_a_file_that_is_written_to_while_it_is_read(signed: SignedWeights, monkeypatch: pytest.MonkeyPatch) -> None:
    read_at = OpenFile.read_at

    def writing(self: OpenFile, view: memoryview, start: int) -> int:
        count = read_at(self, view, start)
        with open(self.path, "r+b") as stream:  # noqa: PTH123
            stream.seek(start)
            stream.write(bytes(count))  # What was read before is what was hashed.
        return count

    monkeypatch.setattr(OpenFile, "read_at", writing)
    with pytest.raises(InventoryError, match="a file that changed while it was read"):
        openmodel.load_verified(signed.directory, key=signed.key)


@pytest.mark.parametrize("shape", [(1,) * 100, (2**52, 0, 2**9)])
def test_a_shape_that_no_array_has(shape: tuple[int, ...], tmp_path: Path) -> None:
    tensors = {"w": Stored("F64", shape, bytes(8 if 0 not in shape else 0))}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    with pytest.raises(InventoryError, match=r'm\.safetensors: found tensor "w", for which there is no array'):
        openmodel.load_verified(tmp_path, tensor_root=root)


def test_no_message_holds_escape_sequences(tmp_path: Path) -> None:
    tensors = {"\x1b[31m": Stored("U8", (1,), b"a")}
    found = write_weights(tmp_path, {"m.safetensors": tensors})
    (tmp_path / "m.safetensors").write_bytes(safetensors_file({"\x1b[31m": Stored("U8", (1,), b"b")}))
    with pytest.raises(VerificationError) as caught:
        openmodel.load_verified(tmp_path, tensor_root=found.tensor_root)
    assert "\x1b" not in str(caught.value)
