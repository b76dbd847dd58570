# SPDX-License-Identifier: Apache-2.0
"""What of a component is really in the release: files that only stand for the weights are not the weights.

A download may have left out shards that an index names, a clone without git LFS has pointers in their place, and a
program that was interrupted leaves empty files. All of these are measured like any other file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openmodel.manifest.code_names import is_source_code
from openmodel.manifest.component import Component
from openmodel.manifest.values import Pin
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.placeholders import is_placeholder

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why the files of a component that are in the release are not the component."""

    message: str
    """What is missing, a clause that names files."""
    fix: str
    """What to do, a sentence."""


def shortfall(facts: Facts, component: Component) -> Shortfall | None:
    """What keeps the measured files of weights or of a checkpoint from being all of it.

    Returns:
        None when nothing is known to be missing: also before `build`, for a component of other kinds, and for one that
        names no files, which has no part of itself in the release.
    """
    if facts.manifest.measured is None or not {"weights", "checkpoint"} & set(component.kinds):
        return None
    parts = list(_parts(facts, component))
    if not parts:
        return None
    fixes = dict.fromkeys(part.fix for part in parts)
    return Shortfall("; ".join(part.message for part in parts), " ".join([*fixes, "Then run `openmodel build`."]))


def is_pinned(component: Component) -> bool:
    """Whether a component names the repository that it is in."""
    return isinstance(component.pin, Pin) and not is_placeholder(component.pin.repository)


def is_only_data(facts: Facts, component: Component) -> bool:
    """Whether all that is there of a component that should be code is files that are none, such as a vocabulary.

    A pin or a place leads elsewhere; whether that is code, no manifest shows. An empty file, a git LFS pointer and a
    file whose content is a format of data are no code, whatever they are called.
    """
    if not facts.has_files(component) or is_pinned(component) or component.where is not None:
        return False
    if facts.manifest.measured is None:
        return not any(glob.endswith("*") or is_source_code(glob) for glob in component.files)
    records = facts.records(facts.files_of(component))
    return not any(record.size and record.format is None and is_source_code(record.path) for record in records)


def _parts(facts: Facts, component: Component) -> Iterator[Shortfall]:
    name, absent = short(component.name), facts.absent_of(component)
    if absent:
        indexes, paths = _names(sorted({item.named_by for item in absent})), sorted({item.path for item in absent})
        count = "1 shard" if len(paths) == 1 else f"{len(paths):,} shards"
        message = f"the release lacks {count} of {name} that {indexes} names: {_names(paths)}"
        yield Shortfall(message, "Put what is missing there, or delete an index that is of other weights.")
    records = facts.records(facts.files_of(component))
    pointers = [record.path for record in records if record.format == "git-lfs-pointer"]
    if pointers:
        message = f"git LFS pointers and not the weights were measured of {name}: {_names(pointers)}"
        yield Shortfall(message, "Run `git lfs pull`.")
    elif records and not any(record.size for record in records):
        message = f"empty files and not the weights were measured of {name}: "
        yield Shortfall(message + _names([record.path for record in records]), "Put the weights there.")


def _names(paths: Sequence[str]) -> str:
    shown = ", ".join(map(short, paths[:_MOST_NAMES]))
    return f"{shown} and {len(paths) - _MOST_NAMES:,} more" if len(paths) > _MOST_NAMES else shown
