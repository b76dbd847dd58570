# SPDX-License-Identifier: Apache-2.0
"""Whether two names are one party."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from openmodel.policies.texts.look_alikes import in_latin_letters, skeleton

_LEGAL_FORMS = frozenset(
    (
        "inc",
        "incorporated",
        "ltd",
        "limited",
        "llc",
        "llp",
        "gmbh",
        "ag",
        "sa",
        "sas",
        "bv",
        "nv",
        "oy",
        "ab",
        "corp",
        "co",
    )
)
"""Words that a name may have or lack."""

_LONGEST = 1000
"""Characters of a name that are compared."""


def party(name: str) -> tuple[str, ...]:
    """A name without case, marks and legal form: two names are most likely one party when this is the same and not
    empty: "Example Lab" and "EXAMPLE LAB, Inc."."""
    return _words(name[:_LONGEST])


def same_party(one: str, other: str) -> bool:
    """Whether two names are most likely one party. One that goes on, as "University of Somewhere" does after
    "University", may be another."""
    return party(one) == party(other) != ()


def may_be_one_party(one: str, other: str) -> bool:
    """Whether people may take the names for those of one party: one looks like the other, also with other spaces or
    letters of another script, or like its beginning, as "Example Lab Research" does with "Example Lab"."""
    first, second = _looks(one[:_LONGEST]), _looks(other[:_LONGEST])
    shorter = min(len(first), len(second))
    return shorter > 0 and (first[:shorter] == second[:shorter] or "".join(first) == "".join(second))


@lru_cache(maxsize=256)
def _words(name: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return tuple(word for word in re.findall(r"[^\W_]+", plain) if word not in _LEGAL_FORMS)


@lru_cache(maxsize=256)
def _looks(name: str) -> tuple[str, ...]:
    return tuple(map(skeleton, _words(in_latin_letters(name))))
