# SPDX-License-Identifier: Apache-2.0
"""`openmodel check` of releases that are made from one another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import openmodel
from tests.cli.test_cli import run
from tests.releases import DECLARATION, write_release

DERIVED = """\
openmodel: 1-draft
release:
  name: toy-int8
  publisher: Example Group
  disclosure_terms: {{expression: CC-BY-4.0}}
components:
  - id: weights
    name: Rounded weights
    kinds: [weights]
    files: ["*.safetensors"]
    terms: {{expression: Apache-2.0}}
  - id: code
    name: Code
    kinds: [conversion_code]
    files: ["code/**"]
    terms: {{expression: MIT}}
parents:
  - id: toy
    name: Toy
    where: [{{url: "https://models.example/toy"}}]
    manifest: {{{manifest}}}
stages:
  - {{id: rounding, kind: quantize, models: [{{model: toy, role: initial}}], code: [code], result: weights}}
"""


@pytest.fixture
def derived(tmp_path: Path, built_release: Path) -> Path:
    """A release that names the manifest of another by its digest, built."""
    sha256 = openmodel.check(built_release).releases[0].manifest_sha256
    directory = write_release(tmp_path / "derived", DERIVED.format(manifest=f"sha256: {sha256}"))
    openmodel.build(directory)
    return directory


def test_a_parent_that_is_given_in_the_same_command_is_judged_with_what_is_made_from_it(
    derived: Path, built_release: Path
) -> None:
    alone = run("check", derived, "--policy", "osaid-1.0", columns=200).stdout
    assert "? OSAID-DATA-LISTED" in alone
    assert "only, and is not at hand" in " ".join(alone.split())
    assert "Made from" not in alone
    ended = run("check", derived, built_release, "--policy", "osaid-1.0", columns=200)
    sha256 = openmodel.check(built_release).releases[0].manifest_sha256
    text = " ".join(ended.stdout.split())
    assert "✓ OSAID-DATA-LISTED [declared]" in text
    assert f"? Made from toy 1.0: undetermined. Judged by {built_release / 'openmodel.json'}, sha256 {sha256}" in text
    assert ended.stdout.count("Made from") == 1
    assert ended.returncode == 1


def test_the_json_report_names_the_parents_that_were_judged(derived: Path, built_release: Path) -> None:
    report = json.loads(run("check", "--format", "json", built_release, derived).stdout)
    assert report == openmodel.check(built_release, derived).as_json()
    base, made = (release["policies"][0] for release in report["releases"])
    assert base["parents"] == []
    assert made["parents"] == [
        {
            "where": "/parents/0/manifest",
            "named_by": None,
            "name": "toy",
            "version": "1.0",
            "manifest_sha256": report["releases"][0]["manifest_sha256"],
            "path": str(built_release / "openmodel.json"),
            "outcome": "undetermined",
        }
    ]
    assert all("parents" not in release["policies"][1] for release in report["releases"])


def test_inputs_that_cannot_be_read_do_not_keep_others_from_their_parents(derived: Path, built_release: Path) -> None:
    ended = run("check", "--format", "json", "nowhere", derived, built_release)
    assert ended.returncode == 2
    report = json.loads(ended.stdout)
    assert [error["file"] for error in report["errors"]] == ["nowhere"]
    assert [len(release["policies"][0]["parents"]) for release in report["releases"]] == [1, 0]


def test_a_manifest_of_a_parent_inside_the_release_is_measured_and_judged(tmp_path: Path) -> None:
    directory = write_release(tmp_path / "derived", DERIVED.format(manifest="path: toy/openmodel.json"))
    ended = run("build", directory)
    assert ended.returncode == 2
    assert "/parents/0/manifest/path" in ended.stderr
    openmodel.build(write_release(directory / "toy", DECLARATION.replace("labelled:", "# labelled:")))
    assert run("build", directory).returncode == 0
    text = " ".join(run("check", directory, columns=200).stdout.split())
    assert "✗ Made from toy 1.0: not met. Judged by toy/openmodel.json" in text
    assert "Toy does not meet this by its own manifest: /sources/0/labelled" in text
    (directory / "toy" / "openmodel.json").write_text("{}")
    text = " ".join(run("check", directory, columns=200).stdout.split())
    assert "is toy/openmodel.json, which is not the file that was measured" in text


def test_a_hostile_name_of_a_parent_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    directory = write_release(tmp_path / "derived", DERIVED.format(manifest="path: toy/openmodel.json"))
    openmodel.build(write_release(directory / "toy", DECLARATION.replace("name: toy", 'name: "toy\\e[31m\\u202e"')))
    openmodel.build(directory)
    text = run("check", directory).stdout
    assert not {"\x1b", "\u202e"} & set(text)
    assert "toy\\x1b[31m" in text
