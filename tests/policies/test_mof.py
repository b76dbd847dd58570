# SPDX-License-Identifier: Apache-2.0
"""The Model Openness Framework, judged by what can be had and under which terms."""

from __future__ import annotations

import json
from typing import Any

import pytest

import openmodel
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.mof import POLICY
from openmodel.policies.mof.components import BY_NAME, COMPONENTS, Class, required_for
from openmodel.policies.mof.requirements import id_of
from openmodel.policies.report import PolicyReport
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found
from tests.policies.test_presence import file, measured

PLACE = {"url": "https://example.org/it", "access": "open"}
LICENCES = {"code": "Apache-2.0", "data": "CDLA-Permissive-2.0", "document": "CC-BY-4.0"}


def component(name: str, **changes: Any) -> dict[str, Any]:
    """A component of the framework as a manifest has it; what is None is left out."""
    known = BY_NAME[name]
    whole = {
        "id": known.kinds[0],
        "name": name,
        "kinds": [known.kinds[0]],
        "where": [PLACE],
        "terms": {"expression": LICENCES[known.content]},
    }
    return {field: value for field, value in (whole | changes).items() if value is not None}


def reported(names: tuple[str, ...], **fields: Any) -> PolicyReport:
    document = {
        "openmodel": "1-draft",
        "release": {"name": "toy", "publisher": "Lab"},
        "components": [component(name) for name in names],
    }
    return judge(Facts(openmodel.loads(json.dumps(document | fields), "toy.json")), POLICY)


@pytest.mark.parametrize("level", [3, 2, 1])
def test_all_that_a_class_asks_for_reaches_it(level: Class) -> None:
    report = reported(required_for(level))
    assert report.class_ == level
    assert report.outcome == "met"
    assert report.progress
    assert all(report.progress[str(below)] == 100 for below in (3, 2, 1) if below >= level)


def test_a_component_of_a_lower_class_is_missed_first() -> None:
    report = reported(tuple(name for name in required_for(1) if name != "Model card"))
    assert (report.class_, report.outcome) == (0, "unmet")
    assert report.progress == {"3": pytest.approx(500 / 6), "2": 0, "1": 0}


@pytest.mark.parametrize("name", [one.name for one in COMPONENTS if one.is_required and one.name != "Datasets"])
def test_a_component_must_be_had_and_be_under_terms_that_suit_it(name: str) -> None:
    def outcome(**changes: Any) -> str:
        return judged(id_of(name), components=[component(name, **changes)]).outcome

    assert outcome() == "met"
    assert outcome(where=None) == "unmet"
    assert outcome(where=[PLACE | {"access": "gone"}]) == "unmet"
    assert outcome(terms=None) == "unmet"
    assert outcome(terms={"expression": "CC-BY-NC-4.0"}) == "unmet"
    assert outcome(terms={"expression": "LicenseRef-of-our-own"}) == "undetermined"
    assert judged(id_of(name), components=[]).outcome == "unmet"
    withheld = {BY_NAME[name].kinds[0]: {"undisclosed": "withheld", "reason": "Kept for us."}}
    assert judged(id_of(name), components=[], not_offered=withheld).outcome == "unmet"


def test_code_needs_a_licence_that_osi_approved_and_documents_do_not() -> None:
    for name, expected in (("Training code", "unmet"), ("Model card", "met"), ("Evaluation data", "met")):
        report = judged(id_of(name), components=[component(name, terms={"expression": "CC-BY-4.0"})])
        assert report.outcome == expected, name


@pytest.mark.parametrize("expression", [None, "CC-BY-NC-4.0", "NONE"])
def test_data_sets_may_be_under_any_terms_and_under_none(expression: str | None) -> None:
    terms = {"expression": expression} if expression else None
    assert judged("MOF-DATASETS", components=[component("Datasets", terms=terms)]).outcome == "met"


def test_sources_that_everybody_can_have_are_data_sets() -> None:
    fields = {
        "stages": [{"id": "s", "kind": "train", "data": [{"source": "a", "role": "train"}]}],
        "assertions": [{"statement": "all_training_data_listed", "by": "Lab", "date": "2026-01-31"}],
    }
    source = {"id": "a", "name": "A", "class": "public", "where": [PLACE]}
    assert judged("MOF-DATASETS", sources=[source], **fields).outcome == "met"
    assert judged("MOF-DATASETS", sources=[source], stages=fields["stages"]).outcome == "undetermined"
    closed = source | {"class": "unshareable", "not_shared_because": "Patient records; German law forbids it."}
    report = judged("MOF-DATASETS", sources=[closed], **fields)
    assert (report.outcome, found(report, "unmet")) == ("unmet", ["/sources/0/class"])


