# SPDX-License-Identifier: Apache-2.0
"""The kinds of code that OSAID 1.0 names, and whether code of a kind can be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.stage import StageKind
from openmodel.policies.disclosure import Question, answer, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.offered import available_code, available_or_stood_in
from openmodel.policies.osaid.parents import trains_itself
from openmodel.policies.osaid.signs_of_use import sign_of_use
from openmodel.policies.requirement import Claim, Doubt, Finding, NotApplicable, Result
from openmodel.policies.stages import stage_code

ALWAYS: dict[Kind, str] = {
    "training_code": "the code that trained the model",
    "inference_code": "the code that runs the model",
    "architecture": "the model architecture",
}
"""Kinds of code that every trained system has."""

IF_USED: dict[Kind, str] = {
    "data_processing_code": "the code that processed and filtered the data",
    "validation_code": "the code that validated and tested the model",
    "library": "the tokenizer or other supporting library",
    "hyperparameter_search_code": "the code that searched for hyperparameters",
}
"""Kinds of code that belong to it if used; `not_applicable` with a reason is believed."""


FOR_RUNNING: tuple[Kind, ...] = ("inference_code", "architecture", "library")
"""Kinds that run the model; a model that was made from another may share them with it."""

USED_BY: dict[Kind, tuple[StageKind, ...]] = {
    "data_processing_code": ("process",),
    "library": ("tokenize",),
}
"""Kinds of code whose use is plain from a stage of one of these kinds."""

_MEASURED = ("validation", "selection")


def code_of_kind(facts: Facts, kind: Kind) -> Iterator[Result]:
    """Whether code of a kind can be had, or is believably said not to exist."""
    words = (ALWAYS | IF_USED)[kind]
    kinds = answering(kind)
    found = dict(of_the_release(facts, kind, *kinds))
    results = {at: list(_available(facts, kind, at, component, words)) for at, component in found.items()}
    enough = kind == "library" and any(map(_is_answered, results.values()))
    further = further_libraries(facts) if enough else ()
    for pointer in found:
        yield from map(doubted, results[pointer]) if pointer in further else results[pointer]
    if kind not in FOR_RUNNING:
        yield from _of_parents(facts, kind, words, found)
    for name in kinds:
        yield from _not_offered(facts, name, words, offered=bool(found))
    if found or any(_is_about_all(name, facts.not_offered(name)) for name in kinds):
        return
    if shared := _of_an_ancestor(facts, kind, kinds, words):
        yield Claim(f"{shared}/manifest")
    elif _asked_of_a_parent(facts, kind):
        yield NotApplicable("the release was not trained; OSAID-CODE-TRAINING asks for the code of its parents.")
    else:
        yield from _unsaid(facts, kind, words)


def answering(kind: Kind) -> tuple[Kind, ...]:
    """The kinds of component that answer the question for code of a kind."""
    return ("library", "tokenizer") if kind == "library" else (kind,)


def _available(facts: Facts, kind: Kind, pointer: str, component: Component, words: str) -> Iterator[Result]:
    # A file of numbers can describe a network or a tokenizer.
    by_data = kind == "architecture" or "tokenizer" in component.kinds
    return (available_or_stood_in if by_data else available_code)(facts, pointer, component, words)


def _is_answered(results: Sequence[Result]) -> bool:
    return bool(results) and all(isinstance(result, Claim) for result in results)


def further_libraries(facts: Facts) -> set[str]:
    """Pointers of components that are nothing but a library, and that no stage names: everybody may have them from
    elsewhere, as those of a graphics card, and OSAID does not ask for them beside one that is there. Only a person can
    tell."""
    ran = {name for stage in facts.stages for _, named in stage_code("", stage) for name in answered(named)}
    libraries = facts.components("library")
    return {at for at, component in libraries if set(component.kinds) == {"library"} and component.id not in ran}


def doubted(result: Result) -> Result:
    """A lack that a person must weigh, where something else may be enough."""
    if isinstance(result, Finding) and result.kind == "unmet":
        return Doubt(result.where, result.message, result.fix)
    return result


def _of_an_ancestor(facts: Facts, kind: Kind, kinds: tuple[Kind, ...], words: str) -> str | None:
    """Pointer of the parent by whose manifest, or one that it names in turn, code that runs the model can be had."""
    for pointer, other in facts.ancestors if kind in FOR_RUNNING else ():
        for place, component in other.components(*kinds):
            results = list(_available(other, kind, place, component, words))
            if _is_answered(results):
                return pointer
    return None


def of_the_release(facts: Facts, asked: Kind, *kinds: Kind) -> Iterator[tuple[str, Component]]:
    """Components of these kinds; a parent's too where the release can share them with it."""
    shared = asked in FOR_RUNNING or not trains_itself(facts)
    for pointer, component in facts.components(*kinds):
        if shared or component.of is None:
            yield pointer, component


