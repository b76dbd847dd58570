# SPDX-License-Identifier: Apache-2.0
"""Every case in which nothing is open but the detail: what `test_deletions` asks of its bases is asked of them too, and
no value can be left out to come out better."""

from __future__ import annotations

import re
from typing import Any

import pytest

import openmodel
from openmodel.errors import DocumentError
from openmodel.manifest.loading import plain
from openmodel.manifest.pointers import split
from tests.conformance.test_deletions import BASES, Judged, judged, named, needed, pointers, without
from tests.conformance.test_osaid import ALWAYS_A_PERSON, CASES

SHARE = 12
"""Of the values that no need names, each case takes every so many, and begins elsewhere than the others: cases are
copies of each other but for a change, so that together they take each value."""

NOT_HERE = (
    # Data that only validated the model is no training data.
    ("validation-data-briefly-described", "/sources/quiz/.*"),
    # There are others of the kind.
    ("weights-in-two-places", "/components/weights/kinds(/weights)?"),
    # Another stage trains, and what this one gave is missed there.
    (
        "(complete-fine-tuned|labelled-by-a)-model|synthetic-data-from-named-model|validation-data.*",
        "/stages/pretraining",
    ),
)
"""Cases, and values that they need not have although the bases do."""


def document_of(case: str) -> Any:
    return plain(openmodel.load(CASES / case / "openmodel.yaml"))


def open_in(report: Judged) -> set[str]:
    return {id for id, outcome in report.outcomes.items() if outcome in ("unmet", "undetermined")}


WHOLE = [
    case
    for case in sorted(path.name for path in CASES.iterdir() if path.is_dir())
    if case not in BASES and open_in(judged(document_of(case))) <= {ALWAYS_A_PERSON}
]


def test_the_cases_are_not_few() -> None:
    assert len(WHOLE) > 25
    assert all(any(re.fullmatch(cases, case) for case in WHOLE) for cases, _ in NOT_HERE)


@pytest.mark.parametrize("case", WHOLE)
def test_what_is_taken_away_is_missed_and_nothing_comes_out_better(case: str) -> None:
    document = document_of(case)
    before, wrong = judged(document), []
    for number, pointer in enumerate(pointers(document), WHOLE.index(case)):
        called = named(document, pointer)
        is_here = not any(re.fullmatch(cases, case) and re.fullmatch(gone, called) for cases, gone in NOT_HERE)
        # Whether it is unmet or for a person may hang on what else the case says, such as an assertion.
        wanted = {where for _, where in needed(case, called)} if is_here else set()
        if not wanted and number % SHARE:
            continue
        try:
            after = judged(without(document, split(pointer)))
        except DocumentError:
            continue
        if silent := wanted - {where for _, where in after.findings - before.findings}:
            wrong.append(f"{called}: not missed, {sorted(silent)}")
        if better := sorted(improved(before, after)):
            wrong.append(f"{called}: better, {better}")
    assert not wrong, "\n".join(wrong)


def improved(before: Judged, after: Judged) -> set[str]:
    """Requirements that are met now, and places of findings that are gone."""
    met = {id for id in open_in(before) if after.outcomes[id] == "met"}
    return met | {where for _, where in before.findings - after.findings}
