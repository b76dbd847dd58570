# SPDX-License-Identifier: Apache-2.0
"""Which tensors are not as they were, where files of weights are not: the files that differ are read once more.

What a change of tensors says is for people. Whether a file is the one that was signed is decided by its digest alone.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence

from openmodel.errors import DocumentError, InventoryError
from openmodel.inventory.contents import FileProblem, Tree
from openmodel.inventory.digests import feed_open_file
from openmodel.inventory.header import Header
from openmodel.inventory.naming import shown
from openmodel.inventory.parallel import for_each
from openmodel.inventory.pool import Pool, Progress
from openmodel.inventory.reading import OpenFile, open_regular, size_of
from openmodel.inventory.safetensors import MAX_HEADER_BYTES
from openmodel.inventory.tensor_changes import TensorChange, tensor_changes
from openmodel.inventory.tensor_digests import TensorDigests
from openmodel.inventory.tensor_headers import read_tensors_header
from openmodel.inventory.tensor_table import read_tensor_table
from openmodel.inventory.tensors import tensor_rows
from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import Paths
from openmodel.manifest.measured import FileRecord, Measured, Weights
from openmodel.manifest.tensor_table import TensorRow

__all__ = ["changed_tensors"]

_TIMES = 2
"""So many times the bytes, files and tensors of the weights are looked at: who adds files must not make this long."""
_MORE_FILES = 16
_MORE_TENSORS = 10_000
_HEADER_BYTES = 2**24
"""And so many more, as another model can have. In the header of a safetensors file, a tensor may have 1,000 bytes."""


def changed_tensors(
    tree: Tree,
    manifest: Manifest,
    measured: Measured,
    problems: Collection[FileProblem],
    progress: Progress | None = None,
) -> tuple[tuple[TensorChange, ...], tuple[str, ...]]:
    """What became of the tensors of those weights that have a table and a file among `problems`.

    Args:
        tree: the directory.
        manifest: its manifest, whose signature holds.
        measured: of the manifest.
        problems: the files that are not as they should be, as `compare_files` and `with_moves` tell them.
        progress: is told of the bytes that are read, of each component anew.

    Returns:
        The changes, by component and name; and why tensors cannot be told, sentences that are safe to print.
    """
    if tree.listing is None or not problems:
        return (), ()
    told = _Told(tree, manifest, measured, {row.path for row in problems}, progress)
    for stated in measured.weights:
        if stated.table is not None:
            told.compare(stated)
    return tuple(told.changes), tuple(told.remarks)


class _Unreadable(Exception):  # noqa: N818  # It says why, and is no error of anybody.
    """Why the tensors of some weights cannot be told."""


class _Told:
    """What was found so far."""

    def __init__(
        self, tree: Tree, manifest: Manifest, measured: Measured, wrong: Collection[str], progress: Progress | None
    ) -> None:
        self._progress = progress
        self._root = tree.root
        self._there = {found.path: found.location for found in tree.listing.files} if tree.listing else {}
        self._components = {one.id: one for one in answered(manifest.components)}
        self._records: dict[str, FileRecord] = {record.path: record for record in measured.files}
        self._wrong = wrong
        self.changes: list[TensorChange] = []
        self.remarks: list[str] = []

    def compare(self, stated: Weights) -> None:
        """Adds what became of the tensors of one component."""
        files = _named(self._components[stated.component].files, self._there)
        changed = [path for path in files if path not in self._records or self._is_wrong(path)]
        gone = any(self._is_wrong(path) for path in _named(self._components[stated.component].files, self._records))
        if not changed and not gone:
            return
        try:
            then = self._rows(stated)
            known = [row for row in then if row.file in files and row.file not in changed]
            now = [*known, *self._read(changed, then)]
            _require_distinct(now)
        except _Unreadable as why:
            self.remarks.append(f"The tensors of {shown(stated.component, 80)} were not compared: {why}.")
            return
        self.changes += tensor_changes(stated.component, then, now)

    def _is_wrong(self, path: str) -> bool:
        return path in self._wrong or shown(path) in self._wrong

    def _rows(self, stated: Weights) -> Sequence[TensorRow]:
        if stated.table is None:
            return ()
        try:
            table = read_tensor_table(self._root, stated.table)
        except (InventoryError, DocumentError) as error:
            problem = error.problems[0]
            raise _Unreadable(f"{shown(problem.file, 200)} has {problem.got}") from error
        found = [one for one in table.weights if one.component == stated.component]
        if len(found) != 1 or found[0].tensor_root != stated.tensor_root:
            raise _Unreadable("the table of tensors is not of these weights")
        return found[0].tensors

    def _read(self, paths: Sequence[str], then: Sequence[TensorRow]) -> list[TensorRow]:
        """The tensors of some files, each read once."""
        of_tensors = {row.file for row in then}
        sizes = [size_of(self._there[path]) for path in paths]
        most = _TIMES * sum(self._records[path].size for path in of_tensors if path in self._records)
        if sum(sizes) > most or len(paths) > _TIMES * len(of_tensors) + _MORE_FILES:
            raise _Unreadable("the files that changed are many more, or much longer, than the weights were")
        headers = _Headers(of_tensors, len(then))

        def read(path: str, pool: Pool) -> Sequence[TensorRow]:
            try:
                return _rows_of(path, self._there[path], pool, headers)
            except InventoryError as error:
                raise _Unreadable(f"{shown(path, 200)} has {error.problems[0].got}") from error

        return [row for rows in for_each(paths, sizes, read, self._progress) for row in rows]


class _Headers:
    """Looks at the headers of files, one at a time, as long as they are not much more than there was."""

    def __init__(self, of_tensors: Collection[str], tensors: int) -> None:
        """Args:
        of_tensors: the files that have to be of tensors.
        tensors: how many there were.
        """
        self._of_tensors = of_tensors
        self._tensors = _TIMES * tensors + _MORE_TENSORS
        self._bytes = _HEADER_BYTES + 1000 * tensors
        self._looking = threading.Lock()

    def read(self, path: str, opened: OpenFile) -> Header | None:
        """The header of a file; None of one that is no file of tensors, unless it has to be one."""
        with self._looking:
            length = int.from_bytes(opened.start(8), "little")
            self._bytes -= length if length <= MAX_HEADER_BYTES else 0
            try:
                header = read_tensors_header(opened, path) if self._bytes >= 0 else None
            except InventoryError:  # Of a file that came, it is no matter; of another one, it is told below.
                header = None
            self._tensors -= len(header.tensors) if header else 0
            if min(self._bytes, self._tensors) < 0:
                raise _Unreadable("the files that changed hold many more tensors than there were")
        if header is None and path in self._of_tensors:
            raise _Unreadable(f"{shown(path, 200)} is no file of tensors that can be read")
        return header


def _named(globs: Iterable[str], paths: Collection[str]) -> dict[str, None]:
    """The paths that some globs name, each once."""
    known = Paths(paths)
    return {path: None for glob in globs for path in known.named_by(glob)}


def _rows_of(path: str, location: str, pool: Pool, headers: _Headers) -> Sequence[TensorRow]:
    """The tensors of a file."""
    with open_regular(location) as opened:
        header = headers.read(path, opened)
        if header is None:
            return ()
        digests = TensorDigests(header, shown(path))
        feed_open_file(location, opened, [digests.update], pool)
    return tensor_rows({path: header}, {path: digests.digests()})


def _require_distinct(rows: Iterable[TensorRow]) -> None:
    for name in _twice(row.name for row in rows):
        raise _Unreadable(f'two files hold tensor "{shown(name, 200)}"')


def _twice(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)
