# SPDX-License-Identifier: Apache-2.0
"""`check` with several policies: where they part on a file of the Model Openness Framework."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import openmodel
from openmodel.policies.mof.components import BY_NAME, required_for
from openmodel.rendering.report import report_json
from tests.cli.test_cli import run

LICENCES = {"code": "Apache-2.0", "data": "CDLA-Permissive-2.0", "document": "CC-BY-4.0"}


def written(path: Path, training_code: str) -> Path:
    """A file with all that class I asks for, and this licence of the training code."""
    names = required_for(1)
    licences = {name: LICENCES[BY_NAME[name].content] for name in names} | {"Training code": training_code}
    components = [{"name": name, "description": "", "license": licences[name]} for name in names]
    release = {"name": "It", "components": components}
    path.write_text(yaml.safe_dump({"framework": {"name": "Model Openness Framework"}, "release": release}))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The training code is under a licence that the tool takes for open, and OSI does not."""
    return written(tmp_path / "it.yml", "CC-BY-4.0")


def told(printed: str) -> str:
    """The part of the text that is about this."""
    start = printed.find("Where the policies part:")
    return printed[start : printed.index("\n\n", start) + 1] if start >= 0 else ""


def test_class_1_and_yet_not_open_source_is_explained(file: Path) -> None:
    ended = run("check", file, "--policy", "mot:1", "--policy", "osaid-1.0", columns=60)
    assert ended.returncode == 1
    assert (
        told(ended.stdout)
        == """\
Where the policies part:
  ✓ Model Openness Tool (Class I, Open Science): met
  ✗ Open Source AI Definition 1.0: yet not met, because of:
    ✗ OSAID-TERMS-CODE Code is under OSI-approved licences
      /components/6/terms: The terms are not approved:
        CC-BY-4.0 is not approved by OSI; the FSF lists it
        as free, which is not what is asked of code.
      · mot:1 takes it as met: MOT-TRAINING-CODE.
"""
    )


def test_the_documentation_shows_what_is_printed(file: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "checking.md"
    assert told(run("check", file, "--policy", "mot:1", "--policy", "osaid-1.0").stdout) in page.read_text(
        encoding="utf-8"
    )


def test_class_1_and_yet_undetermined_is_explained(tmp_path: Path) -> None:
    file = written(tmp_path / "it.yml", "Apache-2.0")
    ended = run("check", file, "--policy", "osaid-1.0", "--policy", "mot", columns=60)
    assert ended.returncode == 1
    assert (
        told(ended.stdout)
        == """\
Where the policies part:
  ✓ Model Openness Tool (Class I, Open Science): met
  ? Open Source AI Definition 1.0: yet undetermined, because
    of:
    ? OSAID-DATA-LISTED All training data is listed
      /sources: The manifest does not say which data the
        model was trained on; the publisher may have said it
        elsewhere.
      · mot rests on nothing there.
    ? OSAID-CODE-PROCESSING Code that processed and filtered
      the data is there
      /components/11/where: The manifest does not say where
        the code that processed and filtered the data can be
        had (Data preprocessing code); the publisher may
        have said it elsewhere.
      · mot does not rest on it, but on
        /components/11/terms: MOT-DATA-PREPROCESSING-CODE.
    ? OSAID-CODE-TRAINING Code that trained the model is
      there
      /components/6/where: The manifest does not say where
        the code that trained the model can be had (Training
        code); the publisher may have said it elsewhere.
      · mot does not rest on it, but on /components/6/terms:
        MOT-TRAINING-CODE.
    and 7 more that are undetermined.
"""
    )


def test_the_json_report_has_it_as_plain_data(file: Path) -> None:
    ended = run("check", file, "--policy", "mot:1", "--policy", "osaid-1.0", "--format", "json")
    (release,) = json.loads(ended.stdout)["releases"]
    (found,) = release["parting"]
    assert found["satisfied"] == [
        {
            "policy": "mot:1",
            "title": "Model Openness Tool",
            "class_title": "Class I, Open Science",
            "outcome": "met",
            "self_reviewed": False,
        }
    ]
    assert (found["unsatisfied"]["policy"], found["unsatisfied"]["outcome"]) == ("osaid-1.0", "unmet")
    (reason,) = found["reasons"]
    assert (reason["requirement"], reason["where"], found["more"]) == ("OSAID-TERMS-CODE", "/components/6/terms", 0)
    assert reason["stances"] == [
        {
            "policy": "mot:1",
            "stance": "met",
            "where": "/components/6/terms",
            "requirement": "MOT-TRAINING-CODE",
            "more": 0,
            "review": None,
        }
    ]


@pytest.mark.parametrize(
    "policies",
    [["mot"], ["mot", "mot:1"], ["osaid-1.0", "osaid-checklist-1.0"], ["osaid-1.0", "provenance-1"]],
)
def test_where_nothing_parts_a_report_is_as_it_was(file: Path, policies: list[str]) -> None:
    report = openmodel.check(file, policies=policies)
    assert report.releases[0].parting is None
    assert '"parting"' not in report_json(report)


def test_the_two_that_are_judged_by_default_are_not_held_against_each_other(built_release: Path) -> None:
    (release,) = openmodel.check(built_release).releases
    assert [policy.outcome for policy in release.policies] == ["undetermined", "met"]
    assert release.parting is None
    assert openmodel.check(built_release, policies=["provenance-1", "osaid-1.0"]).releases[0].parting is None
    found = openmodel.check(built_release, policies=["provenance-1", "osaid-1.0", "mot"]).releases[0].parting
    assert [one.unsatisfied.policy for one in found or ()] == ["osaid-1.0", "mot"]


def test_several_releases_are_each_told_apart(file: Path, built_release: Path) -> None:
    ended = run("check", file, built_release, "--policy", "mot:1", "--policy", "osaid-1.0")
    assert ended.stdout.count("Where the policies part:") == 1
