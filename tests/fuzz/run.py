# SPDX-License-Identifier: Apache-2.0
"""Fuzzes the readers with atheris, or repeats one input without it.

    python -m tests.fuzz.run [--seconds N] [TARGET ...]
    python -m tests.fuzz.run TARGET --repeat FILE

What ends in another error than one of this project, takes more than ten seconds or more than a GiB is written to
`build/fuzz/TARGET`; the exit status is 1 then.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOUND = ROOT / "build" / "fuzz"
LONGEST_INPUT = 16_384
SHOWN_LINES = 30


def targets(*, instrumented: bool = False) -> dict[str, Callable[[bytes], None]]:
    """The targets by name; instrumented, their modules tell atheris which branches were taken."""
    if not instrumented:
        return dict(importlib.import_module("tests.fuzz.targets").TARGETS)
    import atheris  # noqa: PLC0415  # Only this needs it, and it is not among the locked requirements.

    with atheris.instrument_imports(include=["openmodel", "yaml"]):
        importlib.import_module("openmodel.manifest.yaml_text")
        return dict(importlib.import_module("tests.fuzz.targets").TARGETS)


def fuzz(name: str, seconds: int) -> None:
    """Fuzzes one target in this process, which ends with it."""
    import atheris  # noqa: PLC0415

    target = targets(instrumented=True)[name]
    folder = FOUND / name
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-artifact_prefix={folder}/",
        f"-max_len={LONGEST_INPUT}",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
    ]
    seeds = Path(__file__).parent / "corpus" / name

    def keeping(data: bytes) -> None:
        try:
            target(data)
        except BaseException:  # libFuzzer writes it as well, unless the interpreter dies before it comes to that.
            (folder / f"crash-{hashlib.sha1(data, usedforsecurity=False).hexdigest()}").write_bytes(data)
            raise

    atheris.Setup([sys.argv[0], *options, str(folder / "corpus"), str(seeds)], keeping)
    atheris.Fuzz()


def fuzz_each(names: list[str], seconds: int) -> int:
    """Fuzzes targets one after the other, each in a process of its own, and prints what was found."""
    failed = 0
    for name in names:
        before = set((FOUND / name).glob("*-*"))
        command = [sys.executable, "-m", "tests.fuzz.run", name, "--alone", "--seconds", str(seconds)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
        lines = [line for line in ended.stderr.splitlines() if not line.startswith("#")]  # Those are of its progress.
        runs = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "unknown")
        new = sorted(set((FOUND / name).glob("*-*")) - before)
        outcome = f"failed, exit status {ended.returncode}" if ended.returncode else "nothing found"
        print(f"{name}: {outcome}; inputs: {runs}", flush=True)
        if ended.returncode:
            failed += 1
            print(*ended.stdout.splitlines()[-SHOWN_LINES:], *lines[-SHOWN_LINES:], sep="\n")
        for path in new:
            print(f"To repeat: .venv/bin/python -m tests.fuzz.run {name} --repeat {path.relative_to(ROOT)}")
    return 1 if failed else 0


def main() -> int:
    """Reads the arguments and does what they say."""
    parser = argparse.ArgumentParser(description="Fuzz the readers of hostile bytes.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="which; all when none is named")
    parser.add_argument("--seconds", type=int, default=30, help="how long for each target")
    parser.add_argument("--repeat", type=Path, metavar="FILE", help="give this input to the target, once")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    known = sorted(path.name for path in (Path(__file__).parent / "corpus").iterdir())
    if unknown := [name for name in given.targets if name not in known]:
        parser.error(f"no target {unknown[0]!r}; there are {', '.join(known)}")
    if (given.repeat or given.alone) and len(given.targets) != 1:
        parser.error("name one target")
    if given.repeat:
        targets()[given.targets[0]](given.repeat.read_bytes())
    elif given.alone:
        fuzz(given.targets[0], given.seconds)
    else:
        return fuzz_each(given.targets or known, given.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
