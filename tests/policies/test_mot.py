# SPDX-License-Identifier: Apache-2.0
"""The Model Openness Tool's rules, with their quirks, and the ladder that its classes stand on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

import openmodel
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.ladder import Ladder, Rung
from openmodel.policies.mof.components import BY_NAME, Class, required_for
from openmodel.policies.mot import POLICY
from openmodel.policies.mot.classifying import Classification, Listing, classify
from openmodel.policies.mot.licences import is_appropriate, is_open
from openmodel.policies.report import Outcome, PolicyReport, RequirementReport
from openmodel.policies.standing import standing


def of(level: Class, *without: str, **licences: str | None) -> Classification:
    """What the tool says of all that a class asks for, under MIT or under what is given."""
    listed: dict[str, str | None] = {name: "MIT" for name in required_for(level) if name not in without}
    return classify(Listing({**listed, **licences}, {}))


def report_of(components: Mapping[str, str | None], release: Mapping[str, object] | None = None) -> PolicyReport:
    listed = [
        {"id": f"c{index}", "name": name, "kinds": [BY_NAME[name].kinds[0]]}
        | ({"terms": {"expression": licence}} if licence else {})
        for index, (name, licence) in enumerate(components.items())
    ]
    kept = {"foundation.lfaidata.mof": {"release": {"license": release or {}}}}
    document = {"openmodel": "1-draft", "release": {"name": "It"}, "components": listed, "extensions": kept}
    return judge(Facts(openmodel.loads(json.dumps(document))), POLICY)


@pytest.mark.parametrize("level", [3, 2, 1])
def test_all_that_a_class_asks_for_reaches_it(level: Class) -> None:
    found = of(level)
    assert found.reached == level
    assert all(found.progress[below] == 100 for below in (3, 2, 1) if below >= level)


def test_a_class_counts_only_when_those_below_are_reached() -> None:
    assert of(1, "Model card").progress == {3: pytest.approx(500 / 6), 2: 0, 1: 0}


def test_the_paper_stands_in_for_the_report() -> None:
    assert of(1, "Technical report").progress == {3: 100, 2: 100, 1: 100}
    assert of(1, "Research paper").progress == {3: 100, 2: 100, 1: pytest.approx(1300 / 14)}
    closed = of(1, **{"Technical report": "CC-BY-NC-4.0"})
    assert closed.statuses["Technical report"] == "invalid"
    assert closed.reached == 1
    assert of(1, "Technical report", **{"Research paper": "CC-BY-NC-4.0"}).reached == 0


def test_where_the_paper_stands_in_the_report_is_not_said_to_be_missing() -> None:
    names = dict.fromkeys(required_for(1), "MIT") | {"Technical report": "CC-BY-NC-4.0"}
    for components in (names, {name: licence for name, licence in names.items() if name != "Technical report"}):
        report = report_of(components)
        (technical,) = [item for item in report.requirements if item.id == "MOT-TECHNICAL-REPORT"]
        assert (report.class_, technical.outcome) == (1, "met")
        assert any("stands in" in finding.message for finding in technical.findings)


@pytest.mark.parametrize(
    "licence", ["MIT", "Apache-2.0", "CC-BY-4.0", "CC0-1.0", "ODbL-1.0", "OpenMDW-1.0", "GFDL-1.3"]
)
def test_these_are_open(licence: str) -> None:
    assert is_open(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "mit",
        "Apache 2.0",
        "MIT OR Apache-2.0",
        "PDDL-1.0",
        "C-UDA-1.0",
        "CC-PDDC",
        "CC-BY-NC-4.0",
        "unlicensed",
        "",
        "x",
    ],
)
def test_these_are_not(licence: str) -> None:
    assert not is_open(licence)


def test_public_domain_is_for_documents_by_a_slip_of_the_tool() -> None:
    assert is_appropriate("CC0-1.0", "document")
    assert not is_appropriate("CC0-1.0", "data")
    report = report_of({"Datasets": "CC0-1.0"})
    (datasets,) = [item for item in report.requirements if item.id == "MOT-DATASETS"]
    assert datasets.outcome == "met"
    assert "The tool warns that CC0-1.0" in datasets.findings[0].message


@pytest.mark.parametrize(
    ("licences", "outcome"),
    [
        ({"code": {"name": "MIT"}}, "met"),
        ({"distribution": {"name": "MIT"}}, "met"),
        ({"code": {"name": "x"}, "distribution": {"name": "MIT"}}, "unmet"),
        ({"code": {"name": ""}, "distribution": {"name": "MIT"}}, "met"),
        ({"code": {"name": 3}, "distribution": {"name": "MIT"}}, "met"),
        ({"document": {"name": "MIT"}}, "unmet"),
        ({}, "unmet"),
        ({"code": "MIT"}, "unmet"),
    ],
)
def test_a_licence_of_the_release_holds_for_who_says_nothing(licences: Mapping[str, object], outcome: Outcome) -> None:
    (code,) = [
        item for item in report_of({"Training code": None}, licences).requirements if item.id == "MOT-TRAINING-CODE"
    ]
    assert code.outcome == outcome


@pytest.mark.parametrize("terms", [{"undisclosed": "withheld"}, {"expression": "NONE"}, {"expression": ""}])
def test_who_says_that_there_is_no_licence_does_not_get_that_of_the_release(terms: object) -> None:
    code = {"id": "c", "name": "Code", "kinds": ["training_code"], "terms": terms}
    kept = {"foundation.lfaidata.mof": {"release": {"license": {"distribution": {"name": "MIT"}}}}}
    document = {"openmodel": "1-draft", "release": {"name": "It"}, "components": [code], "extensions": kept}
    report = judge(Facts(openmodel.loads(json.dumps(document))), POLICY)
    (training,) = [item for item in report.requirements if item.id == "MOT-TRAINING-CODE"]
    assert training.outcome == "unmet"
    assert training.findings[0].message.startswith("Training code is listed under no licence")


def test_optional_components_change_no_class() -> None:
    components = dict.fromkeys(required_for(3), "MIT") | {"Sample model outputs": "CC-BY-NC-4.0"}
    assert report_of(components).class_ == 3


class TestLadder:
    """A policy with classes that counts by its requirements alone."""

    RUNGS = (Rung(3, "low", ("A",)), Rung(2, "middle", ("A", "B")), Rung(1, "high", ("A", "B", "C", "D")))
    FACTS = Facts(openmodel.loads("openmodel: 1-draft\nrelease: {name: It}\n"))

    def reports(self, *outcomes: Outcome) -> tuple[RequirementReport, ...]:
        names = zip("ABCD", outcomes, strict=True)
        return tuple(RequirementReport(name, name, "definition", outcome, None, None, ()) for name, outcome in names)

    @pytest.mark.parametrize(
        ("outcomes", "reached", "progress"),
        [
            (("unmet", "met", "met", "met"), 0, (0, 0, 0)),
            (("met", "unmet", "met", "met"), 3, (100, 50, 0)),
            (("met", "not_applicable", "met", "undetermined"), 2, (100, 100, 75)),
            (("met", "met", "met", "met"), 1, (100, 100, 100)),
        ],
    )
    def test_progress_is_the_share_that_is_met(
        self, outcomes: tuple[Outcome, ...], reached: int, progress: tuple[float, ...]
    ) -> None:
        found = standing(Ladder(self.RUNGS, 3), self.FACTS, self.reports(*outcomes))
        assert found.reached == reached
        assert tuple(found.progress[number] for number in (3, 2, 1)) == progress

    def test_no_count_reaches_a_class_of_which_a_requirement_is_unmet(self) -> None:
        ladder = Ladder(self.RUNGS, 3, lambda _: dict.fromkeys((3, 2, 1), 100.0))
        assert standing(ladder, self.FACTS, self.reports("met", "met", "unmet", "met")).reached == 2
        assert standing(ladder, self.FACTS, self.reports("unmet", "met", "met", "met")).reached == 0

    @pytest.mark.parametrize(("asked", "outcome"), [(3, "met"), (2, "undetermined"), (1, "unmet")])
    def test_the_class_that_is_asked_for_decides(self, asked: int, outcome: Outcome) -> None:
        ladder = replace(Ladder(self.RUNGS, 3), asked=asked)
        found = standing(ladder, self.FACTS, self.reports("met", "undetermined", "unmet", "met"))
        assert found.outcome == outcome
