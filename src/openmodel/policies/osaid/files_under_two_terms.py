# SPDX-License-Identifier: Apache-2.0
"""Files of weights that a component of another kind has too, and under other terms: everything in the release, the last
checkpoint. Which of them hold is for a person to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openmodel.licences import judge
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.values import Terms
from openmodel.policies.availability.parameter_files import files_with_parameters
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.contradicted_terms import contradictions, stated_expression
from openmodel.policies.requirement import Doubt, Result
from openmodel.policies.texts.placeholders import is_placeholder


def also_under_other_terms(facts: Facts, weights: Sequence[tuple[str, Component]]) -> Iterator[Result]:
    """A doubt for each component that is none of these, has a file with their parameters, and is under terms that are
    not approved for it, or whose words say otherwise."""
    shared = {path for _, component in weights for path in files_with_parameters(facts, component)}
    judged = {pointer for pointer, _ in weights}
    theirs = [component.terms for _, component in weights if isinstance(component.terms, Terms)]
    for index, component in enumerate(answered(facts.manifest.components) if shared else ()):
        pointer = f"/components/{index}"
        terms = component.terms
        if pointer in judged or not isinstance(terms, Terms) or (why := _otherwise(terms, theirs)) is None:
            continue
        if path := next((path for path in _files(facts, component) if path in shared or path == "**"), None):
            message = f"{short(path)}, which holds parameters, is also of {short(component.name)}, and {why}."
            fix = "Say in the `terms` of both what holds for the file, or list it once."
            yield Doubt(f"{pointer}/terms", message, fix)


def is_stated(component: Component) -> bool:
    """Whether a component states terms of any kind."""
    terms = component.terms
    return isinstance(terms, Terms) and any((stated_expression(terms), terms.text, terms.url, terms.grant))


def _files(facts: Facts, component: Component) -> Sequence[str]:
    """The files of a component; before `build`, its globs."""
    return component.files if facts.manifest.measured is None else facts.files_of(component)


def _otherwise(terms: Terms, judged: Sequence[Terms]) -> str | None:
    """What terms say that is not approved for parameters and not judged already, in words that continue a sentence."""
    expression = stated_expression(terms)
    if expression is None:
        known = {word for one in judged for word in (one.text, one.url, one.grant)}
        words = {word for word in (terms.text, terms.url, terms.grant) if word and not is_placeholder(word)}
        return None if words <= known else "the terms of that are given only in words"
    verdict = judge(expression, "parameters")
    if verdict.answer != "approved":
        is_judged = any(one.expression == expression for one in judged)
        return None if is_judged else f"the terms of that are not approved: {verdict.reason}"
    otherwise = "; ".join(contradictions(terms, "parameters"))
    return f"the terms of that are said to be {short(expression)}, and {otherwise}" if otherwise else None
