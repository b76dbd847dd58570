# SPDX-License-Identifier: Apache-2.0
"""Where a symbolic link of a release may lead: inside the release, or into its own hub cache.

The Hugging Face cache keeps a repository as `models--org--name/` with the bytes in `blobs/` and
with links to them in `snapshots/REVISION/`. A release that is such a snapshot may link to the
files directly in that `blobs/` and nowhere else. Source: huggingface_hub, "Understand caching".
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.naming import path_defect, shown

__all__ = ["Boundary", "boundary_of", "in_hub_cache", "locate", "outside"]

_HUB_PREFIXES = ("models--", "datasets--", "spaces--")


@dataclass(frozen=True, slots=True)
class Boundary:
    """The places that belong to one release, all of them resolved."""

    root: Path
    """The release directory, absolute and without symbolic links."""
    blobs: Path | None
    """The `blobs` directory when the release is a snapshot in a hub cache."""

    def inner(self, place: Path) -> str | None:
        """The POSIX path of a resolved place relative to the root; None when it is not below the root."""
        return place.relative_to(self.root).as_posix() if place.is_relative_to(self.root) else None

    def is_blob(self, place: Path) -> bool:
        """Whether a resolved place is a regular file of the hub cache that the release belongs to."""
        return self.blobs is not None and place.parent == self.blobs and place.is_file()


def boundary_of(root: Path) -> Boundary:
    """The boundary of a release directory.

    Raises:
        OSError: the directory does not exist or its links cannot be resolved.
        ValueError: its name holds a NUL character.
    """
    real = root.resolve(strict=True)
    repository = real.parent.parent
    blobs = repository / "blobs"
    is_snapshot = real.parent.name == "snapshots" and repository.name.startswith(_HUB_PREFIXES)
    # A `blobs` that is itself a link could lead anywhere.
    return Boundary(real, blobs if is_snapshot and blobs.is_dir() and not blobs.is_symlink() else None)


def in_hub_cache(directory: Path) -> bool:
    """Whether a release directory is a snapshot in a hub cache, whose files may be links to blobs.

    Nothing may be written to a blob: its name is the digest of its bytes, and other snapshots share it.
    """
    try:
        return boundary_of(directory).blobs is not None
    except (OSError, ValueError):
        return False


def outside(path: Path) -> Problem:
    """The problem that a link leads out of the release."""
    return Problem(
        file=shown(str(path)),
        got="a symbolic link to something outside the release",
        expected="links that stay inside the release directory",
        fix="Put the file itself in its place.",
    )


def locate(root: Path, path: str) -> Path:
    """The place of a file of the release, with its symbolic links resolved and held to the boundary.

    Args:
        root: the release directory.
        path: relative POSIX path of the file, as `walk` gives it.

    Raises:
        InventoryError: the path is malformed, does not exist, or leads out of the release.
    """
    named = root / path
    defect = path_defect(path)
    if defect:
        raise InventoryError(
            Problem(shown(path), defect, "a relative POSIX path", "Name a file of the release by its path in it.")
        )
    try:
        boundary = boundary_of(root)
        place = Path(os.path.realpath(named, strict=True))
    except (OSError, ValueError) as error:  # ValueError: a root with a NUL character.
        raise InventoryError(
            Problem(
                file=shown(str(named)),
                got=f"that it cannot be found: {(isinstance(error, OSError) and error.strerror) or error}",
                expected="a file of the release",
                fix="Put it back, or take the inventory again.",
            )
        ) from error
    if boundary.inner(place) is None and not boundary.is_blob(place):
        raise InventoryError(outside(named))
    return place
