# SPDX-License-Identifier: Apache-2.0
"""How outcomes come about: from findings, claims, grades, contradictions and reviews."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

import openmodel
from openmodel.evidence.findings import Contradiction, Evidence
from openmodel.policies import POLICIES
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import PolicyReport, RequirementReport
from openmodel.policies.requirement import (
    Basis,
    Check,
    Claim,
    Doubt,
    Failing,
    Finding,
    NotApplicable,
    Policy,
    Requirement,
    Result,
)
from openmodel.policies.subject import subject_sha256

OSAID = POLICIES[0]


def facts(**fields: Any) -> Facts:
    document = {"openmodel": "1-draft", "release": {"name": "toy"}} | fields
    return Facts(openmodel.loads(json.dumps(document), "toy.json"))


def requiring(*results: Result, basis: Basis = "definition", part: str = "a", id: str = "A") -> Requirement:
    def check(_: Facts) -> Iterator[Result]:
        yield from results

    checked: Check = check
    return Requirement(id, "Title", part, basis, checked, "", Failing("", ""))


def judged(*requirements: Requirement, given: Facts | None = None, parts: tuple[str, ...] = ("a",)) -> PolicyReport:
    return judge(given or facts(), Policy("test", "1", "Test", parts, requirements))


UNMET = Finding("/release/date", "Missing.", "Add it.", "unmet")
JUDGE = Finding("/release/name", "Unclear.", "Read it.", "judge")
NOTE = Finding("/release/name", "By the way.", "", "note")
CLAIM = Claim("/release/name")


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([CLAIM], "met"),
        ([CLAIM, NOTE], "met"),
        ([CLAIM, UNMET], "unmet"),
        ([UNMET, JUDGE], "unmet"),
        ([CLAIM, JUDGE], "undetermined"),
        ([NotApplicable("nothing to ask.")], "not_applicable"),
        ([NotApplicable("nothing to ask."), CLAIM], "met"),
        ([], "undetermined"),
        ([NOTE], "undetermined"),
    ],
)
def test_outcome_of_a_requirement(results: list[Result], expected: str) -> None:
    assert judged(requiring(*results)).requirements[0].outcome == expected


def test_an_interpretation_alone_never_makes_unmet() -> None:
    report = judged(requiring(UNMET, basis="interpretation")).requirements[0]
    assert report.outcome == "undetermined"
    assert [finding.kind for finding in report.findings] == ["judge"]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ([requiring(CLAIM, part="a"), requiring(CLAIM, part="b", id="B")], "met"),
        ([requiring(CLAIM, part="a"), requiring(JUDGE, part="b", id="B")], "undetermined"),
        ([requiring(JUDGE, part="a"), requiring(UNMET, part="b", id="B")], "unmet"),
        ([requiring(CLAIM, part="a"), requiring(NotApplicable("no."), part="b", id="B")], "undetermined"),
        ([requiring(NotApplicable("no."), part="a")], "undetermined"),
    ],
    ids=["all met", "one open", "one unmet", "nothing met in a part", "nothing met at all"],
)
def test_outcome_of_a_policy(requirements: list[Requirement], expected: str) -> None:
    assert judged(*requirements, parts=("a", "b")).outcome == expected


def test_a_part_that_reviews_alone_meet_is_open() -> None:
    """Else a release that discloses nothing would meet a policy when somebody says so."""
    doubt = Doubt("/release/name", "Unclear.", "Read it.")
    at = ["/release/name"]
    digest = subject_sha256({"release": {"name": "toy"}}, at)
    settling = review(requirement="A", policy="test@1", at=at, subject_sha256=digest)
    given = facts(reviews=[settling])
    report = judged(requiring(doubt), given=given)
    assert [item.outcome for item in report.requirements] == ["met"]
    assert report.outcome == "undetermined"
    assert judged(requiring(doubt), requiring(CLAIM, id="B"), given=given).outcome == "met"


def test_grade_is_that_of_the_weakest_claim() -> None:
    measured = {
        "built_from": {"declaration_sha256": "0" * 64},
        "files": [],
        "excluded": [],
        "release_root": "0" * 64,
        "evidence": [
            {"at": "/release", "grade": "recorded", "by": "run.json"},
            {"at": "/release/date", "grade": "claimed", "by": "hub"},
        ],
    }
    given = facts(measured=measured, assertions=[{"statement": "all_training_data_listed"}])

    def grade(*pointers: str) -> str | None:
        return judged(requiring(*map(Claim, pointers)), given=given).requirements[0].grade

    assert grade("/release/name") == "recorded"
    assert grade("/release/name", "/release/date") in ("recorded", "claimed")
    assert grade("/release/date") == "claimed"
    assert grade("/measured/files/0") == "recorded"
    assert grade("/release/name", "/assertions/0") == "declared"
    assert grade("/releases") == "declared"
    assert judged(requiring(NOTE)).requirements[0].grade is None


def test_a_contradiction_fails_the_claim_that_rests_on_it() -> None:
    measured = {
        "built_from": {"declaration_sha256": "0" * 64},
        "files": [],
        "excluded": [],
        "release_root": "0" * 64,
        "conflicts": [{"at": "/release/name", "declared": "toy", "observed": "doll", "by": "openmodel build"}],
    }
    report = judged(requiring(Claim("/release")), given=facts(measured=measured)).requirements[0]
    assert report.outcome == "unmet"
    assert "'toy'" in report.findings[0].message
    assert "'doll'" in report.findings[0].message
    elsewhere = judged(requiring(Claim("/components")), given=facts(measured=measured)).requirements[0]
    assert elsewhere.outcome == "met"


def test_what_was_read_otherwise_is_told_once_where_it_is_claimed_and_doubted() -> None:
    read = Evidence(1, 1, frozenset(), (Contradiction("/release/name", "toy", "doll", "config.json"),), ())
    given = Facts(facts().manifest, evidence=read)
    doubt = Doubt("/release/name", "Unclear.", "Read it.")
    assert [item.kind for item in judged(requiring(CLAIM, doubt), given=given).requirements[0].findings] == [
        "judge",
        "unmet",
    ]
    assert [item.kind for item in judged(requiring(doubt), given=given).requirements[0].findings] == ["judge", "judge"]


SOURCES: list[JsonValue] = [{"id": "a", "name": "A"}]


def review(**changes: Any) -> dict[str, Any]:
    at = changes.get("at", ["/sources"])
    return {
        "requirement": "OSAID-DATA-DETAIL",
        "policy": "osaid-1.0@4",
        "at": at,
        "subject_sha256": subject_sha256({"sources": SOURCES}, at),
        "judgement": "met",
        "by": "Jo Reader",
        "affiliation": "Elsewhere",
        "date": "2025-02-01",
        "reason": "I built the data set again.",
    } | changes


def detail(*reviews: dict[str, Any], **fields: Any) -> RequirementReport:
    given = facts(**({"sources": SOURCES} | fields), reviews=list(reviews))
    return next(item for item in judge(given, OSAID).requirements if item.id == "OSAID-DATA-DETAIL")


def test_a_review_settles_what_a_person_must_judge() -> None:
    assert detail().outcome == "undetermined"
    report = detail(review())
    assert report.outcome == "met"
    assert report.review is not None
    assert report.review.by == "Jo Reader"


def test_the_finding_says_what_a_review_must_be_bound_to() -> None:
    assert review()["subject_sha256"] in detail().findings[0].fix


def test_a_review_may_find_against_the_release() -> None:
    report = detail(review(), review(judgement="unmet", by="Kim Critic"))
    assert report.outcome == "unmet"
    assert report.review is not None
    assert report.review.by == "Kim Critic"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"policy": "osaid-1.0@0"}, "osaid-1.0@4"),
        ({"subject_sha256": "0" * 64}, "changed since"),
        ({"at": ["/reviews"]}, "can be reviewed"),
        ({"at": [""]}, "can be reviewed"),
        ({"at": ["/sources", "/reviews"]}, "can be reviewed"),
        ({"at": ["/reviews/0/reason"]}, "can be reviewed"),
        ({"at": []}, "can be reviewed"),
        ({"date": "2023-02-01"}, "was published on 2024-10-28, after that date"),
        ({"date": "2024-10-27"}, "was published on 2024-10-28, after that date"),
        ({"date": "2024-09"}, "was published on 2024-10-28, after that date"),
        ({"date": "2023"}, "was published on 2024-10-28, after that date"),
        ({"by": " "}, "`by` is empty"),
        ({"affiliation": ""}, "`affiliation` is empty"),
        ({"reason": "TODO"}, "`reason` is empty"),
    ],
)
def test_a_void_review_is_shown_and_does_not_count(changes: dict[str, Any], why: str) -> None:
    report = detail(review(**changes))
    assert report.outcome == "undetermined"
    assert report.review is None
    assert why in report.findings[-1].message
    assert report.findings[-1].where == "/reviews/0"


@pytest.mark.parametrize("date", ["2024", "2024-10", "2024-10-28", "2024-11"])
def test_a_review_may_be_as_old_as_the_definition(date: str) -> None:
    assert detail(review(date=date)).outcome == "met"


@pytest.mark.parametrize(
    ("date", "outcome"),
    [
        ("2026-05-17", "met"),
        ("2026-05", "met"),
        ("2026", "met"),
        ("2026-05-18", "undetermined"),
        ("2026-06", "undetermined"),
        ("2027", "undetermined"),
    ],
)
def test_a_review_of_the_future_does_not_count(date: str, outcome: str) -> None:
    manifest = facts(sources=SOURCES, reviews=[review(date=date)]).manifest
    given = Facts(manifest, today="2026-05-17")
    report = next(item for item in judge(given, OSAID).requirements if item.id == "OSAID-DATA-DETAIL")
    assert report.outcome == outcome
    assert ("that date has not come yet" in report.findings[-1].message) == (outcome == "undetermined")
    assert detail(review(date=date)).outcome == "met"  # Where nobody looks at a clock, nothing is in the future.


def test_check_looks_at_the_clock(tmp_path: Path) -> None:
    def outcome(date: str) -> str:
        (tmp_path / "openmodel.json").write_text(json.dumps(document | {"reviews": [review(date=date)]}))
        report = openmodel.check(tmp_path / "openmodel.json", policies=[OSAID.id]).releases[0].policies[0]
        return next(item.outcome for item in report.requirements if item.id == "OSAID-DATA-DETAIL")

    release = {"name": "toy", "described_by": {"role": "third_party"}}
    document = {"openmodel": "1-draft", "release": release, "sources": SOURCES}
    assert [outcome("2025-02-01"), outcome("9999-01-01")] == ["met", "undetermined"]


def test_any_edit_of_the_reviewed_values_voids_the_review() -> None:
    assert detail(review(), sources=[{"id": "a", "name": "A", "scope": "More."}]).outcome == "undetermined"


def test_a_review_does_not_pass_to_what_comes_to_stand_at_the_same_index() -> None:
    labels: JsonValue = {"undisclosed": "not_applicable", "reason": "There are no labels."}
    sources: list[JsonValue] = [{"id": "a", "name": "A", "labelled": labels}]
    at = ["/sources/0/labelled"]
    given = review(requirement="OSAID-DATA-LABELLED", at=at, subject_sha256=subject_sha256({"sources": sources}, at))
    fields: dict[str, Any] = {"stages": [{"id": "s", "kind": "finetune", "data": [{"source": "a"}]}]}

    def outcome(name: str) -> str:
        changed = facts(sources=[{"id": "a", "name": name, "labelled": labels}], reviews=[given], **fields)
        return next(item.outcome for item in judge(changed, OSAID).requirements if item.id == "OSAID-DATA-LABELLED")

    assert outcome("A") == "met"
    assert outcome("B") == "undetermined"


def test_nothing_that_is_absent_can_be_reviewed() -> None:
    document = {"release": {"name": "toy", "described_by": {"role": "third_party"}}}
    given = facts(**document)
    reviews = []
    for policy in POLICIES:
        for item in judge(given, policy).requirements:
            for finding in item.findings:
                at = [finding.where]
                digest = subject_sha256(given.plain, at)
                named = f"{policy.id}@{policy.version}"
                reviews.append(review(requirement=item.id, policy=named, at=at, subject_sha256=digest))
    reviewed = facts(**document, reviews=[item for item in reviews if item["at"] != [""]])
    outcomes = {policy.id: judge(reviewed, policy).outcome for policy in POLICIES}
    assert outcomes.pop("mot") == "unmet"  # What is not listed is missing for the tool, whoever describes it.
    assert set(outcomes.values()) == {"undetermined"}


def test_who_reviews_the_assertion_reviews_what_is_asserted() -> None:
    report = next(item for item in judge(facts(sources=SOURCES), OSAID).requirements if item.id == "OSAID-DATA-LISTED")
    fix = next(finding.fix for finding in report.findings if finding.where == "/assertions")
    assert "at: [/assertions, /sources, /stages]" in fix


def test_a_reviewer_who_finds_fault_with_what_is_met_is_heard() -> None:
    sources: list[JsonValue] = [{"id": "a", "name": "A", "provenance": "A web crawl of 2024"}]
    against = review(requirement="OSAID-DATA-PROVENANCE", judgement="unmet")
    against["subject_sha256"] = subject_sha256({"sources": sources}, ["/sources"])
    given = facts(sources=sources, reviews=[against])
    report = next(item for item in judge(given, OSAID).requirements if item.id == "OSAID-DATA-PROVENANCE")
    assert report.outcome == "undetermined"
    assert report.review is not None
    assert report.review.judgement == "unmet"


def test_a_review_of_a_requirement_that_does_not_exist_is_noted() -> None:
    report = detail(review(requirement="OSAID-DATA-DETIAL"))
    assert "OSAID-DATA-DETIAL is no requirement" in report.findings[-1].message
    given = facts(reviews=[review(requirement="X-1")])
    first, *others = judge(given, OSAID).requirements
    assert "X-1 is no requirement" in first.findings[-1].message
    assert not any("X-1" in finding.message for item in others for finding in item.findings)


def test_a_review_of_a_licence_text_is_bound_to_the_text(release: Path) -> None:
    (release / "LICENSE").write_text("Do as you like.")
    declaration = (release / "openmodel.yaml").read_text()
    declaration = declaration.replace("terms: {expression: Apache-2.0}", "terms: {text: LICENSE}", 1)
    (release / "openmodel.yaml").write_text(declaration)
    openmodel.build(release)
    fix = next(finding.fix for finding in openmodel.check(release).findings("judge") if "/terms" in finding.where)
    assert "/measured/files/0/sha256" in fix


def test_long_lists_of_findings_are_cut_and_still_decide() -> None:
    report = judged(requiring(*[UNMET] * 1500)).requirements[0]
    assert report.outcome == "unmet"
    assert len(report.findings) == 1001
    assert report.findings[-1].message.startswith("500 more")


def test_a_list_that_is_cut_shows_what_decided() -> None:
    report = judged(requiring(*[NOTE] * 1500, UNMET)).requirements[0]
    assert report.findings[0].kind == "unmet"


def test_what_nothing_speaks_of_is_said_to_be_open() -> None:
    (finding,) = judged(requiring()).requirements[0].findings
    assert (finding.kind, finding.message) == ("judge", "Nothing in the manifest speaks of this: Title.")
    assert judged(requiring(NOTE)).requirements[0].findings == (NOTE,)  # The rule has said itself why it is open.


def calls(work: Callable[[], object]) -> int:
    """How many times Python enters or resumes a function; unlike seconds, the same on every machine."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def large(many: int) -> Facts:
    """Each list here made the work grow with the square of its length when something was looked up in it."""
    withheld: JsonValue = {"undisclosed": "withheld"}
    sources: list[JsonValue] = [{"id": f"s{n}", "name": f"S{n}", "obtained": withheld} for n in range(many)]
    citations = [{"at": f"/sources/{n}/obtained", "where": {"url": "https://e.org"}} for n in range(many)]
    conflicts = [{"at": f"/sources/{n}/name", "declared": 1, "observed": 2, "by": "x"} for n in range(many)]
    reviewed = [[f"/sources/{n}"] for n in range(many)]
    reviews = [review(at=at, subject_sha256=subject_sha256({"sources": sources}, at)) for at in reviewed]
    return facts(
        release={"name": "toy", "described_by": {"role": "third_party"}},
        sources=sources,
        citations=citations,
        reviews=reviews,
        measured={"built_from": {"declaration_sha256": "0" * 64}, "files": [], "excluded": [], "conflicts": conflicts},
    )


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_the_work_grows_with_the_size_of_the_document(policy: Policy) -> None:
    small, twice = large(200), large(400)
    once = calls(lambda: judge(small, policy))
    assert calls(lambda: judge(twice, policy)) < 2.1 * once


