# SPDX-License-Identifier: Apache-2.0
"""The matrix of freedoms: what the terms of each component grant of use, study, modification and sharing.

It shows what terms grant, and decides nothing. Whether terms are approved is another question, which the requirements
on terms answer: CC0-1.0 grants all four freedoms, and OSAID asks of code for a licence that OSI has approved. Whether
copies may be passed on is a column of its own: free to share is not the same as open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from openmodel.licences import FREEDOMS, NOT_GRANTED, Clause, Freedom, Verdict, judge
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.values import Terms
from openmodel.policies.facts import Facts
from openmodel.policies.grants import FreedomReport, Grant, Redistribution, TermsReport
from openmodel.policies.osaid.contradicted_terms import stated_expression


def freedoms(facts: Facts) -> tuple[TermsReport, ...]:
    """A row for the descriptions in the manifest, one for each component of the release and of the parents whose
    parameters went into it, and one for the weights of each model that it was made from by a manifest at hand."""
    return tuple(_rows(facts))


def _rows(facts: Facts) -> Iterator[TermsReport]:
    release = facts.manifest.release
    if facts.speaker() == "publisher":
        yield _row("/release/disclosure_terms", "the descriptions in the manifest", (), release.disclosure_terms)
    for index, component in enumerate(answered(facts.manifest.components)):
        if facts.is_inherited(component.of):
            yield _row(f"/components/{index}/terms", component.name, component.kinds, component.terms)
    told: set[TermsReport] = set()
    for pointer, ancestor in facts.ancestors:  # Their terms may bind what is made from them.
        for _, component in ancestor.components("weights"):
            name = f"{ancestor.manifest.release.name}: {component.name}"
            row = _row(f"{pointer}/manifest", name, component.kinds, component.terms)
            alike = replace(row, where="")
            if component.of is None and alike not in told:  # A base of two parents lies beside each of them.
                told.add(alike)
                yield row


def _row(where: str, name: str, kinds: tuple[str, ...], terms: Terms | Undisclosed | None) -> TermsReport:
    expression = stated_expression(terms) if isinstance(terms, Terms) else None
    if expression is None:
        words = isinstance(terms, Terms) and any((terms.grant, terms.url, terms.text))
        unsaid: Grant = "undecided" if words else "not stated"
        cells = {freedom: FreedomReport(unsaid, ()) for freedom in FREEDOMS}
        passing_on: Redistribution = "undecided" if words else "not stated"
        return TermsReport(where, name, kinds, None, None, **cells, redistribution=passing_on, passing_on="")
    verdict = judge(expression, "parameters")  # Not an answer: terms are the same whatever is under them.
    cells = {freedom: _cell(verdict, freedom) for freedom in FREEDOMS}
    return TermsReport(
        where,
        name,
        kinds,
        expression,
        verdict.read_as or None,
        **cells,
        redistribution=_redistribution(verdict),
        passing_on=verdict.redistribution,
    )


def _cell(verdict: Verdict, freedom: Freedom) -> FreedomReport:
    clauses = [clause for clause in verdict.clauses if clause.freedom == freedom]
    if clauses:
        return FreedomReport("restricted", tuple(map(_words, clauses)))
    return FreedomReport("granted" if freedom in verdict.grants else "undecided", ())


def _words(clause: Clause) -> str:
    since = f" (since {clause.since})" if clause.since else ""
    void = f". It may not hold everywhere: {clause.void}" if clause.void else ""
    return f"{clause.words}{since}{void}"


def _redistribution(verdict: Verdict) -> Redistribution:
    if verdict.answer == "approved":
        return "allowed"
    if not verdict.redistribution:
        return "undecided"
    return "no" if verdict.redistribution == NOT_GRANTED else "conditions"