def test_a_paper_stands_in_for_the_report_and_a_report_not_for_the_paper() -> None:
    paper = component("Research paper")
    report = judged("MOF-TECHNICAL-REPORT", components=[paper])
    assert report.outcome == "met"
    assert "stands in" in report.findings[0].message
    assert judged("MOF-RESEARCH-PAPER", components=[component("Technical report")]).outcome == "unmet"
    for closed in ({"terms": None}, {"terms": {"expression": "CC-BY-NC-4.0"}}, {"where": [PLACE | {"access": "gone"}]}):
        both = [component("Technical report", **closed), paper]
        assert judged("MOF-TECHNICAL-REPORT", components=both).outcome == "met"
        assert judged("MOF-TECHNICAL-REPORT", components=both[:1]).outcome == "unmet"


def test_a_component_of_data_sets_does_not_hide_what_else_is_said_of_the_data() -> None:
    listed = [component("Datasets")]
    assert judged("MOF-DATASETS", components=listed).outcome == "met"
    closed = {"id": "a", "name": "A", "class": "unshareable", "not_shared_because": "Trade secret."}
    assert judged("MOF-DATASETS", components=listed, sources=[closed]).outcome == "undetermined"
    withheld = {"undisclosed": "withheld", "reason": "Kept for us."}
    assert judged("MOF-DATASETS", components=listed, sources=withheld).outcome == "undetermined"
    base = {"id": "base", "name": "Base", "data": withheld}
    stage = {"id": "s", "kind": "finetune", "models": [{"model": "base", "role": "initial"}]}
    assert judged("MOF-DATASETS", components=listed, parents=[base], stages=[stage]).outcome == "undetermined"


@pytest.mark.parametrize("name", ["Model card", "Research paper", "Evaluation data", "Evaluation results"])
def test_files_that_can_be_no_such_thing_do_not_count(name: str) -> None:
    def outcome(*paths: str, **changes: Any) -> str:
        known = [file("LICENSE") | {"license_ids": ["Apache-2.0"]}, file("text.pdf"), file("empty.pdf", size=0)]
        weights = [file("model.safetensors", format="safetensors")]
        model = component("Model parameters (Final)", files=["model.safetensors"], where=None)
        given = [component(name, **{"files": list(paths), "where": None} | changes), model]
        return judged(id_of(name), components=given, **measured(*known, *weights)).outcome

    assert outcome("text.pdf") == "met"
    assert outcome("LICENSE", "text.pdf") == "met"
    assert outcome("empty.pdf") == "unmet"
    assert outcome("LICENSE") == "undetermined"
    assert outcome("model.safetensors") == "undetermined"
    assert outcome("LICENSE", where=[PLACE]) == "met"


def test_the_final_parameters_are_no_intermediate_ones() -> None:
    weights = component("Model parameters (Final)", files=["model.safetensors"], where=None)
    step = component("Model parameters (Intermediate)", files=["model.safetensors"], where=None)
    files = [file(path, format="safetensors") for path in ("model.safetensors", "step-100.safetensors")]
    id = "MOF-MODEL-PARAMETERS-INTERMEDIATE"
    assert judged(id, components=[weights, step], **measured(*files)).outcome == "undetermined"
    assert judged(id, components=[weights, step | {"files": ["step*"]}], **measured(*files)).outcome == "met"


def test_terms_of_the_base_may_bind_what_was_made_from_it() -> None:
    base = {"id": "base", "name": "Base", "terms": {"expression": "CC-BY-NC-4.0"}}
    stage = {"id": "s", "kind": "finetune", "models": [{"model": "base", "role": "initial"}]}
    id, weights = "MOF-MODEL-PARAMETERS-FINAL", [component("Model parameters (Final)")]
    assert judged(id, components=weights, parents=[base], stages=[stage]).outcome == "undetermined"
    open_base = base | {"terms": {"expression": "Apache-2.0"}}
    assert judged(id, components=weights, parents=[open_base], stages=[stage]).outcome == "met"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.9, "met"),
        ("0.9 to 0.95", "met"),
        ("", "unmet"),
        ("TBD", "unmet"),
        ("Better than all others.", "undetermined"),
    ],
)
def test_results_have_figures(value: object, expected: str) -> None:
    release = {"name": "toy", "publisher": "Lab", "disclosure_terms": {"expression": "CC-BY-4.0"}}
    results = [{"task": "t", "metric": "accuracy", "value": value}]
    assert judged("MOF-EVALUATION-RESULTS", release=release, evaluations=results).outcome == expected


