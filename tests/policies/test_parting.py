# SPDX-License-Identifier: Apache-2.0
"""Where policies part: what is named decides, and what is said of the others follows from where they looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.policies.engine import Judgement, judgement
from openmodel.policies.ladder import Ladder, Rung
from openmodel.policies.parting import MAX_REASONS, Parting, Stance, parting
from openmodel.policies.requirement import Claim, Doubt, Finding, NotApplicable, Policy, Requirement, Result
from openmodel.policies.subject import subject_sha256
from tests.policies.test_engine import facts, requiring

CONTENT: dict[str, Any] = {
    "sources": [{"id": f"s{n}", "name": f"S{n}", "provenance": "Measured."} for n in range(3)],
    "components": [{"id": f"c{n}", "name": f"C{n}", "kinds": ["training_code"]} for n in range(3)],
}


def policy(
    id: str, *requirements: Requirement, parts: tuple[str, ...] = ("a",), ladder: Ladder | None = None
) -> Policy:
    return Policy(id, "1", f"Title of {id}", parts, requirements, ladder=ladder)


def judged(*policies: Policy, **fields: Any) -> list[Judgement]:
    release = facts(**{**CONTENT, **fields})
    found = [judgement(release, one) for one in policies]
    asked = [f":{one.ladder.asked}" if one.ladder else "" for one in policies]
    return [
        replace(one, report=replace(one.report, policy=f"{one.report.policy}{number}"))
        for one, number in zip(found, asked, strict=True)
    ]


def parted(*policies: Policy, **fields: Any) -> tuple[Parting, ...]:
    return parting(judged(*policies, **fields))


def unmet(where: str) -> Finding:
    return Finding(where, "Missing.", "Add it.", "unmet")


def stance(where: str, *results: Result) -> Stance | None:
    """What a policy that rests on these makes of a place where another found something missing."""
    (found,) = parted(policy("yes", requiring(*results)), policy("no", requiring(unmet(where), id="B")))
    (reason,) = found.reasons
    assert (reason.requirement, reason.where, reason.message) == ("B", where, "Missing.")
    return reason.stances[0] if reason.stances else None


@pytest.mark.parametrize(
    ("where", "claimed", "said", "named"),
    [
        ("/components/1/terms", "/components/1/terms", "met", "/components/1/terms"),
        ("/components/1/terms/expression", "/components/1/terms", "met", "/components/1/terms"),
        ("/components/1/terms", "/components/1/terms/expression", "met", "/components/1/terms/expression"),
        ("/components/1/terms", "/components/1", "met", "/components/1"),
        ("/components/1/where", "/components/1/terms", "aside", "/components/1/terms"),
        ("/components/1/where", "/components/10/where", "nothing", None),
        ("/components/1/where", "/sources/1/where", "nothing", None),
        ("/sources", "/components/1/terms", "nothing", None),
        ("/release/date", "/release/name", "nothing", None),
        ("/measured/files/1", "/measured/files/2/sha256", "nothing", None),
        ("/measured/files/1/size", "/measured/files/1/sha256", "aside", "/measured/files/1/sha256"),
    ],
)
def test_what_is_said_follows_from_the_places(where: str, claimed: str, said: str, named: str | None) -> None:
    found = stance(where, Claim(claimed))
    assert found is not None
    assert (found.stance, found.where, found.more) == (said, named, 0)
    assert found.requirement == (None if said == "nothing" else "A")


@pytest.mark.parametrize(
    ("where", "claimed"),
    [
        ("/components", "/components/1/terms"),
        ("/components", "/components"),
        ("/components/1/terms", "/components"),
        ("/components/1/terms", ""),
        ("", "/components/1/terms"),
        ("/measured/files", "/measured/files/3"),
    ],
)
def test_nothing_is_said_where_places_are_too_wide_to_tell(where: str, claimed: str) -> None:
    assert stance(where, Claim(claimed)) is None


def test_what_was_measured_about_a_claim_is_rested_on_too() -> None:
    found = stance("/measured/files/1/sha256", Claim("/components/1/files", "/measured/files/1"))
    assert found is not None
    assert (found.stance, found.where) == ("met", "/measured/files/1")


def test_a_note_is_nothing_to_rest_on() -> None:
    note = Finding("/components/1/terms", "By the way.", "", "note")
    found = stance("/components/1/terms", Claim("/release/name"), note)
    assert found is not None
    assert found.stance == "nothing"


def test_of_many_facts_of_one_thing_the_thing_is_named_and_how_many_rest_on_it() -> None:
    claims = [requiring(Claim(f"/sources/0/{name}"), id=name) for name in ("scope", "obtained", "selected")]
    (found,) = parted(policy("yes", *claims), policy("no", requiring(unmet("/sources/0/labelled"))))
    assert found.reasons[0].stances == (Stance("yes", "aside", "/sources/0", "scope", 2, None),)


def test_what_is_met_by_a_review_is_told_as_such() -> None:
    doubt = Doubt("/sources/0/provenance", "Unclear.", "")
    review = {
        "requirement": "A",
        "policy": "yes@1",
        "at": ["/sources/0/provenance"],
        "subject_sha256": subject_sha256(CONTENT, ["/sources/0/provenance"]),
        "judgement": "met",
        "by": "Ann",
        "affiliation": "Lab",
        "date": "2025-01-31",
        "reason": "I read it.",
    }
    yes = policy("yes", requiring(doubt, Claim("/release/name")))
    no = policy("no", requiring(unmet("/sources/0/provenance")))
    (found,) = parted(yes, no, reviews=[review])
    assert found.satisfied[0].self_reviewed
    assert found.reasons[0].stances == (Stance("yes", "met", "/sources/0/provenance", "A", 0, "self-reviewed"),)
    against = [review | {"judgement": "unmet"}]
    (found,) = parted(policy("other", requiring(Claim("/sources/0/provenance"))), yes, reviews=against)
    assert found.unsatisfied.outcome == "unmet"
    assert [(one.message, one.review) for one in found.reasons] == [("Unclear.", "self-reviewed")]


def test_only_what_decides_is_named_and_first_one_about_each_thing() -> None:
    asked = [
        requiring(unmet("/sources/0/scope"), id="A"),
        requiring(unmet("/sources/0/labelled"), id="B"),
        requiring(Finding("/sources/1", "Unclear.", "", "judge"), id="C"),
        requiring(unmet("/components/0/where"), id="D"),
        requiring(unmet("/components/1/where"), id="E"),
        requiring(Claim("/release/name"), id="F"),
    ]
    (found,) = parted(policy("yes", requiring(Claim("/release/name"))), policy("no", *asked))
    assert [one.requirement for one in found.reasons] == ["A", "D", "E"]
    assert found.more == 1


@pytest.mark.parametrize(("policies", "named"), [(1, 3), (2, 2), (3, 1), (4, 1)])
def test_the_more_policies_are_not_met_the_less_is_said_of_each(policies: int, named: int) -> None:
    asked = [requiring(unmet(f"/sources/{n}"), id=f"R{n}") for n in range(5)]
    refused = (policy(f"no-{n}", *asked) for n in range(policies))
    found = parted(policy("yes", requiring(Claim("/release/name"))), *refused)
    assert [(len(one.reasons), one.more) for one in found] == [(named, 5 - named)] * policies


def test_too_little_that_is_met_is_no_fault_of_one_requirement() -> None:
    empty = policy("no", requiring(NotApplicable("nothing to ask.")))
    (found,) = parted(policy("yes", requiring(Claim("/release/name"))), empty)
    assert (found.unsatisfied.outcome, found.reasons, found.more) == ("undetermined", (), 0)


RUNGS = (Rung(3, "low", ("A",)), Rung(2, "middle", ("A", "B")), Rung(1, "high", ("A", "B", "C")))


def classes(asked: int, id: str = "classes") -> Policy:
    """A policy of which the lowest class is reached, as what the second asks for is not there."""
    requirements = (
        requiring(Claim("/components/0/terms"), id="A"),
        requiring(unmet("/components/1/terms"), id="B"),
        requiring(unmet("/components/2/terms"), id="C"),
    )
    return policy(id, *requirements, ladder=Ladder(RUNGS, asked))


def test_the_class_that_was_asked_for_decides() -> None:
    plain = policy("plain", requiring(Claim("/components/1/terms")))
    (found,) = parted(plain, classes(2))
    assert [(side.policy, side.class_title) for side in found.satisfied] == [("plain", None)]
    assert (found.unsatisfied.policy, found.unsatisfied.class_title) == ("classes:2", "middle")
    assert [reason.requirement for reason in found.reasons] == ["B"]
    assert parted(plain, classes(3)) == ()


def test_a_class_that_is_reached_without_it_says_so() -> None:
    (found,) = parted(classes(3), policy("no", requiring(unmet("/components/1/terms"))))
    assert [(side.policy, side.class_title) for side in found.satisfied] == [("classes:3", "low")]
    assert found.reasons[0].stances == (Stance("classes:3", "not_needed", "/components/1/terms", "B", 0, None),)


def test_a_finding_at_a_whole_list_may_be_about_another_thing_of_it() -> None:
    wide = policy(
        "classes",
        requiring(Claim("/release/name"), id="A"),
        requiring(unmet("/components"), id="B"),
        ladder=Ladder((Rung(2, "low", ("A",)), Rung(1, "high", ("A", "B"))), 2),
    )
    (found,) = parted(wide, policy("no", requiring(unmet("/components"))))
    assert found.reasons[0].stances == ()


def test_classes_of_one_policy_part_from_others_once_and_not_among_themselves() -> None:
    yes, no = policy("yes", requiring(Claim("/release/name"))), policy("no", requiring(unmet("/release/date")))
    assert parted(classes(3), classes(2), classes(1)) == ()
    found = parted(classes(1), yes, classes(3), classes(2), no)
    assert [([side.policy for side in one.satisfied], one.unsatisfied.policy) for one in found] == [
        (["yes"], "classes:2"),
        (["yes", "classes:3"], "no"),
    ]


@pytest.mark.parametrize(
    "result", [Claim("/release/name"), unmet("/release/date"), Doubt("/release/name", "Unclear.", "")]
)
def test_policies_that_agree_do_not_part(result: Result) -> None:
    assert parted(policy("a", requiring(result)), policy("b", requiring(result))) == ()


def test_not_met_and_undetermined_do_not_part() -> None:
    assert parted(policy("a", requiring(unmet(""))), policy("b", requiring())) == ()


PLACES = st.sampled_from(
    [f"/{name}/{n}{rest}" for name in ("sources", "components") for n in range(2) for rest in ("", "/terms", "/where")]
    + ["", "/sources", "/components", "/release/name"]
)
RESULTS = st.one_of(
    st.builds(Claim, PLACES),
    st.builds(Claim, PLACES),
    st.builds(Finding, PLACES, st.just("Said."), st.just(""), st.sampled_from(["unmet", "judge", "note"])),
    st.builds(Doubt, PLACES, st.just("Said."), st.just("")),
    st.just(NotApplicable("nothing to ask.")),
)
CHECKS = st.lists(st.lists(RESULTS, min_size=1, max_size=2), min_size=1, max_size=5)


def made(id: str, checks: Sequence[Sequence[Result]]) -> Policy:
    return policy(id, *(requiring(*results, id=f"{id}-{n}") for n, results in enumerate(checks)))


@given(CHECKS)
def test_no_policy_parts_with_itself(checks: list[list[Result]]) -> None:
    assert parted(made("a", checks), made("b", checks)) == ()


@settings(max_examples=300)
@given(st.lists(CHECKS, min_size=2, max_size=4))
def test_what_is_named_came_out_so(policies: list[list[list[Result]]]) -> None:
    found = judged(*(made(f"p{n}", checks) for n, checks in enumerate(policies)))
    reports = {one.report.policy: one.report for one in found}
    outcomes = {item.id: item.outcome for one in found for item in one.report.requirements}
    findings = {item.id: item.findings for one in found for item in one.report.requirements}
    partings = parting(found)
    for one in partings:
        assert {reports[side.policy].outcome for side in one.satisfied} == {"met"}
        assert reports[one.unsatisfied.policy].outcome == one.unsatisfied.outcome in ("unmet", "undetermined")
        deciding = [i.outcome for i in reports[one.unsatisfied.policy].requirements].count(one.unsatisfied.outcome)
        assert len(one.reasons) + one.more == deciding
        assert min(1, deciding) <= len(one.reasons) <= MAX_REASONS
        for reason in one.reasons:
            assert outcomes[reason.requirement] == one.unsatisfied.outcome
            assert any(
                (item.where, item.message) == (reason.where, reason.message) for item in findings[reason.requirement]
            )
            for told in reason.stances:
                assert told.requirement is None or outcomes[told.requirement] == "met"
                assert (told.stance == "nothing") == (told.requirement is None)
    refused = [one.report.policy for one in found if one.report.outcome in ("unmet", "undetermined")]
    is_any_met = any(one.report.outcome == "met" for one in found)
    assert [one.unsatisfied.policy for one in partings] == (refused if is_any_met else [])
    assert {side.policy for one in partings for side in one.satisfied} <= {
        one.report.policy for one in found if one.report.outcome == "met"
    }
