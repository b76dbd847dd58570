# SPDX-License-Identifier: Apache-2.0
"""G7 labels: training data, shared or described."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openmodel.manifest.source import Source
from openmodel.policies.disclosure import Question, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.open_data import requirements as open_data
from openmodel.policies.osaid import description, listing
from openmodel.policies.requirement import (
    Doubt,
    Failing,
    Finding,
    NotApplicable,
    Requirement,
    Result,
    asks,
    requirement,
)
from openmodel.policies.texts.placeholders import is_placeholder

_INFORMATION: tuple[Requirement, ...] = (
    description.provenance,
    description.scope,
    description.characteristics,
    description.obtained,
    description.selected,
    description.labelled,
    description.processed,
    description.filtered,
)


@requirement(
    "G7-DATA-LISTED",
    "All training data is listed",
    part="data",
    basis="definition",
    passing=listing.listed.passing,
    failing=listing.listed.failing,
)
def listed(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-DATA-LISTED checks: all sources are listed, each stage names those it used, and the
    publisher asserts that there are no others; and so for each model whose parameters went into this one.

    Why it matters: whether the data is there in full can only be asked of data that is listed in full.

    How to fix: list every source; name them in each stage under `data`; add to `assertions` a statement
    `all_training_data_listed` with `by` and `date`.

    Source: G7 Vision on AI Openness (Paris, 29 May 2026), Open Source AI: full training data.
    """
    yield from listing.listed.check(facts)


