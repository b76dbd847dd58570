# SPDX-License-Identifier: Apache-2.0
"""The matrix freedom by component, with redistribution a column of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openmodel.manifest import loads
from openmodel.policies.facts import Facts
from openmodel.policies.grants import TermsReport
from openmodel.policies.osaid.freedoms import freedoms
from openmodel.rendering.freedoms import freedoms_text


def rows(**fields: Any) -> tuple[TermsReport, ...]:
    document = {"openmodel": "1-draft", "release": {"name": "toy"}} | fields
    return freedoms(Facts(loads(json.dumps(document), "toy.json")))


def component(terms: object, **fields: Any) -> dict[str, Any]:
    given = {"terms": terms} if terms is not None else {}
    return {"id": "w", "name": "Weights", "kinds": ["weights"]} | given | fields


def grants(terms: object) -> tuple[str, str, str, str, str]:
    row = rows(components=[component(terms)])[-1]
    return (row.use.grant, row.study.grant, row.modify.grant, row.share.grant, row.redistribution)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"expression": "Apache-2.0"}, ("granted",) * 4 + ("allowed",)),
        ({"expression": "CC-BY-4.0"}, ("granted",) * 4 + ("allowed",)),
        ({"expression": "GPL-3.0-only OR LicenseRef-Commercial"}, ("granted",) * 4 + ("allowed",)),
        ({"expression": "LicenseRef-House"}, ("undecided",) * 5),
        ({"expression": "NONE"}, ("restricted",) * 4 + ("not granted",)),
        ({"grant": "Do what you like."}, ("undecided",) * 5),
        ({"expression": "TODO"}, ("not stated",) * 5),
        ({}, ("not stated",) * 5),
        (None, ("not stated",) * 5),
        ({"undisclosed": "withheld"}, ("not stated",) * 5),
        (
            {"expression": "CC-BY-NC-4.0"},
            ("restricted", "granted", "restricted", "restricted", "allowed, not commercially"),
        ),
        (
            {"expression": "CC-BY-ND-4.0"},
            ("granted", "granted", "restricted", "restricted", "allowed, as the licence says"),
        ),
        ({"expression": "C-UDA-1.0"}, ("restricted", "undecided", "undecided", "undecided", "see the terms")),
        (
            {"expression": "llama3.1"},
            (
                "restricted",
                "granted",
                "restricted",
                "restricted",
                "allowed, with the agreement and the words Built with Llama",
            ),
        ),
    ],
)
def test_what_terms_grant(terms: object, expected: tuple[str, ...]) -> None:
    assert grants(terms) == expected


def test_a_restriction_names_its_clause_its_date_and_why_it_may_not_hold() -> None:
    (_, row) = rows(components=[component({"expression": "llama2"})])
    assert any("section 2: who had more than 700 million" in clause for clause in row.use.clauses)
    assert any("(since 2023-07-18). It may not hold everywhere: " in clause for clause in row.use.clauses)
    assert row.study.clauses == ()


def test_rows_are_the_descriptions_the_components_and_those_of_inherited_parents() -> None:
    found = rows(
        release={"name": "toy", "disclosure_terms": {"expression": "CC-BY-4.0"}},
        parents=[{"id": "base", "name": "Base"}, {"id": "teacher", "name": "Teacher"}],
        components=[
            component({"expression": "MIT"}),
            component({"expression": "llama2"}, id="b", name="Base weights", of="base"),
            component({"expression": "llama2"}, id="t", name="Teacher weights", of="teacher"),
        ],
        stages=[
            {
                "id": "s",
                "kind": "finetune",
                "models": [{"model": "base", "role": "initial"}, {"model": "teacher", "role": "teacher"}],
            }
        ],
    )
    assert [row.where for row in found] == ["/release/disclosure_terms", "/components/0/terms", "/components/1/terms"]


def test_a_third_partys_own_text_has_no_row() -> None:
    release = {"name": "toy", "described_by": {"role": "third_party", "name": "Somebody"}}
    assert rows(release=release) == ()


def test_the_table_folds_equal_terms_and_fits_a_narrow_terminal() -> None:
    many = [component({"expression": "MIT"}, id=f"c{index}", name=f"Part {index}") for index in range(5)]
    odd = component({"expression": "CC-BY-NC-4.0"}, id="odd", name="Odd \x1b[31m one")
    lines = list(freedoms_text(rows(components=[*many, odd]), 60))
    assert max(map(len, lines)) <= 60
    text = " ".join(" ".join(lines).split())
    assert "MIT: Part 0, Part 1, Part 2 and 2 more. Passing copies on: allowed." in text
    assert "✗ ✓ ✗ ✗ CC-BY-NC-4.0: Odd" in text
    assert "✗ use: CC-BY-NC-4.0, section 2(a)(1): forbids commercial use." in text
    assert "\x1b" not in text


def test_nothing_to_show_shows_nothing() -> None:
    assert list(freedoms_text((), 80)) == []
