# SPDX-License-Identifier: Apache-2.0
"""Memory is there when it is asked for, and asking for it changes nothing."""

from __future__ import annotations

import mmap
import resource
import sys

import pytest

from openmodel.weights.fresh_memory import fresh, populate


def test_fresh_memory_is_zeros_that_can_be_written() -> None:
    memory = fresh(3 * mmap.PAGESIZE + 5)
    assert memory[:] == bytes(3 * mmap.PAGESIZE + 5)
    memory[-1] = 7
    assert memory[-1] == 7


@pytest.mark.parametrize("size", [2**62, 2**70])
def test_memory_that_no_system_has(size: int) -> None:
    with pytest.raises(MemoryError, match=str(size)):
        fresh(size)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 2), (0, 4 * mmap.PAGESIZE), (9, 3 * mmap.PAGESIZE - 9)])
def test_asking_for_memory_changes_no_byte(start: int, end: int) -> None:
    content = bytes(range(256)) * (mmap.PAGESIZE // 64)
    memory = bytearray(content)
    populate(memoryview(memory)[start:end])
    assert memory == content
    memory.append(1)  # Nothing holds it any more.


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no call for it")
def test_memory_that_was_asked_for_is_there() -> None:
    memory = memoryview(fresh(256 * mmap.PAGESIZE))
    populate(memory)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    memory[:: mmap.PAGESIZE] = bytes(256)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 128
