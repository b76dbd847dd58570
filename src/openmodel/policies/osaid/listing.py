# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Data Information: all data is listed, and the listing can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.source import InDocument, Source
from openmodel.policies.availability.places import fees_without_price, had, places
from openmodel.policies.disclosure import Question, answer, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.assertions import answered_for
from openmodel.policies.osaid.description import NO_SOURCES, description
from openmodel.policies.osaid.learning_unsaid import learning_unsaid
from openmodel.policies.osaid.parents import inherited
from openmodel.policies.osaid.shareable import (
    shareable_but_not_shared,
    unlike_its_class,
    unlike_open,
    unlike_unshareable,
)
from openmodel.policies.osaid.shared_data import can_be_had
from openmodel.policies.osaid.undescribed_data import undescribed_data
from openmodel.policies.requirement import Claim, Doubt, Failing, Finding, NotApplicable, Result, requirement
from openmodel.policies.stages import training_data
from openmodel.policies.texts.placeholders import is_placeholder


@requirement(
    "OSAID-DATA-LISTED",
    "All training data is listed",
    part="data",
    basis="definition",
    passing="""
        release: {name: Example, publisher: Example Lab}
        assertions: [{statement: all_training_data_listed, by: Example Lab, date: 2025-01-31}]
        sources: [{id: a, name: A}]
        stages: [{id: s, kind: train, data: [{source: a, role: train}]}]
        """,
    failing=Failing("stages: [{id: s, kind: train}]", "/sources"),
)
def listed(facts: Facts) -> Iterator[Result]:
    """What it checks: `sources` is there; every training stage names the sources it used; the publisher asserts that
    all training data is listed; and the same holds for each parent whose parameters went into the model. For the data
    of a parent, the parent's publisher has to assert it. Each stage says with which model it began; files that show an
    adapter, a merge or a quantisation of which no stage speaks are for a person to judge, and so is a component of kind
    `training_data` that nobody can get and that no source is about. What only a tokenizer was made from is no training
    data.

    Why it matters: a complete description of half the data is not a complete description. No program can see what
    is not listed, so somebody has to answer for the list.

    How to fix: list every source; name them in each stage under `data`; add to `assertions` a statement
    `all_training_data_listed` with `by` and `date`.

    Source: OSAID 1.0, Data Information: "the complete description of all data used for training".
    """
    of_tokenizer = facts.tokenizer_sources
    own_training = any(stage.of is None for _, stage in facts.training_stages)
    if own_training or not facts.inherited_parents:
        own = [index for index, one in enumerate(facts.sources) if one.of is None and one.id not in of_tokenizer]
        yield from (Claim(f"/sources/{index}/id") for index in own)
        if not own:
            question = Question("/sources", "which data the model was trained on", "List every source there.")
            yield from answer(facts, question, None if facts.sources else facts.manifest.sources)
    yield from _stages(facts)
    yield from inherited(facts, "data", {source.of for source in facts.sources if source.id not in of_tokenizer})
    yield from answered_for(facts)
    yield from learning_unsaid(facts)
    yield from _unused(facts)
    yield from undescribed_data(facts)


def _stages(facts: Facts) -> Iterator[Result]:
    if not facts.stages:
        yield Finding(
            "/stages",
            "No stage says which of the sources were used for training, so all of them count.",
            "Describe each stage under `stages`, with its `data`.",
            "note",
        )
    for pointer, stage in facts.training_stages:
        asked = f"which data the stage {stage.id} was trained on"
        question = Question(f"{pointer}/data", asked, "Name each source with its role.", of=stage.of)
        undisclosed = isinstance(stage.data, Undisclosed)
        yield from answer(facts, question, stage.data if undisclosed else training_data(stage))


