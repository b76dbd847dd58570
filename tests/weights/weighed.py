# SPDX-License-Identifier: Apache-2.0
"""Small releases whose manifest states tensor roots, with the table of tensors."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from openmodel.inventory.reading import open_regular
from openmodel.inventory.tensor_digests import TensorDigests
from openmodel.inventory.tensor_headers import read_tensors_header
from openmodel.inventory.tensor_root import tensor_root
from openmodel.manifest.tensor_table import TensorRow, WeightTensors, dump_table
from tests.signing.small_release import Json, build, digest

Arrays = Mapping[str, "np.ndarray[Any, Any]"]

LAYERS: Arrays = {
    f"layers.{number}.weight": np.arange(6, dtype=np.float32).reshape(2, 3) + number for number in range(5)
}
OTHERS: Arrays = {
    "embed": np.arange(4, dtype=np.float16),
    "norm": np.ones((), np.float64),
    "none": np.zeros((0, 2), np.int8),
}
SHARDS: Mapping[str, Arrays] = {"model-1.safetensors": LAYERS, "model-2.safetensors": OTHERS}


def rows_of(root: Path, path: str) -> list[TensorRow]:
    """The rows of a table for the tensors of a file."""
    with open_regular(root / path) as opened:
        header = read_tensors_header(opened, path)
    assert header is not None
    digests = TensorDigests(header, path)
    digests.update((root / path).read_bytes())
    found = digests.digests()
    return [
        TensorRow(name=one.name, dtype=one.dtype, shape=one.shape, blake3=found[one.name].hex(), file=path)
        for one in header.tensors
    ]


def weight_tensors(component: str, rows: list[TensorRow]) -> WeightTensors:
    root = tensor_root((row.name, bytes.fromhex(row.blake3)) for row in rows)
    return WeightTensors(component=component, tensor_root=root, tensors=tuple(sorted(rows, key=lambda row: row.name)))


def write_weighed(root: Path, components: Mapping[str, Mapping[str, Arrays | bytes]] | None = None) -> Path:
    """Writes a built release, not signed, whose components are the given files.

    Args:
        root: where.
        components: by id, by path, the arrays of a safetensors file, or all bytes of any file.
    """
    components = {"w": SHARDS} if components is None else components
    root.mkdir(parents=True)
    weights = []
    for component, files in components.items():
        rows = []
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content if isinstance(content, bytes) else save(dict(content)))
            rows += rows_of(root, path)
        weights.append(weight_tensors(component, rows))
    (root / "README.md").write_bytes(b"# toy\n")
    record = root / "openmodel.records" / "run-1.json"
    record.parent.mkdir()
    record.write_bytes(b'{"run": 1}')
    write_table(root, weights, components)
    return root


def write_part(release: Path, root: Path, shard: str) -> Path:
    """Writes what somebody has who downloaded one shard of a signed release, and what says who signed."""
    root.mkdir()
    for name in ("openmodel.json", "openmodel.sig", shard):
        shutil.copy(release / name, root)
    return root


def write_table(root: Path, weights: list[WeightTensors], components: Mapping[str, Mapping[str, object]]) -> None:
    """Writes a table and the manifest that names it."""
    table = dump_table(weights)
    (root / "openmodel.tensors.json").write_bytes(table)

    def stated(document: Json) -> None:
        document["components"] = [
            {"id": name, "name": name, "kinds": ["weights"], "files": list(files)} for name, files in components.items()
        ]
        document["measured"]["weights"] = [
            {
                "component": one.component,
                "tensors": len(one.tensors),
                "parameters": 0,
                "dtypes": {},
                "tensor_root": one.tensor_root,
                "table": {"path": "openmodel.tensors.json", "sha256": digest(table)},
            }
            for one in weights
        ]

    build(root, stated)
