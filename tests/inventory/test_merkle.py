# SPDX-License-Identifier: Apache-2.0
"""Merkle trees against the recursive definitions of RFC 9162, section 2.1."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmodel.inventory.merkle import head_from_path, inclusion_paths, tree_head

LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(70)]


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return max(1 << power for power in range(count.bit_length()) if 1 << power < count)


def head(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(head(leaves[:k]), head(leaves[k:]))


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(leaves[:k], index), head(leaves[k:])]
    return [*path(leaves[k:], index - k), head(leaves[:k])]


@pytest.mark.parametrize("count", range(1, 71))
def test_heads_and_paths_are_those_of_the_rfc(count: int) -> None:
    leaves = LEAVES[:count]
    assert tree_head(leaves) == head(leaves)
    for index, found in enumerate(inclusion_paths(leaves, range(count))):
        assert found == path(leaves, index)
        assert head_from_path(leaves[index], index, count, found) == head(leaves)


@given(st.integers(1, 70), st.data())
def test_a_path_proves_nothing_else(count: int, data: st.DataObject) -> None:
    leaves = LEAVES[:count]
    index = data.draw(st.integers(0, count - 1))
    (steps,) = inclusion_paths(leaves, [index])
    leaf, place, total = leaves[index], index, count
    match data.draw(st.sampled_from(["leaf", "place", "longer", "shorter", "step"])):
        case "leaf":
            leaf = bytes(32)
        case "place":
            place = data.draw(st.integers(-1, count).filter(lambda other: other != index))
        case "longer":
            steps = [*steps, bytes(32)]
        case "shorter" if steps:
            steps = steps[:-1]
        case _:
            steps = [bytes(32), *steps[1:]]
    assert head_from_path(leaf, place, total, steps) != head(leaves)