def _unused(facts: Facts) -> Iterator[Result]:
    """Sources that are described and that no stage uses: either a stage leaves them out, or they are not of this. To be
    processed is no use; what that gave went somewhere. What only a tokenizer was made from is not asked for."""
    uses = [(stage.kind, item) for stage in facts.stages for item in answered(stage.data)]
    processed = {item.source for kind, item in uses if kind == "process"}
    used = {source.id for _, source in facts.training_sources}
    used |= {
        item.source
        for kind, item in uses
        if item.role or (kind != "process" and (kind != "tokenize" or item.source not in processed))
    }
    beside = _beside_training(facts)
    for index, source in enumerate(facts.sources):
        if source.id not in used:
            message = f"{short(source.name)} is described, but no stage learns from it or from what was made of it."
            fix = "Name it in the stage that did, or under `derived_from` of what was made of it, or delete it."
            yield Doubt(f"/sources/{index}", message, fix)
        elif source.id in beside and not _says_something(source):
            message = f"{short(source.name)} had a part in the making, and nothing is said of it."
            fix = "Describe it, or name it as training data where something learned from it."
            yield Doubt(f"/sources/{index}", message, fix, (f"/sources/{index}", "/stages"))


def _beside_training(facts: Facts) -> set[str]:
    """Sources that shaped the model and that no stage says it learned from, such as those that a quantised copy was
    calibrated on. What a training stage was validated on, and what only a tokenizer was made from, did not."""
    training = {stage.id for _, stage in facts.training_stages}
    return {
        item.source
        for stage in facts.stages
        if facts.is_inherited(stage.of) and stage.kind != "tokenize"
        for item in answered(stage.data)
        if item.role != "validation" or stage.id not in training
    } - {source.id for _, source in facts.training_sources}


def _says_something(source: Source) -> bool:
    """Whether a source is described in some words, or can be looked at. Its class alone says nothing of it."""
    for text in (source.provenance, source.scope, source.characteristics, source.obtained, source.selected):
        if isinstance(text, InDocument) or (isinstance(text, str) and not is_placeholder(text)):
            return True
    return bool(answered(source.files) or answered(places(source.where, also_gone=True)))


@requirement(
    "OSAID-DATA-CLASS",
    "The class of each source is stated",
    part="data",
    basis="faq",
    passing="sources: [{id: a, name: A, class: public}]",
    failing=Failing("sources: [{id: a, name: A}]", "/sources/0/class"),
)
def classed(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `class` whether it is open, public, obtainable or
    unshareable. Where the class is not said but a place is that still has the data, a person must judge. What each
    class asks stays open then, unless it is there.

    Why it matters: the class decides what is owed: sharing it, saying where it is, or explaining why it cannot be
    shared. Without it none of these duties can be checked.

    How to fix: set `class`. `open`: may be copied, changed and reshared; `public`: anybody can inspect it;
    `obtainable`: from third parties, also for a fee; `unshareable`: cannot be shared, for a reason you explain.

    Source: OSI, FAQ on OSAID 1.0: open, public, obtainable and unshareable non-public data.
    """
    if not facts.training_sources:
        yield NotApplicable(NO_SOURCES)
    for pointer, source in facts.training_sources:
        question = Question(
            f"{pointer}/class",
            f"whether {short(source.name)} is open, public, obtainable or unshareable",
            "Set `class`.",
            of=source.of,
        )
        if not isinstance(source.class_, str) and answered(places(source.where)):
            # Whoever finds the data there can tell its class; OSI asks for the place and not for the word.
            yield Doubt(question.where, f"The manifest does not say {question.asked}.", question.fix, (pointer,))
        else:
            yield from answer(facts, question, source.class_)
    yield from _other_classes(facts)


def _other_classes(facts: Facts) -> Iterator[Result]:
    """Sources of a parent that are of another class here than in the parent's own manifest."""
    for parent_pointer, parent, read in facts.read_parents:
        theirs = {source.name.casefold(): source.class_ for _, source in read.facts.training_sources}
        for pointer, source in facts.training_sources:
            other = theirs.get(source.name.casefold()) if source.of == parent.id else None
            if isinstance(other, str) and isinstance(source.class_, str) and other != source.class_:
                message = f"{short(source.name)} is said to be {source.class_}, and the manifest of "
                message += f"{short(parent.name)} says {other}."
                yield Doubt(f"{pointer}/class", message, "Correct it.", (pointer, f"{parent_pointer}/manifest"))


@requirement(
    "OSAID-DATA-PUBLIC",
    "Public data is listed with where to get it",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, class: public, where: [{url: 'https://example.org/a'}]}]",
    failing=Failing("sources: [{id: a, name: A, class: public}]", "/sources/0/where"),
)
def public(facts: Facts) -> Iterator[Result]:
    """What it checks: every source of class `public` says in `where` how to reach it.

    Data that has been taken down since stays listed: keep its old place with `access: gone`. Where its terms let
    everybody share it, so that it may be of class `open`, a person must judge.

    Why it matters: a name alone does not lead anybody to the data.

    How to fix: add `where` with the `url`, and `revision` or `sha256` if there is one.

    Source: OSAID 1.0, Data Information: "a listing of all publicly available training data and where to obtain it".
    """
    yield from _located(facts, "public")


