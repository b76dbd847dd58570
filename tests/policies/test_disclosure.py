# SPDX-License-Identifier: Apache-2.0
"""What each kind of answer is worth, depending on who speaks. The table of `policies/disclosure.py`, line by line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import openmodel
from openmodel.policies import POLICIES
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import RequirementReport, worst
from openmodel.policies.texts.placeholders import is_placeholder

THIRD = {"name": "toy", "described_by": {"role": "third_party"}}
WEIGHTS = {"id": "w", "name": "W", "kinds": ["weights"]}
CITATION = {"at": "/sources/0/obtained", "where": {"url": "https://example.org/paper"}}


def judged(id: str, **fields: Any) -> RequirementReport:
    document = {"openmodel": "1-draft", "release": {"name": "toy", "publisher": "Lab"}} | fields
    facts = Facts(openmodel.loads(json.dumps(document), "toy.json"))
    return next(item for policy in POLICIES for item in judge(facts, policy).requirements if item.id == id)


def judged_code(**fields: Any) -> RequirementReport:
    """All requirements on code as one: the worst outcome, and the findings of all."""
    document = {"openmodel": "1-draft", "release": {"name": "toy", "publisher": "Lab"}} | fields
    report = judge(Facts(openmodel.loads(json.dumps(document), "toy.json")), POLICIES[0])
    each = [item for item in report.requirements if item.id.startswith("OSAID-CODE-")]
    findings = dict.fromkeys(finding for item in each for finding in item.findings)
    return replace(each[0], outcome=worst(item.outcome for item in each), findings=tuple(findings))


def outcome(
    answer: Any, *, role: str, cited: bool = False, id: str = "OSAID-DATA-OBTAINED", field: str = "obtained"
) -> str:
    source = {"id": "a", "name": "A"} | ({} if answer is None else {field: answer})
    return judged(
        id,
        release={"name": "toy", "described_by": {"role": role}},
        sources=[source],
        citations=[CITATION] if cited else [],
    ).outcome


@pytest.mark.parametrize(
    ("answer", "publisher", "third_party"),
    [
        (None, "unmet", "undetermined"),
        ("", "unmet", "undetermined"),
        ("TODO", "unmet", "undetermined"),
        ({"undisclosed": "unknown", "reason": "lost"}, "unmet", "undetermined"),
        ({"undisclosed": "withheld", "reason": "secret"}, "unmet", "undetermined"),
        ({"undisclosed": "not_applicable", "reason": "no"}, "unmet", "undetermined"),
        ("Downloaded from the archive in May 2024.", "met", "met"),
    ],
)
def test_publisher_and_third_party(answer: Any, publisher: str, third_party: str) -> None:
    assert outcome(answer, role="publisher") == publisher
    assert outcome(answer, role="third_party") == third_party


def test_a_third_party_is_told_both_ways_out() -> None:
    (finding,) = judged("OSAID-DATA-OBTAINED", release=THIRD, sources=[{"id": "a", "name": "A"}]).findings
    assert not finding.fix.startswith("None")
    assert finding.fix.endswith("Or say `undisclosed: withheld` with a citation, if the publisher keeps it back.")


def test_a_third_party_needs_a_citation_to_say_withheld() -> None:
    withheld = {"undisclosed": "withheld", "reason": "secret"}
    assert outcome(withheld, role="third_party", cited=True) == "unmet"
    assert outcome(withheld, role="third_party", cited=False) == "undetermined"


@pytest.mark.parametrize(
    ("at", "url", "expected"),
    [
        ("/sources/0/obtained", "https://example.org/paper", "unmet"),
        ("/sources/0", "https://example.org/paper", "unmet"),
        ("/sources", "https://example.org/paper", "undetermined"),
        ("/sources/0/name", "https://example.org/paper", "undetermined"),
        ("/sources/0/obtained", "trust me", "undetermined"),
        ("/sources/0/obtained", "note: trust me", "undetermined"),
        ("/sources/0/obtained", "doi:10.1234/5678", "unmet"),
    ],
)
def test_a_citation_is_an_address_and_of_that_value(at: str, url: str, expected: str) -> None:
    release = {"name": "toy", "described_by": {"role": "third_party"}}
    withheld = {"undisclosed": "withheld", "reason": "secret"}
    fields: dict[str, Any] = {"release": release, "citations": [{"at": at, "where": {"url": url}}]}
    source = {"id": "a", "name": "A", "obtained": withheld}
    assert judged("OSAID-DATA-OBTAINED", sources=[source], **fields).outcome == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"undisclosed": "not_applicable", "reason": "The text is used as it is, without labels."}, "met"),
        ({"undisclosed": "not_applicable", "reason": "n/a"}, "unmet"),
        ({"undisclosed": "not_applicable"}, "unmet"),
    ],
)
def test_not_applicable_is_believed_with_a_reason_where_it_can_be_true(answer: Any, expected: str) -> None:
    assert outcome(answer, role="publisher", id="OSAID-DATA-LABELLED", field="labelled") == expected


@pytest.mark.parametrize("kind", ["finetune", "adapt", "distill", "reward"])
def test_that_labelling_does_not_apply_is_doubted_beyond_pretraining(kind: str) -> None:
    no_labels = {"undisclosed": "not_applicable", "reason": "Self-supervised."}
    fields: dict[str, Any] = {"sources": [{"id": "a", "name": "A", "labelled": no_labels}]}
    stage = {"id": "s", "kind": kind, "data": [{"source": "a"}]}
    report = judged("OSAID-DATA-LABELLED", **fields, stages=[stage])
    assert report.outcome == "undetermined"
    assert [finding.where for finding in report.findings] == ["/sources/0/labelled"]
    assert judged("OSAID-DATA-LABELLED", **fields, stages=[stage | {"kind": "train"}]).outcome == "met"


def test_a_stage_that_processes_data_learns_from_no_labels_unless_it_gave_weights() -> None:
    no_labels = {"undisclosed": "not_applicable", "reason": "Self-supervised."}
    process = {"id": "p", "kind": "process", "data": [{"source": "a", "role": "train"}], "result": "r"}
    train = {"id": "t", "kind": "train", "data": [{"source": "a"}]}

    def report(kind: str) -> RequirementReport:
        return judged(
            "OSAID-DATA-LABELLED",
            sources=[{"id": "a", "name": "A", "labelled": no_labels}],
            components=[{"id": "r", "name": "R", "kinds": [kind]}],
            stages=[process, train],
        )

    assert report("training_data").outcome == "met"
    (finding,) = report("weights").findings
    assert (finding.kind, finding.where) == ("judge", "/sources/0/labelled")
    assert "beyond pre-training" not in finding.message
    assert "in a stage of kind `process`" in finding.message


PLACEHOLDERS = """
|-|...|?|TODO|TODO: ask Kim|To do|TBD|tba.|N/A|n.a.|None|unknown|XXX|[More Information Needed]
|More information needed|Lorem ipsum dolor sit amet|FIXME later|<TBD>|___
|Your Name|your organization|<your lab>|__LR__|${NAME}|%NAME%
"""


@pytest.mark.parametrize("text", PLACEHOLDERS.split("|"))
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nothing was removed.",
        "None of the rows was removed.",
        "Unknown speakers were removed.",
        "To do this we asked ten people.",
        "x-ray images",
        "全部使用",
        "Todo el texto de los libros.",
        "Texts from Wikipedia",
        "String data from logs",
        "Your name was removed.",
        "username/dataset_name",
        "__init__",
        "100%",
        "5%A%",
    ],
)
def test_texts_that_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


def test_messages_are_sentences_whatever_is_asked() -> None:
    """The tokenizer used to be "where supporting libraries such as tokenizers is"."""
    (finding,) = judged("OSAID-CODE-LIBRARIES", stages=[{"id": "s", "kind": "tokenize"}]).findings
    assert finding.message == (
        "The manifest does not say where the tokenizer or other supporting library is (kind library)."
    )
    assert finding.fix == "Add a component of kind library or tokenizer with `files`, `where` or `pin`."
    no_answer = {"undisclosed": "not_applicable", "reason": "no idea"}
    (finding,) = judged("OSAID-DATA-OBTAINED", sources=[{"id": "a", "name": "A", "obtained": no_answer}]).findings
    assert finding.message == (
        "It is said not to apply (no idea), but it always does; the manifest has to say how the data was obtained (A)."
    )
    weights = {"id": "w", "name": "Final weights", "kinds": ["weights"]}
    (finding,) = judged("OSAID-TERMS-PARAM", components=[weights]).findings
    assert finding.message == "The manifest does not say which terms hold for Final weights."
    undecided = judged("OSAID-TERMS-PARAM", components=[weights | {"terms": {"expression": "LicenseRef-House"}}])
    assert undecided.findings[0].message == (
        "It is open whether the terms are approved: nobody has decided about LicenseRef-House."
    )
    assert "Let a person read the terms. A person's judgement settles it: record it" in undecided.findings[0].fix


@pytest.mark.parametrize(("role", "chooses"), [("publisher", True), ("third_party", False)])
def test_only_the_publisher_is_told_to_choose_a_licence(role: str, chooses: bool) -> None:
    release = {"name": "toy", "described_by": {"role": role}}
    fixes = [finding.fix for finding in judged("OSAID-TERMS-PARAM", release=release, components=[WEIGHTS]).findings]
    assert [("Apache-2.0" in fix, "which licence is stated" in fix) for fix in fixes] == [(chooses, not chooses)]


@pytest.mark.parametrize(("name", "told"), [("x" * 80, "x" * 80), ("x" * 81, f"{'x' * 80}…")])
def test_a_name_is_told_whole_unless_it_is_very_long(name: str, told: str) -> None:
    (finding,) = judged("OSAID-TERMS-PARAM", components=[WEIGHTS | {"name": name}]).findings
    assert finding.message == f"The manifest does not say which terms hold for {told}."


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            "The logs of that time were lost when the cluster moved; what is left is in the paper, table 9 of part B.",
            None,
        ),
        ("x" * 300, None),
        ("word " * 100, f"{('word ' * 60).strip()}…"),
        ("x" * 500, f"{'x' * 80}…"),
    ],
)
def test_a_cause_is_told_whole_or_up_to_the_end_of_a_word(reason: str, told: str | None) -> None:
    source = {"id": "a", "name": "A", "filtered": {"undisclosed": "unknown", "reason": reason}}
    (finding,) = judged("OSAID-DATA-FILTERED", sources=[source]).findings
    words = told or reason.rstrip(".")
    assert finding.message == f"The manifest does not say what was filtered out (A), which is unknown ({words})."
