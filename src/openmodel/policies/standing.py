# SPDX-License-Identifier: Apache-2.0
"""How far a release comes on the ladder of a policy that has classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openmodel.policies.facts import Facts
from openmodel.policies.ladder import WHOLE, Ladder
from openmodel.policies.report import Outcome, RequirementReport, worst


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a release comes."""

    reached: int
    """The number of the best class reached; 0 for none."""
    progress: Mapping[int, float]
    """Percent, by number of the class."""
    outcome: Outcome
    """`met` when it reaches the class asked for."""


def standing(ladder: Ladder, facts: Facts, reports: tuple[RequirementReport, ...]) -> Standing:
    """How far a release comes, from how the requirements came out."""
    outcomes = {report.id: report.outcome for report in reports}
    counted = ladder.progress(facts) if ladder.progress else _shares(ladder, outcomes)
    reached = 0
    for rung in ladder.rungs:
        if counted[rung.number] < WHOLE or any(outcomes[id] == "unmet" for id in rung.requirements):
            break
        reached = rung.number
    numbers = [rung.number for rung in ladder.rungs]
    if reached and numbers.index(reached) >= numbers.index(ladder.asked):
        return Standing(reached, counted, "met")
    asked = worst(outcomes[id] for id in ladder.rung.requirements)
    return Standing(reached, counted, asked if asked == "unmet" else "undetermined")


def _shares(ladder: Ladder, outcomes: Mapping[str, Outcome]) -> dict[int, float]:
    """The share of what each class asks for that is met or does not apply; 0 while the class below is not reached."""
    shares: dict[int, float] = {}
    is_below_reached = True
    for rung in ladder.rungs:
        done = sum(outcomes[id] in ("met", "not_applicable") for id in rung.requirements)
        shares[rung.number] = WHOLE * done / len(rung.requirements) if is_below_reached else 0.0
        is_below_reached = shares[rung.number] == WHOLE
    return shares
