# SPDX-License-Identifier: Apache-2.0
"""Files of weights that a component of another kind has too, and under other terms: everything in the release, the last
checkpoint. Which of them hold is for a person to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openmodel.licences import judge
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.contradicted_terms import contradictions, stated_expression
from openmodel.policies.parameter_files import files_with_parameters
from openmodel.policies.requirement import Doubt, Result


def also_under_other_terms(facts: Facts, weights: Sequence[tuple[str, Component]]) -> Iterator[Result]:
    """A doubt for each component that is none of these, has a file with their parameters, and is under terms that are
    not approved for it, or whose words say otherwise."""
    is_built = facts.manifest.measured is not None
    shared = {
        path
        for _, component in weights
        for path in (files_with_parameters(facts, component) if is_built else component.files)
    }
    judged = {pointer for pointer, _ in weights}
    for index, component in enumerate(answered(facts.manifest.components) if shared else ()):
        pointer = f"/components/{index}"
        if pointer in judged or not is_stated(component) or (why := _not_approved(component.terms)) is None:
            continue
        held = facts.files_of(component) if is_built else sorted(shared if "**" in component.files else component.files)
        if path := next((path for path in held if path in shared), None):
            message = f"{short(path)}, which holds parameters, is also of {short(component.name)}, and {why}."
            fix = "Say in the `terms` of both what holds for the file, or list it once."
            yield Doubt(f"{pointer}/terms", message, fix)


def is_stated(component: Component) -> bool:
    """Whether a component states terms of any kind."""
    terms = component.terms
    return isinstance(terms, Terms) and any((stated_expression(terms), terms.text, terms.url, terms.grant))


def _not_approved(terms: object) -> str | None:
    """Why terms are not approved for parameters, in words that continue a sentence; None where they are."""
    if not isinstance(terms, Terms):
        return None
    expression = stated_expression(terms)
    if expression is None:
        return "the terms of that are given only in words"
    verdict = judge(expression, "parameters")
    if verdict.answer != "approved":
        return f"the terms of that are not approved: {verdict.reason}"
    otherwise = "; ".join(contradictions(terms, "parameters"))
    return f"the terms of that are said to be {short(expression)}, and {otherwise}" if otherwise else None
