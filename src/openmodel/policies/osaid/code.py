# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Code: the complete source code used to train and run the system."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.stage import Settings, SettingsFile
from openmodel.manifest.values import Pin
from openmodel.policies.disclosure import Question, answer, is_placeholder, places
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.parents import inherited
from openmodel.policies.requirement import Claim, Failing, Result, requirement

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
    where it can be had; every training stage gives its arguments and settings. Code for training, inference and the
    architecture always exist. Code for data processing and validation, supporting libraries and hyperparameter
    search count "if used": say so under `not_offered` with `not_applicable` and a reason, if they were not.

    Why it matters: weights without the code that made them cannot be studied or made again.

    How to fix: add a component for each kind, with `files` or `where`; one component may have several kinds.

    Source: OSAID 1.0, Code: "The complete source code used to train and run the system", and its list; "including
    arguments and settings used".
    """
    for kind, words in (ALWAYS | IF_USED).items():
        yield from _kind(facts, kind, words)
    yield from _settings(facts)
    yield from inherited(facts, "code", {component.of for _, component in facts.components("training_code")})


def _kind(facts: Facts, kind: Kind, words: str) -> Iterator[Result]:
    own = [(pointer, component) for pointer, component in facts.components(kind) if component.of is None]
    for pointer, component in own:
        yield from _available(facts, pointer, component, words)
    if not own:
        question = Question(
            "/components",
            f"where {words} is (kind {kind})",
            f"Add a component of kind {kind}"
            + (", or say under `not_offered` that there is none, and why." if kind in IF_USED else "."),
            may_not_apply=kind in IF_USED,
        )
        for result in answer(facts, question, facts.not_offered(kind)):
            yield Claim(f"/not_offered/{kind}") if isinstance(result, Claim) else result


def _available(facts: Facts, pointer: str, component: Component, words: str) -> Iterator[Result]:
    if facts.has_files(component):
        yield Claim(f"{pointer}/files")
        return
    if isinstance(component.pin, Pin) and not is_placeholder(component.pin.repository):
        yield Claim(f"{pointer}/pin")
        return
    question = Question(
        f"{pointer}/where",
        f"where {words} can be had ({component.name})",
        "Put its files into the release and name them under `files`, or add `where` or `pin`.",
        of=component.of,
    )
    yield from answer(facts, question, places(component.where))


def _settings(facts: Facts) -> Iterator[Result]:
    asked = "with which arguments and settings the model was trained"
    if not facts.stages:
        yield from answer(
            facts, Question("/stages", asked, "Describe each stage with its `settings`."), facts.undescribed_stages
        )
    for pointer, stage in facts.training_stages:
        if stage.settings is None and any(segment.settings is not None for segment in stage.segments):
            for index, segment in enumerate(stage.segments):
                place = f"{pointer}/segments/{index}/settings"
                yield from _given(facts, place, segment.settings, segment.id, stage.of)
        else:
            yield from _given(facts, f"{pointer}/settings", stage.settings, stage.id, stage.of)


def _given(
    facts: Facts, pointer: str, settings: Settings | Undisclosed | None, name: str, of: str | None
) -> Iterator[Result]:
    """Settings are the values themselves, or a component that has them and can be had."""
    holder = settings.component if isinstance(settings, SettingsFile) else settings
    if isinstance(holder, str):
        yield from _available(facts, *facts.component(holder), f"the file with the settings of {name}")
        return
    fix = "Give `settings`: the values, or the component and file that has them."
    question = Question(pointer, f"with which arguments and settings {name} ran", fix, of=of)
    yield from answer(facts, question, settings or None)
