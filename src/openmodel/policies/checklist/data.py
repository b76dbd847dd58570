# SPDX-License-Identifier: Apache-2.0
"""The checklist, Data: data sets and documents, under approved terms.

"The requirements in the Open Source AI Definition must be satisfied" stands above four components, and its known issues
say: "When the Datasets component is made available, the Data requirements should be satisfied", otherwise "one needs to
extrapolate from the alternative Data components". Version 1.0 no longer says that one of the four is enough, and the
definition allows data that nobody may pass on. So the definition's own requirements decide, and a component that is not
there is left to a person unless all data sets are, or nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from openmodel.manifest.component import Component, Kind
from openmodel.policies import osaid
from openmodel.policies.checklist.optional import DATA, optional
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.code_kinds import of_the_release
from openmodel.policies.osaid.offered import available
from openmodel.policies.osaid.parents import trains_itself
from openmodel.policies.osaid.shared_data import can_be_had
from openmodel.policies.osaid.terms import judged, terms_of
from openmodel.policies.report import RequirementReport
from openmodel.policies.requirement import Claim, Doubt, Failing, Finding, NotApplicable, Result, asks, requirement
from openmodel.policies.reviews import named

_DEFINITION = replace(
    osaid.POLICY,
    parts=("data",),
    requirements=tuple(item for item in osaid.POLICY.requirements if item.part == "data"),
    freedoms=None,
)
_DOCUMENTS: tuple[Kind, ...] = ("research_paper", "technical_report", "data_card", "data_information")
_MOST_NAMES = 5


@requirement(
    "CHECKLIST-DATA-SATISFIED",
    "The Data requirements of the definition are satisfied",
    part="data",
    basis="definition",
    passing="""
        release: {name: Example, publisher: Example Lab, disclosure_terms: {expression: CC-BY-4.0}}
        assertions: [{statement: all_training_data_listed, by: Example Lab, date: 2025-01-31}]
        sources:
          - id: a
            name: A
            class: open
            where: [{url: 'https://example.org/a', access: open}]
            provenance: Scanned forms that 43 people filled in by hand at NIST.
            scope: Isolated digits 0 to 9; no letters, no connected writing.
            characteristics: 1,797 images of 8 x 8 pixels, about 180 a class.
            obtained: Downloaded as one file from the UCI repository.
            selected: All 1797 rows; every fifth was set aside for testing.
            labelled: Each writer was told which digit to write; that is the label.
            processed: Pixel sums of 4 x 4 blocks, divided by 16.
            filtered: Nothing was removed.
        stages: [{id: s, kind: train, data: [{source: a, role: train}]}]
        reviews:
          - requirement: OSAID-DATA-DETAIL
            policy: osaid-1.0@4
            at: [/sources]
            subject_sha256: 720820319f14e329a5dee95751eb8cc72ff690b8cca6dbad85cc901f667d32b4
            judgement: met
            by: Jo Reader
            affiliation: Elsewhere
            date: 2025-02-01
            reason: I rebuilt the data set from this description and got the same counts.
        """,
    failing=Failing("sources: [{id: a, name: A}]", "/sources/0/provenance"),
)
def satisfied(facts: Facts) -> Iterator[Result]:
    """What it checks: all requirements of `osaid-1.0` on data, with the reviews made under that policy. For each that
    is not met, the first finding is shown; `openmodel check --policy osaid-1.0` shows all. Evaluation data and results
    are optional, and only noted.

    Why it matters: the four components of the checklist are where the information usually stands. Whether it is enough
    is the definition's question.

    How to fix: as `osaid-1.0` says.

    Source: checklist for OSAID 1.0, Data: "The requirements in the Open Source AI Definition must be satisfied".
    """
    for asked in _DEFINITION.requirements:
        yield from (result for result in asked.check(facts) if isinstance(result, Claim))
    for outcome in judge(facts, _DEFINITION).requirements:
        yield from _of_the_definition(outcome)
    yield from optional(facts, DATA)


def _of_the_definition(report: RequirementReport) -> Iterator[Result]:
    """The first finding of a requirement that is not met. Only a review of that requirement settles it."""
    if report.outcome not in ("unmet", "undetermined"):
        return
    kind: Literal["unmet", "judge"] = "unmet" if report.outcome == "unmet" else "judge"
    telling = [finding for finding in report.findings if finding.kind == kind]
    if not telling:  # A review found fault, or counts against what the rules let pass.
        yield Finding("/reviews", f"{report.id}: a review says that it is not met.", "Mend what it says.", kind)
        return
    more = f" ({len(telling) - 1:,} more like it)" if len(telling) > 1 else ""
    first = telling[0]
    of = f" The review is of {report.id} under {named(osaid.POLICY)}." if "subject_sha256" in first.fix else ""
    yield replace(first, message=f"{report.id}{more}: {first.message}", fix=first.fix + of)


@requirement(
    "CHECKLIST-DATASETS",
    "Datasets are there under approved terms",
    part="data",
    basis="definition",
    passing="""
        sources:
          - id: a
            name: A
            class: open
            where: [{url: 'https://example.org/a', access: open}]
            terms: {expression: CC-BY-4.0}
        """,
    failing=Failing(
        "sources: [{id: a, name: A, class: public, where: [{url: 'https://example.org/a', access: gone}]}]", "/sources"
    ),
)
def datasets(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training can be had now, and is under approved terms. Where some cannot,
    which the definition allows, a person must say whether the other data components make up for it; if there are none
    of those either, and no description under approved terms, it fails.

    Why it matters: who has the data needs no description of how to get something like it.

    How to fix: give each source that may be shared `where` and `terms`; for the others add components of kind
    `data_card`, `technical_report` or `research_paper`, and a review.

    Source: checklist for OSAID 1.0, Data, required: datasets, under OSI-approved terms. Known issues: otherwise "one
    needs to extrapolate from the alternative Data components". That this is for a person is this project's reading.
    """
    if not facts.training_sources:
        yield from _no_sources(facts)
        return
    lacking = []
    for pointer, source in facts.training_sources:
        results = _of_source(facts, pointer)
        if _is_enough(results):
            yield from results
        else:
            lacking.append(short(source.name))
    if not lacking:
        return
    message = "Not all training data can be had under approved terms "
    message += f"({len(lacking):,} of {len(facts.training_sources):,} sources cannot): "
    message += "; ".join(lacking[:_MOST_NAMES])
    message += f" and {len(lacking) - _MOST_NAMES:,} more" if len(lacking) > _MOST_NAMES else ""
    fix = "Give `where` and `terms` of sources that may be shared."
    if _has_alternatives(facts):
        message += ". A person must tell whether the other data components make up for them."
        yield Doubt("/sources", message, fix, ("/sources", "/components"))
    else:
        question = Question("/sources", "what the data is", f"{fix} Describe the others in a data card.")
        yield missing(facts, question, f"{message}; and nothing under approved terms describes them")


