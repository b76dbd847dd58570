# SPDX-License-Identifier: Apache-2.0
"""What those ask who want all training data to be open: it is listed, can be had, and is free for all to use."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.source import Source
from openmodel.policies.availability.addresses import why_unfinished
from openmodel.policies.availability.places import places, why_not_free
from openmodel.policies.disclosure import Question, answer, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid import listing
from openmodel.policies.osaid.parents import trains_itself
from openmodel.policies.osaid.shared_data import can_be_had
from openmodel.policies.osaid.terms import judged
from openmodel.policies.requirement import Claim, Doubt, Failing, Finding, NotApplicable, Result, requirement


@requirement(
    "OPENDATA-LISTED",
    "All training data is listed",
    part="data",
    basis="yardstick",
    passing=listing.listed.passing,
    failing=listing.listed.failing,
)
def listed(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-DATA-LISTED checks: all sources are listed, each stage names those it used, and the
    publisher asserts that there are no others; and so for each model whose parameters went into this one.

    Why it matters: data that nobody lists is data that nobody can look at.

    How to fix: list every source; name them in each stage under `data`; add to `assertions` a statement
    `all_training_data_listed` with `by` and `date`.

    Source: the position that the training data is part of the source of a model, held among others by the Free Software
    Foundation and the Software Freedom Conservancy, as others report it.
    """
    yield from listing.listed.check(facts)


@requirement(
    "OPENDATA-AVAILABLE",
    "Everybody can get all training data, free of charge",
    part="data",
    basis="yardstick",
    passing="sources: [{id: a, name: A, class: open, where: [{url: 'https://example.org/a', access: open}]}]",
    failing=Failing(
        "sources: [{id: a, name: A, class: unshareable, not_shared_because: Patient records; the law forbids it.}]",
        "/sources/0/class",
    ),
)
def available(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training is in the release, or at a place that still has it and asks for no
    fee and no permission. Data that cannot be shared fails, whatever the reason. Where every place asks people to
    register, a person must judge.

    Why it matters: who cannot get the data cannot study what the model learned from, nor train it again.

    How to fix: put the files into the release and name them under `files`, or add `where` with a place that is open to
    all. What may not be shared has to be left out of the training.

    Source: the same position; it refuses the classes "obtainable" and "unshareable" of OSI's FAQ on OSAID 1.0.
    """
    yield from no_sources(facts)
    for pointer, source in facts.training_sources:
        yield from free_to_all(facts, pointer, source)


def no_sources(facts: Facts) -> Iterator[Result]:
    """What is to be said where no training data is listed: of what was trained, that is a lack."""
    if not facts.training_sources and trains_itself(facts):
        question = Question("/sources", "which data the model was trained on", "List every source there.")
        yield from answer(facts, question, None if facts.sources else facts.manifest.sources)
    elif not facts.training_sources:
        yield NotApplicable("the release was only made from other models, which say what they were trained on.")


def free_to_all(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    """A claim when everybody can have the data of a source without paying and without asking."""
    name, found = short(source.name), answered(places(source.where))
    results = list(can_be_had(facts, pointer, source))
    free = [place for place in found if why_not_free(place) is None]
    whole = [place for place in free if not why_unfinished(place.url)]
    is_here = any(isinstance(result, Claim) and not result.where.endswith("/where") for result in results)
    if source.class_ == "unshareable":
        message = f"{name} is said to be unshareable, and all training data has to be there for everybody."
        known = facts.speaker(source.of) == "publisher" or facts.cited_itself(f"{pointer}/class")
        fix = "Train without it, or share it and correct the class."
        yield Finding(f"{pointer}/class", message, fix, "unmet" if known else "judge")
    elif is_here or not found:
        yield from results
    elif {why_not_free(place) for place in found} <= {"a fee", "a request"}:
        message = f"{name} can only be had for a fee or on request."
        yield Finding(f"{pointer}/where", message, "Add a place that is open to all.", "unmet")
    elif not whole:
        why = why_unfinished(free[0].url) if free else "may not have it any more, or asks for a fee or a request"
        message = f"No place of {name} is known to be open to all: {short((free or found)[0].url)} {why}."
        yield Doubt(f"{pointer}/where", message, "Add a place that is open to all, with its whole address.")
    elif all(place.access == "registration" for place in whole):
        message = f"{name} can only be had by who registers; whether that is open to all, a person must say."
        yield Doubt(f"{pointer}/where", message, "Add a place that asks for nothing.")
    elif source.class_ == "obtainable" and all(place.access != "open" for place in whole):
        message = f"{name} is said to be obtainable, and no place of it to be open; whether everybody can have it free "
        message += "of charge, a person must say."
        yield Doubt(f"{pointer}/where", message, "Set `access` of each place, or correct the class.", (pointer,))
    else:
        yield Claim(f"{pointer}/where")


@requirement(
    "OPENDATA-TERMS",
    "All training data is under an open licence",
    part="data",
    basis="yardstick",
    passing="sources: [{id: a, name: A, terms: {expression: CC-BY-4.0}}]",
    failing=Failing("sources: [{id: a, name: A, terms: {expression: CC-BY-NC-4.0}}]", "/sources/0/terms"),
)
def licensed(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training states terms that let everybody use, copy, change and share it for
    any purpose: a licence that OSI or the Open Definition approves, or other terms in the table `openmodel-terms-3`.
    Silence fails; terms that nobody has decided about are left to a person.

    Why it matters: data that may be looked at but not passed on cannot be part of something that may.

    How to fix: set `terms` of the source. Train without data that nobody put under an open licence.

    Source: the same position; the Open Definition says what an open licence on data is.
    """
    yield from no_sources(facts)
    for pointer, source in facts.training_sources:
        yield from under_open_terms(facts, pointer, source)


def under_open_terms(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    """A claim when the terms of a source let everybody copy, change and share it."""
    question = Question(
        f"{pointer}/terms",
        f"which terms hold for {short(source.name)}",
        "Set `terms` to the SPDX id of its licence.",
        of=source.of,
        fix_by_others="Find out which licence is stated, and write in `terms` what is stated and nothing else.",
    )
    yield from judged(facts, question, source.terms, "data")
