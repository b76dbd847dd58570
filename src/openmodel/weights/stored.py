# SPDX-License-Identifier: Apache-2.0
"""Where tensors lie in a directory: by name, the safetensors and GGUF files that hold them.

What a file is, its content says, and its headers are read strictly, as for the tensor root; see
`docs/spec/tensor-root.md`. Of the tensors nothing is read.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.formats.gguf import GGUF_HEAD_BYTES, read_gguf_head
from openmodel.inventory.formats.lfs import MAX_POINTER_BYTES, is_lfs_pointer
from openmodel.inventory.gguf_tensors import read_gguf_header
from openmodel.inventory.header import Header, Tensor
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import Identity, OpenFile, changed, open_regular
from openmodel.inventory.safetensors import find_header, read_open_header
from openmodel.inventory.walking import Found, walk

__all__ = ["Stored", "StoredTensors", "open_stored", "read_tensors_header", "stored_in", "stored_tensors"]

_MARK = b"GGUF"


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor as it lies in a file."""

    path: str
    """The file: relative POSIX path in the directory."""
    location: str
    """Where to open it; see `walking.Found`."""
    identity: Identity
    """The file as it was when its header was read."""
    tensor: Tensor
    span: range
    """Which bytes of the file are its elements."""


@dataclass(frozen=True, slots=True)
class StoredTensors:
    """What the files of a directory hold of the tensors that were asked for."""

    by_name: dict[str, list[Stored]] = field(default_factory=dict)
    """By name, all that have it, sorted by the UTF-8 bytes of their path; names that no file holds are left out."""
    refused: list[Problem] = field(default_factory=list)
    """One for each file that is one of tensors and is not strictly one, so that nobody knows what it holds."""


def stored_tensors(directory: Path, names: Container[str], leave_out: Container[str] = ()) -> StoredTensors:
    """Looks for tensors in the headers of all files of a directory.

    Args:
        directory: symbolic links in it may lead where those of a release may.
        names: which tensors.
        leave_out: paths of files that are not looked into.

    Raises:
        InventoryError: as `walk`; or a file changes meanwhile or cannot be read.
    """
    stored = StoredTensors()
    for found in walk(directory).files:
        if found.path in leave_out:
            continue
        with open_regular(found.location) as opened:
            try:
                header = read_tensors_header(opened, found)
            except InventoryError as error:
                stored.refused.extend(error.problems)
                continue
        for one in stored_in(found, opened.identity, header) if header else ():
            if one.tensor.name in names:
                stored.by_name.setdefault(one.tensor.name, []).append(one)
    return stored


def stored_in(found: Found, identity: Identity, header: Header) -> Iterator[Stored]:
    """The tensors of one file.

    Args:
        found: the file.
        identity: the file as it was when its header was read.
        header: of the file.
    """
    for tensor in header.tensors:
        span = range(header.data_start + tensor.start, header.data_start + tensor.end)
        yield Stored(found.path, found.location, identity, tensor, span)


def read_tensors_header(opened: OpenFile, found: Found) -> Header | None:
    """The checked header of an open file of tensors; None of any other, also of one that was not downloaded.

    A file is one of tensors if its name says so and it is there, or if its content does.

    Raises:
        InventoryError: it is one of tensors, and not strictly so.
        OSError: the system does not give the bytes.
    """
    size, file = opened.identity.size, shown(found.location)
    start = opened.start(MAX_POINTER_BYTES + 1)
    opened.stream.seek(0)
    if start.startswith(_MARK):
        is_gguf = found.path.endswith(".gguf") or read_gguf_head(start[:GGUF_HEAD_BYTES], size) is not None
        return read_gguf_header(opened.stream, size, file) if is_gguf else None
    if found.path.endswith(".safetensors"):
        is_there = size and not (len(start) == size and is_lfs_pointer(start))
        return read_open_header(opened.stream, size, file) if is_there else None
    return find_header(opened.stream, size, start)


@contextmanager
def open_stored(stored: Stored) -> Iterator[OpenFile]:
    """Opens the file of a tensor again, as `open_regular`.

    Raises:
        InventoryError: it is not the file any more whose header was read.
    """
    with open_regular(stored.location) as opened:
        if opened.identity != stored.identity:
            raise changed(stored.location)
        yield opened
