# SPDX-License-Identifier: Apache-2.0
"""Where policies part on a release, and why: what decides for the one that is not met, and what the one that is met
makes of the very same thing.

It knows of no policy. It goes by where in the manifest each requirement found something or rests on something.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from openmodel.manifest.pointers import upward
from openmodel.policies.engine import Judgement
from openmodel.policies.report import Outcome, RequirementReport

MAX_REASONS = 3
"""The most requirements that are named as the reason why one policy is not met; two of each where two are not, one of
each where more are. The report has all of them."""

Independence = Literal["self-reviewed", "reviewed independently"]


@dataclass(frozen=True, slots=True)
class Side:
    """A policy, as it came out."""

    policy: str
    """As it was asked for, which may name a class: `mot:2`."""
    title: str
    class_title: str | None
    """Of a policy with classes the one that is reached, or the one that was asked for and is not."""
    outcome: Outcome
    self_reviewed: bool
    """Whether it is met with the help of a review that is not known to be independent."""


@dataclass(frozen=True, slots=True)
class Stance:
    """What a policy that is met makes of the place where another found the decisive thing."""

    policy: str
    stance: Literal["met", "not_needed", "aside", "nothing"]
    """`met`: a requirement that is met rests on that place, or one above or below it; `not_needed`: a requirement
    has a finding there too, and the class is reached without it; `aside`: it rests on other facts of the same item of a
    list; `nothing`: on nothing there."""
    where: str | None
    """JSON pointer of what it rests on or has a finding at; of the whole item where it rests on several facts of it."""
    requirement: str | None
    """The first requirement that does."""
    more: int
    """How many others do."""
    review: Independence | None
    """When it is a review that makes that requirement met."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A requirement that decides."""

    requirement: str
    title: str
    where: str | None
    """JSON pointer of its first finding that decides; None where only a review does."""
    message: str | None
    review: Independence | None
    """When a review finds against it."""
    stances: tuple[Stance, ...]
    """Of the policies that are met. One of which nothing certain can be said is left out."""


@dataclass(frozen=True, slots=True)
class Parting:
    """One policy that is not met or undetermined, where others are met."""

    satisfied: tuple[Side, ...]
    unsatisfied: Side
    reasons: tuple[Reason, ...]
    """What decides, or the first of it; empty where no requirement by itself does."""
    more: int
    """How many requirements besides these decide."""


def parting(judged: Sequence[Judgement]) -> tuple[Parting, ...]:
    """Where policies part: each that is not met or undetermined once, with all others that are met.

    Of one policy that was asked for several classes, the highest that is met counts and the lowest that is not: the
    others follow from them. That one class is reached and the next is not is no parting; the report says what is
    missing.

    Args:
        judged: how a release came out by each policy.
    """
    ordered = sorted(judged, key=_rung)
    satisfied = {one.policy.id: one for one in ordered if one.report.outcome == "met"}
    refused = {one.policy.id: one for one in reversed(ordered) if one.report.outcome in ("unmet", "undetermined")}
    pairs = []
    for one in judged:
        others = [
            other for other in judged if satisfied.get(other.policy.id) is other and other.policy.id != one.policy.id
        ]
        if others and refused.get(one.policy.id) is one:
            pairs.append((others, one))
    return tuple(_parting(others, one, math.ceil(MAX_REASONS / len(pairs))) for others, one in pairs)


def _rung(judged: Judgement) -> int:
    """How high the class is that was asked for."""
    ladder = judged.policy.ladder
    return [rung.number for rung in ladder.rungs].index(ladder.asked) if ladder else 0


def _parting(satisfied: Sequence[Judgement], refused: Judgement, most: int) -> Parting:
    deciding = _telling_first(_deciding(refused))
    shown = deciding[:most]
    reasons = tuple(_reason(item, satisfied) for item in shown)
    return Parting(tuple(map(_side, satisfied)), _side(refused), reasons, len(deciding) - len(shown))


def _side(judged: Judgement) -> Side:
    report, ladder = judged.report, judged.policy.ladder
    is_met = report.outcome == "met"
    number = (report.class_ if is_met else ladder.asked) if ladder else None
    title = next((rung.title for rung in ladder.rungs if rung.number == number), None) if ladder else None
    reached = next((rung.requirements for rung in ladder.rungs if rung.number == number), ()) if ladder else None
    counted = [item for item in report.requirements if reached is None or item.id in reached]
    reviews = [item.review for item in counted if item.review]
    is_own = is_met and any(review.independence == "self-reviewed" for review in reviews)
    return Side(report.policy, judged.policy.title, title, report.outcome, is_own)


