# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Code: the complete source code used to train and run the system."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Kind
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts, stage_code
from openmodel.policies.osaid.offered import available, available_code, settings
from openmodel.policies.osaid.parents import inherited
from openmodel.policies.presence import is_only_data
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
    or settings, do not count as code, except for the architecture: where nothing else is there, a person must say where
    the code is.

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
    own = [(pointer, component) for pointer, component in facts.components(*kinds) if component.of is None]
    # A vocabulary beside the library that reads it is no code, and none is missing.
    own = [pair for pair in own if kind in pair[1].kinds or not is_only_data(facts, pair[1])] or own
    offered = available if kind == "architecture" else available_code  # A file of numbers can describe a network.
    for pointer, component in own:
        yield from offered(facts, pointer, component, words)
    for name in kinds:
        yield from _not_offered(facts, name, words, offered=bool(own))
    if not own and not any(facts.not_offered(name) for name in kinds):
        yield from _unsaid(facts, kind, words)


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
    if kind == "validation_code" and said.undisclosed == "not_applicable" and _was_validated(facts):
        message = "Validation code is said not to apply, but data was used for validation or results are given."
        yield Doubt(place, message, "Add the code that validated the model.", ("/not_offered", "/stages"))


def _unsaid(facts: Facts, kind: Kind, words: str) -> Iterator[Result]:
    """Silence about what every model has is a lack; about what counts if used, a doubt, unless use is plain."""
    fix = f"Add a component of kind {kind}"
    if kind in ALWAYS or (kind == "validation_code" and _was_validated(facts)):
        question = Question("/components", f"where {words} is (kind {kind})", f"{fix}.")
        yield from answer(facts, question, None)
    else:
        fix += ", or say under `not_offered` that there is none, and why."
        message = f"The manifest does not say where {words} is (kind {kind}), or that there is none."
        yield Doubt("/components", message, fix, ("/components", "/not_offered"))


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
    own = {pointer for pointer, component in facts.components("training_code") if component.of is None}
    for pointer, component in facts.training_code:
        if pointer not in own:
            yield from available_code(facts, pointer, component, "code that trained the model")
