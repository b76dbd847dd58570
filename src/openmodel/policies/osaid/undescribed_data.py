# SPDX-License-Identifier: Apache-2.0
"""Training data that stands among the components and that no source seems to be about.

Conservative: only what nobody can get and look at, and only if none of the words that name it is in any source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.source import Source
from openmodel.policies.availability.places import places
from openmodel.policies.availability.presence import is_pinned
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt, Result

_WORD = re.compile(r"[^\W_]{3,}")
_GENERIC_WORDS = """
all and archive corpora corpus data dataset datasets files fine finetuning for from full model models other our own pre
pretraining raw release set sets shards sources split the their train training tuning used version was were with
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_MOST_SOURCES = 2000
_LONGEST = 4000
"""Sources, and characters of each text in them, that are looked through."""


def undescribed_data(facts: Facts) -> Iterator[Result]:
    """A doubt for each such component. Its name may be another one for data that is described."""
    described: frozenset[str] | None = None
    for pointer, component in facts.components("training_data"):
        there = facts.has_files(component) or is_pinned(component) or answered(places(component.where))
        words = _words(component.name) | _words(component.id)
        if there or not words:
            continue
        described = _described(facts) if described is None else described
        if described.isdisjoint(words):
            message = (
                f"{short(component.name)} is training data that nobody can get, and no source seems to describe it."
            )
            fix = "Describe it under `sources`, or give it the name that it has there."
            yield Doubt(pointer, message, fix, (pointer, "/sources"))


def _described(facts: Facts) -> frozenset[str]:
    return frozenset(
        word for source in facts.sources[:_MOST_SOURCES] for text in _texts(source) for word in _words(text)
    )


def _texts(source: Source) -> Iterator[str]:
    yield source.id
    for field in ("name", "provenance", "scope", "characteristics", "obtained", "selected", "labelled", "processed"):
        if isinstance(text := getattr(source, field), str):
            yield text[:_LONGEST]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _GENERIC
