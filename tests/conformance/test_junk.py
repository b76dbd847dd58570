# SPDX-License-Identifier: Apache-2.0
"""Values of a complete release are replaced by junk that has the right form: what rests on them must not be met."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from openmodel.manifest import loads
from openmodel.policies import osaid
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import Outcome
from tests.conformance.judging import content
from tests.conformance.test_deletions import named, pointers
from tests.conformance.test_osaid import CASES

BASE = content(CASES / "adapter-on-described-base")
"""A release with everything, some of it from elsewhere."""


def outcomes(document: Any) -> dict[str, Outcome]:
    report = judge(Facts(loads(json.dumps(document), "junk.json")), osaid.POLICY)
    return {item.id: item.outcome for item in report.requirements}


def replaced(document: Any, pattern: str, value: Any) -> Any:
    """A copy in which the values at the pointers that the pattern matches, items by their names, are another."""
    return _replaced(
        document, {one for one in pointers(document) if re.fullmatch(pattern, named(document, one))}, value
    )


def _replaced(document: Any, places: set[str], value: Any, at: str = "") -> Any:
    if at in places:
        return value
    if isinstance(document, dict):
        return {key: _replaced(item, places, value, f"{at}/{key}") for key, item in document.items()}
    if isinstance(document, list):
        return [_replaced(item, places, value, f"{at}/{index}") for index, item in enumerate(document)]
    return document


NOWHERE = ("mailto:a@b.c", "file:///data", "https://", "https://localhost/x", "http://10.0.0.1/x", "a:b", "on request")

DESCRIPTIONS = (
    "provenance",
    "scope",
    "characteristics",
    "obtained",
    "selected",
    "labelled",
    "processed",
    "filtered",
)
EMPTY_WORDS = ("yes", "asdf", "待补充", "Keine Angabe", "non communiqué", "<p></p>", "&nbsp;", "**TODO**", "-", "...")

JUNK: dict[tuple[str, str], tuple[Any, ...]] = {
    ("/sources/.*/url", "OSAID-DATA-PUBLIC"): NOWHERE,
    ("/sources/.*/url", "OSAID-DATA-OBTAINABLE"): NOWHERE,
    ("/sources/.*/url", "OSAID-DATA-OPEN"): NOWHERE,
    ("/components/weights/.*/url", "OSAID-PARAM-AVAILABLE"): NOWHERE,
    ("/components/.*/(url|repository)", "OSAID-CODE-PROCESSING"): NOWHERE,
    ("/components/.*/(url|repository)", "OSAID-CODE-TRAINING"): NOWHERE,
    ("/components/.*/(url|repository)", "OSAID-CODE-INFERENCE"): NOWHERE,
    ("/components/.*/(url|repository)", "OSAID-CODE-ARCHITECTURE"): NOWHERE,
    ("/components/.*/(url|repository)", "OSAID-CODE-VALIDATION"): NOWHERE,
    ("/stages/.*/settings", "OSAID-CODE-SETTINGS"): (
        {"days": 14},
        {"see": "the paper"},
        {"context": 2048},
        {"seed": 1},
        {"a": None},
        {"learning_rate": "see the paper", "epochs": "as usual"},
    ),
} | {(f"/sources/.*/{field}", f"OSAID-DATA-{field.upper()}"): EMPTY_WORDS for field in DESCRIPTIONS}
"""By pointer and requirement: what others cannot do anything with."""


def _rows() -> Iterator[Any]:
    for (pattern, requirement), values in JUNK.items():
        for value in values:
            yield pytest.param(pattern, requirement, value, id=f"{requirement}-{value}"[:80])


BEFORE = cache(lambda: outcomes(BASE))


@pytest.mark.parametrize(("pattern", "requirement", "value"), list(_rows()))
def test_junk_meets_nothing(pattern: str, requirement: str, value: Any) -> None:
    assert BEFORE()[requirement] == "met"
    assert outcomes(replaced(BASE, pattern, value))[requirement] in ("unmet", "undetermined")
