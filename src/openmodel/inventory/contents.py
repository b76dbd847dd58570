# SPDX-License-Identifier: Apache-2.0
"""A release directory against what its manifest says: the one comparison that `sign`, `verify` and `check` share.

Nothing is read twice, and every file is opened by way of `openmodel.inventory`, which keeps to the release directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Literal

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.boundary import locate
from openmodel.inventory.digests import ALGORITHMS, Algorithm, digest_open_file
from openmodel.inventory.exclusion import is_sealed
from openmodel.inventory.naming import shown
from openmodel.inventory.parallel import for_each
from openmodel.inventory.pool import Pool, Progress
from openmodel.inventory.reading import Look, OpenFile, one_at_a_time, open_regular
from openmodel.inventory.walking import Walk, walk
from openmodel.inventory.whole import read_whole
from openmodel.manifest.measured import FileRecord, Measured
from openmodel.manifest.tensor_table import MAX_TABLE_BYTES

__all__ = [
    "MAX_README_BYTES",
    "FileAlgorithm",
    "FileProblem",
    "Tree",
    "bound_files",
    "compare_bound",
    "compare_files",
    "digest_of",
    "not_covered",
    "paths_in_order",
    "read_if_there",
    "read_start",
    "tree_of",
]

MAX_README_BYTES = 16 * 2**20
"""The largest `README.md`, in bytes."""
_MAX_BOUND_BYTES = 64 * 2**20  # Of a declaration or a run record.

_SHA256: tuple[Algorithm, ...] = ("sha256",)
_BY_SIGNATURE = frozenset({"openmodel.json", "openmodel.sig", "model.sig", "README.md"})
"""What no field of the manifest binds, because the signatures do or because it is one."""


FileAlgorithm = Literal["blake3", "sha256", "all"]
"""Which digests of files to compute."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that is not as it should be."""

    path: str
    """Relative POSIX path, safe to print."""
    kind: Literal["missing", "extra", "altered", "renamed", "refused"]
    """`renamed`: its bytes are at the path in `found`. `refused`: it cannot be read, or can be no part of a release;
    `found` says why."""
    algorithm: Algorithm | Literal["size", ""] = ""
    """What was computed; empty when nothing was. `size`: bytes; when they differ, no digest is computed."""
    expected: str = ""
    """The value in the manifest or in the signed statement, of a missing file the SHA-256; empty when there is none."""
    found: str = ""
    """The value of the bytes that were read, or the reason, safe to print."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What is in a release directory."""

    root: Path
    listing: Walk | None
    """None when something in the directory can be no part of a release; then extra files are not known."""
    refused: tuple[FileProblem, ...]
    """Why there is no listing."""


def tree_of(root: Path) -> Tree:
    """Lists a release directory, without reading the files.

    Args:
        root: the release directory, absolute and without symbolic links.
    """
    try:
        return Tree(root, walk(root, readable=False), ())  # Whoever compares opens each file, and tells.
    except InventoryError as error:
        prefix = shown(f"{root}{os.sep}")
        rows = [
            FileProblem(problem.file.removeprefix(prefix), "refused", found=problem.got) for problem in error.problems
        ]
        return Tree(root, None, tuple(rows))


def read_if_there(root: Path, path: str, limit: int) -> bytes | None:
    """All bytes of a small file of the release.

    Returns:
        None when nothing has that name.

    Raises:
        InventoryError: it cannot be read, changes meanwhile, leads out of the release, or has more than `limit` bytes.
    """
    if not os.path.lexists(root / path):
        return None
    return read_whole(root, path, limit)


def read_start(root: Path, path: str, count: int) -> bytes | None:
    """The first bytes of a file of the release, at most `count`; None when nothing has that name.

    Raises:
        InventoryError: it cannot be read, changes meanwhile, or leads out of the release.
    """
    if not os.path.lexists(root / path):
        return None
    with open_regular(locate(root, path)) as opened:
        return opened.start(count)


def digest_of(root: Path, path: str, limit: int = _MAX_BOUND_BYTES) -> str | None:
    """SHA-256 of a file of the release; None when nothing has that name.

    Raises:
        InventoryError: it cannot be read, changes meanwhile, leads out of the release, or has more than `limit` bytes.
    """
    if not os.path.lexists(root / path):
        return None
    location = locate(root, path)
    with open_regular(location) as opened:
        _require_size(root / path, opened, limit)
        return digest_open_file(location, opened, _SHA256).digests["sha256"]


def not_covered(root: Path) -> tuple[str, ...]:
    """What is in a release directory and no part of the release, sorted and safe to print.

    That is what belongs to git and to the hub client, whatever it is, and `model.sig`. Nobody looks into it.
    """
    try:
        names = [path.name for path in root.iterdir()]
    except OSError:  # Then the directory cannot be listed either, and `tree_of` says so.
        names = []
    found = [name for name in names if is_sealed(name) or name == "model.sig"]
    cache = ".cache/huggingface"
    return tuple(sorted(shown(name) for name in (*found, *([cache] if os.path.lexists(root / cache) else []))))


def _require_size(path: Path, opened: OpenFile, limit: int) -> None:
    if opened.identity.size > limit:
        raise InventoryError(
            Problem(
                str(path),
                f"{opened.identity.size:,} bytes",
                f"at most {limit:,} bytes",
                "Get the file again from where it was published.",
            )
        )


