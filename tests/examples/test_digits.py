# SPDX-License-Identifier: Apache-2.0
"""The example trains for real, says what is true, and leaves alone what is not its own."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import openmodel
from examples.digits import release
from openmodel.manifest import load, plain
from openmodel.policies.report import Outcome
from tests.examples.conftest import ROOT, Checkout

WRITTEN_BY_RUN = ("model.safetensors", "evaluation.json", "run.json", "openmodel.yaml")


def declared(made: Path) -> Any:
    return plain(load(made / "openmodel.yaml"))


def outcomes(made: Path) -> dict[str, Outcome]:
    report = openmodel.check(made)
    return {item.id: item.outcome for policy in report.releases[0].policies for item in policy.requirements}


def test_osaid_is_undetermined_only_because_nobody_has_judged_the_detail(digits: Path) -> None:
    osaid = openmodel.check(digits).releases[0].policies[0]
    assert (osaid.policy, osaid.outcome) == ("osaid-1.0", "undetermined")
    assert [item.id for item in osaid.requirements if item.outcome not in ("met", "not_applicable")] == [
        "OSAID-DATA-DETAIL"
    ]


def test_provenance_is_met_in_a_clean_checkout(digits: Path) -> None:
    provenance = openmodel.check(digits).releases[0].policies[1]
    assert provenance.policy == "provenance-1"
    assert {item.outcome for item in provenance.requirements} == {"met"}


def test_nothing_that_is_declared_was_measured_otherwise(digits: Path) -> None:
    measured = load(digits / "openmodel.json").measured
    assert measured is not None
    assert measured.conflicts == ()
    assert all(file.role or file.path == "LICENSE" for file in measured.files)


def test_the_declaration_kept_in_git_is_valid_and_reviewed_by_nobody() -> None:
    assert load(ROOT / "examples" / "digits" / "declaration.yaml").reviews == ()


def test_a_release_has_no_place_left_that_the_run_should_have_filled(digits: Path) -> None:
    text = (digits / "openmodel.yaml").read_text(encoding="utf-8")
    assert "release.py writes it.}" not in text


def test_the_weights_may_be_read_by_whom_the_other_files_may(digits: Path) -> None:
    assert (digits / "model.safetensors").stat().st_mode == (digits / "train.py").stat().st_mode


def test_accuracy_on_held_out_rows(digits: Path) -> None:
    results = json.loads((digits / "evaluation.json").read_bytes())
    assert results["test"]["accuracy"] > 0.95
    assert results["validation"]["accuracy"] > 0.95
    assert declared(digits)["evaluations"][0]["value"] == results["test"]["accuracy"]


def test_the_same_settings_give_the_same_bytes(checkout: Checkout, tmp_path: Path) -> None:
    first, second = (checkout.release(tmp_path / name) for name in ("first", "second"))
    for name in WRITTEN_BY_RUN:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_another_seed_gives_other_weights(checkout: Checkout, digits: Path) -> None:
    path = checkout.example / "settings.json"
    path.write_text(path.read_text().replace('"initialization": 2', '"initialization": 4'))
    weights = (checkout.release() / "model.safetensors").read_bytes()
    assert weights != (digits / "model.safetensors").read_bytes()


def test_what_is_declared_is_what_settings_and_files_say(digits: Path) -> None:
    settings = json.loads((digits / "settings.json").read_bytes())
    declaration = declared(digits)
    stage = declaration["stages"][0]
    segment = stage["segments"][0]
    assert {seed["purpose"]: seed["value"] for seed in segment["seeds"]} == settings["seeds"]
    assert [use["amount"]["value"] for use in stage["data"]] == [
        settings["rows"]["train"],
        settings["rows"]["validation"],
    ]
    assert segment["batch"] == [{"at_step": 1, "value": settings["batch_size"]}]
    assert segment["steps"] == [1, settings["epochs"] * settings["rows"]["train"] // settings["batch_size"]]
    content = (digits / "data" / "digits.csv.gz").read_bytes()
    assert declaration["sources"][0]["files"] == [
        {"path": "data/digits.csv.gz", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    ]


def test_what_the_description_of_the_data_counts_is_so(digits: Path) -> None:
    table = np.loadtxt(digits / "data" / "digits.csv.gz", delimiter=",", dtype=np.int64)
    source = declared(digits)["sources"][0]
    assert table.shape == (1797, 65)
    assert source["amount"]["value"] == 1797
    assert (table[:, :64].min(), table[:, :64].max()) == (0, 16)
    counts = [str(count) for count in np.bincount(table[:, 64])]
    assert f"{', '.join(counts[:-1])} and {counts[-1]} images" in source["characteristics"]
    described = " ".join((digits / "data" / "digits.rst").read_text(encoding="utf-8").split())
    for statement in ("copy of the test set of the UCI", "total of 43 people, 30", "different 13", "July; 1998"):
        assert statement in described


def test_every_row_has_one_use(digits: Path) -> None:
    settings = json.loads((digits / "settings.json").read_bytes())
    results = json.loads((digits / "evaluation.json").read_bytes())
    assert sum(settings["rows"].values()) == 1797
    assert len(set(results["test"]["row_numbers"])) == settings["rows"]["test"] == results["test"]["rows"]


def test_inference_agrees_with_the_evaluation(digits: Path) -> None:
    result = subprocess.run(
        [sys.executable, digits / "infer.py", digits / "data" / "digits.csv.gz"],
        check=True,
        capture_output=True,
        text=True,
    )
    read = np.array(result.stdout.split(), dtype=np.int64)
    labels = np.loadtxt(digits / "data" / "digits.csv.gz", delimiter=",", dtype=np.int64)[:, 64]
    test = json.loads((digits / "evaluation.json").read_bytes())["test"]
    held_out = np.array(test["row_numbers"])
    assert int((read == labels)[held_out].sum()) == test["correct"]
    for digit, counts in test["by_digit"].items():
        of_digit = held_out[labels[held_out] == int(digit)]
        assert len(of_digit) == counts["rows"]
        assert int((read == labels)[of_digit].sum()) == counts["correct"]


def test_training_refuses_other_data(checkout: Checkout) -> None:
    path = checkout.example / "settings.json"
    path.write_text(path.read_text().replace("09f66e6d", "00000000"))
    result = checkout.run("release.py")
    assert result.returncode == 1
    assert "is not the file whose SHA-256 is in settings.json" in result.stderr


class TestPin:
    """The code is pinned to what git knows, and to nothing else."""

    @pytest.fixture(autouse=True)
    def there(self, checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(release, "HERE", checkout.example)
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(checkout.root.parent))

    def test_clean(self, checkout: Checkout) -> None:
        commit = checkout.commit()
        assert release.pin() == {
            "repository": f"swh:1:rev:{commit}",
            "kind": "commit",
            "ref": commit,
            "path": "examples/digits",
            "dirty_sha256": {
                "undisclosed": "not_applicable",
                "reason": (
                    "`git status --porcelain` printed nothing when this was made: no file was changed or untracked."
                ),
            },
        }

    def test_a_tree_with_an_untracked_file_is_not_clean(self, checkout: Checkout) -> None:
        checkout.commit()
        (checkout.root / "more.py").write_text("print()\n")
        assert release.pin()["dirty_sha256"] == hashlib.sha256(b"").hexdigest()

    def test_changed(self, checkout: Checkout) -> None:
        commit = checkout.commit()
        (checkout.root / "LICENSE").write_text("changed\n")
        pin = release.pin()
        assert pin["ref"] == commit
        assert pin["dirty_sha256"] == hashlib.sha256(checkout.git("diff", "--binary", "HEAD")).hexdigest()

    def test_code_that_git_does_not_have(self, checkout: Checkout) -> None:
        checkout.commit()
        checkout.git("rm", "--cached", "--quiet", "examples/digits/train.py")
        assert release.pin()["undisclosed"] == "unknown"

    def test_no_repository(self) -> None:
        assert release.pin()["undisclosed"] == "unknown"

    def test_no_git(self, checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
        checkout.commit()
        monkeypatch.setenv("PATH", "")
        assert release.pin()["undisclosed"] == "unknown"

    @pytest.mark.parametrize(
        ("remote", "published"),
        [
            ("https://name:token@example.org/a/b.git", "https://example.org/a/b.git"),
            ("git@example.org:a/b.git", "ssh://example.org/a/b.git"),
            ("ssh://git@example.org:22/a/b.git", "ssh://example.org:22/a/b.git"),
            ("/home/somebody/b.git", None),
            ("file:///home/somebody/b.git", None),
            ("C:\\somebody\\b.git", None),
        ],
    )
    def test_repository(self, checkout: Checkout, remote: str, published: str | None) -> None:
        commit = checkout.commit()
        checkout.git("remote", "add", "origin", remote)
        assert release.pin()["repository"] == (published or f"swh:1:rev:{commit}")


class TestProcessor:
    """The hardware is what the system reports; what it does not report is left out."""

    def report(self, monkeypatch: pytest.MonkeyPatch, system: str, cpuinfo: str, values: dict[str, str]) -> None:
        monkeypatch.setattr(platform, "system", lambda: system)
        monkeypatch.setattr(platform, "processor", lambda: "")
        monkeypatch.setattr(release, "read", lambda path: cpuinfo if path.name == "cpuinfo" else "0")
        monkeypatch.setattr(release, "sysctl", lambda name: values.get(name, ""))

    def test_arm(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.report(monkeypatch, "Linux", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n", {})
        found = release.processor()
        assert (found["vendor"], found["model"]) == ("0x41", "0xd0c")

    def test_mac(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.report(monkeypatch, "Darwin", "", {"machdep.cpu.brand_string": "Apple M2", "hw.packages": "1"})
        assert release.processor() == {"vendor": "Apple", "model": "Apple M2", "count": 1, "nodes": 1}

    def test_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.report(monkeypatch, "Darwin", "", {})
        assert release.processor() == {"nodes": 1}


class TestPlace:
    """The release directory is made anew, and nothing else is removed."""

    @pytest.fixture
    def place(self, digits: Path, tmp_path: Path) -> Path:
        """A release with everything that comes later."""
        path = tmp_path / "a release"
        shutil.copytree(digits, path)
        for name in ("openmodel.json", "README.md", "openmodel.sig", "model.sig"):
            (path / name).write_text("written by openmodel")
        return path

    def test_a_release_is_removed(self, place: Path) -> None:
        release.clear(place)
        assert not place.exists()

    def test_nothing_and_an_empty_directory_are_left(self, tmp_path: Path) -> None:
        release.clear(tmp_path / "nothing")
        (tmp_path / "empty").mkdir()
        release.clear(tmp_path / "empty")
        assert (tmp_path / "empty").is_dir()

    @pytest.mark.parametrize("name", ["notes.txt", "data/more.csv", "sub/notes.txt"])
    def test_refuses_files_of_others(self, place: Path, name: str) -> None:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("mine")
        before = sorted(place.rglob("*"))
        with pytest.raises(SystemExit, match="not all of it is by this script"):
            release.clear(place)
        assert sorted(place.rglob("*")) == before

    def test_refuses_a_directory_of_others_with_files_of_these_names(self, place: Path) -> None:
        shutil.copyfile(ROOT / "examples" / "digits" / "declaration.yaml", place / "openmodel.yaml")
        with pytest.raises(SystemExit, match="not all of it is by this script"):
            release.clear(place)

    def test_refuses_a_link_and_a_file(self, place: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(place, target_is_directory=True)
        (tmp_path / "file").write_text("mine")
        for name in ("link", "file"):
            with pytest.raises(SystemExit, match="not all of it is by this script"):
                release.clear(tmp_path / name)
        assert (place / "model.safetensors").exists()
        assert (tmp_path / "file").exists()

    def test_refuses_to_lose_a_review(self, place: Path) -> None:
        path = place / "openmodel.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nreviews: []\n", "\nreviews:\n  - {requirement: R}\n"), encoding="utf-8")
        with pytest.raises(SystemExit, match="somebody's review"):
            release.clear(place)


def test_without_git_only_the_commit_is_missing(checkout: Checkout) -> None:
    made = checkout.release()
    openmodel.build(made)
    assert {name for name, outcome in outcomes(made).items() if outcome == "unmet"} == {"PROV-CODE-COMMIT"}
    assert checkout.release() == made
    assert not (made / "openmodel.json").exists()


@pytest.mark.slow
def test_demo_works_twice(checkout: Checkout) -> None:
    for _ in range(2):
        result = checkout.run("demo.py")
        assert result.returncode == 0, result.stdout + result.stderr
        assert "/sources/0/filtered" in result.stdout
        assert "model.safetensors" in result.stdout
        left = {path.name for path in (checkout.root / "build").iterdir()}
        assert left == {"digits-release", "digits-demo.key", "digits-demo.key.pub"}
