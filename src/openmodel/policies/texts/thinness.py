# SPDX-License-Identifier: Apache-2.0
"""Texts that say too little for a program to let them pass, and too much to be called empty.

Conservative: a text is thin only when nothing is left of it once the words are taken out that any release could have
written, or when it is one short word where a sentence is asked for. "Various web sources" and "yes" are thin;
"Wikipedia" is not, and neither is "Nothing was removed". The lists of words are English; what one word says is asked in
any language.
"""

from __future__ import annotations

import re
from functools import lru_cache

from openmodel.policies.texts.bare_refusals import refuses_and_no_more
from openmodel.policies.texts.bare_words import is_bare_word
from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.policies.texts.plain_text import as_read, without_padding
from openmodel.policies.texts.refusals import speaks_of_own_advantage, speaks_of_secrecy

_MOST_WORDS = 25
"""A longer text has something in it, or a person must find out that it has not."""

_MOST_CHARACTERS = 2000
_LONGEST_QUOTE = 60

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_ADDRESS = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s<>\")\]]+|\bwww\.[^\s<>\")\]]+|\bdoi:\S+", re.IGNORECASE)
_PART_OF_A_TEXT = (
    r"(?i:\b(?:section|sec\.|appendix|chapter|supplement) (?:[A-Z]|[0-9.]*[0-9])(?![\w])|\barxiv:\s?[\w./-]+|\[[0-9]+\]"
    r"|\bthe (?:model|data) card(?: on the hub)?\b)"
)
"""Where to look: it says no more than an address."""
_FILLER_TEXT = re.compile(r"\b(lorem ipsum dolor|dolor sit amet)\b", re.IGNORECASE)  # A rule may drop "lorem ipsum".

_GRAMMAR = """
a about and are as at be been by for from had has have in into is it its like of on or our so such that the their them
then these they this those through to used using via was we were which with
"""
_VAGUE = """
accordingly across additional amount amounts appropriate appropriately as-is available best big broad carefully common
corpora corpus content contents data database databases dataset datasets different diverse document documents etc
examples extensive find found good great high information internet large licensed lot lots many material materials mix
mixed mixture more much multiple new numerous online open other others own pages popular practice practices
proprietary public publicly quality range relevant rich same samples selection several set sets some source sources
standard state art stuff suitable text texts usual variety various wide world web website websites www
"""
_REFERRING = """
above appendix article below blog card cf consult described description detail details documentation elsewhere
in-depth link links page paper please post publication readme refer reference referenced references report section see
supplement supplementary technical upstream wiki
"""
_OWN_VERB = """
chosen cleaned cleaning collected collection collecting crawled created curated filtered filtering filters gathered
generated got made obtained picked prepared preprocessed preprocessing processed processing scraped selected taken
"""
_UNEXPLAINED = """
because business can can't cannot choose commercial competition competitive confidential confidentiality decided do
don't due internal issues legal legally not private privacy reason reasons secret secrets sensitive share shared
shareable sharing strategic trade want wish
"""
_NO_REASON = """
applicable apply applies believe consider definition do does don't here instead irrelevant n necessary need needed needs
not osaid relevant required requires think unnecessary words
"""


_FILTERING = "applied bad content harmful heuristic heuristics low pipeline pipelines removed rules safety unsafe"
_UNCHANGED = re.compile(r"\bas (?:it|they) (?:is|are|was|were)\s*(?:[.,;:!]|$)", re.IGNORECASE)
"""Of the processing this says all, in words that anybody could write."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ALWAYS = _words(_GRAMMAR) | _words(_VAGUE) | _words(_REFERRING)
_REFERS = _words(_REFERRING)
_FILLER = {
    "provenance": _ALWAYS | _words(_OWN_VERB) | {"we", "us", "internal"},
    "scope": _ALWAYS | {"covers", "general", "topics", "domains", "everything"},
    "characteristics": _ALWAYS | {"natural", "language", "size", "sized"},
    "obtained": _ALWAYS | _words(_OWN_VERB) | {"internal"},
    "selected": _ALWAYS | _words(_OWN_VERB) | {"criteria", "internal", "pipeline", "pipelines"},
    "labelled": _ALWAYS | {"labelled", "labeled", "labels", "label", "labelling", "labeling", "annotated"},
    "processed": _ALWAYS | _words(_OWN_VERB) | {"steps", "pipeline", "pipelines"},
    "filtered": _ALWAYS | _words(_OWN_VERB) | _words(_FILTERING),
    "settings": _ALWAYS | {"default", "defaults", "original", "same"},
    "not_shared_because": _ALWAYS | _words(_UNEXPLAINED),
    "reason": (_ALWAYS | _words(_NO_REASON)) - {"used", "using"},  # "Not used." is a reason.
}
"""By field of a source, for a value of settings, and for a reason why something does not apply: the words that say
nothing there."""


def why_thin(text: str, field: str, name: str = "") -> str | None:
    """Why a text says too little, in words that quote it; None when it may be enough.

    Args:
        text: the text; a placeholder is not thin but nothing, and is not asked about here.
        field: the field of a source that it answers; or `settings`, or `reason` of what does not apply.
        name: the name of the source, which is no description of it.
    """
    if _FILLER_TEXT.search(text[:_MOST_CHARACTERS]):
        return f"filler text ({_quoted(text)})"
    if len(text) > _MOST_CHARACTERS and len(text := without_padding(text)) > _MOST_CHARACTERS:
        return None
    seen = as_read(text)
    rest = _ADDRESS.sub(" ", seen) if ":" in seen or "www." in seen.lower() else seen
    written = _WORD.findall(rest)
    if len(written) <= _MOST_WORDS and not _REFERS.isdisjoint(map(str.casefold, written)):
        rest = re.sub(_PART_OF_A_TEXT, " ", rest)
        written = _WORD.findall(rest)
    if rest != seen and (not written or is_placeholder(rest)):
        return f"only an address ({_quoted(text)})"
    if len(written) <= _MOST_WORDS and (why := _why_short_is_thin(seen, written, field, name)):
        return f"{why} ({_quoted(text)})"
    if field == "not_shared_because" and speaks_of_own_advantage(seen):
        return f"it names no law and nobody whom sharing would harm ({_quoted(text)})"
    return None


def _why_short_is_thin(text: str, written: list[str], field: str, name: str) -> str | None:
    words = list(map(str.casefold, written))
    if field not in ("not_shared_because", "reason") and speaks_of_secrecy(text, field):
        return "it says that something is kept back"
    if field not in ("not_shared_because", "reason", "settings") and refuses_and_no_more(text):
        return "it says no more than where to ask or look, or that it is not told"
    if name and tuple(words) == _words_of_a_name(name):
        return "only the name again"
    if field == "processed" and _UNCHANGED.search(text):
        return None
    if _FILLER[field].issuperset(words) and not _words(_GRAMMAR).issuperset(words):  # "Used as it is."
        is_a_place = _ADDRESS.search(text) is not None or not set(words).isdisjoint(_REFERS)
        return "only a place to look" if is_a_place else "only general words"
    return "only a word" if is_bare_word(written, field) else None


@lru_cache(maxsize=64)  # Each field of a source is compared with its name.
def _words_of_a_name(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(as_read(name[:_MOST_CHARACTERS]).casefold()))


def _quoted(text: str) -> str:
    plain = " ".join(text[:_MOST_CHARACTERS].split())
    return f"“{plain[:_LONGEST_QUOTE]}…”" if len(plain) > _LONGEST_QUOTE else f"“{plain}”"
