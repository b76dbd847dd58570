# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0: the legal terms that each element must be under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openmodel.licences import Element, Freedom, Verdict, asserts_nothing, judge
from openmodel.manifest.base import Undisclosed
from openmodel.manifest.component import Component
from openmodel.manifest.values import Terms
from openmodel.policies.availability.presence import is_only_data
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.assertions import assertions, speaks_for_it
from openmodel.policies.osaid.card_licences import licences_of_the_card
from openmodel.policies.osaid.code_kinds import ALWAYS, IF_USED, doubted, further_libraries
from openmodel.policies.osaid.code_that_ran import code_of_stages
from openmodel.policies.osaid.contradicted_terms import contradictions, stated_expression
from openmodel.policies.osaid.documents import components_of, documents_of_sources
from openmodel.policies.osaid.files_under_two_terms import also_under_other_terms, is_stated
from openmodel.policies.osaid.licence_texts import unclaimed_texts
from openmodel.policies.osaid.texts_over_code import texts_over_code
from openmodel.policies.requirement import Claim, Doubt, Failing, Finding, NotApplicable, Result, asks, requirement
from openmodel.policies.texts.placeholders import is_placeholder

_NOUNS: dict[Freedom, str] = {"use": "use", "study": "study", "modify": "modification", "share": "sharing"}

