# SPDX-License-Identifier: Apache-2.0
"""The matrix of freedoms of a report, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from openmodel.policies.grants import FreedomReport, TermsReport
from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible

_MARKS = {"granted": "✓", "restricted": "✗", "undecided": "?", "not stated": "-"}
_COLUMNS = ("use", "study", "modify", "share")
_MOST_NAMES = 3
_NARROW = 60
"""Columns below which the words stand under the marks."""


def freedoms_text(rows: Sequence[TermsReport], width: int) -> Iterator[str]:
    """What terms grant of the four freedoms, a line for things under the same terms; then the clauses that restrict.

    The terms alone are meant: to study and to modify also take the data information and the code.
    """
    if not rows:
        return
    yield from wrapped("What the terms grant (✓ granted, ✗ restricted, ? undecided, - not stated):", width, "  ")
    yield "    " + "  ".join(_COLUMNS) + "  terms"
    ordered = sorted(rows, key=lambda row: (row.expression is None, row.expression or "", row.redistribution))
    for _, group in groupby(ordered, key=lambda row: (row.expression, row.redistribution, _grants(row))):
        yield from _line(list(group), width)
    for sentence in dict.fromkeys(clause for row in ordered for clause in _clauses(row)):
        yield from wrapped(f"✗ {visible(sentence)}.", width, "    ", "      ")


def _line(rows: Sequence[TermsReport], width: int) -> Iterator[str]:
    first = rows[0]
    cells = "  ".join(_MARKS[grant].ljust(len(name)) for name, grant in zip(_COLUMNS, _grants(first), strict=True))
    names = ", ".join(visible(row.name) for row in rows[:_MOST_NAMES])
    more = f" and {len(rows) - _MOST_NAMES:,} more" if len(rows) > _MOST_NAMES else ""
    expression = visible(first.expression) if first.expression else "no expression"
    margin = "    " + cells + "  "
    words = f"{expression}: {names}{more}. Passing copies on: {visible(first.redistribution)}."
    if width < _NARROW:
        yield margin.rstrip()
        yield from wrapped(words, width, "      ")
    else:
        yield from wrapped(words, width, margin, " " * len(margin))


def _grants(row: TermsReport) -> tuple[str, ...]:
    return tuple(cell.grant for cell in _cells(row))


def _cells(row: TermsReport) -> tuple[FreedomReport, ...]:
    return (row.use, row.study, row.modify, row.share)


def _clauses(row: TermsReport) -> Iterator[str]:
    for name, cell in zip(_COLUMNS, _cells(row), strict=True):
        for clause in cell.clauses:
            yield f"{name}: {clause}"
