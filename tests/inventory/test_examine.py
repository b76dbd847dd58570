# SPDX-License-Identifier: Apache-2.0
"""Formats in whole releases: looked into without digests, and in the inventory."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from openmodel.errors import InventoryError
from openmodel.inventory import digests, files
from openmodel.inventory.files import examine, take_inventory
from openmodel.inventory.reading import open_regular
from tests.inventory.formats.looking import FILES
from tests.inventory.formats.test_families import POINTER

SHARD = save({"a": np.zeros(2, "f4")})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("payload.pth", "little.gguf", "plain.npz"):
        shutil.copy(FILES / name, tmp_path / name)
    (tmp_path / "README.md").write_text("# Card\n")
    (tmp_path / "empty.safetensors").write_bytes(b"")
    (tmp_path / "model.safetensors").write_bytes(SHARD)
    (tmp_path / "pointer.safetensors").write_bytes(POINTER)
    (tmp_path / "renamed.bin").write_bytes(save({"b": np.zeros(3, "f4")}))
    return tmp_path


def test_files_are_what_they_are(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inventory = take_inventory(root)
    assert {file.path: file.format for file in inventory.files} == {
        "empty.safetensors": None,
        "little.gguf": "gguf",
        "model.safetensors": "safetensors",
        "payload.pth": "pytorch",
        "plain.npz": "npz",
        "pointer.safetensors": "git-lfs-pointer",
        "renamed.bin": "safetensors",
    }
    assert [file.path for file in inventory.files if file.unsafe] == ["payload.pth"]
    assert list(inventory.headers) == ["little.gguf", "model.safetensors", "renamed.bin"]

    monkeypatch.setattr(digests, "digest_open_file", lambda *_, **__: pytest.fail("read a file"))
    monkeypatch.setattr(files, "digest_open_file", lambda *_, **__: pytest.fail("read a file"))
    found = examine(root)
    assert [(file.path, file.size, file.format, file.unsafe) for file in found.files] == [
        (file.path, file.size, file.format, file.unsafe) for file in inventory.files
    ]
    assert found.headers == inventory.headers
    assert found.excluded == inventory.excluded == ("README.md",)
    assert found.files[0].location == str(root / "empty.safetensors")


def test_every_file_is_opened_once_and_shards_twice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def counting(location: str) -> Any:
        opened.append(Path(location).name)
        return open_regular(location)

    monkeypatch.setattr(files, "open_regular", counting)
    take_inventory(root)
    assert {name: opened.count(name) for name in opened} == {
        name: 2 if name.endswith(".safetensors") else 1 for name in opened
    }


@pytest.mark.parametrize("function", [examine, take_inventory])
def test_a_corrupt_shard_is_refused(root: Path, function: Any) -> None:
    (root / "a.safetensors").write_bytes(SHARD[:-1])
    (root / "b.safetensors").write_bytes(b"x")
    with pytest.raises(InventoryError) as caught:
        function(root)
    assert [problem.file for problem in caught.value.problems] == [str(root / f"{name}.safetensors") for name in "ab"]


@pytest.mark.parametrize("function", [examine, take_inventory])
def test_too_many_tensors_whatever_the_names(root: Path, function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_TENSORS", 1)
    (root / "z.bin").write_bytes(SHARD)
    (root / "little.gguf").rename(root / "zz.gguf")
    with pytest.raises(InventoryError, match="more than 1 tensors") as caught:
        function(root)
    assert [problem.file for problem in caught.value.problems] == [str(root / "renamed.bin")]
