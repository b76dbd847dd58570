# SPDX-License-Identifier: Apache-2.0
"""The checklist, Code: all of it is required, under OSI-approved licences."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.component import Kind
from openmodel.policies.checklist.optional import CODE, optional, together
from openmodel.policies.facts import Facts
from openmodel.policies.osaid import code as osaid_code
from openmodel.policies.osaid.code_kinds import answering, code_of_kind, of_the_release
from openmodel.policies.osaid.terms import terms_of_code
from openmodel.policies.requirement import Failing, Result, requirement


@requirement(
    "CHECKLIST-CODE-PREPROCESSING",
    "Data pre-processing code is there under an OSI-approved licence",
    part="code",
    basis="definition",
    passing="""
        components:
          - id: clean
            name: Cleaning
            kinds: [data_processing_code]
            where: [{url: 'https://example.org/code'}]
            terms: {expression: MIT}
        """,
    failing=Failing("stages: [{id: s, kind: process}]", "/components"),
)
def preprocessing(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `data_processing_code` that can be had, under an OSI-approved
    licence. As in OSAID-CODE-PROCESSING, `not_applicable` under `not_offered`, with a reason, is believed unless a
    stage of kind `process` shows that it was used.

    Why it matters: what was done to the data before training is known for sure only from the code that did it.

    How to fix: add the component with `files`, `where` or `pin`, and with `terms`.

    Source: checklist for OSAID 1.0, Code, required: data pre-processing, under an OSI-approved license.
    """
    yield from code(facts, "data_processing_code")


@requirement(
    "CHECKLIST-CODE-TRAINING",
    "Training, validation and testing code is there, OSI-approved",
    part="code",
    basis="definition",
    passing="""
        components:
          - id: train
            name: Trainer
            kinds: [training_code, validation_code]
            where: [{url: 'https://example.org/code'}]
            terms: {expression: Apache-2.0}
        """,
    failing=Failing(
        """
        components:
          - id: train
            name: Trainer
            kinds: [training_code, validation_code]
            where: [{url: 'https://example.org/code'}]
            terms: {expression: CC-BY-NC-4.0}
        """,
        "/components/0/terms",
    ),
)
def training(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-CODE-TRAINING and OSAID-CODE-VALIDATION check, and that each of these components is
    under an OSI-approved licence. The checklist does not name arguments and settings; OSAID-CODE-SETTINGS does.

    Why it matters: weights without the code that made and tested them cannot be studied or made again.

    How to fix: add components of kind `training_code` and `validation_code` with `files`, `where` or `pin`, and with
    `terms`.

    Source: checklist for OSAID 1.0, Code, required: training, validation and testing, under an OSI-approved license.
    """
    yield from together(_training(facts))


def _training(facts: Facts) -> Iterator[Result]:
    yield from osaid_code.training.check(facts)
    yield from osaid_code.validation.check(facts)
    asked = dict(facts.training_code) | dict(of_the_release(facts, "validation_code", "validation_code"))
    for pointer, component in asked.items():
        yield from terms_of_code(facts, pointer, component)


@requirement(
    "CHECKLIST-CODE-INFERENCE",
    "Inference code is there under an OSI-approved licence",
    part="code",
    basis="definition",
    passing="""
        components:
          - id: run
            name: Runner
            kinds: [inference_code]
            where: [{url: 'https://example.org/code'}]
            terms: {expression: MIT}
        """,
    failing=Failing(
        """
        components:
          - {id: run, name: Runner, kinds: [inference_code], where: [{url: 'https://example.org/code'}]}
        """,
        "/components/0/terms",
    ),
)
def inference(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `inference_code` that can be had, under an OSI-approved licence.
    Code for benchmarks and other evaluation is optional, and only noted.

    Why it matters: nobody can use or study a model that they cannot run.

    How to fix: add the component with `files`, `where` or `pin`, and with `terms`.

    Source: checklist for OSAID 1.0, Code, required: inference, under an OSI-approved license.
    """
    yield from code(facts, "inference_code")
    yield from optional(facts, CODE)


@requirement(
    "CHECKLIST-CODE-LIBRARIES",
    "Supporting libraries and tools are there, OSI-approved",
    part="code",
    basis="definition",
    passing="""
        components:
          - id: words
            name: Tokenizer library
            kinds: [library]
            where: [{url: 'https://example.org/tokenizer'}]
            terms: {expression: Apache-2.0}
        not_offered: {hyperparameter_search_code: {undisclosed: not_applicable, reason: Chosen by hand.}}
        """,
    failing=Failing("stages: [{id: s, kind: tokenize}]", "/components"),
)
def libraries(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-CODE-LIBRARIES and OSAID-CODE-SEARCH check, and that each of these components is under
    an OSI-approved licence; a tokenizer that is only data may be under approved terms.

    Why it matters: with another tokenizer the same weights say nothing.

    How to fix: add components of kind `library`, `tokenizer` or `hyperparameter_search_code` with `files`, `where` or
    `pin`, and with `terms`; or say under `not_offered` that there is none and why.

    Source: checklist for OSAID 1.0, Code, required: supporting libraries and tools, under an OSI-approved license;
    OSAID 1.0 names "tokenizers and hyperparameters search code".
    """
    yield from code(facts, "library", "hyperparameter_search_code")


def code(facts: Facts, *kinds: Kind) -> Iterator[Result]:
    """Whether code of these kinds can be had, and under which licence it is."""
    yield from together(_code(facts, kinds))


def _code(facts: Facts, kinds: tuple[Kind, ...]) -> Iterator[Result]:
    for kind in kinds:
        yield from code_of_kind(facts, kind)
        for pointer, component in of_the_release(facts, kind, *answering(kind)):
            yield from terms_of_code(facts, pointer, component)
