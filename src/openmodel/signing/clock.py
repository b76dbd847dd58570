# SPDX-License-Identifier: Apache-2.0
"""The time that a statement is issued at."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime

from openmodel.errors import Problem, UsageError
from openmodel.signing.agreement import CLOCK_TOLERANCE

__all__ = ["time_of_issue"]


def time_of_issue() -> datetime:
    """Now, or the time that the environment sets for builds that are to be repeatable.

    Source: reproducible-builds.org, "SOURCE_DATE_EPOCH specification".
    """
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    issued = None
    if text.isascii() and text.isdecimal():
        with suppress(ValueError, OverflowError, OSError):
            issued = datetime.fromtimestamp(int(text), UTC)
    if issued is None or issued > datetime.now(UTC) + CLOCK_TOLERANCE:
        raise UsageError(
            Problem(
                "SOURCE_DATE_EPOCH",
                repr(text[:40]),
                "seconds since 1970 in decimal digits, not later than now",
                "Correct or unset the variable.",
            )
        )
    return issued
