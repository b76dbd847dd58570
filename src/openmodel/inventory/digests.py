# SPDX-License-Identifier: Apache-2.0
"""Digests of a file from one pass over its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from blake3 import blake3

from openmodel.errors import Problem, UsageError
from openmodel.inventory.pool import ALONE, Pool
from openmodel.inventory.reading import Feed, OpenFile, changed, open_regular

__all__ = ["ALGORITHMS", "Algorithm", "FileDigests", "digest_file", "digest_open_file", "feed_open_file"]

Algorithm = Literal["sha256", "blake3"]

ALGORITHMS: tuple[Algorithm, ...] = ("sha256", "blake3")
"""SHA-256 (FIPS 180-4), because hubs and registries state it, and BLAKE3 of 32 bytes, because it is fast."""

_SMALL = 1 << 16  # Making a buffer takes longer than reading so few bytes.


class FileDigests(NamedTuple):
    """The size of a file and the digests that were asked for."""

    size: int
    """Bytes."""
    digests: dict[Algorithm, str]
    """Lower-case hexadecimal by algorithm, 64 digits each."""


class _Hash(Protocol):
    def update(self, data: bytes | memoryview, /) -> object: ...
    def hexdigest(self) -> str: ...


def digest_file(path: str | Path, algorithms: Collection[Algorithm] = ALGORITHMS) -> FileDigests:
    """Reads a file once and gives its size and digests.

    Args:
        path: a regular file. Its last name is not followed when it is a symbolic link.
        algorithms: which digests to compute, at least one.

    Raises:
        InventoryError: the file is gone, unreadable, not a regular file, or changed while it was read.
        UsageError: no algorithm, or an unknown one.
    """
    with open_regular(path) as opened:
        return digest_open_file(path, opened, algorithms)


def digest_open_file(
    path: str | Path,
    opened: OpenFile,
    algorithms: Collection[Algorithm] = ALGORITHMS,
    *,
    pool: Pool = ALONE,
    also: Sequence[Feed] = (),
) -> FileDigests:
    """The same for a file that `open_regular` opened, from its first byte; `path` is for errors only.

    The caller's `open_regular` block does the second half of the check for changes when it ends.

    Args:
        path: for errors.
        opened: the file.
        algorithms: which digests to compute, at least one.
        pool: the threads that read with this one.
        also: what else gets the bytes.
    """
    if not algorithms:
        raise _unknown("no algorithm")
    hashes = {algorithm: _start(algorithm) for algorithm in algorithms}
    feed_open_file(path, opened, [*(started.update for started in hashes.values()), *also], pool)
    return FileDigests(opened.identity.size, {algorithm: started.hexdigest() for algorithm, started in hashes.items()})


def feed_open_file(path: str | Path, opened: OpenFile, feeds: Sequence[Feed], pool: Pool = ALONE) -> None:
    """Feeds all bytes of a file that `open_regular` opened to each of `feeds`; `path` is for errors only.

    Raises:
        InventoryError: the file is longer or shorter than when it was opened.
        OSError: the system does not give the bytes.
    """
    size = opened.identity.size
    if size > _SMALL:
        pool.read(opened, feeds)
        return
    content = opened.start(size + 1)
    if len(content) != size:
        raise changed(path)
    for feed in feeds:
        feed(content)
    pool.count(size)


def _start(algorithm: str) -> _Hash:
    if algorithm == "sha256":
        return hashlib.sha256()
    if algorithm == "blake3":
        return blake3()
    raise _unknown(f"the algorithm {algorithm!r}")


def _unknown(got: str) -> UsageError:
    return UsageError(Problem(file="", got=got, expected="sha256, blake3 or both", fix="Name one of them."))
