# SPDX-License-Identifier: Apache-2.0
"""Weights that were cut into several files: which of them are not there, by an index or by the names of the others.

Everything is worked out once for a release and a glob, and looked up for each component.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from openmodel.inventory.indexes import is_index
from openmodel.manifest.component import Component
from openmodel.manifest.globs import Paths
from openmodel.manifest.measured import Absent, FileRecord

__all__ = ["Found", "Lacking", "Shards"]

MOST_NAMES = 5
"""The most names that are made up of files that are not there."""

# `model-00001-of-00003.safetensors`, `variables.data-00000-of-00002`, `model.gguf.part1of2`.
_OF = re.compile(r"(?P<stem>.*?)(?P<number>[0-9]{1,9})(?P<of>[-_.]?of[-_.]?)(?P<count>[0-9]{1,9})(?P<rest>(?![0-9]).*)")
# `model.zip.002`, `model.gguf.part2`: nothing says how many there are, but the first and those between must be there.
_PIECE = re.compile(
    r"(?P<stem>.+(?:[-_.](?:part|split)[-_.]?|\.(?:7z|gguf|gz|rar|safetensors|tar|xz|zip|zst)\.(?=[0-9]{3}$)))"
    r"(?P<number>[0-9]{1,4})(?P<rest>(?:\.rar)?)"
)
# `consolidated.00.pth`, `mp_rank_00_model_states.pt`, `weights.00.safetensors`: these are counted from 0, but `weights`
# may be from 1, and numbers of Keras' are those of epochs.
_RANK = re.compile(
    r"(?:.*[-_.])?(?P<what>consolidated|mp_rank|weights)[._](?P<number>[0-9]{2,3})(?P<rest>[._](?!h5|hdf5|keras).+)"
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Files that the names of others say there are."""

    count: int
    names: tuple[str, ...]
    """The first of them."""
    seen: str
    """One that is there."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the shards of a component."""

    absent: tuple[str, ...]
    """The files that an index names and that are not there, as far as they belong to it. They do when the component
    names them or the index, or a file that is there and is called as they are but for its number."""
    indexes: tuple[str, ...]
    """The indexes that name those."""
    lacking: tuple[Lacking, ...]
    """The files that are not there though the names of its files count them, and that no index names."""
    unread: tuple[str, ...]
    """Indexes that could not be read, beside files that they could be of."""


@dataclass(slots=True)
class _Set:
    """Files that are called alike but for a number."""

    seen: str
    """The path of one."""
    before: str
    width: int
    after: str
    count: int | None
    """How many there are; None where no name says so."""
    is_from_zero: bool = False
    there: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    """Those that an index names."""

    def lacking(self) -> Lacking | None:
        first = 0 if self.is_from_zero or 0 in self.there | self.told else 1
        end = first + self.count if self.count is not None else max(self.there) + 1
        known = {number for number in self.there | self.told if first <= number < end}
        if len(known) == end - first:
            return None
        unknown = (number for number in range(first, end) if number not in known)
        names = (f"{self.before}{number:0{self.width}}{self.after}" for number in islice(unknown, MOST_NAMES))
        return Lacking(end - first - len(known), tuple(names), self.seen)


@dataclass(frozen=True, slots=True)
class _OfGlob:
    """What the files that a glob names have to do with."""

    absent: frozenset[int]
    """Positions in the list of absent files."""
    sets: frozenset[str]
    unread: frozenset[str]


class Shards:
    """What is known of the shards of a release."""

    def __init__(self, paths: Paths, files: Sequence[FileRecord], absent: Sequence[Absent]) -> None:
        """`paths` are those of `files`, which were measured; `absent` are those that an index names."""
        self._paths = paths
        self._absent = absent
        self._of_globs: dict[str, _OfGlob] = {}
        self._found: dict[tuple[str, ...], Found] = {}
        self._positions: dict[str | tuple[str, str], list[int]] = {}
        """Of absent files, by path, index and shape."""
        for position, item in enumerate(absent):
            for key in (item.path, item.named_by, _shape(item.path)):
                self._positions.setdefault(key, []).append(position)
        self._absent_paths = Paths(key for key in self._positions if isinstance(key, str))
        self._sets: dict[str, _Set] = {}
        self._set_of: dict[str, str] = {}
        for path in (file.path for file in files):
            if numbered := _numbered(path):
                self._set_of[path], number, new = numbered
                self._sets.setdefault(self._set_of[path], new).there.add(number)
        for item in absent:
            if (numbered := _numbered(item.path)) and numbered[0] in self._sets:
                self._sets[numbered[0]].told.add(numbered[1])
        self._unread: dict[tuple[str, str], list[str]] = {}
        for file in files:
            if file.format == "git-lfs-pointer" and is_index(file.path):
                ending = ".safetensors" if ".safetensors.index" in file.path else ".bin"
                self._unread.setdefault((file.path.rpartition("/")[0], ending), []).append(file.path)

    def of(self, component: Component) -> Found:
        """What is known of those of a component."""
        if component.files not in self._found:
            self._found[component.files] = self._find([self._of_glob(glob) for glob in component.files])
        return self._found[component.files]

    def _find(self, globs: Sequence[_OfGlob]) -> Found:
        absent = set[int]().union(*(glob.absent for glob in globs))
        sets = set[str]().union(*(glob.sets for glob in globs))
        unread = set[str]().union(*(glob.unread for glob in globs))
        return Found(
            tuple(sorted({self._absent[position].path for position in absent})),
            tuple(sorted({self._absent[position].named_by for position in absent})),
            tuple(lacking for key in sorted(sets) if (lacking := self._sets[key].lacking())),
            tuple(sorted(unread)),
        )

    def _of_glob(self, glob: str) -> _OfGlob:
        if glob not in self._of_globs:
            here = self._paths.named_by(glob)
            # Where a file is called so, it is meant, and of those that are absent only itself.
            keys: set[str | tuple[str, str]] = {glob} if glob in self._paths else {*self._absent_paths.named_by(glob)}
            if self._positions:
                keys.update(map(_shape, here))
            unread = (self._unread.get(_kind(path), ()) for path in here) if self._unread else ()
            self._of_globs[glob] = _OfGlob(
                frozenset(position for key in keys for position in self._positions.get(key, ())),
                frozenset(self._set_of[path] for path in here if path in self._set_of),
                frozenset(index for indexes in unread for index in indexes),
            )
        return self._of_globs[glob]


@lru_cache(maxsize=2**16)
def _shape(path: str) -> tuple[str, str]:
    """The directory of a file, and its name without numbers."""
    directory, _, name = path.rpartition("/")
    return directory, re.sub(r"[0-9]+", "0", name)


def _kind(path: str) -> tuple[str, str]:
    """The directory of a file, and the ending of its name."""
    directory, _, name = path.rpartition("/")
    return directory, name[name.rfind(".") :]


def _numbered(path: str) -> tuple[str, int, _Set] | None:
    """What a path with a number shares with the others of its set, its number, and a new set; None without one."""
    directory, slash, name = path.rpartition("/")
    found = _OF.fullmatch(name)
    total = int(found["count"]) if found else None
    found = found or _PIECE.fullmatch(name) or _RANK.fullmatch(name)
    if found is None or total == 0:
        return None
    before, after = directory + slash + name[: found.start("number")], name[found.end("number") :]
    is_from_zero = found.groupdict().get("what") in ("consolidated", "mp_rank")
    new = _Set(path, before, len(found["number"]), after, total, is_from_zero)
    return f"{before}*{after}", int(found["number"]), new