def _deciding(judged: Judgement) -> list[RequirementReport]:
    """The requirements that make a policy what it is; of one with classes, those of the class that was asked for."""
    ladder = judged.policy.ladder
    asked = frozenset(ladder.rung.requirements) if ladder else None
    return [
        item
        for item in judged.report.requirements
        if item.outcome == judged.report.outcome and (asked is None or item.id in asked)
    ]


def _telling_first(deciding: Sequence[RequirementReport]) -> list[RequirementReport]:
    """First one about each thing, so that the few that are shown are not all about the first."""
    first: list[RequirementReport] = []
    again: list[RequirementReport] = []
    seen: set[str] = set()
    for item in deciding:
        where = _decisive(item)[0] or ""
        thing = _item(where) or where
        (again if thing in seen else first).append(item)
        seen.add(thing)
    return first + again


def _decisive(requirement: RequirementReport) -> tuple[str | None, str | None]:
    """Place and message of the first finding that decides; a note where it alone says why nothing was met."""
    for kind in ("unmet", "judge") if requirement.review else ("unmet", "judge", "note"):
        for finding in requirement.findings:
            if finding.kind == kind:
                return finding.where, finding.message
    return None, None


def _reason(requirement: RequirementReport, satisfied: Sequence[Judgement]) -> Reason:
    where, message = _decisive(requirement)
    stances = () if where is None else tuple(found for one in satisfied if (found := _stance(one, where)))
    against = requirement.review.independence if requirement.review else None
    return Reason(requirement.id, requirement.title, where, message, against, stances)


def _stance(judged: Judgement, where: str) -> Stance | None:
    """What a policy that is met makes of a place; None where the pointers do not tell. `/components` is such a place,
    and such a thing to rest on: what two policies say of it may be about different components."""
    name, thing, around = judged.report.policy, _item(where), frozenset(upward(where))
    nothing = Stance(name, "nothing", None, None, 0, None)
    if thing is None:
        return None if any(_resting(judged, where, around)) or any(_finding(judged, where, around)) else nothing
    resting = list(_resting(judged, thing, around))
    narrow = [found for found in resting if _item(found[1]) is not None]
    if touching := [found for found in narrow if found[1] in around or found[1].startswith(f"{where}/")]:
        exact = [found for found in touching if found[1] == where] or touching
        return _named("met", name, exact, exact[0][1])
    if finding := [found for found in _finding(judged, where, around) if _item(found[1]) is not None]:
        return _named("not_needed", name, finding, finding[0][1])
    if len(narrow) < len(resting):
        return None
    if narrow:
        is_one = len({place for _, place in narrow}) == 1
        return _named("aside", name, narrow, narrow[0][1] if is_one else thing)
    return nothing


def _resting(judged: Judgement, thing: str, around: frozenset[str]) -> Iterator[tuple[RequirementReport, str]]:
    """What is met and rests on a thing, something in it or what is around the place."""
    inside = f"{thing}/"
    for requirement in judged.report.requirements:
        if requirement.outcome == "met":
            for place in judged.rests_on[requirement.id]:
                if place.startswith(inside) or place in around:
                    yield requirement, place


def _finding(judged: Judgement, where: str, around: frozenset[str]) -> Iterator[tuple[RequirementReport, str]]:
    """What is not met all the same, and found something at the place, above it or below it."""
    for requirement in judged.report.requirements:
        if requirement.outcome in ("unmet", "undetermined"):
            for finding in requirement.findings:
                is_there = finding.where in around or finding.where.startswith(f"{where}/")
                if is_there and finding.kind != "note":
                    yield requirement, finding.where


def _named(
    stance: Literal["met", "not_needed", "aside"],
    policy: str,
    found: Sequence[tuple[RequirementReport, str]],
    where: str | None,
) -> Stance:
    first = found[0][0]
    review = first.review.independence if first.review and first.outcome == "met" else None
    return Stance(policy, stance, where, first.id, len({item.id for item, _ in found}) - 1, review)


def _item(pointer: str) -> str | None:
    """The item of a list, or member of an object, that a pointer is in: `/components/3` of `/components/3/terms`. None
    of a pointer to a whole list or object at the top, or below `/measured`."""
    tokens = pointer.split("/", 4)
    depth = 4 if tokens[1:2] == ["measured"] else 3
    return "/".join(tokens[:depth]) if len(tokens) >= depth else None
