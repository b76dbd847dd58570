# SPDX-License-Identifier: Apache-2.0
"""What a description of data is worth: words, thin words, and a document that a person must read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged

FIELDS = ("provenance", "scope", "characteristics", "obtained", "selected", "labelled", "processed", "filtered")
SHA = "ab" * 32
MEASURED: dict[str, Any] = {
    "built_from": {"declaration_sha256": SHA, "records": []},
    "excluded": [],
    "release_root": SHA,
}


def report(field: str, value: object, **fields: Any) -> Any:
    source: dict[str, Any] = {"id": "a", "name": "A", field: value}
    if field == "not_shared_because":
        return judged("OSAID-DATA-UNSHAREABLE", sources=[source | {"class": "unshareable"}], **fields)
    return judged(f"OSAID-DATA-{field.upper()}", sources=[source], **fields)


@pytest.mark.parametrize("field", [*FIELDS, "not_shared_because"])
def test_thin_text_waits_for_a_person_and_its_words_are_told(field: str) -> None:
    found = report(field, "See the paper.")
    assert found.outcome == "undetermined"
    (finding,) = found.findings
    assert finding.where == f"/sources/0/{field}"
    assert "only a place to look (“See the paper.”)" in finding.message
    assert "subject_sha256" in finding.fix


@pytest.mark.parametrize("field", [*FIELDS, "not_shared_because"])
def test_a_document_waits_for_a_person(field: str) -> None:
    value = {"document": {"url": "https://example.org/card.pdf", "sha256": SHA}, "section": "3.2"}
    found = report(field, value)
    assert found.outcome == "undetermined"
    assert "https://example.org/card.pdf, 3.2 is said to tell" in found.findings[0].message
    assert "Give its sha256" not in found.findings[0].fix


def test_a_document_without_a_digest_is_asked_for_one() -> None:
    found = report("scope", {"document": {"url": "https://example.org/card.pdf"}})
    assert found.outcome == "undetermined"
    assert "Give its sha256, so that a review is about these very bytes." in found.findings[0].fix


def test_a_document_that_cannot_be_found_says_nothing() -> None:
    assert report("scope", {"document": {"sha256": SHA}}).outcome == "unmet"
    measured: dict[str, Any] = MEASURED | {"files": []}
    missing = report("scope", {"document": {"path": "card.pdf"}}, measured=measured)
    assert missing.outcome == "unmet"
    assert "The release has no card.pdf" in missing.findings[0].message


def test_a_review_of_a_document_in_the_release_is_bound_to_its_bytes() -> None:
    file = {"path": "card.pdf", "size": 1, "sha256": SHA, "blake3": SHA}
    found = report("scope", {"document": {"path": "card.pdf"}, "section": "2"}, measured=MEASURED | {"files": [file]})
    assert "at: [/sources/0/scope, /measured/files/0/sha256]" in found.findings[0].fix
    assert found.findings[0].message.startswith("card.pdf, 2 is said to tell")
    assert "Give its sha256" not in found.findings[0].fix


def test_the_terms_of_a_document_are_judged_once() -> None:
    terms = {"expression": "CC-BY-NC-4.0"}
    card = {"id": "c", "name": "Card", "kinds": ["data_card"], "files": ["card.pdf"], "terms": terms}
    source = {"id": "a", "name": "A", "scope": {"document": {"path": "card.pdf"}}}
    release = {"name": "toy", "disclosure_terms": {"expression": "CC-BY-4.0"}}
    report = judged("OSAID-TERMS-DATA", release=release, components=[card], sources=[source])
    assert [(finding.kind, finding.where) for finding in report.findings] == [("unmet", "/components/0/terms")]


@pytest.mark.parametrize("terms", [{}, {"terms": {"undisclosed": "unknown"}}, {"terms": {}}])
def test_silence_about_another_component_with_the_document_contradicts_no_terms(terms: dict[str, Any]) -> None:
    card = {"id": "c", "name": "Card", "kinds": ["data_card"], "files": ["card.pdf"]}
    other = card | {"id": "o", "kinds": ["metadata"]} | terms
    source = {"id": "a", "name": "A", "scope": {"document": {"path": "card.pdf"}}}
    release = {"name": "toy", "disclosure_terms": {"expression": "CC-BY-4.0"}}
    components = [card | {"terms": {"expression": "CC-BY-4.0"}}, other]
    report = judged("OSAID-TERMS-DATA", release=release, components=components, sources=[source])
    assert (report.outcome, report.findings) == ("met", ())


@pytest.mark.parametrize("second", ["Apache 2.0", "MIT"])
def test_what_two_components_with_the_document_say_of_its_terms_is_told_once(second: str) -> None:
    card = {"id": "c", "name": "Card", "kinds": ["data_card"], "files": ["card.pdf"], "terms": {"expression": "MIT"}}
    other = card | {"id": "o", "terms": {"expression": second}}
    source = {"id": "a", "name": "A", "scope": {"document": {"path": "card.pdf"}}}
    release = {"name": "toy", "disclosure_terms": {"expression": "CC-BY-4.0"}}
    report = judged("OSAID-TERMS-DATA", release=release, components=[other, card], sources=[source])
    told = [finding.message for finding in report.findings]
    assert told == (["'Apache 2.0' is read as Apache-2.0."] if second == "Apache 2.0" else [])


def test_a_third_partys_missing_document_may_be_known_elsewhere() -> None:
    release = {"name": "toy", "described_by": {"role": "third_party"}}
    assert report("scope", {"document": {}}, release=release).outcome == "undetermined"


@pytest.mark.parametrize("text", ["None", "none", "No.", " nil "])
@pytest.mark.parametrize(("field", "told"), [("filtered", "Nothing was removed."), ("processed", "used as it is")])
def test_none_may_be_an_answer_where_nothing_need_be_done(field: str, told: str, text: str) -> None:
    report = judged(f"OSAID-DATA-{field.upper()}", sources=[{"id": "a", "name": "A", field: text}])
    assert report.outcome == "undetermined"
    assert told in report.findings[0].fix


@pytest.mark.parametrize("field", ["provenance", "scope", "obtained", "selected"])
def test_none_is_no_answer_elsewhere(field: str) -> None:
    assert judged(f"OSAID-DATA-{field.upper()}", sources=[{"id": "a", "name": "A", field: "None"}]).outcome == "unmet"


@pytest.mark.parametrize(
    ("field", "reason", "expected"),
    [
        ("filtered", "No filtering was done; all validated clips were used.", "met"),
        ("filtered", "Nothing was removed.", "met"),
        ("filtered", "No filter was applied, all 15011 records were used.", "met"),
        ("processed", "The data was used as it is.", "met"),
        ("processed", "The WAV files were read as they came.", "met"),
        ("selected", "All 1797 rows were used.", "met"),
        ("selected", "There was no choice to make: the set is used whole.", "met"),
        ("filtered", "Standard heuristics", "undetermined"),
        ("filtered", "See the paper.", "undetermined"),
        ("selected", "Not disclosed", "unmet"),
        ("selected", "The criteria are not disclosed.", "undetermined"),
        ("processed", "We keep our pipeline secret.", "undetermined"),
        ("processed", "none", "unmet"),
        ("filtered", "", "unmet"),
        ("provenance", "Nobody made it.", "unmet"),
        ("scope", "It covers nothing.", "unmet"),
        ("characteristics", "It has none of its own.", "unmet"),
        ("obtained", "It was there already.", "unmet"),
    ],
)
def test_that_nothing_was_done_is_an_answer_where_it_can_be_true(field: str, reason: str, expected: str) -> None:
    assert report(field, {"undisclosed": "not_applicable", "reason": reason}).outcome == expected


@pytest.mark.parametrize("said", ["unknown", "withheld"])
@pytest.mark.parametrize("field", ["selected", "processed", "filtered"])
def test_why_it_is_not_told_is_no_description_that_a_person_could_judge(field: str, said: str) -> None:
    assert report(field, {"undisclosed": said, "reason": "See the paper."}).outcome == "unmet"


def test_that_nothing_was_done_needs_a_reason() -> None:
    (finding,) = report("filtered", {"undisclosed": "not_applicable"}).findings
    assert (finding.kind, finding.where) == ("unmet", "/sources/0/filtered")
    assert "but not why" in finding.message
