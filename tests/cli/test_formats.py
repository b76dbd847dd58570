# SPDX-License-Identifier: Apache-2.0
"""`import`, `export` and `check` with files of other formats, as a user meets them."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import yaml

import openmodel
from openmodel.policies.mof.components import required_for
from tests.cli.test_cli import run

FILE = {
    "framework": {"name": "Model Openness Framework", "version": "1.0"},
    "release": {
        "name": "It",
        "license": {"distribution": {"name": "MIT", "path": ""}},
        "components": [{"name": name, "description": "x: y"} for name in required_for(2)],
    },
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "it.yml"
    path.write_text(yaml.safe_dump(FILE))
    return path


def test_import_prints_a_declaration_that_can_be_read(file: Path, tmp_path: Path) -> None:
    ended = run("import", "mof", file)
    assert (ended.returncode, ended.stderr) == (0, "")
    manifest = openmodel.loads(ended.stdout, "openmodel.yaml")
    assert manifest == openmodel.import_mof(file).manifest
    assert ended.stdout.startswith("# Made of it.yml by `openmodel import mof`.\nopenmodel: 1-draft\n")
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "openmodel.yaml").write_text(ended.stdout)
    assert run("build", tmp_path / "release").returncode == 0
    assert run("check", tmp_path / "release", "--policy", "mot").returncode == 0
    assert yaml.safe_load(run("export", "mof", tmp_path / "release").stdout) == FILE


def test_import_tells_what_is_odd_and_writes_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text(json.dumps({"release": {"name": "\x1b[2J", "components": [3], "n": 1, "a: b # c": "\u2028"}}))
    ended = run("import", "mof", path)
    assert ended.returncode == 0
    assert "? /release/components/0: 3, where a component belongs." in ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr
    assert openmodel.loads(ended.stdout) == openmodel.import_mof(path).manifest


def test_nothing_is_overwritten_unasked(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.yaml"
    assert run("import", "mof", file, "--output", made).stdout.endswith("made.yaml is written: 10 components.\n")
    kept = made.read_bytes()
    again = run("import", "mof", file, "--output", made)
    assert again.returncode == 2
    assert "that it is there already" in again.stderr
    assert run("import", "mof", file, "--output", made, "--force").returncode == 0
    assert made.read_bytes() == kept
    for name in ("back.yml", "back.json"):
        out = tmp_path / name
        assert run("export", "mof", made, "--output", out).returncode == 0
        assert run("export", "mof", made, "--output", out).returncode == 2
        assert run("export", "mof", made, "--output", out, "--force").returncode == 0
        assert yaml.safe_load(out.read_text()) == FILE


def test_what_cannot_be_read_is_status_2(tmp_path: Path) -> None:
    (tmp_path / "list.yml").write_text("- a")
    for arguments in (("import", "mof", tmp_path / "list.yml"), ("import", "mof", tmp_path / "none.yml")):
        ended = run(*arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "found" in ended.stderr
    assert run("export", "mof", tmp_path).returncode == 2
    assert run("import", "spdx", tmp_path / "list.yml").returncode == 2


def test_check_reads_such_a_file_and_says_the_class(file: Path) -> None:
    ended = run("check", file, "--policy", "mot:1", "--policy", "mot")
    assert ended.returncode == 1
    first, second = ended.stdout.split("\n\n")[1:]
    assert first.startswith("✗ Model Openness Tool: not met\n")
    assert second.startswith("✓ Model Openness Tool: met\n")
    assert "Reaches Class II, Open Tooling; towards Class I, Open Science: 71 %." in first
    assert first.index("MOT-DATASETS Datasets") < first.index("All requirements:")
    assert "mot:1 version 1" in first
    assert run("check", file, "--policy", "mot:2").returncode == 0


def test_check_says_why_a_file_of_the_framework_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "model.yml"
    file.write_text("framework: {name: MOF}\nrelease: {components: [" + "{name: x}, " * 12_000 + "]}\n")
    ended = run("check", file, "--policy", "mot")
    assert ended.returncode == 2
    assert "values" in ended.stderr
    assert "openmodel`" not in ended.stderr


def test_check_of_no_class_and_of_the_highest(file: Path) -> None:
    every = {**FILE, "release": {**FILE["release"], "components": [{"name": name} for name in required_for(1)]}}  # type: ignore[dict-item]
    file.write_text(json.dumps(every))
    assert "Reaches Class I, Open Science, the highest." in run("check", file, "--policy", "mot:1").stdout
    file.write_text(json.dumps({**every, "release": {"name": "It", "components": []}}))
    ended = run("check", file, "--policy", "mot")
    assert ended.returncode == 1
    assert "Reaches no class; towards Class III, Open Model: 0 %. Missing for it:" in ended.stdout


def test_check_says_what_is_asked_for_where_that_is_not_the_next_class(file: Path) -> None:
    ended = run("check", file, "--policy", "mot:1")
    assert ended.returncode == 1
    words = "Reaches Class II, Open Tooling; towards Class I, Open Science: 71 %. Missing for it:"
    assert words in " ".join(ended.stdout.split())
    file.write_text(json.dumps({**FILE, "release": {"name": "It", "components": []}}))
    ended = run("check", file, "--policy", "mot:1")
    words = "Reaches no class, where Class I, Open Science is asked for; towards Class III, Open Model: 0 %."
    assert words in " ".join(ended.stdout.split())


def test_the_report_has_class_and_progress(file: Path) -> None:
    (release,) = json.loads(
        run("check", file, "--policy", "mot:2", "--policy", "provenance-1", "--format", "json").stdout
    )["releases"]
    classes, other = release["policies"]
    assert (classes["policy"], classes["class"], classes["outcome"]) == ("mot:2", 2, "met")
    assert classes["progress"] == {"3": 100, "2": 100, "1": pytest.approx(1000 / 14)}
    assert not {"class", "class_", "progress"} & set(other)
    assert release["path"] == str(file)
    assert release["manifest_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("mot:4", "one of mot:3, mot:2, mot:1"),
        ("mot:", "one of mot:3, mot:2, mot:1"),
        ("osaid-1.0:1", "osaid-1.0, which has no classes"),
        ("mott:1", "Did you mean mot?"),
    ],
)
def test_a_class_that_is_not_there_is_said(policy: str, message: str, file: Path) -> None:
    ended = run("check", file, "--policy", policy)
    assert ended.returncode == 2
    assert message in ended.stderr


def test_a_declaration_by_another_name_is_none_of_these_files(built_release: Path, tmp_path: Path) -> None:
    shutil.copy(built_release / "openmodel.json", tmp_path / "other.json")
    shutil.copy(built_release / "openmodel.yaml", tmp_path / "other.yaml")
    assert run("check", tmp_path / "other.json", "--policy", "mot", "--format", "json").returncode == 1
    ended = run("check", tmp_path / "other.yaml")
    assert ended.returncode == 2
    assert "a declaration" in ended.stderr
