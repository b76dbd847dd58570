# SPDX-License-Identifier: Apache-2.0
"""Globs name the files that they should, in bounded time."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmodel.errors import DocumentError
from openmodel.manifest import globs
from openmodel.manifest.globs import Paths, matches


@pytest.mark.parametrize(
    ("glob", "names", "does_not_name"),
    [
        ("a.bin", ["a.bin"], ["A.bin", "aXbin", "d/a.bin", "a.bin.x"]),
        ("*.bin", ["a.bin", ".bin", "a.b.bin"], ["d/a.bin", "a.bin/x"]),
        ("d/*", ["d/a", "d/.a"], ["d", "d/e/a", "e/a"]),
        ("d/**", ["d/a", "d/e/f/a"], ["d", "e/a"]),
        ("**", ["a", "d/e/a"], []),
        ("**/a", ["a", "d/a", "d/e/a"], ["d/ba", "a/d"]),
        ("d/**/a", ["d/a", "d/e/f/a"], ["a", "da", "d/e"]),
        ("**/d/**/a.?", ["d/a.x", "c/d/e/a.x", "d/d/a.y"], ["a.x", "d/a.", "d/a./"]),
        ("**/**", ["a", "d/a"], []),
        ("a**b", ["ab", "axb"], ["a/b"]),
        ("[a]+", ["[a]+"], ["a"]),
    ],
)
def test_glob(glob: str, names: list[str], does_not_name: list[str]) -> None:
    assert [matches(glob, path) for path in names] == [True] * len(names)
    assert [matches(glob, path) for path in does_not_name] == [False] * len(does_not_name)


def plainly(glob: str, path: str) -> bool:
    """What the docstring says, as slowly as it can be said."""

    @cache
    def segments(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
        if not pattern:
            return not parts
        if pattern[0] == "**":
            if len(pattern) == 1:
                return bool(parts)
            return segments(pattern[1:], parts) or (bool(parts) and segments(pattern, parts[1:]))
        return bool(parts) and characters(pattern[0], parts[0]) and segments(pattern[1:], parts[1:])

    @cache
    def characters(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return characters(pattern[1:], text) or (bool(text) and characters(pattern, text[1:]))
        return bool(text) and pattern[0] in ("?", text[0]) and characters(pattern[1:], text[1:])

    return segments(tuple(glob.split("/")), tuple(path.split("/")))


segment = st.text("ab", min_size=1, max_size=4)
wild = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=5))


@given(st.lists(wild, min_size=1, max_size=5).map("/".join), st.lists(segment, min_size=1, max_size=6).map("/".join))
def test_glob_is_what_its_docstring_says(glob: str, path: str) -> None:
    assert matches(glob, path) == plainly(glob, path)


@given(st.lists(wild, min_size=1, max_size=3).map("/".join), st.lists(st.lists(segment, max_size=3).map("/".join)))
def test_paths_are_those_that_match(glob: str, paths: list[str]) -> None:
    assert Paths(paths).named_by(glob) == tuple(sorted({path for path in paths if matches(glob, path)}))


@pytest.mark.parametrize(
    ("glob", "named"),
    [
        ("*.bin", ("*.bin",)),
        ("?.bin", ("*.bin", "a.bin")),
        ("**/*.bin", ("*.bin", "[a].bin", "a.bin", "d/*.bin", "d/b.bin")),
        ("**/a.bin", ("a.bin",)),
        ("d/*.bin", ("d/*.bin",)),
        ("d/?.bin", ("d/*.bin", "d/b.bin")),
        ("[a].bin", ("[a].bin",)),
        ("[ab].bin", ()),
        ("a.bi", ()),
        ("d\U0010ffff*", ("d\U0010ffff\U0010ffff",)),
    ],
)
def test_a_path_that_reads_like_the_glob_is_meant(glob: str, named: tuple[str, ...]) -> None:
    paths = Paths(["a.bin", "*.bin", "[a].bin", "d/b.bin", "d/*.bin", "d\U0010ffff\U0010ffff", "e"])
    assert paths.named_by(glob) == named
    assert [path in paths for path in ("a.bin", "b.bin")] == [True, False]


def test_no_path_is_looked_at_that_begins_otherwise_nor_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    class Counting:
        def fullmatch(self, path: str) -> None:
            looked.append(path)

    monkeypatch.setattr(globs, "_compiled", lambda _: Counting())
    paths = Paths(f"{directory}/{number}" for directory in "abc" for number in range(100))
    for glob in ("b/7*", "b/7*", "b/77", "x*"):
        paths.named_by(glob)
    assert looked == ["b/7", *(f"b/7{number}" for number in range(10))]


@pytest.mark.parametrize(
    ("glob", "path"),
    [("**/a/" * 30 + "x", "a/" * 300 + "y"), ("*a" * 30 + "b", "a" * 3000), ("**/" * 50 + "x", "a/" * 1000 + "y")],
)
def test_hostile_globs_end(glob: str, path: str) -> None:
    assert not matches(glob, path)


def test_a_few_files_are_found_among_many_by_how_they_begin_or_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "MAX_WORK", 10_000)
    paths = Paths([f"d/{number}.json" for number in range(1000)] + ["e/1.py", "e/f/2.py", "d/3.py", "d/3.pyx"])
    for number in range(1000):
        assert paths.named_by(f"**/{number}.jso?{number}") == ()
    assert paths.named_by("**/*.py") == ("d/3.py", "e/1.py", "e/f/2.py")
    assert paths.named_by("e/**") == ("e/1.py", "e/f/2.py")
    assert paths.named_by("d/3*") == tuple(
        sorted([f"d/{number}.json" for number in range(1000) if str(number)[0] == "3"] + ["d/3.py", "d/3.pyx"])
    )


def test_globs_that_look_through_all_files_again_and_again_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "MAX_WORK", 1_000_000)
    paths = Paths(f"d/{number}.json" for number in range(1000))
    with pytest.raises(DocumentError, match=r"globs for 1,000 files, of which .*Name folders, as in `data/\*\*`"):
        [paths.named_by(f"**/*{number}*") for number in range(1000)]
