# SPDX-License-Identifier: Apache-2.0
"""The labels of the G7 vision: which one a release reaches, and what keeps it from the next."""

from __future__ import annotations

import json
from typing import Any

import pytest

import openmodel
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.g7 import OPEN_SOURCE_AI, POLICY
from openmodel.policies.report import PolicyReport
from tests.policies.test_disclosure import judged

PLACE = {"url": "https://example.org/it", "access": "open"}
CC_BY = {"expression": "CC-BY-4.0"}
NC = {"expression": "CC-BY-NC-4.0"}
DESCRIPTION = {
    "provenance": "Letters of three hospitals in Bavaria, written 2010 to 2020.",
    "scope": "Discharge letters of adults in cardiology.",
    "characteristics": "41,000 letters in German, 310 words each on average.",
    "obtained": "Exported by each hospital under a contract of 2021.",
    "selected": "All letters of patients who had consented.",
    "labelled": "Two physicians marked diagnoses in each; a third decided.",
    "processed": "Names and dates were replaced by invented ones.",
    "filtered": "Letters of less than 50 words were left out, 900 in all.",
}
SHARED: dict[str, Any] = {"id": "a", "name": "A", "class": "open", "where": [PLACE], "terms": CC_BY}
KEPT: dict[str, Any] = {
    "id": "a",
    "name": "A",
    "class": "unshareable",
    "not_shared_because": "Patient records; Article 9 of the GDPR forbids it.",
}


def component(kind: str, expression: str | None = "Apache-2.0", **fields: Any) -> dict[str, Any]:
    terms = {"terms": {"expression": expression}} if expression else {}
    return {"id": kind, "name": kind, "kinds": [kind], "where": [PLACE]} | terms | fields


WEIGHTS, RUNNER, TRAINER = component("weights"), component("inference_code"), component("training_code")
ALL = (WEIGHTS, RUNNER, TRAINER)


def reported(*components: dict[str, Any], source: dict[str, Any] | None = None) -> PolicyReport:
    """Of a release of these components; with a source, that one is asserted to be all that it was trained on."""
    document: dict[str, Any] = {
        "openmodel": "1-draft",
        "release": {"name": "toy", "publisher": "Lab"},
        "components": list(components),
    }
    if source:
        document |= {
            "sources": [source],
            "stages": [{"id": "s", "kind": "train", "data": [{"source": "a", "role": "train"}]}],
            "assertions": [{"statement": "all_training_data_listed", "by": "Lab", "date": "2026-01-31"}],
        }
    return judge(Facts(openmodel.loads(json.dumps(document), "toy.json")), POLICY)


@pytest.mark.parametrize(
    ("components", "source", "label", "expected"),
    [
        ((), None, 0, "unmet"),
        ((WEIGHTS,), None, 0, "unmet"),
        ((component("weights", None, terms={"grant": "All rights reserved."}), RUNNER), None, 0, "unmet"),
        ((component("weights", "NONE AND MIT"), RUNNER), None, 0, "unmet"),
        ((component("weights", "LicenseRef-None"), RUNNER), None, 0, "unmet"),
        ((component("weights", None), RUNNER), None, 0, "unmet"),
        ((component("weights", "NONE"), RUNNER), None, 0, "unmet"),
        ((component("weights", "all rights reserved"), RUNNER), None, 0, "unmet"),
        ((component("weights", "LicenseRef-Llama-3"), RUNNER), None, 1, "unmet"),
        ((component("weights", "LicenseRef-Llama-3"), *ALL[1:]), SHARED, 1, "unmet"),
        ((component("weights", "CC-BY-4.0"), *ALL[1:]), SHARED, 1, "undetermined"),
        ((WEIGHTS, component("inference_code", "CC-BY-NC-4.0")), None, 1, "unmet"),
        ((WEIGHTS, component("inference_code", None)), None, 1, "unmet"),
        ((WEIGHTS, RUNNER), None, 2, "unmet"),
        ((WEIGHTS, RUNNER), SHARED, 2, "unmet"),
        (ALL, None, 2, "unmet"),
        (ALL, SHARED | {"where": []}, 2, "unmet"),
        (ALL, SHARED | {"terms": NC} | DESCRIPTION, 2, "undetermined"),
        (ALL, KEPT | DESCRIPTION, 2, "undetermined"),
        (ALL, KEPT, 2, "unmet"),
        (ALL, SHARED, 4, "met"),
    ],
)
def test_the_label_that_is_reached(
    components: tuple[dict[str, Any], ...], source: dict[str, Any] | None, label: int, expected: str
) -> None:
    report = reported(*components, source=source)
    assert (report.class_, report.outcome) == (label, expected)


