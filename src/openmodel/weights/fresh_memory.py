# SPDX-License-Identifier: Apache-2.0
"""Memory that this process has not had yet, which the system has to find and clear: most of the time of loading.

It is asked for without a word about huge pages, so as the system is set up. NumPy asks for them. They are cleared
faster where the machine has them at hand; in a virtual machine that gives free memory back to its host they took almost
five times as long as small ones.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from collections.abc import Callable

__all__ = ["fresh", "populate"]

_PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANON} if hasattr(mmap, "MAP_ANON") else {}
_HUGEPAGE, _POPULATE_WRITE = 14, 23  # MADV_… of Linux, the second from 5.14 on. A refusal does no harm.


def fresh(size: int) -> mmap.mmap:
    """Zeros that belong to this process alone, and are given back when nothing refers to them any more.

    Huge pages are asked for if the variable by which NumPy is told to do so is set to 1.

    Args:
        size: bytes, at least one.

    Raises:
        MemoryError: the system has not as many.
    """
    try:
        memory = mmap.mmap(-1, size, **_PRIVATE)
    except (OSError, OverflowError) as error:
        raise MemoryError(f"{size} bytes of memory, which the system does not give") from error
    if os.environ.get("NUMPY_MADVISE_HUGEPAGE") == "1":
        _advise(_address(memory), size, _HUGEPAGE)
    return memory


def populate(view: memoryview) -> None:
    """Asks for the memory of a view at once, rather than for each page when it is written to. Changes no byte.

    Args:
        view: bytes that can be written, next to each other.
    """
    if not len(view):
        return
    start = _address(view)
    first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE  # Of memory that is not of the view nothing is asked.
    length = (start + len(view)) // mmap.PAGESIZE * mmap.PAGESIZE - first
    if length > 0:
        _advise(first, length, _POPULATE_WRITE)


def _address(memory: mmap.mmap | memoryview) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def _system_call() -> Callable[[int, int, int], object]:
    """`madvise` of this system, which does not hold the GIL as that of `mmap` does; elsewhere nothing."""
    try:
        found = ctypes.CDLL(None).madvise if sys.platform == "linux" else None
    except (OSError, AttributeError):  # An interpreter that is linked statically.
        found = None
    if found is None:
        return lambda *_: None
    found.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    call: Callable[[int, int, int], object] = found
    return call


_advise = _system_call()
