# SPDX-License-Identifier: Apache-2.0
"""Where the seconds of a command go: its start, what its threads do while they read large files, and its end.

Run as a program, it is that command, and prints seconds as JSON: those on the clock from `started`, a moment of
`time.monotonic`, and those that threads spent getting memory, reading and in digests. What they spent otherwise they
waited for each other, for the interpreter, or for a core.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from benchmarks.bytes.commands import Arguments, called
from openmodel.cli import main as openmodel
from openmodel.inventory.pool import Pool
from openmodel.inventory.reading import Feed, OpenFile


@dataclass(frozen=True, slots=True)
class Profile:
    """Seconds on the clock before, during and after reading, and those of `threads`."""

    start: float
    reading: float
    end: float
    memory: float
    read: float
    hashed: float
    otherwise: float
    threads: float


def profile(arguments: Arguments, rounds: int) -> Profile:
    """The medians of several runs of a command of ours, as `works` has them."""
    runs: list[Sequence[float]] = []
    for _ in range(rounds):
        command = [sys.executable, "-m", "benchmarks.bytes.profile", str(time.monotonic()), *arguments]
        runs.append(json.loads(called(command)))
    return Profile(*(statistics.median(each) for each in zip(*runs, strict=True)))


def profiled(started: float, run: Callable[[], None]) -> Profile:
    """Runs something that reads large files in this process."""
    spans: dict[str, list[tuple[float, float, int]]] = {"memory": [], "read": [], "hashed": []}
    plain_read, plain_fill = Pool.read, Pool.fill

    def timed(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def measuring(*arguments: Any) -> Any:
            begun = time.monotonic()
            result = function(*arguments)
            spans[what].append((begun, time.monotonic(), threading.get_ident()))
            return result

        return measuring

    def read(pool: Pool, opened: OpenFile, feeds: Sequence[Feed], span: range | None = None) -> None:
        plain_read(pool, opened, [timed("hashed", feed) for feed in feeds], span)

    def fill(pool: Pool, room: memoryview, opened: OpenFile, start: int, *rest: Any) -> None:
        feeds, *prepare = rest
        prepare = [timed("memory", one) for one in prepare if one]
        plain_fill(pool, room, opened, start, [timed("hashed", feed) for feed in feeds], *prepare)

    for where, name, made in (
        (OpenFile, "read_at", timed("read", OpenFile.read_at)),
        (Pool, "read", read),
        (Pool, "fill", fill),
    ):
        setattr(where, name, made)
    run()
    ended = time.monotonic()
    every = [span for each in spans.values() for span in each]
    if not every:
        raise SystemExit("It read no large file.")
    first, last = min(begun for begun, _, _ in every), max(until for _, until, _ in every)
    threads, reading = len({thread for _, _, thread in every}), last - first
    memory, taken, hashed = (sum(until - begun for begun, until, _ in each) for each in spans.values())
    otherwise = threads * reading - memory - taken - hashed
    return Profile(first - started, reading, ended - last, memory, taken, hashed, otherwise, threads)


def main() -> None:
    """Runs the command in the arguments, after the moment at which it was started."""
    _, started, program, *arguments = sys.argv

    def run() -> None:
        if program == sys.executable:
            sys.argv = arguments[:1] + arguments[2:]
            exec(arguments[1], {})  # noqa: S102  # What `works` would run in a process of its own.
            return
        sys.argv = [program, *arguments]
        try:
            openmodel()
        except SystemExit as error:
            if error.code:
                raise

    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        found = profiled(float(started), run)
    print(json.dumps(astuple(found)))


if __name__ == "__main__":
    main()
