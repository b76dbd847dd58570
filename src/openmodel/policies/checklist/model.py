# SPDX-License-Identifier: Apache-2.0
"""The checklist, Model: architecture and parameters."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.policies.checklist.code import code
from openmodel.policies.checklist.optional import MODEL, optional, together
from openmodel.policies.facts import Facts
from openmodel.policies.osaid import parameters as osaid_parameters
from openmodel.policies.osaid import terms
from openmodel.policies.requirement import Failing, Result, requirement


@requirement(
    "CHECKLIST-MODEL-ARCHITECTURE",
    "The model architecture is there under an OSI-approved licence",
    part="model",
    basis="definition",
    passing="""
        components:
          - id: net
            name: Network
            kinds: [architecture]
            where: [{url: 'https://example.org/code'}]
            terms: {expression: MIT}
        """,
    failing=Failing(
        """
        components:
          - id: net
            name: Network
            kinds: [architecture]
            where: [{url: 'https://example.org/code'}]
            terms: {expression: CC-BY-4.0}
        """,
        "/components/0/terms",
    ),
)
def architecture(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `architecture` that can be had, under an OSI-approved licence.

    Why it matters: weights are numbers; the architecture says what they mean.

    How to fix: add the component with `files`, `where` or `pin`, and with `terms`.

    Source: checklist for OSAID 1.0, Model, required: model architecture, under an OSI-approved license.
    """
    yield from code(facts, "architecture")


@requirement(
    "CHECKLIST-MODEL-PARAMETERS",
    "The model parameters are there under approved terms",
    part="model",
    basis="definition",
    passing="""
        components:
          - {id: w, name: Weights, kinds: [weights], files: [model.safetensors], terms: {expression: Apache-2.0}}
        """,
    failing=Failing(
        "components: [{id: w, name: Weights, kinds: [weights], files: [model.safetensors]}]", "/components/0/terms"
    ),
)
def parameters(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-PARAM-AVAILABLE and OSAID-TERMS-PARAM check. A model card, sample outputs and metadata
    are optional, and only noted.

    Why it matters: without parameters under terms that assure all freedoms there is nothing to use, study or change.

    How to fix: add a component of kind `weights` with `files` or `where`, and with `terms`.

    Source: checklist for OSAID 1.0, Model, required: model parameters, under OSI-approved terms.
    """
    yield from together(_parameters(facts))
    yield from optional(facts, MODEL)


def _parameters(facts: Facts) -> Iterator[Result]:
    yield from osaid_parameters.available.check(facts)
    yield from terms.parameters.check(facts)