def paths_in_order(records: Iterable[FileRecord]) -> bool:
    """Whether the paths are sorted by their UTF-8 bytes and none is there twice."""
    return all(one.path.encode() < other.path.encode() for one, other in pairwise(records))


def compare_bound(tree: Tree, measured: Measured) -> tuple[FileProblem, ...]:
    """What is not inventoried, but bound by a digest elsewhere in the manifest, and what is bound by nothing.

    `openmodel.yaml` and the run records may be left out of a published release; those that are there must be the ones
    that it was built from. The tables of tensors must be there.
    """
    # An inventoried file is read with the others; here it only has to be the same one.
    known: dict[str, str | None] = {record.path: record.sha256 for record in measured.files}
    unreadable = {row.path for row in tree.refused}
    problems: list[FileProblem] = []
    for path, expected, needed in _bound(measured):
        if path in unreadable:
            continue
        try:
            limit = MAX_TABLE_BYTES if needed else _MAX_BOUND_BYTES
            found = known[path] if path in known else digest_of(tree.root, path, limit)
        except InventoryError as error:
            unreadable.add(path)
            problems += _refused_file(path, error)
            continue
        known[path] = found
        if found is None and needed:
            problems.append(FileProblem(path, "missing", expected=expected))
        elif found not in {None, expected}:
            problems.append(FileProblem(path, "altered", "sha256", expected, found or ""))
    for path in tree.listing.excluded if tree.listing else ():
        if path not in known and path not in unreadable and path not in _BY_SIGNATURE and not is_sealed(path):
            problems.append(FileProblem(path, "extra"))
    return tuple(problems)


def bound_files(tree: Tree, measured: Measured) -> tuple[dict[str, str], dict[str, str]]:
    """What is not inventoried, but bound by a digest elsewhere in the manifest, by path with that digest.

    Returns:
        What is there or has to be; and what was left out of this copy, as it may be.
    """
    listed = set(tree.listing.excluded) if tree.listing else set()
    there: dict[str, str] = {}
    gone: dict[str, str] = {}
    for path, expected, needed in _bound(measured):
        (there if needed or path in listed else gone)[path] = expected
    return there, gone


def _bound(measured: Measured) -> list[tuple[str, str, bool]]:
    """Paths and digests of what is bound, and whether it has to be there, as tables of tensors do."""
    claims = [("openmodel.yaml", measured.built_from.declaration_sha256, False)]
    claims += [(record.path, record.sha256, False) for record in measured.built_from.records]
    return claims + [(found.table.path, found.table.sha256, True) for found in measured.weights if found.table]


def compare_files(
    tree: Tree,
    records: Iterable[FileRecord],
    algorithm: FileAlgorithm,
    look: Look | None = None,
    progress: Progress | None = None,
) -> tuple[FileProblem, ...]:
    """Every file of the manifest against the bytes, and every file that the manifest does not name.

    Args:
        tree: the directory.
        records: the files of the manifest.
        algorithm: which digests to compute.
        look: is called with each file of the right size, open; what it sees is what the digests are of.
        progress: is told of the bytes that were read.
    """
    algorithms: tuple[Algorithm, ...] = ALGORITHMS if algorithm == "all" else (algorithm,)
    look = look and one_at_a_time(look)
    there = {found.path: found.location for found in tree.listing.files} if tree.listing else None
    unreadable = {row.path for row in tree.refused}

    def compare(record: FileRecord, pool: Pool) -> list[FileProblem]:
        try:
            location = _located(tree.root, record.path) if there is None else there.get(record.path)
            return _compare_file(record, location, algorithms, look, pool)
        except InventoryError as error:
            return _refused_file(record.path, error)

    named: dict[str, FileRecord] = {}
    for record in records:
        if record.path not in unreadable:
            named.setdefault(record.path, record)
    found = for_each(list(named.values()), [record.size for record in named.values()], compare, progress)
    extra = [FileProblem(path, "extra") for path in there or () if path not in named]
    return (*tree.refused, *chain.from_iterable(found), *extra)


def _refused_file(path: str, error: InventoryError) -> list[FileProblem]:
    return [FileProblem(path, "refused", found=problem.got) for problem in error.problems]


def _located(root: Path, path: str) -> str | None:
    return str(locate(root, path)) if os.path.lexists(root / path) else None


def _compare_file(
    record: FileRecord, location: str | None, algorithms: tuple[Algorithm, ...], look: Look | None, pool: Pool
) -> list[FileProblem]:
    expected: dict[Algorithm, str] = {"sha256": record.sha256, "blake3": record.blake3}
    if location is None:
        return [FileProblem(record.path, "missing", expected=record.sha256)]
    with open_regular(location) as opened:
        if opened.identity.size != record.size:  # Nothing else needs to be known, and the file may be huge.
            return [FileProblem(record.path, "altered", "size", str(record.size), str(opened.identity.size))]
        feed = look(record.path, opened) if look else None
        found = digest_open_file(location, opened, algorithms, pool=pool, also=[feed] if feed else ()).digests
    return [
        FileProblem(record.path, "altered", algorithm, expected[algorithm], found[algorithm])
        for algorithm in algorithms
        if found[algorithm] != expected[algorithm]
    ]
