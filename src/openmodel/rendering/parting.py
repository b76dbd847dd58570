# SPDX-License-Identifier: Apache-2.0
"""Where policies part, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible

if TYPE_CHECKING:
    from openmodel.policies.parting import Parting, Reason, Side, Stance

_LONGEST_MESSAGE = 200
"""In characters; the whole message stands at the requirement."""
_MARKS = {"met": "✓", "unmet": "✗", "undetermined": "?"}
_WORDS = {"met": "met", "unmet": "not met", "undetermined": "undetermined"}


def parting_text(partings: Sequence[Parting], width: int) -> Iterator[str]:
    """Each policy that is not met, after those that are, with what decides and what these make of it."""
    if partings:
        yield ""
        yield "Where the policies part:"
    told: tuple[Side, ...] = ()
    for parting in partings:
        if parting.satisfied != told:
            told = parting.satisfied
            for side in told:
                yield from wrapped(_side(side, "met"), width, "  ", "    ")
        yield from _unsatisfied(parting, width)


def _unsatisfied(parting: Parting, width: int) -> Iterator[str]:
    word = _WORDS[parting.unsatisfied.outcome]
    if not parting.reasons:
        words = f"yet {word}: no requirement by itself decides, and too little is met"
        yield from wrapped(f"{_side(parting.unsatisfied, words)}.", width, "  ", "    ")
        return
    yield from wrapped(f"{_side(parting.unsatisfied, f'yet {word}')}, because of:", width, "  ", "    ")
    for reason in parting.reasons:
        yield from _reason(reason, _MARKS[parting.unsatisfied.outcome], width)
    if parting.more:
        are = "is" if parting.more == 1 else "are"
        yield from wrapped(f"and {parting.more} more that {are} {word}.", width, "    ")


def _side(side: Side, word: str) -> str:
    reached = f" ({visible(side.class_title)})" if side.class_title else ""
    note = " (self-reviewed)" if side.self_reviewed else ""
    return f"{_MARKS[side.outcome]} {visible(side.title)}{reached}: {word}{note}"


def _reason(reason: Reason, mark: str, width: int) -> Iterator[str]:
    yield from wrapped(f"{mark} {visible(reason.requirement)} {visible(reason.title)}", width, "    ", "      ")
    if reason.message is not None:
        place = f"{visible(reason.where)}: " if reason.where else ""
        message = textwrap.shorten(visible(reason.message), _LONGEST_MESSAGE, placeholder=" …")
        yield from wrapped(f"{place}{message}", width, "      ", "        ")
    if reason.review:
        yield from wrapped(f"A review finds against it ({reason.review}).", width, "      ", "        ")
    for words in _stances(reason):
        yield from wrapped(f"· {words}", width, "      ", "        ")


def _stances(reason: Reason) -> Iterator[str]:
    """In a sentence each, what the policies that are met make of the place; in one, which rest on nothing there."""
    yield from (_stance(one, reason.where) for one in reason.stances if one.stance != "nothing")
    nothing = [visible(one.policy) for one in reason.stances if one.stance == "nothing"]
    if len(nothing) > 1:
        yield f"{', '.join(nothing[:-1])} and {nothing[-1]} rest on nothing there."
    elif nothing:
        yield f"{nothing[0]} rests on nothing there."


def _stance(stance: Stance, where: str | None) -> str:
    name, place = visible(stance.policy), visible(stance.where or "")
    others = f" and {stance.more} more" if stance.more else ""
    review = f" ({stance.review})" if stance.review else ""
    by = f"{visible(stance.requirement or '')}{review}{others}"
    if stance.stance == "met":
        return f"{name} takes {'it' if stance.where == where else place} as met: {by}."
    if stance.stance == "not_needed":
        at = "there" if stance.where == where else f"at {place}"
        return f"{name} has a finding {at} too, and is met without it: {by}."
    thing = f"other facts of {place}" if where and where.startswith(f"{stance.where}/") else place
    return f"{name} does not rest on it, but on {thing}: {by}."
