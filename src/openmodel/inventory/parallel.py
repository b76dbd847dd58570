# SPDX-License-Identifier: Apache-2.0
"""Files read by several threads: many files at once, and a large one by several threads together.

Every thread takes the largest file that nobody has begun; who finds none left helps with one that is being read. The
bytes of a file are taken in pieces, several at a time, and what is fed with them, as a digest, gets them in order.
Reading and hashing do not hold the GIL. Small files are read by one thread alone, because handing one over takes longer
than reading it. Files are not mapped into memory: whoever truncates one would end the process (SIGBUS).

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

from openmodel.inventory.reading import Feed, OpenFile, changed

__all__ = ["ALONE", "LARGE", "PIECE", "Pool", "Progress", "for_each"]

PIECE = 1 << 19
"""Bytes of one piece. It stays in the cache of a core from its reading to its last digest; half or twice as many bytes
gained nothing."""

LARGE = 1 << 18
"""The size in bytes from which on a file is read for itself, and not with others by one thread."""

_WORTH_A_THREAD = 1 << 23  # Bytes: below, a thread hardly starts before the others are done.
_MOST_THREADS = 64
_AHEAD = 2  # Threads of a file that read, or wait with what they have read, while each feed keeps one busy.
_GLANCE = 0.1  # Seconds after which who waits looks whether it still has to.
_BLINK = 0.001  # The same where it has not long to wait.

Progress = Callable[[int, int], None]
"""Is told how many bytes were read so far, and of how many in all; by the calling thread alone, many times a second.
What it raises ends the reading, and is raised as it is."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Pool:
    """The threads that read, and the files that they read at this moment."""

    def __init__(self, total: int = 0, progress: Progress | None = None) -> None:
        self.changed = threading.Condition()
        """Held by who looks for work, and told when there may be some."""
        self.is_shared = False
        """Whether there are several threads."""
        self.stopped = False
        """Whether nobody waits for the rest any more."""
        self.failure: Exception | None = None
        """What telling of progress raised, in a thread that was reading."""
        self._passes: list[_Pass] = []
        self._local = threading.local()
        self._total = total
        self._done = 0
        self._progress = progress

    def read(self, opened: OpenFile, feeds: Sequence[Feed], span: range | None = None) -> None:
        """Feeds bytes of an open file to each of `feeds`.

        Args:
            opened: the file.
            feeds: what gets them.
            span: which of its bytes; None for all.

        Raises:
            InventoryError: the file ends too early.
            OSError: the system does not give the bytes.
            Exception: whatever a feed raises.
        """
        wanted = range(opened.identity.size) if span is None else span
        size = len(wanted)
        self._run(_Pass(opened, wanted, lambda piece: self._buffer()[: size - piece * PIECE], feeds, self))

    def fill(self, room: memoryview, opened: OpenFile, start: int, feeds: Sequence[Feed]) -> None:
        """Fills `room`, bytes, with those of an open file from `start` on, and feeds them to each of `feeds`.

        Raises:
            As `read`.
        """
        span = range(start, start + len(room))
        self._run(_Pass(opened, span, lambda piece: room[piece * PIECE : (piece + 1) * PIECE], feeds, self))

    def _run(self, started: _Pass) -> None:
        if not self.is_shared or started.left <= 1:
            started.alone()
            return
        with self.changed:
            self._passes.append(started)
            self.changed.notify_all()
        try:
            started.help()
        finally:
            with self.changed:
                self._passes.remove(started)
            started.finish()

    def neediest(self) -> _Pass | None:
        """The open file of which most is left to read, of those that can do with help. The caller holds `changed`."""
        return max((one for one in self._passes if one.wants_help), key=lambda one: one.left, default=None)

    def count(self, size: int) -> None:
        """Adds bytes that were read, and tells of them unless the calling thread does."""
        if self._progress is None:
            return
        if self.is_shared:
            with self.changed:
                self._done += size
            return
        self._done += size
        try:
            self.tell()
        except Exception as error:  # A file is open here, whose errors are others.
            self.failure = error
            raise _StoppedError from error

    def tell(self) -> None:
        """Tells how far reading has come."""
        if self._progress is not None:
            self._progress(self._done, self._total)

    def _buffer(self) -> memoryview:
        """Room for one piece, of this thread."""
        found: memoryview | None = getattr(self._local, "buffer", None)
        if found is None:
            found = self._local.buffer = memoryview(bytearray(PIECE))
        return found


