# SPDX-License-Identifier: Apache-2.0
"""What may stand beside a licence without changing it: titles, copyright notices, names.

Nobody can list the words of all conditions, so this says what may be there, and not what may not: the words of titles
and notices, numbers, addresses, and a bounded number of words that look like names. Of those, some are refused all the
same.
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
academia academic academics agree agreed agreement agrees allow allowed alone authorised authorized banned barred
businesses cannot charge charges classroom commerce commercial commercially companies competing competitor competitors
condition conditions consent corporations dollars educate education educational educators enterprises euro euros
evaluate evaluating evaluation except excluded excludes excluding exclusively fee fees firms forbid forbidden
governments hobby hobbyists if illegal individuals invoice items may military money must never no non noncommercial
none nonprofit nonprofits nor not obtain only organisations organizations paid pay payable paying payment payments pays
permission permissions permit permitted personal preview private price profit prohibited prohibits provided purchase
purchased purpose purposes refrain rent require required requires researchers research restricted restriction
restrictions royalties royalty scholars schools scientists sell seller sellers selling sells shall sold solely startups
students subject subscription teachers teaching trial universities unless unlawful until usage use used user users uses
using weapons without
aud cad chf cny eur gbp jpy usd
apenas aucun aucune bezahlen comercial comerciais comerciales commerciale commerciales commerciaux commerciali forschung
forschungszwecke geschaftlich gewerblich gewerbliche gewerblichen interdit interdite interdits investigacion kein keine
keinen kommerziell kommerzielle kommerziellen lehre nao nein nicht nichtkommerziell nur payer pagar pagare pesquisa
prohibida prohibido proibida proibido recherche ricerca seulement solamente solo soltanto somente uniquement untersagt
verboten vietata vietato
"""
_BINDING = frozenset(_BINDING_WORDS.split())
"""Hardly a condition is put into English, and few in five other languages, without one of these, and hardly a name has
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


@dataclass(slots=True)
class Room:
    """How much room for words of its own is left in a text."""

    title: frozenset[str]
    """Words that the name of the licence has."""
    names: int = MAX_NAMES
    others: int = MAX_OTHERS

    def refused(self, words: list[Word], published: list[bool]) -> Iterator[Word]:
        """The words around a licence that are not published, of no title, and of no copyright notice."""
        rest_of_notice = 0
        for word, is_published in zip(words, published, strict=True):
            rest_of_notice = MAX_NOTICE if word.folded in _MARKS else max(0, rest_of_notice - 1)
            if is_published or self._is_of_title(word):
                continue
            if not rest_of_notice or not self.admits(word):
                yield word

    def admits(self, word: Word) -> bool:
        """Whether a word may stand in a copyright notice, or where names go; takes the room that it needs."""
        if word.folded in _BINDING or not _is_latin(word.spelt):
            return False
        if word.folded in _NOTICE or word.folded in _MARKS or self._is_of_title(word):
            return True
        self.names -= 1
        if not word.in_address and not _looks_like_name(word.spelt):
            self.others -= 1
        return self.names >= 0 and self.others >= 0

    def _is_of_title(self, word: Word) -> bool:
        is_number = word.folded.isascii() and word.folded.isdigit()
        return word.folded not in _BINDING and (is_number or word.folded in _TITLE or word.folded in self.title)


def missing_terms(missing: Counter[str]) -> Iterator[str]:
    """The words that a licence grants something with, of those that are missing: a text without "sell" allows less than
    the licence that it was made of."""
    return (word for word, count in sorted(missing.items()) if count > 0 and word in _GRANTING)


def _is_latin(word: str) -> bool:
    """Whether all letters are Latin. Those of other alphabets can look the same, and some have no capitals."""
    return all(mark <= LAST_LATIN for mark in word)


def _looks_like_name(word: str) -> bool:
    return word[0].isupper() and (len(word) <= MAX_CAPITALS or not word.isupper())
