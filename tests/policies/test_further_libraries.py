# SPDX-License-Identifier: Apache-2.0
"""Libraries that everybody has from elsewhere are not asked for: to list one does not fail a release."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

MIT = {"expression": "MIT"}
THERE = [{"url": "https://e.org/code"}]
DOUBTFUL = [{"url": "https://e.org/code", "access": "fee"}]
TOKENIZER: dict[str, Any] = {"id": "t", "name": "T", "kinds": ["tokenizer"], "where": THERE, "terms": MIT}
CUDA: dict[str, Any] = {"id": "cuda", "name": "CUDA", "kinds": ["library"]}
LISTED = [
    # What is said of a library, and which requirement it leaves to a person.
    ({"where": THERE}, "OSAID-TERMS-CODE", "/components/1/terms"),
    ({"where": THERE, "terms": {"expression": "NONE"}}, "OSAID-TERMS-CODE", "/components/1/terms"),
    ({"where": THERE, "terms": {"expression": "CC-BY-NC-4.0"}}, "OSAID-TERMS-CODE", "/components/1/terms"),
    ({"terms": MIT}, "OSAID-CODE-LIBRARIES", "/components/1/where"),
    ({"terms": MIT, "where": [{"url": "https://e.org", "access": "request"}]}, "OSAID-CODE-LIBRARIES", ""),
    ({"terms": MIT, "where": {"undisclosed": "withheld", "reason": "x y"}}, "OSAID-CODE-LIBRARIES", ""),
]


@pytest.mark.parametrize(("said", "id", "place"), LISTED)
def test_a_further_library_is_for_a_person(said: dict[str, Any], id: str, place: str) -> None:
    report = judged(id, components=[TOKENIZER, CUDA | said])
    assert (report.outcome, found(report, "unmet")) == ("undetermined", [])
    assert found(report, "judge") == [place or "/components/1/where"]


@pytest.mark.parametrize(("said", "id"), [row[:2] for row in LISTED])
@pytest.mark.parametrize(
    "changes",
    [
        {"components": []},  # the only one
        {"components": [TOKENIZER | {"where": None, "terms": None}]},  # beside one that does not answer
        {"components": [TOKENIZER | {"where": DOUBTFUL, "terms": {"grant": "Use it."}}]},  # or of which it is open
        {"stages": [{"id": "s", "kind": "tokenize", "code": ["cuda"]}]},  # it ran
        {"kinds": ["library", "inference_code"]},
    ],
    ids=["alone", "beside nothing", "beside a doubt", "ran", "of two kinds"],
)
def test_other_code_is_still_asked_for(changes: dict[str, Any], said: dict[str, Any], id: str) -> None:
    first = [
        {key: value for key, value in one.items() if value is not None}
        for one in changes.get("components", [TOKENIZER])
    ]
    component = CUDA | said | {"kinds": changes.get("kinds", ["library"])}
    report = judged(id, components=[*first, component], stages=changes.get("stages", []))
    assert report.outcome == "unmet"
