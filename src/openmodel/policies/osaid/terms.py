# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0: the legal terms that each element must be under."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from openmodel.licences import Verdict, judge_code, judge_terms
from openmodel.manifest.base import Undisclosed
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.code import ALWAYS, IF_USED
from openmodel.policies.requirement import Claim, Failing, Finding, NotApplicable, Result, requirement

Judge = Callable[[str], Verdict]


@requirement(
    "OSAID-TERMS-DATA",
    "Data information is under approved terms",
    part="data",
    basis="definition",
    passing="release: {name: Example, disclosure_terms: {expression: CC-BY-4.0}}",
    failing=Failing("release: {name: Example}", "/release/disclosure_terms"),
)
def data_information(facts: Facts) -> Iterator[Result]:
    """What it checks: `release/disclosure_terms` puts the descriptions in this document under approved terms: an
    OSI-approved licence, or terms in the table `openmodel-terms-1`. OSI publishes no such list; terms that nobody
    has decided about are left to a person.

    Why it matters: who may not copy the description may not build on it.

    How to fix: set `disclosure_terms`, for example to `{expression: CC-BY-4.0}`.

    Source: OSAID 1.0, Data Information: "shall be made available under OSI-approved terms".
    """
    question = Question(
        "/release/disclosure_terms",
        "under which terms the descriptions in this document are",
        "Set it, for example to `{expression: CC-BY-4.0}`.",
    )
    yield from _judged(facts, question, facts.manifest.release.disclosure_terms, judge_terms)


@requirement(
    "OSAID-TERMS-CODE",
    "Code is under OSI-approved licences",
    part="code",
    basis="definition",
    passing="components: [{id: c, name: Code, kinds: [training_code], terms: {expression: Apache-2.0}}]",
    failing=Failing(
        "components: [{id: c, name: Code, kinds: [training_code], terms: {expression: CC-BY-NC-4.0}}]",
        "/components/0/terms",
    ),
)
def code(facts: Facts) -> Iterator[Result]:
    """What it checks: every component with code that OSAID asks for is under an OSI-approved licence, by the flag in
    the SPDX licence list. Conditions such as copyleft are fine. For an expression, AND needs all parts, OR needs one.

    Why it matters: code that may not be used, studied, changed and shared for any purpose is not open source.

    How to fix: set `terms` of the component to the SPDX id of its licence, and change the licence if need be.

    Source: OSAID 1.0, Code: "shall be made available under OSI-approved licenses".
    """
    components = list(facts.components(*ALWAYS, *IF_USED))
    if not components:
        yield NotApplicable("no code is offered; OSAID-CODE-COMPLETE says what that means.")
    for pointer, component in components:
        question = Question(
            f"{pointer}/terms",
            f"which licence {component.name} is under",
            "Set `terms`, for example to `{expression: Apache-2.0}`.",
            of=component.of,
        )
        yield from _judged(facts, question, component.terms, judge_code)


@requirement(
    "OSAID-TERMS-PARAM",
    "Parameters are under terms that assure all four freedoms",
    part="parameters",
    basis="definition",
    passing="components: [{id: w, name: Weights, kinds: [weights], terms: {expression: Apache-2.0}}]",
    failing=Failing("components: [{id: w, name: Weights, kinds: [weights]}]", "/components/0/terms"),
)
def parameters(facts: Facts) -> Iterator[Result]:
    """What it checks: every component of kind `weights` states terms, and they are approved: an OSI-approved licence,
    or terms in the table `openmodel-terms-1`. Whatever the legal mechanism, silence fails: OSI asks for an explicit
    assertion that the parameters are freely available to all.

    Why it matters: weights that may be downloaded but not used for any purpose are not open.

    How to fix: set `terms` of the weights, for example to `{expression: Apache-2.0}`.

    Source: OSAID 1.0, Parameters: "shall be made available under OSI-approved terms"; FAQ: "an explicit assertion
    accompanying the distribution of Parameters".
    """
    components = list(facts.components("weights"))
    if not components:
        yield NotApplicable("no weights are offered; OSAID-PARAM-AVAILABLE says what that means.")
    for pointer, component in components:
        question = Question(
            f"{pointer}/terms",
            f"under which terms {component.name} is",
            "Set `terms`, for example to `{expression: Apache-2.0}`.",
            of=component.of,
        )
        yield from _judged(facts, question, component.terms, judge_terms)


def _judged(facts: Facts, question: Question, terms: Terms | Undisclosed | None, judge: Judge) -> Iterator[Result]:
    if not isinstance(terms, Terms) or not (terms.expression or terms.grant or terms.url or terms.text):
        yield from answer(facts, question, terms if isinstance(terms, Undisclosed) else None)
        return
    if terms.expression is None:
        message = "The terms are given only in words, and no program can judge those."
        yield Finding(question.where, message, "Add the SPDX expression, if there is one.", "judge")
        return
    verdict = judge(terms.expression)
    if verdict.answer == "approved":
        yield Claim(f"{question.where}/expression")
    else:
        kind: Literal["unmet", "judge"] = "unmet" if verdict.answer == "restricted" else "judge"
        yield Finding(question.where, f"The terms are not approved: {verdict.reason}.", verdict.fix, kind)