FREE = "parameters_freely_available"
"""The assertion that parameters are freely available to all."""


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
    OSI-approved licence, or terms in the table `openmodel-terms-3`; and so are components of kind `data_information` or
    `data_card`. OSI publishes no such list; terms that nobody has decided about are left to a person. A document that
    describes a source in place of this one must be listed, of whatever kind, and be under approved terms of its own. A
    component that does not say what it is may be such, and unless its terms are approved a person must see.
    When a third party describes the release, only the publisher's own data information, in such components, counts.

    Why it matters: who may not copy the description may not build on it.

    How to fix: set `disclosure_terms`, for example to `{expression: CC-BY-4.0}`.

    Source: OSAID 1.0, Data Information: "shall be made available under OSI-approved terms".
    """
    documents = list(facts.components("data_information", "data_card"))
    own: list[Result] = []
    if facts.speaker() == "publisher":
        question = Question(
            "/release/disclosure_terms",
            "which terms hold for the descriptions in this document",
            "Set it, for example to `{expression: CC-BY-4.0}`.",
        )
        own = list(judged(facts, question, facts.manifest.release.disclosure_terms, "data_information"))
        yield from own
    elif not documents:
        fix = "List the publisher's data card or other description of the data under `components`, with its terms."
        yield from answer(facts, Question("/components", "what the publisher itself says about the data", fix), None)
    enough = any(isinstance(result, Claim) for result in own)
    named = documents_of_sources(facts)
    held = components_of(facts, named)
    for name, place in named.items():
        yield from _of_document(facts, name, place, held.get(name, []))
    needed = {pointer for found in held.values() for pointer, _ in found}
    for pointer, component in documents:
        if pointer in needed:
            continue
        for result in judged(facts, terms_of(pointer, component), component.terms, "data_information"):
            yield doubted(result) if enough else result
    for pointer, component in facts.components_without_kinds:
        # Whatever it is, its terms may be enough. Of code, other requirements say what is not there.
        results = list(judged(facts, terms_of(pointer, component), component.terms, "data_information"))
        if pointer not in needed and (not results or any(map(asks, results))):
            yield _of_no_kind(pointer, component)


def _of_no_kind(pointer: str, component: Component) -> Doubt:
    message = f"Nothing says what {short(component.name)} is, so that nobody can tell which terms it needs."
    return Doubt(f"{pointer}/kinds", message, "Set `kinds`.")


def _of_document(facts: Facts, name: str, place: str, held: Sequence[tuple[str, Component]]) -> Iterator[Result]:
    """What only a document says is under the terms of the document, whatever the manifest is under."""
    if not held:
        message = f"Nothing says which terms hold for {short(name)}, which describes data in place of this manifest."
        yield Doubt(place, message, "List it under `components` with its `terms`.")
        return
    each = [
        list(judged(facts, terms_of(pointer, component), component.terms, "data_information"))
        for pointer, component in held
    ]
    approved = [results for results in each if any(isinstance(result, Claim) for result in results)]
    yield from approved[0] if approved else each[0]
    for (_, component), results in zip(held, each, strict=True):
        if approved and results not in approved and is_stated(component):  # Silence says nothing else.
            yield from map(doubted, results)


def terms_of(pointer: str, component: Component) -> Question:
    """The question under which terms a component is."""
    return Question(
        f"{pointer}/terms",
        f"which terms hold for {short(component.name)}",
        "Set `terms`, for example to `{expression: Apache-2.0}`.",
        of=component.of,
        fix_by_others="Find out which licence is stated, and write in `terms` what is stated and nothing else.",
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
    """What it checks: every component with code that OSAID asks for, or that a stage names, is under an OSI-approved
    licence, by the flag in the SPDX licence list. Conditions such as copyleft are fine. For an expression, AND needs
    all parts, OR needs one. Beside a library or tokenizer whose terms are approved, the terms of others that no stage
    names are for a person to judge. The terms of files that are no source code, such as a vocabulary, are looked at
    too, but do not meet this alone.

    A component whose only kind is `tokenizer` is mostly data, a vocabulary and rules, so that terms which are approved
    for parameters, such as CC-BY-4.0, are enough for it. OSAID names tokenizers among the libraries, and so their terms
    are asked for here. Code that makes or applies a tokenizer is of kind `library`, and needs an OSI-approved licence.

    The text of a licence in the folder of code, or in the nearest one above it, is read as the terms of that code. If
    it is none that is known here, or nothing there is said to be under it, a person must judge. Below the folder of a
    component, a text that OSI has approved is taken for that of a library that was copied in.

    Why it matters: code that may not be used, studied, changed and shared for any purpose is not open source.

    How to fix: set `terms` of the component to the SPDX id of its licence, and change the licence if need be.

    Source: OSAID 1.0, Code: "shall be made available under OSI-approved licenses".
    """
    components = dict(facts.components(*ALWAYS, *IF_USED, "tokenizer")) | code_of_stages(facts)
    unsaid = list(facts.components_without_kinds) if not components else []
    yield from (_of_no_kind(pointer, component) for pointer, component in unsaid)
    found = {pointer: list(terms_of_code(facts, pointer, component)) for pointer, component in components.items()}
    enough = any(not any(map(asks, found[pointer])) for pointer, _ in facts.components("library", "tokenizer"))
    further = further_libraries(facts) if enough else ()
    for pointer, results in found.items():
        yield from map(doubted, results) if pointer in further else results
    yield from texts_over_code(facts, {at: one for at, one in components.items() if not is_only_data(facts, one)})
    if not unsaid and not any(found.values()):
        yield NotApplicable("no source code is offered; the requirements OSAID-CODE say what that means.")


def terms_of_code(facts: Facts, pointer: str, component: Component) -> Iterator[Result]:
    """What is to be said about the terms of a component of code; that those of mere data are approved counts for
    nothing."""
    only_tokenizer = set(component.kinds) == {"tokenizer"}  # Mostly data: a vocabulary.
    element: Element = "parameters" if only_tokenizer else "code"
    for result in judged(facts, terms_of(pointer, component), component.terms, element):
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
    or terms in the table `openmodel-terms-3`. So are those of components of kind `configuration` that state some.
    Silence fails, whatever the legal mechanism. That rests on OSI's FAQ, which asks for an explicit assertion that the
    parameters are freely available to all, and not on the words of the definition. A licence's text at the top of the
    release is read as the terms of what is released: if no component here is said to be under it, or it was not read
    because there are more than 64, a person must judge what it covers. So must a person where a model that this one was
    made from is under no terms, or under others, where a component of another kind has the same file under terms that
    are not approved, where the grant, the note or the address of terms speaks of a restriction that the licence named
    does not have, and where the front matter of the card, read with `--verify-bytes`, names several licences, not all
    of them approved.

    Why it matters: weights that may be downloaded but not used for any purpose are not open.

    How to fix: set `terms` of the weights, for example to `{expression: Apache-2.0}`.

    Source: OSAID 1.0, Parameters: "shall be made available under OSI-approved terms". That silence fails: FAQ, "an
    explicit assertion accompanying the distribution of Parameters".
    """
    components = list(facts.components("weights"))
    if not components:
        yield NotApplicable("no weights are offered; OSAID-PARAM-AVAILABLE says what that means.")
    asserted = next((place for place, by in assertions(facts, FREE) if speaks_for_it(facts, place, by)), None)
    for pointer, component in components:
        yield from _of_parameters(facts, pointer, component, asserted)
    yield from also_under_other_terms(facts, components)
    yield from _configuration(facts)
    yield from terms_of_parents(facts)
    yield from unclaimed_texts(facts)
    yield from licences_of_the_card(facts)


def _configuration(facts: Facts) -> Iterator[Result]:
    """OSAID counts "other configuration settings" among parameters. They go with the weights, so that silence is no
    lack; but terms that restrict them are found."""
    for pointer, component in facts.components("configuration"):
        stated = isinstance(component.terms, Terms) and component.terms.expression is not None
        if stated and "weights" not in component.kinds:
            results = judged(facts, terms_of(pointer, component), component.terms, "parameters")
            yield from (result for result in results if not isinstance(result, Claim))


def _of_parameters(facts: Facts, pointer: str, component: Component, asserted: str | None) -> Iterator[Result]:
    """Without terms, the publisher's bare assertion that the parameters are free may be enough, or not: OSI leaves the
    legal mechanism open (FAQ)."""
    if component.terms is None and component.of is None and asserted:
        message = (
            f"No terms are given for {short(component.name)}, only an assertion that parameters are freely available."
        )
        yield Doubt(f"{pointer}/terms", message, "Set `terms`.", (f"{pointer}/terms", asserted))
    else:
        yield from judged(facts, terms_of(pointer, component), component.terms, "parameters")


