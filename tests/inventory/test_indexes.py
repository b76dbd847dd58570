# SPDX-License-Identifier: Apache-2.0
"""Indexes of sharded weights: what they say, what is refused, and that shards must hold what their index says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from openmodel.errors import InventoryError
from openmodel.inventory import indexes
from openmodel.inventory.files import take_inventory
from openmodel.inventory.index_names import is_index
from openmodel.inventory.indexes import Index, read_index
from tests.inventory.test_moving_trees import while_hashing

NAME = "model.safetensors.index.json"
ONE, TWO = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"


def index(content: Any, path: str = NAME) -> Index:
    return read_index(content if isinstance(content, bytes) else json.dumps(content).encode(), path)


def found(content: Any, path: str = NAME) -> list[tuple[str, str | None]]:
    with pytest.raises(InventoryError) as caught:
        index(content, path)
    assert all(problem.file == path and problem.expected and problem.fix for problem in caught.value.problems)
    return [(problem.got, problem.pointer) for problem in caught.value.problems]


def test_what_an_index_says() -> None:
    read = index({"metadata": {"total_size": 8}, "weight_map": {"a": TWO, "b": ONE, "c": TWO}}, f"sub/{NAME}")
    assert read.path == f"sub/{NAME}"
    assert read.shards == (f"sub/{ONE}", f"sub/{TWO}")
    assert read.weight_map == {"a": f"sub/{TWO}", "b": f"sub/{ONE}", "c": f"sub/{TWO}"}
    assert read.total_size == 8
    assert len(read.sha256) == 64


@pytest.mark.parametrize(
    ("metadata", "size"),
    [({}, None), ({"metadata": {}}, None), ({"metadata": {"total_size": 8.0, "format": "pt"}}, 8)],
)
def test_the_total_size_may_be_missing_and_a_whole_number_written_as_a_float(
    metadata: dict[str, Any], size: int | None
) -> None:
    read = index(metadata | {"weight_map": {"a": ONE}, "more": [1]})
    assert (read.total_size, read.shards) == (size, (ONE,))


def test_shards_below_the_index() -> None:
    assert index({"weight_map": {"a": "parts/1.safetensors"}}).shards == ("parts/1.safetensors",)


@pytest.mark.parametrize(
    ("content", "got", "pointer"),
    [
        ([], "JSON without one", "/weight_map"),
        ({}, "JSON without one", "/weight_map"),
        ({"weight_map": [ONE]}, "JSON without one", "/weight_map"),
        ({"weight_map": {}}, "no tensor", "/weight_map"),
        ({"weight_map": {"a": 1}}, 'tensor "a" in the number 1', "/weight_map"),
        ({"weight_map": {"a": None}}, 'tensor "a" in null', "/weight_map"),
        ({"weight_map": {"a": [ONE]}}, 'tensor "a" in a list', "/weight_map"),
        ({"weight_map": {"a": ONE}, "metadata": []}, "a list", "/metadata"),
        ({"weight_map": {"a": ONE}, "metadata": {"total_size": "8"}}, "text", "/metadata/total_size"),
        ({"weight_map": {"a": ONE}, "metadata": {"total_size": -1}}, "the number -1", "/metadata/total_size"),
        ({"weight_map": {"a": ONE}, "metadata": {"total_size": 8.5}}, "the number 8.5", "/metadata/total_size"),
        ({"weight_map": {"a": ONE}, "metadata": {"total_size": True}}, "true or false", "/metadata/total_size"),
    ],
)
def test_wrong_types_are_refused(content: Any, got: str, pointer: str) -> None:
    assert found(content) == [(got, pointer)]


@pytest.mark.parametrize(
    ("shard", "got"),
    [
        ("../x.safetensors", "`..`"),
        ("a/../../x.safetensors", "`..`"),
        ("/etc/x.safetensors", "empty"),
        ("", "empty"),
        ("./x.safetensors", "`.`"),
        ("C:\\x.safetensors", "backslash"),
        ("x\u0000.safetensors", "control character"),
        ("e\u0301.safetensors", "NFC"),
        ("model.bin", '"model.bin"'),
        ("a" * 5000 + ".safetensors", "aaa"),
        (".git/x.safetensors", '".git/x.safetensors"'),
        ("openmodel.records/x.safetensors", "openmodel.records"),
    ],
)
def test_shards_that_are_no_files_of_the_release_beside_the_index_are_refused(shard: str, got: str) -> None:
    ((message, pointer),) = found({"weight_map": {"a": shard, "b": shard}})
    assert got in message
    assert message.isprintable()
    assert pointer == "/weight_map"


def test_what_is_excluded_is_no_shard_of_any_index() -> None:
    path = "pytorch_model.bin.index.json"
    assert index({"weight_map": {"a": "README.md"}}, f"sub/{path}").shards == ("sub/README.md",)
    assert found({"weight_map": {"a": "README.md"}}, path) == [('tensor "a" in "README.md"', "/weight_map")]


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "not JSON"),
        (b'{"weight_map": {', "not JSON"),
        (b'{"weight_map": {}} x', "not JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "not JSON"),
        (b'{"weight_map": {"a": "1.safetensors", "a": "2.safetensors"}}', "second time"),
        (b'{"weight_map": {}, "weight_map": {}}', "second time"),
        (b"\xff", "UTF-8"),
        (b"[" * 1000 + b"]" * 1000, "nesting"),
    ],
)
def test_what_is_no_strict_json_is_refused(content: bytes, got: str) -> None:
    ((message, _),) = found(content)
    assert got in message


def test_all_problems_are_listed_and_the_list_ends() -> None:
    assert len(found({"metadata": 1, "weight_map": {str(number): number for number in range(5)}})) == 6
    assert len(found({"weight_map": {str(number): number for number in range(2000)}})) == 1000


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {str(number): f"{number}.safetensors" for number in range(4)}
    monkeypatch.setattr(indexes, "MAX_SHARDS", 4)
    assert len(index({"weight_map": many}).shards) == 4
    monkeypatch.setattr(indexes, "MAX_SHARDS", 3)
    assert found({"weight_map": many}) == [("more than 3 files", "/weight_map")]
    (tmp_path / NAME).write_text(json.dumps({"weight_map": {"a": ONE, "b": ONE}}))
    assert len(take_inventory(tmp_path).indexes) == 1
    monkeypatch.setattr(indexes, "MAX_INDEXED", 1)
    assert refused(tmp_path) == [(NAME, "more than 1 tensors in the indexes up to this one")]
    monkeypatch.setattr(indexes, "MAX_INDEX_BYTES", 10)
    assert refused(tmp_path) == [(NAME, f"an index of {(tmp_path / NAME).stat().st_size} bytes")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (NAME, True),
        (f"text_encoder/{NAME}", True),
        ("consolidated.safetensors.index.json", True),
        ("model.safetensors.index.fp16.json", True),
        ("pytorch_model.bin.index.json", True),
        ("unet/diffusion_pytorch_model.fp16.bin.index.json", True),
        ("vocabulary.bin.index.json", False),
        ("model.safetensors", False),
        ("index.json", False),
        ("model.safetensors.index.json.bak", False),
    ],
)
def test_what_is_called_an_index(path: str, expected: bool) -> None:
    assert is_index(path) is expected


def refused(root: Path) -> list[tuple[str, str]]:
    with pytest.raises(InventoryError) as caught:
        take_inventory(root)
    return [(problem.file, problem.got) for problem in caught.value.problems]


def write(root: Path, weight_map: dict[str, str], **shards: list[str]) -> None:
    """Writes an index and two shards: `one` and `two` hold the tensors of these names."""
    (root / NAME).write_text(json.dumps({"weight_map": weight_map}))
    for path, tensors in ((ONE, shards.get("one")), (TWO, shards.get("two"))):
        if tensors is not None:
            (root / path).write_bytes(save({name: np.zeros(1, "f4") for name in tensors}))


def test_shards_that_hold_what_the_index_says(tmp_path: Path) -> None:
    write(tmp_path, {"a": ONE, "b": TWO}, one=["a"], two=["b"])
    (tmp_path / "other.safetensors").write_bytes(save({"a": np.zeros(1, "f4")}))  # beside it, and not in the index
    inventory = take_inventory(tmp_path)
    assert [item.shards for item in inventory.indexes] == [(ONE, TWO)]


def test_shards_that_are_not_there_are_no_error(tmp_path: Path) -> None:
    write(tmp_path, {"a": ONE, "b": TWO}, two=["b"])
    assert take_inventory(tmp_path).indexes[0].shards == (ONE, TWO)


@pytest.mark.parametrize(
    ("weight_map", "one", "two", "problems"),
    [
        ({"a": ONE, "b": ONE, "c": TWO}, ["a"], ["c"], [(NAME, f'tensor "b" in {ONE}, which does not hold it')]),
        ({"a": ONE, "b": TWO}, ["a"], ["a", "b"], [(TWO, f'tensor "a", which {NAME} places in {ONE}')]),
        ({"a": ONE, "b": TWO}, ["a", "x"], ["b"], [(ONE, f'tensor "x", which {NAME} does not know')]),
        ({"a": ONE, "b": TWO}, None, ["a", "b"], [(TWO, f'tensor "a", which {NAME} places in {ONE}')]),
        (
            {"a": ONE, "b": TWO},
            ["b"],
            ["a"],
            [
                (NAME, f'tensor "a" in {ONE}, which does not hold it'),
                (ONE, f'tensor "b", which {NAME} places in {TWO}'),
                (NAME, f'tensor "b" in {TWO}, which does not hold it'),
                (TWO, f'tensor "a", which {NAME} places in {ONE}'),
            ],
        ),
    ],
    ids=["lacking", "in two shards", "unknown", "misplaced", "swapped"],
)
def test_shards_that_contradict_the_index_are_refused(
    tmp_path: Path,
    weight_map: dict[str, str],
    one: list[str] | None,
    two: list[str] | None,
    problems: list[tuple[str, str]],
) -> None:
    shards = {name: tensors for name, tensors in (("one", one), ("two", two)) if tensors is not None}
    write(tmp_path, weight_map, **shards)
    assert refused(tmp_path) == problems


def test_the_problems_of_all_indexes_are_listed_and_the_list_ends(tmp_path: Path) -> None:
    write(tmp_path, {"a": ONE}, one=["a", *(f"t{number:04}" for number in range(1100))])
    (tmp_path / "a.safetensors.index.json").write_text("[]")
    problems = refused(tmp_path)
    assert problems[0] == ("a.safetensors.index.json", "JSON without one")
    assert len(problems) == 1000


def test_an_index_that_changes_after_it_was_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a": ONE}, one=["a"])

    def rewrite() -> None:
        (tmp_path / NAME).write_text(json.dumps({"weight_map": {}}))

    while_hashing(monkeypatch, rewrite)
    assert refused(tmp_path) == [(NAME, "a file that changed while it was read")]


def test_an_index_that_is_a_pointer_of_git_lfs_says_nothing(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 1\n")
    assert take_inventory(tmp_path).indexes == ()


def test_the_most_tensors_of_all_indexes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, tensors in (("a", ["1", "2"]), ("b", ["3"])):
        shard = f"{name}-1.safetensors"
        (tmp_path / shard).write_bytes(save({tensor: np.zeros(1, "f4") for tensor in tensors}))
        (tmp_path / f"{name}.safetensors.index.json").write_text(
            json.dumps({"weight_map": dict.fromkeys(tensors, shard)})
        )
    monkeypatch.setattr(indexes, "MAX_INDEXED", 3)
    assert len(take_inventory(tmp_path).indexes) == 2
    monkeypatch.setattr(indexes, "MAX_INDEXED", 2)
    assert refused(tmp_path) == [("b.safetensors.index.json", "more than 2 tensors in the indexes up to this one")]
