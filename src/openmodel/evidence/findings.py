# SPDX-License-Identifier: Apache-2.0
"""What an evaluation that read the bytes found, and how it is collected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from openmodel.manifest.measured import Conflict, FileRecord, Format
from openmodel.manifest.pointers import upward

__all__ = ["Collected", "Contradiction", "Evidence", "NamedBase", "Remark", "Seen", "of_conflict"]

_SIZE_OR_DIGEST = re.compile(r"(/sources/\d+/files/\d+)/(?:size|sha256)")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact of the manifest, or of a file of the release, and what was observed instead."""

    where: str
    """JSON pointer of the fact, or of what it is part of."""
    declared: JsonValue
    """What is said."""
    observed: JsonValue
    """What was found."""
    by: str
    """What was read for it."""
    about: str | None = None
    """JSON pointer of something else that it speaks of: the weights that a number is said of, or the file with another
    digest. What rests on that is not contradicted, and not as it was."""

    @property
    def message(self) -> str:
        """Both sides, in a sentence."""
        who, _, what = self.by.partition(", the ")
        if what:
            return f"Declared {self.declared!r}, but {who} found {self.observed!r} in the {what}."
        return f"Declared {self.declared!r}, but {self.by} says {self.observed!r}."


def of_conflict(conflict: Conflict) -> Contradiction:
    """What `build` recorded of the same kind. A size or digest speaks of the file that it is said of."""
    of_file = _SIZE_OR_DIGEST.fullmatch(conflict.at)
    return Contradiction(conflict.at, conflict.declared, conflict.observed, conflict.by, of_file and of_file[1])


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know that neither bears out nor contradicts a fact; also what could not be read, and why."""

    where: str
    """JSON pointer of what it is about."""
    message: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class NamedBase:
    """A model that a file of the release says it was made from."""

    name: str
    """As an id of the Hub."""
    by: str
    """Which file says so, and where in it."""
    at: str | None
    """JSON pointer of the measured file; None for the card, which is not measured."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What this evaluation sees in a file where the manifest says nothing: another version built it, or somebody left
    it out."""

    format: Format | None
    """As in `measured.files`."""
    defect: str | None
    """Likewise."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What reading the bytes gave."""

    files: int
    """How many files of the manifest were read and are what it says."""
    size: int
    """Their bytes together."""
    verified: frozenset[str]
    """JSON pointers of the facts that the bytes bear out. Each speaks of its own place and of nothing around or below
    it."""
    contradictions: tuple[Contradiction, ...]
    remarks: tuple[Remark, ...]
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """By path."""
    bases: tuple[NamedBase, ...] = ()
    """In the order in which they were read."""
    card_licences: tuple[str, ...] = ()
    """What the card of the release says of licences that may hold besides those of the weights, or in their place:
    clauses that continue "README.md"."""

    def completed(self, records: Mapping[str, FileRecord]) -> dict[str, FileRecord]:
        """What was measured, by path, with what was seen besides."""
        found = dict(records)
        for path, seen in self.seen.items():
            format, defect = found[path].format or seen.format, found[path].defect or seen.defect
            found[path] = found[path].model_copy(update={"format": format, "defect": defect})
        return found


class Collected:
    """Evidence while it is being collected."""

    def __init__(self) -> None:
        self._verified: set[str] = set()
        self._contradictions: dict[tuple[str, str], Contradiction] = {}
        self._remarks: dict[Remark, None] = {}
        self._seen: dict[str, Seen] = {}
        self._bases: dict[NamedBase, None] = {}
        self._card_licences: dict[str, None] = {}

    def verify(self, *pointers: str) -> None:
        """The bytes bear out the facts at these pointers."""
        self._verified.update(pointers)

    def contradict(
        self, where: str, declared: JsonValue, observed: JsonValue, by: str, about: str | None = None
    ) -> None:
        """The bytes contradict the fact at a pointer."""
        found = Contradiction(where, declared, observed, by, about)
        self._contradictions[where, found.message] = found

    def remark(self, where: str, message: str) -> None:
        """Something to know about the fact at a pointer."""
        self._remarks[Remark(where, message)] = None

    def see(self, path: str, format: Format | None, defect: str | None) -> None:
        """What of a file the manifest does not say."""
        if format or defect:
            self._seen[path] = Seen(format, defect)

    def name_base(self, name: str, by: str, at: str | None) -> None:
        """A file says that this model was made from another."""
        self._bases[NamedBase(name, by, at)] = None

    def doubt_licence(self, says: str) -> None:
        """The card says something of licences that a person must weigh."""
        self._card_licences[says] = None

    def evidence(self, files: int, size: int) -> Evidence:
        """All that was collected. What is contradicted, in whole or in part, is not verified, whatever else was
        found."""
        contradicted = {found.where for found in self._contradictions.values()}
        around = {place for where in contradicted for place in upward(where)}
        verified = frozenset(
            pointer for pointer in self._verified if pointer not in around and contradicted.isdisjoint(upward(pointer))
        )
        contradictions, remarks = tuple(self._contradictions.values()), tuple(self._remarks)
        bases, licences = tuple(self._bases), tuple(self._card_licences)
        return Evidence(files, size, verified, contradictions, remarks, self._seen, bases, licences)
