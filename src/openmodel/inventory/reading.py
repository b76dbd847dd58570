# SPDX-License-Identifier: Apache-2.0
"""Opening a regular file so that a swap or a change while it is read does not go unseen."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.naming import shown

__all__ = ["Identity", "OpenFile", "changed", "open_regular", "unreadable"]

# Some of these do not exist on every system. O_NONBLOCK: opening a FIFO that took the file's place must not
# wait for a writer; it means nothing for a regular file.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What shows that a file is still the same one with the same bytes, as far as the system tells."""

    device: int
    inode: int
    size: int
    """Bytes."""
    modified_ns: int
    """Nanoseconds since the epoch, like `changed_ns`, which no user can set back."""
    changed_ns: int


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A regular file while it is open for reading, unbuffered and at its start."""

    stream: FileIO
    identity: Identity


def unreadable(path: Path, error: OSError | ValueError) -> Problem:
    """The problem that the system refused to read `path`; with a ValueError its name cannot be a file's."""
    return Problem(
        file=shown(str(path)),
        got=f"that it cannot be read: {(isinstance(error, OSError) and error.strerror) or error}",
        expected="a file or directory that this user can read",
        fix="Give read permission, repair it, or take it out of the release.",
    )


def changed(path: Path) -> InventoryError:
    """The error that `path` did not hold still."""
    return InventoryError(
        Problem(
            file=shown(str(path)),
            got="a file that changed while it was read",
            expected="bytes that hold still",
            fix="Wait until nothing writes to the release any more, then start again.",
        )
    )


@contextmanager
def open_regular(path: Path) -> Iterator[OpenFile]:
    """Opens a regular file once and, when the block ends well, checks that it stayed the same.

    The last name of `path` is not followed when it is a symbolic link: `walking` and `boundary`
    have resolved it. The check compares device, inode, size, mtime and ctime of the open file.

    Raises:
        InventoryError: the file is gone, unreadable, not a regular file, or changed in between.
            An OSError of the block is turned into it as well.
    """
    try:
        with _open(path) as stream:
            before = os.fstat(stream.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise InventoryError(_not_regular(path))
            opened = OpenFile(stream, _identity(before))
            yield opened
            if _identity(os.fstat(stream.fileno())) != opened.identity:
                raise changed(path)
    except OSError as error:
        raise InventoryError(unreadable(path, error)) from error


def _open(path: Path) -> FileIO:
    try:
        return FileIO(path, "rb", opener=lambda name, _: os.open(name, _FLAGS))
    except ValueError as error:  # A NUL in the name.
        raise InventoryError(unreadable(path, error)) from error


def _identity(found: os.stat_result) -> Identity:
    return Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _not_regular(path: Path) -> Problem:
    return Problem(
        file=shown(str(path)),
        got="something that is not a regular file",
        expected="a regular file",
        fix="Take it out of the release, or put a regular file in its place.",
    )
