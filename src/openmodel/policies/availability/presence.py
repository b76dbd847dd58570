# SPDX-License-Identifier: Apache-2.0
"""What of a component is really in the release: files that only stand for the weights are not the weights.

A download may have left out shards that an index or the names of the others count, a clone without git LFS has
pointers in their place, a program that was interrupted leaves empty files or halves, and what was saved may be the page
of an error. All of these are measured like any other file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openmodel.inventory.formats.endings import is_named_like_weights
from openmodel.manifest.base import answered
from openmodel.manifest.code_names import is_archive, is_source_code
from openmodel.manifest.component import Component
from openmodel.manifest.measured import FileRecord
from openmodel.manifest.values import Pin
from openmodel.policies.availability.addresses import is_repository, may_have_code
from openmodel.policies.availability.companions import alone
from openmodel.policies.availability.parameter_files import OF_ANYTHING, are_known_parameters, is_text
from openmodel.policies.availability.places import places
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt

_MOST_NAMES = 5
_MOST_REVIEWED = 10
"""Files that a review binds one by one."""
_LEAST_CODE = 20
"""Bytes of the smallest file that is taken for code: fewer are a blank, a comment or a call of what is elsewhere."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why the files of a component that are in the release are not the component."""

    message: str
    """What is missing, a clause that names files."""
    fix: str
    """What to do, a sentence."""
    is_sure: bool = True
    """Whether it is; if not, a person must judge."""


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
    message, fix = "; ".join(part.message for part in parts), " ".join([*fixes, "Then run `openmodel build`."])
    return Shortfall(message, fix, any(part.is_sure for part in parts))


def only_stands_in(facts: Facts, component: Component) -> bool:
    """Whether files are there of a component that should be weights, and none is known to be able to hold them."""
    return "weights" in component.kinds and facts.has_files(component) and not are_known_parameters(facts, component)


def held_by(facts: Facts, place: str, paths: Sequence[str]) -> tuple[str, ...]:
    """What a review of the files that are named at a place is about: their names and their very bytes, so that it does
    not outlive a file; of many files, all that was measured."""
    digests = [pointer for path in paths if (pointer := facts.measured_file(path))]
    return (place, *(digests if len(digests) <= _MOST_REVIEWED else ["/measured/files"]))


def stand_in_for_weights(facts: Facts, pointer: str, component: Component) -> Doubt:
    """What is said of that: some formats of weights look like any text, and others are not known here."""
    message = f"No file of {short(component.name)} is known by its name and content to hold parameters, as a document, "
    message += "settings, code or a text does not."
    fix = "Name the files with the parameters, or add `where`."
    return Doubt(f"{pointer}/files", message, fix, held_by(facts, f"{pointer}/files", facts.files_of(component)))


def stand_in_for_code(facts: Facts, pointer: str, component: Component, words: str) -> Doubt:
    """What is said of files that are not known to be code, where code should be."""
    name, records = short(component.name), facts.records(facts.files_of(component))
    subject = held_by(facts, f"{pointer}/files", facts.files_of(component))
    paths = [record.path for record in records] or list(component.files)
    if archives := [path for path in paths if is_archive(path)]:
        message = f"{name} is in an archive, which nothing here looks into ({_names(archives)}); a person must see "
        message += f"whether it has {words}."
        fix = "Put the files into the release as they are, or add `pin` or `where`."
        return Doubt(f"{pointer}/files", message, fix, subject)
    called_code = [record for record in records if is_source_code(record.path)]
    told = [f"{record.path}: {record.defect}" for record in called_code if record.defect]
    told += [f"{record.path} has {record.size} bytes" for record in called_code if record.size < _LEAST_CODE]
    why = f" ({_names(told)})" if told else ""
    message = f"No file of {name} is source code by its name and content{why}; nothing says where {words} is."
    fix = "Name the files with the code, or add `pin` or `where`."
    return Doubt(f"{pointer}/files", message, fix, subject)


def doubtful(facts: Facts, pointer: str, component: Component, lack: Shortfall) -> Doubt:
    """What is said of a shortfall that is not sure."""
    message, place = f"{lack.message[0].upper()}{lack.message[1:]}; a person must judge.", f"{pointer}/files"
    return Doubt(place, message, lack.fix, held_by(facts, place, facts.files_of(component)))


def is_pinned(component: Component) -> bool:
    """Whether a component names a repository that it is in and that others can reach."""
    return isinstance(component.pin, Pin) and is_repository(component.pin.repository)


