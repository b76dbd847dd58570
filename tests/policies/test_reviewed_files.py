# SPDX-License-Identifier: Apache-2.0
"""A review of what files are does not outlive the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.policies.report import RequirementReport
from openmodel.policies.subject import subject_sha256

VECTORS = "king 0.1 0.2 0.3\nqueen 0.2 0.3 0.1\n" * 20
WEIGHTS = {"id": "w", "name": "W", "kinds": ["weights"], "files": ["vectors*.txt"]}
CODE = {"id": "c", "name": "C", "kinds": ["training_code"], "files": ["vectors*.txt"]}


def build(root: Path, component: dict[str, Any], *reviews: dict[str, Any]) -> None:
    release = {"name": "toy", "publisher": "Lab"}
    document = {"openmodel": "1-draft", "release": release, "components": [component], "reviews": list(reviews)}
    (root / "openmodel.yaml").write_text(json.dumps(document))
    openmodel.build(root)


def report(root: Path, id: str) -> RequirementReport:
    (release,) = openmodel.check(root, policies=["osaid-1.0"]).releases
    return next(item for item in release.policies[0].requirements if item.id == id)


def review_of(report: RequirementReport) -> dict[str, Any]:
    (finding,) = [finding for finding in report.findings if finding.kind == "judge"]
    at, digest = finding.fix.split("at: [")[1].split("] and subject_sha256: ")
    return {
        "requirement": report.id,
        "policy": "osaid-1.0@4",
        "at": at.split(", "),
        "subject_sha256": digest,
        "judgement": "met",
        "by": "Jo Reader",
        "affiliation": "Elsewhere",
        "date": "2025-02-01",
        "reason": "I loaded them.",
    }


@pytest.mark.parametrize(("component", "id"), [(WEIGHTS, "OSAID-PARAM-AVAILABLE"), (CODE, "OSAID-CODE-TRAINING")])
@pytest.mark.parametrize("files", [1, 40])
def test_a_review_is_void_when_a_file_is_another(
    tmp_path: Path, component: dict[str, Any], id: str, files: int
) -> None:
    for number in range(files):
        (tmp_path / f"vectors-{number}.txt").write_text(f"{VECTORS}{number}")
    build(tmp_path, component)
    review = review_of(report(tmp_path, id))
    assert len(review["at"]) == 2
    build(tmp_path, component, review)
    assert report(tmp_path, id).outcome == "met"
    (tmp_path / "vectors-0.txt").write_text("Coming soon.\n")
    build(tmp_path, component, review)
    changed = report(tmp_path, id)
    assert changed.outcome == "undetermined"
    assert "the reviewed values were changed since" in changed.findings[-1].message


def test_a_review_of_the_names_alone_settles_nothing(tmp_path: Path) -> None:
    (tmp_path / "vectors-0.txt").write_text(VECTORS)
    build(tmp_path, WEIGHTS)
    review = review_of(report(tmp_path, "OSAID-PARAM-AVAILABLE"))
    assert review["at"] == ["/components/0/files", "/measured/files/0/sha256"]
    facts = json.loads((tmp_path / "openmodel.json").read_text())
    at = ["/components/0/files"]
    build(tmp_path, WEIGHTS, review | {"at": at, "subject_sha256": subject_sha256(facts, at)})
    assert report(tmp_path, "OSAID-PARAM-AVAILABLE").outcome == "undetermined"
