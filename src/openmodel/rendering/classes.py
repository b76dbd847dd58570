# SPDX-License-Identifier: Apache-2.0
"""The class that a release reaches, and what the next one asks for, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.policies.ladder import Ladder
from openmodel.policies.report import PolicyReport
from openmodel.rendering.lines import wrapped


def classes_text(ladder: Ladder, policy: PolicyReport, width: int) -> Iterator[str]:
    """The class reached, the progress towards the next one, and what is missing for that."""
    numbers = [rung.number for rung in ladder.rungs]
    place = numbers.index(policy.class_) + 1 if policy.class_ else 0
    reached = ladder.rungs[place - 1].title if place else "no class"
    if place == len(numbers):
        yield from wrapped(f"Reaches {reached}, the highest.", width, "  ", "    ")
        return
    following = ladder.rungs[place]
    percent = int((policy.progress or {}).get(str(following.number), 0))  # Cut, so that 100 is the class itself.
    number = policy.policy.partition(":")[2] or ladder.asked
    asked = next(rung for rung in ladder.rungs if str(rung.number) == str(number))
    of_asked = "" if asked is following or policy.outcome == "met" else f", where {asked.title} is asked for"
    words = f"Reaches {reached}{of_asked}; towards {following.title}: {percent} %. Missing for it:"
    yield from wrapped(words, width, "  ", "    ")
    for item in policy.requirements:
        if item.id in following.requirements and item.outcome not in ("met", "not_applicable"):
            yield from wrapped(f"{item.id} {item.title}", width, "    ", "      ")
    yield "  All requirements:"
