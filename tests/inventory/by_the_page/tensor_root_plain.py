# SPDX-License-Identifier: Apache-2.0
"""The tensor root, written from docs/spec/tensor-root.md and nothing else; the readers are beside it."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from tests.inventory.by_the_page.blake3_plain import derive_key
from tests.inventory.by_the_page.tree_plain import lp, refuse_if, root_of, u64

CONTEXT = b"openmodel tensor content v1"
DOMAIN = b"openmodel tensor root v1"


class Tensor(NamedTuple):
    name: str
    dtype: str
    shape: tuple[int, ...]
    data: bytes


def elements(shape: tuple[int, ...]) -> int:
    """How many; refused as the page refuses a product that is too large, which a 0 does not hide."""
    product, without_zeros = 1, 1
    for dimension in shape:
        refuse_if(not 0 <= dimension < 2**53, "a dimension")
        product *= dimension
        without_zeros *= dimension or 1
    refuse_if(without_zeros >= 2**63, "too many elements")
    return product


def content(tensor: Tensor) -> bytes:
    lengths = b"".join(u64(dimension) for dimension in tensor.shape)
    return derive_key(CONTEXT, lp(tensor.dtype.encode()) + u64(len(tensor.shape)) + lengths + tensor.data)


def leaf(name: str, content_digest: bytes) -> bytes:
    return sha256(b"\x00" + lp(DOMAIN) + lp(name.encode()) + lp(content_digest)).digest()


def tensor_root(tensors: list[Tensor]) -> str:
    names = [tensor.name for tensor in tensors]
    refuse_if(not names, "no tensors")
    refuse_if(len(set(names)) != len(names), "a name twice")
    refuse_if(any("\ud800" <= c <= "\udfff" for name in names for c in name), "a lone surrogate")
    ordered = sorted(tensors, key=lambda tensor: tensor.name.encode())
    return root_of(DOMAIN, [leaf(tensor.name, content(tensor)) for tensor in ordered])
