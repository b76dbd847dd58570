# SPDX-License-Identifier: Apache-2.0
"""The sum over the shards of a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.errors import InventoryError
from openmodel.inventory import TensorSummary, weights_summary
from tests.inventory.shards import shard, tensor


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    first = {"a": tensor("F32", [2, 2], 0, 16), "b": tensor("F4", [2], 16, 17)}
    (root / "1.safetensors").write_bytes(shard(first, bytes(17)))
    second = {"c": tensor("F32", [], 0, 4), "d": tensor("BF16", [0], 4, 4)}
    (root / "sub/2.safetensors").write_bytes(shard(second, bytes(4)))
    return root


def test_shards_are_summed(root: Path) -> None:
    summary = weights_summary(root, ["1.safetensors", "sub/2.safetensors"])
    assert summary == TensorSummary(tensors=4, parameters=7, dtypes={"BF16": 0, "F32": 5, "F4": 2})
    assert list(summary.dtypes) == ["BF16", "F32", "F4"]


def test_no_shards_hold_nothing(root: Path) -> None:
    assert weights_summary(root, []) == TensorSummary(0, 0, {})


def test_a_shard_behind_a_link_inside_the_release(root: Path) -> None:
    (root / "link.safetensors").symlink_to("sub/2.safetensors")
    assert weights_summary(root, ["link.safetensors"]).tensors == 2


def test_a_shard_in_a_hub_cache(tmp_path: Path, root: Path) -> None:
    snapshot = tmp_path / "models--a--b/snapshots/0"
    snapshot.mkdir(parents=True)
    (tmp_path / "models--a--b/blobs").mkdir()
    (root / "1.safetensors").rename(tmp_path / "models--a--b/blobs/f00d")
    (snapshot / "model.safetensors").symlink_to("../../blobs/f00d")
    assert weights_summary(snapshot, ["model.safetensors"]).tensors == 2


def test_all_problems_are_listed(tmp_path: Path, root: Path) -> None:
    (tmp_path / "outside.safetensors").write_bytes(shard({}))
    (root / "escape.safetensors").symlink_to("../outside.safetensors")
    (root / "copy.safetensors").write_bytes(shard({"c": tensor("U8", [1], 0, 1)}, b"x"))
    (root / "bad.safetensors").write_bytes(b"")
    paths = [
        "sub/2.safetensors",
        "copy.safetensors",
        "bad.safetensors",
        "gone.safetensors",
        "escape.safetensors",
        "../outside.safetensors",
        "/etc/passwd",
        "a\0b",
    ]
    with pytest.raises(InventoryError) as caught:
        weights_summary(root, paths)
    expected = [
        ("copy.safetensors", 'tensor "c", which sub/2.safetensors holds too'),
        ("bad.safetensors", "0 bytes where a header needs 8"),
        ("gone.safetensors", "No such file"),
        ("escape.safetensors", "outside the release"),
        ("../outside.safetensors", "`..` segment"),
        ("/etc/passwd", "empty"),
        ("a\\x00b", "control character"),
    ]
    for problem, (file, got) in zip(caught.value.problems, expected, strict=True):
        assert problem.file.endswith(file)
        assert got in problem.got