@requirement(
    "OSAID-DATA-OBTAINABLE",
    "Obtainable data is listed with where to get it",
    part="data",
    basis="definition",
    passing="""
        sources:
          - {id: a, name: A, class: obtainable, where: [{url: 'https://example.org/a', access: fee, fee: 950 EUR}]}
        """,
    failing=Failing("sources: [{id: a, name: A, class: obtainable, where: []}]", "/sources/0/where"),
)
def obtainable(facts: Facts) -> Iterator[Result]:
    """What it checks: every source of class `obtainable` says in `where` from whom it can be had, and whether that
    needs a fee. A fee without its price is for a person to judge, and so is one that is given as "TBD" or "on request";
    "free of charge" and the address of a price list say what it costs. So are terms that let everybody share data that
    cannot be had freely.

    Why it matters: who wants to repeat the training must know whom to ask and what it costs.

    How to fix: add `where` with `url` and `access` (registration, fee, request), and `fee` when it costs one.

    Source: OSAID 1.0, Data Information: "a listing of all training data obtainable from third parties and where to
    obtain it, including for fee".
    """
    yield from _located(facts, "obtainable")
    for pointer, source in facts.training_sources_of_class("obtainable"):
        yield from fees_without_price(f"{pointer}/where", answered(source.where))


@requirement(
    "OSAID-DATA-UNSHAREABLE",
    "Data that cannot be shared is justified",
    part="data",
    basis="faq",
    passing="""
        sources: [{id: a, name: A, class: unshareable, not_shared_because: Patient records; German law forbids it.}]
        """,
    failing=Failing("sources: [{id: a, name: A, class: unshareable}]", "/sources/0/not_shared_because"),
)
def unshareable(facts: Facts) -> Iterator[Result]:
    """What it checks: every source of class `unshareable` says in `not_shared_because` why it cannot be shared. Its
    description is checked like that of any other source. That it is in the release, at a place that is open to all, or
    under terms that let everybody share it contradicts that; a person must judge then, and so where the reason names
    an advantage of whoever has the data (competition, a trade secret, company policy), no law and nobody else.

    Why it matters: OSI accepts data that cannot be shared only "for explainable reasons".

    How to fix: give the reason in `not_shared_because`: the law, the contract, or the people it concerns.

    Source: OSI, FAQ on OSAID 1.0: unshareable non-public data; OSAID 1.0: "including (if used) of unshareable data".
    """
    yield from _of_class(facts, "unshareable", _justified)
    for pointer, source in facts.training_sources_of_class("unshareable"):
        yield from unlike_unshareable(facts, pointer, source)


