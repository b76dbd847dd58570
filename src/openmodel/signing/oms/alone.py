# SPDX-License-Identifier: Apache-2.0
"""`model.sig` without `openmodel.sig`: steps 12, 13, 14 and 16 of `verification`. Every listed file is read.

This is for models of others, which have no manifest, and it is what the programs of OpenSSF Model Signing do. It is
stricter: `names` and `file_list` refuse more, and a directory behind a symbolic link is looked into.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from openmodel.errors import InventoryError
from openmodel.inventory.boundary import locate
from openmodel.inventory.contents import FileProblem, Tree, tree_of
from openmodel.inventory.digests import feed_open_file
from openmodel.inventory.exclusion import is_sealed
from openmodel.inventory.moves import now_at
from openmodel.inventory.naming import shown
from openmodel.inventory.parallel import for_each
from openmodel.inventory.pool import ALONE, Pool, Progress
from openmodel.inventory.reading import OpenFile, open_regular, size_of
from openmodel.signing.keys import PublicKey
from openmodel.signing.oms.checking import signed_list
from openmodel.signing.oms.file_list import FileList
from openmodel.signing.oms.names import SIGNATURES
from openmodel.signing.signatory import Signatory
from openmodel.signing.steps import Run

__all__ = ["UNPROTECTED", "check_alone"]

UNPROTECTED = (
    "which release this is: its name, version and sequence",
    "that no older release was put in its place",
    "until when the signature holds, and when it was made",
    "that more than one signed",
)
"""What `model.sig` says nothing about, as phrases."""

_ANYWAY = 2**29
"""Bytes of unlisted files that are read to find missing ones, besides as many as were read of listed files."""


def check_alone(
    run: Run, trusted: Mapping[str, PublicKey], *, older: bool, progress: Progress | None = None
) -> tuple[Signatory | None, FileList | None]:
    """Steps 12, 13, 14 and 16.

    Args:
        run: notes the steps.
        trusted: the given keys by id.
        older: also read what `model-signing` 0.2 signed.
        progress: is told of the bytes that were read.
    """
    run.required = {12, 13, 14, 16}
    if not os.path.lexists(run.root / "model.sig"):
        run.unsigned = True
        run.note(12, ok=False, detail="there is no model.sig: nobody signed these files")
        return None, None
    signer, files = signed_list(run, trusted, last=16, older=older) or (None, None)
    if run.trust and run.trust.threshold > 1:
        detail = f"the trust file asks for {run.trust.threshold} who signed, and model.sig has room for one"
        run.note(13, ok=False, detail=detail)
    if files is not None:
        problems = _compare(tree_of(run.root), files, progress)
        run.files += problems
        count = len(problems)
        wrong = f"{count:,} problem{'s' * (count != 1)}"
        run.note(16, ok=not problems, detail=wrong if problems else f"{len(files.files):,} files, sha256")
    return signer, files


def _compare(tree: Tree, files: FileList, progress: Progress | None) -> tuple[FileProblem, ...]:
    refused = {row.path for row in tree.refused}
    listed = {path: digests for path, digests in sorted(files.files.items()) if path not in refused}
    there = [path for path in listed if os.path.lexists(tree.root / path)]

    def compare(path: str, pool: Pool) -> tuple[int, list[FileProblem]]:
        return _differences(tree.root, path, listed[path], files.shard_size, pool)

    compared = for_each(there, [size_of(tree.root / path) for path in there], compare, progress)
    read = sum(size for size, _ in compared)
    known = set(there)
    missing = {path: listed[path] for path in listed if path not in known}
    extra = [path for path in _there(tree) if path not in files.files]
    rows = chain.from_iterable(rows for _, rows in compared)
    return (*tree.refused, *rows, *_moved(tree.root, missing, extra, files.shard_size, _ANYWAY + read))


def _there(tree: Tree) -> Iterator[str]:
    """All files but the signatures, and but those of git and the hub client, which the answer names as not covered."""
    if tree.listing:
        yield from (found.path for found in tree.listing.files)
        yield from (path for path in tree.listing.excluded if path not in SIGNATURES and not is_sealed(path))


def _differences(
    root: Path, path: str, expected: tuple[str, ...], size: int | None, pool: Pool
) -> tuple[int, list[FileProblem]]:
    """How many bytes of a listed file were read, and what is wrong with it."""
    try:
        location = locate(root, path)
        with open_regular(location) as opened:
            if size and _count(opened, size) != len(expected):  # With parts of a byte, a large file has too many.
                parts = f"{len(expected):,} part{'s' * (len(expected) != 1)} of up to {size:,} bytes"
                return 0, [FileProblem(path, "altered", "size", parts, f"{opened.identity.size:,} bytes")]
            found = _parts(location, opened, size, pool)
    except InventoryError as error:
        return 0, [FileProblem(path, "refused", found=problem.got) for problem in error.problems]
    for number, (one, other) in enumerate(zip(expected, found, strict=True), 1):
        if one != other:
            where = f"part {number}: " if size else ""
            return opened.identity.size, [FileProblem(path, "altered", "sha256", where + one, where + other)]
    return opened.identity.size, []


def _count(opened: OpenFile, size: int | None) -> int:
    """How many parts a file has; one without a byte has one."""
    return -(-opened.identity.size // size) or 1 if size else 1


def _parts(location: Path, opened: OpenFile, size: int | None, pool: Pool = ALONE) -> tuple[str, ...]:
    """SHA-256 of each `size` bytes, at least one; read once."""
    digests: list[str] = []
    hasher, left = hashlib.sha256(), size

    def feed(content: bytes | memoryview) -> None:
        nonlocal hasher, left
        while left is not None and len(content) >= left:
            hasher.update(content[:left])
            digests.append(hasher.hexdigest())
            content, hasher, left = content[left:], hashlib.sha256(), size
        hasher.update(content)
        left = None if left is None else left - len(content)

    feed_open_file(location, opened, [feed], pool)
    if left != size or not digests:
        digests.append(hasher.hexdigest())
    return tuple(digests)


def _moved(
    root: Path, missing: Mapping[str, tuple[str, ...]], extra: Sequence[str], size: int | None, most: int
) -> Iterator[FileProblem]:
    """The files that are elsewhere, those that are not there, and those that are not listed.

    Only where something is missing are other files read, `most` bytes of them, to see whether it is one of them. The
    list has no sizes, and who can add a file can add one of a terabyte without a byte on the disk.
    """
    lengths = {len(digests) for digests in missing.values()}
    found: dict[str, tuple[str, ...]] = {}
    for path in extra if missing else ():
        read, found[path] = _digests_if(lengths, root, path, size, most)
        most -= read
    moved = now_at(missing, found)
    for path, digests in missing.items():
        if path in moved:
            yield FileProblem(path, "renamed", expected=path, found=shown(moved[path]))
        else:
            yield FileProblem(path, "missing", expected=digests[0])
    yield from (FileProblem(path, "extra") for path in extra if path not in moved.values())


def _digests_if(
    lengths: Collection[int], root: Path, path: str, size: int | None, most: int
) -> tuple[int, tuple[str, ...]]:
    """How many bytes of a file were read, and its digests; none if it has another number of parts or more bytes."""
    try:
        location = locate(root, path)
        with open_regular(location) as opened:
            if opened.identity.size > most or _count(opened, size) not in lengths:
                return 0, ()
            return opened.identity.size, _parts(location, opened, size)
    except InventoryError:  # It is extra, whatever it is.
        return 0, ()