def _no_sources(facts: Facts) -> Iterator[Result]:
    if trains_itself(facts):
        question = Question("/sources", "which data the model was trained on", "List every source there.")
        yield from answer(facts, question, None if facts.sources else facts.manifest.sources)
    else:
        yield NotApplicable("no training data is described; CHECKLIST-DATA-SATISFIED says what that means.")


def _of_source(facts: Facts, pointer: str) -> list[Result]:
    source = facts.sources[int(pointer.rpartition("/")[2])]
    question = Question(f"{pointer}/terms", f"which terms hold for {short(source.name)}", "Set `terms`.", of=source.of)
    return [*can_be_had(facts, pointer, source), *judged(facts, question, source.terms, "data_information")]


def _of_document(facts: Facts, pointer: str, component: Component) -> list[Result]:
    found = available(facts, pointer, component, "the document")
    return [*found, *judged(facts, terms_of(pointer, component), component.terms, "data_information")]


def _is_enough(results: Sequence[Result]) -> bool:
    """Whether something can be had and its terms are approved: nothing is asked, and both are claimed."""
    return not any(map(asks, results)) and any(isinstance(result, Claim) for result in results)


def _has_alternatives(facts: Facts) -> bool:
    """Whether the data is described under terms that are not known to be restricted: in a document, or here."""
    for pointer, component in of_the_release(facts, "data_card", *_DOCUMENTS):
        results = _of_document(facts, pointer, component)
        if not any(isinstance(result, Finding) and result.kind != "note" for result in results):
            return True
    terms = facts.manifest.release.disclosure_terms
    question = Question("/release/disclosure_terms", "which terms hold for the descriptions", "Set it.")
    return facts.speaker() == "publisher" and _is_enough(list(judged(facts, question, terms, "data_information")))


