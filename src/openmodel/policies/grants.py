# SPDX-License-Identifier: Apache-2.0
"""What the terms of each thing grant, as a report has it. Fields are named and ordered as in its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grant = Literal["granted", "restricted", "undecided", "not stated"]

Redistribution = Literal["allowed", "conditions", "no", "undecided", "not stated"]


@dataclass(frozen=True, slots=True)
class FreedomReport:
    """What some terms say of one freedom."""

    grant: Grant
    clauses: tuple[str, ...]
    """The clauses that restrict it, a sentence each without its full stop."""


@dataclass(frozen=True, slots=True)
class TermsReport:
    """What the terms of one thing grant."""

    where: str
    """JSON pointer of the terms, or where they belong."""
    name: str
    kinds: tuple[str, ...]
    expression: str | None
    """The terms as written."""
    read_as: str | None
    """What they are read as, where that is not what is written."""
    use: FreedomReport
    study: FreedomReport
    modify: FreedomReport
    share: FreedomReport
    redistribution: Redistribution
    """Whether copies may be passed on at all. That says nothing of what they may be used for."""
    passing_on: str
    """Under which conditions, in words; empty where none or nothing is known."""
