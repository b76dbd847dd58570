# SPDX-License-Identifier: Apache-2.0
"""JSON pointers, against the examples of RFC 6901 and by their own laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from openmodel.manifest.pointers import Missing, Path, expand, join, pointer_of, resolve, split, tree, upward

# RFC 6901, section 5.
DOCUMENT: dict[str, JsonValue] = {
    **{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8},
}
tokens = st.lists(st.text(max_size=5) | st.integers(0, 10**20).map(str), max_size=5)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        *(
            ("", DOCUMENT),
            ("/foo", ["bar", "baz"]),
            ("/foo/0", "bar"),
            ("/", 0),
            ("/a~1b", 1),
            ("/c%d", 2),
            ("/e^f", 3),
        ),
        *(("/g|h", 4), ("/i\\j", 5), ('/k"l', 6), ("/ ", 7), ("/m~0n", 8)),
    ],
)
def test_examples_of_the_rfc(pointer: str, value: object) -> None:
    assert resolve(DOCUMENT, pointer) == value


@pytest.mark.parametrize(
    "pointer",
    ["/x", "/foo/2", "/foo/-", "/foo/00", "/foo/-1", "/foo/+1", "/foo/1e0", "/foo/²", "/foo/" + "9" * 5000, "/foo/0/x"],
)
def test_nothing_there(pointer: str) -> None:
    with pytest.raises(Missing):
        resolve(DOCUMENT, pointer)


@given(tokens)
def test_split_undoes_join(path: list[str]) -> None:
    assert split(join("", *path)) == path


@given(tokens)
def test_a_place_has_the_pointer_of_its_tokens(path: list[str]) -> None:
    place: Path = None
    for token in path:
        place = (place, token)
    assert pointer_of(place) == join("", *path)


@given(st.lists(tokens, max_size=5))
def test_a_tree_has_the_tokens_of_its_pointers(paths: list[list[str]]) -> None:
    root = tree(join("", *path) for path in paths)
    for path in paths:
        node = root
        for token in path:
            node = node[token]


def test_expand() -> None:
    data: JsonValue = {"a": [{"b": 1}, {"c": 2}, {"b": [3]}, "b"], "*": 4}
    assert list(expand(data, "/a/*/b")) == [("/a/0/b", 1), ("/a/2/b", [3])]
    assert list(expand(data, "/a/2/b/0")) == [("/a/2/b/0", 3)]
    assert list(expand(data, "/a/9/b")) == []
    assert list(expand(data, "/a/b")) == []
    assert list(expand(data, "/*")) == []
    assert list(expand(data, "/*/b")) == []
    assert list(expand(data, "")) == [("", data)]


def test_upward() -> None:
    assert list(upward("/a/0/b")) == ["/a/0/b", "/a/0", "/a", ""]
    assert list(upward("")) == [""]
