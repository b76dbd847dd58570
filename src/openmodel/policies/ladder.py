# SPDX-License-Identifier: Apache-2.0
"""Policies that have classes: some of the requirements are enough for the lowest, and each class asks for more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openmodel.policies.facts import Facts

WHOLE = 100.0
"""The progress, in percent, at which a class is reached."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One class of a policy."""

    number: int
    """As reports and the command line have it; never 0, which is no class."""
    title: str
    requirements: tuple[str, ...]
    """The ids of what it asks for, with what the classes below it ask for."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The classes of a policy."""

    rungs: tuple[Rung, ...]
    """From the one that asks for least to the one that asks for most."""
    asked: int
    """The number of the class that a release has to reach."""
    progress: Callable[[Facts], Mapping[int, float]] | None = None
    """How far a release is on its way to each class, in percent, where the policy counts in a way of its own."""

    @property
    def rung(self) -> Rung:
        """The class that is asked for."""
        return next(rung for rung in self.rungs if rung.number == self.asked)
