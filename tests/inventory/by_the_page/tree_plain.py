# SPDX-License-Identifier: Apache-2.0
"""What the pages of both roots share: lengths in front, and the tree of RFC 9162 as its section 2.1.1 defines it."""

from __future__ import annotations

from hashlib import sha256


class RefusedError(Exception):
    """The page gives no root for this."""


def refuse_if(refused: bool, why: str) -> None:
    if refused:
        raise RefusedError(why)


def u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def lp(text: bytes) -> bytes:
    return u64(len(text)) + text


def tree_head(leaves: list[bytes]) -> bytes:
    """Split by the recursion of the RFC, where the pages go level by level."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + tree_head(leaves[:k]) + tree_head(leaves[k:])).digest()


def root_of(domain: bytes, leaves: list[bytes]) -> str:
    return sha256(b"\x02" + domain + u64(len(leaves)) + tree_head(leaves)).hexdigest()