@requirement(
    "G7-DATA-SHARED",
    "Training data is shared, unless that is impossible",
    part="data",
    basis="definition",
    passing="""
        sources:
          - id: a
            name: A
            class: open
            where: [{url: 'https://example.org/a', access: open}]
            terms: {expression: CC-BY-4.0}
        """,
    failing=Failing(
        "sources: [{id: a, name: A, class: public, where: [{url: 'https://example.org/a', access: gone}]}]",
        "/sources/0/where",
    ),
)
def shared(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training can be had by everybody, free of charge, under an open licence.
    Where one cannot, `not_shared_because` has to say why, and a person must judge whether that makes sharing legally or
    technically impossible. That is stricter than OSAID, where any reason that can be explained is enough. Data that
    everybody can have, and that is under no open licence, is for a person to judge as well: the vision does not say.

    Why it matters: only what cannot be shared at all may be described instead.

    How to fix: add `where` with a place that is open to all and `terms`; of data that cannot be shared, give in
    `not_shared_because` the law or the technical reason.

    Source: G7 Vision on AI Openness, Open Source AI: exceptions to full training data where sharing is legally or
    technically impossible.
    """
    yield from open_data.no_sources(facts)
    for pointer, source in facts.training_sources:
        results = _shared(facts, pointer, source)
        yield from results if _is_settled(results) else _not_shared(facts, pointer, source)


def _shared(facts: Facts, pointer: str, source: Source) -> list[Result]:
    """What is to be said of a source that shall be shared with everybody."""
    available = open_data.free_to_all(facts, pointer, source)
    return [*available, *open_data.under_open_terms(facts, pointer, source)]


def _is_settled(results: Sequence[Result]) -> bool:
    return not any(map(asks, results))


def _not_shared(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    name, reason = short(source.name), source.not_shared_because
    place = f"{pointer}/not_shared_because"
    available = list(open_data.free_to_all(facts, pointer, source))
    if isinstance(reason, str) and not is_placeholder(reason):
        message = f"{name} is not shared under an open licence. A person must judge whether the reason that is given "
        message += f"makes that legally or technically impossible: “{short(' '.join(reason.split()))}”"
        yield Doubt(place, f"{message.rstrip('.”')}”.", "", (pointer,))
    elif _is_settled(available):
        message = (
            f"Everybody can have {name}, and it is not known to be under an open licence; whether the vision asks "
        )
        message += "for one, or takes the publisher to be unable to share it, a person must judge."
        yield Doubt(f"{pointer}/terms", message, "Set `terms`, or say why it cannot be shared.", (pointer,))
    elif source.class_ != "unshareable" and not any(isinstance(item, Finding) for item in available):
        yield from (item for item in _shared(facts, pointer, source) if asks(item))
    else:
        if source.class_ != "unshareable":
            yield from filter(asks, available)
        fix = "Share it, or give the law or the technical reason in `not_shared_because`."
        question = Question(place, f"why {name} cannot be shared", fix, of=source.of)
        yield missing(facts, question, f"{name} is not shared with everybody, and the manifest does not say why")


@requirement(
    "G7-DATA-INFORMATION",
    "Training data that is not shared is described",
    part="data",
    basis="definition",
    passing="""
        sources:
          - id: a
            name: A
            class: unshareable
            not_shared_because: Patient records; German law forbids it.
            provenance: Letters of three hospitals in Bavaria, written 2010 to 2020.
            scope: Discharge letters of adults in cardiology.
            characteristics: 41,000 letters in German, 310 words each on average.
            obtained: Exported by each hospital under a contract of 2021.
            selected: All letters of patients who had consented.
            labelled: Two physicians marked diagnoses in each; a third decided.
            processed: Names and dates were replaced by invented ones.
            filtered: Letters of less than 50 words were left out, 900 in all.
        """,
    failing=Failing(
        "sources: [{id: a, name: A, class: unshareable, not_shared_because: Patient records; the law forbids it.}]",
        "/sources/0/provenance",
    ),
)
def informed(facts: Facts) -> Iterator[Result]:
    """What it checks: each source that is not shared with everybody under an open licence is described: provenance,
    scope, characteristics, how it was obtained, selected, labelled, processed and filtered, as OSAID asks of all data.

    Why it matters: where the data cannot be had, this is all that anybody will know of it.

    How to fix: fill in these fields of the source.

    Source: G7 Vision on AI Openness, Open Source AI: data information about the unavailable data in its place.
    """
    yield from open_data.no_sources(facts)
    sources = facts.training_sources
    unshared = {pointer for pointer, source in sources if not _is_settled(_shared(facts, pointer, source))}
    if sources and not unshared:
        yield NotApplicable("all training data that is described is shared.")
        return
    for asked in _INFORMATION:
        for result in asked.check(facts):
            if not isinstance(result, NotApplicable) and "/".join(result.where.split("/")[:3]) in unshared:
                yield result


@requirement(
    "G7-DATA-OPEN",
    "Everybody can get all training data, free of charge",
    part="data",
    basis="definition",
    passing=open_data.available.passing,
    failing=open_data.available.failing,
)
def available(facts: Facts) -> Iterator[Result]:
    """What it checks: what OPENDATA-AVAILABLE checks: every source used for training is in the release, or at a place
    that asks for no fee and no permission. What cannot be shared fails.

    Why it matters: this label promises all of it.

    How to fix: put the files into the release and name them under `files`, or add `where` with a place that is open to
    all.

    Source: G7 Vision on AI Openness, Open Source AI with Open Data: full training data, free of charge.
    """
    yield from open_data.available.check(facts)


@requirement(
    "G7-DATA-OPEN-TERMS",
    "All training data is under an open licence",
    part="data",
    basis="definition",
    passing=open_data.licensed.passing,
    failing=open_data.licensed.failing,
)
def licensed(facts: Facts) -> Iterator[Result]:
    """What it checks: what OPENDATA-TERMS checks: every source used for training is under terms that let everybody use,
    copy, change and share it.

    Why it matters: data that may not be passed on is not released under an open source licence.

    How to fix: set `terms` of the source.

    Source: G7 Vision on AI Openness, Open Source AI with Open Data: released under an open source licence, including
    full training data.
    """
    yield from open_data.licensed.check(facts)
