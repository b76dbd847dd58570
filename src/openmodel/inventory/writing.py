# SPDX-License-Identifier: Apache-2.0
"""Writing a file so that a reader sees the old bytes or the new ones, never a part."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from openmodel.errors import InventoryError, OverwriteError, Problem, copy_out
from openmodel.inventory.boundary import in_hub_cache
from openmodel.inventory.naming import shown

__all__ = ["is_temporary", "remove_written", "write_atomically"]

_TEMPORARY = re.compile(r"\.openmodel-[0-9a-f]{32}\.tmp")
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def is_temporary(name: str) -> bool:
    """Whether a file name is one under which `write_atomically` writes; a finished write leaves none."""
    return _TEMPORARY.fullmatch(name) is not None


def write_atomically(path: Path, data: bytes, *, overwrite: bool, mode: int = 0o644) -> None:
    """Writes a file under a temporary name beside it, syncs it, renames it and syncs the directory.

    - Without `overwrite`, anything of that name is refused, a dangling symbolic link too, also when it
      appears while this writes: the name is given with link(2), which never replaces.
    - With `overwrite`, the old file's permission bits (`rwx`) stay; owner, hard links and extended attributes
      do not.
    - With `overwrite`, a symbolic link stays and the file it leads to is replaced, provided that is in the
      link's own directory or below: a downloaded release must not be able to have a file elsewhere replaced.
    - Whatever happens, Ctrl-C included, the temporary file is removed and the old file is whole. After a
      crash of the machine the temporary file can stay; `walking` reports it.

    Where a file system has no hard links, the name is claimed with an empty file that O_EXCL creates, and the
    rename goes over that; then a reader can meet the empty file for a moment.

    Args:
        path: the file to write, in a directory that exists.
        data: all of its bytes.
        overwrite: whether an existing file may be replaced.
        mode: permission bits of a new file, before the umask.

    Raises:
        OverwriteError: there is something of that name and `overwrite` is false.
        InventoryError: the name is not a regular file's, its link leads elsewhere, or the system refused.
    """
    try:
        target, kept = _target(path, overwrite=overwrite)
        temporary = target.parent / f".openmodel-{secrets.token_hex(16)}.tmp"
        try:
            _fill(temporary, data, mode=mode, kept=kept)
            if overwrite:
                temporary.replace(target)
            else:
                _give_name(temporary, target, path)
        finally:
            with suppress(OSError):  # Gone after a rename. Otherwise `walking` will report what stays.
                temporary.unlink()
        _sync_directory(target.parent)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL character.
        raise InventoryError(
            Problem(
                file=shown(str(path)),
                got=f"that it cannot be written: {(isinstance(error, OSError) and error.strerror) or error}",
                expected="an existing directory with space in which this user may create files",
                fix="Create the directory, make room or give write permission, then start again.",
            )
        ) from error


def remove_written(path: Path) -> None:
    """Removes a file that this tool wrote, or the link that is in its place, and syncs the directory.

    Raises:
        InventoryError: the system refused. A file that is gone is no error.
    """
    try:
        path.unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        got = f"that it cannot be removed: {error.strerror or error}"
        fix = "Remove it, or give write permission to its directory, then start again."
        raise InventoryError(Problem(shown(str(path)), got, "no file of this name", fix)) from error


def _target(path: Path, *, overwrite: bool) -> tuple[Path, int | None]:
    """The file to replace, and its permission bits when it exists."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return path, None
    if not overwrite:
        raise _exists(path)
    if stat.S_ISLNK(found.st_mode):
        link, path = path, Path(os.path.realpath(path))
        if not path.is_relative_to(os.path.realpath(link.parent)):
            fix = "Remove the link, or write to the file that it leads to by its own name."
            raise InventoryError(
                Problem(
                    file=shown(str(link)),
                    got=f"a symbolic link to {shown(str(path))}, outside its own directory",
                    expected="a file, or a link to one beside or below it",
                    fix=copy_out(link.parent) if in_hub_cache(link.parent) else fix,
                )
            )
        try:
            found = path.stat()
        except FileNotFoundError:
            return path, None
    if not stat.S_ISREG(found.st_mode):
        raise InventoryError(
            Problem(
                file=shown(str(path)),
                got="something that is not a regular file",
                expected="a regular file, or nothing",
                fix="Move it away or choose another name.",
            )
        )
    return path, stat.S_IMODE(found.st_mode) & 0o777


def _fill(temporary: Path, data: bytes, *, mode: int, kept: int | None) -> None:
    # The umask must apply to a new file and not to kept bits. Until they are set nobody else may look in.
    descriptor = os.open(temporary, _CREATE, mode if kept is None else 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        if kept is not None and hasattr(os, "fchmod"):  # Windows has no such bits.
            os.fchmod(descriptor, kept)
        os.fsync(stream.fileno())


def _give_name(temporary: Path, target: Path, named: Path) -> None:
    """Gives the finished file its name, which nothing else may have."""
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise _exists(named) from error
    except OSError:  # No hard links here. Whatever else it was happens again below and is reported there.
        _claim_and_rename(temporary, target, named)


def _claim_and_rename(temporary: Path, target: Path, named: Path) -> None:
    """The same where there are no hard links. After a kill in between, the empty file may stay at the name."""
    try:
        os.close(os.open(target, _CREATE, 0o600))
    except FileExistsError as error:
        raise _exists(named) from error
    try:
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise


def _sync_directory(directory: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows has no handle on a directory to sync.
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # Some network file systems sync no directories; nothing can be done there.
            raise
    finally:
        os.close(descriptor)


def _exists(path: Path) -> OverwriteError:
    return OverwriteError(
        Problem(
            file=shown(str(path)),
            got="that it is there already",
            expected="a name that is free",
            fix="Move it away or choose another name; --force replaces it, where a command has that.",
        )
    )
