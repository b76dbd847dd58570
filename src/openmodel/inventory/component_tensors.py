# SPDX-License-Identifier: Apache-2.0
"""What the tensors of each component are: `measured.weights`, and the table of tensors that goes with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from pydantic import JsonValue

from openmodel.inventory.exclusion import TENSORS
from openmodel.inventory.files import Inventory
from openmodel.inventory.header import Header
from openmodel.inventory.tensor_root import tensor_root
from openmodel.inventory.tensors import is_unread, tensor_rows, weights_summary
from openmodel.manifest.component import Component
from openmodel.manifest.globs import Paths
from openmodel.manifest.tensor_table import TensorRow, WeightTensors, dump_table

__all__ = ["measured_weights"]

_Summary = tuple[dict[str, JsonValue], tuple[TensorRow, ...]]
"""Sums and root of some tensors, and their rows."""


def measured_weights(
    components: Iterable[Component], inventory: Inventory, paths: Paths
) -> tuple[list[JsonValue], bytes | None]:
    """What `build` writes of the tensors of components.

    Args:
        components: all of the declaration.
        inventory: of the release.
        paths: those of its files.

    Returns:
        `measured.weights`, and the bytes of `openmodel.tensors.json`; None where there are no tensors to list.

    Raises:
        InventoryError: a component holds a tensor twice. Lists all of the first such component.
        DocumentError: the table would be larger than is read.
    """
    found = [(component, *summary) for component, summary in _summaries(components, inventory, paths)]
    if not any(rows for *_, rows in found):
        return [{"component": component, **sums} for component, sums, _ in found], None
    table = dump_table(
        WeightTensors(component=component, tensor_root=str(sums["tensor_root"]), tensors=rows)
        for component, sums, rows in found
        if rows
    )
    digest: dict[str, JsonValue] = {"path": TENSORS, "sha256": hashlib.sha256(table).hexdigest()}
    return [
        {"component": component, **sums, **({"table": digest} if rows else {})} for component, sums, rows in found
    ], table


def _summaries(components: Iterable[Component], inventory: Inventory, paths: Paths) -> Iterator[tuple[str, _Summary]]:
    headers = inventory.headers
    of_indexes = [set(index.shards) for index in inventory.indexes]
    partial = {shard for shards in of_indexes if not headers.keys() >= shards for shard in shards}
    # The rest would be a part as well.
    partial |= {file.path for file in inventory.files if is_unread(file.path, file.format, headers)}
    known: dict[tuple[str, ...], _Summary] = {}
    for component in components:
        if not {"weights", "checkpoint"} & set(component.kinds):
            continue
        named = {path for glob in component.files for path in paths.named_by(glob)}
        shards = tuple(sorted(path for path in named if path in headers))
        if shards and shards not in known:
            known[shards] = _summary({path: headers[path] for path in shards}, inventory.tensors)
        if shards and partial.isdisjoint(named):  # Else the sums would be of a part.
            yield component.id, known[shards]


def _summary(headers: Mapping[str, Header], digests: Mapping[str, Mapping[str, bytes]]) -> _Summary:
    sums = asdict(weights_summary(headers))
    rows = tensor_rows(headers, digests)
    if rows:
        sums["tensor_root"] = tensor_root((row.name, bytes.fromhex(row.blake3)) for row in rows)
    return {name: value for name, value in sums.items() if value is not False}, rows
