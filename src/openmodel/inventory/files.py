# SPDX-License-Identifier: Apache-2.0
"""The inventory of a release: every file with its size, digests and format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.digests import digest_open_file
from openmodel.inventory.indexes import Index, read_indexes, require_read
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import Identity, changed, open_regular
from openmodel.inventory.safetensors import Header, read_open_header
from openmodel.inventory.walking import Found, require_same, walk

__all__ = ["InventoriedFile", "Inventory", "take_inventory"]

MAX_TENSORS = 1_000_000
"""The most tensors in all files of a release; their names and shapes are kept."""


@dataclass(frozen=True, slots=True)
class InventoriedFile:
    """One file of a release, as its bytes were when they were read."""

    path: str
    """Relative POSIX path, NFC."""
    size: int
    """Bytes."""
    sha256: str
    """64 lower-case hex digits."""
    blake3: str
    """64 lower-case hex digits."""
    format: Literal["safetensors"] | None
    """The format that the name claims and the content keeps to; None where the name claims none we know."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The files of a release. Both are sorted by the UTF-8 bytes of the path."""

    files: tuple[InventoriedFile, ...]
    excluded: tuple[str, ...]
    """What is there and is not inventoried; see `walking.Walk`."""
    headers: Mapping[str, Header] = field(default_factory=dict, compare=False, repr=False)
    """By path, the headers of the safetensors files, read from the very files that were then identified."""
    indexes: tuple[Index, ...] = field(default=(), compare=False, repr=False)
    """The indexes of sharded weights, sorted by path, read from the very bytes that were then identified."""


def take_inventory(root: Path) -> Inventory:
    """Reads every file of a release directory once and identifies its bytes.

    1. The tree is walked.
    2. The headers of all safetensors files are checked, and then the indexes of sharded weights against them, which
       takes seconds where reading takes hours.
    3. The files are read. One that is not the same as in 2 is refused.
    4. The tree is walked again. What came, went or moved meanwhile is refused.

    Args:
        root: the release directory.

    Raises:
        InventoryError: with every problem of step 1, or else of step 2, or else the first of step 3; see
            `walk`, `read_open_header`, `read_indexes` and `digest_file`. At last those of step 4.
    """
    listed = walk(root)
    checked = _check_headers(listed.files)
    headers = {path: header for path, (_, header) in checked.items()}
    indexes = read_indexes(listed.files, headers)
    files = tuple(_identify(found, checked.get(found.path, (None,))[0]) for found in listed.files)
    require_read(indexes, {file.path: file.sha256 for file in files})
    require_same(root, listed)
    return Inventory(files, listed.excluded, headers, indexes)


def _check_headers(files: Iterable[Found]) -> dict[str, tuple[Identity, Header]]:
    """Checks what claims to be safetensors, and notes which files those were."""
    checked: dict[str, tuple[Identity, Header]] = {}
    problems: list[Problem] = []
    tensors = 0
    for found in files:
        if not found.path.endswith(".safetensors"):
            continue
        try:
            with open_regular(found.location) as opened:
                header = read_open_header(opened.stream, opened.identity.size, shown(str(found.location)))
                checked[found.path] = (opened.identity, header)
        except InventoryError as error:
            problems.extend(error.problems)
            continue
        tensors += len(header.tensors)
        if tensors > MAX_TENSORS:
            got, fix = f"more than {MAX_TENSORS} tensors up to this file", "Split the release, or remove checkpoints."
            problems.append(Problem(shown(str(found.location)), got, "fewer in one release", fix))
            break
    if problems:
        raise InventoryError(problems)
    return checked


def _identify(found: Found, checked: Identity | None) -> InventoriedFile:
    with open_regular(found.location) as opened:
        if checked not in {None, opened.identity}:
            raise changed(found.location)
        measured = digest_open_file(found.location, opened)
    return InventoriedFile(
        path=found.path,
        size=measured.size,
        sha256=measured.digests["sha256"],
        blake3=measured.digests["blake3"],
        format=None if checked is None else "safetensors",
    )
