# SPDX-License-Identifier: Apache-2.0
"""Reading a small file of a release whole: the declaration, the manifest, the card."""

from __future__ import annotations

from pathlib import Path

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.boundary import locate
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import changed, open_regular

__all__ = ["read_whole"]


def read_whole(root: Path, path: str, limit: int) -> bytes:
    """The bytes of a file of a release. A symbolic link is followed inside the release only.

    Args:
        root: the release directory.
        path: relative POSIX path of the file.
        limit: the most bytes that are read.

    Raises:
        InventoryError: the file is gone, not a regular one, outside the release, longer, or changed meanwhile.
    """
    place = locate(root, path)
    with open_regular(place) as opened:
        size = opened.identity.size
        if size > limit:
            fix = "Check that this is the right file."
            raise InventoryError(Problem(shown(str(root / path)), f"{size:,} bytes", f"at most {limit:,} bytes", fix))
        content = opened.start(size + 1)
        if len(content) != size:
            raise changed(place)
        return content
