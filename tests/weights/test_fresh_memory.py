# SPDX-License-Identifier: Apache-2.0
"""Memory is there when it is asked for, and asking for it changes nothing."""

from __future__ import annotations

import ctypes
import mmap
import platform
import re
import resource
import sys
from pathlib import Path

import pytest

from openmodel.weights import fresh_memory
from openmodel.weights.fresh_memory import fresh, populate

PAGE = mmap.PAGESIZE


def test_fresh_memory_is_zeros_that_can_be_written() -> None:
    memory = fresh(3 * PAGE + 5)
    assert memory[:] == bytes(3 * PAGE + 5)
    memory[-1] = 7
    assert memory[-1] == 7


@pytest.mark.parametrize("size", [2**62, 2**70])
def test_memory_that_no_system_has(size: int) -> None:
    with pytest.raises(MemoryError, match=str(size)):
        fresh(size)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 2), (0, 4 * PAGE), (9, 3 * PAGE - 9)])
def test_asking_for_memory_changes_no_byte(start: int, end: int) -> None:
    content = bytes(range(256)) * (PAGE // 64)
    memory = bytearray(content)
    populate(memoryview(memory)[start:end])
    assert memory == content
    memory.append(1)  # Nothing holds it any more.


@pytest.mark.parametrize(
    ("start", "end", "first", "pages"),
    [(0, 4, 0, 4), (1, 4, 1, 3), (0.5, 3.5, 1, 2), (0.5, 1.5, 1, 0), (0.5, 0.75, 1, 0)],
)
def test_no_memory_is_asked_for_beside_the_view(
    monkeypatch: pytest.MonkeyPatch, start: float, end: float, first: int, pages: int
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(fresh_memory, "_advise", lambda address, length, _: asked.append((address, length)))
    memory = fresh(4 * PAGE)
    populate(memoryview(memory)[int(start * PAGE) : int(end * PAGE)])
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    assert asked == [(address + first * PAGE, pages * PAGE)] * bool(pages)


def linux(*at_least: int) -> bool:
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    return sys.platform == "linux" and version is not None and tuple(map(int, version.groups())) >= at_least


@pytest.mark.skipif(not linux(5, 14), reason="this system has no call for it")
def test_memory_that_was_asked_for_is_there() -> None:
    memory = memoryview(fresh(256 * PAGE))
    populate(memory)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    memory[::PAGE] = bytes(256)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 128


@pytest.mark.skipif(not hasattr(mmap, "MADV_HUGEPAGE"), reason="this system has no huge pages")
@pytest.mark.parametrize(("told", "asked"), [(None, False), ("0", False), ("1", True)])
def test_huge_pages_are_asked_for_when_numpy_is_told_to(
    monkeypatch: pytest.MonkeyPatch, told: str | None, asked: bool
) -> None:
    monkeypatch.delenv("NUMPY_MADVISE_HUGEPAGE", raising=False)
    if told is not None:
        monkeypatch.setenv("NUMPY_MADVISE_HUGEPAGE", told)
    memory = fresh(1 << 22)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    assert asked == ("hg" in flags_of(address))


def flags_of(address: int) -> list[str]:
    """What the system notes of the mapping at an address of this process."""
    here = False
    for row in Path("/proc/self/smaps").read_text().splitlines():
        name, *values = row.split()
        if not name.endswith(":"):
            first, end = (int(part, 16) for part in name.split("-"))
            here = first <= address < end
        elif here and name == "VmFlags:":
            return values
    raise AssertionError(address)
