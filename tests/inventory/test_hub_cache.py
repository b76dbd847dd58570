# SPDX-License-Identifier: Apache-2.0
"""What huggingface_hub downloads, laid out by its own code: its cache of links to blobs, and a directory of its own."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from openmodel.errors import InventoryError, OverwriteError
from openmodel.inventory.boundary import in_hub_cache
from openmodel.inventory.walking import walk
from openmodel.manifest.measured import Measured
from tests.inventory.hub import COMMIT, REPOSITORY, blob_id, download

DECLARATION = """\
openmodel: 1-draft
release: {name: toy, publisher: Example Lab}
components: [{id: weights, name: Weights, kinds: [weights], files: ["*.safetensors"]}]
"""
README = b"---\nlicense: mit\n---\n# Toy\n\nWritten by the publisher.\n"
FILES = {
    ".gitattributes": b"*.safetensors filter=lfs\n",
    "README.md": README,
    "config.json": b"{}\n",
    "model.safetensors": save({"a": np.zeros(2, "f4")}),
    "onnx/deep/config.json": b"{}\n",
    "same.json": b"{}\n",
}
INVENTORIED = ["config.json", "model.safetensors", "onnx/deep/config.json", "same.json"]
SHARDS = {
    f"model-0000{number}-of-00002.safetensors": save({name: np.zeros(1, "f4")}) for number, name in ((1, "a"), (2, "b"))
}
INDEX = {"metadata": {"total_size": 8}, "weight_map": dict(zip("ab", SHARDS, strict=True))}
SHARDED = {**SHARDS, "model.safetensors.index.json": json.dumps(INDEX).encode(), "config.json": b"{}\n"}


def built(directory: Path) -> Measured:
    (directory / "openmodel.yaml").write_text(DECLARATION)
    measured = openmodel.build(directory).manifest.measured
    assert measured is not None
    return measured


def blobs_of(cache: Path) -> dict[str, bytes]:
    return {blob.name: blob.read_bytes() for blob in (cache / "blobs").iterdir()}


def test_a_snapshot_in_the_cache_is_a_release(tmp_path: Path) -> None:
    snapshot = download(FILES, tmp_path / "home")
    cache = snapshot.parents[1]
    assert cache.name == "models--" + REPOSITORY.replace("/", "--")
    assert (snapshot.name, (cache / "refs" / "main").read_text()) == (COMMIT, COMMIT)
    assert (snapshot / "model.safetensors").is_symlink()
    blobs = blobs_of(cache)
    assert set(blobs) == {blob_id(content) for content in FILES.values()}

    measured = built(snapshot)
    assert [file.path for file in measured.files] == INVENTORIED
    assert measured.excluded == (".gitattributes", "openmodel.yaml")
    assert {Path(found.location).parent for found in walk(snapshot).files} == {(cache / "blobs").resolve()}
    assert measured.weights[0].parameters == 2
    first = (snapshot / "openmodel.json").read_bytes()
    assert openmodel.build(snapshot, check=True).content == openmodel.build(snapshot).content == first
    assert openmodel.check(snapshot, policies=["provenance-1"]).releases[0].name == "toy"
    assert blobs_of(cache) == blobs


def test_the_card_of_a_snapshot_is_written_to_a_copy_and_never_to_a_blob(tmp_path: Path) -> None:
    snapshot = download(FILES, tmp_path / "a home")
    blobs = blobs_of(snapshot.parents[1])
    built(snapshot)
    with pytest.raises(OverwriteError) as raised:
        openmodel.card(snapshot)
    (problem,) = raised.value.problems
    assert problem.got == "a symbolic link"
    command = f"cp -rL {shlex.quote(str(snapshot))} my-copy"
    assert problem.fix == (
        f"Copy it out of the cache first: `{command}`, and go on with the copy. Or name another file with --output."
    )
    card = openmodel.card(snapshot, output=tmp_path / "card.md")
    assert card.path.read_text() == card.text
    assert blobs_of(snapshot.parents[1]) == blobs

    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    copy = tmp_path / "my-copy"
    assert not any(path.is_symlink() for path in copy.rglob("*"))
    assert openmodel.build(copy).content == openmodel.build(snapshot).content
    text = openmodel.card(copy).text
    assert "Written by the publisher." in text
    assert "openmodel:begin" in text
    assert (snapshot / "README.md").read_bytes() == README


def test_a_snapshot_with_a_manifest_of_its_own_is_not_written_through(tmp_path: Path) -> None:
    snapshot = download(FILES | {"openmodel.yaml": DECLARATION.encode(), "openmodel.json": b"{}"}, tmp_path / "home")
    blobs = blobs_of(snapshot.parents[1])
    with pytest.raises(InventoryError, match="outside its own directory") as raised:
        openmodel.build(snapshot)
    assert raised.value.problems[0].fix.startswith("Copy it out of the cache first: `cp -rL ")
    assert blobs_of(snapshot.parents[1]) == blobs


def test_a_cache_of_copies_is_a_release_too(tmp_path: Path) -> None:
    snapshot = download(FILES, tmp_path / "home", copies=True)
    assert not any(path.is_symlink() for path in snapshot.rglob("*"))
    assert [file.path for file in built(snapshot).files] == INVENTORIED
    assert openmodel.card(snapshot).path == snapshot / "README.md"


def test_a_directory_of_its_own_is_a_release_and_the_clients_notes_are_not_in_it(tmp_path: Path) -> None:
    directory = download(FILES, tmp_path / "home", local_dir=str(tmp_path / "toy"))
    assert (directory / ".cache" / "huggingface").is_dir()
    measured = built(directory)
    assert [file.path for file in measured.files] == INVENTORIED
    assert measured.excluded == (".cache/huggingface", ".gitattributes", "openmodel.yaml")
    assert not in_hub_cache(directory)
    assert not in_hub_cache(directory / "nowhere")
    assert "Written by the publisher." in openmodel.card(directory).text


def test_a_download_without_all_shards_is_built_and_says_so(tmp_path: Path) -> None:
    snapshot = download(SHARDED, tmp_path / "home", ignore_patterns=["*-00002-of-*"])
    measured = built(snapshot)
    assert [(item.path, item.named_by) for item in measured.absent] == [
        ("model-00002-of-00002.safetensors", "model.safetensors.index.json")
    ]
    assert measured.weights == ()
    assert built(download(SHARDED, tmp_path / "home")).absent == ()
