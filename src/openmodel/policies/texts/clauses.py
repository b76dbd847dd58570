# SPDX-License-Identifier: Apache-2.0
"""The clauses of a text, and whether one says a thing or denies it."""

from __future__ import annotations

import re

_LONGEST = 10_000
"""Characters that are read."""
_CLAUSE = re.compile(r"[.;:,!?\n](?!\d)|\b(?:but|because|since|so)\b")
_NEGATION = re.compile(r"\b(?:no|not|non|nothing|none|never|neither|nor|without|\w+n't)\b")


def clauses(text: str) -> list[str]:
    """The parts of a text, in small letters, in which what denies one thing denies all. "0.65" is one word."""
    plain = " ".join(line for line in text[:_LONGEST].casefold().replace("\u2019", "'").split(" ") if line)
    return [clause.strip() for clause in _CLAUSE.split(plain)]


def denies(clause: str) -> bool:
    """Whether something is denied anywhere in a clause: "Near copies were not removed."."""
    return _NEGATION.search(clause) is not None


def says(words: re.Pattern[str], clause: str) -> bool:
    """Whether a clause has such words and denies nothing before them: "No proprietary code was used."."""
    found = words.search(clause)
    return found is not None and not _NEGATION.search(clause, 0, found.start())
