# SPDX-License-Identifier: Apache-2.0
"""The inventory of a whole release directory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from safetensors.numpy import save

from openmodel.errors import InventoryError
from openmodel.inventory import files
from openmodel.inventory.digests import digest_file
from openmodel.inventory.files import InventoriedFile, Inventory, take_inventory
from openmodel.inventory.reading import open_regular
from openmodel.inventory.release_root import release_root
from openmodel.inventory.tensors import weights_summary
from openmodel.inventory.whole import read_whole

SHARD = save({"a": np.arange(6, dtype="f4").reshape(2, 3)})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, data in {
        "model.safetensors": SHARD,
        "config.json": b"12",
        "empty": b"",
        "openmodel.yaml": b"openmodel: 1-draft\n",
        "code/model.py": b"raise SystemExit(3)\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link.safetensors").symlink_to("model.safetensors")
    return tmp_path


def expected(root: Path, path: str) -> InventoriedFile:
    data = (root / path).read_bytes()
    return InventoriedFile(
        path=path,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        blake3=blake3(data).hexdigest(),
        format="safetensors" if path.endswith(".safetensors") else None,
        unsafe=None,
        defect=None,
    )


def test_every_file_is_identified(root: Path) -> None:
    paths = ["code/model.py", "config.json", "empty", "link.safetensors", "model.safetensors"]
    inventory = take_inventory(root)
    assert inventory == Inventory(tuple(expected(root, path) for path in paths), ("openmodel.yaml",))
    assert len(release_root((file.path, file.size, file.sha256) for file in inventory.files)) == 64


def test_an_empty_release_has_an_empty_inventory(tmp_path: Path) -> None:
    assert take_inventory(tmp_path) == Inventory((), ())


@pytest.mark.parametrize("name", ["nothing", "config.json"])
def test_a_root_that_is_no_directory(root: Path, name: str) -> None:
    with pytest.raises(InventoryError) as caught:
        take_inventory(root / name)
    assert caught.value.problems[0].file == str(root / name)


def test_all_bad_headers_are_listed_before_anything_is_hashed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "a.safetensors").write_bytes(SHARD[:-1])
    (root / "b.safetensors").write_bytes(SHARD + b"x")
    monkeypatch.setattr(files, "digest_open_file", lambda *_, **__: pytest.fail("read a file"))
    with pytest.raises(InventoryError) as caught:
        take_inventory(root)
    assert [problem.file for problem in caught.value.problems] == [
        str(root / "a.safetensors"),
        str(root / "b.safetensors"),
    ]


def before_hashing(monkeypatch: pytest.MonkeyPatch, path: str, act: Callable[[], object]) -> None:
    """Acts just before the file of that name is opened for its second time, when it is hashed."""
    opened: list[str] = []

    def open_and_act(location: str) -> Any:
        opened.append(Path(location).name)
        if opened.count(path) == (2 if path.endswith(".safetensors") else 1):
            act()
        return open_regular(location)

    monkeypatch.setattr(files, "open_regular", open_and_act)


def test_a_file_that_disappears_before_it_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before_hashing(monkeypatch, "empty", (root / "empty").unlink)
    with pytest.raises(InventoryError, match="No such file"):
        take_inventory(root)


def test_a_fifo_that_takes_the_place_of_a_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def swap() -> None:
        (root / "empty").unlink()
        os.mkfifo(root / "empty")

    before_hashing(monkeypatch, "empty", swap)
    with pytest.raises(InventoryError, match="not a regular file"):
        take_inventory(root)


def test_a_safetensors_file_that_is_swapped_after_its_header_was_checked(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "link.safetensors").unlink()
    before_hashing(monkeypatch, "model.safetensors", lambda: (root / "model.safetensors").write_bytes(b"not at all"))
    with pytest.raises(InventoryError, match="changed while it was read"):
        take_inventory(root)


def test_each_safetensors_file_is_read_once_for_its_header_and_once_for_its_digests(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def counting(location: str) -> Any:
        opened.append(Path(location).name)
        return open_regular(location)

    (root / "link.safetensors").unlink()
    monkeypatch.setattr(files, "open_regular", counting)
    (header,) = take_inventory(root).headers.values()
    assert weights_summary({"model.safetensors": header}).parameters == 6
    assert opened.count("model.safetensors") == 2


@pytest.mark.parametrize("text", ["a\0b", "a" * 5000])
def test_a_name_that_cannot_be_one(root: Path, text: str) -> None:
    for function in (take_inventory, digest_file):
        with pytest.raises(InventoryError, match=r"null|too long"):
            function(root / text)
    with pytest.raises(InventoryError, match=r"null|too long"):
        read_whole(root / text, "config.json", 10)


def test_a_small_file_is_read_whole(root: Path) -> None:
    assert read_whole(root, "config.json", 2) == b"12"
    assert read_whole(root, "empty", 0) == b""
    assert read_whole(root, "link.safetensors", 1000) == SHARD
    with pytest.raises(InventoryError, match="2 bytes; expected at most 1 bytes"):
        read_whole(root, "config.json", 1)
    os.mkfifo(root / "fifo")
    with pytest.raises(InventoryError, match="not a regular file"):
        read_whole(root, "fifo", 10)
    (root / "sub").mkdir()
    (root / "sub" / "out").symlink_to("../config.json")
    assert read_whole(root, "sub/out", 10) == b"12"
    with pytest.raises(InventoryError, match="outside the release"):
        read_whole(root / "sub", "out", 10)
