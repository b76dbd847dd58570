# SPDX-License-Identifier: Apache-2.0
"""Where in which files the bytes of tensors are, as the headers say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from openmodel.errors import InventoryError, Problem, VerificationError
from openmodel.inventory.boundary import locate
from openmodel.inventory.gguf_tensors import read_gguf_header
from openmodel.inventory.header import Header
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import Identity, OpenFile, open_regular
from openmodel.inventory.safetensors import read_open_header
from openmodel.inventory.tensors import weights_summary
from openmodel.inventory.walking import walk
from openmodel.manifest.tensor_table import TensorRow

__all__ = ["OpenedHeader", "Placed", "all_placed", "placed"]

_ENDINGS = (".safetensors", ".gguf")


class OpenedHeader(NamedTuple):
    """A file of tensors and what its header says."""

    name: str
    """Its path, safe to print."""
    place: str
    """Where to open it."""
    identity: Identity
    """What it was when the header was read."""
    header: Header


class Placed(NamedTuple):
    """A tensor that a file holds."""

    name: str
    dtype: str
    """The code of its data type."""
    shape: tuple[int, ...]
    """Row-major."""
    digest: bytes | None
    """The content digest that it has to have, 32 bytes; None where nothing states it."""
    file: OpenedHeader
    start: int
    """First byte in the file."""
    size: int
    """Bytes."""


def placed(root: Path, rows: Iterable[TensorRow]) -> list[Placed]:
    """Where the tensors of a table are; their data types and shapes are those of the table. Files that hold none of
    them are not opened.

    Args:
        root: the release directory.
        rows: of the table.

    Raises:
        InventoryError: a file is missing, cannot be read, leads out of the release, or is not strictly of its format.
        VerificationError: a file holds a tensor as another type or with another shape than the table says, or not at
            all.
    """
    by_file: defaultdict[str, list[TensorRow]] = defaultdict(list)
    for row in rows:
        by_file[row.file].append(row)
    found: list[Placed] = []
    for path, wanted in by_file.items():
        file = _header(root, path)
        held = {tensor.name: tensor for tensor in file.header.tensors}
        for row in wanted:
            tensor = held.get(row.name)
            if tensor is None or (tensor.dtype, tensor.shape) != (row.dtype, row.shape):
                got = f"{tensor.dtype} {list(tensor.shape)}" if tensor else "nothing of that name"
                raise _other(file.name, row, got)
            start = file.header.data_start + tensor.start
            digest = bytes.fromhex(row.blake3)
            found.append(Placed(row.name, row.dtype, row.shape, digest, file, start, tensor.end - tensor.start))
    return found


def all_placed(root: Path) -> list[Placed]:
    """All tensors of all files named `.safetensors` or `.gguf` in a directory and below.

    Raises:
        InventoryError: there are none; the directory or a file cannot be read or is not what it should be; two files
            hold a tensor of one name.
    """
    paths = [found.path for found in walk(root).files if found.path.endswith(_ENDINGS)]
    files = {path: _header(root, path) for path in paths}
    weights_summary({path: file.header for path, file in files.items()})  # Refuses a name that is there twice.
    found = [
        Placed(tensor.name, tensor.dtype, tensor.shape, None, file, file.header.data_start + tensor.start, size)
        for file in files.values()
        for tensor in file.header.tensors
        for size in [tensor.end - tensor.start]
    ]
    if not found:
        fix = "Name the directory that holds the weights."
        raise InventoryError(Problem(str(root), "no tensors", "files named .safetensors or .gguf", fix))
    return found


def _header(root: Path, path: str) -> OpenedHeader:
    place = str(locate(root, path))
    name = shown(str(root / path))
    with open_regular(place) as opened:
        return OpenedHeader(name, place, opened.identity, _read(opened, name))


def _read(opened: OpenFile, file: str) -> Header:
    is_gguf = opened.start(4) == b"GGUF"
    opened.stream.seek(0)
    return (read_gguf_header if is_gguf else read_open_header)(opened.stream, opened.identity.size, file)


def _other(file: str, row: TensorRow, got: str) -> VerificationError:
    return VerificationError(
        Problem(
            file,
            f'for tensor "{shown(row.name, 200)}" {got}',
            f"{row.dtype} {list(row.shape)}, as the table of tensors says",
            "Get the file again from where it was published.",
        )
    )
