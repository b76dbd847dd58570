# SPDX-License-Identifier: Apache-2.0
"""Files that hold no parameters without another one of a name that theirs tells."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from openmodel.manifest.measured import FileRecord

__all__ = ["alone", "names_of"]

# By the path of a file, that of the other one; `*` stands for any rest.
_OTHERS = (
    (re.compile(r"(.+)\.pdmodel", re.DOTALL), r"\1.pdiparams"),  # Paddle: the program and the parameters.
    (re.compile(r"((?:.*/)?openvino[^/]*)\.xml", re.DOTALL), r"\1.bin"),  # OpenVINO: the graph and the constants.
    # PyTorch: without it, nothing says what is in the shards of a distributed checkpoint.
    (re.compile(r"((?:.*/)?)__[0-9]+_[0-9]+\.distcp", re.DOTALL), r"\1.metadata"),
)
_CHECKPOINT = re.compile(r"(.+)\.index", re.DOTALL)


def names_of(paths: Iterable[str]) -> frozenset[str]:
    """The paths of all measured files, and those before `.data-` with a `*` behind it, for `alone`."""
    there = set(paths)
    return frozenset(there | {f"{path.rpartition('.data-')[0]}.data-*" for path in there if ".data-" in path})


def alone(records: Iterable[FileRecord], there: Container[str]) -> Iterator[tuple[str, str]]:
    """The files of a component whose other file is nowhere in the release, and what that would be called.

    Args:
        records: the measured files of the component.
        there: what `names_of` gives for the release.
    """
    told = set[str]()
    for record in records:
        other = _other(record)
        if other and other not in there and other not in told:
            told.add(other)
            yield record.path, other


def _other(record: FileRecord) -> str:
    """The path of the other file that a file needs; empty where it needs none."""
    if record.format == "tensorflow-checkpoint" and (stem := _CHECKPOINT.fullmatch(record.path)):
        return f"{stem[1]}.data-*"
    return next((found.expand(other) for named, other in _OTHERS if (found := named.fullmatch(record.path))), "")
