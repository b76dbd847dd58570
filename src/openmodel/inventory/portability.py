# SPDX-License-Identifier: Apache-2.0
"""Names that are well here and not on another system. They are told and not refused: real repositories have them.

Only names are looked at, so that a reader of a manifest finds the same as `build` did, on any system.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from openmodel.inventory.exclusion import CARD

__all__ = ["case_collisions", "one_elsewhere", "unportable", "windows_defect"]

# Microsoft, "Naming Files, Paths, and Namespaces": device names count whatever follows the first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?", re.IGNORECASE | re.DOTALL)
_FORBIDDEN = frozenset('<>:"|?*')


def case_collisions(paths: Iterable[str]) -> list[tuple[str, ...]]:
    """The paths that are one on a system that ignores case, such as macOS and Windows as they are installed.

    Compared is the whole path, so `A/x` and `a/x` collide. So do directories that are written differently, because
    a file of the one would then be found in the other; they end in a slash here. Case is ignored as canonical
    caseless matching does (Unicode 16, section 3.13, D145), which ignores a little more than each of those systems.

    Args:
        paths: relative POSIX paths of files, each once.

    Returns:
        Groups of two paths or more, each sorted by its UTF-8 bytes, in the order of their first paths.
    """
    files = set(paths)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in files:
        groups[_folded(path)].append(path)
    for directory in _directories(files):
        groups[_folded(directory)].append(f"{directory}/")
    collisions = (tuple(sorted(group, key=str.encode)) for group in groups.values() if len(group) > 1)
    return sorted((group for group in collisions if not _is_implied(group)), key=lambda group: group[0].encode())


def windows_defect(path: str) -> str | None:
    """Why Windows cannot hold a file of this relative POSIX path, a phrase that completes "a name ..", or None."""
    for name in path.split("/"):
        if _DEVICE.fullmatch(name):
            return "that Windows keeps for a device"
        if name.endswith((".", " ")):
            return "whose last character Windows leaves off"
        if not _FORBIDDEN.isdisjoint(name):
            return "with a character that Windows does not allow"
    return None


def unportable(paths: Iterable[str]) -> Iterator[str]:
    """What to tell about the names of a release, a phrase each: first what collides, then what Windows cannot hold.

    The card counts as one of the paths, whether it is written yet or not.

    Args:
        paths: relative POSIX paths of all files of the release, those that are not inventoried too.
    """
    files = {*paths, CARD}
    yield from _in_words(case_collisions(files))
    for path in sorted(files, key=str.encode):
        if defect := windows_defect(path):
            yield f"{path}: a name {defect}"


def one_elsewhere(paths: Collection[str]) -> Iterator[str]:
    """What `unportable` tells of files that collide, and soon nothing where none do.

    Args:
        paths: relative POSIX paths of files, each once.
    """
    text = "\n".join(paths)  # No path has a line end, and one text is folded in a fraction of the time.
    folded = text.lower().split("\n") if text.isascii() else map(_folded, paths)
    if len(set(folded)) < len(paths):
        yield from _in_words(case_collisions(paths))


def _in_words(groups: Iterable[tuple[str, ...]]) -> Iterator[str]:
    return (f"{', '.join(group)}: one file on systems that ignore case" for group in groups)


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def _directories(paths: Iterable[str]) -> set[str]:
    """All directories on the way to some paths."""
    found: set[str] = set()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def _is_implied(group: tuple[str, ...]) -> bool:
    """Whether these are directories of one name, so that those above them are the ones to tell of."""
    return all(path.endswith("/") for path in group) and len({path.split("/")[-2] for path in group}) == 1