def test_open_source_ai_is_asked_for_where_no_label_is_named() -> None:
    assert POLICY.ladder
    assert (POLICY.ladder.asked, POLICY.ladder.rung.title) == (OPEN_SOURCE_AI, "Open Source AI")
    assert [rung.title for rung in POLICY.ladder.rungs] == [
        "Weights Available",
        "Open Weights",
        "Open Source AI",
        "Open Source AI with Open Data",
    ]


def test_a_review_of_why_data_cannot_be_shared_reaches_open_source_ai_and_not_open_data() -> None:
    source = KEPT | DESCRIPTION
    finding = next(
        finding
        for item in reported(*ALL, source=source).requirements
        for finding in item.findings
        if item.id == "G7-DATA-SHARED"
    )
    assert "Article 9 of the GDPR" in finding.message
    review = {
        "requirement": "G7-DATA-SHARED",
        "policy": f"g7@{POLICY.version}",
        "at": ["/sources/0"],
        "subject_sha256": finding.fix.rpartition(" ")[2],
        "judgement": "met",
        "by": "Jo Reader",
        "affiliation": "Elsewhere",
        "date": "2026-07-01",
        "reason": "Health data of people who can be told apart may not be published in Germany.",
    }
    document = {
        "openmodel": "1-draft",
        "release": {"name": "toy", "publisher": "Lab"},
        "components": list(ALL),
        "sources": [source],
        "stages": [{"id": "s", "kind": "train", "data": [{"source": "a", "role": "train"}]}],
        "assertions": [{"statement": "all_training_data_listed", "by": "Lab", "date": "2026-01-31"}],
        "reviews": [review],
    }
    report = judge(Facts(openmodel.loads(json.dumps(document), "toy.json"), today="2026-11-30"), POLICY)
    assert (report.class_, report.outcome) == (3, "met")


@pytest.mark.parametrize(
    ("changes", "expected", "where"),
    [
        ({"not_shared_because": "TODO"}, "unmet", "/sources/0/not_shared_because"),
        ({"class": "open", "not_shared_because": None}, "unmet", "/sources/0/where"),
        ({"class": "public", "where": [PLACE], "not_shared_because": None}, "undetermined", "/sources/0/terms"),
        ({"class": "obtainable", "where": [PLACE | {"access": "fee", "fee": "9 EUR"}]}, "undetermined", None),
        (
            {"class": "obtainable", "where": [PLACE | {"access": "fee", "fee": "9 EUR"}], "not_shared_because": None},
            "unmet",
            "/sources/0/where",
        ),
    ],
)
def test_what_is_not_shared_needs_a_reason_that_a_person_judges(
    changes: dict[str, Any], expected: str, where: str | None
) -> None:
    source = {name: value for name, value in (KEPT | changes).items() if value is not None}
    report = judged("G7-DATA-SHARED", sources=[source])
    assert report.outcome == expected
    assert (where or "/sources/0/not_shared_because") in [finding.where for finding in report.findings]


def test_data_that_people_must_register_for_waits_for_a_person() -> None:
    gated = SHARED | {"where": [PLACE | {"access": "registration"}]}
    report = judged("G7-DATA-SHARED", sources=[gated])
    assert (report.outcome, [finding.where for finding in report.findings]) == ("undetermined", ["/sources/0/where"])


def test_who_lists_no_data_is_further_from_open_source_ai_than_who_lists_it() -> None:
    hidden, told = reported(*ALL), reported(*ALL, source=KEPT | DESCRIPTION)
    assert hidden.progress
    assert told.progress
    assert hidden.progress["3"] < told.progress["3"]
    missing = {item.id for item in hidden.requirements if item.outcome == "unmet"}
    assert {"G7-DATA-LISTED", "G7-DATA-SHARED", "G7-DATA-INFORMATION"} <= missing


def test_shared_data_needs_no_description_and_each_field_of_other_data_is_asked_for() -> None:
    assert judged("G7-DATA-INFORMATION", sources=[SHARED]).outcome == "not_applicable"
    assert judged("G7-DATA-INFORMATION", sources=[KEPT | DESCRIPTION]).outcome == "met"
    for field in DESCRIPTION:
        told = {name: text for name, text in DESCRIPTION.items() if name != field}
        report = judged("G7-DATA-INFORMATION", sources=[KEPT | told, SHARED | {"id": "b"}])
        assert (report.outcome, [finding.where for finding in report.findings]) == ("unmet", [f"/sources/0/{field}"])


def test_data_of_a_base_is_asked_for_too() -> None:
    stage = {
        "id": "s",
        "kind": "finetune",
        "models": [{"model": "base", "role": "initial"}],
        "data": [{"source": "a", "role": "train"}],
        "result": "weights",
    }
    fields = {
        "sources": [SHARED],
        "parents": [{"id": "base", "name": "Base"}],
        "stages": [stage],
        "components": list(ALL),
        "assertions": [{"statement": "all_training_data_listed", "by": "Lab", "date": "2026-01-31"}],
    }
    assert judged("G7-DATA-LISTED", **fields).outcome != "met"
