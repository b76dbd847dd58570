# SPDX-License-Identifier: Apache-2.0
"""Measures how long each hostile release of `tests/conformance/verify` takes, and how much memory.

    python -m benchmarks.verify_cases

Each case is asked in a process of its own, which has loaded nothing but `import openmodel`: so the time has in it what
the question imports, and the memory is that of the whole process.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from openmodel.errors import OpenModelError
from tests.conformance.verify_running import NAMES, Made, made

MOST_SECONDS, MOST_MIB = 2, 300


@dataclass(frozen=True, slots=True)
class Taken:
    """What one case took."""

    name: str
    seconds: float
    mib: float


def taken(case: Made) -> Taken:
    """Runs a case in a child process."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            case.answer()
        except OpenModelError:  # That is an answer, too; whether it is the right one the tests ask.
            pass
        except BaseException as error:  # noqa: BLE001  # A child must never go on as its parent.
            print(f"{case.folder.name}: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{case.folder.name} ended with {status}")
    return Taken(case.folder.name, time.perf_counter() - start, usage.ru_maxrss / 1024)


def main() -> None:
    """Measures all cases, prints a row of a Markdown table for each measure, and names the cases beyond the bars."""
    with tempfile.TemporaryDirectory() as folder:
        each = [taken(made(name, Path(folder))) for name in NAMES]
    slowest, largest = max(each, key=lambda one: one.seconds), max(each, key=lambda one: one.mib)
    median = statistics.median(one.seconds for one in each), statistics.median(one.mib for one in each)
    print(f"| {len(each)} hostile releases, each | median | most | case | bar |\n| --- | --- | --- | --- | --- |")
    print(f"| wall-clock time | {median[0]:.2f} s | {slowest.seconds:.2f} s | `{slowest.name}` | {MOST_SECONDS} s |")
    print(f"| peak memory | {median[1]:.0f} MiB | {largest.mib:.0f} MiB | `{largest.name}` | {MOST_MIB} MiB |")
    beyond = [one for one in each if one.seconds > MOST_SECONDS or one.mib > MOST_MIB]
    for one in beyond:
        print(f"{one.name}: {one.seconds:.2f} s, {one.mib:.0f} MiB", file=sys.stderr)
    raise SystemExit(bool(beyond))


if __name__ == "__main__":
    main()
