# SPDX-License-Identifier: Apache-2.0
"""Makes the files and measures. In each round every command runs once, beside the peers that it is compared with."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bytes.commands import NotMeasuredError, Taken, called, run
from benchmarks.bytes.peers import prepared
from benchmarks.bytes.profile import profile
from benchmarks.bytes.releases import LOADED, SHARDS, Releases, releases
from benchmarks.bytes.table import Figures, Measured, profile_table, tables
from benchmarks.bytes.works import OURS, Work, works

MIB, GIB = 1 << 20, 1 << 30
CORES = os.cpu_count() or 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bytes", description="Measure hashing and loading.")
    parser.add_argument("--rounds", type=int, default=9, help="how often each command runs (default: %(default)s)")
    parser.add_argument("--size", type=int, default=1024, help="MiB of each of the large files (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to put the files")
    return parser.parse_args()


def main() -> None:
    """Measures and prints Markdown."""
    asked = arguments()
    size = asked.size * MIB
    needed = 2 * SHARDS * size + GIB
    if not asked.folder.is_dir():
        raise SystemExit(f"{asked.folder} is no folder. Name one with --folder.")
    free = shutil.disk_usage(asked.folder).free
    if free < needed:
        raise SystemExit(
            f"{asked.folder} has {free / GIB:.1f} GiB free, and {needed / GIB:.1f} GiB are needed. "
            "Name another with --folder, or ask for smaller files with --size."
        )
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="openmodel-bytes-") as folder:
        print("Making the files ...", file=sys.stderr)
        made = releases(Path(folder).absolute(), size)
        rows = works(made, prepared(made))
        measured = measure(rows, made, asked.rounds)
        print("Where the seconds go ...", file=sys.stderr)
        large = [work for work in rows if work.least.size and not work.least.files and not work.least.one_core]
        profiles = {work.name: profile(work.commands[OURS].arguments, asked.rounds) for work in large}
    lines = [*machine(asked.rounds, needed + LOADED * size), "", *tables(rows, measured, CORES)]
    print("\n".join([*lines, "", *profile_table(profiles)]))


def measure(rows: Sequence[Work], made: Releases, rounds: int) -> Measured:
    """All commands in turn, after a turn that warms caches and does not count; every other one goes backwards."""
    commands = {(work.name, who): command for work in rows for who, command in work.commands.items()}
    taken: dict[tuple[str, str], list[Taken]] = {key: [] for key in commands}
    missing: dict[tuple[str, str], str] = {}
    figures = []
    for turn in range(rounds + 1):
        print(f"Round {turn} of {rounds} ..." if turn else "Warming up ...", file=sys.stderr)
        figures.append(limits(made))
        for key in reversed(commands) if turn % 2 else commands:
            if key in missing:
                continue
            try:
                taken[key].append(run(commands[key]))
            except NotMeasuredError as error:
                missing[key] = str(error)
    return Measured({key: missing.get(key) or each[1:] for key, each in taken.items()}, figures[1:])


def limits(made: Releases) -> Figures:
    """Measured by a process of its own, whose memory is not to count as that of this one."""
    figures: Figures = json.loads(called([sys.executable, "-m", "benchmarks.bytes.limits", made.shards, made.small]))
    return figures


def machine(rounds: int, needed: int) -> list[str]:
    """What the machine is, and whether it can hold all files in memory."""
    python = f"Python {platform.python_version()}, {CORES} cores ({cpu()}), {platform.system()} {platform.release()}"
    lines = [f"{python}; medians of {rounds} rounds, least and most in parentheses."]
    free = available()
    if free is not None and free < needed:
        lines.append(
            f"{free / GIB:.1f} GiB of memory were available and {needed / GIB:.1f} GiB are needed to hold all files: "
            "some of the time is that of the disk."
        )
    return lines


def cpu() -> str:
    """The model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def available() -> int | None:
    """Bytes of memory that programs could have, the page cache among them; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


if __name__ == "__main__":
    main()