def _of_parents(facts: Facts, kind: Kind, words: str, looked_at: dict[str, Component]) -> Iterator[Result]:
    """The same of each parent whose code is described here; of others, OSAID-CODE-TRAINING says what that means."""
    has_it: set[str | None] = set()
    for pointer, component in facts.components(kind):
        has_it.add(component.of)
        if pointer not in looked_at:
            yield from available_code(facts, pointer, component, words)
    described = {component.of for component in answered(facts.manifest.components)}
    asked_of = (described & _users(facts, kind)) - has_it
    with_code = {component.of for _, component in facts.components("training_code")}
    for pointer, parent in facts.inherited_parents:
        if kind == "data_processing_code" and parent.id in with_code - has_it - asked_of:
            # Hardly any data is used as it is; of the other kinds, a model may well have none.
            message = (
                f"Code that trained {short(parent.name)} is described, and not where {words} is, or that its data "
            )
            message += "was used as it is."
            fix = f"Add a component of kind {kind}, or a stage of kind process, with `of: {parent.id}`."
            yield Doubt(pointer, message, fix, (pointer, "/components", "/stages"))
        if parent.id in asked_of:
            asked = f"where {words} is (kind {kind}, of {short(parent.name)})"
            fix = f"Add a component of kind {kind} with `of: {parent.id}`."
            yield from answer(facts, Question("/components", asked, fix, of=parent.id), None)


def _asked_of_a_parent(facts: Facts, kind: Kind) -> bool:
    """Whether the code is that of parents of whose code nothing at all is described here; `inherited` says so."""
    described = {component.of for component in answered(facts.manifest.components)}
    parents = {parent.id for _, parent in facts.inherited_parents}
    return kind not in FOR_RUNNING and not trains_itself(facts) and not parents & described


def _is_about_all(kind: Kind, said: Undisclosed | None) -> bool:
    """Whether what is said not to be there is all that could answer: that there is no tokenizer leaves it open whether
    another library was used."""
    return said is not None and not (kind == "tokenizer" and said.undisclosed == "not_applicable")


def _not_offered(facts: Facts, kind: Kind, words: str, *, offered: bool) -> Iterator[Result]:
    said = facts.not_offered(kind)
    place = f"/not_offered/{kind}" if kind in facts.manifest.not_offered else "/components"
    if said is None:
        return
    about_all = _is_about_all(kind, said)
    if about_all and offered and any(kind in component.kinds for _, component in facts.components(kind)):
        message = f"A component of kind {kind} is listed, and at once it is said not to be offered."
        yield Doubt(place, message, "Delete one of the two.", ("/components", "/not_offered"))
        return
    none = ", or write `undisclosed: not_applicable` and why, if there is none" if kind in IF_USED else ""
    question = Question(
        "/components",
        f"where {words} is (kind {kind})",
        f"Add a component of kind {kind}{none}.",
        may_not_apply=kind in IF_USED or not about_all,
        said=place,
    )
    for result in answer(facts, question, said):
        if about_all or isinstance(result, Doubt):
            yield Claim(place) if isinstance(result, Claim) else result
    if said.undisclosed != "not_applicable":
        return
    if about_all and _was_used(facts, kind):
        message = f"It is said that there is none of kind {kind}, but stages, data or results show that it was used."
        yield Doubt(place, message, f"Add a component of kind {kind}.", ("/not_offered", "/stages"))
    elif not offered and (sign := sign_of_use(facts, kind)):
        message = f"It is said that there is none of kind {kind}, but {sign}."
        fix = f"Add a component of kind {' or '.join(answering(kind))}."
        yield Doubt(place, message, fix, ("/not_offered", "/sources"))


def _unsaid(facts: Facts, kind: Kind, words: str) -> Iterator[Result]:
    """Silence about what every model has is a lack; about what counts if used, a doubt, unless use is plain."""
    denied = any(facts.not_offered(name) for name in answering(kind))
    kinds = kind if denied else " or ".join(answering(kind))
    fix = f"Add a component of kind {kinds} with `files`, `where` or `pin`"
    is_plain = _was_used(facts, kind) and not _is_only_evaluated(facts, kind) and not denied
    if kind in ALWAYS or is_plain:
        question = Question("/components", f"where {words} is (kind {kind})", f"{fix}.")
        yield from answer(facts, question, None)
    else:
        fix += ", or say under `not_offered` that there is none, and why."
        message = f"The manifest does not say where {words} is (kind {kind}), or that there is none."
        if denied:
            message = f"It is said that there is no tokenizer, and not whether there is another {kind}."
        yield Doubt("/components", message, fix, ("/components", "/not_offered"))


def _was_used(facts: Facts, kind: Kind) -> bool:
    """Whether it is plain that the release used code of a kind. What was only made from others has what they used."""
    users = _users(facts, kind)
    if kind == "validation_code" and facts.manifest.evaluations:
        return True
    return None in users or (bool(users) and not trains_itself(facts))


def _users(facts: Facts, kind: Kind) -> set[str | None]:
    """The release (None) and the parents whose stages show that they used code of a kind."""
    if kind == "validation_code":
        return {stage.of for stage in facts.stages if any(item.role in _MEASURED for item in answered(stage.data))}
    return {stage.of for stage in facts.stages if stage.kind in USED_BY.get(kind, ())}


def _is_only_evaluated(facts: Facts, kind: Kind) -> bool:
    """Whether nothing but results of evaluations shows that there was testing. They may come from a benchmark, whose
    code OSI's checklist calls optional."""
    roles = {item.role for stage in facts.stages for item in answered(stage.data)}
    return kind == "validation_code" and not roles & {"validation", "selection"}