def _justified(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    question = Question(
        f"{pointer}/not_shared_because",
        f"why {short(source.name)} cannot be shared",
        "Give the reason: the law, the contract, or the people it concerns.",
        of=source.of,
    )
    yield from description(facts, question, source, "not_shared_because")


@requirement(
    "OSAID-DATA-OPEN",
    "Open data is shared",
    part="data",
    basis="faq",
    passing="sources: [{id: a, name: A, class: open, where: [{url: 'https://example.org/a', access: open}]}]",
    failing=Failing(
        "sources: [{id: a, name: A, class: open, where: [{url: 'https://example.org/a', access: gone}]}]",
        "/sources/0/where",
    ),
)
def shared(facts: Facts) -> Iterator[Result]:
    """What it checks: every source of class `open` can be had now: its files are in the release, or `where` has a
    place that is not gone. A copy of your own is not asked for. Files that can be no data, such as a licence or
    weights, are for a person to judge; a git LFS pointer and empty files are not the data. No terms need be stated:
    the class itself says that everybody may share it. Terms that are stated, and that restrict something, say so in
    words, or are terms that nobody has decided about, are for a person to judge.

    Why it matters: data that may be shared must be shared.

    How to fix: add `where` with a working `url`, or put the files into the release and name them under `files`. Where
    the terms do not let everybody copy, change and share the data, correct the class.

    Source: OSI, FAQ on OSAID 1.0: open data "can be copied, preserved, modified and reshared" and "must be shared".
    """
    yield from _of_class(facts, "open", can_be_had)
    for pointer, source in facts.training_sources_of_class("open"):
        yield from unlike_open(pointer, source)


def _located(facts: Facts, name: str) -> Iterator[Result]:
    yield from _of_class(facts, name, _led_to)
    for pointer, source in facts.training_sources_of_class(name):
        yield from shareable_but_not_shared(facts, pointer, source)
        yield from unlike_its_class(pointer, source)


def _led_to(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    question = Question(
        f"{pointer}/where",
        f"where to get {short(source.name)}",
        "Add `where` with the `url`; keep a place that is gone with `access: gone`.",
        of=source.of,
    )
    yield from had(facts, question, source.where, also_gone=True)


def _of_class(facts: Facts, name: str, asked: Callable[[Facts, str, Source], Iterator[Result]]) -> Iterator[Result]:
    """What is asked of each source of a class. One whose class is not said may be of it; where it lacks what is asked,
    that is open as long as OSAID-DATA-CLASS is."""
    sources = facts.training_sources_of_class(name)
    unsaid = [(pointer, source) for pointer, source in facts.training_sources if not isinstance(source.class_, str)]
    if not sources and not unsaid:
        yield NotApplicable(f"no training data is said to be of class {name}.")
    for pointer, source in sources:
        yield from asked(facts, pointer, source)
    lacking = []
    for pointer, source in unsaid:
        results = list(asked(facts, pointer, source))
        if all(isinstance(result, Claim) for result in results):
            yield from results
        else:
            lacking.append((pointer, source))
    if lacking:
        yield _open_with_its_class(facts, name, lacking)


def _open_with_its_class(facts: Facts, name: str, lacking: list[tuple[str, Source]]) -> Result:
    (pointer, first), more = lacking[0], len(lacking) - 1
    named = f"{short(first.name)}{f' and of {more:,} more' if more else ''}"
    message = f"What this asks of {name} data may be asked of {named}, whose class is not said; see OSAID-DATA-CLASS."
    if all(answered(places(source.where)) for _, source in lacking):
        return Doubt(f"{pointer}/class", message, "Set `class`.", ("/sources",) if more else (pointer,))
    is_told = all(facts.speaker(source.of) == "publisher" for _, source in lacking)  # There, as unmet.
    return Finding(f"{pointer}/class", message, "Set `class`.", "note" if is_told else "judge")


@requirement(
    "OSAID-DATA-DETAIL",
    "A skilled person could build a substantially equivalent system",
    part="data",
    basis="definition",
    passing="""
        sources: [{id: a, name: A}]
        reviews:
          - requirement: OSAID-DATA-DETAIL
            policy: osaid-1.0@4
            at: [/sources]
            subject_sha256: c4331712b0d1b9d2b8cd18206cf8d6b2487753b87b7129745974ce7af7ad5286
            judgement: met
            by: Jo Reader
            affiliation: Elsewhere
            date: 2025-02-01
            reason: I rebuilt the data set from this description and got the same counts.
        """,
    failing=Failing("sources: [{id: a, name: A}]", "/sources"),
)
def detailed(facts: Facts) -> Iterator[Result]:
    """What it checks: whether the description of the data is "sufficiently detailed". No program can tell; a person
    who knows the field reads the sources and records a judgement.

    Why it matters: this is the core of the definition. All fields may be filled in and still say too little.

    How to fix: ask somebody skilled, best from elsewhere, to read `sources` and add a review. Any later change of
    the sources voids it.

    Source: OSAID 1.0, Data Information: "Sufficiently detailed information about the data used to train the system
    so that a skilled person can build a substantially equivalent system".
    """
    if not facts.training_sources:
        yield NotApplicable(NO_SOURCES)
        return
    yield Doubt(
        "/sources",
        "No program can tell whether this is enough for a skilled person to build a substantially equivalent system.",
        "Let a person who knows the field read the sources.",
    )