@requirement(
    "CHECKLIST-RESEARCH-PAPER",
    "A research paper is there under approved terms",
    part="data",
    basis="interpretation",
    passing="""
        components:
          - id: paper
            name: Paper
            kinds: [research_paper]
            where: [{url: 'https://example.org/paper.pdf'}]
            terms: {expression: CC-BY-4.0}
        """,
    failing=Failing("components: [{id: c, name: Code, kinds: [training_code]}]", "/components"),
)
def paper(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `research_paper` that can be had, under approved terms. Without one
    a person must say whether the other data components make up for it; nothing is asked if all data sets can be had
    under approved terms.

    Why it matters: a paper says why the data was chosen, which no data set shows.

    How to fix: add the component with `files` or `where`, and with `terms`; or let a person review the others.

    Source: checklist for OSAID 1.0, Data, required: research paper, under OSI-approved terms. Its known issues let data
    components stand in for one another without saying which, so that its absence alone fails nothing here.
    """
    yield from _document(facts, "research paper", "research_paper")


@requirement(
    "CHECKLIST-TECHNICAL-REPORT",
    "A technical report is there under approved terms",
    part="data",
    basis="interpretation",
    passing="""
        components:
          - {id: r, name: Report, kinds: [technical_report], files: [report.pdf], terms: {expression: CC-BY-4.0}}
        """,
    failing=Failing(
        """
        components:
          - {id: r, name: Report, kinds: [technical_report], files: [report.pdf], terms: {expression: CC-BY-NC-4.0}}
        """,
        "/components/0/terms",
    ),
)
def report(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `technical_report` that can be had, under approved terms. Without
    one a person must say whether the other data components make up for it; nothing is asked if all data sets can be had
    under approved terms.

    Why it matters: a report says how the data was made into what the model saw.

    How to fix: add the component with `files` or `where`, and with `terms`; or let a person review the others.

    Source: checklist for OSAID 1.0, Data, required: technical report, under OSI-approved terms. Its known issues let
    data components stand in for one another without saying which, so that its absence alone fails nothing here.
    """
    yield from _document(facts, "technical report", "technical_report")


@requirement(
    "CHECKLIST-DATA-CARD",
    "A data card is there under approved terms",
    part="data",
    basis="interpretation",
    passing="""
        components:
          - {id: card, name: Data card, kinds: [data_card], files: [DATA.md], terms: {expression: CC-BY-4.0}}
        """,
    failing=Failing("components: [{id: card, name: Data card, kinds: [data_card]}]", "/components/0/where"),
)
def card(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `data_card` or `data_information` that can be had, under approved
    terms. The descriptions in this document are none by themselves; `openmodel card --data` makes one of them. Without
    one a person must say whether the other data components make up for it; nothing is asked if all data sets can be had
    under approved terms.

    Why it matters: a card can be read by somebody who does not read manifests.

    How to fix: add the component with `files` or `where`, and with `terms`; or let a person review the others.

    Source: checklist for OSAID 1.0, Data, required: data card, under OSI-approved terms. Its known issues let data
    components stand in for one another without saying which, so that its absence alone fails nothing here.
    """
    yield from _document(facts, "data card", "data_card", "data_information")


def _document(facts: Facts, words: str, *kinds: Kind) -> Iterator[Result]:
    found = [_of_document(facts, pointer, component) for pointer, component in of_the_release(facts, kinds[0], *kinds)]
    enough = [results for results in found if _is_enough(results)]
    if enough:
        yield from enough[0]
    elif facts.training_sources and all(_is_enough(_of_source(facts, place)) for place, _ in facts.training_sources):
        yield NotApplicable("all data sets can be had under approved terms, which is enough by the checklist itself.")
    else:
        where, why = _why_not(found, words, kinds[0])
        message = f"{why} The checklist lists a {words} and does not say whether other data components can replace it."
        fix = f"Offer one under approved terms: a component of kind {kinds[0]} with `where` or `files`, and `terms`."
        yield Doubt(where, message, fix, ("/components", "/sources"))


def _why_not(found: Sequence[Sequence[Result]], words: str, kind: Kind) -> tuple[str, str]:
    """Place and sentence of the first thing that keeps what is listed from being enough."""
    for results in found:
        for result in results:
            if isinstance(result, Finding | Doubt) and asks(result):
                return result.where, result.message
    return "/components", f"The manifest lists no {words} (kind {kind})."
