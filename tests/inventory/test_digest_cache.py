# SPDX-License-Identifier: Apache-2.0
"""A second build reads what changed and gives the same bytes; nobody but `build` believes a cache."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from typer.testing import CliRunner

import openmodel
from openmodel.cli.verbs import app
from openmodel.errors import DocumentError, InventoryError, StageError, UsageError
from openmodel.inventory import files
from openmodel.inventory.digests import FileDigests, digest_open_file
from openmodel.inventory.reading import OpenFile


@pytest.fixture
def release(tmp_path: Path) -> Path:
    root = tmp_path / "release"
    root.mkdir()
    (root / "openmodel.yaml").write_text(
        "openmodel: 1-draft\nrelease: {name: toy}\n"
        "components: [{id: w, name: W, kinds: [weights], files: ['*.safetensors']}]\n"
    )
    (root / "m.safetensors").write_bytes(save({"a": np.arange(6, dtype=np.float32)}))
    (root / "notes.txt").write_text("Notes.\n")
    return root


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of these tests are milliseconds old."""
    monkeypatch.setattr("openmodel.inventory.digest_cache._SETTLED_NS", 0)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose bytes were read."""
    names: list[str] = []

    def noting(path: str, opened: OpenFile, **more: object) -> FileDigests:
        names.append(Path(path).name)
        return digest_open_file(path, opened, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "digest_open_file", noting)
    return names


def built(root: Path, cache: Path) -> dict[str, bytes]:
    openmodel.build(root, digest_cache=cache)
    return {name: (root / name).read_bytes() for name in ("openmodel.json", "openmodel.tensors.json")}


def test_only_what_changed_is_read_again(release: Path, tmp_path: Path, read: list[str]) -> None:
    cache = tmp_path / "digests.json"
    first = built(release, cache)
    assert sorted(read) == ["m.safetensors", "notes.txt"]
    read.clear()
    assert built(release, cache) == first
    assert read == []
    (release / "notes.txt").write_text("Other notes.\n")
    second = built(release, cache)
    assert read == ["notes.txt"]
    openmodel.build(release)
    assert second == {name: (release / name).read_bytes() for name in second}
    assert openmodel.build(release, check=True).changed is False


@pytest.mark.parametrize("act", ["rewritten", "replaced", "touched", "longer"])
def test_any_sign_of_a_change_counts(release: Path, tmp_path: Path, read: list[str], act: str) -> None:
    cache, place = tmp_path / "digests.json", release / "notes.txt"
    built(release, cache)
    read.clear()
    before = place.stat()
    if act == "rewritten":
        place.write_text("Noten.\n")
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))  # ctime tells.
    elif act == "replaced":
        (tmp_path / "other").write_text("Notes.\n")
        (tmp_path / "other").replace(place)
    elif act == "touched":
        place.touch()
    else:
        place.write_text("Notes. And more.\n")
    built(release, cache)
    assert read == ["notes.txt"]


def test_a_file_that_was_just_written_is_not_remembered(
    release: Path, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could be written to again within one step of the clock, and look the same."""
    monkeypatch.setattr("openmodel.inventory.digest_cache._SETTLED_NS", 10**18)
    cache = tmp_path / "digests.json"
    built(release, cache)
    read.clear()
    built(release, cache)
    assert sorted(read) == ["m.safetensors", "notes.txt"]


def test_sign_and_verify_read_every_byte(release: Path, tmp_path: Path) -> None:
    cache = tmp_path / "digests.json"
    built(release, cache)
    forged = json.loads(cache.read_text())
    for known in forged["files"]:
        known["sha256"] = "0" * 64
    cache.write_text(json.dumps(forged))
    built(release, cache)
    assert '"sha256": "' + "0" * 64 in (release / "openmodel.json").read_text()
    pair = openmodel.new_key(tmp_path / "test-only.key")
    with pytest.raises(StageError, match="other bytes"):
        openmodel.sign(release, keys=[pair.private])
    with pytest.raises(UsageError, match="check"):
        openmodel.build(release, check=True, digest_cache=cache)


