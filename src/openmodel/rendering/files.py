# SPDX-License-Identifier: Apache-2.0
"""What a person should know of single files: those that can run code, and those that are not the file itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openmodel.manifest.measured import FileRecord
from openmodel.rendering.untrusted import visible

MOST_REMARKS = 20
"""The most files that are named one by one."""


def remark_on(file: FileRecord) -> str | None:
    """What is to be said of a file; None when there is nothing."""
    if file.unsafe:
        return f"loading it can run code: {file.unsafe}"
    if file.format == "git-lfs-pointer":
        return "it is a Git LFS pointer and not the file itself, which `git lfs pull` fetches"
    return "it is empty" if file.size == 0 else None


def remarks(files: Sequence[FileRecord]) -> Iterator[str]:
    """A line for each file with a remark, safe to print, and how many more there are."""
    found = [(file.path, remark) for file in files if (remark := remark_on(file))]
    for path, remark in found[:MOST_REMARKS]:
        yield f"{visible(path)}: {visible(remark)}"
    if len(found) > MOST_REMARKS:
        yield f"{len(found) - MOST_REMARKS:,} more files of these kinds; openmodel.json lists them"
