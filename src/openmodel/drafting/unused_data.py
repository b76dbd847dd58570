# SPDX-License-Identifier: Apache-2.0
"""What says that data was not trained on, or that it was another model that was: in a heading, a sentence, a row.

Names of data sets are words, too: "No Robots" was not left out. In a name only what stands in brackets, before a colon
or behind a dash counts, and "SNLI (Bowman et al.)" is no data of others.
"""

from __future__ import annotations

import re

_NOT_YET = r"planned|planning|future|upcoming|will be|to be (used|added|included|released|done)|candidates?|proposed"
_COMING = (
    r"plans? to|considered|will (also )?(use|train|include|add|contain)"
    r"|(may|might|could) (be )?(use|train|includ|add)\w*|roadmap|wish-?list"
    r"|next (version|release|model)|instead of|rather than|unlike|as opposed to"
)
_DROPPED = r"removed|dropped|discarded|rejected|skipped|deprecated|ablated"
_RIVALS = (
    r"base-?lines?|competitors?|competing|rivals?|comparisons?"
    r"|(other|another|prior|previous|earlier|former|related) (\w+ )?(models?|works?)"
)
_OTHERS = (
    r"base models?|teacher (models?|was|were)|compar(e|ed|es|ing)|predecessors?|by others"
    r"|(other|another|prior|related|reference|parent|original|previous|earlier|former|older) (\w+ )?"
    r"(models?|works?|systems?|approach|approaches|methods?|papers?|stud(y|ies)|authors?|versions?|releases?|teams?)"
)
_UNUSED = (
    r"(not|never|no longer) (yet )?(been )?(used|trained|included|seen|part)|unused|untrained|excluded|omitted"
    r"|withheld|left out|held[- ]?out|considered"
)
_ELSEWHERE = re.compile(rf"\b({_NOT_YET}|{_COMING}|{_DROPPED}|{_RIVALS}|{_OTHERS})\b", re.IGNORECASE)
_CITES = re.compile(r"\bet al\b", re.IGNORECASE)
_OURS = re.compile(r"\b(we|our|(this|the) model)\b", re.IGNORECASE)
_COLUMN = re.compile(rf"\b({_NOT_YET}|{_RIVALS})\b", re.IGNORECASE)
_WAS = r"((is|was|were|are|later|now|since|all|only) )*"
_MARK = rf"{_WAS}({_NOT_YET}|{_DROPPED}|{_RIVALS}|{_UNUSED})\b"
_BEFORE = re.compile(rf"\W*{_MARK}[^:]{{0,30}}:\s*", re.IGNORECASE)
_BEHIND = re.compile(rf"\s*([(\[]([^()\[\]]*[,;:])?|[:;,]|\s[\u2013\u2014-])\s*{_MARK}.*", re.IGNORECASE)
_STRUCK = re.compile(r"\s*~~(.*?)~~")
_CELL = re.compile(
    rf"\W*{_WAS}(({_NOT_YET}|{_RIVALS}|{_UNUSED})\b|({_DROPPED})(\W*$|\s*[(,;:.]|\W+(from|because|due|after|for|in)\b))",
    re.IGNORECASE,
)


def is_elsewhere(text: str) -> bool:
    """Whether a heading or a sentence speaks of data that was dropped, of other models, or of what is still to come."""
    cites = _CITES.search(text) and not _OURS.search(text)
    return bool(cites) or _ELSEWHERE.search(text) is not None


def is_column_of_others(header: str) -> bool:
    """Whether the headings of some columns do; "Rows removed" says nothing of the other rows."""
    return _COLUMN.search(header) is not None


def unused_name(name: str) -> str | None:
    """The name of a data set that is marked as one that was not used, without the mark; None where it is not."""
    if mark := _BEFORE.match(name) or _BEHIND.search(name):
        return f"{name[: mark.start()]}{name[mark.end() :]}".strip() or name
    return (_STRUCK.sub(r"\1", name).strip() or name) if _STRUCK.match(name) else None


def is_unused(cell: str) -> bool:
    """Whether a cell beside the name says that the data was not used: "removed", "planned", "baseline only"."""
    return _CELL.match(cell) is not None