def test_who_mends_a_mistake_does_not_wait_again(release: Path, tmp_path: Path, read: list[str]) -> None:
    cache, declaration = tmp_path / "digests.json", release / "openmodel.yaml"
    built(release, cache)
    (release / "more.txt").write_text("More.\n")
    right = declaration.read_text()
    declaration.write_text(right.replace("*.safetensors", "no.safetensors"))
    with pytest.raises(DocumentError, match=r"no\.safetensors"):
        openmodel.build(release, digest_cache=cache)
    declaration.write_text(right)
    read.clear()
    built(release, cache)
    assert read == []


def test_what_was_read_before_an_interruption_is_kept(release: Path, tmp_path: Path, read: list[str]) -> None:
    cache, told = tmp_path / "digests.json", []

    def interrupt(done: int, _: int) -> None:
        told.append(done)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        openmodel.build(release, digest_cache=cache, progress=interrupt)
    assert not (release / "openmodel.json").exists()
    read.clear()
    built(release, cache)
    assert read == ["notes.txt"]


def test_a_file_that_took_long_to_read_was_not_left_alone_for_that(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is how old it was when it was opened."""
    monkeypatch.setattr("openmodel.inventory.digest_cache._SETTLED_NS", 10**18)

    def slow(path: str, opened: OpenFile, **more: object) -> FileDigests:
        monkeypatch.setattr(time, "time_ns", lambda: 10**19)
        return digest_open_file(path, opened, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "digest_open_file", slow)
    built(release, tmp_path / "digests.json")
    assert json.loads((tmp_path / "digests.json").read_text())["files"] == []


def test_what_is_forgotten(release: Path, tmp_path: Path) -> None:
    cache = tmp_path / "digests.json"
    built(release, cache)
    (release / "notes.txt").unlink()
    built(release, cache)
    assert len(json.loads(cache.read_text())["files"]) == 1


@pytest.mark.parametrize("content", ["", "{}", '{"openmodel_digest_cache": 2, "files": []}', "my thesis"])
def test_what_is_no_cache_is_not_replaced(release: Path, tmp_path: Path, content: str) -> None:
    place = tmp_path / "thesis.txt"
    place.write_text(content)
    with pytest.raises(DocumentError, match=r"thesis\.txt"):
        openmodel.build(release, digest_cache=place)
    assert place.read_text() == content


def test_places_that_are_refused(release: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="inside the release"):
        openmodel.build(release, digest_cache=release / "digests.json")
    with pytest.raises(InventoryError):
        openmodel.build(release, digest_cache=tmp_path / "nowhere" / "digests.json")
    with pytest.raises(InventoryError):
        openmodel.build(release, digest_cache=f"{tmp_path}/a\0b")
    assert not (release / "openmodel.json").exists()  # It is said before anything is read.


def test_on_the_command_line(release: Path, tmp_path: Path, read: list[str]) -> None:
    arguments = ["build", str(release), "--digest-cache", str(tmp_path / "digests.json")]
    for _ in range(2):
        result = CliRunner().invoke(app(), arguments)
        assert result.exit_code == 0
    assert len(read) == 2
    told: list[tuple[int, int]] = []
    openmodel.build(
        release,
        digest_cache=tmp_path / "digests.json",
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1][0] == told[-1][1]


def test_tensors_of_another_header_are_not_believed(release: Path, tmp_path: Path, read: list[str]) -> None:
    cache = tmp_path / "digests.json"
    built(release, cache)
    forged = json.loads(cache.read_text())
    for known in forged["files"]:
        if known["tensors"]:
            known["tensors"] = {"b": known["tensors"]["a"]}
    cache.write_text(json.dumps(forged))
    read.clear()
    built(release, cache)
    assert read == ["m.safetensors"]
