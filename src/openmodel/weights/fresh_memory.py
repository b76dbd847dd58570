# SPDX-License-Identifier: Apache-2.0
"""Memory that this process has not had yet, which the system has to find and clear: most of the time of loading.

It is asked for without a word about huge pages, so as the system is set up. NumPy asks for them. They are cleared
faster where the machine has them at hand; in a virtual machine that gives free memory back to its host they took seven
times as long as small ones.
"""

from __future__ import annotations

import ctypes
import mmap
import sys

__all__ = ["fresh", "populate"]

_PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
_POPULATE_WRITE = 23  # MADV_POPULATE_WRITE, Linux 5.14 and later; older ones refuse it, which does no harm.
_madvise = getattr(ctypes.CDLL(None), "madvise", None) if sys.platform == "linux" else None
if _madvise is not None:
    _madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


def fresh(size: int) -> mmap.mmap:
    """Zeros that belong to this process alone, and are given back when nothing refers to them any more.

    Args:
        size: bytes, at least one.

    Raises:
        MemoryError: the system has not as many.
    """
    try:
        return mmap.mmap(-1, size, **_PRIVATE)
    except (OSError, OverflowError) as error:
        raise MemoryError(f"{size} bytes of memory, which the system does not give") from error


def populate(view: memoryview) -> None:
    """Asks for the memory of a view at once, rather than for each page when it is written to. Changes no byte."""
    if _madvise is None or not len(view):
        return
    start = ctypes.addressof(ctypes.c_char.from_buffer(view))
    first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
    length = (start + len(view)) // mmap.PAGESIZE * mmap.PAGESIZE - first
    if length > 0:
        _madvise(first, length, _POPULATE_WRITE)
