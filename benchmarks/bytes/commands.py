# SPDX-License-Identifier: Apache-2.0
"""Runs commands, and measures them: seconds from start to exit, and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Arguments = Sequence[str | Path]

# The peak of a process begins with that of the process that started it, so a bare interpreter starts what is measured.
STARTER = """
import os, sys, time
one_core, silent, *command = sys.argv[1:]
if one_core == "True":
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
actions = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)] if silent == "True" else []
start = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawn(command[0], command, os.environ, file_actions=actions), 0)
seconds = time.perf_counter() - start
if status:
    print("exit status", os.waitstatus_to_exitcode(status))
    sys.exit(1)
print(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


class NotMeasuredError(Exception):
    """Why something is not measured, in a line."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a command took; the peak is in bytes."""

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Command:
    """A program by its path and its arguments, and what to do before without counting it.

    `says_seconds`: it prints which of its seconds count. `missing`: why it cannot run.
    """

    arguments: Arguments = ()
    before: Callable[[], object] | None = None
    one_core: bool = False
    says_seconds: bool = False
    missing: str = ""


def run(command: Command) -> Taken:
    """Runs a command once, its output going nowhere. Raises `NotMeasuredError` if it cannot run, or fails."""
    if command.missing:
        raise NotMeasuredError(command.missing)
    if command.before:
        command.before()
    how = (str(command.one_core), str(not command.says_seconds))
    *said, counted = called([sys.executable, "-S", "-c", STARTER, *how, *command.arguments]).splitlines()
    seconds, peak = counted.split()
    return Taken(float(said[0] if command.says_seconds else seconds), int(peak))


def called(arguments: Arguments) -> str:
    """Runs a command to its end; what it printed. Raises `NotMeasuredError` with its last line if it fails."""
    # Python may keep what it compiles, as it does for users, even if the caller's environment forbids that.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile("w+", errors="replace") as problems:
        try:
            ended = subprocess.run(
                [*map(str, arguments)], env=environment, stdout=subprocess.PIPE, stderr=problems, text=True, check=False
            )
        except OSError as error:
            raise NotMeasuredError(str(error)) from error
        if ended.returncode:
            problems.seek(0)
            lines = f"{ended.stdout}\n{problems.read()}".split("\n")
            raise NotMeasuredError(next((line.strip() for line in reversed(lines) if line.strip()), "no reason given"))
    return ended.stdout
