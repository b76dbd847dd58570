# SPDX-License-Identifier: Apache-2.0
"""The globs by which components name their files."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from openmodel.errors import DocumentError, Problem

_WILD = re.compile(r"[*?]")
MAX_WORK = 2**28
"""Characters of paths that globs are compared with before they are refused, seconds of work."""
_PER_PATH, _PER_SEGMENT = 64, 8
"""How many characters take as long as what comes with each path, and with each of its segments."""


class Paths:
    """Paths of a release, in which globs look for those that they name. What a glob names is found once."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._sorted = sorted(set(paths))
        self._known = frozenset(self._sorted)
        self._named: dict[str, tuple[str, ...]] = {}
        self._work = 0

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def named_by(self, glob: str) -> tuple[str, ...]:
        """The paths that a glob names, sorted: the one that reads the same, if there is one, or else all that match.

        A file may be called `*.bin`, and could be named in no other way.

        Raises:
            DocumentError: so many globs, each with so many paths to look through, that looking would not end soon.
        """
        if glob not in self._named:
            self._named[glob] = (glob,) if glob in self._known else tuple(self._matching(glob))
        return self._named[glob]

    def _matching(self, glob: str) -> list[str]:
        wild = [found.start() for found in _WILD.finditer(glob)]
        if not wild:
            return []
        end = glob[wild[-1] + 1 :].removeprefix("/")  # Of `**/a` the slash goes with segments that may not be there.
        candidates, compiled = self._between(glob[: wild[0]], end), _compiled(glob)
        self._work += sum(len(path) + _PER_PATH + _PER_SEGMENT * path.count("/") for path in candidates)
        if self._work > MAX_WORK:
            got = f"{len(self._named) + 1:,} or more globs for {len(self._sorted):,} files, of which {glob!r} is one"
            expected = "globs that begin or end with what only some files have, or fewer of them"
            raise DocumentError(Problem("", got, expected, "Name folders, as in `data/**`, or the files themselves."))
        return [path for path in candidates if compiled.fullmatch(path)]

    def _between(self, start: str, end: str) -> Sequence[str]:
        """The paths that begin so or that end so, whichever are fewer, sorted."""
        beginning = _range(self._sorted, start)
        if not end or len(beginning) <= 1:
            return self._sorted[beginning.start : beginning.stop]
        ending = _range(self._reversed, end[::-1])
        if len(ending) < len(beginning):
            return sorted(path[::-1] for path in self._reversed[ending.start : ending.stop])
        return self._sorted[beginning.start : beginning.stop]

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted(path[::-1] for path in self._sorted)


def _range(texts: Sequence[str], start: str) -> range:
    """The places of those, among sorted texts, that begin so."""
    first = bisect_left(texts, start)
    return range(first, bisect_right(texts, start, first, key=lambda text: text[: len(start)]))


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
