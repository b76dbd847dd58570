# SPDX-License-Identifier: Apache-2.0
"""The tensor root: one digest for the tensors of some weights, whatever files hold them.

Source: `docs/spec/tensor-root.md`; RFC 9162, section 2.1.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from blake3 import blake3

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.merkle import tree_head
from openmodel.inventory.naming import shown

__all__ = ["CONTEXT", "DIGEST_BYTES", "DOMAIN", "content_hash", "root_of", "tensor_leaf", "tensor_root"]

CONTEXT = "openmodel tensor content v1"
"""The context of BLAKE3's mode `derive_key`, by which a content digest is no other digest; ASCII."""

DOMAIN = b"openmodel tensor root v1"
"""Separates these digests from those of other trees and other versions; ASCII."""

DIGEST_BYTES = 32
"""Length of a content digest."""

_MAX_PROBLEMS = 1000
_CONTENT = blake3(derive_key_context=CONTEXT)  # Never updated, only copied: that saves hashing the context.


def _length(count: int) -> bytes:
    return count.to_bytes(8, "big")


_BEFORE_NAME = b"\x00" + _length(len(DOMAIN)) + DOMAIN
_BEFORE_DIGEST = _length(DIGEST_BYTES)


def content_hash(dtype: str, shape: tuple[int, ...]) -> blake3:
    """The hash of a tensor's content to which its element bytes are still to be given.

    Args:
        dtype: the code of the data type, ASCII.
        shape: row-major; each dimension from 0 to 2^64-1.
    """
    started, code = _CONTENT.copy(), dtype.encode("ascii")
    started.update(_length(len(code)) + code + struct.pack(f">{len(shape) + 1}Q", len(shape), *shape))
    return started


def tensor_leaf(name: str, digest: bytes) -> bytes:
    """The hash of a leaf, 32 bytes.

    Args:
        name: as the file stores it.
        digest: the content digest, 32 bytes.
    """
    named = name.encode()
    return hashlib.sha256(_BEFORE_NAME + _length(len(named)) + named + _BEFORE_DIGEST + digest).digest()


def root_of(head: bytes, count: int) -> str:
    """The tensor root of a tree with this head and so many leaves, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(b"\x02" + DOMAIN + _length(count) + head).hexdigest()


def tensor_root(tensors: Iterable[tuple[str, bytes]]) -> str:
    """The tensor root of tensors given as (name, content digest).

    Invariant: for every permutation p, tensor_root(p(tensors)) == tensor_root(tensors).

    Args:
        tensors: name as it is stored, any text, and the content digest, 32 bytes.

    Returns:
        64 lower-case hexadecimal digits.

    Raises:
        InventoryError: no tensors, a name twice, one with a lone surrogate, or a digest of another length. Lists
            the first 1,000.
    """
    # UTF-8 bytes sort as the code points do, which is how Python compares strings.
    listed = sorted(tensors)
    problems = list(islice(_defects(listed), _MAX_PROBLEMS))
    if problems:
        raise InventoryError(problems)
    return root_of(tree_head([tensor_leaf(*tensor) for tensor in listed]), len(listed))


def _defects(listed: list[tuple[str, bytes]]) -> Iterator[Problem]:
    if not listed:
        yield Problem("", "no tensors", "at least one tensor", "Name the files that hold the weights.")
    for name, digest in listed:
        what = f'tensor "{shown(name, 200)}"'
        if not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name):
            yield Problem("", f"{what} with half of a surrogate pair", "a name in Unicode", "Rename the tensor.")
        if len(digest) != DIGEST_BYTES:
            got = f"a digest of {len(digest)} bytes for {what}"
            yield Problem("", got, f"one of {DIGEST_BYTES} bytes", "Compute it again.")
    for (name, _), (following, _) in pairwise(listed):
        if name == following:
            got = f'tensor "{shown(name, 200)}" twice'
            yield Problem("", got, "every name once", "Leave one of the two out.")
