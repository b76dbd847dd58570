# SPDX-License-Identifier: Apache-2.0
"""`verify` names the tensors that differ where files of weights do, and decides by the files alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from openmodel.building import build
from openmodel.inventory import changed_tensors
from openmodel.inventory.reading import OpenFile, open_regular
from openmodel.rendering.verification import verification_json, verification_text
from openmodel.signing import KeyPair, Verification, sign, verify

Arrays = dict[str, Any]
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
DECLARATION = """\
openmodel: 1-draft
release: {name: toy}
components:
  - {id: model, name: Model, kinds: [weights], files: ["model-*.safetensors"]}
  - {id: adapter, name: Adapter, kinds: [weights], files: ["adapter.safetensors"]}
"""


def arrays(first: int) -> Arrays:
    return {
        f"layer.{index}.weight": np.arange(6, dtype=np.float32).reshape(2, 3) + index for index in (first, first + 1)
    }


@pytest.fixture
def release(tmp_path: Path, key: KeyPair) -> Path:
    root = tmp_path / "release"
    root.mkdir()
    save_file(arrays(0), root / SHARDS[0])
    save_file(arrays(2), root / SHARDS[1])
    save_file({"a": np.zeros(2, np.float32)}, root / "adapter.safetensors")
    (root / "openmodel.yaml").write_text(DECLARATION)
    build(root)
    sign(root, keys=[key.private])
    return root


def changes(result: Verification) -> list[tuple[str, str, str]]:
    assert not result.ok
    return [(change.component, change.name, change.kind) for change in result.tensors]


def edited(path: Path, edit: Callable[[Arrays], object]) -> None:
    found = dict(load_file(path))
    edit(found)
    save_file(found, path)


def flip(found: Arrays) -> None:
    found["layer.1.weight"].view(np.uint8)[0, 0] ^= 1


def cast(found: Arrays) -> None:
    found["layer.0.weight"] = found["layer.0.weight"].astype(np.float16)


def rename(found: Arrays) -> None:
    found["block.0.weight"] = found.pop("layer.0.weight")


def drop(found: Arrays) -> None:
    del found["layer.0.weight"]


def add(found: Arrays) -> None:
    found["more"] = np.ones(1, np.float32)


def turn(found: Arrays) -> None:
    found["layer.0.weight"] = np.ascontiguousarray(found["layer.0.weight"].reshape(3, 2))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (flip, ("layer.1.weight", "altered")),
        (cast, ("layer.0.weight", "cast")),
        (rename, ("layer.0.weight", "renamed")),
        (drop, ("layer.0.weight", "removed")),
        (add, ("more", "added")),
        (turn, ("layer.0.weight", "altered")),
    ],
)
def test_each_change_of_a_tensor_is_named(
    release: Path, key: KeyPair, edit: Callable[[Arrays], object], expected: tuple[str, str]
) -> None:
    edited(release / SHARDS[0], edit)
    result = verify(release, keys=[key.public])
    assert changes(result) == [("model", *expected)]
    assert [row.path for row in result.files] == [SHARDS[0]]
    text = verification_text(result, 60)
    assert f'{expected[1]} tensor "{expected[0]}" of model' in " ".join(text.split())
    assert all(len(line) <= 66 for line in text.splitlines())  # A digest has 64 digits.
    assert json.loads(verification_json(result))["tensors"][0]["kind"] == expected[1]


def test_nothing_is_named_where_no_tensor_changed(release: Path, key: KeyPair) -> None:
    """Header metadata and sharding are no part of the weights; the files fail all the same."""
    save_file(load_file(release / SHARDS[0]), release / SHARDS[0], metadata={"made": "again"})
    assert changes(verify(release, keys=[key.public])) == []
    moved = dict(load_file(release / SHARDS[1]))
    edited(release / SHARDS[0], lambda found: found.update({"layer.2.weight": moved.pop("layer.2.weight")}))
    save_file(moved, release / SHARDS[1])
    assert changes(verify(release, keys=[key.public])) == []


def test_a_shard_that_is_missing_and_one_that_is_extra(release: Path, key: KeyPair) -> None:
    (release / SHARDS[1]).unlink()
    result = verify(release, keys=[key.public])
    assert changes(result) == [("model", f"layer.{index}.weight", "removed") for index in (2, 3)]
    save_file(arrays(7), release / "model-00003-of-00003.safetensors")
    kinds = [kind for *_, kind in changes(verify(release, keys=[key.public]))]
    assert sorted(kinds) == ["added", "added", "removed", "removed"]


@pytest.mark.parametrize("content", [b"", b"no weights", b"GGUF" + bytes(60), b"\x02" + bytes(7) + b"{]"])
def test_a_file_that_came_and_holds_no_tensors_is_passed_over(release: Path, key: KeyPair, content: bytes) -> None:
    edited(release / SHARDS[0], flip)
    (release / "model-9.safetensors").write_bytes(content)
    result = verify(release, keys=[key.public])
    assert changes(result) == [("model", "layer.1.weight", "altered")]
    assert result.remarks == ()
    assert {row.path: row.kind for row in result.files} == {SHARDS[0]: "altered", "model-9.safetensors": "extra"}


def test_a_shard_under_another_name_changed_no_tensor(release: Path, key: KeyPair) -> None:
    (release / SHARDS[1]).rename(release / "model-2.safetensors")
    result = verify(release, keys=[key.public])
    assert [row.kind for row in result.files] == ["renamed"]
    assert changes(result) == []


def test_other_components_are_not_read(release: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    edited(release / "adapter.safetensors", lambda found: found["a"].fill(1))
    opened: list[str] = []

    def noting(place: str) -> OpenFile:
        opened.append(Path(place).name)
        return open_regular(place)

    monkeypatch.setattr(changed_tensors, "open_regular", noting)
    assert changes(verify(release, keys=[key.public])) == [("adapter", "a", "altered")]
    assert opened == ["adapter.safetensors"]


def another_table(root: Path) -> None:
    edited(root / SHARDS[0], flip)
    (root / "openmodel.tensors.json").write_text("{}")


def no_table(root: Path) -> None:
    edited(root / SHARDS[0], flip)
    (root / "openmodel.tensors.json").unlink()


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda root: (root / SHARDS[0]).write_bytes(b"no weights at all"), "no file of tensors that can be read"),
        (lambda root: save_file(arrays(2), root / SHARDS[0]), "two files hold tensor"),
        (lambda root: os.truncate(root / SHARDS[0], 10**12), "many more, or much longer, than the weights were"),
        (another_table, "SHA-256"),
        (no_table, "no such file"),
    ],
)
def test_what_cannot_be_told_is_said(release: Path, key: KeyPair, act: Callable[[Path], object], why: str) -> None:
    act(release)
    result = verify(release, keys=[key.public])
    assert changes(result) == []
    (remark,) = result.remarks
    assert remark.startswith("The tensors of model were not compared: ")
    assert why.lower() in remark.lower()
    assert why.split(maxsplit=1)[0] in verification_text(result, 80)


def test_who_adds_many_files_does_not_make_it_long(release: Path, key: KeyPair) -> None:
    for number in range(30):
        (release / f"model-{number}.safetensors").touch()
    result = verify(release, keys=[key.public])
    assert changes(result) == []
    assert "many more, or much longer, than the weights were" in result.remarks[0]


@pytest.mark.parametrize(("bound", "value"), [("_MORE_TENSORS", -350), ("_HEADER_BYTES", -3000)])
def test_who_adds_many_tensors_does_not_make_it_take_much_memory(
    release: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    monkeypatch.setattr(changed_tensors, "_TIMES", 100)
    empty = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({f"{number}": empty for number in range(60)}).encode()
    (release / "model-3.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    assert len(changes(verify(release, keys=[key.public]))) == 60
    monkeypatch.setattr(changed_tensors, bound, value)
    result = verify(release, keys=[key.public])
    assert changes(result) == []
    assert "hold many more tensors than there were" in result.remarks[0]


def test_an_unsigned_manifest_says_nothing_of_tensors(release: Path, key: KeyPair) -> None:
    edited(release / SHARDS[0], flip)
    (release / "openmodel.json").write_text((release / "openmodel.json").read_text() + "\n")
    assert changes(verify(release, keys=[key.public])) == []