def test_a_review_of_something_else_settles_nothing() -> None:
    assert detail(review(requirement="OSAID-DATA-LISTED")).outcome == "undetermined"
    assert detail(review(policy="provenance-1@2")).outcome == "undetermined"
    assert detail(review(at=["/stages"])).outcome == "undetermined"


def test_a_review_never_settles_unmet() -> None:
    given = facts(sources=SOURCES, reviews=[review(requirement="OSAID-DATA-SCOPE", at=["/sources/0"])])
    report = next(item for item in judge(given, OSAID).requirements if item.id == "OSAID-DATA-SCOPE")
    assert report.outcome == "unmet"


@pytest.mark.parametrize(
    ("release", "changes", "expected"),
    [
        ({"publisher": "Example Lab"}, {}, "reviewed independently"),
        ({"publisher": "Example Lab"}, {"affiliation": "example  LAB"}, "self-reviewed"),
        ({"publisher": "Jo Reader"}, {}, "self-reviewed"),
        ({"publisher": "X", "described_by": {"role": "publisher", "name": "Elsewhere"}}, {}, "self-reviewed"),
        ({"publisher": "X", "described_by": {"role": "publisher"}}, {}, "reviewed independently"),
        ({}, {}, "self-reviewed"),
        ({"publisher": {"undisclosed": "withheld"}}, {}, "self-reviewed"),
        ({"publisher": "Example Lab"}, {"affiliation": "Example Lab, Inc."}, "self-reviewed"),
        ({"publisher": "Example Lab"}, {"affiliation": "Example Lab Research"}, "self-reviewed"),
        ({"publisher": "Example Lab"}, {"affiliation": "\uff25xample\u200b Lab"}, "self-reviewed"),
        ({"publisher": "Example Lab"}, {"affiliation": "Ex\u0430mple L\u0430b"}, "self-reviewed"),
        ({"publisher": "Acme, Inc"}, {"affiliation": "ACME Inc."}, "self-reviewed"),
        ({"publisher": "ACME"}, {"by": "\u0410\u0421\u041c\u0415"}, "self-reviewed"),
        ({"publisher": "Example Lab"}, {"affiliation": "Example University"}, "reviewed independently"),
    ],
)
def test_who_reviewed_is_said(release: dict[str, Any], changes: dict[str, Any], expected: str) -> None:
    report = detail(review(**changes), release={"name": "toy"} | release)
    assert report.review is not None
    assert report.review.independence == expected


