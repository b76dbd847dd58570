# SPDX-License-Identifier: Apache-2.0
"""Finds the manifests of parents: in the release that names them, or among the releases that are checked with it.

Nothing is fetched. What is read is bounded in depth, count and bytes, and never lies outside the release directory.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from openmodel.built import Built
from openmodel.errors import OpenModelError
from openmodel.evidence.findings import Evidence
from openmodel.inventory.whole import read_whole
from openmodel.manifest.document import Manifest
from openmodel.manifest.json_text import MAX_BYTES
from openmodel.manifest.loading import loads
from openmodel.manifest.parent import ManifestReference
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.lineage import ReadParent, UnreadParent

MAX_DEPTH = 16
"""The most manifests from a release to one that it descends from."""
MAX_MANIFESTS = 64
"""The most files that are read for the parents of one release, together no longer than one manifest may be."""
MAX_PARENTS = 64
"""The most parents of one release whose manifests are read."""

_BRING = "Check that release in the same command, or put its manifest into this one and name it by `path` and `sha256`."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a manifest lies."""

    root: Path
    """The release directory that nothing is read outside of."""
    path: str
    """Path of the manifest in it."""
    by_sha256: Mapping[str, str] = field(hash=False, compare=False)
    """The files of the release by digest, as its own manifest has measured them."""

    def beside(self, path: str) -> str:
        """The path in the release directory of a path that the manifest names."""
        return posixpath.join(posixpath.dirname(self.path), path)

    def at(self, path: str) -> _Place:
        """The place of another manifest in the same release directory."""
        return _Place(self.root, path, self.by_sha256)


@dataclass(frozen=True, slots=True)
class _Found:
    place: _Place
    content: bytes
    sha256: str
    built: Built | None = None


def facts_of(
    built: Built,
    given: Mapping[str, Built] = MappingProxyType({}),
    evidence: Evidence | None = None,
    today: str | None = None,
) -> Facts:
    """The facts of a release, with those of the releases that it was made from as far as their manifests are at hand.

    Args:
        built: the release.
        given: other releases by the digests of their manifests, by which its parents and theirs may name them.
        evidence: what reading the bytes of the release gave.
        today: the date of the evaluation, YYYY-MM-DD, if dates in the future are to be told.
    """
    search = _Search(given, today)
    return search.facts(built.manifest, _place_of(built), (built.sha256,), evidence)


def _place_of(built: Built) -> _Place:
    measured = built.manifest.measured
    files = {file.sha256: file.path for file in (measured.files if measured else ())}
    return _Place(built.path.parent, built.path.name, files)


