# SPDX-License-Identifier: Apache-2.0
"""Texts that say nothing: blanks, notes to the author, template fields, and refusals dressed as text."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

_WORD = re.compile(r"[^\W_]+")
_TEMPLATE_FIELD = re.compile(
    r"\s*(\{\{.*\}\}|\$?\{[^{}]*\}|<[^<>]*>|\[[^\[\]]*\]|__[A-Z][A-Z0-9_]{0,60}__|%[A-Z][A-Z0-9_]{0,60}%)\s*",
    re.DOTALL,
)
_LONGEST = 8
"""Words of the longest text that is looked up."""

_NOTHING = frozenset(
    "|".join(
        (
            "todo|to do|tbd|t b d|tba|tbc|fixme|xx|xxx|string|text|placeholder|null|nil|more information needed",
            "more information needed here|more info needed|coming soon|later|to be done|to be determined",
            "to be added|to be announced|to be confirmed|to be completed|n a|na|none|no|no answer|no idea",
            "no information|see above|your answer here|your text here|your name|your name here|your organization",
            "your organisation|your organization name|your organisation name|your company|your company name",
            "your username|your email|your team|insert text here|insert name here|fill me in|change me|changeme",
            "unknown|unknown at this time|not known",
            "not specified|unspecified|not stated|not provided|not available|not applicable|not disclosed",
            "undisclosed|withheld|confidential|proprietary|secret|待定|未知|à compléter|por definir|noch offen",
        )
    ).split("|")
)
"""Whole texts, as their words in lower case."""


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing. "Nothing was removed." says something; "none" does not say of what."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(
        character for character in plain if unicodedata.category(character) != "Cf" and character != "\u3164"
    )
    words = [word.group() for word in islice(_WORD.finditer(plain.casefold()), _LONGEST + 1)]
    if len(words) <= _LONGEST and (" ".join(words) in _NOTHING or len("".join(words)) <= 1):
        return True
    return _is_note_to_the_author(plain) or _TEMPLATE_FIELD.fullmatch(plain) is not None


def _is_note_to_the_author(text: str) -> bool:
    """Case counts without punctuation: "Todo el texto" is Spanish."""
    upper = re.match(r"\W*(TODO|TBD|TBA|FIXME|XXX)\b", text)
    punctuated = re.match(r"\W*(todo|tbd|tba|fixme|xxx)\s*[:,-]", text, re.IGNORECASE)
    return bool(upper or punctuated or re.match(r"\W*lorem ipsum\b", text, re.IGNORECASE))
