# SPDX-License-Identifier: Apache-2.0
"""Texts as a reader sees them: without marks, entities and characters that are not shown."""

from __future__ import annotations

import html
import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Characters of the category Cf, and others that Unicode says not to show: fillers and selectors of variants."""
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--[^<>]*-->")


def without_invisible(text: str) -> str:
    """The text without characters that are not shown."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def as_read(text: str) -> str:
    """The text without HTML tags, comments and what is not shown; entities and forms of letters are what they stand
    for. `<https://example.org>`, an address in Markdown, is left. It may become 18 times as long."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return text if text.isascii() else without_invisible(unicodedata.normalize("NFKC", without_invisible(text)))
