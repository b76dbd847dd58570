# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Code: the complete source code used to train and run the system, a requirement for each kind it names."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.component import Kind
from openmodel.manifest.stage import StageKind
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.code_kinds import code_of_kind, of_the_release
from openmodel.policies.osaid.code_that_ran import ran_before_training
from openmodel.policies.osaid.offered import available_code
from openmodel.policies.osaid.parents import inherited
from openmodel.policies.osaid.stage_settings import settings_of_stages
from openmodel.policies.requirement import Doubt, Failing, NotApplicable, Result, requirement
from openmodel.policies.stages import stage_code

DERIVING: dict[StageKind, Kind] = {
    "merge": "merging_code",
    "quantize": "conversion_code",
    "convert": "conversion_code",
}
"""The kind of code of each kind of stage that makes parameters from parameters without training."""


@requirement(
    "OSAID-CODE-PROCESSING",
    "Code that processed and filtered the data is there",
    part="code",
    basis="definition",
    passing="""
        components:
          - {id: clean, name: Cleaning, kinds: [data_processing_code], where: [{url: 'https://example.org/code'}]}
        """,
    failing=Failing("stages: [{id: s, kind: process}]", "/components"),
)
def processing(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `data_processing_code` with source files in the release or a place
    where it can be had, if there was such code; so can all code that a stage of kind `process` names. `not_applicable`
    under `not_offered`, with a reason, is believed unless a stage of kind `process` shows that it was used. Where the
    descriptions of the data tell of what a program does, such as MinHash, a person must judge, and so where the code
    that trained a parent is described here and nothing is said of that which processed its data.

    Why it matters: what was done to the data before training is known for sure only from the code that did it.

    How to fix: add the component with `files`, `where` or `pin`, or say under `not_offered` that there is none and why.

    Source: OSAID 1.0, Code: "the full specification of how the data was processed and filtered"; its list: code for
    processing and filtering data.
    """
    yield from code_of_kind(facts, "data_processing_code")
    yield from ran_before_training(facts, "process", "data_processing_code", "code that processed the data")


@requirement(
    "OSAID-CODE-TRAINING",
    "Code that trained the model is there",
    part="code",
    basis="definition",
    passing="""
        components:
          - {id: train, name: Trainer, kinds: [training_code], where: [{url: 'https://example.org/code'}]}
        stages: [{id: s, kind: train, code: [train]}]
        """,
    failing=Failing("stages: [{id: s, kind: train}]", "/components"),
)
def training(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `training_code` with source files in the release or a place where it
    can be had; so can all code that a training stage names; and the same holds for each parent whose parameters went
    into the model. What was only quantised, merged or converted has no training code of its own beside its parents',
    but the code that did that.

    Why it matters: weights without the code that made them cannot be studied or made again.

    How to fix: add the component with `files`, `where` or `pin`, and name it in each stage under `code`.

    Source: OSAID 1.0, Code: "The complete source code used to train and run the system"; "how the training was done".
    """
    yield from code_of_kind(facts, "training_code")
    yield from _named_by_stages(facts)
    yield from _derivations(facts)
    yield from inherited(facts, "code", {component.of for _, component in facts.components("training_code")})


@requirement(
    "OSAID-CODE-SETTINGS",
    "Arguments and settings of the training are there",
    part="code",
    basis="definition",
    passing="stages: [{id: s, kind: train, settings: {learning_rate: 0.1, epochs: 3}}]",
    failing=Failing("stages: [{id: s, kind: train}]", "/stages/0/settings"),
)
def settings(facts: Facts) -> Iterator[Result]:
    """What it checks: every training stage, or each of its segments, gives its arguments and settings: the values, or
    the component and file that holds them and can be had. There is such a stage for the release, unless it was only
    made from other models, and for each parent whose training code is described. A person must judge values that name
    fewer than two of step size, optimizer, batch and duration, unless there are many, and settings that say only that
    they are kept back or not known. Of a forest, a support vector machine and other models that no gradient trains, two
    of the settings that scikit-learn has for them are enough.

    Why it matters: the same code with other settings gives another model.

    How to fix: set `settings` of the stage, for example to `{component: code, path: configs/base.yaml}`.

    Source: OSAID 1.0, Code: code for training, "including arguments and settings used".
    """
    yield from settings_of_stages(facts)
    if not facts.training_stages and facts.inherited_parents:
        yield NotApplicable("the release was not trained, and no training of its parents is described as a stage.")


@requirement(
    "OSAID-CODE-VALIDATION",
    "Code that validated and tested the model is there",
    part="code",
    basis="definition",
    passing="""
        components:
          - {id: test, name: Tests, kinds: [validation_code], where: [{url: 'https://example.org/code'}]}
        """,
    failing=Failing("evaluations: [{task: digits, metric: accuracy, value: 0.9}]", "/components"),
)
def validation(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `validation_code` with source files in the release or a place where
    it can be had, if the model was validated. `not_applicable` under `not_offered`, with a reason, is believed unless
    data was used for validation or selection, or results are given. Results alone may come from a benchmark, so that a
    person must judge what is missing. Code of benchmark suites is not asked for.

    Why it matters: when training stopped, and which checkpoint was kept, was decided by it.

    How to fix: add the component with `files`, `where` or `pin`, or say under `not_offered` that there is none and why.

    Source: OSAID 1.0, Code: "if used, this must include" code for validation and testing.
    """
    yield from code_of_kind(facts, "validation_code")


@requirement(
    "OSAID-CODE-LIBRARIES",
    "Supporting libraries such as tokenizers are there",
    part="code",
    basis="definition",
    passing="""
        components:
          - {id: words, name: Tokenizer, kinds: [tokenizer], where: [{url: 'https://example.org/tokenizer'}]}
        """,
    failing=Failing("stages: [{id: s, kind: tokenize}]", "/components"),
)
def libraries(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `library` or `tokenizer` that can be had, if one was used, and so
    can all code that a stage of kind `tokenize` names. `not_applicable` under `not_offered`, with a reason, is believed
    unless a stage of kind `tokenize` shows that it was; where data of a model of text is counted in tokens, a person
    must judge. The files of a tokenizer are enough, for common libraries read
    them. Its corpus, and libraries that everybody has from elsewhere, are not asked for: beside one that is
    there, others that no stage names and that cannot be had are for a person to judge.

    Why it matters: with another tokenizer the same weights say nothing.

    How to fix: add the component with `files`, `where` or `pin`, or say under `not_offered` that there is none and why.

    Source: OSAID 1.0, Code: "supporting libraries like tokenizers and hyperparameters search code", if used.
    """
    yield from code_of_kind(facts, "library")
    yield from ran_before_training(facts, "tokenize", "library", "code that made the tokenizer")


@requirement(
    "OSAID-CODE-SEARCH",
    "Code that searched for hyperparameters is there",
    part="code",
    basis="definition",
    passing="not_offered: {hyperparameter_search_code: {undisclosed: not_applicable, reason: Chosen by hand.}}",
    failing=Failing(
        "not_offered: {hyperparameter_search_code: {undisclosed: withheld, reason: It is internal.}}", "/components"
    ),
)
def search(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `hyperparameter_search_code` that can be had, if there was a search.
    Silence is for a person to judge; `not_applicable` under `not_offered`, with a reason, is believed. A reason that
    speaks of one that there is ("available on request"), or says nothing, is for a person.

    Why it matters: a search is a part of the training that its settings do not show.

    How to fix: add the component with `files`, `where` or `pin`, or say under `not_offered` that there is none and why.

    Source: OSAID 1.0, Code: "supporting libraries like tokenizers and hyperparameters search code", if used.
    """
    yield from code_of_kind(facts, "hyperparameter_search_code")


@requirement(
    "OSAID-CODE-INFERENCE",
    "Code that runs the model is there",
    part="code",
    basis="definition",
    passing="""
        components:
          - {id: run, name: Runner, kinds: [inference_code], where: [{url: 'https://example.org/code'}]}
        """,
    failing=Failing("components: [{id: run, name: Runner, kinds: [inference_code]}]", "/components/0/where"),
)
def inference(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `inference_code` with source files in the release or a place where
    it can be had. A model that was made from another may share it with that.

    Why it matters: nobody can use or study a model that they cannot run.

    How to fix: add the component with `files`, `where` or `pin`. A library that runs the model is one, where it has the
    code of this architecture.

    Source: OSAID 1.0, Code: "used to train and run the system"; its list: inference code.
    """
    yield from code_of_kind(facts, "inference_code")


@requirement(
    "OSAID-CODE-ARCHITECTURE",
    "The model architecture is there",
    part="code",
    basis="definition",
    passing="""
        components:
          - {id: net, name: Network, kinds: [architecture], where: [{url: 'https://example.org/code'}]}
        """,
    failing=Failing("not_offered: {architecture: {undisclosed: not_applicable, reason: none}}", "/components"),
)
def architecture(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `architecture` in the release or with a place where it can be had. A
    file of numbers can describe a network, so that it need not be source code. A model that was made from another may
    share it with that.

    Why it matters: weights are numbers; the architecture says what they mean.

    How to fix: add the component with `files`, `where` or `pin`.

    Source: OSAID 1.0, Code: its list: model architecture.
    """
    yield from code_of_kind(facts, "architecture")


def _named_by_stages(facts: Facts) -> Iterator[Result]:
    """The code that ran is what must be there, whatever else is offered beside it."""
    for pointer, stage in facts.training_stages:
        for place, code in stage_code(pointer, stage):
            if isinstance(code, Undisclosed):
                question = Question(
                    place, f"which code ran in {stage.id}", "Name the components under `code`.", of=stage.of
                )
                yield from answer(facts, question, code)
    looked_at = dict(of_the_release(facts, "training_code", "training_code"))
    for pointer, component in facts.training_code:
        if pointer not in looked_at:
            yield from available_code(facts, pointer, component, "code that trained the model")


def _derivations(facts: Facts) -> Iterator[Result]:
    """The code that merged, quantised or converted parameters: OSAID asks for the code used to derive them."""
    ran: dict[str, str] = {}
    for index, stage in enumerate(facts.stages):
        kind = DERIVING.get(stage.kind) if stage.kind and stage.of is None else None
        if kind is None:
            continue
        place = f"/stages/{index}/code"
        question = Question(place, f"which code ran in {stage.id}", f"Name a component of kind {kind}.")
        if isinstance(stage.code, Undisclosed):
            yield from answer(facts, question, stage.code)
        elif stage.code:
            for name in stage.code:
                ran.setdefault(name, stage.id)
        elif not any(component.of is None for _, component in facts.components(kind)):
            yield Doubt(place, f"The manifest does not say {question.asked}.", question.fix)
    looked_at = dict(facts.components("training_code")) | dict(facts.training_code)
    for name, stage_id in ran.items():
        pointer, component = facts.component(name)
        if pointer not in looked_at:
            yield from available_code(facts, pointer, component, f"the code that ran in {stage_id}")
