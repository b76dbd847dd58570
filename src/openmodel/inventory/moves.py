# SPDX-License-Identifier: Apache-2.0
"""Files that are elsewhere than the manifest says: renamed, and not one that is missing and one that is extra."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from openmodel.errors import InventoryError
from openmodel.inventory.contents import FileProblem, Tree
from openmodel.inventory.digests import Algorithm, digest_open_file
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import open_regular
from openmodel.manifest.measured import FileRecord

__all__ = ["now_at", "with_moves"]

_SHA256: tuple[Algorithm, ...] = ("sha256",)
_Bytes = tuple[int, str]
"""Size and SHA-256."""


def with_moves(tree: Tree, records: Iterable[FileRecord], problems: Sequence[FileProblem]) -> tuple[FileProblem, ...]:
    """The problems of `compare_files`, with a missing file whose bytes one extra file alone has as one that is renamed.

    Only where something is missing are extra files read, and no more than twice the bytes that are missing: who can add
    files must not be able to make the comparison long.
    """
    missing = {row.path for row in problems if row.kind == "missing"}
    wanted = {record.path: (record.size, record.sha256) for record in records if record.path in missing}
    found = _identified(tree, [row.path for row in problems if row.kind == "extra"], wanted.values())
    moved = now_at(wanted, found)
    places = set(moved.values())
    return tuple(
        FileProblem(row.path, "renamed", expected=row.path, found=shown(moved[row.path])) if row.path in moved else row
        for row in problems
        if row.path not in places
    )


def now_at(missing: Mapping[str, Hashable], others: Mapping[str, Hashable]) -> dict[str, str]:
    """Where each missing file is now: the path that alone of all others has what is known of it.

    Args:
        missing: what is known of the bytes of each file that is not at its path; one alone of all missing has it.
        others: the same of the files that may be it.
    """
    counts = Counter([*missing.values(), *others.values()])
    pair = 2  # One that is missing and one of the others.
    found = {seen: path for path, seen in others.items() if counts[seen] == pair}
    return {path: found[seen] for path, seen in missing.items() if seen in found}


def _identified(tree: Tree, extra: Sequence[str], wanted: Collection[_Bytes]) -> dict[str, _Bytes]:
    """The extra files of a size that is wanted, until twice the bytes that are missing were read."""
    sizes = {size for size, _ in wanted}
    left = 2 * sum(size for size, _ in wanted)
    there = {file.path: file.location for file in tree.listing.files} if tree.listing else {}
    found: dict[str, _Bytes] = {}
    for path in extra if wanted else ():
        try:
            with open_regular(there[path]) as opened:
                if opened.identity.size in sizes and opened.identity.size <= left:
                    left -= opened.identity.size
                    digests = digest_open_file(path, opened, _SHA256).digests
                    found[path] = opened.identity.size, digests["sha256"]
        except InventoryError:  # It is extra, whatever it is.
            continue
    return found