def test_data_that_results_withhold_is_no_evaluation_data() -> None:
    results = [{"task": "t", "metric": "accuracy", "value": 1, "data": {"undisclosed": "withheld"}}]
    assert judged("MOF-EVALUATION-DATA", evaluations=results).outcome == "unmet"


@pytest.mark.parametrize(("name", "expression"), [("Model card", "CC-BY-3.0-US"), ("Model card", "GFDL-1.3-only")])
def test_licences_for_open_content_are_open_whoever_approved_them(name: str, expression: str) -> None:
    assert judged(id_of(name), components=[component(name, terms={"expression": expression})]).outcome == "met"


def test_of_several_documents_one_is_enough_and_of_code_all_are_needed() -> None:
    kept = {"id": "other", "terms": {"expression": "CC-BY-NC-4.0"}}
    for name, expected in (("Model card", "met"), ("Training code", "unmet"), ("Model parameters (Final)", "unmet")):
        report = judged(id_of(name), components=[component(name, **kept), component(name)])
        assert report.outcome == expected, name


def test_results_in_the_manifest_count_under_its_own_terms() -> None:
    results = {"evaluations": [{"task": "t", "metric": "accuracy", "value": 0.9}]}
    release = {"name": "toy", "publisher": "Lab"}
    terms = {"disclosure_terms": {"expression": "CC-BY-4.0"}}
    assert judged("MOF-EVALUATION-RESULTS", release=release | terms, **results).outcome == "met"
    assert judged("MOF-EVALUATION-RESULTS", release=release, **results).outcome == "unmet"
    assert judged("MOF-EVALUATION-RESULTS", release=release | terms).outcome == "unmet"


def test_what_the_manifest_says_of_data_may_be_a_data_card_and_a_person_judges() -> None:
    assert judged("MOF-DATA-CARD", sources=[{"id": "a", "name": "A"}]).outcome == "undetermined"
    assert judged("MOF-DATA-CARD", sources=[]).outcome == "unmet"
    information = component("Data card", kinds=["data_information"])
    assert judged("MOF-DATA-CARD", components=[information]).outcome == "met"


def test_whoever_has_a_readme_is_told_how_to_list_it() -> None:
    report = judged("MOF-MODEL-CARD", components=[])
    assert "README.md at the top of a release is no file of the manifest" in report.findings[0].fix


def test_what_results_were_measured_on_may_be_evaluation_data() -> None:
    results = [{"task": "t", "metric": "accuracy", "value": 0.9, "data": PLACE}]
    report = judged("MOF-EVALUATION-DATA", evaluations=results)
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/evaluations/0/data"])


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("checkpoint", "Model parameters (Intermediate)", "met"),
        ("data_processing_code", "Data preprocessing code", "met"),
        ("training_code", "Training code", "unmet"),
        ("sample_outputs", "Sample model outputs", "met"),
    ],
)
def test_what_a_model_can_come_to_be_without_may_not_apply(kind: str, name: str, expected: str) -> None:
    said = {kind: {"undisclosed": "not_applicable", "reason": "The weights are solved for in one step."}}
    assert judged(id_of(name), components=[], not_offered=said).outcome == expected


def test_a_licence_of_the_whole_file_holds_where_a_component_states_none() -> None:
    def outcome(licences: dict[str, Any], **changes: Any) -> str:
        kept = {"foundation.lfaidata.mof": {"release": {"license": licences}}}
        return judged("MOF-TRAINING-CODE", components=[component("Training code", **changes)], extensions=kept).outcome

    assert outcome({"code": {"name": "Apache-2.0"}}, terms=None) == "met"
    assert outcome({"distribution": {"name": "Apache 2.0"}}, terms=None) == "met"
    assert outcome({"document": {"name": "CC-BY-4.0"}}, terms=None) == "unmet"
    assert outcome({"code": {"name": "CC-BY-NC-4.0"}}, terms=None) == "unmet"
    assert outcome({"code": {"name": "Apache-2.0"}}, terms={"expression": "CC-BY-NC-4.0"}) == "unmet"


def test_components_of_a_parent_do_not_count() -> None:
    parents = {"parents": [{"id": "base", "name": "Base"}]}
    report = judged("MOF-TRAINING-CODE", components=[component("Training code", of="base")], **parents)
    assert report.outcome == "unmet"
