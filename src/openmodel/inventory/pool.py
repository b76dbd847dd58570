# SPDX-License-Identifier: Apache-2.0
"""One pass over the bytes of an open file, by as many threads as are of use.

The bytes are taken in pieces, several at a time, and what is fed with them, as a digest, gets them in order. Reading
and hashing do not hold the GIL. Files are not mapped into memory: whoever truncates one would end the process (SIGBUS).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from openmodel.inventory.reading import Feed, OpenFile, changed

__all__ = ["ALONE", "PIECE", "Pool", "Progress", "StoppedError"]

PIECE = 1 << 20
"""Bytes of one piece. It stays in the cache of a core from its reading to its digests, unless it waits for its
turn. With half as many, threads stop twice as often to ask for the next one: one file takes a tenth longer."""

_AHEAD = 2  # Threads of a file that read, or wait with what they have read, while each feed keeps one busy.
_HELD = 3  # Pieces that one thread holds at most, where there is a single feed whose turn it may have to wait for.

Progress = Callable[[int, int], None]
"""Is told how many bytes were read so far, and of how many in all; by the calling thread alone, many times a second.
What it raises ends the reading, and is raised as it is."""


class StoppedError(Exception):
    """Something else than this file has failed, and its result is not wanted any more."""


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
        self._run(_Pass(opened, wanted, lambda piece, slot: self._buffer(slot)[: size - piece * PIECE], feeds, self))

    def fill(
        self,
        room: memoryview,
        opened: OpenFile,
        start: int,
        feeds: Sequence[Feed],
        prepare: Callable[[memoryview], object] | None = None,
    ) -> None:
        """Fills memory with the bytes of an open file, and feeds them to each of `feeds`.

        Args:
            room: the memory, as bytes.
            opened: the file.
            start: its first byte that is wanted.
            feeds: what gets them.
            prepare: is called with each part of the room before it is filled, by the thread that fills it.

        Raises:
            As `read`; and whatever `prepare` raises.
        """

        def part(piece: int, _: int) -> memoryview:
            view = room[piece * PIECE : (piece + 1) * PIECE]
            if prepare:
                prepare(view)
            return view

        self._run(_Pass(opened, range(start, start + len(room)), part, feeds, self))

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
            raise StoppedError from error

    def tell(self) -> None:
        """Tells how far reading has come."""
        if self._progress is not None:
            self._progress(self._done, self._total)

    def _buffer(self, slot: int) -> memoryview:
        """Room for one piece, of this thread, which has several."""
        rooms: dict[int, memoryview] = self._local.__dict__.setdefault("rooms", {})
        if slot not in rooms:
            rooms[slot] = memoryview(bytearray(PIECE))
        return rooms[slot]


ALONE = Pool()
"""Whoever reads with this one has no help."""


class _Pass:
    """One pass over bytes of an open file. Who opened it goes through it `alone`, or begins to `help`, as others may
    then, and ends with `finish`."""

    def __init__(
        self,
        opened: OpenFile,
        span: range,
        room: Callable[[int, int], memoryview],
        feeds: Sequence[Feed],
        pool: Pool,
    ) -> None:
        """Args:
        opened: the file.
        span: which of its bytes.
        room: where a thread puts the bytes of a piece, by the number of the piece and of the slot it has for it.
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
                raise StoppedError
            view = self._room(piece, 0)
            self._fill(view, self._start + piece * PIECE)
            for feed in self._feeds:
                feed(view)
            self._pool.count(len(view))

    def help(self) -> None:
        """Takes pieces until none is left, unless enough threads do.

        Who has to wait for its turn with one piece reads another one meanwhile, as threads that wait for each other at
        every piece hardly do more than one of them. With several feeds, a thread that held several pieces would have
        the next turn with all of them, and feed them one by one.
        """
        held: list[_Held] = []
        slots = list(range(_HELD if len(self._feeds) == 1 else 1))
        with self._turn:
            if not self.wants_help:
                return
            self._helping += 1
        try:
            while not self._error:
                if held and not held[0].waiting:  # Of what one thread holds, the first piece is done first.
                    slots.append(held.pop(0).slot)
                elif (due := self._due(held)) is not None:
                    self._feed(*due)
                elif slots and (piece := self._claim()) is not None:
                    held.append(self._take(piece, slots.pop()))
                elif held:
                    self._wait(held)
                else:
                    return
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
                raise StoppedError
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

    def _take(self, piece: int, slot: int) -> _Held:
        view = self._room(piece, slot)
        self._fill(view, self._start + piece * PIECE)
        self._pool.count(len(view))
        return _Held(piece, slot, view, list(range(len(self._feeds))))

    def _due(self, held: Sequence[_Held]) -> tuple[_Held, int] | None:
        """A piece of those, and a feed whose turn it is to get it. Nobody else has that piece, so it stays so."""
        for one in held:
            for feed in one.waiting:
                if self._fed[feed] == one.piece:
                    return one, feed
        return None

    def _feed(self, one: _Held, feed: int) -> None:
        self._feeds[feed](one.view)
        one.waiting.remove(feed)
        with self._turn:
            self._fed[feed] += 1
            self._turn.notify_all()

    def _wait(self, held: Sequence[_Held]) -> None:
        with self._turn:
            while not self._error and self._due(held) is None:
                self._turn.wait()


class _Held(NamedTuple):
    """A piece that one thread has read, and has not given to every feed."""

    piece: int
    slot: int
    """Which of the rooms of the thread it is in."""
    view: memoryview
    waiting: list[int]
    """The feeds that have yet to get it."""
