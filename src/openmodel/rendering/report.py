# SPDX-License-Identifier: Apache-2.0
"""The report of a check, as text for a terminal and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from openmodel.policies.lookup import policy_of
from openmodel.policies.report import ParentReport, PolicyReport, ReleaseReport, Report, RequirementReport
from openmodel.policies.requirement import Finding
from openmodel.rendering.classes import classes_text
from openmodel.rendering.evidence import evidence_text
from openmodel.rendering.freedoms import freedoms_text
from openmodel.rendering.lines import wrapped
from openmodel.rendering.parting import parting_text
from openmodel.rendering.untrusted import visible

_MARKS = {"met": "✓", "unmet": "✗", "undetermined": "?", "not_applicable": "-"}
_WORDS = {
    "met": "met",
    "unmet": "not met",
    "undetermined": "undetermined",
    "not_applicable": "not applicable",
}
_INDEX = re.compile(r"/\d+(?=/|$)")
_MOST_ALIKE = 3
"""The most findings that are alike and each shown."""
_KINDS = {"unmet": "✗", "judge": "?", "note": "·"}

_READINGS = {
    "met": "Nothing required is missing from what was disclosed.",
    "unmet": "Something required is missing; see ✗.",
    "undetermined": "A person must judge; see ?.",
    "not_applicable": "This policy has nothing to ask of the release.",
}


def report_json(report: Report) -> str:
    """The report as one JSON value, ASCII so that no terminal obeys it, with a newline at the end."""
    return json.dumps(report.as_json(), indent=2) + "\n"


def report_text(report: Report, width: int) -> str:
    """The report for a terminal of `width` columns. Requirements that are met take a line, others say what to do; those
    that do not apply come last."""
    return "\n".join(line for release in report.releases for line in _release(release, max(width, 40))) + "\n"


def _release(release: ReleaseReport, width: int) -> Iterator[str]:
    version = f" {visible(release.version)}" if release.version else ""
    yield from wrapped(f"{visible(release.name)}{version} ({visible(release.path)})", width, "", "  ")
    yield from wrapped(f"Manifest sha256 {release.manifest_sha256}", width)
    yield from evidence_text(release, width)
    yield from parting_text(release.parting or (), width)
    for policy in release.policies:
        yield ""
        yield from _policy(policy, width)


def _policy(policy: PolicyReport, width: int) -> Iterator[str]:
    judged = policy_of(policy.policy)
    own = _self_reviewed(policy)
    note = " (self-reviewed)" if own else ""
    yield from wrapped(f"{_MARKS[policy.outcome]} {judged.title}: {_WORDS[policy.outcome]}{note}", width)
    yield from wrapped(_READINGS[policy.outcome], width, "  ")
    if own:
        names = f"{own[0]} and {len(own) - 1} more" if len(own) > 1 else own[0]
        who = "Nobody who is known to be independent of the publisher"
        yield from wrapped(f"{who} judged what no program can: {names}.", width, "  ")
    yield from wrapped(_counts(policy), width, "  ")
    yield from classes_text(judged.ladder, policy, width) if judged.ladder else _not_met(policy, width)
    for parent in policy.parents or ():
        yield from _parent(parent, width)
    in_order = sorted(policy.requirements, key=lambda requirement: requirement.outcome == "not_applicable")
    for reason, alike in groupby(in_order, _reason_alone):
        yield from _requirements(list(alike), reason, width)
    yield from freedoms_text(policy.freedoms or (), width)


def _self_reviewed(policy: PolicyReport) -> list[str]:
    """The requirements of a policy that is met that a review settled which is not known to be independent."""
    return [
        requirement.id
        for requirement in policy.requirements
        if policy.outcome == "met" and requirement.review and requirement.review.independence == "self-reviewed"
    ]


def _parent(parent: ParentReport, width: int) -> Iterator[str]:
    version = f" {visible(parent.version)}" if parent.version else ""
    named_by = f" of the manifest {parent.named_by[:12]}…" if parent.named_by else ""
    words = f"{_MARKS[parent.outcome]} Made from {visible(parent.name)}{version}: {_WORDS[parent.outcome]}. "
    words += f"Judged by {visible(parent.path)}, sha256 {parent.manifest_sha256}, named at {parent.where}{named_by}."
    yield from wrapped(words, width, "  ", "    ")


def _counts(policy: PolicyReport) -> str:
    outcomes = [requirement.outcome for requirement in policy.requirements]
    counts = [f"{outcomes.count(name)} {words}" for name, words in _WORDS.items() if name in outcomes]
    number = f"{len(outcomes)} requirement{'s' if len(outcomes) != 1 else ''}"
    return f"{policy.policy} version {policy.version}, {number}: {', '.join(counts)}."


def _not_met(policy: PolicyReport, width: int) -> Iterator[str]:
    """What is not met, in short: who reads no further has seen it."""
    failed = [requirement for requirement in policy.requirements if requirement.outcome == "unmet"]
    if failed:
        yield "  Not met:"
    for requirement in failed:
        yield from wrapped(f"{requirement.id} {requirement.title}", width, "    ", "      ")
    if failed:
        yield "  All requirements:"


def _reason_alone(requirement: RequirementReport) -> str:
    """Why a requirement does not apply, when that is all there is to say of it; else empty."""
    notes = [finding for finding in requirement.findings if finding.kind == "note" and not finding.fix]
    is_alone = requirement.outcome == "not_applicable" and len(notes) == len(requirement.findings) == 1
    return "" if requirement.review or not is_alone else notes[0].message


def _requirements(alike: Sequence[RequirementReport], reason: str, width: int) -> Iterator[str]:
    """Requirements one after the other; where some do not apply for one and the same reason, it stands once."""
    if not reason or len(alike) == 1:
        for requirement in alike:
            yield from _requirement(requirement, width)
        return
    for requirement in alike:
        yield from _heading(requirement, width)
    words = f"· These {len(alike)} do not apply: {visible(reason.removeprefix('Does not apply: '))}"
    yield from wrapped(words, width, "    ", "      ")


def _requirement(requirement: RequirementReport, width: int) -> Iterator[str]:
    yield from _heading(requirement, width)
    if requirement.review:
        review = requirement.review
        who = f"{visible(review.by)}, {visible(review.affiliation)}, {review.date}"
        yield from wrapped(f"{review.independence}: {review.judgement} ({who})", width, "    ")
    for _, alike in groupby(requirement.findings, _likeness):
        yield from _findings(list(alike), width)


def _heading(requirement: RequirementReport, width: int) -> Iterator[str]:
    grade = f" [{requirement.grade}]" if requirement.grade else ""
    heading = f"{_MARKS[requirement.outcome]} {requirement.id}{grade} {requirement.title}"
    yield from wrapped(heading, width, "  ", "    ")


def _likeness(finding: Finding) -> tuple[str, str, str]:
    """What is equal in findings that only differ in the item of a list that they are about."""
    return finding.kind, finding.fix, _INDEX.sub("/*", finding.where)


def _findings(alike: Sequence[Finding], width: int) -> Iterator[str]:
    """Findings that are alike: the first, and where the others are, so that hundreds of data sets do not make a report
    of hundreds of pages. The JSON report has each of them."""
    shown = alike if len(alike) <= _MOST_ALIKE else alike[:1]
    for finding in shown:
        yield from _finding(finding, width, last=finding is shown[-1])
    if len(shown) < len(alike):
        others = [visible(finding.where) for finding in alike[1:]]
        words = f"{_KINDS[alike[0].kind]} The same at {len(others)} more places: {others[0]} to {others[-1]}."
        yield from wrapped(words, width, "    ", "      ")
    if alike[0].fix:
        yield from wrapped(f"→ {visible(alike[0].fix)}", width, "      ", "        ")


def _finding(finding: Finding, width: int, *, last: bool) -> Iterator[str]:
    place = f"{visible(finding.where)}: " if finding.where else ""
    yield from wrapped(f"{_KINDS[finding.kind]} {place}{visible(finding.message)}", width, "    ", "      ")
    if finding.fix and not last:
        yield from wrapped(f"→ {visible(finding.fix)}", width, "      ", "        ")
