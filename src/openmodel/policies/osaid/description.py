# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Data Information: the complete description of each source, one requirement for each thing to disclose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.source import InDocument, Source
from openmodel.manifest.stage import Stage
from openmodel.manifest.values import Quantity
from openmodel.policies.availability.addresses import is_address
from openmodel.policies.availability.stand_ins import hold_nothing
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.beginnings import MAKES_NO_PARAMETERS
from openmodel.policies.requirement import Doubt, Failing, NotApplicable, Result, requirement
from openmodel.policies.stages import training_data
from openmodel.policies.texts.placeholders import is_placeholder, may_mean_all
from openmodel.policies.texts.thinness import why_thin

_LABELLED_TASK = re.compile(r"(?!zero-shot).+[- ](classification|regression)|object-detection|.+[- ]segmentation")
_MAY_BE_NOTHING = {"filtered": "`Nothing was removed.`", "processed": "`The data was used as it is.`"}
_EVERYTHING = "If all of it was taken, write a sentence: `All of it was taken.`"
_NONE = re.compile(r"\s*(none|no|nil)[.!]?\s*", re.IGNORECASE)
_MAY_NOT_APPLY = {"selected", "processed", "filtered", "labelled"}
"""What a release may have done none of. Data always comes from somewhere, covers something and looks like something."""
NO_SOURCES = "no training data is described; OSAID-DATA-LISTED says what that means."


