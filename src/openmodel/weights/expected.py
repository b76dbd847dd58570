# SPDX-License-Identifier: Apache-2.0
"""Which tensors weights ought to have: by a table that a signed manifest names, or that gives a known tensor root."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from openmodel.errors import Problem, StageError, UsageError, VerificationError
from openmodel.inventory.exclusion import MANIFEST, TENSORS
from openmodel.inventory.naming import shown
from openmodel.inventory.tensor_table import root_of_rows
from openmodel.inventory.whole import read_whole
from openmodel.manifest.measured import Weights
from openmodel.manifest.tensor_table import MAX_TABLE_BYTES, TensorRow, TensorTable, loads_table
from openmodel.signing.signed_manifest import signed_manifest
from openmodel.weights.tensor_names import named_by

__all__ = ["has_table", "rows_with_root", "selected", "signed_rows"]

_AGAIN = "Get the release again from where it was published."


def has_table(root: Path) -> bool:
    """Whether a directory has something in the place of the table of tensors."""
    return os.path.lexists(root / TENSORS)


def signed_rows(
    root: Path, keys: Sequence[str | Path], trust: str | Path | None, component: str | None
) -> Sequence[TensorRow]:
    """The tensors of the weights that the signed manifest of a release names.

    Args:
        root: the release directory.
        keys, trust: as for `signed_manifest`.
        component: which weights, where the manifest lists several.

    Raises:
        VerificationError: the signature, the table or its tensors are not what they should be.
        StageError: the manifest binds no tensors of these weights.
        UsageError: which weights is not said, or they are not there.
        UsageError, KeyFileError, DocumentError, InventoryError: something cannot be read.
    """
    _, measured = signed_manifest(root, keys=keys, trust=trust)
    weights = _weights(root, measured.weights, component)
    if weights.tensor_root is None or weights.table is None:
        got = f"no tensor root for the weights {weights.component!r}"
        fix = "Ask their publisher to build the release again with a newer version, and to sign it."
        raise StageError(Problem(str(root / MANIFEST), got, "one, and a table of tensors", fix))
    table = _table(root, weights.table.path, weights.table.sha256)
    return _rows(root, weights.table.path, table, weights.tensor_root, weights.component)


def rows_with_root(root: Path, wanted: str, component: str | None) -> Sequence[TensorRow]:
    """The tensors of the weights in the table of a directory whose root this is.

    Args:
        root: the directory.
        wanted: the tensor root, 64 lower-case hexadecimal digits.
        component: which of several that have this root; the first one if not given.

    Raises:
        VerificationError: no weights in the table have this root, or their tensors do not give it.
        DocumentError, InventoryError: the table cannot be read.
    """
    return _rows(root, TENSORS, _table(root, TENSORS), wanted, component)


def _weights(root: Path, listed: Sequence[Weights], component: str | None) -> Weights:
    found = [weights for weights in listed if component in {None, weights.component}]
    if len(found) == 1:
        return found[0]
    names = ", ".join(weights.component for weights in listed) or "none"
    got = f"no weights {component!r}" if component is not None else f"weights of {len(listed)} components"
    expected, fix = f"one of {names}", "Name one of them as `component`."
    if not listed:
        expected, fix = "weights in safetensors or GGUF files", "Name the directory of a release that has weights."
    raise UsageError(Problem(str(root / MANIFEST), got, expected, fix))


def _table(root: Path, path: str, sha256: str | None = None) -> TensorTable:
    content = read_whole(root, path, MAX_TABLE_BYTES)
    file = shown(str(root / path))
    if sha256 is not None and (found := hashlib.sha256(content).hexdigest()) != sha256:
        expected = f"{sha256}, as the signed manifest says"
        raise VerificationError(Problem(file, f"a table with the SHA-256 {found}", expected, _AGAIN))
    return loads_table(content, file)


def _rows(root: Path, path: str, table: TensorTable, wanted: str, component: str | None) -> Sequence[TensorRow]:
    file = shown(str(root / path))
    for weights in table.weights:
        if weights.tensor_root == wanted and component in {None, weights.component}:
            if (found := root_of_rows(weights, file)) != wanted:
                got = f"tensors of {weights.component} that give the tensor root {found}"
                raise VerificationError(Problem(file, got, wanted, _AGAIN))
            return weights.tensors
    roots = (f"{weights.component} with the tensor root {weights.tensor_root}" for weights in table.weights)
    got = shown(", ".join(roots), 1000)
    expected = f"{f'weights {component}' if component else 'weights'} with {wanted}"
    raise VerificationError(Problem(file, got or "no weights", expected, _AGAIN))


def selected(rows: Iterable[TensorRow], names: Sequence[str] | None) -> list[TensorRow]:
    """The tensors that are named.

    Args:
        rows: of all tensors.
        names: names of tensors, or globs as for `named_by`; None for all tensors.

    Raises:
        UsageError: nothing is named, or something that is not there. Lists all.
    """
    by_name = {row.name: row for row in rows}
    if names is None:
        return list(by_name.values())
    if not names:
        raise UsageError(Problem("", "no names", "names of tensors or globs", "Leave `names` out to load all."))
    found: dict[str, TensorRow] = {}
    missing: list[Problem] = []
    for name in names:
        matching = named_by(name, by_name)
        found |= {match: by_name[match] for match in matching}
        if not matching:
            example = shown(min(by_name), 200)
            fix = f'Correct it. The first of the {len(by_name)} names is "{example}".'
            missing.append(Problem("", f"{shown(name, 200)!r}, which no tensor matches", "a name or glob of some", fix))
    if missing:
        raise UsageError(missing)
    return list(found.values())
