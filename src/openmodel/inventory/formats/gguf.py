# SPDX-License-Identifier: Apache-2.0
"""GGUF, recognised by the beginning of its header.

Source: ggml, `docs/gguf.md`, "File Structure".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View

__all__ = ["GGUF_HEAD_BYTES", "GgufHead", "read_gguf_head", "recognise_gguf"]

GGUF_HEAD_BYTES = 24
"""The longest beginning of a header: magic number, version and two counts."""

_MAGIC = b"GGUF"
_VERSIONS = (1, 2, 3)
_MIN_PAIR, _MIN_TENSOR = 10, 20  # Bytes of the smallest key with a value, and entry of a tensor; less in version 1.


@dataclass(frozen=True, slots=True)
class GgufHead:
    """The beginning of a header."""

    order: Literal["little", "big"]
    version: int
    tensors: int
    """Number of tensors, as the file says."""
    pairs: int
    """Number of keys with values, as the file says."""
    end: int
    """Position of the first key."""


def read_gguf_head(head: bytes, size: int) -> GgufHead | None:
    """Reads the first bytes of a file; None when they are not a header whose counts fit into the file.

    Args:
        head: the first `GGUF_HEAD_BYTES` of the file, or all.
        size: bytes of the whole file.
    """
    if not head.startswith(_MAGIC):
        return None
    orders: tuple[Literal["little", "big"], ...] = ("little", "big")
    order = next((order for order in orders if int.from_bytes(head[4:8], order) in _VERSIONS), None)
    if order is None:
        return None
    version = int.from_bytes(head[4:8], order)
    width = 4 if version == 1 else 8  # Version 1 counts in 32 bits.
    end = 8 + 2 * width
    if len(head) < end:
        return None
    tensors, pairs = int.from_bytes(head[8 : 8 + width], order), int.from_bytes(head[8 + width : end], order)
    if end + tensors * _MIN_TENSOR + pairs * _MIN_PAIR > size:
        return None
    return GgufHead(order, version, tensors, pairs, end)


def recognise_gguf(view: View) -> Recognised | None:
    """A GGUF file, or None.

    Raises:
        OSError: the system does not give the bytes.
    """
    return Recognised("gguf", None) if read_gguf_head(view.read(0, GGUF_HEAD_BYTES), view.size) else None
