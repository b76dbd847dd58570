# SPDX-License-Identifier: Apache-2.0
"""G7 labels: weights, deployment code and training code, and the licences of these."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.licences import NOT_GRANTED, judge
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import answer, missing
from openmodel.policies.facts import Facts
from openmodel.policies.osaid import code as osaid_code
from openmodel.policies.osaid import parameters as osaid_parameters
from openmodel.policies.osaid.code_kinds import of_the_release
from openmodel.policies.osaid.contradicted_terms import stated_expression
from openmodel.policies.osaid.terms import judged, terms_of, terms_of_code
from openmodel.policies.osaid.terms import parameters as osaid_terms
from openmodel.policies.requirement import Claim, Doubt, Failing, NotApplicable, Result, requirement
from openmodel.policies.texts.placeholders import is_placeholder


@requirement(
    "G7-WEIGHTS",
    "The weights are available",
    part="model",
    basis="definition",
    passing=osaid_parameters.available.passing,
    failing=osaid_parameters.available.failing,
)
def weights(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-PARAM-AVAILABLE checks: the weights are in the release or at a place where everybody
    can have them. A place that asks for a fee is for a person to judge, since the vision says "free of charge".

    Why it matters: all four labels begin with weights that people can have.

    How to fix: add a component of kind `weights` with `files` or `where`.

    Source: G7 Vision on AI Openness (Paris, 29 May 2026), Weights Available AI: released free of charge along with its
    weights.
    """
    yield from osaid_parameters.available.check(facts)


@requirement(
    "G7-WEIGHTS-TERMS",
    "The weights are under stated terms",
    part="model",
    basis="definition",
    passing="components: [{id: w, name: Weights, kinds: [weights], terms: {expression: LicenseRef-Llama-3}}]",
    failing=Failing("components: [{id: w, name: Weights, kinds: [weights]}]", "/components/0/terms"),
)
def stated(facts: Facts) -> Iterator[Result]:
    """What it checks: every component of kind `weights` states terms that allow something. They may restrict use: that
    is what this label is for.

    Why it matters: without any terms nobody may use what everybody can download.

    How to fix: set `terms` of the weights.

    Source: G7 Vision on AI Openness, Weights Available AI: under a licence that includes restrictions on use.
    """
    components = list(facts.components("weights"))
    if not components:
        yield NotApplicable("no weights are offered; G7-WEIGHTS says what that means.")
    for pointer, component in components:
        yield from _stated(facts, pointer, component)


def _stated(facts: Facts, pointer: str, component: Component) -> Iterator[Result]:
    terms, question = component.terms, terms_of(pointer, component)
    if not isinstance(terms, Terms):
        yield from answer(facts, question, terms)
        return
    expression = stated_expression(terms)
    in_words = [text for text in (terms.grant, terms.url, terms.text) if text is not None and not is_placeholder(text)]
    verdict = judge(expression, "parameters") if expression is not None else None
    if verdict is None and not in_words:
        yield missing(facts, question, f"the manifest does not say {question.asked}")
    elif verdict is None or verdict.answer == "undecided":
        message = "The terms are none that is known here; whether they let people use the weights, a person must say."
        yield Doubt(question.where, message, question.fix)
    elif verdict.redistribution == NOT_GRANTED and not verdict.grants:
        yield missing(facts, question, "no licence is granted, so that nobody may use the weights")
    else:
        yield Claim(question.where)


