# SPDX-License-Identifier: Apache-2.0
"""The sum over the shards of a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.errors import InventoryError
from openmodel.inventory import files
from openmodel.inventory.files import take_inventory
from openmodel.inventory.tensors import TensorSummary, weights_summary
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


def summed(root: Path, *paths: str) -> TensorSummary:
    headers = take_inventory(root).headers
    return weights_summary({path: headers[path] for path in paths})


def test_shards_are_summed(root: Path) -> None:
    summary = summed(root, "1.safetensors", "sub/2.safetensors")
    assert summary == TensorSummary(tensors=4, parameters=7, dtypes={"BF16": 0, "F32": 5, "F4": 2})
    assert list(summary.dtypes) == ["BF16", "F32", "F4"]


Q = "model.layers.0.self_attn.q_proj"


@pytest.mark.parametrize(
    ("names", "is_adapter"),
    [
        ((f"base_model.model.{Q}.lora_A.weight", f"base_model.model.{Q}.lora_B.weight"), True),
        ((f"base_model.model.{Q}.lora_A.default.weight", "base_model.model.lm_head.weight"), True),
        (("lora_unet_down_0.lora_down.weight", "lora_unet_down_0.lora_up.weight", "lora_unet_down_0.alpha"), True),
        (("blocks.0.hada_w1_a", "blocks.0.hada_w1_b", "blocks.0.alpha"), True),
        ((f"{Q}.weight", f"{Q}.lora_A.weight"), False),  # The model is there, too.
        (("model.layers.0.kv_lora_rank", "model.layers.0.self_attn.kv_a_proj.weight"), False),
        (("emb.weight", "blocks.0.att.w_lora.lora.0.weight"), False),
        (("alpha", "beta"), False),
        (("base_model.model.head.weight",), False),
        ((), False),
    ],
)
def test_tensors_of_an_adapter_are_told_by_their_names(
    tmp_path: Path, names: tuple[str, ...], is_adapter: bool
) -> None:
    table = {name: tensor("U8", [1], at, at + 1) for at, name in enumerate(names)}
    (tmp_path / "m.safetensors").write_bytes(shard(table, bytes(len(names))))
    assert summed(tmp_path, "m.safetensors").is_adapter is is_adapter


def test_no_shards_hold_nothing() -> None:
    assert weights_summary({}) == TensorSummary(0, 0, {})


def test_a_shard_behind_a_link_inside_the_release(root: Path) -> None:
    (root / "link.safetensors").symlink_to("sub/2.safetensors")
    assert summed(root, "link.safetensors").tensors == 2


def test_a_shard_in_a_hub_cache(tmp_path: Path, root: Path) -> None:
    snapshot = tmp_path / "models--a--b/snapshots/0"
    snapshot.mkdir(parents=True)
    (tmp_path / "models--a--b/blobs").mkdir()
    (root / "1.safetensors").rename(tmp_path / "models--a--b/blobs/f00d")
    (snapshot / "model.safetensors").symlink_to("../../blobs/f00d")
    assert summed(snapshot, "model.safetensors").tensors == 2


def test_tensors_of_two_files_are_all_listed(root: Path) -> None:
    (root / "copy.safetensors").write_bytes(shard({"c": tensor("U8", [1], 0, 1), "a": tensor("U8", [0], 1, 1)}, b"x"))
    with pytest.raises(InventoryError) as caught:
        summed(root, "1.safetensors", "sub/2.safetensors", "copy.safetensors")
    assert [(problem.file, problem.got) for problem in caught.value.problems] == [
        ("copy.safetensors", 'tensor "a", which 1.safetensors holds too'),
        ("copy.safetensors", 'tensor "c", which sub/2.safetensors holds too'),
    ]


def test_a_release_of_too_many_tensors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_TENSORS", 4)
    assert len(take_inventory(root).headers) == 2
    monkeypatch.setattr(files, "MAX_TENSORS", 3)
    with pytest.raises(InventoryError, match="more than 3 tensors"):
        take_inventory(root)
