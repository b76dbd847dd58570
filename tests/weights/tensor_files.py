# SPDX-License-Identifier: Apache-2.0
"""Files of tensors made byte by byte, their table, and a release that names it and is signed."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from blake3 import blake3

from openmodel.inventory.tensor_root import tensor_root
from openmodel.manifest.tensor_table import TensorRow, WeightTensors, dump_table
from openmodel.signing import KeyPair
from tests.signing import small_release

TABLE = "openmodel.tensors.json"


class Stored(NamedTuple):
    """A tensor as a file holds it."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


Tensors = Mapping[str, Stored]


def safetensors_file(tensors: Tensors) -> bytes:
    """A safetensors file with these tensors, in this order."""
    header, at = {}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(tensor.data for tensor in tensors.values())


def content_digest(tensor: Stored) -> blake3:
    """As docs/spec/tensor-root.md says."""
    code, shape = tensor.dtype.encode(), tensor.shape
    head = struct.pack(f">Q{len(code)}sQ{len(shape)}Q", len(code), code, len(shape), *shape)
    return blake3(head + tensor.data, derive_key_context="openmodel tensor content v1")


def root_of(tensors: Tensors) -> str:
    return tensor_root((name, content_digest(tensor).digest()) for name, tensor in tensors.items())


def weight_tensors(component: str, files: Mapping[str, Tensors]) -> WeightTensors:
    """What a table says of weights that are in these files."""
    rows = [
        TensorRow(
            name=name,
            dtype=tensor.dtype,
            shape=tensor.shape,
            blake3=content_digest(tensor).hexdigest(),
            file=path,
        )
        for path, tensors in files.items()
        for name, tensor in tensors.items()
    ]
    root = tensor_root((row.name, bytes.fromhex(row.blake3)) for row in rows)
    return WeightTensors(component=component, tensor_root=root, tensors=tuple(sorted(rows, key=lambda row: row.name)))


def write_weights(directory: Path, files: Mapping[str, Tensors], component: str = "w") -> WeightTensors:
    """Writes safetensors files, and a table of their tensors."""
    for path, tensors in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(safetensors_file(tensors))
    found = weight_tensors(component, files)
    (directory / TABLE).write_bytes(dump_table([found]))
    return found


def sign_weights(directory: Path, key: KeyPair, weights: Iterable[WeightTensors], *, bound: bool = True) -> None:
    """Writes the table and a manifest that names it, and signs that.

    Args:
        directory: a release.
        key: with which to sign.
        weights: of each component.
        bound: whether the manifest says anything of tensor roots and the table.
    """
    listed = list(weights)
    (directory / TABLE).write_bytes(table := dump_table(listed))
    (directory / "README.md").write_text("# toy\n")
    named = {"path": TABLE, "sha256": hashlib.sha256(table).hexdigest()}

    def change(document: small_release.Json) -> None:
        ids = [one.component for one in listed] or ["w"]
        document["components"] = [{"id": id, "name": id, "kinds": ["weights"]} for id in ids]
        document["measured"]["weights"] = [
            {"component": one.component, "tensors": len(one.tensors), "parameters": 0, "dtypes": {}}
            | ({"tensor_root": one.tensor_root, "table": named} if bound else {})
            for one in listed
        ]

    small_release.build(directory, change)
    statement = small_release.statement_for(directory)
    small_release.sign_payload(directory, key.private, small_release.payload_of(statement))


class SignedWeights(NamedTuple):
    """A signed release."""

    directory: Path
    key: Path
    """The public key."""
    table: WeightTensors
    keys: KeyPair

    @property
    def tensor_root(self) -> str:
        return self.table.tensor_root


FILES: dict[str, Tensors] = {
    "model-1.safetensors": {
        "model.layers.0.w": Stored("F32", (2, 3), bytes(range(24))),
        "model.layers.0.b": Stored("F16", (3,), bytes(range(6))),
    },
    "deep/model-2.safetensors": {
        "model.layers.1.w": Stored("F32", (2, 3), bytes(range(24, 48))),
        "model.layers.1.b": Stored("F16", (3,), bytes(range(6, 12))),
        "lm_head": Stored("BF16", (2, 2), bytes(range(8))),
    },
}
"""The tensors of a release, by file."""

ALL: dict[str, Stored] = {name: tensor for tensors in FILES.values() for name, tensor in tensors.items()}
