# SPDX-License-Identifier: Apache-2.0
"""When a signature was there, as far as somebody other than the signer says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.x509 import Certificate

from openmodel.errors import Problem
from openmodel.manifest.text import Text
from openmodel.signing.bundle import Bundle
from openmodel.signing.statement import time_text

__all__ = ["Period", "When", "moment", "now", "period", "when"]

Period = tuple[datetime | None, datetime | None]
"""From when (inclusive) until when (exclusive); None: no bound."""


@dataclass(frozen=True, slots=True)
class When:
    """When a signature was there, as far as that is known."""

    at: datetime
    """By a timestamp that is trusted; without one, now."""
    dated: bool
    """Whether a timestamp says so."""
    problem: str = ""
    """Why a timestamp that is there is not believed, safe to print."""

    def undated(self, what: str) -> str:
        """That nobody else says something, in words."""
        return f"no trusted timestamp says {what}{f' ({self.problem})' if self.problem else ''}"


def when(bundle: Bundle, authorities: Sequence[Certificate], revoked: Callable[[Sequence[Certificate]], bool]) -> When:
    """When a signature was there at the latest.

    Args:
        bundle: the signature.
        authorities: whose timestamps are believed.
        revoked: whether one of some certificates of authorities is.
    """
    if not bundle.timestamps:
        return When(now(), dated=False)
    if not authorities:
        return When(now(), dated=False, problem="no `timestamp_authorities` are named")
    from openmodel.signing.timestamps import timestamp_of  # noqa: PLC0415  # Most have no use for it.

    found = timestamp_of(bundle, authorities, revoked)
    return When(found.time or now(), found.time is not None, found.problem)


def moment(text: str, document: Text, pointer: str) -> tuple[datetime | None, list[Problem]]:
    """A time of a document, and what is wrong with it: the form alone lets a 31st of February through."""
    try:
        return datetime.fromisoformat(text), []
    except ValueError:
        fix = "Correct the date."
        return None, [document.problem(pointer, got=repr(text), expected="a time that exists", fix=fix)]


def period(bounds: Period, time: When) -> str:
    """Why something that is valid in a period is not when a signature was there; empty when it is."""
    start, end = bounds
    by = "" if time.dated else f", and {time.undated('that it signed in time')}"
    if start and time.at < start:
        return f"is trusted from {time_text(start)} on only{by}"
    if end and time.at >= end:
        return f"is trusted until {time_text(end)} only{by}"
    return ""


def now() -> datetime:
    """The time by the clock of this machine, UTC."""
    return datetime.now(UTC)
