# SPDX-License-Identifier: Apache-2.0
"""osaid-checklist-1.0: what OSI's checklist lists, over the facts that the definition is judged by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.checking import DEFAULT
from openmodel.policies import osaid
from openmodel.policies.checklist import POLICY
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import PolicyReport
from openmodel.policies.reviews import named
from tests.conformance.judging import built
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

CASES = Path(__file__).parents[1] / "conformance" / "osaid" / "cases"
SYSTEMS = CASES.parent / "systems"
CC_BY = {"expression": "CC-BY-4.0"}
NC = {"expression": "CC-BY-NC-4.0"}
PLACE = [{"url": "https://example.org/a", "access": "open"}]
GONE = [{"url": "https://example.org/a", "access": "gone"}]
SHARED: dict[str, Any] = {"id": "a", "name": "A", "class": "open", "where": PLACE, "terms": CC_BY}
CLOSED: dict[str, Any] = {"id": "b", "name": "B", "class": "unshareable"}
DESCRIBED = {"name": "toy", "disclosure_terms": CC_BY}
THIRD = {"name": "toy", "described_by": {"role": "third_party"}}


def document(kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": "d", "name": "D", "kinds": [kind], "where": PLACE, "terms": CC_BY} | fields


def report(path: Path) -> PolicyReport:
    return judge(Facts(openmodel.load(path)), POLICY)


def test_it_is_not_judged_unless_asked_for() -> None:
    assert POLICY.id not in DEFAULT
    assert "not an operating manual to evaluate Open Source AI" in POLICY.title


@pytest.mark.parametrize(
    ("sources", "fields", "outcome"),
    [
        ([SHARED], {}, "met"),
        ([SHARED | {"where": GONE}], {}, "unmet"),
        ([SHARED | {"where": GONE}], {"release": DESCRIBED}, "undetermined"),
        ([SHARED | {"terms": None}], {"release": DESCRIBED}, "undetermined"),
        ([SHARED | {"terms": NC}], {"release": DESCRIBED}, "undetermined"),
        ([SHARED, CLOSED], {}, "unmet"),
        ([SHARED, CLOSED], {"release": DESCRIBED}, "undetermined"),
        ([SHARED, CLOSED], {"release": {"name": "toy", "disclosure_terms": NC}}, "unmet"),
        ([SHARED, CLOSED], {"components": [document("data_card")]}, "undetermined"),
        ([SHARED, CLOSED], {"components": [document("research_paper", terms=NC)]}, "unmet"),
        ([SHARED, CLOSED], {"components": [document("research_paper", where=GONE)]}, "unmet"),
        ([SHARED, CLOSED], {"components": [document("model_card")]}, "unmet"),
        ([CLOSED], {"release": THIRD}, "undetermined"),
        ([], {}, "unmet"),
        ([], {"release": THIRD}, "undetermined"),
    ],
)
def test_data_sets_can_be_had_or_something_stands_in_for_them(
    sources: list[Any], fields: dict[str, Any], outcome: str
) -> None:
    kept = [{name: value for name, value in source.items() if value is not None} for source in sources]
    assert judged("CHECKLIST-DATASETS", sources=kept, **fields).outcome == outcome


def test_many_data_sets_that_cannot_be_had_are_named_in_one_finding() -> None:
    closed = [{"id": f"s{number}", "name": f"S{number}"} for number in range(7)]
    (finding,) = judged("CHECKLIST-DATASETS", sources=[SHARED, *closed], release=DESCRIBED).findings
    assert "(7 of 8 sources cannot): S0; S1; S2; S3; S4 and 2 more. " in finding.message
    assert "at: [/sources, /components]" in finding.fix
    (finding,) = judged("CHECKLIST-DATASETS", sources=[SHARED, *closed[:5]], release=DESCRIBED).findings
    assert "(5 of 6 sources cannot): S0; S1; S2; S3; S4. " in finding.message


DOCUMENTS = {"RESEARCH-PAPER": "research_paper", "TECHNICAL-REPORT": "technical_report", "DATA-CARD": "data_card"}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize(
    ("fields", "outcome", "where"),
    [
        ({}, "met", None),
        ({"terms": NC}, "undetermined", "/components/0/terms"),
        ({"terms": {}}, "undetermined", "/components/0/terms"),
        ({"where": GONE}, "undetermined", "/components/0/where"),
        ({"where": [PLACE[0] | {"access": "fee"}]}, "undetermined", "/components/0/where"),
        ({"kinds": ["model_card"]}, "undetermined", "/components"),
    ],
)
def test_the_lack_of_one_document_alone_fails_nothing(
    name: str, fields: dict[str, Any], outcome: str, where: str | None
) -> None:
    component = document(DOCUMENTS[name], **fields)
    result = judged(f"CHECKLIST-{name}", components=[component], sources=[SHARED, CLOSED])
    assert (result.outcome, found(result, "judge")) == (outcome, [where] if where else [])
    all_shared = judged(f"CHECKLIST-{name}", components=[component], sources=[SHARED])
    assert all_shared.outcome == ("met" if outcome == "met" else "not_applicable")


def test_one_document_under_approved_terms_is_enough_beside_others() -> None:
    components = [document("research_paper", terms=NC), document("research_paper", id="e")]
    assert judged("CHECKLIST-RESEARCH-PAPER", components=components, sources=[CLOSED]).outcome == "met"


def test_a_paper_about_the_base_is_not_one_about_the_model() -> None:
    stage = {"id": "s", "kind": "finetune", "models": [{"model": "p", "role": "initial"}]}
    given: dict[str, Any] = {
        "parents": [{"id": "p", "name": "P"}],
        "components": [document("research_paper", of="p")],
    }
    assert judged("CHECKLIST-RESEARCH-PAPER", stages=[stage], **given).outcome == "undetermined"
    merged = {"id": "s", "kind": "merge", "models": [{"model": "p", "role": "merged"}]}
    assert judged("CHECKLIST-RESEARCH-PAPER", stages=[merged], **given).outcome == "met"


CODE = {"id": "c", "name": "C", "where": PLACE}


@pytest.mark.parametrize(
    ("id", "kinds"),
    [
        ("CHECKLIST-CODE-PREPROCESSING", ["data_processing_code"]),
        ("CHECKLIST-CODE-TRAINING", ["training_code", "validation_code"]),
        ("CHECKLIST-CODE-INFERENCE", ["inference_code"]),
        ("CHECKLIST-CODE-LIBRARIES", ["library", "hyperparameter_search_code"]),
        ("CHECKLIST-MODEL-ARCHITECTURE", ["architecture"]),
        ("CHECKLIST-MODEL-PARAMETERS", ["weights"]),
    ],
)
@pytest.mark.parametrize(
    ("terms", "outcome"),
    [({"expression": "Apache-2.0"}, "met"), (NC, "unmet"), ({}, "unmet"), (CC_BY, "unmet")],
)
def test_code_and_parameters_must_be_there_and_under_their_terms(
    id: str, kinds: list[str], terms: dict[str, Any], outcome: str
) -> None:
    if terms == CC_BY and kinds == ["weights"]:  # Terms and not licences are asked for.
        outcome = "met"
    assert judged(id, components=[CODE | {"kinds": kinds, "terms": terms}]).outcome == outcome
    gone = CODE | {"kinds": kinds, "terms": terms, "where": GONE}
    assert judged(id, components=[gone]).outcome == "unmet"
    for missing in kinds:
        rest = [kind for kind in kinds if kind != missing]
        assert judged(id, components=[CODE | {"kinds": rest, "terms": terms}]).outcome != "met"


def test_what_did_not_exist_is_believed_as_it_is_for_the_definition() -> None:
    none = {"undisclosed": "not_applicable", "reason": "The settings were chosen by hand."}
    tokenizer = CODE | {"kinds": ["tokenizer"], "terms": CC_BY}
    given: dict[str, Any] = {"components": [tokenizer], "not_offered": {"hyperparameter_search_code": none}}
    assert judged("CHECKLIST-CODE-LIBRARIES", **given).outcome == "met"


@pytest.mark.parametrize(
    ("id", "kinds"),
    [
        ("CHECKLIST-DATA-SATISFIED", ("evaluation_data", "evaluation_results")),
        ("CHECKLIST-CODE-INFERENCE", ("evaluation_code",)),
        ("CHECKLIST-MODEL-PARAMETERS", ("model_card", "sample_outputs", "metadata")),
    ],
)
def test_what_is_optional_is_noted_and_changes_nothing(id: str, kinds: tuple[str, ...]) -> None:
    bare = judged(id)
    given = judged(id, components=[{"id": "o", "name": "O", "kinds": [*kinds], "terms": NC}])
    assert bare.outcome == given.outcome
    assert [found.message.partition(":")[0] for found in bare.findings if found.kind == "note"] == [
        "Optional and not listed"
    ]
    assert [found.message.partition(":")[0] for found in given.findings if found.kind == "note"] == [
        "Optional and listed"
    ]


def outcomes(folder: Path) -> dict[str, str]:
    name = "openmodel.yaml" if (folder / "openmodel.yaml").exists() else "openmodel.json"
    return {item.id: item.outcome for item in report(folder / name).requirements}


def test_of_a_complete_release_a_person_must_still_judge() -> None:
    of_each = outcomes(CASES / "complete-pretrained-model")
    undecided = {id for id, outcome in of_each.items() if outcome != "met"}
    assert undecided == {"CHECKLIST-DATA-SATISFIED", "CHECKLIST-DATASETS", "CHECKLIST-RESEARCH-PAPER"}
    assert report(CASES / "complete-pretrained-model" / "openmodel.yaml").outcome == "undetermined"


def test_the_definitions_findings_on_data_are_told_once_each_and_settled_only_there() -> None:
    result = judged("CHECKLIST-DATA-SATISFIED", sources=[SHARED, CLOSED], release=DESCRIBED)
    messages = [finding.message for finding in result.findings if finding.kind == "unmet"]
    assert "OSAID-DATA-SCOPE (1 more like it): The manifest does not say what the data covers (A)." in messages
    assert len({message.partition(" ")[0].rstrip(":") for message in messages}) == len(messages)
    judge_of_detail = next(finding for finding in result.findings if finding.message.startswith("OSAID-DATA-DETAIL"))
    assert "at: [/sources]" in judge_of_detail.fix
    assert judge_of_detail.fix.endswith(f"The review is of OSAID-DATA-DETAIL under {named(osaid.POLICY)}.")
    alone = judged("CHECKLIST-DATA-SATISFIED", sources=[SHARED], release=DESCRIBED).findings
    assert "OSAID-DATA-SCOPE: The manifest does not say what the data covers (A)." in str(alone)
    unsaid = judged("CHECKLIST-DATA-SATISFIED", sources=[SHARED], release=THIRD).findings
    assert not any("The review is of OSAID-DATA-SCOPE" in finding.fix for finding in unsaid)


@pytest.mark.parametrize("folder", [*CASES.iterdir(), *SYSTEMS.iterdir()], ids=lambda folder: folder.name)
def test_data_is_never_better_than_by_the_definition(folder: Path) -> None:
    """The checklist adds components to what the definition asks about data, and takes nothing away."""
    if not folder.is_dir():
        return
    facts = Facts(built(folder).manifest)
    data = {item.id for item in osaid.POLICY.requirements if item.part == "data"}
    definition = {item.outcome for item in judge(facts, osaid.POLICY).requirements if item.id in data}
    checklist = next(i.outcome for i in judge(facts, POLICY).requirements if i.id == "CHECKLIST-DATA-SATISFIED")
    expected = next(outcome for outcome in ("unmet", "undetermined", "met") if outcome in definition)
    assert checklist == expected
