# SPDX-License-Identifier: Apache-2.0
"""Looking into a file at any place, with a bound on all that is read.

A file can point back into itself: a hundred thousand members of an archive that are all the same gigabyte. So
everything that one call looks at is paid from one budget, and when that is spent every further read is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

__all__ = ["CUT_SIZE", "WINDOW", "Budget", "View"]

WINDOW = 4096
"""Bytes that are read at once. Most files of a release are no longer, and are then read in one go."""

CUT_SIZE = 2**62
"""The size of a view of the beginning of something that was not unpacked to its end."""

MAX_MEMBERS = 100_000
"""The most members of all archives in one file. A checkpoint has one for each tensor."""

_MORE = 64 * 2**20


@dataclass(slots=True)
class Budget:
    """What looking at one file may still cost, shared by all views of it."""

    read: int
    """Bytes read from the file."""
    unpacked: int = 64 * 2**20
    """Bytes that decompression gives."""
    opcodes: int = 500_000
    """Opcodes of pickles, which cost about a second."""
    fields: int = 300_000
    """Fields of protobuf messages."""
    members: int = field(default_factory=lambda: MAX_MEMBERS)
    """Members of archives, at every level."""
    looked_at: set[tuple[object, int, int, object]] = field(default_factory=set)
    """Places of members; see `View.is_new`."""
    spent: bool = False
    """Whether something was not read because of this."""

    def pay_read(self, count: int) -> int:
        """How many of `count` bytes may be read."""
        paid = min(count, self.read)
        self.read -= paid
        self.spent = self.spent or paid < count
        return paid

    def pay_member(self) -> bool:
        """Whether one more member may be looked at."""
        self.spent = self.spent or self.members <= 0
        self.members -= 1
        return self.members >= 0

    def pay_field(self) -> bool:
        """Whether one more field may be passed by."""
        self.spent = self.spent or self.fields <= 0
        self.fields -= 1
        return self.fields >= 0

    def pay_unpacked(self, count: int) -> int:
        """How many of `count` bytes may come out of decompression."""
        paid = min(count, self.unpacked)
        self.unpacked -= paid
        self.spent = self.spent or paid < count
        return paid


class View:
    """A part of a stream: a file, or a member of an archive as it lies in the file."""

    def __init__(self, stream: BinaryIO, size: int, budget: Budget | None = None, start: int = 0) -> None:
        """`size` bytes of `stream` from `start` on. Without a budget, the file may be read once and a bit."""
        self.size = size
        self.budget = Budget(size + _MORE) if budget is None else budget
        self._stream = stream
        self._start = start
        self._source = object()
        self._window = self._head = b""
        self._window_at = 0

    def read(self, at: int, count: int, ahead: int = WINDOW) -> bytes:
        """Up to `count` bytes from `at` on; fewer at the end of the view, of the file or of the budget.

        Args:
            at: position in the view; outside of it nothing is read.
            count: a number that no file chose, or one that the caller has bounded.
            ahead: the least that is fetched, as the next reads may be close by.

        Raises:
            OSError: the system does not give the bytes.
        """
        if not 0 <= at < self.size:
            return b""
        count = min(count, self.size - at)
        if at + count <= len(self._head):
            return self._head[at : at + count]
        offset = at - self._window_at
        if not (offset >= 0 and offset + count <= len(self._window)):
            self._window = self._fetch(at, min(max(count, ahead), self.size - at))
            self._window_at, offset = at, 0
            if at == 0 and len(self._window) <= WINDOW:
                self._head = self._window  # Each format looks there again.
        return self._window[offset : offset + count]

    def part(self, start: int, size: int) -> View:
        """The view of `size` bytes from `start` on, or of as many as there are."""
        start = min(max(start, 0), self.size)
        part = View(self._stream, min(max(size, 0), self.size - start), self.budget, self._start + start)
        part._source = self._source
        return part

    @property
    def is_cut(self) -> bool:
        """Whether more follows than can be seen here."""
        return self.size > CUT_SIZE // 2

    def is_new(self, how: object) -> bool:
        """Whether these bytes, wherever in the file they were found, are looked at for the first time in this way."""
        place = (self._source, self._start, self.size, how)
        if place in self.budget.looked_at:
            return False
        self.budget.looked_at.add(place)
        return True

    def _fetch(self, at: int, count: int) -> bytes:
        count = self.budget.pay_read(count)
        self._stream.seek(self._start + at)
        content = self._stream.read(count)
        while 0 < len(content) < count and (more := self._stream.read(count - len(content))):
            content += more
        return content
