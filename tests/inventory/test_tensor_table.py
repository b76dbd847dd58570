# SPDX-License-Identifier: Apache-2.0
"""The table of tensors of a release is believed only if all that it says fits together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from openmodel.errors import DocumentError, InventoryError
from openmodel.inventory.tensor_root import tensor_root
from openmodel.inventory.tensor_table import read_tensor_table
from openmodel.manifest.measured import FileDigest
from openmodel.manifest.tensor_table import TensorRow, WeightTensors, dump_table

NAMES = ("", "a", "b", "\uffff", "\U00010000")


def digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def made(names: tuple[str, ...] = NAMES, component: str = "w") -> WeightTensors:
    rows = (TensorRow(name=name, dtype="U8", shape=(), blake3=digest(name).hex(), file="m.gguf") for name in names)
    root = tensor_root((name, digest(name)) for name in {*names})
    return WeightTensors(component=component, tensor_root=root, tensors=tuple(rows))


def written(root: Path, content: bytes) -> FileDigest:
    (root / "openmodel.tensors.json").write_bytes(content)
    return FileDigest(path="openmodel.tensors.json", sha256=hashlib.sha256(content).hexdigest())


def test_a_table_is_read(tmp_path: Path) -> None:
    table = written(tmp_path, dump_table([made(), made(("x",), "v")]))
    assert read_tensor_table(tmp_path, table).weights == (made(), made(("x",), "v"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: dump_table([made(NAMES[::-1])]), "tensors of w in another order"),
        (lambda: dump_table([made(("a", "a"))]), "tensors of w in another order"),
        (lambda: dump_table([made(), made()]), "a component twice"),
        (lambda: dump_table([made()]).replace(digest("a").hex().encode(), bytes(32).hex().encode()), "the tensor root"),
        (lambda: dump_table([made().model_copy(update={"tensor_root": "0" * 64})]), "the tensor root 0000"),
        (lambda: dump_table([made().model_copy(update={"tensors": ()})]), "no tensors"),
    ],
)
def test_a_table_that_does_not_fit_together(tmp_path: Path, change: Callable[[], bytes], said: str) -> None:
    with pytest.raises(InventoryError, match=said):
        read_tensor_table(tmp_path, written(tmp_path, change()))


def test_another_table_than_the_manifest_names(tmp_path: Path) -> None:
    table = written(tmp_path, dump_table([made()]))
    written(tmp_path, dump_table([made(("x",))]))
    with pytest.raises(InventoryError, match=f"expected {table.sha256}, as the manifest says"):
        read_tensor_table(tmp_path, table)
    (tmp_path / table.path).unlink()
    with pytest.raises(InventoryError, match=r"openmodel\.tensors\.json"):
        read_tensor_table(tmp_path, table)
    with pytest.raises(DocumentError, match="not JSON"):
        read_tensor_table(tmp_path, written(tmp_path, b"table"))
