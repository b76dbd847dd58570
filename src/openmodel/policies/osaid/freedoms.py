# SPDX-License-Identifier: Apache-2.0
"""The matrix of freedoms: what the terms of each element grant of use, study, modification and sharing.

It shows what the requirements on terms decide, and decides nothing. Whether copies may be passed on is a column of its
own: free to share is not the same as open.
"""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.licences import FREEDOMS, Clause, Freedom, Verdict, judge
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.values import Terms
from openmodel.policies.facts import Facts
from openmodel.policies.grants import FreedomReport, Grant, TermsReport
from openmodel.policies.placeholders import is_placeholder

NOT_STATED = "not stated"


def freedoms(facts: Facts) -> tuple[TermsReport, ...]:
    """A row for the descriptions in the manifest, and one for each component of the release and of the parents whose
    parameters went into it."""
    return tuple(_rows(facts))


def _rows(facts: Facts) -> Iterator[TermsReport]:
    release = facts.manifest.release
    if facts.speaker() == "publisher":
        yield _row("/release/disclosure_terms", "the descriptions in the manifest", (), release.disclosure_terms)
    for index, component in enumerate(answered(facts.manifest.components)):
        if facts.is_inherited(component.of):
            yield _row(f"/components/{index}/terms", component.name, component.kinds, component.terms)


def _row(where: str, name: str, kinds: tuple[str, ...], terms: Terms | Undisclosed | None) -> TermsReport:
    expression = terms.expression if isinstance(terms, Terms) else None
    if expression is None or (is_placeholder(expression) and expression.strip().upper() != "NONE"):
        words = isinstance(terms, Terms) and any((terms.grant, terms.url, terms.text))
        grant: Grant = "undecided" if words else "not stated"
        cells = {freedom: FreedomReport(grant, ()) for freedom in FREEDOMS}
        return TermsReport(where, name, kinds, None, **cells, redistribution="undecided" if words else NOT_STATED)
    verdict = judge(expression, "parameters")
    cells = {freedom: _cell(verdict, freedom) for freedom in FREEDOMS}
    return TermsReport(where, name, kinds, expression, **cells, redistribution=_redistribution(verdict))


def _cell(verdict: Verdict, freedom: Freedom) -> FreedomReport:
    clauses = [clause for clause in verdict.clauses if clause.freedom == freedom]
    if clauses:
        return FreedomReport("restricted", tuple(map(_words, clauses)))
    return FreedomReport("granted" if freedom in verdict.grants else "undecided", ())


def _words(clause: Clause) -> str:
    since = f" (since {clause.since})" if clause.since else ""
    void = f". It may not hold everywhere: {clause.void}" if clause.void else ""
    return f"{clause.words}{since}{void}"


def _redistribution(verdict: Verdict) -> str:
    if verdict.redistribution:
        return verdict.redistribution
    return {"approved": "allowed", "restricted": "see the terms", "undecided": "undecided"}[verdict.answer]
