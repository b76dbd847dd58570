# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0: the legal terms that each element must be under."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from openmodel.licences import Verdict, judge_code, judge_terms
from openmodel.manifest.base import Undisclosed
from openmodel.manifest.component import Component
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import Question, answer, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.code import ALWAYS, IF_USED
from openmodel.policies.osaid.licence_texts import unclaimed_texts
from openmodel.policies.placeholders import is_placeholder
from openmodel.policies.presence import is_only_data
from openmodel.policies.requirement import Claim, Doubt, Failing, Finding, NotApplicable, Result, requirement

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
    has decided about are left to a person. When a third party describes the release, the terms of the publisher's
    own data information (components of kind `data_information` or `data_card`) are what counts.

    Why it matters: who may not copy the description may not build on it.

    How to fix: set `disclosure_terms`, for example to `{expression: CC-BY-4.0}`.

    Source: OSAID 1.0, Data Information: "shall be made available under OSI-approved terms".
    """
    if facts.speaker() == "publisher":
        question = Question(
            "/release/disclosure_terms",
            "under which terms the descriptions in this document are",
            "Set it, for example to `{expression: CC-BY-4.0}`.",
        )
        yield from _judged(facts, question, facts.manifest.release.disclosure_terms, judge_terms)
        return
    documents = list(facts.components("data_information", "data_card"))
    if not documents:
        fix = "List the publisher's data card or other description of the data under `components`, with its terms."
        yield from answer(facts, Question("/components", "what the publisher itself says about the data", fix), None)
    for pointer, component in documents:
        yield from _judged(facts, _terms_of(pointer, component), component.terms, judge_terms)


def _terms_of(pointer: str, component: Component) -> Question:
    return Question(
        f"{pointer}/terms",
        f"under which terms {short(component.name)} is",
        "Set `terms`, for example to `{expression: Apache-2.0}`.",
        of=component.of,
    )


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
    The terms of files that are no source code, such as a vocabulary, are looked at too, but do not meet this alone.

    Why it matters: code that may not be used, studied, changed and shared for any purpose is not open source.

    How to fix: set `terms` of the component to the SPDX id of its licence, and change the licence if need be.

    Source: OSAID 1.0, Code: "shall be made available under OSI-approved licenses".
    """
    components = dict([*facts.components(*ALWAYS, *IF_USED, "tokenizer"), *facts.training_code])
    unsaid = list(facts.components_without_kinds) if not components else []
    for pointer, component in unsaid:
        message = f"Nothing says what {short(component.name)} is, so that nobody can tell which terms it needs."
        yield Doubt(f"{pointer}/kinds", message, "Set `kinds`.")
    found = [result for pointer, component in components.items() for result in _of_code(facts, pointer, component)]
    yield from found
    if not unsaid and not found:
        yield NotApplicable("no source code is offered; OSAID-CODE-COMPLETE says what that means.")


def _of_code(facts: Facts, pointer: str, component: Component) -> Iterator[Result]:
    """What is to be said about the terms of a component; that those of mere data are approved counts for nothing."""
    only_tokenizer = set(component.kinds) == {"tokenizer"}  # Mostly data: a vocabulary.
    judge = judge_terms if only_tokenizer else judge_code
    for result in _judged(facts, _terms_of(pointer, component), component.terms, judge):
        if not (isinstance(result, Claim) and is_only_data(facts, component)):
            yield result


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
    assertion that the parameters are freely available to all. A licence's text at the top of the release is read as the
    terms of what is released: if nothing here is said to be under it, or it was not read because there are more than
    64, a person must judge what it covers.

    Why it matters: weights that may be downloaded but not used for any purpose are not open.

    How to fix: set `terms` of the weights, for example to `{expression: Apache-2.0}`.

    Source: OSAID 1.0, Parameters: "shall be made available under OSI-approved terms"; FAQ: "an explicit assertion
    accompanying the distribution of Parameters".
    """
    components = list(facts.components("weights"))
    if not components:
        yield NotApplicable("no weights are offered; OSAID-PARAM-AVAILABLE says what that means.")
    for pointer, component in components:
        yield from _judged(facts, _terms_of(pointer, component), component.terms, judge_terms)
    yield from _terms_of_parents(facts)
    yield from unclaimed_texts(facts)


def _terms_of_parents(facts: Facts) -> Iterator[Result]:
    """Terms of a base may bind what is made from it; whether these do is for a person to say."""
    for pointer, parent in facts.inherited_parents:
        expression = parent.terms.expression if isinstance(parent.terms, Terms) else None
        verdict = judge_terms(expression) if expression is not None else None
        if verdict is not None and verdict.answer != "approved":
            message = f"{short(parent.name)}, whose parameters went into this model, is not under approved terms: "
            yield Doubt(f"{pointer}/terms", f"{message}{verdict.reason}.", "Say what that means for this model.")


def _judged(facts: Facts, question: Question, terms: Terms | Undisclosed | None, judge: Judge) -> Iterator[Result]:
    if not isinstance(terms, Terms):
        yield from answer(facts, question, terms)
        return
    words = [text for text in (terms.grant, terms.url, terms.text) if text is not None and not is_placeholder(text)]
    unsaid = terms.expression is None or (is_placeholder(terms.expression) and not _says_none(terms))
    if unsaid and not words:
        yield from answer(facts, question, None)
        return
    if terms.expression is None:
        message = "The terms are given only in words, and no program can judge those."
        fix = "Add the SPDX expression, if there is one."
        yield Doubt(question.where, message, fix, _with_text(facts, question, terms))
        return
    verdict = judge(terms.expression)
    message = f"The terms are not approved: {verdict.reason}."
    if verdict.answer == "approved":
        yield Claim(f"{question.where}/expression")
    elif verdict.answer == "restricted":
        yield Finding(question.where, message, verdict.fix, "unmet")
    else:
        yield Doubt(question.where, message, verdict.fix, _with_text(facts, question, terms))


def _says_none(terms: Terms) -> bool:
    return terms.expression is not None and terms.expression.strip().upper() == "NONE"


def _with_text(facts: Facts, question: Question, terms: Terms) -> tuple[str, ...]:
    """What a review of terms is about: also the very text, where it is a file of the release."""
    measured = facts.measured_file(terms.text) if terms.text else None
    return (question.where, measured) if measured else (question.where,)
