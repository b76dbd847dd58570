# SPDX-License-Identifier: Apache-2.0
"""Asking git about a directory of strangers: bounded in time and memory, and only what it answers without running
anything that the repository names.

What its caller's environment and configuration say of programs and of how to print is left out; which files are
trusted, and how line ends are converted, is not.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

SECONDS = 20.0
"""The longest that git is waited for. It is asked nothing more once it took longer."""
MAX_OUTPUT = 64 * 2**20
"""The most that is taken of an answer, in bytes."""
_MAX_ENTRIES = 50_000
_MAX_LINK = 4096
"""The longest file that only names another directory of the repository, in bytes."""

# The others say which repository a caller's hook is of, where its objects are, and how to print or trace.
_KEPT = re.compile(
    r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|EXEC_PATH|CEILING_DIRECTORIES"
    r"|DISCOVERY_ACROSS_FILESYSTEM)"
)
_ADDED = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SAFE = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.checkStat": "default",
    "core.trustctime": "true",
    "core.untrackedCache": "false",
    "safe.bareRepository": "explicit",  # Else ordinary files named HEAD, config, objects and refs are a repository.
}
_PRINTING = {
    "core.attributesFile": os.devnull,
    "core.bigFileThreshold": "512m",
    "core.quotePath": "true",
    "diff.suppressBlankEmpty": "false",
}
_DIFF = (
    "--binary --full-index --no-color --no-ext-diff --no-textconv --no-renames --no-relative --src-prefix=a/"
    " --dst-prefix=b/ -U3 --inter-hunk-context=0 --diff-algorithm=myers --indent-heuristic --submodule=short"
    f" --ignore-submodules=all -O{os.devnull}"
).split()
"""What `git diff --binary --full-index` does where nobody configured otherwise."""


class Git:
    """git, for the questions about one directory."""

    def __init__(self, root: Path) -> None:
        self.fault = ""
        """Why nothing more is asked, as words after "git"; empty while it may be asked."""
        self.complaint = ""
        """What git said to the last question that it did not answer."""
        self._root = root

    def ask(self, *arguments: str) -> bytes | None:
        """The answer to a command; None where there is none."""
        answer = bytearray()
        return bytes(answer) if self._run([], arguments, answer.extend) else None

    def words(self, *arguments: str) -> list[str] | None:
        """The answer to a command that separates by NUL."""
        answer = self.ask(*arguments)
        return None if answer is None else [one for one in answer.decode("utf-8", "replace").split("\0") if one]

    def digest_of_changes(self) -> str | None:
        """SHA-256 of `git diff --binary --full-index HEAD` as git prints it by default; None where nothing is changed,
        or git gives no answer, or a longer one than `MAX_OUTPUT`."""
        digest, empty = hashlib.sha256(), hashlib.sha256().hexdigest()
        ended = self._run(
            [f"{key}={value}" for key, value in _PRINTING.items()], ["diff", *_DIFF, "HEAD"], digest.update
        )
        return digest.hexdigest() if ended and digest.hexdigest() != empty else None

    def _run(
        self, settings: list[str], arguments: tuple[str, ...] | list[str], take: Callable[[bytes], object]
    ) -> bool:
        if self.fault:
            return False
        pairs = [*(f"{key}={value}" for key, value in _SAFE.items()), *settings]
        command = ["git", "--no-pager", *(word for pair in pairs for word in ("-c", pair)), *arguments]
        started, size = time.monotonic(), 0
        try:
            with tempfile.TemporaryFile() as errors, _started(command, self._root, errors) as process:
                while size <= MAX_OUTPUT and (block := process.stdout.read(2**20) if process.stdout else b""):
                    size += len(block)
                    take(block)
                status = process.wait() if size <= MAX_OUTPUT else None
                errors.seek(0)
                self.complaint = errors.read(200).decode("utf-8", "replace").partition("\n")[0]
        except (OSError, ValueError) as error:
            self.fault = f"could not be run ({(isinstance(error, OSError) and error.strerror) or error})"
            return False
        if status is None:
            self.complaint = f"an answer of more than {MAX_OUTPUT:,} bytes"
        elif time.monotonic() - started >= SECONDS:
            self.fault = f"gave no answer within {SECONDS:g} seconds"
        return status == 0 and not self.fault


@contextlib.contextmanager
def _started(command: list[str], root: Path, errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended with all that it started, at the latest after `SECONDS`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _KEPT.fullmatch(name)}
    process = subprocess.Popen(  # noqa: S603  # The arguments are this module's own.
        command,
        cwd=root,
        env=kept | _ADDED,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        start_new_session=True,
    )
    timer = threading.Timer(SECONDS, _end, [process])
    timer.start()
    try:
        with process:
            try:
                yield process
            finally:
                _end(process)
    finally:
        timer.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):  # It is over, and so is its group.
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def repository_around(root: Path) -> Path | None:
    """The directory that holds the `.git` which git would find; None where there is none."""
    try:
        real = root.resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    return next((above for above in (real, *real.parents) if os.path.lexists(above / ".git")), None)


def irregular(top: Path) -> Path | None:
    """A file that git would open and that is no file: a pipe or device, which can keep it waiting or reading for ever.

    Objects are left out: there are too many, and git opens few of them.
    """
    beside = [top / name for name in (".gitattributes", ".gitignore", ".gitmodules")]
    own = top / ".git"
    homes = [own]
    if own.is_file() and (named := _named(own, "gitdir: ")):
        homes.append(named)
    if common := _named(homes[-1] / "commondir", ""):
        homes.append(common)
    beside += [home / "objects" / "info" / "alternates" for home in homes]
    every = [*beside, *(path for home in homes for path in _entries(home))]
    return next((path for path in every if not _is_ordinary(path)), None)


def _named(file: Path, before: str) -> Path | None:
    """The directory that a file names after these words."""
    try:
        if not file.is_file() or file.stat().st_size > _MAX_LINK:
            return None
        text = file.read_bytes().decode("utf-8", "surrogateescape").strip()
        return file.parent / text.removeprefix(before)
    except (OSError, ValueError):
        return None


def _entries(home: Path) -> Iterator[Path]:
    yield home
    count = 0
    for directory, names, files in os.walk(home):
        names[:] = [name for name in names if not (name == "objects" and directory == str(home))]
        for name in files:
            count += 1
            if count > _MAX_ENTRIES:
                return
            yield Path(directory, name)


def _is_ordinary(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # Not there, or a link to nowhere: git sees that at once.
        return True
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)
