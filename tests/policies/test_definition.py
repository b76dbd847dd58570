# SPDX-License-Identifier: Apache-2.0
"""Sentences of OSAID 1.0 and its FAQ that other tests do not hold a rule to. `docs/osaid.md` lists all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from openmodel.policies import osaid
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import TRAINED, found
from tests.policies.test_presence import file, measured

TABLE = (Path(__file__).parents[2] / "docs" / "osaid.md").read_text(encoding="utf-8")
CC_BY = {"expression": "CC-BY-4.0"}
NC = {"expression": "CC-BY-NC-4.0"}
WITHHELD = {"undisclosed": "withheld", "reason": "secret"}
A: dict[str, Any] = {"id": "a", "name": "A"}


def test_the_table_of_phrases_has_every_requirement_and_no_others() -> None:
    ids = {requirement.id for requirement in osaid.POLICY.requirements}
    assert set(re.findall(r"OSAID-[A-Z]+-[A-Z]+", TABLE)) == ids


def place(**fields: Any) -> list[dict[str, Any]]:
    return [{"url": "https://example.org/a"} | fields]


UNSHAREABLE = A | {"class": "unshareable", "not_shared_because": "Patient records; German law forbids it."}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({}, []),
        ({"where": place(access="request")}, []),
        ({"where": place(access="fee")}, []),
        ({"where": place(access="gone")}, []),
        ({"where": place(holds="derived", access="open")}, []),
        ({"where": place(access="open")}, ["/sources/0/where"]),
        ({"where": place(access="registration")}, ["/sources/0/where"]),
        ({"where": place()}, ["/sources/0/where"]),
        ({"terms": NC}, []),
        ({"terms": CC_BY}, ["/sources/0/terms"]),
        ({"files": [{"path": "a.csv"}]}, ["/sources/0/files"]),
        ({"files": [{"sha256": "0" * 64}]}, []),
    ],
)
def test_unshareable_data_that_can_be_had_or_shared_is_doubted(fields: dict[str, Any], where: list[str]) -> None:
    report = judged("OSAID-DATA-UNSHAREABLE", sources=[UNSHAREABLE | fields])
    assert (report.outcome, found(report, "judge")) == ("undetermined" if where else "met", where)


@pytest.mark.parametrize("name", ["public", "obtainable"])
@pytest.mark.parametrize(
    ("fields", "doubted"),
    [
        ({"where": place(), "terms": CC_BY}, False),
        ({"where": place(access="gone"), "terms": CC_BY}, True),
        ({"where": place(access="gone"), "terms": CC_BY, "files": [{"path": "a.csv"}]}, False),
        ({"where": place(access="gone"), "terms": CC_BY, "files": [{"path": "a.csv"}, {"url": "https://e.org"}]}, True),
        ({"where": place(access="request"), "terms": CC_BY}, True),
        ({"where": place(access="request"), "terms": NC}, False),
        ({"where": place(access="gone"), "terms": {"expression": "LicenseRef-House"}}, False),
        ({"where": place(access="gone")}, False),
    ],
)
def test_all_legally_shareable_data_is_shared(name: str, fields: dict[str, Any], *, doubted: bool) -> None:
    report = judged(f"OSAID-DATA-{name.upper()}", sources=[A | {"class": name} | fields])
    assert report.outcome == ("undetermined" if doubted else "met")
    assert found(report, "judge") == (["/sources/0/class"] if doubted else [])


@pytest.mark.parametrize(
    ("name", "access", "noted"),
    [
        ("obtainable", "open", True),
        ("obtainable", None, False),
        ("obtainable", "fee", False),
        ("public", "open", False),
        ("public", "request", True),
        ("public", "gone", False),
    ],
)
def test_a_place_that_fits_another_class_is_noted_and_fails_nothing(
    name: str, access: str | None, *, noted: bool
) -> None:
    fields = {"access": access, "fee": "1 EUR"} if access == "fee" else {"access": access} if access else {}
    report = judged(f"OSAID-DATA-{name.upper()}", sources=[A | {"class": name, "where": place(**fields)}])
    assert report.outcome == "met"
    assert found(report, "note") == (["/sources/0/class"] if noted else [])


NO_LABELS = {"labelled": {"undisclosed": "not_applicable", "reason": "The next token is predicted."}}


@pytest.mark.parametrize(
    ("tasks", "sources", "doubted"),
    [
        (["text-generation"], [A | NO_LABELS], False),
        (None, [A | NO_LABELS], False),
        (["image-classification"], [A | NO_LABELS], True),
        (["tabular regression"], [A | NO_LABELS], True),
        (["object-detection", "image-segmentation"], [A | NO_LABELS], True),
        (["zero-shot-image-classification"], [A | NO_LABELS], False),
        (["image-classification", "image-feature-extraction"], [A | NO_LABELS], False),
        (["image-classification"], [A | NO_LABELS, {"id": "b", "name": "B", "labelled": "By two nurses."}], False),
        (None, [A | NO_LABELS | {"amount": {"value": 3, "unit": "pairs"}}], True),
    ],
)
def test_that_labels_do_not_apply_is_doubted_where_learning_needs_them(
    tasks: list[str] | None, sources: list[dict[str, Any]], *, doubted: bool
) -> None:
    release = {"name": "toy"} | ({"tasks": tasks} if tasks else {})
    stages = [{"id": "s", "kind": "train", "data": [{"source": source["id"]} for source in sources]}]
    report = judged("OSAID-DATA-LABELLED", release=release, sources=sources, stages=stages)
    assert found(report, "judge") == (["/sources/0/labelled"] if doubted else [])


def test_of_sources_that_all_have_no_labels_none_is_told_of_others() -> None:
    sources = [A | NO_LABELS | {"id": id, "name": id} for id in ("a", "b", "c")]
    stages = [{"id": "s", "kind": "train", "data": [{"source": source["id"]} for source in sources]}]
    release = {"name": "toy", "tasks": ["image-classification"]}
    messages = [
        finding.message
        for finding in judged("OSAID-DATA-LABELLED", release=release, sources=sources, stages=stages).findings
        if finding.kind == "judge"
    ]
    assert messages == [
        f"Labelling is said not to apply to {id}, but no source has labels for the task image-classification."
        for id in ("a", "b", "c")
    ]


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("finetune", {}, "it is used beyond pre-training"),
        ("train", {"amount": {"value": 3, "unit": "pairs"}}, "it is counted in pairs"),
        ("train", {}, "no source has labels for the task image-classification"),
    ],
)
def test_why_there_should_be_labels_is_told_by_what_is_said_of_the_source_first(
    kind: str, fields: dict[str, Any], why: str
) -> None:
    release = {"name": "toy", "tasks": ["image-classification"]}
    stages = [{"id": "s", "kind": kind, "data": [{"source": "a"}]}]
    (finding,) = judged(
        "OSAID-DATA-LABELLED", release=release, sources=[A | NO_LABELS | fields], stages=stages
    ).findings
    assert finding.message == f"Labelling is said not to apply to A, but {why}."


def test_a_review_of_labels_that_do_not_apply_is_of_what_the_model_does() -> None:
    def fix(task: str, source: dict[str, Any]) -> str:
        stages = [{"id": "s", "kind": "train", "data": [{"source": "a"}]}]
        release = {"name": "toy", "tasks": [task]}
        (doubt,) = judged("OSAID-DATA-LABELLED", release=release, sources=[source], stages=stages).findings
        return doubt.fix

    assert fix("image-classification", A | NO_LABELS) != fix("object-detection", A | NO_LABELS)
    pairs = A | NO_LABELS | {"amount": {"value": 3, "unit": "pairs"}}
    assert fix("text-generation", pairs) == fix("translation", pairs)


CODE: dict[str, Any] = {"id": "x", "name": "X", "where": place()}
OWN: dict[str, Any] = CODE | {"id": "c", "kinds": ["data_processing_code", "library"], "terms": {"expression": "MIT"}}


@pytest.mark.parametrize(("kind", "id"), [("process", "OSAID-CODE-PROCESSING"), ("tokenize", "OSAID-CODE-LIBRARIES")])
def test_the_code_that_processed_the_data_must_be_there_whatever_is_offered_beside_it(kind: str, id: str) -> None:
    def outcome(component: dict[str, Any], code: Any = ("x",), **fields: Any) -> str:
        stage = {"id": "s", "kind": kind, "code": code} | fields
        return judged(id, components=[OWN, component], stages=[stage], parents=[{"id": "p", "name": "P"}]).outcome

    assert outcome(CODE) == "met"
    assert outcome(CODE | {"where": WITHHELD}) == "unmet"
    assert outcome(CODE, code=WITHHELD) == "unmet"
    assert outcome(CODE, code={"undisclosed": "not_applicable", "reason": "It was done by hand."}) == "met"
    assert outcome(CODE | {"where": WITHHELD}, segments=[{"id": "s1", "code": ["x"]}], code=["c"]) == "unmet"
    assert outcome(CODE | {"where": WITHHELD}, code=["c"]) == "met"
    assert outcome(CODE | {"where": WITHHELD, "kinds": ["data_generation_code"]}) == "met"


@pytest.mark.parametrize("kind", ["process", "tokenize", "merge", "quantize", "convert", "train"])
def test_code_that_any_stage_ran_is_under_a_licence_for_code(kind: str) -> None:
    stage = {"id": "s", "kind": kind, "code": ["x"]}
    for terms, outcome in ((NC, "unmet"), (CC_BY, "unmet"), ({"expression": "MIT"}, "met")):
        report = judged("OSAID-TERMS-CODE", components=[OWN, CODE | {"terms": terms}], stages=[stage])
        assert report.outcome == outcome
    assert judged("OSAID-TERMS-CODE", components=[OWN, CODE | {"terms": NC}]).outcome == "met"
    if kind != "train":
        generator = CODE | {"terms": NC, "kinds": ["data_generation_code"]}
        assert judged("OSAID-TERMS-CODE", components=[OWN, generator], stages=[stage]).outcome == "met"


@pytest.mark.parametrize(
    ("terms", "outcome"),
    [
        (None, "met"),
        (WITHHELD, "met"),
        ({"expression": "MIT"}, "met"),
        (CC_BY, "met"),
        (NC, "unmet"),
        ({"expression": "LicenseRef-House"}, "undetermined"),
    ],
)
def test_configuration_settings_are_parameters_too(terms: Any, outcome: str) -> None:
    weights = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "MIT"}}
    configuration = {"id": "k", "name": "K", "kinds": ["configuration"]} | ({"terms": terms} if terms else {})
    assert judged("OSAID-TERMS-PARAM", components=[weights, configuration]).outcome == outcome
    alone = judged("OSAID-TERMS-PARAM", components=[configuration])
    assert alone.outcome == (outcome if outcome != "met" else "not_applicable")


DESCRIBED = {"name": "toy", "disclosure_terms": CC_BY}
BY_PATH = {"document": {"path": "data.pdf"}}
BY_URL = {"document": {"url": "https://example.org/paper.pdf"}}


@pytest.mark.parametrize("document", [BY_PATH, BY_URL])
@pytest.mark.parametrize("built", [False, True])
@pytest.mark.parametrize(
    ("terms", "outcome"),
    [
        ([], "undetermined"),
        ([CC_BY], "met"),
        ([NC], "unmet"),
        ([NC, CC_BY], "undetermined"),
        ([{}, CC_BY], "met"),
        ([{"expression": "LicenseRef-House"}], "undetermined"),
        ([{}], "unmet"),
    ],
)
def test_a_document_in_place_of_a_description_needs_terms_of_its_own(
    document: dict[str, Any], terms: list[dict[str, Any]], outcome: str, *, built: bool
) -> None:
    held: dict[str, Any] = {"files": ["data.pdf"], "where": [{"url": "https://example.org/paper.pdf"}]}
    components = [
        {"id": f"r{number}", "name": "Report", "kinds": ["technical_report"], "terms": given} | held
        for number, given in enumerate(terms)
    ]
    block = measured(file("data.pdf")) if built else {}
    fields: dict[str, Any] = block | {"release": DESCRIBED, "components": components}
    assert judged("OSAID-TERMS-DATA", sources=[A | {"scope": document}], **fields).outcome == outcome
    assert judged("OSAID-TERMS-DATA", sources=[A | {"scope": "All of it."}], **fields).outcome == "met"


def test_a_data_card_that_a_source_rests_on_is_no_extra() -> None:
    card = {"id": "c", "name": "Card", "kinds": ["data_card"], "files": ["data.pdf"], "terms": NC}
    given: dict[str, Any] = {"release": DESCRIBED, "components": [card]}
    assert judged("OSAID-TERMS-DATA", sources=[A], **given).outcome == "undetermined"
    assert judged("OSAID-TERMS-DATA", sources=[A | {"scope": BY_PATH}], **given).outcome == "unmet"


@pytest.mark.parametrize(("validated", "outcome"), [(True, "unmet"), (False, "undetermined")])
def test_results_of_a_benchmark_alone_do_not_show_that_there_is_code_for_testing(
    outcome: str, *, validated: bool
) -> None:
    data = [{"source": "a"}] + ([{"source": "a", "role": "validation"}] if validated else [])
    given: dict[str, Any] = {"sources": [A], "stages": [{"id": "s", "kind": "train", "data": data}]}
    results = [{"task": "ARC", "metric": "accuracy", "value": 0.3}]
    assert judged("OSAID-CODE-VALIDATION", evaluations=results, **given).outcome == outcome
    none = {"validation_code": {"undisclosed": "not_applicable", "reason": "We tested nothing."}}
    claimed = judged("OSAID-CODE-VALIDATION", evaluations=results, not_offered=none, **given)
    assert claimed.outcome == "undetermined"


def test_the_tokenizers_own_corpus_and_its_terms_are_not_asked_for() -> None:
    stage = {"id": "t", "kind": "tokenize", "data": [{"source": "b"}]}
    sources = [A | {"scope": "All."}, {"id": "b", "name": "B"}]
    assert judged("OSAID-DATA-SCOPE", sources=sources, stages=[*TRAINED, stage]).outcome == "met"
