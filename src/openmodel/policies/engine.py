# SPDX-License-Identifier: Apache-2.0
"""Runs a policy over the facts and decides each outcome. Requirements only say what they found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from openmodel.manifest.evidence import Review
from openmodel.manifest.pointers import covers
from openmodel.policies.facts import Facts, Grade
from openmodel.policies.report import (
    Outcome,
    PolicyReport,
    RequirementReport,
    ReviewReport,
    worst,
)
from openmodel.policies.requirement import Claim, Finding, NotApplicable, Policy, Requirement, Result
from openmodel.policies.reviews import independence, settles, subject_sha256, why_void

_RANK: dict[Grade, int] = {"declared": 0, "claimed": 1, "recorded": 1, "verified": 2}


def judge(facts: Facts, policy: Policy) -> PolicyReport:
    """The outcome of a policy: unmet if any requirement is; else undetermined if any is; else met, and only if
    something was met in each part of the policy, so that a release which discloses nothing meets nothing."""
    reports = tuple(_judge_requirement(facts, policy, requirement) for requirement in policy.requirements)
    outcome = worst(report.outcome for report in reports)
    parts_met = {
        requirement.part
        for requirement, report in zip(policy.requirements, reports, strict=True)
        if report.outcome == "met"
    }
    if outcome in ("met", "not_applicable") and not parts_met.issuperset(policy.parts):
        outcome = "undetermined"
    return PolicyReport(policy.id, policy.version, outcome, reports)


def _judge_requirement(facts: Facts, policy: Policy, requirement: Requirement) -> RequirementReport:
    results = list(requirement.check(facts))
    claims = [result for result in results if isinstance(result, Claim)]
    findings = [_within_basis(result, requirement) for result in results if isinstance(result, Finding)]
    findings += _contradictions(facts, claims)
    findings += [
        Finding("", f"Does not apply: {result.reason}", "", "note")
        for result in results
        if isinstance(result, NotApplicable)
    ]
    valid, void = _reviews(facts, policy, requirement)
    outcome, review = _outcome(results, findings, valid)
    return RequirementReport(
        requirement.id,
        requirement.title,
        requirement.basis,
        outcome,
        _weakest(facts.grade(claim.measured or claim.where) for claim in claims),
        _review_report(review, facts) if review else None,
        tuple(_explain_review(facts, finding, valid) for finding in findings) + tuple(void),
    )


def _weakest(grades: Iterable[Grade]) -> Grade | None:
    """A requirement's grade is that of its weakest claim."""
    ranked = sorted(grades, key=lambda grade: _RANK[grade])
    return ranked[0] if ranked else None


def _contradictions(facts: Facts, claims: Sequence[Claim]) -> list[Finding]:
    """What was measured or recorded otherwise than declared, where a claim rests on it."""
    conflicts = facts.manifest.measured.conflicts if facts.manifest.measured else ()
    return [
        Finding(
            conflict.at,
            f"Declared {conflict.declared!r}, but {conflict.by} says {conflict.observed!r}.",
            "Correct whichever of the two is wrong.",
            "unmet",
        )
        for conflict in conflicts
        if any(covers(claim.where, conflict.at) or covers(conflict.at, claim.where) for claim in claims)
    ]


def _within_basis(finding: Finding, requirement: Requirement) -> Finding:
    """An interpretation alone never makes `unmet`."""
    if requirement.basis == "interpretation" and finding.kind == "unmet":
        return replace(finding, kind="judge")
    return finding


def _outcome(
    results: Sequence[Result], findings: Sequence[Finding], valid: Sequence[Review]
) -> tuple[Outcome, Review | None]:
    """Reviews settle `undetermined`, never `unmet`. Nothing said at all is undetermined, never met."""
    if any(finding.kind == "unmet" for finding in findings):
        return "unmet", None
    open_findings = [finding for finding in findings if finding.kind == "judge"]
    deciding = [review for review in valid if any(settles(review, finding.where) for finding in open_findings)]
    against = [review for review in deciding if review.judgement == "unmet"]
    if against:
        return "unmet", against[0]
    settled = all(any(settles(review, finding.where) for review in deciding) for finding in open_findings)
    if open_findings and settled:
        return "met", deciding[0]
    if open_findings:
        return "undetermined", None
    if any(isinstance(result, Claim) for result in results):
        return "met", None
    if any(isinstance(result, NotApplicable) for result in results):
        return "not_applicable", None
    return "undetermined", None


def _reviews(facts: Facts, policy: Policy, requirement: Requirement) -> tuple[list[Review], list[Finding]]:
    """The reviews of a requirement that count, and a note for each that does not."""
    valid, void = [], []
    for index, review in enumerate(facts.manifest.reviews):
        if review.requirement != requirement.id or review.policy.partition("@")[0] != policy.id:
            continue
        reason = why_void(review, policy, facts)
        if reason is None:
            valid.append(review)
        else:
            message = f"The review by {review.by} of {review.date} does not count: {reason}."
            void.append(Finding(f"/reviews/{index}", message, "Review again, or delete it.", "note"))
    return valid, void


def _explain_review(facts: Facts, finding: Finding, valid: Sequence[Review]) -> Finding:
    """Adds to a finding that a person must judge how to write that down."""
    if finding.kind != "judge" or any(settles(review, finding.where) for review in valid):
        return finding
    digest = subject_sha256(facts.plain, [finding.where])
    how = f"Or record a person's judgement under `reviews`, with at: [{finding.where}] and subject_sha256: {digest}"
    return replace(finding, fix=f"{finding.fix} {how}".strip())


def _review_report(review: Review, facts: Facts) -> ReviewReport:
    return ReviewReport(
        review.by,
        review.affiliation,
        review.date,
        review.judgement,
        independence(review, facts),
        review.reason,
    )
