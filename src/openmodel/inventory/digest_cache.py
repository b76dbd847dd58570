# SPDX-License-Identifier: Apache-2.0
"""Digests of files that were read before, for who builds one large release again and again.

A file is taken for the one that was read if device, inode, size, mtime and ctime in nanoseconds are the same. That is
no proof: whoever sets the clock back, or writes to the disk itself, can make another file look the same. So only
`build` takes a cache, and only one that it is given; `sign` and `verify` read every byte.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import FailFast, ValidationError

from openmodel.errors import DocumentError, InventoryError, Problem, UsageError
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import Identity
from openmodel.inventory.writing import write_atomically
from openmodel.manifest.base import Node
from openmodel.manifest.json_text import read_json
from openmodel.manifest.loading import read_file
from openmodel.manifest.tensor_table import MAX_TABLE_BYTES
from openmodel.manifest.values import Blake3, Sha256

__all__ = ["DigestCache", "KnownFile", "digest_cache_at"]

_SETTLED_NS = 2_000_000_000
"""Nanoseconds for which a file must have been left alone before anything is read: within one step of a file system's
clock, which is 2 seconds at most (FAT), it could be written to again and look the same."""
_MAX_VALUES = 16_000_000
_FIX = "Delete it; it is written again."


class KnownFile(Node):
    """What one file was when it was read."""

    identity: str
    """Device, inode, size in bytes, mtime and ctime in nanoseconds, joined by colons."""
    sha256: Sha256
    blake3: Blake3
    tensors: dict[str, Blake3] | None
    """By name, the content digests of its tensors; null where it has none that can be read."""


class _Document(Node):
    openmodel_digest_cache: Literal[1]
    files: Annotated[tuple[KnownFile, ...], FailFast()]


@dataclass(slots=True)
class DigestCache:
    """What is known of files, and what was found of those that are there now. Several threads may use it."""

    known: Mapping[str, KnownFile]
    """By identity."""
    found: dict[str, KnownFile]
    """By identity, the files of this run that nobody writes to any more."""
    started: int = field(default_factory=time.time_ns)
    """Nanoseconds since the epoch; nothing was read before."""

    def find(self, identity: Identity, names: Collection[str] | None) -> KnownFile | None:
        """What is known of a file, if it holds tensors of just these names; None for `names` if it has none."""
        key = _key(identity)
        known = self.known.get(key)
        if known is None or (None if known.tensors is None else set(known.tensors)) != names:
            return None
        self.found[key] = known
        return known

    def add(self, identity: Identity, sha256: str, blake3: str, tensors: Mapping[str, bytes] | None) -> None:
        """Notes what a file is that was just read."""
        if self.started - max(identity.modified_ns, identity.changed_ns) > _SETTLED_NS:
            digests = None if tensors is None else {name: digest.hex() for name, digest in tensors.items()}
            key = _key(identity)
            self.found[key] = KnownFile(identity=key, sha256=sha256, blake3=blake3, tensors=digests)


@contextmanager
def digest_cache_at(root: Path, path: str | Path) -> Iterator[DigestCache]:
    """Reads a cache, and writes it when the block ends; one that is not there is empty.

    What was not found in the block is forgotten, unless an error ends that: then nothing is, so that who mends what was
    wrong, or was interrupted, does not wait again for what was read.

    Args:
        root: the release.
        path: the file, outside the release.

    Raises:
        UsageError: it lies in the release.
        DocumentError: it cannot be read, or is no cache that this version wrote.
        InventoryError: it cannot be written.
    """
    cache = _read(root, Path(path))
    try:
        yield cache
    except BaseException:
        with suppress(InventoryError):  # What went wrong first is told.
            _write(Path(path), {**cache.known, **cache.found})
        raise
    _write(Path(path), cache.found)


def _read(root: Path, place: Path) -> DigestCache:
    if "\0" in str(place) or not os.path.isdir(place.parent):  # noqa: PTH112  # Path.is_dir raises if it is too long.
        fix = "Create the directory, or name another place."
        raise InventoryError(Problem(shown(str(place)), "no directory for it", "an existing directory", fix))
    if Path(os.path.realpath(place)).is_relative_to(os.path.realpath(root)):
        problem = Problem(str(place), "a cache inside the release", "a file elsewhere", "Name another place.")
        raise UsageError(problem)
    if not os.path.lexists(place):
        return DigestCache({}, {})
    text = read_json(read_file(place, MAX_TABLE_BYTES), str(place), MAX_TABLE_BYTES, _MAX_VALUES)
    try:
        document = _Document.model_validate_json(text.json)
    except ValidationError as error:
        raise DocumentError(Problem(str(place), "something else", "a cache of digests", _FIX)) from error
    return DigestCache({known.identity: known for known in document.files}, {})


def _write(place: Path, files: Mapping[str, KnownFile]) -> None:
    rows = [files[key].model_dump() for key in sorted(files)]
    content = json.dumps({"openmodel_digest_cache": 1, "files": rows}, indent=1) + "\n"
    write_atomically(place, content.encode(), overwrite=True)


def _key(identity: Identity) -> str:
    return ":".join(map(str, identity))
