# SPDX-License-Identifier: Apache-2.0
"""Whether a component of the framework is offered, and under which terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from openmodel.licences import Element
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.pointers import join
from openmodel.manifest.values import Terms, Where
from openmodel.policies.availability.presence import held_by
from openmodel.policies.availability.stand_ins import hold_nothing, only_stand_ins
from openmodel.policies.disclosure import Question, answer, short
from openmodel.policies.facts import Facts
from openmodel.policies.mof.components import BY_NAME, TECHNICAL_REPORT, MofComponent
from openmodel.policies.mof.written import EXTENSION, licences_of_release
from openmodel.policies.open_data.requirements import free_to_all
from openmodel.policies.osaid import listing
from openmodel.policies.osaid import parameters as osaid_parameters
from openmodel.policies.osaid.offered import available, available_code, available_or_stood_in, is_elsewhere
from openmodel.policies.osaid.terms import judged, terms_of, terms_of_parents
from openmodel.policies.requirement import Claim, Doubt, Finding, NotApplicable, Result, asks
from openmodel.policies.texts.placeholders import is_placeholder

_MAY_NOT_EXIST: tuple[Kind, ...] = ("data_processing_code", "checkpoint")
"""What a model may come to be without: data that is used as it is, and training in one step."""
_ALSO: dict[str, tuple[Kind, ...]] = {"Data card": ("data_information",), TECHNICAL_REPORT: ("research_paper",)}
"""By name of the component, the kinds of others that stand in for it."""

OF_README = "README.md at the top of a release is no file of the manifest: give its address under `where`."
"""What whoever has a model card there has to know."""


def offered(facts: Facts, component: MofComponent) -> Iterator[Result]:
    """Whether a component of the framework can be had, under terms that suit it."""
    found = list(_own(facts, component.kinds))
    others = list(_own(facts, _ALSO.get(component.name, ())))
    if component.kinds[0] == "weights":
        yield from osaid_parameters.available.check(facts)
        yield from terms_of_parents(facts)
    elif not found and not others:
        yield from _INSTEAD.get(component.name, _absent)(facts, component)
    each = [list(_judged(facts, pointer, one, component)) for pointer, one in (*found, *others)]
    if component.content == "document":  # Of documents one is enough, whatever else there is.
        enough = next((number for number, results in enumerate(each) if not any(map(asks, results))), None)
        if enough is None:
            each = each[: len(found) or None]
        else:
            each = [each[enough]]
            if enough >= len(found) and component.name == TECHNICAL_REPORT:
                yield Finding("/components", "The research paper stands in for the technical report.", "", "note")
    for results in each:
        yield from results
    if found and component.kinds[0] == "training_data":
        yield from _besides(facts)


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
    elif not is_elsewhere(component) and (why := _why_none(facts, component, asked)):
        message = f"No file of {short(component.name)} can be {words}: {why}."
        paths = facts.files_of(component)
        subject = held_by(facts, f"{pointer}/files", paths)
        yield Doubt(f"{pointer}/files", message, "Name the files that are it, or add `where`.", subject)
    else:
        by_files = not hold_nothing(facts, facts.files_of(component))
        yield from available(facts, pointer, component, words, by_files=by_files)


def _why_none(facts: Facts, component: Component, asked: MofComponent) -> str | None:
    """Why files that are there, and not empty, can be no data and no document: what they are instead."""
    paths = facts.files_of(component)
    records = facts.records(paths) if facts.manifest.measured else []
    if not records or hold_nothing(facts, paths):
        return None
    of_model = {path for _, one in facts.components("weights") for path in facts.files_of(one)}
    if asked.kinds[0] == "checkpoint":
        return "they are the final parameters" if of_model.issuperset(paths) else None
    if asked.content == "data":
        return "a licence, a README, a page or weights are none" if only_stand_ins(facts, paths) else None
    if all(record.license_ids or record.defect or record.path in of_model for record in records):
        return "a licence, weights or what was saved amiss are none"
    return None


def _terms(facts: Facts, pointer: str, component: Component, asked: MofComponent) -> Iterator[Result]:
    """Whether terms suit a component: code needs a licence that OSI approved, and all else one that lets everybody use,
    change and share it. Data sets may be under any terms."""
    if asked.kinds[0] == "training_data":
        return
    element: Element = "code" if asked.content == "code" else "data"
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


def _besides(facts: Facts) -> Iterator[Result]:
    """Doubts where a component of data sets is listed, and what else is said of the data leaves open whether it is all
    of it. A file of the framework says nothing else."""
    if not facts.manifest.sources and not facts.stages and not facts.inherited_parents:
        return
    lacks = [result for result in _sources(facts, BY_NAME["Datasets"]) if isinstance(result, Finding | Doubt)]
    first = next(filter(asks, lacks), None)
    if first:
        message = "Data sets are listed as a component; whether that is all training data, a person must judge. "
        message += first.message
        yield Doubt(first.where, message, first.fix, ("/components", "/sources"))


def _results(facts: Facts, component: MofComponent) -> Iterator[Result]:
    """Results that stand in the manifest itself, and so under its own terms."""
    values = [(index, one.value) for index, one in enumerate(facts.manifest.evaluations)]
    said = [(index, value) for index, value in values if value is not None and not is_placeholder(str(value))]
    if not said:
        yield from _absent(facts, component)
        return
    measured = [index for index, value in said if any(sign.isdigit() for sign in str(value))]
    if not measured:
        message = "No result under `evaluations` has a figure; whether these are results, a person must judge."
        yield Doubt(f"/evaluations/{said[0][0]}/value", message, "Give the values.", ("/evaluations",))
    yield from (Claim(f"/evaluations/{index}/value") for index in measured)
    place, asked = "/release/disclosure_terms", "which terms hold for the results in this document"
    question = Question(place, asked, "Set it, for example to `{expression: CC-BY-4.0}`.")
    yield from judged(facts, question, facts.manifest.release.disclosure_terms, "data")


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
    given = [index for index, one in enumerate(facts.manifest.evaluations) if isinstance(one.data, Where)]
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
