# SPDX-License-Identifier: Apache-2.0
"""Whether two names are one party."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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


def same_party(one: str, other: str) -> bool:
    """Whether two names are most likely one party: "Example Lab", "EXAMPLE LAB, Inc.", "Example Lab Research"."""
    first, second = _words(one[:_LONGEST]), _words(other[:_LONGEST])
    shorter = min(len(first), len(second))
    return shorter > 0 and first[:shorter] == second[:shorter]


@lru_cache(maxsize=256)
def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return [word for word in re.findall(r"[^\W_]+", plain) if word not in _LEGAL_FORMS]