class _Search:
    """The manifests that one release descends from. Each is read once."""

    def __init__(self, given: Mapping[str, Built], today: str | None) -> None:
        self._given = given
        self._today = today
        self._files: dict[_Place, _Found | UnreadParent] = {}
        self._bytes_left = MAX_BYTES
        self._places: dict[str, _Place] = {}
        self._parents: dict[_Place, ReadParent | UnreadParent] = {}

    def facts(
        self, manifest: Manifest, place: _Place, trail: tuple[str, ...], evidence: Evidence | None = None
    ) -> Facts:
        """The facts of a manifest; `trail` has the digests from the first release to this one."""
        lineage: dict[str, ReadParent | UnreadParent] = {}
        facts = Facts(manifest, lineage, evidence, self._today)
        references = [(parent.id, parent.manifest) for _, parent in facts.inherited_parents]
        for id, named in references:
            if isinstance(named, ManifestReference) and len(lineage) < MAX_PARENTS:
                lineage[id] = self._parent(facts, named, place, trail)
            elif isinstance(named, ManifestReference):  # What is asked of each takes as long as its manifest is.
                lineage[id] = _too_many(f"{MAX_PARENTS} parents of this release")
        return facts

    def _parent(
        self, facts: Facts, named: ManifestReference, place: _Place, trail: tuple[str, ...]
    ) -> ReadParent | UnreadParent:
        found = self._find(named, place)
        if isinstance(found, UnreadParent):
            return found
        if found.sha256 in trail:
            message = f"(sha256 {found.sha256}) is that of a release that is said to be made from this one"
            return UnreadParent("unusable", message, "Name the manifest of the model that came first.")
        if named.sha256 is not None and found.sha256 != named.sha256:
            message = f"is said to have the sha256 {named.sha256}, and {short(found.place.path)} has {found.sha256}"
            return UnreadParent("other_bytes", message, "Put the manifest there that is named, or correct the digest.")
        if named.path is not None and found.place == place.at(place.beside(named.path)):
            if not facts.is_in_release(named.path):
                return _absent(named.path)
            if facts.measured_sha256(named.path) not in (None, found.sha256):
                message = f"is {short(named.path)}, which is not the file that was measured"
                return UnreadParent("unusable", message, "Run `openmodel build`.")
        return self._read(found, trail)

    def _find(self, named: ManifestReference, place: _Place) -> _Found | UnreadParent:
        if named.path is not None:
            found = self._file(place.at(place.beside(named.path)))
            if isinstance(found, _Found) or found.why != "absent" or named.sha256 is None:
                return found
        if named.sha256 is not None:
            return self._by_digest(named.sha256, place)
        return UnreadParent("elsewhere", f"is at {short(named.url or 'no address')}, and nothing is fetched", _BRING)

    def _by_digest(self, sha256: str, place: _Place) -> _Found | UnreadParent:
        if built := self._given.get(sha256):
            if sha256 not in self._places:
                self._places[sha256] = _place_of(built)
            return _Found(self._places[sha256], built.content, sha256, built)
        if path := place.by_sha256.get(sha256):
            found = self._file(place.at(path))
            if isinstance(found, _Found) and found.sha256 == sha256:
                return found
        return UnreadParent("elsewhere", f"is known by its sha256 {sha256} only, and is not at hand", _BRING)

    def _file(self, place: _Place) -> _Found | UnreadParent:
        """A file of a release directory. One that is not there counts too: each takes a look."""
        if place not in self._files:
            if len(self._files) >= MAX_MANIFESTS:
                return _too_many(f"{MAX_MANIFESTS} files")
            self._files[place] = found = _file(place, self._bytes_left)
            self._bytes_left -= len(found.content) if isinstance(found, _Found) else 0
        return self._files[place]

    def _read(self, found: _Found, trail: tuple[str, ...]) -> ReadParent | UnreadParent:
        if found.place not in self._parents:
            self._parents[found.place] = self._judgeable(found, trail)
        return self._parents[found.place]

    def _judgeable(self, found: _Found, trail: tuple[str, ...]) -> ReadParent | UnreadParent:
        if len(trail) > MAX_DEPTH:
            message = f"was not read: it is more than {MAX_DEPTH} manifests away"
            return UnreadParent("unusable", message, "Check that release by itself.")
        try:
            manifest = found.built.manifest if found.built else loads(found.content, "openmodel.json")
        except OpenModelError as error:
            message = f"({short(found.place.path)}) cannot be read: {short(error.problems[0].got)}"
            return UnreadParent("unusable", message, "`openmodel check` of that file says more.")
        if manifest.measured is None:
            message = f"({short(found.place.path)}) is a declaration, of which nothing was measured"
            return UnreadParent("unusable", message, "Run `openmodel build` on that release, and name what it writes.")
        facts = self.facts(manifest, found.place, (*trail, found.sha256))
        return ReadParent(facts, found.sha256, str(found.built.path) if found.built else found.place.path)


def _file(place: _Place, limit: int) -> _Found | UnreadParent:
    try:
        content = read_whole(place.root, place.path, limit)
    except OpenModelError as error:
        if not os.path.lexists(place.root / place.path):  # Path.exists raises if it is too long.
            return _absent(place.path)
        message = f"({short(place.path)}) cannot be read: found {short(error.problems[0].got)}"
        return UnreadParent("unusable", message, error.problems[0].fix)
    return _Found(place, content, hashlib.sha256(content).hexdigest())


def _too_many(read: str) -> UnreadParent:
    return UnreadParent("unusable", f"was not read: {read} were read before it", "Check that release by itself.")


def _absent(path: str) -> UnreadParent:
    return UnreadParent("absent", f"is said to be {short(path)}, and that is no file of the release", _BRING)
