# SPDX-License-Identifier: Apache-2.0
"""Names that are one file, or none, on other systems."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.inventory.portability import case_collisions, one_elsewhere, unportable, windows_defect


@pytest.mark.parametrize(
    ("paths", "groups"),
    [
        (["A.txt", "a.txt", "b"], [("A.txt", "a.txt")]),
        (["a", "A", "b/c", "B/c"], [("A", "a"), ("B/", "b/"), ("B/c", "b/c")]),
        (["A/x", "a/y"], [("A/", "a/")]),
        (["A/b/x", "a/b/y"], [("A/", "a/")]),
        (["A/b/x", "a/B/y"], [("A/", "a/"), ("A/b/", "a/B/")]),
        (["data", "Data/x"], [("Data/", "data")]),
        (["É", "é"], [("É", "é")]),
        (["Ä/ß", "ä/SS"], [("Ä/", "ä/"), ("Ä/ß", "ä/SS")]),
        (["\u1e9e", "SS", "ss", "ß"], [("SS", "ss", "ß", "\u1e9e")]),
        (["a/x", "b/x", "a/X.txt"], []),
        ([], []),
    ],
)
def test_names_equal_but_for_case(paths: list[str], groups: list[tuple[str, ...]]) -> None:
    assert case_collisions(paths) == groups
    assert case_collisions(reversed(paths)) == groups


def test_a_path_that_is_given_twice_does_not_collide_with_itself() -> None:
    assert case_collisions(["a", "a"]) == []


@settings(deadline=None)
@given(st.lists(st.text("aAbBéÉ", min_size=1, max_size=3), unique=True))
def test_the_groups_are_those_of_a_plain_comparison(names: list[str]) -> None:
    folded = [unicodedata.normalize("NFD", name).casefold() for name in names]
    colliding = {name for name, fold in zip(names, folded, strict=True) if folded.count(fold) > 1}
    groups = case_collisions(names)
    assert {name for group in groups for name in group} == colliding
    assert sum(map(len, groups)) == len(colliding)
    assert bool(list(one_elsewhere(names))) == bool(groups)


@pytest.mark.parametrize(
    ("path", "defect"),
    [
        ("CON", "device"),
        ("src/aux.txt", "device"),
        ("nul.tar.gz", "device"),
        ("com1/x", "device"),
        ("lpt³", "device"),
        ("a.", "last character"),
        ("a /b", "last character"),
        ("a:b", "does not allow"),
        ("what?", "does not allow"),
    ],
)
def test_names_that_windows_cannot_hold(path: str, defect: str) -> None:
    assert defect in (windows_defect(path) or "")


@pytest.mark.parametrize("path", ["console", "com", "com10", "auxiliary.py", "a.b", ".a", "a b", "é", "x/con_/y"])
def test_names_that_windows_can_hold(path: str) -> None:
    assert windows_defect(path) is None


def test_the_card_counts_as_a_file_before_it_is_written() -> None:
    assert list(unportable(["Readme.md", "aux"])) == [
        "README.md, Readme.md: one file on systems that ignore case",
        "aux: a name that Windows keeps for a device",
    ]
    assert list(unportable(["docs/Readme.md", "README.md"])) == []
