# SPDX-License-Identifier: Apache-2.0
"""Merkle trees as in RFC 9162, section 2.1, over hashes of leaves that the caller made.

An odd node is promoted, which gives the same tree as the recursion of the RFC. Nodes are
SHA-256(0x01 || left || right); a leaf's hash has to begin its own input with another byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["head_from_path", "inclusion_paths", "tree_head"]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _above(nodes: Sequence[bytes]) -> list[bytes]:
    """The next level: pairs from the left, and an odd node as it is."""
    pairs = [_node(left, right) for left, right in zip(nodes[::2], nodes[1::2], strict=False)]
    return [*pairs, nodes[-1]] if len(nodes) % 2 else pairs


def tree_head(leaves: Sequence[bytes]) -> bytes:
    """The head of the tree, MTH of RFC 9162, section 2.1.1.

    Args:
        leaves: hashes of the leaves, 32 bytes each, in order; at least one.
    """
    nodes = leaves
    while len(nodes) > 1:
        nodes = _above(nodes)
    return nodes[0]


def inclusion_paths(leaves: Sequence[bytes], indexes: Iterable[int]) -> list[list[bytes]]:
    """For each index, the nodes with which that leaf's hash gives the head, from the leaf upwards: PATH of RFC 9162,
    section 2.1.3.1.

    Args:
        leaves: as for `tree_head`. The tree is made once, however many paths are asked for.
        indexes: which leaves, from 0.
    """
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    return [list(_beside(levels, index)) for index in indexes]


def _beside(levels: Sequence[Sequence[bytes]], index: int) -> Iterator[bytes]:
    for height, nodes in enumerate(levels):
        if (beside := index >> height ^ 1) < len(nodes):
            yield nodes[beside]


def head_from_path(leaf: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The head that a leaf and its path give; None where the path is not that of such a leaf in such a tree.

    Source: RFC 9162, section 2.1.3.2.

    Args:
        leaf: hash of the leaf, 32 bytes.
        index: its place, from 0.
        count: how many leaves the tree has.
        path: as of `inclusion_paths`.
    """
    if not 0 <= index < count:
        return None
    node, last, steps = leaf, count - 1, iter(path)
    while last:
        if index % 2 or index < last:
            beside = next(steps, None)
            if beside is None:
                return None
            node = _node(beside, node) if index % 2 else _node(node, beside)
        index, last = index // 2, last // 2
    return node if next(steps, None) is None else None
