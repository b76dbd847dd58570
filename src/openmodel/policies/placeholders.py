# SPDX-License-Identifier: Apache-2.0
"""Texts that say nothing: blanks, notes to the author, template fields, and refusals dressed as text."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

_WORD = re.compile(r"[^\W_]+")
_TEMPLATE_FIELD = re.compile(r"\s*(\{\{.*\}\}|\{[^{}]*\}|<[^<>]*>|\[[^\[\]]*\])\s*", re.DOTALL)
_NOTE_TO_THE_AUTHOR = re.compile(r"\W*((TODO|TBD|TBA|FIXME|XXX)\b|(?i:(todo|tbd|tba|fixme|xxx)\s*[:,-]|lorem ipsum\b))")
"""Case counts without punctuation: "Todo el texto" is Spanish."""
_LONGEST = 8
"""Words of the longest text that is looked up."""
_LONGEST_TEXT = 10_000
"""Characters of the longest text that may say nothing, without those that cannot be seen."""
_SPACE = re.compile(r"\s+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S.*")
_INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\u3164\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]+"
)
"""Characters of the category Cf, and the Hangul filler."""

_NOTHING = frozenset(
    "|".join(
        (
            "todo|to do|tbd|t b d|tba|tbc|fixme|xx|xxx|string|text|placeholder|null|nil|more information needed",
            "more information needed here|more info needed|coming soon|later|to be done|to be determined",
            "to be added|to be announced|to be confirmed|to be completed|n a|na|none|no|no answer|no idea",
            "no information|see above|your answer here|your text here|unknown|unknown at this time|not known",
            "not specified|unspecified|not stated|not provided|not available|not applicable|not disclosed",
            "undisclosed|withheld|confidential|proprietary|secret|待定|未知|à compléter|por definir|noch offen",
        )
    ).split("|")
)
"""Whole texts, as their words in lower case."""


def is_address(text: str) -> bool:
    """Whether a text has the form of an address: a scheme and something after it."""
    return _ADDRESS.fullmatch(text) is not None and not is_placeholder(text)


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing. "Nothing was removed." says something; "none" does not say of what."""
    plain = text if text.isascii() else _INVISIBLE.sub("", text)
    if len(plain) > _LONGEST_TEXT:
        plain = _SPACE.sub(" ", plain)
        if len(plain) > _LONGEST_TEXT:
            return False
    if not plain.isascii():  # This may make it 18 times as long.
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", plain))
    words = [word.group() for word in islice(_WORD.finditer(plain.casefold()), _LONGEST + 1)]
    if len(words) <= _LONGEST and (" ".join(words) in _NOTHING or len("".join(words)) <= 1):
        return True
    return _NOTE_TO_THE_AUTHOR.match(plain) is not None or _TEMPLATE_FIELD.fullmatch(plain) is not None
