# SPDX-License-Identifier: Apache-2.0
"""GGUF files made byte by byte, so that each of them can lie in its own way."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple


class Stored(NamedTuple):
    """A tensor as a file is to describe it."""

    name: bytes
    dimensions: tuple[int, ...]
    """Fastest first."""
    kind: int
    data: bytes
    offset: int | None = None
    """None: right behind the one before."""


def text(value: bytes, version: int = 3, order: str = "<") -> bytes:
    return struct.pack(f"{order}{'I' if version == 1 else 'Q'}", len(value)) + value


def pair(key: bytes, kind: int, value: bytes, version: int = 3, order: str = "<") -> bytes:
    return text(key, version, order) + struct.pack(f"{order}I", kind) + value


def aligned(value: int) -> bytes:
    return pair(b"general.alignment", 4, struct.pack("<I", value))


def gguf(
    tensors: Iterable[Stored],
    *pairs: bytes,
    alignment: int = 32,
    version: int = 3,
    order: str = "<",
    padding: bytes = b"\0",
    last_is_padded: bool = True,
) -> bytes:
    """A file of these keys and tensors, in this order. `alignment` is used, and not written."""
    width = "I" if version == 1 else "Q"
    listed = list(tensors)
    content = b"GGUF" + struct.pack(f"{order}I2{width}", version, len(listed), len(pairs)) + b"".join(pairs)
    data = b""
    for number, tensor in enumerate(listed):
        rank, offset = len(tensor.dimensions), len(data) if tensor.offset is None else tensor.offset
        content += text(tensor.name, version, order)
        content += struct.pack(f"{order}I{rank}{width}IQ", rank, *tensor.dimensions, tensor.kind, offset)
        data += tensor.data
        if last_is_padded or number < len(listed) - 1:
            data += padding * (-len(data) % alignment)
    return content + bytes(-len(content) % alignment) + data
