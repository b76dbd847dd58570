# SPDX-License-Identifier: Apache-2.0
"""Texts as a reader sees them: without marks, entities, padding, characters that are not shown and letters that only
look like others."""

from __future__ import annotations

import html
import re
import unicodedata

from openmodel.policies.texts.invisible import without_invisible
from openmodel.policies.texts.look_alikes import in_latin_letters

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--[^<>]*-->")
_PADDING = re.compile(r"[\W_]{20,}")
_IN_TWO_SCRIPTS = re.compile(r"(?<![^\W\d_])[^\W\d_]*(?:[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z])[^\W\d_]*")
"""A word with letters of Latin beside those of Greek or Cyrillic."""


def as_read(text: str) -> str:
    """The text without HTML tags, comments and what is not shown; entities and forms of letters are what they stand
    for, and a word in two scripts is in the one that it seems to be in. `<https://example.org>`, an address in
    Markdown, is left. It may become 18 times as long."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if text.isascii():
        return text
    text = without_invisible(unicodedata.normalize("NFKC", without_invisible(text)))
    return _IN_TWO_SCRIPTS.sub(lambda word: in_latin_letters(word[0]), text)


def without_padding(text: str) -> str:
    """The text without what nobody sees and without long runs of signs, so that its length is that of what it says."""
    return _PADDING.sub(" ", _TAG.sub(" ", without_invisible(html.unescape(text))))
