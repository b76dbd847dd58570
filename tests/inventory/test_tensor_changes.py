# SPDX-License-Identifier: Apache-2.0
"""Two lists of tensors give what became of each."""

from __future__ import annotations

from collections import Counter

from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from openmodel.inventory.tensor_changes import tensor_changes
from openmodel.manifest.tensor_table import TensorRow


def row(name: str, content: str, dtype: str = "F32", shape: tuple[int, ...] = (2, 3), file: str = "a") -> TensorRow:
    digest = blake3(f"{dtype} {shape} {content}".encode()).hexdigest()
    return TensorRow(name=name, dtype=dtype, shape=shape, blake3=digest, file=file)


def found(then: list[TensorRow], now: list[TensorRow]) -> list[tuple[str, str, str, str]]:
    changes = tensor_changes("w", then, now)
    assert {change.component for change in changes} <= {"w"}
    return [(change.name, change.kind, change.was, change.now) for change in changes]


def test_each_kind_of_change() -> None:
    then = [row("bits", "1"), row("cast", "2"), row("gone", "3"), row("old", "4"), row("same", "5"), row("turned", "6")]
    now = [
        row("bits", "!"),
        row("cast", "2", "BF16"),
        row("fresh", "7", shape=()),
        row("new", "4", file="b"),
        row("same", "5", file="b"),
        row("turned", "6", shape=(3, 2)),
    ]
    assert found(then, now) == [
        ("bits", "altered", "F32 [2, 3] in a", "F32 [2, 3] in a"),
        ("cast", "cast", "F32 [2, 3] in a", "BF16 [2, 3] in a"),
        ("fresh", "added", "", "F32 [] in a"),
        ("gone", "removed", "F32 [2, 3] in a", ""),
        ("old", "renamed", "F32 [2, 3] in a", '"new", F32 [2, 3] in b'),
        ("turned", "altered", "F32 [2, 3] in a", "F32 [3, 2] in a"),
    ]


def test_tensors_of_one_content_are_not_taken_for_each_other() -> None:
    """Biases that are all zero are alike, and nobody knows which of them is which."""
    then = [row("a.bias", "0"), row("b.bias", "0")]
    now = [row("c.bias", "0"), row("d.bias", "0")]
    assert [(name, kind) for name, kind, *_ in found(then, now)] == [
        ("a.bias", "removed"),
        ("b.bias", "removed"),
        ("c.bias", "added"),
        ("d.bias", "added"),
    ]


def test_hostile_names_are_safe_to_print() -> None:
    (change,) = tensor_changes("w", [], [row("a\x1b[31m\n", "1")])
    assert "\x1b" not in change.name
    assert "\n" not in change.name


names = st.text(st.sampled_from("abé"), max_size=3)
tensors = st.dictionaries(names, st.tuples(st.sampled_from("0123"), st.sampled_from(["F32", "BF16"])), max_size=8)


@given(tensors, tensors)
def test_every_difference_is_told_once_and_nothing_else(
    then: dict[str, tuple[str, str]], now: dict[str, tuple[str, str]]
) -> None:
    changes = tensor_changes(
        "w", [row(name, *rest) for name, rest in then.items()], [row(name, *rest) for name, rest in now.items()]
    )
    kinds = Counter(change.kind for change in changes)
    both = {name for name in then.keys() & now.keys() if then[name] != now[name]}
    assert kinds["cast"] + kinds["altered"] == len(both)
    assert kinds["removed"] + kinds["renamed"] == len(then.keys() - now.keys())
    assert kinds["added"] + kinds["renamed"] == len(now.keys() - then.keys())
    assert [change.name for change in changes] == sorted(change.name for change in changes)


@given(tensors)
def test_where_a_tensor_lies_is_no_difference(then: dict[str, tuple[str, str]]) -> None:
    one = [row(name, *rest, file="a") for name, rest in then.items()]
    other = [row(name, *rest, file="b") for name, rest in reversed(then.items())]
    assert tensor_changes("w", one, other) == ()
