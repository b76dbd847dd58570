# SPDX-License-Identifier: Apache-2.0
"""`init` on what huggingface_hub downloads, laid out by its own code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import openmodel
from openmodel.errors import OverwriteError
from openmodel.manifest.base import answered
from openmodel.manifest.values import Terms
from tests.drafting.files import drafted, weights
from tests.inventory.hub import COMMIT, REPOSITORY, download

SHARDS = {f"model-0000{n}-of-00002.safetensors": weights(f"t{n}") for n in (1, 2)}
INDEX = {"weight_map": dict(zip(("t1", "t2"), SHARDS, strict=True))}
FILES = {
    **SHARDS,
    ".gitattributes": b"*.safetensors filter=lfs\n",
    "README.md": b"---\nlicense: mit\ndatasets: [example/corpus]\n---\n# Toy\n\nIt plays with words all day long.\n",
    "config.json": b"{}\n",
    "model.safetensors.index.json": json.dumps(INDEX).encode(),
    "onnx/model.onnx": b"",
    "tokenizer.json": b"{}\n",
}
PARTS = {
    "Weights": ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"),
    "Weights in ONNX": ("onnx/model.onnx",),
    "Tokenizer": ("tokenizer.json",),
    "Configuration": ("config.json",),
}


@pytest.mark.parametrize("copies", [False, True])
def test_a_snapshot_is_drafted_from_what_its_links_lead_to(tmp_path: Path, *, copies: bool) -> None:
    snapshot = download(FILES, tmp_path / "home", copies=copies)
    blobs = {path: path.read_bytes() for path in (snapshot.parents[1] / "blobs").iterdir()}
    declaration, text = drafted(snapshot)
    # Without links nothing shows that the bytes are those of the commit.
    assert declaration.release.name == ("Toy" if copies else "toy")
    assert declaration.release.publisher == (None if copies else "example-lab")
    assert declaration.release.description == "It plays with words all day long."
    assert {one.name: one.files for one in answered(declaration.components)} == PARTS
    model, *_ = answered(declaration.components)
    places = [(place.url, place.revision) for place in answered(model.where)]
    assert places == ([] if copies else [(f"https://huggingface.co/{REPOSITORY}", COMMIT)])
    assert model.terms == Terms(expression="MIT")
    assert [source.name for source in answered(declaration.sources)] == ["example/corpus"]
    assert ("the path in the cache of the hub client" in text) is not copies
    assert str(tmp_path) not in text
    assert openmodel.init(snapshot, force=True).text == text
    assert {path: path.read_bytes() for path in blobs} == blobs
    assert not (snapshot / "openmodel.yaml").is_symlink()


def test_a_snapshot_that_lacks_a_shard_says_so_when_it_is_checked(tmp_path: Path) -> None:
    snapshot = download(FILES, tmp_path / "home", ignore_patterns=["*-00002-of-*"])
    drafted(snapshot)
    found = [finding for policy in openmodel.check(snapshot).releases[0].policies for finding in policy.requirements]
    messages = [one.message for requirement in found for one in requirement.findings]
    assert any("lacks 1 shard of Weights" in message for message in messages)


def test_a_declaration_that_was_downloaded_is_a_link_to_a_blob_and_stays(tmp_path: Path) -> None:
    snapshot = download(FILES | {"openmodel.yaml": b"theirs"}, tmp_path / "home")
    for force in (False, True):
        with pytest.raises(OverwriteError):
            openmodel.init(snapshot, force=force)
    assert (snapshot / "openmodel.yaml").read_bytes() == b"theirs"


def test_a_directory_of_its_own_names_the_commit_and_no_repository(tmp_path: Path) -> None:
    directory = download(FILES, tmp_path / "home", local_dir=str(tmp_path / "mine"))
    declaration, text = drafted(directory)
    assert {one.name: one.files for one in answered(declaration.components)} == PARTS
    assert all(one.where is None for one in answered(declaration.components))
    assert f"It was downloaded from the Hub at commit {COMMIT}" in text