def terms_of_parents(facts: Facts) -> Iterator[Result]:
    """Terms of a base may bind what is made from it; whether these do is for a person to say."""
    known = {component.of for _, component in facts.components("weights")}
    known |= {parent.id for _, parent, _ in facts.read_parents}  # They are judged by their own manifests.
    for pointer, parent in facts.inherited_parents:
        expression = parent.terms.expression if isinstance(parent.terms, Terms) else None
        if expression is None and parent.id not in known:
            message = f"The manifest gives no terms of {short(parent.name)}, whose parameters went into this model."
            yield Doubt(f"{pointer}/terms", message, "Set `terms` of the parent.")
        verdict = judge(expression, "parameters") if expression is not None else None
        if verdict is not None and verdict.answer != "approved":
            message = f"{short(parent.name)}, whose parameters went into this model, is not under approved terms: "
            yield Doubt(f"{pointer}/terms", f"{message}{_why(verdict)}.", "Find out whether they bind this model too.")
        elif isinstance(parent.terms, Terms) and (otherwise := "; ".join(contradictions(parent.terms, "parameters"))):
            message = f"{short(parent.name)}, whose parameters went into this model, is said to be under "
            message += f"{short(expression or '')}, and {otherwise}."
            yield Doubt(f"{pointer}/terms", message, "Find out which terms hold, and whether they bind this model too.")
    for pointer, parent, read in facts.read_parents:
        said = parent.terms.expression if isinstance(parent.terms, Terms) else None
        stated = [component.terms for _, component in read.facts.components("weights") if component.of is None]
        theirs = [terms.expression for terms in stated if isinstance(terms, Terms) and terms.expression is not None]
        if said is not None and theirs and said not in theirs:
            message = f"{short(parent.name)} is said to be under {short(said)}, and its own manifest says "
            message += f"{short(theirs[0])}."
            yield Doubt(f"{pointer}/terms", message, "Correct it.", (f"{pointer}/terms", f"{pointer}/manifest"))


def _why(verdict: Verdict) -> str:
    """Why terms are not approved, with the clauses on passing on, which may bind what is made from it."""
    clauses = [clause.words for clause in verdict.clauses if clause.freedom == "share"]
    return "; ".join([verdict.reason, *(words for words in clauses if words not in verdict.reason)])


def _in_short(verdict: Verdict) -> str:
    """Why terms are not approved, with their first clause; the table of freedoms has the others."""
    others = verdict.clauses[1:]
    if not others or verdict.clauses[0].says not in verdict.reason:
        return verdict.reason
    restricted = {clause.freedom for clause in others}
    names = [noun for freedom, noun in _NOUNS.items() if freedom in restricted]
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    count = "another clause restricts" if len(others) == 1 else f"{len(others)} more clauses restrict"
    return f"{verdict.reason}; {count} {listed}, which osaid-1.0 lists"


def judged(facts: Facts, question: Question, terms: Terms | Undisclosed | None, element: Element) -> Iterator[Result]:
    """Whether the terms that answer a question are approved for an element."""
    if not isinstance(terms, Terms):
        yield from answer(facts, question, terms)
        return
    words = [text for text in (terms.grant, terms.url, terms.text) if text is not None and not is_placeholder(text)]
    expression = stated_expression(terms)
    if expression is None and not words:
        if asserts_nothing(terms.expression or ""):
            message = f"NOASSERTION asserts nothing, so that the manifest does not say {question.asked}"
            yield missing(facts, question, message)
        else:
            yield from answer(facts, question, None)
        return
    if expression is None:
        message = "The terms are given only in words, and no program can judge those."
        fix = "Add the SPDX expression, if there is one."
        yield Doubt(question.where, message, fix, _with_text(facts, question, terms))
        return
    verdict = judge(expression, element)
    for reading in verdict.readings:
        yield Finding(f"{question.where}/expression", reading, "Write it that way.", "note")
    message = f"The terms are not approved: {_in_short(verdict)}."
    otherwise = "; ".join(contradictions(terms, element))
    if verdict.answer == "approved" and otherwise:
        message = f"The terms are said to be {short(expression)}, and {otherwise}."
        fix = "Write the expression of all terms that hold, or correct the words beside it."
        yield Doubt(question.where, message, fix, _with_text(facts, question, terms))
    elif verdict.answer == "approved":
        yield Claim(f"{question.where}/expression")
    elif verdict.answer == "restricted":
        yield Finding(question.where, message, verdict.fix, "unmet")
    else:
        message = f"It is open whether the terms are approved: {verdict.reason}."
        yield Doubt(question.where, message, verdict.fix, _with_text(facts, question, terms))


def _with_text(facts: Facts, question: Question, terms: Terms) -> tuple[str, ...]:
    """What a review of terms is about: also the very text, where it is a file of the release."""
    measured = facts.measured_file(terms.text) if terms.text else None
    return (question.where, measured) if measured else (question.where,)
