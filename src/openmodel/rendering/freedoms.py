# SPDX-License-Identifier: Apache-2.0
"""The table of freedoms of a report, for a terminal: a row for each component, a column for each freedom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from openmodel.policies.grants import FreedomReport, TermsReport
from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible

_MARKS = {"granted": "✓", "restricted": "✗", "undecided": "?", "not stated": "-"}
_COLUMNS = ("use", "study", "modify", "share")
_MOST_ROWS = 40
_LEAST_NAME = 16
"""Columns that names need beside the terms; where they have fewer, the terms stand above their rows."""
_NARROW = 50
"""Columns below which the heads are cut to three letters."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of the table, for a width."""

    name: int
    """Columns for names."""
    heads: tuple[str, ...]
    """The heads of the freedoms, which their marks stand below."""
    redistribution: str
    gap: str
    beside: bool
    """Whether the terms stand beside the marks, and not above them."""

    def line(self, name: str, cells: Sequence[str], redistribution: str, terms: str = "") -> str:
        """A line of the table."""
        short = name if len(name) <= self.name else f"{name[: self.name - 1]}…"
        padded = [cell.ljust(len(head)) for cell, head in zip(cells, self.heads, strict=True)]
        words = redistribution.ljust(len(self.redistribution))
        return f"  {self.gap.join([short.ljust(self.name), ' '.join(padded), words, terms])}".rstrip()


def freedoms_text(rows: Sequence[TermsReport], width: int) -> Iterator[str]:
    """What terms grant of the four freedoms, and whether copies may be passed on, component by component; those with a
    restriction first. Below, the clauses that restrict and the conditions of passing on, each once.

    The terms alone are meant: to study and to modify also take the data information and the code.
    """
    if not rows:
        return
    lead = (
        "The freedoms that terms grant: ✓ granted, ✗ restricted, ? undecided, - not stated. Whether terms are approved "
    )
    yield from wrapped(f"{lead}for what is under them is another question; see the requirements on terms.", width, "  ")
    ordered = sorted(rows, key=lambda row: (_rank(row), row.expression or ""))
    shown = ordered[:_MOST_ROWS]
    layout = _layout(shown, width)
    yield layout.line("component", layout.heads, layout.redistribution, "terms" if layout.beside else "")
    for terms, alike in groupby(shown, key=_terms):
        yield from [] if layout.beside else wrapped(f"{terms}:", width, "  ", "    ")
        for row in alike:
            marks = [_MARKS[cell.grant] for cell in _cells(row)]
            yield layout.line(visible(row.name), marks, row.redistribution, terms if layout.beside else "")
    yield from _left_out(ordered[_MOST_ROWS:], width)
    yield from _notes(shown, width)


def _layout(rows: Sequence[TermsReport], width: int) -> _Layout:
    longest = max(len("component"), *(len(visible(row.name)) for row in rows))
    terms = max(len("terms"), *(len(_terms(row)) for row in rows))
    beside = _Layout(0, _COLUMNS, "redistribution", "  ", beside=True)
    room = width - len(beside.line("", _COLUMNS, beside.redistribution, "x")) + 1 - terms
    if room >= min(longest, _LEAST_NAME):
        return _Layout(min(longest, room), beside.heads, beside.redistribution, beside.gap, beside=True)
    heads = _COLUMNS if width >= _NARROW else tuple(name[:3] for name in _COLUMNS)
    above = _Layout(0, heads, "redistrib.", "  " if width >= _NARROW else " ", beside=False)
    room = width - len(above.line("", heads, above.redistribution))
    return _Layout(min(longest, room), heads, above.redistribution, above.gap, beside=False)


def _rank(row: TermsReport) -> int:
    """What is restricted comes first, then what is not known to be granted."""
    grants = {cell.grant for cell in _cells(row)}
    return 0 if "restricted" in grants else 2 if grants == {"granted"} else 1


def _terms(row: TermsReport) -> str:
    if row.expression is not None:
        return visible(row.expression)
    return "no terms stated" if row.redistribution == "not stated" else "no expression"


def _left_out(rows: Sequence[TermsReport], width: int) -> Iterator[str]:
    if rows:
        restricted = sum(_rank(row) == 0 for row in rows)
        words = f"and {len(rows):,} more, {restricted:,} of them with a restriction; the JSON report has each."
        yield from wrapped(words, width, "  ", "    ")


def _notes(rows: Sequence[TermsReport], width: int) -> Iterator[str]:
    clauses = (clause for row in rows for clause in _clauses(row))
    for sentence in dict.fromkeys(clauses):
        yield from wrapped(f"✗ {visible(sentence)}.", width, "  ", "    ")
    passing_on = (f"redistribution under {_terms(row)} is {visible(row.passing_on)}" for row in rows if row.passing_on)
    for sentence in dict.fromkeys(passing_on):
        yield from wrapped(f"· {sentence}.", width, "  ", "    ")


def _cells(row: TermsReport) -> tuple[FreedomReport, ...]:
    return (row.use, row.study, row.modify, row.share)


def _clauses(row: TermsReport) -> Iterator[str]:
    for name, cell in zip(_COLUMNS, _cells(row), strict=True):
        for clause in cell.clauses:
            yield f"{name}: {clause}"
