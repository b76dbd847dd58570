# SPDX-License-Identifier: Apache-2.0
"""Files of weights that a component of another kind has too, under terms of its own."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.policies.report import RequirementReport
from tests.policies.test_disclosure import judged
from tests.policies.test_presence import file, measured

WEIGHTS: dict[str, Any] = {
    "id": "w",
    "name": "W",
    "kinds": ["weights"],
    "files": ["model.safetensors", "config.json"],
    "terms": {"expression": "Apache-2.0", "url": "https://example.org/terms"},
}

NC = {"expression": "CC-BY-NC-4.0"}


def report(
    files: list[str], terms: object, *, built: bool = True, weights: dict[str, Any] = WEIGHTS
) -> RequirementReport:
    other = {"id": "o", "name": "Everything", "kinds": ["metadata"], "files": files, "terms": terms}
    names = ("README.md", "config.json", "model.safetensors")
    block = measured(*(file(name) for name in names)) if built else {}
    return judged("OSAID-TERMS-PARAM", components=[weights, other], **block)


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize("files", [["**"], ["model.safetensors"]])
@pytest.mark.parametrize(
    ("terms", "outcome"),
    [
        (NC, "undetermined"),
        ({"expression": "LicenseRef-House"}, "undetermined"),
        ({"expression": "MIT", "note": "For research only."}, "undetermined"),
        ({"grant": "Ask us."}, "undetermined"),
        ({"expression": "MIT"}, "met"),
        ({"expression": "CC-BY-4.0"}, "met"),
        ({"url": "https://example.org/terms"}, "met"),
        ({"expression": "TODO"}, "met"),
        ({}, "met"),
    ],
)
def test_parameters_under_two_terms_are_for_a_person(
    files: list[str], terms: object, outcome: str, *, built: bool
) -> None:
    given = report(files, terms, built=built)
    assert given.outcome == outcome
    if outcome != "met":
        assert [finding.where for finding in given.findings] == ["/components/1/terms"]
        assert ", which holds parameters, is also of Everything, and the terms of that are" in given.findings[0].message


def test_other_files_may_be_under_other_terms() -> None:
    assert report(["README.md", "config.json"], NC).outcome == "met"


def test_once_built_a_glob_is_of_the_files_that_it_names() -> None:
    assert report(["model.*"], NC).outcome == "undetermined"
    assert report(["*.md"], NC).outcome == "met"


def test_before_the_build_a_glob_that_leaves_the_ending_open_may_name_parameters() -> None:
    weights = WEIGHTS | {"files": ["weights/*", "last.safetensors", "config.json"]}
    for path in ("weights/*", "last.safetensors"):
        assert report([path], NC, built=False, weights=weights).outcome == "undetermined"
    assert report(["config.json"], NC, built=False, weights=weights).outcome == "met"


@pytest.mark.parametrize("built", [True, False])
def test_where_no_file_is_known_to_hold_parameters_any_may(*, built: bool) -> None:
    given = report(["config.json"], NC, built=built, weights=WEIGHTS | {"files": ["config.json"]})
    assert "/components/1/terms" in [finding.where for finding in given.findings]


def test_terms_of_the_weights_are_told_once() -> None:
    given = report(["**"], NC, weights=WEIGHTS | {"terms": NC})
    assert [finding.where for finding in given.findings if finding.kind != "note"] == ["/components/0/terms"]
