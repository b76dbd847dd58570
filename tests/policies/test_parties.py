# SPDX-License-Identifier: Apache-2.0
"""When two names may be those of one party."""

from __future__ import annotations

import pytest

from openmodel.policies.parties import may_be_one_party, same_party

LAB = "Example Lab"
ALIKE = (
    "EXAMPLE LAB",
    "Example Lab, Inc.",
    "Example-Lab",
    "ExampleLab",
    "Example Lab Research",
    "Ex\u00e1mple L\u00e4b",
    "\uff25\uff58\uff41\uff4d\uff50\uff4c\uff45 \uff2c\uff41\uff42",
    "Exam\u200bple L\u2060ab",
    "Example\u3164 Lab",
    "Example Lab\ufe0f",
    "\u0415x\u0430mpl\u0435 L\u0430b",  # Four letters are Cyrillic.
    "Ex\u03b1mple Lab",  # One is Greek.
    "ExampIe Lab",
    "Examp1e Lab",
    "Example Labs",
    "Example Laboratory",
    "EXAMPLE LABORATORIES, LLC",
    "Example Lab GmbH",
    "The Example Lab",
    "Department of Physics, Example Lab",
    "Lab, Example",
)
OTHERS = (
    "Example University",
    "Sample Lab",
    "Lab",
    "Elsewhere",
    "The Lab",
    "Lab of Examples",
    "\u041b\u0430\u0431\u043e\u0440\u0430\u0442\u043e\u0440\u0438\u044f",
    "例の研究所",
    "",
)


@pytest.mark.parametrize("name", ALIKE)
def test_names_that_people_take_for_one(name: str) -> None:
    assert may_be_one_party(LAB, name)
    assert may_be_one_party(name, LAB)


@pytest.mark.parametrize("name", OTHERS)
def test_names_of_two(name: str) -> None:
    assert not may_be_one_party(LAB, name)


@pytest.mark.parametrize(
    "name",
    [
        "\u0410\u0421\u041c\u0415",  # All four are Cyrillic, so that no word mixes scripts.
        "\u13aa\u13df\u13b7\u13ac",  # Cherokee.
        "\ua4ee\ua4da\ua4df\ua4f0",  # Lisu.
    ],
)
def test_a_whole_name_in_letters_of_another_script(name: str) -> None:
    assert may_be_one_party("ACME", name)
    assert may_be_one_party("Acme, Inc", name)


def test_names_in_other_scripts_are_compared_too() -> None:
    assert may_be_one_party("Академия наук", "Академия наук России")
    assert not may_be_one_party("Академия наук", "Академия художеств")
    assert may_be_one_party("理化学研究所", "理化学研究所 AIP")
    assert not may_be_one_party("理化学研究所", "東京大学")
    assert not may_be_one_party("NTT研究所", "東京大学")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Univ. of Somewhere", "University of Somewhere", True),
        ("Example Institut", "Example Institute", True),
        ("Laboratory of Somewhere", "Labs of Elsewhere", False),
        ("Univ. of Somewhere", "University of Elsewhere", False),
        ("Labour Party", "Lab Party", False),
    ],
)
def test_words_that_are_written_in_more_than_one_way(one: str, other: str, alike: bool) -> None:
    assert may_be_one_party(one, other) == alike
    assert not same_party(one, other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("DeepMind", "Google DeepMind", True),
        ("Jo Bloggs", "Bloggs, Jo", True),
        ("Massachusetts Institute of Technology", "MIT", True),
        ("Harrow Research Lab", "Department of CS, Harrow Research Lab", True),
        ("AI", "AI Now Institute", False),
        ("Open Research", "Institute for Open Research Data", False),
        ("Research Institute", "Research Institute of Somewhere", False),
        ("Jo Bloggs", "Jo Reader", False),
        ("University of York", "York University of Somewhere", False),
        ("IT", "Institute of Technology", False),
        ("Art Lab", "Smart Lab", False),
    ],
)
def test_names_that_are_part_of_others(one: str, other: str, alike: bool) -> None:
    assert may_be_one_party(one, other) == alike
    assert may_be_one_party(other, one) == alike


def test_who_only_looks_like_somebody_does_not_speak_for_them() -> None:
    assert not same_party(LAB, "Ex\u0430mple Lab")


def test_a_letter_that_looks_like_a_mark_of_punctuation_is_a_letter_still() -> None:
    assert not may_be_one_party("ノバ研究所", "バ研究所")
    assert may_be_one_party("ノバ研究所", "ノバ 研究所")
