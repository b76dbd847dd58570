# SPDX-License-Identifier: Apache-2.0
"""What `build` tells beside its result: things in a release that are no error and that nobody should overlook.

Files that can run code, files that only stand for others, contradictions, names that are trouble elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from openmodel.inventory.portability import unportable
from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import Paths
from openmodel.manifest.measured import FileRecord, Measured
from openmodel.rendering.untrusted import visible

MOST = 20
"""The most lines of one sort."""


_OFTEN_EMPTY = frozenset({"__init__.py", "py.typed", ".gitkeep"})
"""Files that do what they are for by being there, whatever comments are in them."""


def remarks(measured: Measured) -> Iterator[str]:
    """Lines about what was measured, without control characters: files with a remark, contradictions, shards that are
    not there, names that are trouble on other systems."""
    yield from _bounded(_on_files(measured))
    yield from _bounded(f"{item.at}: declared {item.declared}, measured {item.observed}" for item in measured.conflicts)
    absent = Counter(item.named_by for item in measured.absent)
    yield from _bounded(
        f"{index}: names {count:,} file{'' if count == 1 else 's'} that {'is' if count == 1 else 'are'} not here"
        for index, count in absent.items()
    )
    yield from _bounded(unportable([*(file.path for file in measured.files), *measured.excluded]))


def remarks_on_weights(manifest: Manifest) -> Iterator[str]:
    """Lines about weights that have no tensor root because a GGUF file of them cannot be read strictly."""
    if manifest.measured is None:
        return
    identified = {item.component for item in manifest.measured.weights}
    gguf = Paths(file.path for file in manifest.measured.files if file.format == "gguf")
    yield from _bounded(
        f"{component.id}: its tensors have no root, as it has GGUF files that are broken, big-endian, or with types or "
        "names that this version does not know"
        for component in answered(manifest.components)
        if {"weights", "checkpoint"} & set(component.kinds)
        if component.id not in identified and any(gguf.named_by(glob) for glob in component.files)
    )


def _on_files(measured: Measured) -> Iterator[str]:
    """What is to be said of files: once, where it is the same for several."""
    alike: dict[str, list[str]] = {}
    for file in measured.files:
        if remark := remark_on(file):
            alike.setdefault(remark, []).append(file.path)
    for remark, paths in alike.items():
        more = [f"{len(paths) - MOST:,} more"] if len(paths) > MOST else []
        each = ", each" if len(paths) > 1 else ""
        yield f"{', '.join([*paths[:MOST], *more])}{each}: {remark}"


def remark_on(file: FileRecord) -> str | None:
    """What is to be said of a file; None when there is nothing."""
    is_marker = file.path.rpartition("/")[2] in _OFTEN_EMPTY
    if file.unsafe or (file.defect and not is_marker):
        unsafe = f"loading it can run code: {file.unsafe}" if file.unsafe else None
        return "; ".join(filter(None, (file.defect, unsafe)))
    if file.format == "git-lfs-pointer":
        return "it is a Git LFS pointer and not the file itself, which `git lfs pull` fetches"
    return "it is empty" if file.size == 0 and not is_marker else None


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    waiting = iter(lines)
    yield from map(visible, islice(waiting, MOST))
    if more := sum(1 for _ in waiting):
        yield f"and {more:,} more like it"
