# SPDX-License-Identifier: Apache-2.0
"""Whether a component of the framework is offered, and under which terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from openmodel.licences import Element
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.pointers import join
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts
from openmodel.policies.mof.components import TECHNICAL_REPORT, MofComponent
from openmodel.policies.mof.written import EXTENSION, licences_of_release
from openmodel.policies.open_data.requirements import free_to_all
from openmodel.policies.osaid import listing
from openmodel.policies.osaid import parameters as osaid_parameters
from openmodel.policies.osaid.offered import available, available_code, available_or_stood_in
from openmodel.policies.osaid.terms import judged, terms_of
from openmodel.policies.requirement import Claim, Doubt, Finding, NotApplicable, Result, asks

_ELEMENTS: dict[Kind, Element] = {"weights": "parameters", "checkpoint": "parameters", "evaluation_data": "data"}
"""Of kinds that are data to the framework, what their terms have to suit. Data sets may be under any terms."""
_MAY_NOT_EXIST: tuple[Kind, ...] = ("data_processing_code", "checkpoint")
"""What a model may come to be without: data that is used as it is, and training in one step."""
_ALSO: dict[str, tuple[Kind, ...]] = {"Data card": ("data_information",), TECHNICAL_REPORT: ("research_paper",)}
"""By name of the component, the kinds of others that stand in for it."""

OF_README = "README.md at the top of a release is no file of the manifest: give its address under `where`."
"""What whoever has a model card there has to know."""


def offered(facts: Facts, component: MofComponent) -> Iterator[Result]:
    """Whether a component of the framework can be had, under terms that suit it."""
    kinds = (*component.kinds, *_ALSO.get(component.name, ()))
    found = list(_own(facts, component.kinds)) or list(_own(facts, kinds))
    if component.kinds[0] == "weights":
        yield from osaid_parameters.available.check(facts)
    elif not found:
        yield from _INSTEAD.get(component.name, _absent)(facts, component)
    elif component.name == TECHNICAL_REPORT and not any(_own(facts, component.kinds)):
        yield Finding("/components", "The research paper stands in for the technical report.", "", "note")
    each = [list(_judged(facts, pointer, one, component)) for pointer, one in found]
    enough = [results for results in each if not any(map(asks, results))] if component.content == "document" else []
    for results in enough[:1] or each:  # Of documents one is enough, whatever else there is.
        yield from results


def _own(facts: Facts, kinds: tuple[Kind, ...]) -> Iterator[tuple[str, Component]]:
    """The components of these kinds that are of the release itself."""
    return ((pointer, component) for pointer, component in facts.components(*kinds) if component.of is None)


def _judged(facts: Facts, pointer: str, component: Component, asked: MofComponent) -> Iterator[Result]:
    if asked.kinds[0] != "weights":
        yield from _available(facts, pointer, component, asked)
    yield from _terms(facts, pointer, component, asked)


def _available(facts: Facts, pointer: str, component: Component, asked: MofComponent) -> Iterator[Result]:
    words = f"the {asked.name[0].lower()}{asked.name[1:]}"
    if asked.kinds[0] == "architecture":
        yield from available_or_stood_in(facts, pointer, component, words)
    elif asked.content == "code":
        yield from available_code(facts, pointer, component, words)
    else:
        yield from available(facts, pointer, component, words)


def _terms(facts: Facts, pointer: str, component: Component, asked: MofComponent) -> Iterator[Result]:
    if asked.kinds[0] == "training_data":
        return
    element = _ELEMENTS.get(asked.kinds[0], "code" if asked.content == "code" else "data_information")
    question = terms_of(pointer, component)
    if component.terms is None and (of_all := _of_the_whole(facts, asked)):
        place, expression = of_all
        question = Question(place, question.asked, question.fix, fix_by_others=question.fix_by_others)
        for result in judged(facts, question, Terms(expression=expression), element):
            yield Claim(place) if isinstance(result, Claim) else result
    else:
        yield from judged(facts, question, component.terms, element)


def _of_the_whole(facts: Facts, asked: MofComponent) -> tuple[str, str] | None:
    """Place and licence that a file of the framework gives for all components of a content, or for all there are."""
    licences = licences_of_release(facts.manifest)
    name = next((name for name in (asked.content, "distribution") if name in licences), None)
    return (join("/extensions", EXTENSION, "release", "license", name, "name"), licences[name]) if name else None


def _absent(facts: Facts, component: MofComponent) -> Iterator[Result]:
    kind = component.kinds[0]
    said, card = facts.not_offered(kind), f" {OF_README}" if kind == "model_card" else ""
    if not component.is_required and said is None:
        yield NotApplicable(f"{component.name.lower()} need not be there, and nothing is listed.")
        return
    question = Question(
        "/components",
        f"where the {component.name[0].lower()}{component.name[1:]} can be had (kind {kind})",
        f"Add a component of kind {kind} with `files`, `where` or `pin`, and with `terms`.{card}",
        may_not_apply=kind in _MAY_NOT_EXIST or not component.is_required,
        said=f"/not_offered/{kind}" if kind in facts.manifest.not_offered else "/components",
    )
    for result in answer(facts, question, said):
        yield Claim(f"/not_offered/{kind}") if isinstance(result, Claim) else result


def _sources(facts: Facts, _: MofComponent) -> Iterator[Result]:
    """Data sets as sources: the same question as a component answers, of each of them."""
    yield from listing.listed.check(facts)
    for pointer, source in facts.training_sources:
        yield from free_to_all(facts, pointer, source)


def _results(facts: Facts, component: MofComponent) -> Iterator[Result]:
    """Results that stand in the manifest itself, and so under its own terms."""
    given = [index for index, one in enumerate(facts.manifest.evaluations) if one.value is not None]
    if not given:
        yield from _absent(facts, component)
        return
    yield from (Claim(f"/evaluations/{index}/value") for index in given)
    place, asked = "/release/disclosure_terms", "which terms hold for the results in this document"
    question = Question(place, asked, "Set it, for example to `{expression: CC-BY-4.0}`.")
    yield from judged(facts, question, facts.manifest.release.disclosure_terms, "data_information")


def _described(facts: Facts, component: MofComponent) -> Iterator[Result]:
    """What the manifest itself says of the data, which may be as much as a data card has."""
    if not facts.training_sources:
        yield from _absent(facts, component)
        return
    message = "No data card is listed. The sources are described in this document; whether that is a data card, a "
    message += "person must judge."
    fix = "Make one with `openmodel card --data`, and add it as a component of kind data_card with `terms`."
    yield Doubt("/sources", message, fix, ("/sources", "/release/disclosure_terms"))


def _evaluated_on(facts: Facts, component: MofComponent) -> Iterator[Result]:
    """What results say they were measured on, which may be the data itself."""
    given = [index for index, one in enumerate(facts.manifest.evaluations) if one.data is not None]
    if not given:
        yield from _absent(facts, component)
        return
    message = "No evaluation data is listed. Results name what they were measured on; whether that is the data, and "
    message += "under which terms, a person must judge."
    fix = "Add a component of kind evaluation_data with `where` and `terms`."
    yield Doubt(f"/evaluations/{given[0]}/data", message, fix, ("/evaluations",))


_INSTEAD: dict[str, Callable[[Facts, MofComponent], Iterator[Result]]] = {
    "Datasets": _sources,
    "Evaluation results": _results,
    "Evaluation data": _evaluated_on,
    "Data card": _described,
}
"""By name of the component, what is looked at where no component is listed."""
