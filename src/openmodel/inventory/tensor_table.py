# SPDX-License-Identifier: Apache-2.0
"""Reading the table of tensors of a release, which is believed only if all that it says fits together."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.naming import shown
from openmodel.inventory.tensor_root import tensor_root
from openmodel.inventory.whole import read_whole
from openmodel.manifest.measured import FileDigest
from openmodel.manifest.tensor_table import MAX_TABLE_BYTES, TensorTable, WeightTensors, loads_table

__all__ = ["read_tensor_table", "root_of_rows"]


def read_tensor_table(root: Path, table: FileDigest) -> TensorTable:
    """The table that a manifest names, whose tensor roots follow from its rows.

    Dtype and shape of a row are a part of what its content digest is of; which file holds it is bound by the digest of
    the table alone.

    Args:
        root: the release directory.
        table: path and SHA-256, as in `measured.weights[].table`.

    Raises:
        InventoryError: it cannot be read or leads out of the release, has another digest, has a component or name twice
            or not in order, or states a root that its rows do not have.
        DocumentError: it is no table.
    """
    content = read_whole(root, table.path, MAX_TABLE_BYTES)
    file = shown(str(root / table.path))
    if (found := hashlib.sha256(content).hexdigest()) != table.sha256:
        raise _refusal(file, f"the SHA-256 {found}", f"{table.sha256}, as the manifest says")
    read = loads_table(content, file)
    components = [one.component for one in read.weights]
    if len(set(components)) < len(components):
        raise _refusal(file, "a component twice", "every component once")
    for one in read.weights:
        _require_root(one, file)
    return read


def _require_root(weights: WeightTensors, file: str) -> None:
    # Code points sort as UTF-8 bytes do.
    if any(row.name >= following.name for row, following in pairwise(weights.tensors)):
        expected = "every name once, sorted by their UTF-8 bytes"
        raise _refusal(file, f"tensors of {weights.component} in another order", expected)
    if (found := root_of_rows(weights, file)) != weights.tensor_root:
        expected = f"{found}, which follows from its tensors"
        raise _refusal(file, f"the tensor root {weights.tensor_root} of {weights.component}", expected)


def root_of_rows(weights: WeightTensors, file: str) -> str:
    """The tensor root that follows from the rows of a table.

    Args:
        weights: as the table lists them.
        file: the table for errors.

    Raises:
        InventoryError: there are no rows, or a name is twice.
    """
    try:
        return tensor_root((row.name, bytes.fromhex(row.blake3)) for row in weights.tensors)
    except InventoryError as error:
        first = error.problems[0]
        raise _refusal(file, f"for {weights.component} {first.got}", first.expected) from error


def _refusal(file: str, got: str, expected: str) -> InventoryError:
    fix = "Get the release again from where it was published; its publisher builds it again."
    return InventoryError(Problem(file, got, expected, fix))