def leads_to_code(component: Component) -> bool | None:
    """Whether the repository or a place of a component may have code; None without either. A place that is gone, and
    silence about it, lead nowhere."""
    pinned = [component.pin.repository] if isinstance(component.pin, Pin) and is_pinned(component) else []
    found = answered(places(component.where))
    leads = pinned + [place.url for place in found if place.access != "request"] or [place.url for place in found]
    return any(map(may_have_code, leads)) if leads else None


def is_only_data(facts: Facts, component: Component) -> bool:
    """Whether all that is there of a component that should be code is files that are none, such as a vocabulary. A pin
    or a place leads elsewhere; whether that is code, no manifest shows."""
    return has_no_code(facts, component) and not leads_to_code(component)


def has_no_code(facts: Facts, component: Component) -> bool:
    """Whether there are files of a component and none is code. A file of hardly any bytes, one with nothing but
    comments, a git LFS pointer and a file whose content is a format of data are none, whatever they are called."""
    if not facts.has_files(component):
        return False
    if facts.manifest.measured is None:
        return not any(glob.endswith("*") or is_source_code(glob) for glob in component.files)
    records = facts.records(facts.files_of(component))
    return not any(
        record.size >= _LEAST_CODE and not record.format and not record.defect and is_source_code(record.path)
        for record in records
    )


def _parts(facts: Facts, component: Component) -> Iterator[Shortfall]:
    name, shards = short(component.name), facts.shards.of(component)
    if shards.absent:
        count, indexes = _count(len(shards.absent)), _names(shards.indexes)
        message = f"the release lacks {count} of {name} that {indexes} names: {_names(shards.absent)}"
        yield Shortfall(message, "Put what is missing there, or delete an index that is of other weights.")
    for lacking in shards.lacking:
        belong = "belong" if lacking.is_sure else "by its name may belong"
        message = f"the release lacks {_count(lacking.count)} of {name} that {belong} to {short(lacking.seen)}: "
        fix = "Put all shards there, or rename a file that is whole."
        yield Shortfall(message + _names(lacking.names, lacking.count), fix, lacking.is_sure)
    if shards.beside:
        message = f"the files of {name} may be of an index that names others which are not there: "
        fix = "Put what is missing there, or delete an index that is of other weights."
        yield Shortfall(message + _names(shards.beside), fix, is_sure=False)
    records = facts.records(facts.files_of(component))
    if pointers := [record.path for record in records if record.format == "git-lfs-pointer"]:
        message = f"git LFS pointers and not the weights were measured of {name}: {_names(pointers)}"
        yield Shortfall(message, "Run `git lfs pull`.")
    if unread := [path for path in shards.unread if path not in pointers]:
        message = f"nobody knows which shards {name} has, as the index is a git LFS pointer: {_names(unread)}"
        yield Shortfall(message, "Run `git lfs pull`, or delete an index that is of other weights.")
    for path, other in alone(records, facts.companions):
        message = f"the release lacks {short(other)}, without which {short(path)} of {name} holds no parameters"
        yield Shortfall(message, "Put what is missing there.")
    empty = [record.path for record in records if not record.size]
    if len(empty) < len(records):  # Others may be there to keep a directory, or be what an evaluation left.
        empty = [path for path in empty if is_named_like_weights(path) and not path.lower().endswith(".npy")]
    if empty:
        message = f"empty files and not the weights were measured of {name}: {_names(empty)}"
        yield Shortfall(message, "Put the weights there.")
    defects = [
        f"{short(record.path)} ({record.defect})" for record in records if record.defect and _is_of_weights(record)
    ]
    if defects:
        message = f"what was measured of {name} is not what people can load: {_names(defects)}"
        yield Shortfall(message, "Download or write it again, and leave out of `files` what is not of the weights.")


def _is_of_weights(record: FileRecord) -> bool:
    """Whether a fault of a file is one of the weights. Source code and texts lie beside them, a pickle there may be
    what a trainer keeps, and an array with no numbers may be one of many."""
    return record.format not in {"npy", *OF_ANYTHING} and not is_source_code(record.path) and not is_text(record.path)


def _count(shards: int) -> str:
    return "1 shard" if shards == 1 else f"{shards:,} shards"


def _names(paths: Sequence[str], count: int | None = None) -> str:
    """The first names and how many more there are, of `count` or of as many as there are."""
    shown, left = ", ".join(map(short, paths[:_MOST_NAMES])), (count or len(paths)) - _MOST_NAMES
    return f"{shown} and {left:,} more" if left > 0 else shown
