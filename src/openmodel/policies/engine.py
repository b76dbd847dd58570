# SPDX-License-Identifier: Apache-2.0
"""Runs a policy over the facts and decides each outcome. Requirements only say what they found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from openmodel.evidence.findings import Contradiction
from openmodel.manifest.evidence import Review
from openmodel.manifest.pointers import upward
from openmodel.policies.facts import Facts, Grade
from openmodel.policies.inheriting import Judged, JudgedParent, grades, taken_over
from openmodel.policies.report import (
    Outcome,
    ParentReport,
    PolicyReport,
    RequirementReport,
    ReviewReport,
    worst,
)
from openmodel.policies.requirement import Claim, Doubt, Finding, NotApplicable, Policy, Requirement, Result
from openmodel.policies.reviews import Reviews, independence
from openmodel.policies.standing import standing

MAX_FINDINGS = 1000
"""The most findings of a requirement that are listed; all of them decide."""

_RANK: dict[Grade, int] = {"declared": 0, "claimed": 1, "recorded": 1, "verified": 2}


@dataclass(frozen=True, slots=True)
class _Open:
    """A finding, and what a review must cover to settle it; nothing settles one without a subject."""

    finding: Finding
    subject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a release came out by a policy, and what that rests on."""

    policy: Policy
    report: PolicyReport
    rests_on: Mapping[str, Sequence[str]]
    """By id of the requirement, the JSON pointers of the facts that it goes by and of what a person may judge."""


def judge(facts: Facts, policy: Policy) -> PolicyReport:
    """The outcome of a policy: unmet if any requirement is; else undetermined if any is; else met, and only if in each
    part of the policy something was met that rests on a claim, so that a release which discloses nothing meets
    nothing, whoever reviews it. A policy that asks for it judges the models that this one was made from too."""
    return _judge(facts, policy, {}).report


def judgement(facts: Facts, policy: Policy) -> Judgement:
    """What `judge` says, with what it rests on in the manifest of the release. That costs memory, so only who needs it
    should ask."""
    rests_on: dict[str, Sequence[str]] = {}
    return Judgement(policy, _judge(facts, policy, {}, rests_on).report, rests_on)


def _judge(
    facts: Facts, policy: Policy, known: dict[int, Judged], rests_on: dict[str, Sequence[str]] | None = None
) -> Judged:
    """The outcome, of which `known` has those of facts that were judged before: a release can be an ancestor twice.
    `rests_on`, of the release alone, is filled where somebody asks for it."""
    if id(facts) in known:
        return known[id(facts)]
    parents = [
        JudgedParent(pointer, parent, read, _judge(read.facts, policy, known))
        for pointer, parent, read in (facts.read_parents if policy.inherits else ())
    ]
    reviews = Reviews(facts, policy)
    results = [
        _judge_requirement(facts, reviews, requirement, policy, parents, rests_on=rests_on)
        for requirement in policy.requirements
    ]
    reviewable = frozenset(report.id for report, is_reviewable in results if is_reviewable)
    report = _policy_report(facts, policy, tuple(report for report, _ in results), parents)
    known[id(facts)] = Judged(report, {item.id: item for item in report.requirements}, reviewable)
    return known[id(facts)]


def _policy_report(
    facts: Facts, policy: Policy, reports: tuple[RequirementReport, ...], parents: Sequence[JudgedParent]
) -> PolicyReport:
    freedoms = policy.freedoms(facts) if policy.freedoms else None
    ancestors = tuple(_ancestors(parents)) if policy.inherits else None
    if policy.ladder:
        found = standing(policy.ladder, facts, reports)
        progress = {str(number): percent for number, percent in found.progress.items()}
        return PolicyReport(
            policy.id, policy.version, found.outcome, reports, freedoms, ancestors, found.reached, progress
        )
    outcome = worst(report.outcome for report in reports)
    parts_met = {
        requirement.part
        for requirement, report in zip(policy.requirements, reports, strict=True)
        if report.grade is not None  # Where nothing is open, what rests on a claim is met.
    }
    if outcome in ("met", "not_applicable") and not parts_met.issuperset(policy.parts):
        outcome = "undetermined"
    return PolicyReport(policy.id, policy.version, outcome, reports, freedoms, ancestors)


