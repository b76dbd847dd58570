# SPDX-License-Identifier: Apache-2.0
"""How a draft is written: values that every version of YAML reads alike, and comments that stay comments."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from openmodel.drafting.outline import (
    MAX_COMMENT,
    MAX_REMARK,
    WIDTH,
    Section,
    Value,
    ids,
    listed,
    storable,
    text_of,
    written,
)


def read(text: str, version: tuple[int, int]) -> object:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    return yaml.load(text)


WORDS = ["y", "N", "Yes", "no", "ON", "off", "true", "False", "null", "Null", "inf", "NaN", "~", "", "1", "0x1f", "1e3"]
WORDS += [
    "1-draft",
    "Apache-2.0",
    "a: b",
    "- a",
    "#",
    "a #b",
    "'",
    '"',
    "\\",
    "\u2028",
    "\x85",
    "\x07",
    "=",
    "<<",
    "1:30",
]


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
@pytest.mark.parametrize("word", WORDS)
def test_text_is_text_in_every_version(word: str, version: tuple[int, int]) -> None:
    assert read(f"a: {written(word)}\n", version) == {"a": word}
    assert read(f"a: [{written(word)}]\n", version) == {"a": [word]}
    assert read(f"{written({word: word})}\n", version) == {word: word}


@pytest.mark.parametrize("word", [word for word in WORDS if word.isalpha()])
def test_words_that_mean_something_in_yaml_are_quoted(word: str) -> None:
    assert written(word) == json.dumps(word)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text(text: str) -> None:
    assert read(f"a: {written(text)}\n", (1, 2)) == {"a": text}
    assert "\n" not in written(text)


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (0, True),
        (-1, True),
        (1.5, True),
        (2**53 - 1, True),
        (-(2**53) + 1, True),
        (2**53, False),
        (-(2**53), False),
        (10**400, False),
        (math.inf, False),
        (-math.inf, False),
        (math.nan, False),
        (True, False),
        ("1", False),
        (None, False),
        ([1], False),
    ],
)
def test_numbers_that_a_manifest_can_hold(number: object, kept: bool) -> None:
    assert storable(number) == (number if kept else None)


def test_a_comment_beside_a_value_is_cut_between_words() -> None:
    section = Section()
    section.fact("name", "x", "word " * 100)
    section.fact("version", "1", "w" * 1000)
    section.fact("date", "d", "w" * MAX_COMMENT)
    first, second, third = text_of(section).splitlines()
    assert first.endswith("word …")
    assert len(first) <= MAX_COMMENT + len("name: x  #  …")
    assert second == f'version: "1"  # {"w" * MAX_COMMENT} …'
    assert third == f"date: d  # {'w' * MAX_COMMENT}"


def test_a_comment_of_its_own_goes_on_in_the_next_line() -> None:
    words = [f"word{number}" for number in range(200)]
    section, inner = Section(), Section()
    inner.remark("NOTE: " + " ".join(words))
    inner.fact("id", "x")
    section.nest("release", inner)
    lines = text_of(section).splitlines()
    comments = [line for line in lines if line.startswith("  #")]
    assert len(comments) > 5
    assert all(len(line) <= WIDTH for line in comments)
    assert all(line.startswith("  #   word") for line in comments[1:])
    assert " ".join(line.strip("# ") for line in comments) == "NOTE: " + " ".join(words)
    assert read(text_of(section), (1, 2)) == {"release": {"id": "x"}}


def test_an_endless_comment_is_cut_and_that_is_seen() -> None:
    section = Section()
    section.remark("word " * 10_000)
    text = text_of(section)
    assert len(text) < MAX_REMARK * 1.1
    assert text.endswith("word …\n")


@pytest.mark.parametrize("mark", ["\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\u202e", "\x1b"])
def test_no_comment_ends_before_its_line(mark: str) -> None:
    section, empty = Section(), Section()
    section.fact("id", "x", f"a{mark}evil: 1")
    section.blank("name", ('""', f"a{mark}evil: 1"))
    section.remark(f"a{mark}evil: 1")
    empty.remark(f"a{mark}evil: 1")
    empty.blank("url", ('""', f"a{mark}evil: 1"))
    section.nest("where", [empty])
    text = text_of(section)
    assert read(text, (1, 2)) == read(text, (1, 1)) == {"id": "x"}
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Tiny Talker", "tiny-talker"),
        ("", "thing"),
        ("..", "thing"),
        ("\u00e9", "thing"),
        ("_a", "a"),
        ("x" * 999, "x" * 80),
    ],
)
def test_ids(name: str, id: str) -> None:
    taken = set[str]()
    assert ids(taken, name, "thing") == id
    assert ids(taken, name, "thing") == f"{id}-2"
    assert taken == {id, f"{id}-2"}


def test_a_list_in_words() -> None:
    assert listed("abc", 3) == "a, b, c"
    assert listed("abcd", 3) == "a, b, c and 1 more"


def test_a_long_list_has_a_line_for_each_item() -> None:
    section = Section()
    value: Value = [f"a-long-name-of-a-file-{number}" for number in range(9)]
    section.fact("files", value, "by name")
    text = text_of(section)
    assert text.startswith("files:  # by name\n  - a-long")
    assert read(text, (1, 2)) == {"files": value}
