# SPDX-License-Identifier: Apache-2.0
"""What is measured: each work with the commands that do it, the bar, and the least that it can take."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.bytes.commands import Arguments, Command
from benchmarks.bytes.peers import Peers
from benchmarks.bytes.releases import LOADED, OPENMODEL, SHARDS, SMALL, SMALL_SIZE, Releases, binary

OURS = "openmodel"
BARE = "start a bare interpreter"
TINY = f"verify {SHARDS} files of 1 byte"
PEAK_BAR = "60 MB above"
LOAD = """
import sys, time
import numpy, openmodel
load = openmodel.load_verified
start = time.perf_counter()
arrays = load(sys.argv[1], key=sys.argv[2])
seconds = time.perf_counter() - start
assert sum(array.nbytes for array in arrays.values()) == int(sys.argv[3])
print(seconds)
"""


@dataclass(frozen=True, slots=True)
class Least:
    """What cannot be done without: `size` bytes through each of the passes, named as in `limits`, and files opened.

    `held` are bytes that the process has at the end. In a process the start of the interpreter does not count.
    """

    passes: tuple[str, ...] = ()
    size: int = 0
    files: int = 0
    held: int = 0
    one_core: bool = False
    in_process: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """Something to do, and the command of each who does it, `OURS` first."""

    name: str
    commands: Mapping[str, Command]
    least: Least = Least()
    bar: str = ""
    peak_bar: str = ""


def ours(*arguments: str | Path) -> Command:
    return Command([*OPENMODEL, *arguments])


def works(releases: Releases, peers: Peers) -> list[Work]:
    """All works: those with a bar, those that explain them, and those on one core."""
    return [*with_bars(releases, peers), *without_bars(releases), *on_one_core(releases, peers)]


def with_bars(releases: Releases, peers: Peers) -> list[Work]:
    shards, single, small = releases.shards.parent, releases.single.parent, releases.small.parent
    key, size, held = ("--key", releases.public), SHARDS * releases.size, LOADED * releases.size
    load: Arguments = [sys.executable, "-c", LOAD, releases.loaded.parent, releases.public, str(held)]
    shards_text = f"{SHARDS} files of {binary(releases.size)}"
    return [
        Work(
            f"verify {shards_text}",
            {OURS: ours("verify", shards, *key), "model-signing": peers.verify_shards},
            Least(("read", "blake3"), size),
            "0.40x",
            PEAK_BAR,
        ),
        Work(
            f"verify {shards_text}, `--algorithm sha256`",
            {OURS: ours("verify", shards, *key, "--algorithm", "sha256"), "model-signing": peers.verify_shards},
            Least(("read", "sha256"), size),
            "1x",
            PEAK_BAR,
        ),
        Work(
            f"verify 1 file of {binary(size)}",
            {OURS: ours("verify", single, *key), "model-signing": peers.verify_single},
            Least(("read", "blake3"), size),
            "0.30x",
            PEAK_BAR,
        ),
        Work(
            f"build {shards_text} of safetensors",
            {OURS: ours("build", shards), "model-signing sign": peers.sign_shards},
            Least(("read", "sha256", "blake3", "blake3"), size),
            "1.5x",
            PEAK_BAR,
        ),
        Work(
            f"verify {SMALL:,} files of {binary(SMALL_SIZE)}",
            {
                OURS: ours("verify", small, *key),
                "toolkit": peers.verify_small_by_toolkit,
                "model-signing": peers.verify_small,
            },
            Least(("blake3",), SMALL * SMALL_SIZE, SMALL),
            "0.5x",
            PEAK_BAR,
        ),
        Work(
            f"load {binary(held)} of safetensors, verified, in process",
            {OURS: Command(load, says_seconds=True), "safetensors, unchecked": peers.load},
            Least(("load", "blake3"), held, held=held, in_process=True),
            "0.4x",
            f"the arrays and {PEAK_BAR}",
        ),
    ]


def without_bars(releases: Releases) -> list[Work]:
    small, key = releases.small.parent, ("--key", releases.public)
    sizes = Least(("sha256", "blake3"), SMALL * SMALL_SIZE, SMALL)

    def unsigned() -> None:
        for name in ("openmodel.sig", "model.sig"):
            (small / name).unlink(missing_ok=True)

    sign = replace(ours("sign", small, "--key", releases.private), before=unsigned)
    files = f"{SMALL:,} files of {binary(SMALL_SIZE)}"
    single = Least(("read", "sha256", "blake3"), SHARDS * releases.size)
    return [
        Work(f"build 1 file of {binary(single.size)}", {OURS: ours("build", releases.single.parent)}, single),
        Work(f"build {files}", {OURS: ours("build", small)}, sizes),
        Work(f"sign {files}, which builds again", {OURS: sign}, sizes),
        Work(TINY, {OURS: ours("verify", releases.tiny.parent, *key)}, Least()),
        Work(BARE, {OURS: Command([sys.executable, "-c", "pass"])}),
    ]


def on_one_core(releases: Releases, peers: Peers) -> list[Work]:
    """The first two works again."""
    return [
        replace(
            work,
            name=f"on one core: {work.name}",
            commands={who: replace(command, one_core=True) for who, command in work.commands.items()},
            least=replace(work.least, one_core=True),
            bar="",
            peak_bar="",
        )
        for work in with_bars(releases, peers)[:2]
    ]
