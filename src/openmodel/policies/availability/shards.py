# SPDX-License-Identifier: Apache-2.0
"""Weights that were cut into several files: which of them are not there, by an index or by the names of the others.

Everything is worked out once for a release and a glob, and looked up for each component.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from openmodel.inventory.index_names import is_index
from openmodel.manifest.component import Component
from openmodel.manifest.globs import Paths
from openmodel.manifest.measured import Absent, FileRecord

__all__ = ["Found", "Lacking", "Shards"]

MOST_NAMES = 5
"""The most names that are made up of files that are not there."""

# `model-00001-of-00003.safetensors`, `variables.data-00000-of-00002`, `model.gguf.part1of2`: so tools call shards.
_OF = re.compile(r"(?P<stem>.*?)(?P<number>[0-9]{1,9})(?P<of>[-_.]?of[-_.]?)(?P<count>[0-9]{1,9})(?P<rest>(?![0-9]).*)")
_BY_TOOLS = re.compile(r".*[0-9]{5}-of-[0-9]{5}.*|.*[-_.]part[-_.]?[0-9]+of[0-9]+")
# `model-epoch-10-of-10.bin`, `fold_1of5.bin`: one of several models, each of them whole.
_COUNTS_ELSE = re.compile(r".*(?<![a-z])(epoch|fold|iter(ation)?|round|run|seed|step|trial)s?[-_.]?", re.IGNORECASE)
# `model.zip.002`, `model.gguf.part2`: nothing says how many there are, but the first and those between must be there.
_PIECE = re.compile(
    r"(?P<stem>.+(?:[-_.](?:part|split)[-_.]?|\.(?:7z|gguf|gz|rar|safetensors|tar|xz|zip|zst)\.(?=[0-9]{3}$)))"
    r"(?P<number>[0-9]{1,4})(?P<rest>(?:\.rar)?)"
)
# `consolidated.00.pth`, `mp_rank_00_model_states.pt`, `weights.00.npz`: these are counted from 0. Others call weights
# after an epoch, `weights_10.safetensors` and `weights.02.safetensors`, so that there the first must be seen.
_RANK = re.compile(
    r"(?:.*[-_.])?(?:(?P<what>consolidated\.|mp_rank_)(?P<number>[0-9]{2,3})(?P<rest>[._].+))"
    r"|weights\.(?P<epoch>[0-9]{2})\.(?:npz|safetensors)"
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Files that the names of others say there are."""

    count: int
    names: tuple[str, ...]
    """The first of them."""
    seen: str
    """One that is there."""
    is_sure: bool
    """Whether no tool calls a whole file so."""


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
    beside: tuple[str, ...]
    """Indexes that name files without numbers that are not there, beside files of such a kind: these may be of them."""


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
    is_sure: bool = True
    is_from_zero: bool = False
    may_be_epochs: bool = False
    """Whether the numbers count shards only where they begin at 0."""
    there: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    """Those that an index names."""

    def lacking(self) -> Lacking | None:
        if self.may_be_epochs and 0 not in self.there | self.told:
            return None
        first = 0 if self.is_from_zero or 0 in self.there | self.told else 1
        end = first + self.count if self.count is not None else max(self.there) + 1
        known = {number for number in self.there | self.told if first <= number < end}
        if len(known) == end - first:
            return None
        unknown = (number for number in range(first, end) if number not in known)
        names = (f"{self.before}{number:0{self.width}}{self.after}" for number in islice(unknown, MOST_NAMES))
        return Lacking(end - first - len(known), tuple(names), self.seen, self.is_sure)


@dataclass(frozen=True, slots=True)
class _OfGlob:
    """What the files that a glob names have to do with."""

    absent: frozenset[int]
    """Positions in the list of absent files."""
    sets: frozenset[str]
    unread: frozenset[str]
    beside: frozenset[str]


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
        self._named_in_words: dict[tuple[str, str], dict[str, None]] = {}
        """Of absent files without numbers of shards, the indexes, by directory and ending."""
        for item in absent:
            if not _BY_TOOLS.fullmatch(item.path.rpartition("/")[2]):
                self._named_in_words.setdefault(_kind(item.path), {}).setdefault(item.named_by)
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
        beside = set[str]().union(*(glob.beside for glob in globs))
        indexes = {self._absent[position].named_by for position in absent}
        return Found(
            tuple(sorted({self._absent[position].path for position in absent})),
            tuple(sorted(indexes)),
            tuple(lacking for key in sorted(sets) if (lacking := self._sets[key].lacking())),
            tuple(sorted(unread)),
            tuple(sorted(beside - indexes)),
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
                frozenset(self._beside(here)) if self._named_in_words else frozenset(),
            )
        return self._of_globs[glob]

    def _beside(self, paths: Iterable[str]) -> Iterator[str]:
        """The indexes beside these files that may name them, and name others that are not there. A file that is called
        as the index is, `model.safetensors`, has all in it."""
        for path in paths:
            for index in self._named_in_words.get(_kind(path), ()):
                whole = index.partition(".index.")[0]
                if path != whole and _kind(path) == _kind(whole):
                    yield index


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
    is_by_tools = found is None or _BY_TOOLS.fullmatch(name) is not None
    counts_else = found is not None and _COUNTS_ELSE.fullmatch(found["stem"]) is not None
    found = found or _PIECE.fullmatch(name) or _RANK.fullmatch(name)
    if found is None or total == 0 or (counts_else and not is_by_tools):
        return None
    ranks = found.groupdict()
    number = "epoch" if ranks.get("epoch") else "number"
    before, after = directory + slash + name[: found.start(number)], name[found.end(number) :]
    new = _Set(path, before, len(found[number]), after, total, is_by_tools and not counts_else)
    new.is_from_zero, new.may_be_epochs = ranks.get("what") is not None, number == "epoch"
    return f"{before}*{after}", int(found[number]), new
