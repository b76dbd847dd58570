# SPDX-License-Identifier: Apache-2.0
"""What the tensors of each component are, counted and identified again, and whether their indexes name more files."""

from __future__ import annotations

from collections.abc import Iterable

from openmodel.errors import DocumentError, InventoryError
from openmodel.evidence.files import Files, by
from openmodel.evidence.findings import Collected
from openmodel.inventory.formats.lfs import read_lfs_pointer
from openmodel.inventory.index_names import is_index
from openmodel.inventory.indexes import MAX_INDEX_BYTES, read_index
from openmodel.inventory.tensor_root import tensor_root
from openmodel.inventory.tensor_table import read_tensor_table
from openmodel.inventory.tensors import is_unread, tensor_rows, weights_summary
from openmodel.manifest.measured import FileDigest, Weights
from openmodel.manifest.tensor_table import TensorRow, TensorTable

__all__ = ["compare_indexes", "compare_weights", "wanted_indexes"]


def compare_weights(files: Files, collected: Collected) -> None:
    """Compares the sums and roots in `measured.weights` with the tensors of the files. Tensors that are in no file in
    safetensors or GGUF format cannot be counted without running code, and nothing is said of them."""
    tables: dict[FileDigest, TensorTable | str] = {}
    told = {row.path for row in files.otherwise}
    components = {component.id: (pointer, component) for pointer, component in files.components}
    for index, stated in enumerate(files.measured.weights):
        where = f"/measured/weights/{index}"
        pointer, component = components[stated.component]
        paths, about = files.of(component), f"{pointer}/files"
        if not files.bad.keys().isdisjoint(paths):
            message = f"The tensors of {stated.component} were not counted: not all files are as measured."
            collected.remark(where, message)
            continue
        if unread := [path for path in paths if is_unread(path, files.good[path].format, files.headers)]:
            why = f"{unread[0]} cannot be read strictly, or there are too many"
            message = f"The tensors of {stated.component} were not counted: {why}."
            collected.remark(where, message)
            continue
        headers = {path: files.headers[path] for path in paths if path in files.headers}
        try:
            found = weights_summary(headers)
        except InventoryError as error:
            collected.contradict(where, "every tensor in one file", error.problems[0].got, by(stated.component), about)
            continue
        for field in ("tensors", "parameters", "dtypes"):
            declared, observed = getattr(stated, field), getattr(found, field)
            if declared == observed:
                collected.verify(f"{where}/{field}")
            else:
                read = by(f"the tensors of {stated.component}")
                collected.contradict(f"{where}/{field}", declared, observed, read, about)
        if found.is_adapter and not stated.is_adapter:
            said, read = "tensors of a model", by(f"the tensors of {stated.component}")
            collected.contradict(where, said, "only those of an adapter", read, about)
        rows = tensor_rows(headers, files.tensors)
        _compare_root(where, stated, rows, collected, about)
        if stated.table is not None and stated.table.path not in told:
            if stated.table not in tables:
                tables[stated.table] = _read_table(files, stated.table)
            _compare_table(where, stated, tables[stated.table], rows, collected)


def _compare_root(where: str, stated: Weights, rows: tuple[TensorRow, ...], collected: Collected, about: str) -> None:
    root = tensor_root((row.name, bytes.fromhex(row.blake3)) for row in rows) if rows else None
    if stated.tensor_root == root:
        collected.verify(f"{where}/tensor_root")
    elif stated.tensor_root is not None:
        read = by(f"the tensors of {stated.component}")
        collected.contradict(f"{where}/tensor_root", stated.tensor_root, root, read, about)
    else:
        collected.remark(where, f"{stated.component} has the tensor root {root}, which the manifest does not record.")


def _read_table(files: Files, table: FileDigest) -> TensorTable | str:
    """The table, or why it is none."""
    try:
        return read_tensor_table(files.root, table)
    except (DocumentError, InventoryError) as error:
        return error.problems[0].got


def _compare_table(
    where: str, stated: Weights, table: TensorTable | str, rows: tuple[TensorRow, ...], collected: Collected
) -> None:
    """Whether the table lists the tensors as the files hold them."""
    declared, read = "the tensors of the files", by(stated.table.path if stated.table else "")
    if isinstance(table, str):
        collected.contradict(f"{where}/table", declared, table, read)
        return
    listed = {one.component: one.tensors for one in table.weights}
    if listed.get(stated.component) != rows:
        collected.contradict(f"{where}/table", declared, f"others for {stated.component}", read)


def wanted_indexes(paths: Iterable[str]) -> dict[str, int]:
    """The indexes of sharded weights among some files, with the most bytes of each."""
    return {path: MAX_INDEX_BYTES for path in paths if is_index(path)}


def compare_indexes(files: Files, collected: Collected) -> None:
    """Compares `measured.absent` with the files that indexes name: a part of the weights is not the weights."""
    stated = {(item.path, item.named_by) for item in files.measured.absent}
    for path in filter(is_index, files.contents):
        content = files.contents[path]
        try:
            shards = () if read_lfs_pointer(content) else read_index(content, path).shards
        except InventoryError as error:
            collected.remark(files.owner(path), f"{path} was not compared: found {error.problems[0].got}.")
            continue
        unsaid = [shard for shard in shards if shard not in files.index and (shard, path) not in stated]
        if unsaid:
            observed = f"it names {', '.join(unsaid[:3])}{' and others' if len(unsaid) > 3 else ''}"  # noqa: PLR2004
            said = "no other absent files"
            collected.contradict("/measured/absent", said, observed, by(path))
            for pointer, component in files.components:
                if not {path, *shards}.isdisjoint(files.of(component)):
                    collected.contradict(f"{pointer}/files", said, observed, by(path))
