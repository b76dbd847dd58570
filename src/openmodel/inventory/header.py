# SPDX-License-Identifier: Apache-2.0
"""What the header of a file of tensors says, in whatever format, once it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openmodel.inventory.naming import shown

__all__ = ["MAX_ELEMENTS", "Header", "Tensor", "element_count", "type_and_shape"]

MAX_ELEMENTS = 2**63
"""So many elements are too many for one tensor: a reader that counts in 64 bits overflows."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of a file."""

    name: str
    dtype: str
    """The code of its data type: of safetensors, or the name of a type of ggml; see `docs/spec/tensor-root.md`."""
    shape: tuple[int, ...]
    """Row-major: the last dimension is the one whose elements lie side by side. Empty for a scalar; a dimension may be
    0."""
    start: int
    """First byte, counted from `Header.data_start`."""
    end: int
    """The byte after the last one, counted likewise."""
    elements: int
    """Product of the shape."""


@dataclass(frozen=True, slots=True)
class Header:
    """The checked header of a file. No two of its tensors have one name or share a byte."""

    tensors: tuple[Tensor, ...]
    """Sorted by the UTF-8 bytes of the name."""
    metadata: dict[str, str]
    """Of a safetensors file; `gguf` reads that of GGUF."""
    data_start: int
    """Where in the file the bytes of the tensors start. After it, every byte belongs to a tensor, or in GGUF to the
    padding between them."""
    format: Literal["safetensors", "gguf"] = "safetensors"


def element_count(shape: tuple[int, ...]) -> int | None:
    """The product of a shape; None where a reader that multiplies step by step meets `MAX_ELEMENTS` or more.

    A zero hides nothing: readers that multiply from left to right overflow before they meet it. Step by step, as the
    product of a long list would take minutes.
    """
    product = 1
    for dimension in shape:
        product *= max(dimension, 1)
        if product >= MAX_ELEMENTS:
            return None
    return 0 if 0 in shape else product


def type_and_shape(dtype: str, shape: tuple[int, ...]) -> str:
    """Both for messages, cut where they are long: a shape may have millions of dimensions in a table or proof."""
    return shown(f"{dtype} {list(shape)}", 200)
