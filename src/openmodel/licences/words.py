# SPDX-License-Identifier: Apache-2.0
"""The words of a licence text, as readers see them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_COMMENT = re.compile(r"(?m)^[^\S\n]*(?:#+|//+|/?\*+/?|;+|--+|>+)[^\S\n]*")
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me"})
"""Categories of characters that part a word for programs and not for readers: soft hyphens, joiners, signs for the
direction, variation selectors, tags, and marks over letters."""
_WORD = re.compile(
    r"(?i:\(c\)|&copy;)|\u00a9|(?P<address>[^\s<>@]{1,64}@[^\s<>]+|(?i:https?)://[^\s<>]+)"
    r"|[\u2e80-\U0003ffff]|[^\W_\u2e80-\U0003ffff]+"
)
"""Of an address, at most 64 characters stand before its @ (RFC 5321, section 4.5.3.1.1): else a long run of signs would
be looked through from each of them."""
_PART = re.compile(r"[^\W_]+")
"""Chinese and Japanese have no spaces, so that a line may end anywhere; each of their signs is a word."""
_UNMARKED = str.maketrans("\u0131\u0142\u00f8\u0111\u00f0\u0127\u0167", "iloddht")
"""Letters with strokes, which Unicode does not take apart."""

_SENTENCE_END = re.compile(r"[.;!?:]\s")

SIGN = "\u00a9"
"""What `(c)` is read as, too."""


class Word(NamedTuple):
    """A word of a text."""

    spelt: str
    """As it is written."""
    folded: str
    """In small letters, without accents."""
    in_address: bool = False
    """Whether it is a part of a URL or an e-mail address."""
    before: str = ""
    """What ended between the word before and it: `.` a sentence, `/` a line, `//` both, or a paragraph."""


def plain(text: str) -> str:
    """The text without marks of comments at the starts of lines and without characters that are not seen, all others
    in their plain forms."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii() or not text.isprintable():
        unseen = {mark for mark in set(text) if unicodedata.category(mark) in _INVISIBLE and not mark.isspace()}
        text = text.translate({ord(mark): None for mark in unseen})
    return _COMMENT.sub("", text)


def words_of(text: str) -> list[Word]:
    """The words, whatever stands between them."""
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        spelt, before = match[0], _pause(text[end : match.start()])
        end = match.end()
        if match["address"]:
            found += (Word(part, fold(part), in_address=True, before=before) for part in _PART.findall(spelt))
        else:
            found.append(Word(spelt, fold(spelt), before=before))
    return found


def _pause(gap: str) -> str:
    """Which end there is among what stands between two words."""
    ends, lines = _SENTENCE_END.search(gap), gap.count("\n")
    if lines > 1 or (ends and lines):
        return "//"
    return "." if ends else "/" * lines


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """A word in small letters, without accents."""
    if word in {"(c)", "(C)"} or word.lower() == "&copy;":
        return SIGN
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold().translate(_UNMARKED))
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")
