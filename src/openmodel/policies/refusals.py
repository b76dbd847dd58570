# SPDX-License-Identifier: Apache-2.0
"""Reasons that speak of keeping something back, given where a thing is said not to exist. English only, and few words:
what is not told here is believed."""

from __future__ import annotations

import re

__all__ = ["speaks_of_keeping_back"]

_CLAUSE = re.compile(r"[.;:,!?\n]|\b(?:but|because|since|so)\b")
_NEGATION = re.compile(r"\b(?:no|not|non|nothing|none|never|neither|nor|without|\w+n't)\b")
_SECRET = re.compile(
    r"\btrade secrets?\b|\bconfidential(?:ity)?\b|\bproprietary\b|\bintellectual property\b|\bnon-?disclosure\b|\bnda\b"
    r"|\b(?:is|are|was|were|be|it|them|stays?|remains?|kept|keep|keeping)\s+(?:\w+\s+){0,2}(?:secret|private|internal)\b"
    r"|^\W*(?:secret|private|internal(?:ly)?(?: only| use(?: only)?)?)\W*$|\bfor internal use\b"
    r"|\bwithh(?:old|olds|eld|olding)\b|\b(?:keep|kept|hold|held)\s+(?:\w+\s+){0,2}back\b|\bto ourselves\b"
    r"|\bcompetitive (?:reasons?|advantage|edge|grounds|sensitiv\w+)|\b(?:our|to|from|by) competitors\b"
    r"|\b(?:commercial|business|strategic) (?:reasons|secrets?|grounds)\b|\bcommercially sensitive\b"
)
"""Words that say so, unless the clause denies something before them: "No proprietary code was used."."""

_TELL = r"(?:release|disclose|publish|reveal|divulge|tell|say|discuss|open-?source|make (?:it|them|this|that) public)"
_SHARE = r"share(?: (?:it|them|this|that|these|those|our|publicly|details|information|how|who|what)\b|\W*$)"
_REFUSED = re.compile(
    r"\b(?:we|they|i|authors?|publisher|company|lab|team)\s+(?:\w+\s+)?"
    r"(?:(?:do|does|did|will|would|can|could|may)\s?(?:not|n't)|cannot|won't|can't|never|decline|refuse|prefer not)\s+"
    rf"(?:(?:want|wish|plan|intend|like|to|be|able|\w+ly)\s+){{0,4}}(?:{_TELL}\b|{_SHARE})"
    r"|(?:\b(?:is|are|was|were|be|been|will)|^\W*)\s*(?:not|n't|never)\s+(?:be\s+)?(?:\w+ly\s+)?(?:being\s+)?"
    r"(?:released|disclosed|revealed|divulged|made (?:public|available)|public|open-?sourced)\b"
)
"""Somebody who does not tell, or something that is not told."""


def speaks_of_keeping_back(reason: str) -> bool:
    """Whether a reason why something does not exist says that it is kept from others instead."""
    plain = reason[:10_000].casefold().replace("\u2019", "'")
    return any(_REFUSED.search(clause) or _is_secret(clause) for clause in _CLAUSE.split(plain))


def _is_secret(clause: str) -> bool:
    found = _SECRET.search(clause)
    return found is not None and not _NEGATION.search(clause, 0, found.start())
