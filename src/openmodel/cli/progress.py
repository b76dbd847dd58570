# SPDX-License-Identifier: Apache-2.0
"""A progress bar for verbs that read files: bytes, rate and time left."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from openmodel.inventory.pool import Progress

__all__ = ["progress_bar"]

_FROM = 1.0
"""Seconds after which it is shown: who waits less has no use for it."""
_EVERY = 0.1


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """What to tell of bytes that were read. It draws on standard error, and only where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    drawn = _Drawn()
    try:
        yield drawn.tell
    finally:
        drawn.end()


class _Drawn:
    """The bar, once it is time to draw it."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _FROM
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY
        try:
            self._draw(done, total)
        except OSError:  # The terminal is gone, which is no reason to give up what was read for hours.
            self._next = math.inf

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None or self._task is None:
            self._bar = _started()
            self._task = self._bar.add_task("", total=total)
        self._bar.update(self._task, completed=done, total=total, refresh=True)

    def end(self) -> None:
        if self._bar is not None:
            with suppress(OSError):
                self._bar.stop()


def _started() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(bar_width=None),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    bar = Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False, expand=True)
    bar.start()
    return bar