def _ancestors(parents: Sequence[JudgedParent]) -> Iterator[ParentReport]:
    """Each release that this one descends from, once, as its parents name it."""
    told: set[str] = set()
    for one in parents:
        release, sha256 = one.read.facts.manifest.release, one.read.sha256
        where, outcome = f"{one.pointer}/manifest", one.judged.report.outcome
        own = ParentReport(where, None, release.name, release.version, sha256, one.read.path, outcome)
        theirs = one.judged.report.parents or ()
        for found in (own, *(replace(other, named_by=other.named_by or sha256) for other in theirs)):
            if found.manifest_sha256 not in told:
                told.add(found.manifest_sha256)
                yield found


def _judge_requirement(
    facts: Facts,
    reviews: Reviews,
    requirement: Requirement,
    policy: Policy,
    parents: Sequence[JudgedParent],
    *,
    rests_on: dict[str, Sequence[str]] | None,
) -> tuple[RequirementReport, bool]:
    """The outcome of a requirement, and whether a review could settle it."""
    results, inherits = list(requirement.check(facts)), policy.inherits.get(requirement.id)
    taken = list(taken_over(facts, parents, requirement.id, inherits)) if inherits else []
    if any(not isinstance(result, Finding) or result.kind != "note" for result in taken):
        results = [result for result in results if not isinstance(result, NotApplicable)]
    results += taken
    if rests_on is not None:
        rests_on[requirement.id] = list(_places(results))
    claims = [result for result in results if isinstance(result, Claim)]
    known_as = [facts.grade(claim.measured or claim.where) for claim in claims]
    if inherits and claims:
        known_as += grades(parents, requirement.id)
    found = [_within_basis(item, requirement) for item in _findings(results)]
    found += map(_Open, _contradictions(facts, results))
    outcome, review = _outcome(results, found, reviews, requirement.id)
    if outcome == "undetermined" and not found and review is None:
        found.append(_Open(_nothing_said(requirement)))
    decisive_first = sorted(found, key=lambda item: item.finding.kind == "note") if len(found) > MAX_FINDINGS else found
    findings = [_with_how_to_review(item, facts, reviews, requirement.id) for item in decisive_first[:MAX_FINDINGS]]
    if len(found) > MAX_FINDINGS:
        findings.append(Finding("", f"{len(found) - MAX_FINDINGS:,} more findings are not listed.", "", "note"))
    doubts = [item for item in found if item.finding.kind == "judge"]
    is_reviewable = outcome == "undetermined" and review is None and bool(doubts) and all(one.subject for one in doubts)
    report = RequirementReport(
        requirement.id,
        requirement.title,
        requirement.basis,
        outcome,
        _weakest(known_as),
        _review_report(review, facts) if review else None,
        (*findings, *reviews.notes(requirement.id)),
    )
    return report, is_reviewable


def _places(results: Iterable[Result]) -> Iterator[str]:
    """What a requirement that is met rests on."""
    for result in results:
        if isinstance(result, Claim):
            yield result.where
            if result.measured:
                yield result.measured
        elif isinstance(result, Doubt):
            yield result.where
            yield from result.subject


def _findings(results: Iterable[Result]) -> Iterator[_Open]:
    for result in results:
        if isinstance(result, Finding):
            yield _Open(result)
        elif isinstance(result, Doubt):
            finding = Finding(result.where, result.message, result.fix, "judge")
            yield _Open(finding, result.subject or (result.where,))
        elif isinstance(result, NotApplicable):
            yield _Open(Finding("", f"Does not apply: {result.reason}", "", "note"))


def _within_basis(item: _Open, requirement: Requirement) -> _Open:
    """An interpretation alone never makes `unmet`."""
    if requirement.basis == "interpretation" and item.finding.kind == "unmet":
        return replace(item, finding=replace(item.finding, kind="judge"))
    return item