@requirement(
    "OSAID-DATA-PROVENANCE",
    "Provenance of the data is disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, provenance: Scanned forms that 43 people filled in by hand at NIST.}]",
    failing=Failing("sources: [{id: a, name: A}]", "/sources/0/provenance"),
)
def provenance(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `provenance` where it comes from.

    Why it matters: without its origin nobody can find, judge or rebuild the data. It also holds for data that
    cannot be shared.

    How to fix: in `provenance`, say who made the data, from what, and when.

    Source: OSAID 1.0, Data Information: "disclosing the provenance of the data".
    """
    yield from _described(
        facts, "provenance", "where the data comes from", "Say who made the data, from what, and when."
    )


@requirement(
    "OSAID-DATA-SCOPE",
    "Scope of the data is disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, scope: 'Isolated digits 0 to 9; no letters, no connected writing.'}]",
    failing=Failing("sources: [{id: a, name: A, scope: TODO}]", "/sources/0/scope"),
)
def scope(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `scope` what it covers.

    Why it matters: what the data leaves out, the model has not seen.

    How to fix: in `scope`, say what is covered and what is left out: subjects, languages, regions, times.

    Source: OSAID 1.0, Data Information: "its scope and characteristics".
    """
    yield from _described(facts, "scope", "what the data covers", "Say what is covered and what is left out.")


@requirement(
    "OSAID-DATA-CHARACTERISTICS",
    "Characteristics of the data are disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, characteristics: '1,797 images of 8 x 8 pixels, about 180 a class.'}]",
    failing=Failing(
        "sources: [{id: a, name: A, characteristics: {undisclosed: withheld, reason: secret}}]",
        "/sources/0/characteristics",
    ),
)
def characteristics(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `characteristics` what the data looks like.

    Why it matters: someone who must rebuild or replace the data needs its form, size and distribution.

    How to fix: in `characteristics`, give form, size, distribution, and known gaps and biases.

    Source: OSAID 1.0, Data Information: "its scope and characteristics".
    """
    yield from _described(
        facts,
        "characteristics",
        "what the data looks like",
        "Give form, size, distribution, and known gaps and biases.",
    )


@requirement(
    "OSAID-DATA-OBTAINED",
    "How the data was obtained is disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, obtained: Downloaded as one file from the UCI repository.}]",
    failing=Failing(
        "sources: [{id: a, name: A, obtained: {undisclosed: not_applicable, reason: no idea}}]",
        "/sources/0/obtained",
    ),
)
def obtained(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `obtained` how it was obtained.

    Why it matters: a crawl, a purchase and a measurement leave different traces and different duties.

    How to fix: in `obtained`, say how the data was got: download, crawl, purchase, measurement, generation.

    Source: OSAID 1.0, Data Information: "how the data was obtained and selected".
    """
    yield from _described(
        facts,
        "obtained",
        "how the data was obtained",
        "Say how it was got: download, crawl, purchase, measurement.",
    )


@requirement(
    "OSAID-DATA-SELECTED",
    "How the data was selected is disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, selected: All 1797 rows; every fifth was set aside for testing.}]",
    failing=Failing("sources: [{id: a, name: A, selected: ''}]", "/sources/0/selected"),
)
def selected(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `selected` how it, or a part of it, was selected.

    Why it matters: the choice shapes the model as much as the data does.

    How to fix: in `selected`, name the criteria, or say that all of it was taken. That may also be the reason of
    `not_applicable`.

    Source: OSAID 1.0, Data Information: "how the data was obtained and selected".
    """
    yield from _described(
        facts,
        "selected",
        "how the data was selected",
        "Name the criteria, or say that all of it was taken.",
    )


@requirement(
    "OSAID-DATA-LABELLED",
    "Labelling procedures are disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, labelled: Each writer was told which digit to write; that is the label.}]",
    failing=Failing(
        "sources: [{id: a, name: A, labelled: {undisclosed: not_applicable}}]",
        "/sources/0/labelled",
    ),
)
def labelled(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `labelled` how its labels were made.

    `not_applicable` with a reason is believed for data that only stages of kind `train` use, where learning may be
    self-supervised. A person must judge it for fine-tuning, adapting, distilling and reward models, for data that is
    counted in pairs, and where the model is for classification, regression, detection or segmentation alone and no
    source has labels.

    Why it matters: labels carry the choices of the people or models that made them.

    How to fix: in `labelled`, say who or what labelled, with which instructions and checks; or say why there are no
    labels.

    Source: OSAID 1.0, Data Information: "the labeling procedures".
    """
    yield from _described(
        facts,
        "labelled",
        "how labels were made",
        "Say who or what labelled, with which instructions; or that it does not apply, and why.",
    )
    yield from _doubtful_labelling(facts)


@requirement(
    "OSAID-DATA-PROCESSED",
    "Data processing is disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, processed: 'Pixel sums of 4 x 4 blocks, divided by 16.'}]",
    failing=Failing(
        "sources: [{id: a, name: A, processed: {undisclosed: unknown, reason: lost}}]", "/sources/0/processed"
    ),
)
def processed(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `processed` how it was processed.

    Why it matters: the model has seen the processed data, not the original.

    How to fix: in `processed`, describe cleaning, normalisation and tokenisation, or say that the data was used as
    it is. That may also be the reason of `not_applicable`.

    Source: OSAID 1.0, Data Information: "data processing and filtering methodologies".
    """
    yield from _described(
        facts,
        "processed",
        "how the data was processed",
        "Describe cleaning, normalisation and tokenisation, or say that it was used as it is.",
    )


@requirement(
    "OSAID-DATA-FILTERED",
    "Data filtering is disclosed",
    part="data",
    basis="definition",
    passing="sources: [{id: a, name: A, filtered: Nothing was removed.}]",
    failing=Failing("sources: [{id: a, name: A, filtered: More information needed}]", "/sources/0/filtered"),
)
def filtered(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training says in `filtered` what was removed.

    Why it matters: what was filtered out cannot be seen in what is left.

    How to fix: in `filtered`, give each filter with its rule and threshold, or say that nothing was removed. That may
    also be the reason of `not_applicable`.

    Source: OSAID 1.0, Data Information: "data processing and filtering methodologies".
    """
    yield from _described(
        facts,
        "filtered",
        "what was filtered out",
        "Give each filter with its rule, or say that nothing was removed.",
    )


def _described(facts: Facts, field: str, asked: str, fix: str) -> Iterator[Result]:
    """One disclosure of every training source."""
    if not facts.training_sources:
        yield NotApplicable(NO_SOURCES)
    for pointer, source in facts.training_sources:
        place, asked_of_it = f"{pointer}/{field}", f"{asked} ({short(source.name)})"
        question = Question(place, asked_of_it, fix, of=source.of, may_not_apply=field in _MAY_NOT_APPLY)
        yield from description(facts, question, source, field)


def description(facts: Facts, question: Question, source: Source, field: str) -> Iterator[Result]:
    """As `answer`; what stands in a document, or is thin, waits for a person."""
    value = getattr(source, field)
    text = _words_of(value, field)
    if isinstance(value, InDocument):
        yield from _elsewhere(facts, question, value)
    elif text and (why := why_thin(text, field, source.name)) and not is_placeholder(text):
        message = f"It cannot be told from this text {question.asked}: {why}."
        yield Doubt(question.where, message, question.fix)
    elif field in _MAY_BE_NOTHING and isinstance(value, str) and _NONE.fullmatch(value):
        message = f"{short(value)!r} may be the answer or the lack of one, and does not say {question.asked}."
        yield Doubt(question.where, message, f"If nothing was, write a sentence: {_MAY_BE_NOTHING[field]}")
    elif field == "selected" and isinstance(value, str) and may_mean_all(value):
        message = f"{short(value)!r} may be a word for all or a note to the author, and does not say {question.asked}."
        yield Doubt(question.where, message, _EVERYTHING)
    else:
        yield from answer(facts, question, value)


def _words_of(value: object, field: str) -> str | None:
    """The words that answer: a text, or the reason why nothing was done that could be described. Why there are no
    labels is told by the kind of training, in words as general as "no labels"."""
    if isinstance(value, Undisclosed) and value.undisclosed == "not_applicable":
        return value.reason if field in _MAY_NOT_APPLY - {"labelled"} else None
    return value if isinstance(value, str) else None


def _elsewhere(facts: Facts, question: Question, value: InDocument) -> Iterator[Result]:
    document = value.document
    if not (document.path or is_address(document.url or "")):
        message = f"the document has no path and no address that others can fetch, and does not say {question.asked}"
        yield missing(facts, question, message)
        return
    if document.path and not facts.is_in_release(document.path):
        yield missing(facts, question, f"the release has no {short(document.path)}, which should say {question.asked}")
        return
    if document.path and hold_nothing(facts, [document.path]) and not is_address(document.url or ""):
        message = f"the document {short(document.path)} is empty or a git LFS pointer, and does not say "
        yield missing(facts, question, message + question.asked)
        return
    name, section = short(document.path or document.url or ""), f", {short(value.section)}" if value.section else ""
    message = f"{name}{section} is said to tell {question.asked}; a person must read it."
    bound = document.sha256 is not None or facts.measured_file(document.path or "") is not None
    fix = "" if bound else "Give its sha256, so that a review is about these very bytes."
    measured = facts.measured_file(document.path) if document.path else None
    yield Doubt(question.where, message, fix, (question.where, measured) if measured else (question.where,))


def _doubtful_labelling(facts: Facts) -> Iterator[Result]:
    uses = {
        item.source: why
        for _, stage in facts.training_stages
        if (why := _why_labels_may_have_been_used(facts, stage))
        for item in training_data(stage)
    }
    without = [(pointer, source) for pointer, source in facts.training_sources if _says_not_applicable(source)]
    task = _task_learned_from_labels(facts) if len(without) == len(facts.training_sources) else None
    for pointer, source in without:
        why = uses.get(source.id)
        if isinstance(source.amount, Quantity) and source.amount.unit == "pairs":
            why = why or "it is counted in pairs"
        if task is not None:
            why = why or f"no source has labels for the task {short(task)}"
        if why:
            message = f"Labelling is said not to apply to {short(source.name)}, but {why}."
            subject = (f"{pointer}/labelled", "/release/tasks") if task is not None else (f"{pointer}/labelled",)
            yield Doubt(f"{pointer}/labelled", message, "Describe how the examples got their answers.", subject)


def _why_labels_may_have_been_used(facts: Facts, stage: Stage) -> str | None:
    """Why a stage may have learned from labels: by its kind, or because it gave weights and says only that it processed
    data."""
    if stage.kind in ("train", None):
        return None
    if stage.kind not in MAKES_NO_PARAMETERS:
        return "it is used beyond pre-training"
    result = facts.component_or_none(stage.result or "")
    if result is not None and {"weights", "checkpoint"} & set(result.kinds):
        return f"weights were made of it in a stage of kind `{stage.kind}`, which does not say how they learned"
    return None


def _task_learned_from_labels(facts: Facts) -> str | None:
    """The first task of the release, if all of them are such that a model learns them from labels alone."""
    tasks = answered(facts.manifest.release.tasks)
    if all(_LABELLED_TASK.fullmatch(task) for task in tasks):
        return next(iter(tasks), None)
    return None


def _says_not_applicable(source: Source) -> bool:
    return getattr(source.labelled, "undisclosed", None) == "not_applicable"
