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
from openmodel.inventory.header import Header, Tensor
from openmodel.inventory.reading import Identity, OpenFile, changed, open_regular
from openmodel.inventory.tensor_headers import read_tensors_header
from openmodel.inventory.walking import Found, walk

__all__ = ["Stored", "StoredTensors", "open_stored", "stored_in", "stored_tensors"]


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
                header = read_tensors_header(opened, found.path)
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