def _contradictions(facts: Facts, results: Sequence[Result]) -> Iterator[Finding]:
    """What was measured, recorded or read otherwise than declared. It fails a claim that rests on it, and a person must
    weigh it where a claim rests on what it speaks of besides. What this evaluation read about something that a person
    must judge keeps every review from settling that: it is not what they judged."""
    recorded, read = facts.recorded_contradictions, facts.read_contradictions
    if not recorded and not read:
        return
    claims = [item for item in results if isinstance(item, Claim)]
    doubts = [item for item in results if isinstance(item, Doubt)]
    claimed = _Places({item.where for item in claims} | {item.measured for item in claims if item.measured})
    doubted = _Places({place for item in doubts for place in (item.subject or (item.where,))})
    for item, is_read in (*((item, False) for item in recorded), *((item, True) for item in read)):
        if claimed.touch(item.where):
            yield _contradiction(item, "unmet")
        elif (item.about and claimed.touch(item.about)) or (is_read and doubted.touch(item.where)):
            yield _contradiction(item, "judge")


def _contradiction(item: Contradiction, kind: Literal["unmet", "judge"]) -> Finding:
    return Finding(item.where, item.message, "Correct whichever of the two is wrong.", kind)


class _Places:
    """Some pointers, and whether another is one of them, above one or below one."""

    def __init__(self, pointers: set[str]) -> None:
        self._pointers = pointers
        self._around = {place for pointer in pointers for place in upward(pointer)}

    def touch(self, pointer: str) -> bool:
        return pointer in self._around or not self._pointers.isdisjoint(upward(pointer))


def _outcome(
    results: Sequence[Result], found: Sequence[_Open], reviews: Reviews, requirement: str
) -> tuple[Outcome, Review | None]:
    """Reviews settle `undetermined`, never `unmet`. Nothing said at all is undetermined, never met."""
    if any(item.finding.kind == "unmet" for item in found):
        return "unmet", None
    settling = [reviews.settling(requirement, item.subject) for item in found if item.finding.kind == "judge"]
    against = [review for review in reviews.valid(requirement) if review.judgement == "unmet"]
    decisive = {id(review) for deciding in settling for review in deciding}
    if found_against := next((review for review in against if id(review) in decisive), None):
        return "unmet", found_against
    if against:  # Somebody found fault with what the rules let pass; that is for a person to weigh.
        return "undetermined", against[0]
    if settling:
        return ("met", settling[0][0]) if all(settling) else ("undetermined", None)
    if any(isinstance(result, Claim) for result in results):
        return "met", None
    if any(isinstance(result, NotApplicable) for result in results):
        return "not_applicable", None
    return "undetermined", None


def _nothing_said(requirement: Requirement) -> Finding:
    """What is open where a requirement found nothing that it could judge, so that no report leaves it unsaid."""
    message = f"Nothing in the manifest speaks of this: {requirement.title}."
    return Finding("", message, f"`openmodel explain {requirement.id}` says what it checks.", "judge")


def _weakest(grades: Iterable[Grade]) -> Grade | None:
    """A requirement's grade is that of its weakest claim."""
    ranked = sorted(grades, key=lambda grade: _RANK[grade])
    return ranked[0] if ranked else None


def _with_how_to_review(item: _Open, facts: Facts, reviews: Reviews, requirement: str) -> Finding:
    """The finding; if a person must judge it and nobody has, with what a review has to be bound to."""
    finding = item.finding
    if finding.kind != "judge" or not item.subject or reviews.settling(requirement, item.subject):
        return finding
    pointers = ", ".join(item.subject)
    digest = facts.subject_sha256(item.subject)
    if digest is None:
        return finding
    how = "A person's judgement settles it: record it under `reviews`, "
    how += f"with at: [{pointers}] and subject_sha256: {digest}"
    return replace(finding, fix=f"{finding.fix} {how}".strip())


def _review_report(review: Review, facts: Facts) -> ReviewReport:
    return ReviewReport(
        review.by, review.affiliation, review.date, review.judgement, independence(review, facts), review.reason
    )
