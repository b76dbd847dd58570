# SPDX-License-Identifier: Apache-2.0
"""What a third party wrote of a release that is elsewhere is checked as it is: nobody has its files to build it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.built import read_built
from openmodel.policies.report import PolicyReport
from openmodel.rendering.card import card
from tests.conformance.osaid_systems import SYSTEMS

BY_A_STRANGER = {"role": "third_party", "name": "A Reader"}
THIRD_PARTY = {"openmodel": "1-draft", "release": {"name": "far", "described_by": BY_A_STRANGER}}


def written(folder: Path, document: Any, name: str = "openmodel.json") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(document))
    return folder / name


def judged(path: Path) -> tuple[PolicyReport, ...]:
    return openmodel.check(path).releases[0].policies


@pytest.mark.parametrize("system", sorted(path.name for path in SYSTEMS.iterdir() if path.is_dir()))
def test_it_is_judged_as_the_built_one(system: str, tmp_path: Path) -> None:
    file = SYSTEMS / system / "openmodel.json"
    (tmp_path / "openmodel.yaml").write_bytes(file.read_bytes())
    openmodel.build(tmp_path)
    assert judged(file) == judged(file.parent) == judged(tmp_path)


NAMES_FILES: dict[str, dict[str, Any]] = {
    "files of a component": {"components": [{"id": "a", "name": "A", "files": ["*.safetensors"]}]},
    "a file of a source": {"sources": [{"id": "a", "name": "A", "files": [{"path": "a.csv"}]}]},
    "a document": {"sources": [{"id": "a", "name": "A", "scope": {"document": {"path": "a.md"}, "section": "1"}}]},
    "a manifest": {"parents": [{"id": "a", "name": "A", "manifest": {"path": "a/openmodel.json"}}]},
    "a licence text": {
        "components": [{"id": "a", "name": "A", "terms": {"expression": "MIT", "text": "LICENSE"}}],
    },
}


@pytest.mark.parametrize("naming", NAMES_FILES)
def test_what_names_files_has_to_be_built(naming: str, tmp_path: Path) -> None:
    """Nobody would have seen the files, and the paths would be believed."""
    file = written(tmp_path, THIRD_PARTY | NAMES_FILES[naming])
    with pytest.raises(openmodel.StageError, match=r"Rename it to openmodel\.yaml\. Run `openmodel build"):
        openmodel.check(file)


@pytest.mark.parametrize("described_by", [None, {"role": "publisher", "name": "A Lab"}])
def test_a_publisher_has_the_files_and_has_to_build(described_by: dict[str, str] | None, tmp_path: Path) -> None:
    said = {"described_by": described_by} if described_by else {}
    with pytest.raises(openmodel.StageError, match="openmodel build"):
        openmodel.check(written(tmp_path, {"openmodel": "1-draft", "release": {"name": "near", **said}}))


def test_a_declaration_beside_it_has_to_be_built(tmp_path: Path) -> None:
    file = written(tmp_path, THIRD_PARTY)
    written(tmp_path, THIRD_PARTY, "openmodel.yaml")
    for path in (tmp_path, file, tmp_path / "openmodel.yaml"):
        with pytest.raises(openmodel.StageError, match=r"Run `openmodel build"):
            openmodel.check(path)


def test_what_needs_measurements_still_asks_for_them(tmp_path: Path) -> None:
    written(tmp_path, THIRD_PARTY)
    for function in (read_built, card, lambda path: openmodel.check(path, verify_bytes=True)):
        with pytest.raises(openmodel.StageError, match="a declaration"):
            function(tmp_path)
