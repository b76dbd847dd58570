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

_SPELT = {
    "labs": "lab",
    "laboratory": "lab",
    "laboratories": "lab",
    "univ": "university",
    "institut": "institute",
    "institutes": "institute",
}
"""Words that people write in more than one way, with the one that they are compared by."""

_OF_MANY = frozenset(
    (
        "academy",
        "ai",
        "and",
        "center",
        "centre",
        "college",
        "company",
        "data",
        "department",
        "dept",
        "division",
        "for",
        "foundation",
        "group",
        "institute",
        "lab",
        "of",
        "open",
        "research",
        "school",
        "science",
        "sciences",
        "team",
        "technology",
        "the",
        "university",
    )
)
"""Words that names of many parties have, so that none of these alone shows that a longer name is the same one's."""
_LEFT_OUT = frozenset(("and", "for", "of", "the"))
"""Words of which an abbreviation has no letter."""
_SHORTEST_ABBREVIATION = 3

_LOOK_OF_MANY = frozenset(map(skeleton, _OF_MANY))

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
    """Whether people may take the names for those of one party: one looks like the other, also with other spaces,
    letters of another script or another spelling of "Lab", has its words in another order, as "Bloggs, Jo" has those of
    "Jo Bloggs", is a part of it, as "Example Lab" is of "Example Lab Research" and of "Physics Group, Example Lab", or
    its first letters, as "MIT"."""
    shorter, longer = sorted((_looks(one[:_LONGEST]), _looks(other[:_LONGEST])), key=len)
    if not shorter:
        return False
    if "".join(shorter) == "".join(longer) or sorted(shorter) == sorted(longer):
        return True
    is_part = not _LOOK_OF_MANY.issuperset(shorter) and f" {' '.join(shorter)} " in f" {' '.join(longer)} "
    return is_part or (len(shorter) == 1 and _is_short_for(shorter[0], longer))


def _is_short_for(word: str, words: tuple[str, ...]) -> bool:
    first = "".join(one[0] for one in words if one not in _LEFT_OUT)
    return len(word) >= _SHORTEST_ABBREVIATION and word in (skeleton(first), "".join(one[0] for one in words))


@lru_cache(maxsize=256)
def _words(name: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return tuple(word for word in re.findall(r"[^\W_]+", plain) if word not in _LEGAL_FORMS)


@lru_cache(maxsize=256)
def _looks(name: str) -> tuple[str, ...]:
    words = _words(in_latin_letters(name))
    return tuple(skeleton(_SPELT.get(word, word)) for word in words)
