# SPDX-License-Identifier: Apache-2.0
"""Measures what this machine can do at most, without any program around it.

    python -m benchmarks.bytes.limits LARGE_FOLDER SMALL_FOLDER

Prints JSON: for each limit what one core does, and what all cores do together with a process each, in bytes a second,
or in files a second where files are opened. It reads the files of the first folder, and opens those of the second.
"""

from __future__ import annotations

import json
import mmap
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from blake3 import blake3

PIECE = 256 * 1024
NEW_MEMORY = 256 * PIECE
SECONDS = 0.5
BLOCK = 16 * 1024


def hashing(_paths: list[Path]) -> Iterator[int]:
    """BLAKE3 of a piece that stays in the cache."""
    data = os.urandom(PIECE)
    while True:
        blake3(data).digest()
        yield PIECE


def reading(paths: list[Path]) -> Iterator[int]:
    """Files from the page cache into one piece of memory that stays in the cache."""
    buffer = bytearray(PIECE)
    while True:
        for path in paths:
            descriptor = os.open(path, os.O_RDONLY)
            offset = 0
            while count := os.preadv(descriptor, [buffer], offset):
                offset += count
                yield count
            os.close(descriptor)


def loading(paths: list[Path]) -> Iterator[int]:
    """Files from the page cache into memory that the process has not had yet, in huge pages where there are any."""
    while True:
        for path in paths:
            descriptor, size = os.open(path, os.O_RDONLY), path.stat().st_size
            for start in range(0, size, NEW_MEMORY):
                memory = mmap.mmap(-1, NEW_MEMORY, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                if hasattr(mmap, "MADV_HUGEPAGE"):
                    memory.madvise(mmap.MADV_HUGEPAGE)
                with memoryview(memory) as view:
                    for at in range(0, min(NEW_MEMORY, size - start), PIECE):
                        yield os.preadv(descriptor, [view[at : at + PIECE]], start + at)
                memory.close()
            os.close(descriptor)


def opening(paths: list[Path]) -> Iterator[int]:
    """Small files, each opened, asked for its size, read and closed."""
    while True:
        for path in paths:
            descriptor = os.open(path, os.O_RDONLY)
            os.read(descriptor, os.fstat(descriptor).st_size)
            os.close(descriptor)
            yield 1


def rate(work: Callable[[list[Path]], Iterator[int]], paths: list[Path], start: float) -> float:
    """What is done a second, from `start` (`time.monotonic`) on."""
    steps, done, end = work(paths), 0, start + SECONDS
    time.sleep(max(0.0, start - time.monotonic()))
    begun = time.monotonic()
    for count in steps:
        done += count
        if time.monotonic() >= end:
            break
    return done / (time.monotonic() - begun)


def together(work: Callable[[list[Path]], Iterator[int]], paths: list[Path], cores: int) -> float:
    """What processes on so many cores do a second together, each on its share of the files."""
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        start = time.monotonic() + 0.2
        shares = [(work, paths[index::cores] or paths, start) for index in range(cores)]
        return sum(pool.starmap(rate, shares, chunksize=1))


def openssl(cores: int) -> float | None:
    """Bytes a second of `openssl speed` for SHA-256; None where there is no `openssl`."""
    several = ["-multi", str(cores)] if cores > 1 else []
    options = ["-seconds", "1", "-bytes", str(BLOCK), "-elapsed", "-mr", *several]
    try:
        ended = subprocess.run(["openssl", "speed", *options, "-evp", "sha256"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return float(ended.stdout.decode().strip().splitlines()[-1].rpartition(":")[2])


def main() -> None:
    """Measures and prints JSON."""
    large, small = (sorted(path for path in Path(folder).rglob("*") if path.is_file()) for folder in sys.argv[1:])
    counts = (1, os.cpu_count() or 1)
    figures = {
        "sha256": [openssl(cores) for cores in counts],
        "blake3": [together(hashing, [], cores) for cores in counts],
        "read": [together(reading, large, cores) for cores in counts],
        "load": [together(loading, large, cores) for cores in counts],
        "open": [together(opening, small, cores) for cores in counts],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
