# SPDX-License-Identifier: Apache-2.0
"""When a signature was there, as far as somebody other than the signer says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.x509 import Certificate

from openmodel.errors import Problem
from openmodel.manifest.text import Text
from openmodel.signing.bundle import Bundle
from openmodel.signing.statement import time_text

__all__ = ["Period", "moment", "now", "period", "stamped"]

Period = tuple[datetime | None, datetime | None]
"""From when (inclusive) until when (exclusive); None: no bound."""


def stamped(bundle: Bundle, authorities: Sequence[Certificate]) -> datetime | None:
    """When the signature was there at the latest, by a timestamp of one of these authorities; None without one."""
    if not authorities or not bundle.timestamps:
        return None
    from openmodel.signing.timestamps import timestamp_of  # noqa: PLC0415  # Most have no use for it.

    return timestamp_of(bundle, authorities).time


def moment(text: str, document: Text, pointer: str) -> tuple[datetime | None, list[Problem]]:
    """A time of a document, and what is wrong with it: the form alone lets a 31st of February through."""
    try:
        return datetime.fromisoformat(text), []
    except ValueError:
        fix = "Correct the date."
        return None, [document.problem(pointer, got=repr(text), expected="a time that exists", fix=fix)]


def period(bounds: Period, at: datetime, dated: bool) -> str:
    """Why something that is valid in a period is not at a time; empty when it is.

    Args:
        bounds: the period.
        at: when the signature was there.
        dated: whether a timestamp says so; otherwise it is now.
    """
    start, end = bounds
    by = "" if dated else ", and no trusted timestamp says that it signed in time"
    if start and at < start:
        return f"is trusted from {time_text(start)} on only{by}"
    if end and at >= end:
        return f"is trusted until {time_text(end)} only{by}"
    return ""


def now() -> datetime:
    """The time by the clock of this machine, UTC."""
    return datetime.now(UTC)