def test_the_subject_of_a_review_tells_absent_from_empty() -> None:
    digests = {
        subject_sha256({}, ["/a"]),
        subject_sha256({}, ["/b"]),
        subject_sha256({"a": None}, ["/a"]),
        subject_sha256({"a": []}, ["/a"]),
        subject_sha256({"a": []}, ["/a", "/b"]),
    }
    assert len(digests) == 5
    assert subject_sha256({"a": 1, "b": 2}, ["/b", "/a", "/b"]) == subject_sha256({"b": 2, "a": 1}, ["/a", "/b"])


def test_nothing_disclosed_meets_nothing() -> None:
    for policy in POLICIES:
        report = judge(facts(), policy)
        assert report.outcome == "unmet"
        assert not [item.id for item in report.requirements if item.outcome == "met"]


@pytest.mark.parametrize(
    ("named", "fix"), [("osaid-2.0", "Did you mean osaid-1.0?"), ("nonsense", "Correct the name.")]
)
def test_a_policy_that_there_is_not(built_release: Path, named: str, fix: str) -> None:
    with pytest.raises(openmodel.UsageError) as raised:
        openmodel.check(built_release, policies=[named])
    assert raised.value.problems[0].fix == fix


def test_what_was_measured_is_recorded_as_a_whole_and_in_its_parts() -> None:
    digest = "0" * 64
    held = facts(measured={"built_from": {"declaration_sha256": digest}, "files": [], "excluded": []})
    places = ("/measured", "/measured/files", "/release", "/measuredly")
    assert [held.grade(place) for place in places] == ["recorded", "recorded", "declared", "declared"]


def test_a_check_without_a_docstring_has_no_documentation() -> None:
    silent = requiring()
    assert silent.documentation == ""
