# SPDX-License-Identifier: Apache-2.0
"""What has to be so before anything is signed. These releases are really built."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.signing import signatures
from openmodel.signing.agreement import agree
from openmodel.signing.keys import load_private_key
from tests.signing.small_release import bundle_for, payload_of, write_lines


def edit(release: Path, change: Any) -> None:
    document = json.loads((release / "openmodel.json").read_text())
    change(document)
    (release / "openmodel.json").write_text(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["release"].update(version="9.9"),
        lambda document: document["components"][0].update(terms={"expression": "MIT"}),
        lambda document: document["measured"]["weights"][0].update(parameters=70_000_000_000),
        lambda document: document["measured"].update(excluded=[]),
    ],
)
def test_only_a_manifest_that_build_writes_is_signed(built_release: Path, tmp_path: Path, change: Any) -> None:
    key = openmodel.new_key(tmp_path / "key")
    edit(built_release, change)
    with pytest.raises(openmodel.StageError, match="edited"):
        openmodel.sign(built_release, keys=[key.private], force=True)
    assert not (built_release / "openmodel.sig").exists()


def test_all_changed_files_are_named(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    (built_release / "new.txt").write_text("new")
    (built_release / "code" / "train.py").write_text("changed")
    (built_release / "model.safetensors").rename(built_release / "renamed.safetensors")
    with pytest.raises(openmodel.StageError) as raised:
        openmodel.sign(built_release, keys=[key.private])
    found = {Path(problem.file).name: problem.got for problem in raised.value.problems}
    assert found == {
        "new.txt": "a file that was added since the manifest was built",
        "train.py": "other bytes than when the manifest was built",
        "model.safetensors": "no such file",
        "renamed.safetensors": "a file that was added since the manifest was built",
    }


def test_a_key_inside_the_release_signs_nothing(release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    inside = release / "release.key"
    inside.write_bytes(key.private.read_bytes())
    openmodel.build(release)
    with pytest.raises(openmodel.KeyFileError, match="inside the release"):
        openmodel.sign(release, keys=[inside])
    with pytest.raises(openmodel.StageError, match="a private key"):
        openmodel.sign(release, keys=[key.private])


def test_a_card_of_an_earlier_manifest_is_not_signed(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    openmodel.card(built_release)
    declaration = built_release / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace('version: "1.0"', 'version: "2.0"'))
    openmodel.build(built_release)
    with pytest.raises(openmodel.StageError, match="openmodel card"):
        openmodel.sign(built_release, keys=[key.private])
    openmodel.card(built_release)
    openmodel.sign(built_release, keys=[key.private])
    assert openmodel.verify(built_release, keys=[key.public]).version == "2.0"


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ({"issued": "2999-12-31T00:00:00Z"}, "later than now"),
        ({"issued": "2025-01-01T00:00:00Z", "expires": "2999-12-31T00:00:00Z"}, "differs in `expires`"),
    ],
)
def test_a_stranger_does_not_choose_the_times(
    built_release: Path, tmp_path: Path, times: dict[str, str], message: str
) -> None:
    key, stranger = openmodel.new_key(tmp_path / "key"), openmodel.new_key(tmp_path / "stranger")
    signed = openmodel.sign(built_release, keys=[key.private]).statement
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "openmodel.json", "digest": {"sha256": signed.manifest_sha256}},
            {"name": ".", "digest": {"openmodelReleaseRootV1": signed.release_root}},
        ],
        "predicateType": "urn:openmodel:release:1-draft",
        "predicate": {"name": "toy", "version": "1.0", "sequence": 1} | times,
    }
    line = bundle_for(load_private_key(stranger.private), payload_of(statement))
    write_lines(built_release, line)
    with pytest.raises(openmodel.OverwriteError, match=message):
        openmodel.sign(built_release, keys=[key.private])
    result = openmodel.verify(built_release, keys=[stranger.public])
    assert result.ok == (message != "later than now")


def test_a_signature_that_was_added_meanwhile_is_not_lost(
    built_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = openmodel.new_key(tmp_path / "one"), openmodel.new_key(tmp_path / "two")

    def slow(*given: Any, **options: Any) -> Any:
        agreed = agree(*given, **options)
        monkeypatch.setattr(signatures, "agree", agree)
        openmodel.sign(built_release, keys=[two.private])
        return agreed

    monkeypatch.setattr(signatures, "agree", slow)
    with pytest.raises(openmodel.OverwriteError, match="changed meanwhile"):
        openmodel.sign(built_release, keys=[one.private])
    assert openmodel.verify(built_release, keys=[two.public]).ok


def test_what_is_not_covered_is_said(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    openmodel.sign(built_release, keys=[key.private])
    (built_release / "model.sig").unlink()
    openmodel.sign(built_release, keys=[openmodel.new_key(tmp_path / "other").private])
    (built_release / ".gitevil").mkdir()
    (built_release / ".gitevil" / "payload.py").write_text("evil")
    result = openmodel.verify(built_release, keys=[key.public])
    assert result.ok
    assert result.not_covered == (".gitevil", "model.sig")


def test_an_unsigned_manifest_is_not_parsed_and_not_shown(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    openmodel.sign(built_release, keys=[key.private])
    edit(built_release, lambda document: document["release"].update(name="EVIL"))
    result = openmodel.verify(built_release, keys=[key.public])
    assert not result.ok
    assert result.name == "toy"
    assert [(row.path, row.kind) for row in result.files] == [("openmodel.json", "altered")]


def test_a_file_that_was_made_endless_is_not_read(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    openmodel.sign(built_release, keys=[key.private])
    os.truncate(built_release / "data" / "table.csv", 2**40)
    (row,) = openmodel.verify(built_release, keys=[key.public]).files
    assert (row.path, row.algorithm, row.found) == ("data/table.csv", "size", str(2**40))


def test_a_release_without_files_cannot_be_signed(tmp_path: Path) -> None:
    (tmp_path / "described").mkdir()
    (tmp_path / "described" / "openmodel.yaml").write_text("openmodel: 1-draft\nrelease: {name: described}\n")
    assert openmodel.build(tmp_path / "described").manifest.measured is not None
    with pytest.raises(openmodel.StageError, match="without files"):
        openmodel.sign(tmp_path / "described", keys=[openmodel.new_key(tmp_path / "key").private])