ALONE = Pool()
"""Whoever reads with this one has no help."""


class _Pass:
    """One pass over bytes of an open file. Who opened it goes through it `alone`, or begins to `help`, as others may
    then, and ends with `finish`."""

    def __init__(
        self,
        opened: OpenFile,
        span: range,
        room: Callable[[int], memoryview],
        feeds: Sequence[Feed],
        pool: Pool,
    ) -> None:
        """Args:
        opened: the file.
        span: which of its bytes.
        room: where to put the bytes of a piece, by its number.
        feeds: what gets them.
        pool: whoever helps.
        """
        self._opened = opened
        self._start = span.start
        self._pieces = -(-len(span) // PIECE)
        self._room = room
        self._feeds = feeds
        self._pool = pool
        self._turn = threading.Condition()
        self._claimed = 0
        self._fed = [0] * len(feeds)  # By feed, the piece whose turn it is.
        self._helping = 0
        self._error: BaseException | None = None

    @property
    def left(self) -> int:
        """How many pieces nobody has taken yet."""
        return 0 if self._error else self._pieces - self._claimed

    @property
    def wants_help(self) -> bool:
        """Whether one more thread is of use. A feed takes one piece after the other, and each that waits costs time."""
        return self.left > 0 and self._helping < len(self._feeds) + _AHEAD

    def alone(self) -> None:
        """Goes through all of it.

        Raises:
            As `Pool.read`.
        """
        for piece in range(self._pieces):
            if self._pool.stopped:
                raise _StoppedError
            view = self._room(piece)
            self._fill(view, self._start + piece * PIECE)
            for feed in self._feeds:
                feed(view)
            self._pool.count(len(view))

    def help(self) -> None:
        """Takes pieces until none is left, unless enough threads do."""
        with self._turn:
            if not self.wants_help:
                return
            self._helping += 1
        try:
            while (piece := self._claim()) is not None:
                view = self._room(piece)
                self._fill(view, self._start + piece * PIECE)
                self._feed(view, piece)
                self._pool.count(len(view))
        except BaseException as error:  # noqa: BLE001  # `finish` raises it, in the thread that opened the file.
            self._error = self._error or error
        finally:
            with self._turn:
                self._helping -= 1
                self._turn.notify_all()

    def finish(self) -> None:
        """Waits until nobody reads the file any more, and raises what went wrong with any piece."""
        with self._turn:
            while self._helping:
                self._turn.wait()
        if self._error:
            raise self._error

    def _claim(self) -> int | None:
        with self._turn:
            if self._pool.stopped:
                raise _StoppedError
            if not self.left:
                return None
            self._claimed += 1
            return self._claimed - 1

    def _fill(self, view: memoryview, start: int) -> None:
        done = 0
        while done < len(view):
            count = self._opened.read_at(view[done:], start + done)
            if not count:
                raise changed(self._opened.path)
            done += count

    def _feed(self, view: memoryview, piece: int) -> None:
        """Gives the piece to each feed when it is its turn, whichever comes first."""
        waiting = list(range(len(self._feeds)))
        while waiting:
            with self._turn:
                while (feed := next((one for one in waiting if self._fed[one] == piece), None)) is None:
                    if self._error:
                        return
                    self._turn.wait()
            self._feeds[feed](view)
            with self._turn:
                self._fed[feed] += 1
                self._turn.notify_all()
            waiting.remove(feed)


class _StoppedError(Exception):
    """Something else than this file has failed, and its result is not wanted any more."""


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
    except _StoppedError:
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
            except _StoppedError:
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
