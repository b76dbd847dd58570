# SPDX-License-Identifier: Apache-2.0
"""Which bytes of which files are to be loaded, and what their content digests have to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from openmodel.errors import InventoryError, Problem, VerificationError
from openmodel.inventory.boundary import locate
from openmodel.inventory.header import Header, type_and_shape
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import Identity, open_regular
from openmodel.inventory.tensor_headers import read_tensors_header
from openmodel.inventory.tensors import weights_summary
from openmodel.inventory.walking import Found, walk
from openmodel.manifest.tensor_table import TensorRow
from openmodel.weights.stored import Stored, stored_in

__all__ = ["Placed", "all_placed", "placed"]


class Placed(NamedTuple):
    """A tensor that a file holds."""

    stored: Stored
    digest: bytes | None
    """The content digest that it has to have, 32 bytes; None where nothing states it."""


def placed(root: Path, rows: Iterable[TensorRow]) -> Iterator[Placed]:
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
    for path, wanted in by_file.items():
        found = Found(path, str(locate(root, path)))
        identity, header = _header(found)
        if header is None:
            fix = "Download it; of a git LFS pointer, with `git lfs pull`."
            raise InventoryError(Problem(shown(path), "no tensors", "a safetensors or GGUF file", fix))
        held = {one.tensor.name: one for one in stored_in(found, identity, header)}
        for row in wanted:
            yield Placed(_agreed(row, held.get(row.name)), bytes.fromhex(row.blake3))


def all_placed(root: Path) -> list[Placed]:
    """All tensors of all files in a directory and below, of which no two have one name.

    Raises:
        InventoryError: there are none; the directory or a file cannot be read or is not what it should be; two files
            hold a tensor of one name.
    """
    headers: dict[str, Header] = {}
    tensors: list[Placed] = []
    for found in walk(root).files:
        identity, header = _header(found)
        if header is not None:
            headers[found.path] = header
            tensors += [Placed(one, None) for one in stored_in(found, identity, header)]
    weights_summary(headers)
    if not tensors:
        fix = "Name the directory that holds the weights."
        raise InventoryError(Problem(shown(str(root)), "no tensors", "safetensors or GGUF files", fix))
    return tensors


def _header(found: Found) -> tuple[Identity, Header | None]:
    with open_regular(found.location) as opened:
        return opened.identity, read_tensors_header(opened, found.path)


def _agreed(row: TensorRow, stored: Stored | None) -> Stored:
    if stored and (stored.tensor.dtype, stored.tensor.shape) == (row.dtype, row.shape):
        return stored
    got = type_and_shape(stored.tensor.dtype, stored.tensor.shape) if stored else "nothing of that name"
    raise VerificationError(
        Problem(
            shown(row.file),
            f'for tensor "{shown(row.name, 200)}" {got}',
            f"{type_and_shape(row.dtype, row.shape)}, as the table of tensors says",
            "Get the file again from where it was published.",
        )
    )
