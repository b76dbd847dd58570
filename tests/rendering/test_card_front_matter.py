# SPDX-License-Identifier: Apache-2.0
"""Front matter: ours is added, people's stays byte for byte, and what cannot be edited is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from openmodel import DocumentError
from openmodel.inventory.front_matter import MAX_BLOCK, Value, digest, read_front_matter

OURS: dict[str, Value] = {"license": "mit", "language": ["en"], "openmodel": {"sha256": "0a"}}


def edited(text: str, wanted: dict[str, Value], owned: dict[str, str] | None = None, newline: str = "\n") -> str:
    return read_front_matter(text, "README.md").edited(wanted, owned or {}, newline)[0]


def test_new_front_matter() -> None:
    head, ours = read_front_matter("", "README.md").edited(OURS, {}, "\n")
    assert head == '---\nlicense: mit\nlanguage:\n- en\nopenmodel:\n  sha256: "0a"\n---\n'
    assert ours == {"license": digest("mit"), "language": digest(["en"])}


def test_before_a_body_comes_an_empty_line() -> None:
    assert edited("# Title\n", {"license": "mit"}) == "---\nlicense: mit\n---\n\n"
    assert edited("\n# Title\n", {"license": "mit"}) == "---\nlicense: mit\n---\n"


def test_what_people_wrote_wins_and_stays() -> None:
    text = "---\n# ours\nlicense:   'gpl-3.0' # why\n\ntags: [ a,b ]\nlicense_name: x\n# end\n---\nbody"
    wanted: dict[str, Value] = {**OURS, "license_name": "y", "license_link": "z", "tags": ["c"]}
    expected = text.replace("# end\n", '# end\nlanguage:\n- en\nopenmodel:\n  sha256: "0a"\n')
    assert edited(text, wanted) == expected.removesuffix("body")


def test_a_relation_belongs_to_its_base_model() -> None:
    text = "---\nbase_model: a/b\n---\n"
    assert "relation" not in edited(text, {"base_model": ["c/d"], "base_model_relation": "merge"})
    assert "relation" in edited("---\nx: 1\n---\n", {"base_model": ["c/d"], "base_model_relation": "merge"})


@pytest.mark.parametrize("empty", ["", " ", " ~", " null", " []", " {}", ' ""', " # why"])
def test_empty_keys_are_filled(empty: str) -> None:
    text = f"---\nlicense:{empty}\nx: 1\n---\n"
    assert edited(text, {"license": "mit"}).startswith("---\nlicense: mit")
    assert edited(text, {}) == text


def test_values_of_ours_are_brought_up_to_date_or_removed() -> None:
    owned = {"license": digest("mit"), "tags": digest(["a", "b"]), "language": digest(["en"])}
    text = "---\nlicense: mit  # why\ntags:\n  - a\n  - b\n  # people's\n\n\nx: 1\nlanguage: [en]\n---\n"
    wanted: dict[str, Value] = {"license": "isc", "language": ["en"]}
    assert edited(text, wanted, owned) == "---\nlicense: isc  # why\n  # people's\n\n\nx: 1\nlanguage: [en]\n---\n"
    assert edited(text, {**wanted, "tags": ["c"]}, owned).count("# people's") == 1
    assert edited("---\nx: 1\nlicense: mit\n---\n", {}, owned) == "---\nx: 1\n---\n"
    assert edited("---\nlicense: mit\n---\n", {"openmodel": "1a"}, owned) == '---\nopenmodel: "1a"\n---\n'


def test_values_of_ours_that_people_changed_are_theirs() -> None:
    head, ours = read_front_matter("---\nlicense: isc\n---\n", "").edited(
        {"license": "mit"}, {"license": digest("mit")}, "\n"
    )
    assert head == "---\nlicense: isc\n---\n"
    assert ours == {}


def test_our_own_key_is_always_ours() -> None:
    assert edited("---\nopenmodel: {a: 1}\nx: 1\n---\n", {"openmodel": {"sha256": "b"}}) == (
        "---\nopenmodel:\n  sha256: b\nx: 1\n---\n"
    )


def test_line_breaks_and_indentation_are_people_s() -> None:
    text = "---\r\n  a: 1\r\n  license:\r\n---\r\n"
    expected = "---\r\n  a: 1\r\n  license: mit\r\n  tags:\r\n  - x\r\n---\r\n"
    assert edited(text, {"license": "mit", "tags": ["x"]}, newline="\r\n") == expected


@pytest.mark.parametrize("text", ["---\n---\nbody", "---\n\n---\nbody", "---\n# none\n---\nbody", "\n---\n\n---"])
def test_blocks_with_nothing_in_them(text: str) -> None:
    head = edited(text, {"license": "mit"})
    assert "license: mit\n---" in head
    assert read_front_matter(head, "").entries["license"].value == "mit"


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("---\nlicense: mit\n", 1, "none that closes it"),
        ("\n\n---\nx", 3, "none that closes it"),
        ("---", 1, "none that closes it"),
        ("---\na: 1\nb: [\n---\n", 4, "not YAML"),
        ("---\na: \x00\n---\n", 2, "not YAML"),
        ("---\n- a\n---\n", 2, "no mapping"),
        ("---\n\njust text\n---\n", 3, "no mapping"),
        ("---\na: 1\n\na: 2\n---\n", 4, "the key 'a' a second time"),
        ("---\na: " + "[" * 100 + "]" * 100 + "\n---\n", 2, "levels of nesting"),
        ("---\na: " + "[" * 500 + "]" * 500 + "\n---\n", 2, "levels of nesting"),
        ("---\n{a: 1}\n---\n", 2, "cannot be edited"),
        ("---\na: 1\n...\n---\n", 2, "cannot be edited"),
        ("---\na: &x [b]\nopenmodel: *x\nc: *y\n---\n", 4, "not YAML"),
        ("---\n? openmodel\n: 1\n---\n", 2, "cannot be edited"),
    ],
)
def test_front_matter_that_cannot_be_edited_is_refused(text: str, line: int, found: str) -> None:
    with pytest.raises(DocumentError) as error:
        edited(text, OURS)
    (problem,) = error.value.problems
    assert problem.file == "README.md"
    assert problem.line == line
    assert found in problem.got
    assert problem.fix


def test_aliases_are_people_s() -> None:
    text = "---\na: &x [b]\nlanguage: *x\nopenmodel: *x\n---\n"
    expected = "---\na: &x [b]\nlanguage: *x\nopenmodel: mine\n---\n"
    assert edited(text, {"language": ["en"], "openmodel": "mine"}) == expected
    nested = "---\na: &x b\nlanguage: [*x]\ntags: {y: *x}\nz: &r [*r]\n---\n"
    assert edited(nested, {"language": ["en"], "tags": ["t"]}) == nested


def test_a_value_that_others_point_at_is_not_replaced() -> None:
    with pytest.raises(DocumentError, match="cannot be edited"):
        edited("---\nlicense: &x mit\na: *x\n---\n", {"license": "isc"}, {"license": digest("mit")})


def test_values_mean_the_same_in_yaml_1_1_and_1_2() -> None:
    values: list[Value] = [
        "no",
        "on",
        "1e3",
        "0x1F",
        "2024-01-01",
        "a: b",
        "# c",
        "~",
        "",
        "- d",
        "é",
        1,
        0.5,
        1e-7,
        1e20,
    ]
    head = edited("", {"tags": values, "model-index": [{"a": {"b": [{"c": "d"}]}, "e": 2}]})
    block = head.removeprefix("---\n").removesuffix("---\n")
    for version in ("1.1", "1.2"):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        assert yaml.load(block) == {"tags": values, "model-index": [{"a": {"b": [{"c": "d"}]}, "e": 2}]}


KEYS = st.sampled_from(["license", "language", "x", "y"])
SCALARS = st.sampled_from(
    ["mit", "en", "", "'quoted'", '"a: b"', "|\n  text\n  more", "[a, b]", "\n- a\n- b", "{c: d}"]
)
ENTRIES = st.dictionaries(KEYS, SCALARS)
COMMENTS = st.sampled_from(["", "# comment\n", "\n", "\n# two\n\n"])


@settings(max_examples=60, deadline=None)
@given(ENTRIES, st.lists(COMMENTS, min_size=5, max_size=5))
def test_what_is_not_ours_keeps_its_bytes(entries: dict[str, str], comments: list[str]) -> None:
    pieces = [f"{key}: {value}\n" for key, value in entries.items()]
    text = "---\n" + "".join(comment + piece for comment, piece in zip(comments, pieces, strict=False)) + "---\n"
    head, ours = read_front_matter(text, "").edited(OURS, {}, "\n")
    for key, piece in zip(entries, pieces, strict=True):
        assert piece in head or entries[key] == ""
    for comment in comments[: len(pieces)]:
        assert comment in head
    again, same = read_front_matter(head, "").edited(OURS, ours, "\n")
    assert again == head
    assert same == ours
    assert read_front_matter(head, "").entries["openmodel"].value == OURS["openmodel"]


def test_long_front_matter_is_refused() -> None:
    comment = "#" + "x" * (MAX_BLOCK - 2)
    assert read_front_matter(f"---\n{comment}\n\n---\n", "f").entries == {}
    with pytest.raises(DocumentError, match="front matter of 262,145 characters"):
        read_front_matter(f"---\n{comment}x\n\n---\n", "f")
