# SPDX-License-Identifier: Apache-2.0
"""Opening a regular file so that a swap or a change while it is read does not go unseen."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from functools import cached_property
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.naming import shown

__all__ = ["Feed", "Identity", "Look", "OpenFile", "changed", "one_at_a_time", "open_regular", "size_of", "unreadable"]

# Some of these do not exist on every system. O_NONBLOCK: opening a FIFO that took the file's place must not
# wait for a writer; it means nothing for a regular file.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)

_SEEKING = threading.Lock()  # Held where the system cannot read from a place without going there first.


class Identity(NamedTuple):
    """What shows that a file is still the same one with the same bytes, as far as the system tells."""

    device: int
    inode: int
    size: int
    """Bytes."""
    modified_ns: int
    """Nanoseconds since the epoch, like `changed_ns`, which no user can set back."""
    changed_ns: int


def unreadable(path: str | Path, error: OSError | ValueError) -> Problem:
    """The problem that the system refused to read `path`; with a ValueError its name cannot be a file's."""
    return Problem(
        file=shown(str(path)),
        got=f"that it cannot be read: {(isinstance(error, OSError) and error.strerror) or error}",
        expected="a file or directory that this user can read",
        fix="Give read permission, repair it, or take it out of the release.",
    )


def changed(path: str | Path) -> InventoryError:
    """The error that `path` did not hold still."""
    return InventoryError(
        Problem(
            file=shown(str(path)),
            got="a file that changed while it was read",
            expected="bytes that hold still",
            fix="Wait until nothing writes to the release any more, then start again.",
        )
    )


class OpenFile:
    """A regular file while it is open for reading; see `open_regular`."""

    def __init__(self, path: str | Path) -> None:
        self.path = path

    def __enter__(self) -> OpenFile:
        try:
            self.descriptor = os.open(self.path, _FLAGS)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name.
            raise InventoryError(unreadable(self.path, error)) from error
        try:
            found = self._status()
            if not stat.S_ISREG(found.st_mode):
                raise InventoryError(_not_regular(self.path))
        except BaseException:
            os.close(self.descriptor)
            raise
        self.identity = _identity(found)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if error is None and _identity(self._status()) != self.identity:
                raise changed(self.path)
        finally:
            self._close()
        if isinstance(error, OSError):
            raise InventoryError(unreadable(self.path, error)) from error

    def _close(self) -> None:
        try:
            os.close(self.descriptor)
        except OSError as error:  # A file system over a network may say so late that it could not read.
            raise InventoryError(unreadable(self.path, error)) from error

    def _status(self) -> os.stat_result:
        try:
            return os.fstat(self.descriptor)
        except OSError as error:
            raise InventoryError(unreadable(self.path, error)) from error

    def start(self, count: int) -> bytes:
        """The first bytes, at most so many, and at most one more than the file had when it was opened."""
        size = self.identity.size
        most = min(count, size + 1)
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        content = os.read(self.descriptor, most)
        while len(content) < min(count, size) and (part := os.read(self.descriptor, most - len(content))):
            content += part  # The system may give fewer than were asked for.
        return content

    def read_at(self, view: memoryview, start: int) -> int:
        """Fills `view` with the bytes from `start` on, as far as the system gives them at once; gives their number, 0
        at the end of the file. Several threads may do so at the same time, but none may use `start` or `stream` then.
        """
        if hasattr(os, "preadv"):
            return os.preadv(self.descriptor, [view], start)
        with _SEEKING:
            os.lseek(self.descriptor, start, os.SEEK_SET)
            return self.stream.readinto(view) or 0

    @cached_property
    def stream(self) -> FileIO:
        """The file, unbuffered, at first at its start. Closing it does not close the file."""
        return FileIO(self.descriptor, "rb", closefd=False)


Feed = Callable[[bytes | memoryview], object]
"""What gets the bytes of a file, from the first to the last, in pieces of any size. It may keep none of them."""

Look = Callable[[str, OpenFile], Feed | None]
"""What else is done with a file, given its path in the release, while it is open to be identified. It may seek. It is
called with one file at a time, in no particular order. What it returns, if anything, gets the very bytes that are
hashed."""


def one_at_a_time(look: Look) -> Look:
    """The same for several threads, which wait for each other."""
    looking = threading.Lock()

    def waiting(path: str, opened: OpenFile) -> Feed | None:
        with looking:
            return look(path, opened)

    return waiting


def size_of(path: str | Path) -> int:
    """Bytes of a file, before anybody has opened it; 0 where that cannot be told."""
    try:
        return os.stat(path).st_size  # noqa: PTH116  # Takes a third of the time of Path.stat.
    except (OSError, ValueError):
        return 0


def open_regular(path: str | Path) -> OpenFile:
    """Opens a regular file once, as a context manager, and, when the block ends well, checks that it stayed the same.

    The last name of `path` is not followed when it is a symbolic link: `walking` and `boundary`
    have resolved it. The check compares device, inode, size, mtime and ctime of the open file.

    Raises:
        InventoryError: the file is gone, unreadable, not a regular file, or changed in between.
            An OSError of the block is turned into it as well.
    """
    return OpenFile(path)


def _identity(found: os.stat_result) -> Identity:
    return Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _not_regular(path: str | Path) -> Problem:
    return Problem(
        file=shown(str(path)),
        got="something that is not a regular file",
        expected="a regular file",
        fix="Take it out of the release, or put a regular file in its place.",
    )
