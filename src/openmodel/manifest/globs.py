# SPDX-License-Identifier: Apache-2.0
"""The globs by which components name their files."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, takewhile

_WILD = re.compile(r"[*?]")


class Paths:
    """Paths of a release, in which globs look for those that they name. What a glob names is found once."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._sorted = sorted(set(paths))
        self._known = frozenset(self._sorted)
        self._named: dict[str, tuple[str, ...]] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def named_by(self, glob: str) -> tuple[str, ...]:
        """The paths that a glob names, sorted: the one that reads the same, if there is one, or else all that match.

        A file may be called `*.bin`, and could be named in no other way.
        """
        if glob not in self._named:
            self._named[glob] = (glob,) if glob in self._known else tuple(self._matching(glob))
        return self._named[glob]

    def _matching(self, glob: str) -> Iterable[str]:
        wild = _WILD.search(glob)
        if not wild:
            return
        start, compiled = glob[: wild.start()], _compiled(glob)
        after = islice(self._sorted, bisect_left(self._sorted, start), None)
        for path in takewhile(lambda path: path.startswith(start), after):
            if compiled.fullmatch(path):
                yield path


def matches(glob: str, path: str) -> bool:
    """Whether a glob names a path of the release.

    `*` stands for any characters of one segment and `?` for one; `**` as a whole segment for any number of
    segments, also none. Everything else stands for itself. Case counts.
    """
    return _compiled(glob).fullmatch(path) is not None


# A wildcard that another of its kind follows matches as little as it can and is never tried again: that is enough,
# because the last one takes what is left, and it keeps the time from growing with the power of the number of wildcards.


@lru_cache(maxsize=4096)
def _compiled(glob: str) -> re.Pattern[str]:
    segments = glob.split("/")
    blocks: list[list[str]] = [[]]
    for segment in [*segments, "*"] if segments[-1] == "**" else segments:
        if segment != "**":
            blocks[-1].append(_segment(segment))
        elif blocks[-1] or len(blocks) == 1:
            blocks.append([])
    first, *middle, last = [[], *blocks] if len(blocks) == 1 else blocks
    pattern = "".join(f"{segment}/" for segment in first)
    pattern += "".join(f"(?>(?:[^/]+/)*?{'/'.join(block)}/)" for block in middle)
    return re.compile(pattern + ("(?:[^/]+/)*" if len(blocks) > 1 else "") + "/".join(last), re.DOTALL)


def _segment(segment: str) -> str:
    first, *rest = [_literal(part) for part in re.split(r"\*+", segment)]
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>[^/]*?{part})" for part in middle) + f"[^/]*{last}"


def _literal(part: str) -> str:
    return "".join("[^/]" if character == "?" else re.escape(character) for character in part)
