# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Code: the complete source code used to train and run the system."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.stage import StageKind
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts, stage_code
from openmodel.policies.osaid.offered import available, available_code, settings
from openmodel.policies.osaid.parents import inherited, trains_itself
from openmodel.policies.requirement import Claim, Doubt, Failing, Result, requirement

ALWAYS: dict[Kind, str] = {
    "training_code": "the code that trained the model",
    "inference_code": "the code that runs the model",
    "architecture": "the model architecture",
}
"""Kinds of code that every trained system has."""

IF_USED: dict[Kind, str] = {
    "data_processing_code": "the code that processed and filtered the data",
    "validation_code": "the code that validated and tested the model",
    "library": "supporting libraries such as tokenizers",
    "hyperparameter_search_code": "the code that searched for hyperparameters",
}
"""Kinds of code that belong to it if used; `not_applicable` with a reason is believed."""


FOR_RUNNING: tuple[Kind, ...] = ("inference_code", "architecture", "library")
"""Kinds that run the model; a model that was made from another may share them with it."""

USED_BY: dict[Kind, tuple[StageKind, ...]] = {
    "data_processing_code": ("process",),
    "library": ("tokenize",),
}
"""Kinds of code whose use is plain from a stage of one of these kinds."""


@requirement(
    "OSAID-CODE-COMPLETE",
    "The source code used to train and run the system is there",
    part="code",
    basis="definition",
    passing="""
        components:
          - id: code
            name: Everything in one repository
            kinds: [training_code, inference_code, architecture, data_processing_code, validation_code]
            where: [{url: 'https://example.org/code'}]
        not_offered:
          library: {undisclosed: not_applicable, reason: Nothing beyond the language's standard library is used.}
          hyperparameter_search_code: {undisclosed: not_applicable, reason: The settings were chosen by hand.}
        stages: [{id: s, kind: train, settings: {learning_rate: 0.1}}]
        """,
    failing=Failing("stages: [{id: s, kind: train, settings: {learning_rate: 0.1}}]", "/components"),
)
def complete(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component for each kind of code that OSAID names, with files in the release or a place
    where it can be had; the code that a stage names can be had; every training stage gives its arguments and settings.
    Code for training, inference and the architecture always exist. Code for data processing and validation,
    supporting libraries and hyperparameter search count "if used": say so under `not_offered` with `not_applicable`
    and a reason, if they were not. A tokenizer is such a library. Files that are no source code, such as a vocabulary
    or settings, do not count as code, except for the architecture and for a tokenizer, which common libraries read:
    where nothing else is there, a person must say where the code is.

    Why it matters: weights without the code that made them cannot be studied or made again.

    How to fix: add a component for each kind, with `files` or `where`; one component may have several kinds.

    Source: OSAID 1.0, Code: "The complete source code used to train and run the system", and its list; "including
    arguments and settings used".
    """
    for kind, words in (ALWAYS | IF_USED).items():
        yield from _kind(facts, kind, words)
    yield from _named_by_stages(facts)
    yield from settings(facts)
    yield from inherited(facts, "code", {component.of for _, component in facts.components("training_code")})


def _kind(facts: Facts, kind: Kind, words: str) -> Iterator[Result]:
    kinds: tuple[Kind, ...] = ("library", "tokenizer") if kind == "library" else (kind,)
    found = dict(_of_the_release(facts, kind, *kinds))
    for pointer, component in found.items():
        # A file of numbers can describe a network or a tokenizer.
        by_data = kind == "architecture" or "tokenizer" in component.kinds
        yield from (available if by_data else available_code)(facts, pointer, component, words)
    for name in kinds:
        yield from _not_offered(facts, name, words, offered=bool(found))
    if not found and not any(facts.not_offered(name) for name in kinds) and not _asked_of_a_parent(facts, kind):
        yield from _unsaid(facts, kind, words)


def _of_the_release(facts: Facts, asked: Kind, *kinds: Kind) -> Iterator[tuple[str, Component]]:
    """Components of these kinds; a parent's too where the release can share them with it."""
    shared = asked in FOR_RUNNING or not trains_itself(facts)
    for pointer, component in facts.components(*kinds):
        if shared or component.of is None:
            yield pointer, component


def _asked_of_a_parent(facts: Facts, kind: Kind) -> bool:
    """Whether the code is that of parents of whose code nothing at all is described here; `inherited` says so."""
    described = {component.of for component in answered(facts.manifest.components)}
    parents = {parent.id for _, parent in facts.inherited_parents}
    return kind not in FOR_RUNNING and not trains_itself(facts) and not parents & described


def _not_offered(facts: Facts, kind: Kind, words: str, *, offered: bool) -> Iterator[Result]:
    said = facts.not_offered(kind)
    place = f"/not_offered/{kind}" if kind in facts.manifest.not_offered else "/components"
    if said is None or (kind == "tokenizer" and said.undisclosed == "not_applicable"):
        return
    if offered and any(kind in component.kinds for _, component in facts.components(kind)):
        message = f"A component of kind {kind} is listed, and at once it is said not to be offered."
        yield Doubt(place, message, "Delete one of the two.", ("/components", "/not_offered"))
        return
    question = Question(
        "/components",
        f"where {words} is (kind {kind})",
        f"Add a component of kind {kind}.",
        may_not_apply=kind in IF_USED,
    )
    for result in answer(facts, question, said):
        yield Claim(place) if isinstance(result, Claim) else result
    if said.undisclosed == "not_applicable" and _was_used(facts, kind):
        message = f"It is said that there is none of kind {kind}, but stages, data or results show that it was used."
        yield Doubt(place, message, f"Add a component of kind {kind}.", ("/not_offered", "/stages"))


def _unsaid(facts: Facts, kind: Kind, words: str) -> Iterator[Result]:
    """Silence about what every model has is a lack; about what counts if used, a doubt, unless use is plain."""
    fix = f"Add a component of kind {kind}"
    if kind in ALWAYS or _was_used(facts, kind):
        question = Question("/components", f"where {words} is (kind {kind})", f"{fix}.")
        yield from answer(facts, question, None)
    else:
        fix += ", or say under `not_offered` that there is none, and why."
        message = f"The manifest does not say where {words} is (kind {kind}), or that there is none."
        yield Doubt("/components", message, fix, ("/components", "/not_offered"))


def _was_used(facts: Facts, kind: Kind) -> bool:
    if kind == "validation_code":
        return _was_validated(facts)
    return any(stage.kind in USED_BY.get(kind, ()) for stage in facts.stages)


def _was_validated(facts: Facts) -> bool:
    roles = {item.role for stage in facts.stages for item in answered(stage.data)}
    return bool(roles & {"validation", "selection"}) or bool(facts.manifest.evaluations)


def _named_by_stages(facts: Facts) -> Iterator[Result]:
    """The code that ran is what must be there, whatever else is offered beside it."""
    for pointer, stage in facts.training_stages:
        for place, code in stage_code(pointer, stage):
            if isinstance(code, Undisclosed):
                question = Question(place, f"which code ran in {stage.id}", "Name the components.", of=stage.of)
                yield from answer(facts, question, code)
    looked_at = dict(_of_the_release(facts, "training_code", "training_code"))
    for pointer, component in facts.training_code:
        if pointer not in looked_at:
            yield from available_code(facts, pointer, component, "code that trained the model")
