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
        ({"expression": "NONE"}, ("restricted",) * 4 + ("no",)),
        ({"expression": "NOASSERTION"}, ("not stated",) * 5),
        ({"grant": "Do what you like."}, ("undecided",) * 5),
        ({"expression": "TODO"}, ("not stated",) * 5),
        ({}, ("not stated",) * 5),
        (None, ("not stated",) * 5),
        ({"undisclosed": "withheld"}, ("not stated",) * 5),
        (
            {"expression": "CC-BY-NC-4.0"},
            ("restricted", "granted", "restricted", "restricted", "conditions"),
        ),
        (
            {"expression": "CC-BY-ND-4.0"},
            ("granted", "granted", "restricted", "restricted", "conditions"),
        ),
        ({"expression": "C-UDA-1.0"}, ("restricted", "undecided", "undecided", "undecided", "conditions")),
        (
            {"expression": "llama3.1"},
            (
                "restricted",
                "granted",
                "restricted",
                "restricted",
                "conditions",
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
    (_, row) = rows(components=[component({"expression": "CC-BY-ND-4.0"})])
    assert [clause.endswith("forbids sharing changed versions") for clause in row.modify.clauses] == [True]


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


def test_a_row_says_what_its_terms_are_read_as_and_how_copies_may_be_passed_on() -> None:
    (_, row) = rows(components=[component({"expression": "gemma"})])
    assert (row.expression, row.read_as) == ("gemma", "LicenseRef-Gemma")
    assert row.passing_on == "allowed, with the agreement, its notice and its use restrictions"
    (_, plain) = rows(components=[component({"expression": "MIT"})])
    assert (plain.read_as, plain.passing_on) == (None, "")


PARTS = [
    component({"expression": "MIT"}, id="code", name="Training code"),
    component({"expression": "LicenseRef-BigScience-BLOOM-RAIL-1.0"}, id="w", name="The weights after all steps"),
    component({"expression": "LicenseRef-BigScience-BLOOM-RAIL-1.0"}, id="t", name="Tokenizer"),
    component({"grant": "Do what you like."}, id="n", name="Notes"),
    component(None, id="odd", name="Odd \x1b[31m one"),
]
WIDE = """
  component              use study modify share  redistribution  terms
  The weights after al…  ✗   ✓     ✗      ✗      conditions      LicenseRef-BigScience-BLOOM-RAIL-1.0
  Tokenizer              ✗   ✓     ✗      ✗      conditions      LicenseRef-BigScience-BLOOM-RAIL-1.0
  Notes                  ?   ?     ?      ?      undecided       no expression
  Odd \\x1b[31m one       -   -     -      -      not stated      no terms stated
  Training code          ✓   ✓     ✓      ✓      allowed         MIT
"""
MIDDLE = """
  component               use study modify share  redistrib.
  LicenseRef-BigScience-BLOOM-RAIL-1.0:
  The weights after all…  ✗   ✓     ✗      ✗      conditions
  Tokenizer               ✗   ✓     ✗      ✗      conditions
  no expression:
  Notes                   ?   ?     ?      ?      undecided
  no terms stated:
  Odd \\x1b[31m one        -   -     -      -      not stated
  MIT:
  Training code           ✓   ✓     ✓      ✓      allowed
"""
SMALL = """
  component   use stu mod sha redistrib.
  LicenseRef-BigScience-BLOOM-RAIL-1.0:
  The weight… ✗   ✓   ✗   ✗   conditions
  Tokenizer   ✗   ✓   ✗   ✗   conditions
"""


@pytest.mark.parametrize(("width", "table"), [(101, WIDE), (60, MIDDLE), (40, SMALL)])
def test_the_table_has_a_row_for_each_component_and_fits(width: int, table: str) -> None:
    release = {"name": "toy", "described_by": {"role": "third_party", "name": "Somebody"}}
    lines = list(freedoms_text(rows(release=release, components=PARTS), width))
    assert max(map(len, lines)) <= width
    assert table.strip("\n") in "\n".join(lines)
    text = " ".join(" ".join(lines).split())
    assert text.count("section 5 and Attachment A: forbids the uses that are listed there") == 1
    assert text.count("· redistribution under LicenseRef-BigScience-BLOOM-RAIL-1.0 is allowed, with the same use") == 1


def test_the_table_is_bounded_and_shows_restrictions_first() -> None:
    many = [component({"expression": "MIT"}, id=f"c{index}", name=f"Part {index}") for index in range(50)]
    few = [component({"expression": "gemma"}, id=f"g{index}", name=f"Odd {index}") for index in range(3)]
    lines = list(freedoms_text(rows(components=[*many, *few]), 100))
    table = [line for line in lines if line.endswith(("MIT", "gemma", "no terms stated"))]
    assert len(table) == 40
    assert [line.split()[0] for line in table[:4]] == ["Odd", "Odd", "Odd", "the"]
    assert "  and 14 more, 0 of them with a restriction; the JSON report has each." in lines


def test_the_table_says_that_it_is_not_about_approval() -> None:
    lines = list(freedoms_text(rows(components=[component({"expression": "CC0-1.0"}, kinds=["training_code"])]), 100))
    assert "Whether terms are approved for what is under them is another question" in " ".join(" ".join(lines).split())


def test_nothing_to_show_shows_nothing() -> None:
    assert list(freedoms_text((), 80)) == []
