# SPDX-License-Identifier: Apache-2.0
"""The sections of a model card about training data."""

from __future__ import annotations

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.source import Commitment, InDocument, Period, Source
from openmodel.rendering.markdown import code, escape
from openmodel.rendering.wording import (
    Lines,
    Voice,
    Words,
    file_reference,
    labelled,
    listing,
    quantity,
    rest,
    terms,
    told,
    told_items,
    told_text,
    where,
)

MOST_SOURCES, MOST_FILES = 50, 20
"""The most sources, and files of one, that a card lists."""

_CLASSES = {
    "open": "open: it may be copied, changed and reshared",
    "public": "public: anybody can inspect it",
    "obtainable": "obtainable: from third parties, also for a fee",
    "unshareable": "unshareable: it cannot be shared, for a reason that can be explained",
}
"""OSI's classes of data. Source: OSAID FAQ, https://opensource.org/ai/faq."""


def data_sections(words: Words, assertions: Lines) -> Lines:
    """The section about training data; `assertions` are shown at its start."""
    sources = answered(words.manifest.sources)
    shown = [line for source in sources[:MOST_SOURCES] for line in _titled(words, source)]
    if left := rest(len(sources), MOST_SOURCES):
        shown += [f"{left[0].upper()}{left[1:]}.", ""]
    listed = listing(words.manifest.sources, words.voice, "*The list of sources is empty.*", shown[:-1])
    return ["### Training data", "", *assertions, *([""] if assertions else []), *listed, ""]


def _titled(words: Words, source: Source) -> Lines:
    return [f"#### {escape(source.name)}{words.belonging(source.of)}", "", *_source(words, source), ""]


def _source(words: Words, source: Source) -> Lines:
    voice = words.voice_of(source.of)
    rows = [
        ("Class", told(source.class_, voice, _CLASSES.__getitem__)),
        ("Where", told_items(source.where, voice, lambda place: where(place, voice))),
        ("Terms", told(source.terms, voice, lambda value: terms(value, voice))),
        ("Amount", told(source.amount, voice, lambda value: quantity(value, voice))),
        ("Modalities", told(source.modalities, voice, lambda names: ", ".join(map(escape, names)))),
        ("Languages", told(source.languages, voice, lambda tags: ", ".join(map(code, tags)))),
        ("Collected", told(source.collected, voice, _period)),
        ("Provenance", _description(source.provenance, voice)),
        ("Scope", _description(source.scope, voice)),
        ("Characteristics", _description(source.characteristics, voice)),
        ("How it was obtained", _description(source.obtained, voice)),
        ("How it was selected", _description(source.selected, voice)),
        ("How it was labelled", _description(source.labelled, voice)),
        ("How it was processed", _description(source.processed, voice)),
        ("How it was filtered", _description(source.filtered, voice)),
    ]
    if source.class_ == "unshareable" or source.not_shared_because is not None:
        rows.append(("Why it is not shared", _description(source.not_shared_because, voice)))
    rows += [("Made from", [words.names(source.derived_from)])] if source.derived_from else []
    rows += [("Made by", [words.names(source.made_by)])] if source.made_by else []
    rows.append(("Files", _files(source, words)))
    rows += [("Commitment", told(source.commitment, voice, _commitment))] if source.commitment is not None else []
    return labelled(rows)


def _description(value: str | InDocument | Undisclosed | None, voice: Voice) -> Lines:
    if not isinstance(value, InDocument):
        return told_text(value, voice)
    section = f", {escape(value.section)}" if value.section else ""
    return [f"Described in {file_reference(value.document)}{section}"]


def _files(source: Source, words: Words) -> Lines:
    files = source.files
    shown = files[:MOST_FILES] if isinstance(files, tuple) else files
    lines = told_items(shown, words.voice_of(source.of), file_reference)
    left = rest(len(answered(files)), MOST_FILES)
    return [*lines, f"- {left}"] if left else lines


def _period(period: Period) -> str:
    start, end = period.start or "a day that is not stated", period.end or "a day that is not stated"
    return start if start == end else f"from {start} to {end}"


def _commitment(commitment: Commitment) -> str:
    return f"{code(commitment.algorithm)}, root {code(commitment.root)}"
