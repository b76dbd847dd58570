# SPDX-License-Identifier: Apache-2.0
"""What may stand beside a licence without changing it: titles, copyright notices, names.

Nobody can list the words of all conditions, so this says what may be there, and not what may not: the words of titles
and notices, years, addresses, and a bounded number of words that look like names. Of those, some are refused all the
same, and all of them in a sentence that says something of the licence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.licences.words import SIGN, Word

MAX_NOTICE = 30
"""The most words from one mention of copyright to the end of the notice."""
MAX_NAMES = 60
"""The most words of all names, in a whole text."""
MAX_OTHERS = 2
"""The most words that are neither titles nor look like names, in a whole text: `jaraco`, `psf/black`."""
MAX_CAPITALS = 5
"""The most letters of an abbreviation. Capitals tell no longer words apart from shouting."""
LAST_LATIN = "\u024f"
"""Of the letters up to here, fold knows which look alike."""

_BINDING_WORDS = """
academia academic academics agree agreed agreement agrees allow allowed alone approval approved authorised authorized
banned barred businesses cannot charge charges classroom commerce commercial commercially companies competing competitor
competitors condition conditions consent corporations customers deploy deploying deployment dollar dollars educate
education educational educators employees enterprises euro euros evaluate evaluating evaluation except excepted excluded
excludes excluding exclusively exempt expires expiry fee fees firms forbid forbidden governments hobby hobbyist
hobbyists hundred if illegal individuals internal invoice items maximum may military money must never no non
noncommercial none nonprofit nonprofits nor not obtain only organisations organizations paid pay payable paying payment
payments pays permission permissions permit permitted personal preview price private profit prohibited prohibits
provided purchase purchased purpose purposes refrain rent require required requires research researchers restricted
restriction restrictions revenue revenues royalties royalty scholars schools scientists sell seller sellers selling
sells shall sold solely startups students subject subscription teachers teaching trial universities unlawful unless
until usage use used user users uses using weapons without
aud cad chf cny eur gbp jpy usd
alleen apenas aucun aucune bezahlen comerciais comercial comerciales commerciale commerciales commerciali commerciaux
endast forschung forschungszwecke forskning geschaftlich gewerblich gewerbliche gewerblichen interdit interdite
interdits investigacion kein keine keinen kommerziell kommerzielle kommerziellen lehre nao nein nicht nichtkommerziell
nur onderzoek pagar pagare payer pesquisa pouze prohibida prohibido proibida proibido recherche ricerca sadece seulement
solamente solo soltanto somente tylko uniquement untersagt verboten vietata vietato
"""
_BINDING = frozenset(_BINDING_WORDS.split())
"""Hardly a condition is put into English, and few in other languages, without one of these, and hardly a name has
one."""

_GRANTING_WORDS = """
adapt any charge copies copy create derivative derivatives distribute distributed everyone free irrevocable
modification modifications modified modify patent perform perpetual person persons prepare publicly publish
redistribute redistributed redistribution reproduce restriction sell share shared sublicense sublicensed use worldwide
"""
_GRANTING = frozenset(_GRANTING_WORDS.split())
"""What is granted is said with these."""

_TITLE_WORDS = """
a also and apache are as at below by code com copyright copyrights creativecommons data details following for
free from full general generic gnu here http https identifier in is it its legalcode licence licences license
licensed licenses licensing model models new of on opensource or org original project public released revised
rights see simplified software spdx terms text the this to txt under version weights which work www
"""
_TITLE = frozenset(_TITLE_WORDS.split())
"""Words of titles, and of sentences that only say which licence follows."""

_NOTICE_WORDS = """
ab ag all aka al an and any at author authors b bv by co collaborators committers community company contributing
contributor contributors copr corp corporation das de del den der dev developer developers di do docs document
documentation du e et etc file files for foundation fur gmbh group held her his holder holders i inc incorporated
individual initially institute lab laboratories laboratory labs limited list llc ltd maintained maintainer maintainers
md member members modifications of oder other others our parts people plc portions present project pty regents
reserved respective rst sa sas see since some team technologies technology their them to trust und university van
various von we with write written year years y
"""
_NOTICE = frozenset(_NOTICE_WORDS.split())
"""Words of copyright notices that are no names."""

_MARKS = frozenset({"copyright", "copyrights", SIGN})
_SAYING_WORDS = """
are is licence licences license licensed licenses licensing released revised see terms this under
"""
_SAYING = frozenset(_SAYING_WORDS.split())
"""Words of sentences that say something of the licence. Such a sentence has no names, and so no other words: those that
are written around licences get by with the words above."""
_VERBS = frozenset({"are", "is", "this"})
"""Of those, the ones that no copyright notice has."""
_OPENING = frozenset({"licensed", "released", "see", "this", "under"})
"""Of those, the ones that a sentence begins with, though no sign parts it from what is before."""
_CONFINING = frozenset({"as", "at", "for", "from", "in", "on", "to", "with", "within"})
"""With these, a part of a sentence begins that says what something is for, or where."""
_SHORTENED = frozenset({"al", "co", "corp", "dr", "etc", "inc", "jr", "llc", "ltd", "st"})
"""Behind these, a dot ends no sentence."""
_FEW = 4
"""In a sentence of a licence, not one word of so many is a name."""
_YEARS = range(1950, 2100)


@dataclass(slots=True)
class Room:
    """How much room for words of its own is left in a text."""

    title: frozenset[str]
    """Words that the name of the licence has."""
    names: int = MAX_NAMES
    others: int = MAX_OTHERS

    def refused(self, words: list[Word], published: list[bool]) -> Iterator[Word]:
        """The words around a licence that are not published, of no title, and of no copyright notice; and those of
        sentences of its own that say something."""
        at = 0
        for sentence in sentences(words):
            flags = published[at : at + len(sentence)]
            at += len(sentence)
            own = [word for word, is_published in zip(sentence, flags, strict=True) if not is_published]
            if own and self.says_something(own):
                yield from own
        rest_of_notice, dated = 0, years(words)
        for word, is_published, is_year in zip(words, published, dated, strict=True):
            rest_of_notice = MAX_NOTICE if word.folded in _MARKS else max(0, rest_of_notice - 1)
            if is_published or is_year or (self._is_of_title(word) and not (rest_of_notice and _is_number(word))):
                continue
            if not rest_of_notice or not self.admits(word):
                yield word

    def says_something(self, sentence: list[Word]) -> bool:
        """Whether a sentence is more than a title, a name or a notice: it speaks of the licence and has words of its
        own, or says what for or where."""
        folded = {word.folded for word in sentence}
        if not _MARKS.isdisjoint(folded) and not _VERBS.isdisjoint(folded):
            return True
        if _SAYING.isdisjoint(folded) and sentence[0].folded not in _CONFINING:
            return False
        return any(not (word.in_address or word.folded in _NOTICE or self._is_of_title(word)) for word in sentence)

    def admits(self, word: Word) -> bool:
        """Whether a word may stand in a copyright notice, or where names go; takes the room that it needs. A number
        may not: "sell 100 copies"."""
        if word.folded in _BINDING or not _is_latin(word.spelt) or (_is_number(word) and not word.in_address):
            return False
        if word.folded in _NOTICE or word.folded in _MARKS or self._is_of_title(word):
            return True
        self.names -= 1
        if not word.in_address and not _looks_like_name(word.spelt):
            self.others -= 1
        return self.names >= 0 and self.others >= 0

    def _is_of_title(self, word: Word) -> bool:
        return word.folded not in _BINDING and (
            _is_number(word) or word.folded in _TITLE or word.folded in _MARKS or word.folded in self.title
        )


def sentences(words: list[Word]) -> Iterator[list[Word]]:
    """The words of each sentence, title and line of a notice. A line that is no notice goes on in the next."""
    sentence: list[Word] = []
    is_notice = False
    for word in words:
        is_mark = word.folded in _MARKS
        begins = word.folded in _OPENING or (is_mark and not is_notice)
        is_dotted = word.before == "." and not (is_notice and sentence[-1].folded in _SHORTENED)
        ends = is_dotted or word.before == "//"
        if sentence and (ends or (word.before == "/" and is_notice) or begins):
            yield sentence
            sentence, is_notice = [], False
        sentence.append(word)
        is_notice = is_notice or is_mark
    if sentence:
        yield sentence


def own_sentences(words: list[Word], form: Counter[str]) -> Iterator[list[Word]]:
    """The sentences of a passage that are not those of the licence: many of their words are not in it."""
    for sentence in sentences(words):
        own = sum(word.folded not in form for word in sentence)
        if own * _FEW >= len(sentence):
            yield sentence


def years(words: list[Word]) -> list[bool]:
    """Of each word, whether it is a year in a copyright notice: `2019`, or the end of a range, `2019-24`."""
    found: list[bool] = []
    left = 0
    for place, word in enumerate(words):
        left = MAX_NOTICE if word.folded in _MARKS else max(0, left - 1)
        is_year = left > 0 and _is_number(word) and int(word.folded[:9]) in _YEARS
        is_end = left > 0 and _is_number(word) and len(word.folded) <= 2 and place > 0 and found[-1]  # noqa: PLR2004
        found.append(is_year or is_end)
    return found


def missing_terms(missing: Counter[str]) -> Iterator[str]:
    """The words that a licence grants something with, of those that are missing: a text without "sell" allows less than
    the licence that it was made of."""
    return (word for word, count in sorted(missing.items()) if count > 0 and word in _GRANTING)


def _is_latin(word: str) -> bool:
    """Whether all letters are Latin. Those of other alphabets can look the same, and some have no capitals."""
    return all(mark <= LAST_LATIN for mark in word)


def _is_number(word: Word) -> bool:
    return word.folded.isascii() and word.folded.isdigit()


def _looks_like_name(word: str) -> bool:
    return word[0].isupper() and (len(word) <= MAX_CAPITALS or not word.isupper())
