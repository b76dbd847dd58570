# SPDX-License-Identifier: Apache-2.0
"""What `build` tells beside its result: things in a release that are no error and that nobody should overlook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from openmodel.inventory.portability import unportable
from openmodel.manifest.measured import Measured
from openmodel.rendering.untrusted import visible

MOST = 20
"""The most lines of one sort."""


def remarks(measured: Measured) -> Iterator[str]:
    """Lines about what was measured, without control characters: contradictions, shards that are not there, names that
    are trouble on other systems."""
    yield from _bounded(f"{item.at}: declared {item.declared}, measured {item.observed}" for item in measured.conflicts)
    absent = Counter(item.named_by for item in measured.absent)
    yield from _bounded(
        f"{index}: names {count:,} file{'' if count == 1 else 's'} that {'is' if count == 1 else 'are'} not here"
        for index, count in absent.items()
    )
    yield from _bounded(unportable([*(file.path for file in measured.files), *measured.excluded]))


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    waiting = iter(lines)
    yield from map(visible, islice(waiting, MOST))
    if more := sum(1 for _ in waiting):
        yield f"and {more:,} more like it"
