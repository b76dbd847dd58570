# SPDX-License-Identifier: Apache-2.0
"""Files read by several threads: many files at once, and a large one by several threads together.

Every thread takes the largest file that nobody has begun; who finds none left helps with one that is being read (see
`pool`). Small files are read by one thread alone, because handing one over takes longer than reading it.

The calling thread only waits and tells of progress: Ctrl-C can strike it at any point, and must not find it with a lock
that others wait for. Where one thread is enough, it is the calling one, which then needs no lock.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from openmodel.inventory.pool import Pool, Progress, StoppedError

__all__ = ["LARGE", "for_each"]

LARGE = 1 << 18
"""The size in bytes from which on a file is read for itself, and not with others by one thread."""

_WORTH_A_THREAD = 1 << 23  # Bytes: below, a thread hardly starts before the others are done.
_MOST_THREADS = 64
_GLANCE = 0.1  # Seconds after which who waits looks whether it still has to.
_BLINK = 0.001  # The same where it has not long to wait.

Item = TypeVar("Item")
Result = TypeVar("Result")


def for_each(
    items: Sequence[Item], sizes: Sequence[int], work: Callable[[Item, Pool], Result], progress: Progress | None = None
) -> list[Result]:
    """What `work` gives for each item, in the order of the items.

    Args:
        items: one for each file.
        sizes: bytes of those files, as far as they are known; they only say in which order to go.
        work: opens a file and reads it by way of the pool. It is called in several threads at once where files are
            large.
        progress: is told of the bytes that were read.

    Raises:
        BaseException: what `work` raised; the rest is then left out. Of several that were raised until then, that of
            the first item; so where several items are wrong, it may be another one the next time.
        Exception: what `progress` raised.
    """
    pool = Pool(sum(sizes), progress)
    large = sorted((index for index, size in enumerate(sizes) if size >= LARGE), key=lambda index: -sizes[index])
    threads = min(_cores(), _MOST_THREADS, sum(sizes[index] for index in large) // _WORTH_A_THREAD)
    if threads > 1 and (found := _Run(items, work, pool, large).run(threads)) is not None:
        return found
    try:
        return [work(item, pool) for item in items]
    except StoppedError:
        raise pool.failure or AssertionError from None


def _cores() -> int:
    """On how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Run(Generic[Item, Result]):
    """Items that several threads work off together."""

    def __init__(
        self, items: Sequence[Item], work: Callable[[Item, Pool], Result], pool: Pool, large: Sequence[int]
    ) -> None:
        self._items = items
        self._work = work
        self._pool = pool
        self._waiting = deque([sorted(set(range(len(items))).difference(large)), *([index] for index in large)])
        """What nobody has begun: all small ones together, then each of the large ones."""
        self._running = 0
        self._results: dict[int, Result] = {}
        self._errors: dict[int, BaseException] = {}
        self._begun: list[int] = []
        self._ended: list[int] = []
        """The threads that began, and those that ended."""
        self._wake = threading.Lock()
        """Released by a thread that ends."""

    def run(self, threads: int) -> list[Result] | None:
        """All results, or None where the system gives no thread."""
        self._pool.is_shared = True
        workers = [threading.Thread(target=self._work_off, name="openmodel-read", daemon=True) for _ in range(threads)]
        try:
            started = _started(workers)
            while len(self._ended) < len(started):
                self._wake.acquire(timeout=_GLANCE)
                self._pool.tell()
        finally:
            self._pool.stopped = True
            while len(self._ended) < len(self._begun):  # Thread.join takes a thread for ended when it is interrupted.
                time.sleep(_BLINK)
            for worker in workers:
                with suppress(RuntimeError):  # It was not started; or it begins this moment, and will find no work.
                    worker.join()
        if not started:
            self._pool.is_shared = self._pool.stopped = False
            return None
        if self._errors:
            raise self._errors[min(self._errors)]
        self._pool.tell()
        return [self._results[index] for index in range(len(self._items))]

    def _work_off(self) -> None:
        self._begun.append(threading.get_ident())
        try:
            self._help()
        finally:
            self._ended.append(threading.get_ident())
            with suppress(RuntimeError):  # Another one has ended and was not noticed yet.
                self._wake.release()

    def _help(self) -> None:
        while (action := self._next()) is not None:
            action()

    def _next(self) -> Callable[[], None] | None:
        """What to do next; None when all is done."""
        with self._pool.changed:
            while not self._pool.stopped:
                if self._waiting:
                    self._running += 1
                    return partial(self._do, self._waiting.popleft())
                if reading := self._pool.neediest():
                    return reading.help
                if not self._running:
                    return None
                self._pool.changed.wait(_GLANCE)
            return None

    def _do(self, indexes: Sequence[int]) -> None:
        for index in indexes:
            if self._pool.stopped:
                break
            try:
                self._results[index] = self._work(self._items[index], self._pool)
            except StoppedError:
                pass
            except BaseException as error:  # noqa: BLE001  # `run` raises it, in the calling thread.
                self._errors[index] = error
                self._pool.stopped = True
        with self._pool.changed:
            self._running -= 1
            self._pool.changed.notify_all()


def _started(workers: Sequence[threading.Thread]) -> list[threading.Thread]:
    """Those that the system has room for, which may bound the threads of a user or container."""
    started: list[threading.Thread] = []
    for worker in workers:
        try:
            worker.start()
        except RuntimeError:
            break
        started.append(worker)
    return started
