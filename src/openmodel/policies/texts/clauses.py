# SPDX-License-Identifier: Apache-2.0
"""The clauses of a text, and whether one says a thing or denies it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 10_000
"""Characters that are read."""
_SPACES = re.compile(" {2,}")
_CLAUSE = re.compile(r"[.;:,!?\n](?!\d)|\b(?:but|because|since|so)\b")
_STATEMENT = re.compile(r"[.;:!?\n](?!\d)|, (?=and|but|which|who)|\bbut\b")
_NOT = r"no|not|nothing|none|nobody|never|neither|nor|without|\w+n't"
DENIAL = re.compile(rf"\b(?:{_NOT})\b", re.IGNORECASE)
_DENIAL_BEFORE = re.compile(rf"\b(?:{_NOT}|non)\b")
"""With "non", which denies the word after it and no more: "non-English pages were dropped"."""


def clauses(text: str) -> Iterator[str]:
    """The parts of a text in small letters, cut at each comma; some may be empty. "0.65" is one word."""
    plain = _SPACES.sub(" ", _read(text).casefold().strip(" "))
    start = 0
    for mark in _CLAUSE.finditer(plain):
        yield plain[start : mark.start()].strip()
        start = mark.end()
    yield plain[start:].strip()


def statements(text: str) -> list[str]:
    """The parts of a text as it is written, with its lists whole: one "no" denies all that a list names."""
    return _STATEMENT.split(_read(text))


def denies(statement: str) -> bool:
    """Whether something is denied anywhere in a statement: "Near copies were not removed."."""
    return DENIAL.search(statement) is not None


def says(words: str | re.Pattern[str], clause: str) -> bool:
    """Whether a clause has such words and denies nothing before them: "No proprietary code was used."."""
    found = re.search(words, clause)
    return found is not None and not _DENIAL_BEFORE.search(clause, 0, found.start())


def _read(text: str) -> str:
    return text[:_LONGEST].replace("\u2019", "'")
