# SPDX-License-Identifier: Apache-2.0
"""The files of a release directory, or everything that keeps it from being one."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.boundary import Boundary, boundary_of, outside
from openmodel.inventory.exclusion import (
    CARD,
    RECORDS,
    RESERVED_FILES,
    WRITTEN_FILES,
    is_excluded,
    is_ordinary,
    is_sealed,
    reserved_twin,
)
from openmodel.inventory.naming import drive_defect, is_plain, name_defect, shown
from openmodel.inventory.reading import open_regular, unreadable
from openmodel.inventory.writing import is_temporary

__all__ = ["MAX_ENTRIES", "MAX_LINKS", "MAX_PATHS_BYTES", "MAX_PATH_BYTES", "Found", "Walk", "require_same", "walk"]

MAX_ENTRIES = 1_000_000
"""The most directory entries of a release. Links can make few bytes look like endless files."""

MAX_PATH_BYTES = 4096
"""The longest path in a release, in bytes: PATH_MAX of Linux. A chain of links can spell a longer one."""

MAX_PATHS_BYTES = 256 * 2**20
"""The most bytes that all paths together may have, which bounds the memory of a walk."""

MAX_LINKS = 40
"""The most symbolic links to directories on the way to a file, as many as Linux follows in one path."""

_MAX_PROBLEMS = 1000  # A tree with more is not a release with mistakes.


class Found(NamedTuple):
    """A regular file of a release."""

    path: str
    """Relative POSIX path, NFC."""
    location: str
    """Where to open it; the same place, with the symbolic links of `path` resolved."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What is in a release directory. All are sorted by the UTF-8 bytes of the path."""

    files: tuple[Found, ...]
    excluded: tuple[str, ...]
    """Files that are not inventoried. Of what belongs to git or the hub client only the topmost path
    stands here, which may be a directory: see `exclusion.is_sealed`."""
    linked: tuple[str, ...] = ()
    """The paths of those among `files` that a symbolic link is on the way to."""


def walk(root: Path, *, readable: bool = True) -> Walk:
    """Lists a release directory without reading file contents.

    Symbolic links are followed where `boundary` allows it. A file with several paths is listed under each.

    Args:
        root: the release directory; it may itself be reached by a symbolic link.
        readable: also refuse files that cannot be read. Needless for who opens each of them anyway, and tells.

    Raises:
        InventoryError: with every problem of the tree, up to 1,000. The root is not a directory; a file or
            directory cannot be read or is gone again; something is neither; a link is broken, circular, leads
            outside or to an excluded file; a name is not UTF-8 or not NFC or holds a backslash or control
            character, or begins like a drive of Windows; a reserved name is of the wrong kind or of another case;
            an interrupted write left its temporary file; there are more entries, longer paths or more links on one
            way than this module's limits allow.
    """
    try:
        boundary = boundary_of(root)
        found = boundary.root.stat()
    except (OSError, ValueError) as error:
        raise InventoryError(unreadable(root, error)) from error
    if not stat.S_ISDIR(found.st_mode):
        raise InventoryError(
            Problem(
                file=shown(str(root)),
                got="a file",
                expected="the directory of a release",
                fix="Name the directory that holds the files.",
            )
        )
    identity = (found.st_dev, found.st_ino)
    walker = _Walker(
        _Directory("", "" if root == Path() else str(root), "", identity, 0, None, is_ordinary=False),
        boundary,
        readable=readable,
    )
    walker.run()
    if walker.problems:
        raise InventoryError(sorted(walker.problems, key=lambda problem: problem.file))
    # UTF-8 bytes sort as the code points do, which is how Python compares strings.
    return Walk(tuple(sorted(walker.files)), tuple(sorted(walker.excluded)), tuple(sorted(walker.linked)))


def require_same(root: Path, before: Walk) -> None:
    """Walks again, after the files were read, and refuses a tree that is not the one that `before` lists.

    A directory is listed once, and what is added to it afterwards would be in no manifest. This also finds a
    directory that a symbolic link has replaced meanwhile: its files are then elsewhere.

    Raises:
        InventoryError: files came, went or moved, each named, up to 1,000; or as `walk`.
    """
    now = walk(root)
    if now == before:
        return
    then, here = ({file.path: file for file in listed.files} for listed in (before, now))
    moved = {path for path in then.keys() & here.keys() if then[path] != here[path]}
    paths = {*(then.keys() ^ here.keys()), *moved, *(set(before.excluded) ^ set(now.excluded))}
    raise InventoryError(
        Problem(
            file=shown(str(root / path)),
            got="what came, went or moved while the release was read",
            expected="files that stay where they are",
            fix="Wait until nothing writes to the release any more, then start again.",
        )
        for path in sorted(paths)[:_MAX_PROBLEMS]
    )


