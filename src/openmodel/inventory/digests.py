# SPDX-License-Identifier: Apache-2.0
"""Digests of a file from one pass over its bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from blake3 import blake3

from openmodel.errors import Problem, UsageError
from openmodel.inventory.reading import Consumer, OpenFile, changed, open_regular

__all__ = ["ALGORITHMS", "Algorithm", "FileDigests", "digest_file", "digest_open_file"]

Algorithm = Literal["sha256", "blake3"]

ALGORITHMS: tuple[Algorithm, ...] = ("sha256", "blake3")
"""SHA-256 (FIPS 180-4), because hubs and registries state it, and BLAKE3 of 32 bytes, because it is fast."""

_BUFFER = 1 << 20  # 1 MiB: larger reads gained nothing, and memory stays flat whatever the file's size.
_SMALL = 1 << 16  # Making a buffer takes longer than reading so few bytes.


class FileDigests(NamedTuple):
    """The size of a file and the digests that were asked for."""

    size: int
    """Bytes."""
    digests: dict[Algorithm, str]
    """Lower-case hexadecimal by algorithm, 64 digits each."""


class _Hash(Protocol):
    def update(self, data: memoryview, /) -> object: ...
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
    consumers: Iterable[Consumer] = (),
) -> FileDigests:
    """The same for a file that `open_regular` opened, from its first byte; `path` is for errors only.

    The consumers are given the bytes as well, in order. The caller's `open_regular` block does the second half of the
    check for changes when it ends.
    """
    if not algorithms:
        raise _unknown("no algorithm")
    hashes = {algorithm: _start(algorithm) for algorithm in algorithms}
    size, total = opened.identity.size, 0
    takers: list[Consumer] = [*hashes.values(), *consumers]
    for part in _parts(opened):
        total += len(part)
        for taker in takers:
            taker.update(part)
    if total != size:
        raise changed(path)
    return FileDigests(total, {algorithm: started.hexdigest() for algorithm, started in hashes.items()})


def _parts(opened: OpenFile) -> Iterator[memoryview]:
    """The bytes of the file, each part only until the next is asked for.

    A file that grows as fast as it is read would never end: the last part goes past its size.
    """
    size = opened.identity.size
    if size <= _SMALL:
        yield memoryview(opened.start(size + 1))
        return
    os.lseek(opened.descriptor, 0, os.SEEK_SET)
    view = memoryview(bytearray(_BUFFER))
    total = 0
    while total <= size and (count := opened.stream.readinto(view)):
        total += count
        yield view[:count]


def _start(algorithm: str) -> _Hash:
    if algorithm == "sha256":
        return hashlib.sha256()
    if algorithm == "blake3":
        return blake3()
    raise _unknown(f"the algorithm {algorithm!r}")


def _unknown(got: str) -> UsageError:
    return UsageError(Problem(file="", got=got, expected="sha256, blake3 or both", fix="Name one of them."))