@requirement(
    "G7-DEPLOYMENT-CODE",
    "The code that runs the model is available",
    part="code",
    basis="definition",
    passing=osaid_code.inference.passing,
    failing=osaid_code.inference.failing,
)
def deployment(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-CODE-INFERENCE checks: there is a component of kind `inference_code` that can be had.

    Why it matters: weights that nobody can run are only numbers.

    How to fix: add a component of kind `inference_code` with `files`, `where` or `pin`.

    Source: G7 Vision on AI Openness, Weights Available AI: along with its weights and deployment code. That deployment
    code is what runs the model is this project's reading.
    """
    yield from osaid_code.inference.check(facts)


@requirement(
    "G7-WEIGHTS-OPEN",
    "The weights are under an open source licence",
    part="model",
    basis="definition",
    passing=osaid_terms.passing,
    failing=Failing(
        "components: [{id: w, name: Weights, kinds: [weights], terms: {expression: LicenseRef-Llama-3}}]",
        "/components/0/terms",
    ),
)
def licensed(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-TERMS-PARAM checks, by the same table of terms. The vision speaks of an open source
    licence and does not say which those are: OSI-approved licences meet this, and a person must judge terms that the
    table approves and OSI has not, such as CC-BY-4.0.

    Why it matters: terms that restrict the use, by whom or for what, make the weights available and not open.

    How to fix: set `terms` of the weights to an OSI-approved licence, for example `{expression: Apache-2.0}`.

    Source: G7 Vision on AI Openness, Open Weights AI: under an open source licence.
    """
    for result in osaid_terms.check(facts):
        if isinstance(result, Claim) and (component := _component_of(facts, result.where)):
            yield from _open_source(component, result)
        else:
            yield result


def _component_of(facts: Facts, place: str) -> Component | None:
    found = (one for pointer, one in facts.components("weights") if place.startswith(f"{pointer}/terms"))
    return next(found, None)


def _open_source(component: Component, claim: Claim) -> Iterator[Result]:
    expression = stated_expression(component.terms) if isinstance(component.terms, Terms) else None
    if expression is not None and judge(expression, "code").answer != "approved":
        message = f"{expression} is approved for weights here, and is no licence that OSI has approved."
        yield Doubt(claim.where, message, "Choose an OSI-approved licence.", (claim.where,))
    else:
        yield claim


@requirement(
    "G7-DEPLOYMENT-CODE-OPEN",
    "The code that runs the model is under an open source licence",
    part="code",
    basis="definition",
    passing="components: [{id: r, name: Runner, kinds: [inference_code], terms: {expression: MIT}}]",
    failing=Failing(
        "components: [{id: r, name: Runner, kinds: [inference_code], terms: {expression: CC-BY-NC-4.0}}]",
        "/components/0/terms",
    ),
)
def deployment_licensed(facts: Facts) -> Iterator[Result]:
    """What it checks: every component of kind `inference_code` is under an OSI-approved licence.

    Why it matters: weights under an open licence are of little use where the code that runs them is not.

    How to fix: set `terms` of the component to the SPDX id of its licence, and change the licence if need be.

    Source: G7 Vision on AI Openness, Open Weights AI: weights and deployment code, under an open source licence.
    """
    yield from _terms_of_code(facts, "inference_code", "G7-DEPLOYMENT-CODE")


@requirement(
    "G7-TRAINING-CODE",
    "The code that trained the model is there under an open source licence",
    part="code",
    basis="definition",
    passing="""
        components:
          - id: train
            name: Trainer
            kinds: [training_code]
            where: [{url: 'https://example.org/code'}]
            terms: {expression: Apache-2.0}
        """,
    failing=Failing("components: [{id: w, name: Weights, kinds: [weights]}]", "/components"),
)
def training(facts: Facts) -> Iterator[Result]:
    """What it checks: what OSAID-CODE-TRAINING checks, and that each component of kind `training_code` is under an
    OSI-approved licence. The vision does not name code that processed the data; OSAID-CODE-PROCESSING asks for it.

    Why it matters: how a model came to be can only be studied, and done again, with the code that trained it.

    How to fix: add a component of kind `training_code` with `files`, `where` or `pin`, and with `terms`.

    Source: G7 Vision on AI Openness, Open Source AI: weights, deployment code, training code.
    """
    yield from osaid_code.training.check(facts)
    for pointer, component in facts.training_code:
        yield from terms_of_code(facts, pointer, component)


def _terms_of_code(facts: Facts, kind: Kind, availability: str) -> Iterator[Result]:
    components = list(of_the_release(facts, kind, kind))
    if not components:
        yield NotApplicable(f"no such code is offered; {availability} says what that means.")
    for pointer, component in components:
        yield from judged(facts, terms_of(pointer, component), component.terms, "code")
