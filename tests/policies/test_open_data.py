# SPDX-License-Identifier: Apache-2.0
"""open-data: all training data is listed, can be had by everybody, and is under an open licence."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.policies.open_data import POLICY
from openmodel.policies.requirement import Requirement
from tests.policies.test_disclosure import THIRD, judged
from tests.policies.test_osaid import found

OPEN = {"url": "https://example.org/a", "access": "open"}
SHARED: dict[str, Any] = {
    "id": "a",
    "name": "A",
    "class": "open",
    "where": [OPEN],
    "terms": {"expression": "CC-BY-4.0"},
}


def test_it_says_whose_position_it_is() -> None:
    assert "find data information too weak" in POLICY.title
    for requirement in POLICY.requirements:
        assert "position" in requirement.documentation
        assert requirement.basis == "yardstick"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "met"),
        ({"class": "public"}, "met"),
        ({"class": None}, "met"),
        ({"where": []}, "unmet"),
        ({"where": [OPEN | {"access": "gone"}]}, "unmet"),
        ({"where": [OPEN | {"access": "request"}]}, "unmet"),
        ({"where": [OPEN | {"access": "fee", "fee": "950 EUR"}]}, "unmet"),
        ({"where": [OPEN | {"fee": "950 EUR"}]}, "unmet"),
        ({"where": [OPEN | {"access": "fee", "fee": "950 EUR"}, OPEN]}, "met"),
        ({"where": [OPEN | {"access": "registration"}]}, "undetermined"),
        ({"where": [OPEN | {"access": "registration"}, OPEN | {"access": "fee", "fee": "9 EUR"}]}, "undetermined"),
        ({"where": [OPEN | {"access": "registration"}, OPEN | {"gone_since": "2024-01-01"}]}, "undetermined"),
        ({"where": [OPEN | {"access": "registration"}, {"url": "https://huggingface.co/your-org/x"}]}, "undetermined"),
        (
            {"where": [OPEN | {"access": "fee", "fee": "9 EUR"}, {"url": "https://huggingface.co/your-org/x"}]},
            "undetermined",
        ),
        ({"where": [OPEN | {"access": "registration"}, OPEN]}, "met"),
        ({"class": "obtainable", "where": [{"url": "https://example.org/a"}]}, "undetermined"),
        ({"class": "obtainable"}, "met"),
        ({"where": [OPEN | {"gone_since": "2024-01-01"}]}, "undetermined"),
        ({"class": "unshareable", "not_shared_because": "Patient records; German law forbids it."}, "unmet"),
        ({"class": "unshareable"}, "unmet"),
    ],
)
def test_everybody_can_have_all_data(changes: dict[str, Any], expected: str) -> None:
    source = {name: value for name, value in (SHARED | changes).items() if value is not None}
    assert judged("OPENDATA-AVAILABLE", sources=[source]).outcome == expected


def test_one_source_that_cannot_be_had_is_enough_to_fail_and_is_named() -> None:
    closed = {"id": "b", "name": "B", "class": "obtainable", "where": [OPEN | {"access": "request"}]}
    report = judged("OPENDATA-AVAILABLE", sources=[SHARED, closed])
    assert (report.outcome, found(report, "unmet")) == ("unmet", ["/sources/1/where"])


def test_files_in_the_release_can_be_had_wherever_else_the_data_is() -> None:
    files = [{"path": "data.csv"}]
    source = SHARED | {"files": files, "where": [OPEN | {"access": "registration"}]}
    assert judged("OPENDATA-AVAILABLE", sources=[source]).outcome == "met"


def test_what_others_say_of_a_source_fails_only_if_they_show_where_it_is_said() -> None:
    closed = SHARED | {"class": "unshareable"}
    shown = [{"at": "/sources/0/class", "where": {"url": "https://example.org/paper"}}]
    assert judged("OPENDATA-AVAILABLE", release=THIRD, sources=[closed]).outcome == "undetermined"
    assert judged("OPENDATA-AVAILABLE", release=THIRD, sources=[closed], citations=shown).outcome == "unmet"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"expression": "CC0-1.0"}, "met"),
        ({"expression": "ODbL-1.0"}, "met"),
        ({"expression": "Apache-2.0"}, "met"),
        ({"expression": "OGL-UK-3.0"}, "met"),
        ({"expression": "CC-BY-NC-4.0"}, "unmet"),
        ({"expression": "CC-BY-4.0 AND CC-BY-ND-4.0"}, "unmet"),
        ({"expression": "NONE"}, "unmet"),
        (None, "unmet"),
        ({"undisclosed": "unknown"}, "unmet"),
        ({"expression": "LicenseRef-of-our-own"}, "undetermined"),
        ({"grant": "Everybody may do with it what they like."}, "undetermined"),
        ({"expression": "CC-BY-4.0", "note": "For research only."}, "undetermined"),
    ],
)
def test_all_data_is_under_an_open_licence(terms: dict[str, str] | None, expected: str) -> None:
    source = SHARED | {"terms": terms} if terms else {name: SHARED[name] for name in SHARED if name != "terms"}
    assert judged("OPENDATA-TERMS", sources=[source]).outcome == expected


def test_silence_of_a_third_party_about_terms_is_for_a_person() -> None:
    source = {name: value for name, value in SHARED.items() if name != "terms"}
    assert judged("OPENDATA-TERMS", release=THIRD, sources=[source]).outcome == "undetermined"


@pytest.mark.parametrize("requirement", POLICY.requirements, ids=lambda requirement: requirement.id)
def test_without_sources_nothing_is_met(requirement: Requirement) -> None:
    assert judged(requirement.id, sources=[]).outcome == "unmet"


def test_what_was_only_made_from_others_is_asked_for_their_data_and_for_none_of_its_own() -> None:
    stage = {"id": "s", "kind": "quantize", "models": [{"model": "base", "role": "initial"}]}
    made = {"parents": [{"id": "base", "name": "Base"}], "stages": [stage]}
    assert judged("OPENDATA-TERMS", **made).outcome == "not_applicable"
    assert judged("OPENDATA-LISTED", **made).outcome == "undetermined"
