# SPDX-License-Identifier: Apache-2.0
"""What a model takes over from the models that it was made from: how they come out by the same requirement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from openmodel.manifest.parent import ManifestReference, Parent
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts, Grade
from openmodel.policies.lineage import ReadParent
from openmodel.policies.report import PolicyReport, RequirementReport
from openmodel.policies.requirement import Claim, Doubt, Finding, Result

_MOST_QUOTES = 3
_LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True)
class Judged:
    """How a release came out by a policy."""

    report: PolicyReport
    by_id: Mapping[str, RequirementReport]
    """The requirements of the report."""
    reviewable: frozenset[str]
    """Ids of the requirements that are undetermined and that a person's judgement would settle."""


@dataclass(frozen=True, slots=True)
class JudgedParent:
    """A parent with how it came out by its own manifest."""

    pointer: str
    """JSON pointer of the parent."""
    parent: Parent
    read: ReadParent
    judged: Judged


def taken_over(
    facts: Facts, parents: Sequence[JudgedParent], requirement: str, unmet: Literal["unmet", "judge"]
) -> Iterator[Result]:
    """What follows from how the parents come out by a requirement.

    Args:
        facts: the facts of the release.
        parents: its parents.
        requirement: id of the requirement.
        unmet: what it means for the release when a parent does not meet it.
    """
    for one in parents:
        report = one.judged.by_id[requirement]
        name, place = short(one.parent.name), f"{one.pointer}/manifest"
        if report.outcome == "met":
            if unmet == "unmet":  # Else the release must meet it by what is its own.
                yield Claim(place)
            yield from _reviewed(report, name, place)
        elif report.outcome == "unmet":
            message = f"{name} does not meet this by its own manifest{_quoted(report, 'unmet')}."
            if unmet == "unmet":
                yield Finding(
                    place, message, f"Mend it in the release of {name}, or start from another model.", "unmet"
                )
            else:
                yield _doubt(facts, one, message, "Say what that means for this model.")
        elif report.outcome == "undetermined":
            message = f"Of {name} a person must judge this, by its own manifest{_quoted(report, 'judge')}."
            fix = "Let a person judge it under `reviews` of that manifest."
            doubt = _doubt(facts, one, message, "")  # The engine says how to review here; that is as good.
            here = requirement in one.judged.reviewable and isinstance(doubt, Doubt)
            yield doubt if here else Finding(place, message, fix, "judge")


def grades(parents: Sequence[JudgedParent], requirement: str) -> Iterator[Grade]:
    """How the facts are known by which the parents meet a requirement."""
    for one in parents:
        if grade := one.judged.by_id[requirement].grade:
            yield grade


def _reviewed(report: RequirementReport, name: str, place: str) -> Iterator[Finding]:
    if review := report.review:
        who = f"{short(review.by)}, {short(review.affiliation)}"
        message = f"{name} meets this by a review in its own manifest ({review.independence}: {who}, {review.date})."
        yield Finding(place, message, "", "note")


def _quoted(report: RequirementReport, kind: Literal["unmet", "judge"]) -> str:
    """The first findings of a report, bounded: in a long line of parents each quotes the one before."""
    found = [finding for finding in report.findings if finding.kind == kind]
    quotes = [_cut(f"{item.where}: {item.message.removesuffix('.')}") for item in found[:_MOST_QUOTES]]
    more = f"; and {len(found) - _MOST_QUOTES:,} more" if len(found) > _MOST_QUOTES else ""
    return f": {'; '.join(quotes)}{more}" if quotes else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _doubt(facts: Facts, one: JudgedParent, message: str, fix: str) -> Result:
    """A doubt that a review may settle where something binds it to the very manifest that was read."""
    named, place = one.parent.manifest, f"{one.pointer}/manifest"
    path = named.path if isinstance(named, ManifestReference) else None
    measured = facts.measured_file(path) if path else None
    if measured is not None:
        return Doubt(place, message, fix, (place, measured))
    if isinstance(named, ManifestReference) and named.sha256 is not None:
        return Doubt(place, message, fix)
    return Finding(place, message, fix, "judge")
