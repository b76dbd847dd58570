# SPDX-License-Identifier: Apache-2.0
"""The header of a file of tensors, whichever format it is in."""

from __future__ import annotations

from openmodel.inventory.formats.gguf import GGUF_HEAD_BYTES, read_gguf_head
from openmodel.inventory.formats.lfs import MAX_POINTER_BYTES, is_lfs_pointer
from openmodel.inventory.gguf_tensors import read_gguf_header
from openmodel.inventory.header import Header
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import OpenFile
from openmodel.inventory.safetensors import find_header, read_open_header

__all__ = ["read_tensors_header"]

_MARK = b"GGUF"


def read_tensors_header(opened: OpenFile, path: str) -> Header | None:
    """The checked header of an open file of tensors; None of any other, also of one that was not downloaded.

    A file is one of tensors if its name says so and it is there, or if its content does.

    Args:
        opened: the file.
        path: what it is called, which may be another name than that under which it was opened.

    Raises:
        InventoryError: it is one of tensors, and not strictly so.
        OSError: the system does not give the bytes.
    """
    size, file = opened.identity.size, shown(str(opened.path))
    start = opened.start(MAX_POINTER_BYTES + 1)
    opened.stream.seek(0)
    if start.startswith(_MARK):
        is_gguf = path.endswith(".gguf") or read_gguf_head(start[:GGUF_HEAD_BYTES], size) is not None
        return read_gguf_header(opened.stream, size, file) if is_gguf else None
    if path.endswith(".safetensors"):
        is_there = size and not (len(start) == size and is_lfs_pointer(start))
        return read_open_header(opened.stream, size, file) if is_there else None
    return find_header(opened.stream, size, start)