@dataclass(frozen=True, slots=True)
class _Directory:
    path: str
    """Relative POSIX path as a reader of the release would write it; empty for the root."""
    location: str
    """The same directory with links resolved below the root, for opening; empty for the current one."""
    inner: str
    """Relative POSIX path of the resolved place, which differs from `path` behind a link."""
    identity: tuple[int, int]
    """Device and inode."""
    links: int
    """How many symbolic links are on the way from the root."""
    parent: _Directory | None
    is_ordinary: bool
    """Whether none of its names is special; see `exclusion`."""

    def holds(self, identity: tuple[int, int]) -> bool:
        """Whether `identity` is that of this directory or of one that it was reached through."""
        directory: _Directory | None = self
        while directory is not None:
            if directory.identity == identity:
                return True
            directory = directory.parent
        return False


class _Walker:
    """One walk: an explicit stack, because the depth of a hostile tree must not meet the recursion limit."""

    def __init__(self, root: _Directory, boundary: Boundary, *, readable: bool) -> None:
        self.boundary = boundary
        self.readable = readable
        self.stack = [root]
        self.files: list[Found] = []
        self.excluded: list[str] = []
        self.linked: list[str] = []
        self.problems: list[Problem] = []
        self.entries = 0
        self.paths_bytes = 0

    def run(self) -> None:
        while self.stack:
            directory = self.stack.pop()
            try:
                with os.scandir(directory.location or ".") as entries:
                    for entry in entries:
                        self.entries += 1
                        if self.entries > MAX_ENTRIES:
                            self._too_many(f"{MAX_ENTRIES} files and directories")
                            return
                        self._consider(directory, entry)
                        if self.paths_bytes > MAX_PATHS_BYTES:
                            self._too_many(f"{MAX_PATHS_BYTES} bytes in its paths")
                            return
                        if len(self.problems) >= _MAX_PROBLEMS:
                            return
            except OSError as error:
                self.problems.append(unreadable(directory.location or ".", error))

    def _consider(self, directory: _Directory, entry: os.DirEntry[str]) -> None:
        name = entry.name
        location = entry.path if directory.location else name
        path = f"{directory.path}/{name}" if directory.path else name
        # Most entries are plain names where none is special, and asking each question takes four times as long.
        is_common = directory.is_ordinary and is_plain(name)
        if not is_common and self._is_special(directory, name, path, location):
            return
        length = len(path.encode())
        if length > MAX_PATH_BYTES:
            got = f"a path of {length} bytes in the release"
            self._problem(location, got, f"at most {MAX_PATH_BYTES}", "Shorten it, or remove the links on its way.")
            return
        self.paths_bytes += length
        try:
            self._look(directory, path, location, entry)
        except OSError as error:
            self.problems.append(unreadable(location, error))

    def _is_special(self, directory: _Directory, name: str, path: str, location: str) -> bool:
        """Whether an entry is done with when its name is known: it is refused, or excluded whatever it is."""
        defect = name_defect(name) or (None if directory.path else drive_defect(name))
        if defect:
            fix = f"Rename it.{_beside(Path(location))}"
            expected = "UTF-8 in NFC without backslash, control characters and drive letter"
            self._problem(location, defect, expected, fix)
        elif len(path.encode()) > MAX_PATH_BYTES:
            return False
        elif is_sealed(path):
            self.excluded.append(path)
        elif is_temporary(name):
            self._problem(location, "what an interrupted write left", "finished files only", "Delete it.")
        elif (twin := reserved_twin(path)) and (twin != CARD or _is_same(Path(location), self.boundary.root / twin)):
            got = f"a name that differs from {twin} only in case"
            self._problem(location, got, "reserved names as they are written", f"Rename it to {twin} or otherwise.")
        else:
            return False
        return True

    def _look(self, directory: _Directory, path: str, named: str, entry: os.DirEntry[str]) -> None:
        """Follows the entry where that is allowed, and files it by its kind."""
        location = named
        inner: str | None = f"{directory.inner}/{entry.name}" if directory.inner else entry.name
        is_link = entry.is_symlink()
        if is_link:
            place = Path(os.path.realpath(named, strict=True))
            location, inner = str(place), self.boundary.inner(place)
            if inner is None and not self.boundary.is_blob(place):
                self.problems.append(outside(Path(named)))
                return
        if inner is not None and inner != path and self._is_misplaced(path, named, inner):
            return
        # A blob of the hub cache is always a file. For others, most systems told the kind with the name.
        if inner is None or (not is_link and entry.is_file(follow_symlinks=False)):
            self._add_file(directory, path, named, location, is_linked=inner != path)
            return
        found = os.lstat(location)
        kind, identity = found.st_mode, (found.st_dev, found.st_ino)
        links = directory.links + is_link
        if stat.S_ISREG(kind):
            self._add_file(directory, path, named, location, is_linked=inner != path)
        elif not stat.S_ISDIR(kind):
            self._problem(named, f"a {_kind(kind)}", "regular files and directories", "Remove it.")
        elif is_link and directory.holds(identity):
            got = "a symbolic link to a directory that contains it"
            self._problem(named, got, "a tree that ends", "Remove the link.")
        elif links > MAX_LINKS:
            got = f"more than {MAX_LINKS} symbolic links on the way to it"
            self._problem(named, got, "fewer", "Replace links by what they lead to.")
        elif path in RESERVED_FILES:
            self._problem(named, "a directory", "a file, as this name is reserved for one", "Rename it.")
        else:
            self.stack.append(_Directory(path, location, inner, identity, links, directory, is_ordinary(path)))

    def _is_misplaced(self, path: str, named: str, inner: str) -> bool:
        """Whether links lead from the inventory to what is not in it, or from what the tool writes into it.

        Either way a file of the inventory would change when the manifest, the card or a signature is written.
        """
        if is_excluded(inner) and not is_excluded(path):
            got = f"a symbolic link to {shown(inner)}, which is not inventoried and may change"
        elif path in WRITTEN_FILES and not is_excluded(inner):
            got = f"a symbolic link to {shown(inner)}, which is inventoried and would be written to"
        else:
            return False
        self._problem(named, got, "links among inventoried files", "Put a copy of the file in its place.")
        return True

    def _add_file(self, directory: _Directory, path: str, named: str, location: str, *, is_linked: bool) -> None:
        if path == RECORDS:
            self._problem(named, "a file", "a directory, as this name is reserved for one", "Rename it.")
            return
        if self.readable and not _is_readable(location):
            try:
                with open_regular(location):  # The other question goes by modes; only this one shows.
                    pass
            except InventoryError as error:
                self.problems.extend(error.problems)
                return
        if not directory.is_ordinary and is_excluded(path):
            self.excluded.append(path)
        else:
            self.files.append(Found(path, location))
            if is_linked:
                self.linked.append(path)

    def _too_many(self, most: str) -> None:
        self._problem(
            self.boundary.root,
            f"more than {most}",
            "a release of fewer",
            "Remove links that multiply the tree, or pack small files.",
        )

    def _problem(self, location: str | Path, got: str, expected: str, fix: str) -> None:
        self.problems.append(Problem(shown(str(location)), got, expected, fix))


def _is_readable(location: str) -> bool:
    """Whether the system says, without opening it, that this process may read a file. If not, it may be wrong."""
    return os.access(location, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names are of one entry, as on systems that ignore case or normal form."""
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except OSError:
        return False


def _beside(location: Path) -> str:
    """A sentence about the file whose name differs only in normal form, where there is one too."""
    twin = location.with_name(unicodedata.normalize("NFC", location.name))
    if twin == location or not os.path.lexists(twin) or _is_same(location, twin):
        return ""
    return f" {shown(twin.name)}, which reads the same, is there too: keep one of them, or name them apart."


def _kind(mode: int) -> str:
    for test, kind in ((stat.S_ISFIFO, "FIFO"), (stat.S_ISSOCK, "socket")):
        if test(mode):
            return kind
    return "device"
