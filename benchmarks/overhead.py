# SPDX-License-Identifier: Apache-2.0
"""Measures what `sign` and `verify` take beyond hashing the files; the rows are in `docs/performance.md`.

    python benchmarks/overhead.py

In one process, which looks for cycles as rarely as the command does: each time is less that of `digest_file` on the
same files, with the same digests, in the same turn.
"""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openmodel
from openmodel.cli import ALLOCATIONS
from openmodel.inventory.digests import Algorithm, digest_file

FILES, SIZE, FOLDERS = 20_000, 2048, 20
RUNS = 5
DECLARATION = "openmodel: 1-draft\nrelease: {name: many}\ncomponents: [{id: data, name: Data, files: ['data/**']}]\n"


def many_files(root: Path) -> list[Path]:
    """A built release of `FILES` files without any structure; the files."""
    paths = [root / "data" / f"{index % FOLDERS:02d}" / f"{index:05d}.bin" for index in range(FILES)]
    for folder in range(FOLDERS):
        (root / "data" / f"{folder:02d}").mkdir(parents=True)
    for path in paths:
        path.write_bytes(os.urandom(SIZE))
    (root / "openmodel.yaml").write_text(DECLARATION)
    openmodel.build(root)
    return paths


@dataclass(frozen=True, slots=True)
class Seconds:
    """What something took. The time of the processor hardly depends on what else the machine does."""

    wall: float
    processor: float

    def beyond(self, other: Seconds) -> Seconds:
        return Seconds(self.wall - other.wall, self.processor - other.processor)


def seconds(work: Callable[[], object]) -> Seconds:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Seconds(time.perf_counter() - wall, time.process_time() - processor)


def hashed(paths: list[Path], *algorithms: Algorithm) -> Seconds:
    def work() -> None:
        for path in paths:
            digest_file(path, algorithms)

    return seconds(work)


def unsigned(root: Path) -> None:
    for name in ("openmodel.sig", "model.sig"):
        (root / name).unlink(missing_ok=True)


def turn(root: Path, paths: list[Path], private: Path, public: Path, kept: Path) -> dict[str, Seconds]:
    """Seconds of everything, once; the release ends signed, with its declaration."""
    declaration = root / "openmodel.yaml"
    both = hashed(paths, "sha256", "blake3")
    declaration.rename(kept)
    unsigned(root)
    alone = seconds(lambda: openmodel.sign(root, keys=[private]))
    kept.rename(declaration)
    unsigned(root)
    declared = seconds(lambda: openmodel.sign(root, keys=[private]))
    quick = hashed(paths, "blake3")
    verified = seconds(lambda: openmodel.verify(root, keys=[public]))
    return {
        "hashing with SHA-256 and BLAKE3": both,
        "hashing with BLAKE3": quick,
        "`sign` beyond that, without the declaration": alone.beyond(both),
        "`sign` beyond that, which then builds again": declared.beyond(both),
        "`verify` beyond that": verified.beyond(quick),
    }


def main() -> None:
    """Measures and prints rows of a Markdown table."""
    gc.set_threshold(ALLOCATIONS)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "release"
        paths = many_files(root)
        pair = openmodel.new_key(Path(folder) / "test-only.key")
        arguments = (root, paths, pair.private, pair.public, Path(folder) / "openmodel.yaml")
        turn(*arguments)
        assert openmodel.verify(root, keys=[pair.public]).ok
        turns = [turn(*arguments) for _ in range(RUNS)]
    print(f"| {FILES:,} files of 2 KiB | wall | processor | bar |\n| --- | --- | --- | --- |")
    for name in turns[0]:
        wall = statistics.median(each[name].wall for each in turns)
        processor = statistics.median(each[name].processor for each in turns)
        print(f"| {name} | {wall:.2f} s | {processor:.2f} s | {'0.2 s' if 'beyond' in name else ''} |")


if __name__ == "__main__":
    main()
