# SPDX-License-Identifier: Apache-2.0
"""Finds the manifests of parents: in the release that names them, or among the releases that are checked with it.

Nothing is fetched. What is read is bounded in depth, count and bytes, and never lies outside the release directory.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openmodel.building import Built
from openmodel.errors import OpenModelError
from openmodel.inventory import read_whole
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
    built: Built | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def facts_of(built: Built, given: Iterable[Built] = ()) -> Facts:
    """The facts of a release, with those of the releases that it was made from as far as their manifests are at hand.

    Args:
        built: the release.
        given: other releases, which its parents and theirs may name by digest.
    """
    search = _Search({other.sha256: other for other in given})
    return search.facts(built.manifest, _place_of(built), (built.sha256,))


def _place_of(built: Built) -> _Place:
    measured = built.manifest.measured
    files = {file.sha256: file.path for file in (measured.files if measured else ())}
    return _Place(built.path.parent, built.path.name, files)


class _Search:
    """The manifests that one release descends from. Each is read once."""

    def __init__(self, given: Mapping[str, Built]) -> None:
        self._given = given
        self._contents: dict[tuple[Path, str], bytes | UnreadParent] = {}
        self._bytes_left = MAX_BYTES
        self._parents: dict[_Place, ReadParent | UnreadParent] = {}

    def facts(self, manifest: Manifest, place: _Place, trail: tuple[str, ...]) -> Facts:
        """The facts of a manifest; `trail` has the digests from the first release to this one."""
        lineage: dict[str, ReadParent | UnreadParent] = {}
        facts = Facts(manifest, lineage)
        for _, parent in facts.inherited_parents:
            if isinstance(parent.manifest, ManifestReference):
                lineage[parent.id] = self._parent(facts, parent.manifest, place, trail)
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
        if named.path is not None and found.built is None:
            if not facts.is_in_release(named.path):
                return _absent(named.path)
            if facts.measured_sha256(named.path) not in (None, found.sha256):
                message = f"is {short(named.path)}, which is not the file that was measured"
                return UnreadParent("unusable", message, "Run `openmodel build`.")
        return self._read(found, trail)

    def _find(self, named: ManifestReference, place: _Place) -> _Found | UnreadParent:
        if named.path is not None:
            path = place.beside(named.path)
            content = self._content(place.root, path)
            if isinstance(content, bytes):
                return _Found(place.at(path), content)
            if content.why != "absent" or named.sha256 is None:
                return content
        if named.sha256 is not None:
            return self._by_digest(named.sha256, place)
        where = f"is at {short(named.url)}" if named.url else "is named without path, address and digest"
        return UnreadParent("elsewhere", f"{where}, and nothing is fetched", _BRING)

    def _by_digest(self, sha256: str, place: _Place) -> _Found | UnreadParent:
        if built := self._given.get(sha256):
            return _Found(_place_of(built), built.content, built)
        if path := place.by_sha256.get(sha256):
            content = self._content(place.root, path)
            if isinstance(content, bytes) and hashlib.sha256(content).hexdigest() == sha256:
                return _Found(place.at(path), content)
        return UnreadParent("elsewhere", f"is known by its sha256 {sha256} only, and is not at hand", _BRING)

    def _content(self, root: Path, path: str) -> bytes | UnreadParent:
        """The bytes of a file of a release directory. Files that are not there count too: each takes a look."""
        if (root, path) not in self._contents:
            if len(self._contents) >= MAX_MANIFESTS or self._bytes_left <= 0:
                message = f"was not read: {MAX_MANIFESTS} files or {MAX_BYTES:,} bytes were read before it"
                return UnreadParent("unusable", message, "Check that release by itself.")
            self._contents[root, path] = content = _content(root, path, self._bytes_left)
            self._bytes_left -= len(content) if isinstance(content, bytes) else 0
        return self._contents[root, path]

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


def _content(root: Path, path: str, limit: int) -> bytes | UnreadParent:
    try:
        return read_whole(root, path, limit)
    except OpenModelError as error:
        if not os.path.lexists(root / path):  # Path.exists raises if it is too long.
            return _absent(path)
        message = f"({short(path)}) cannot be read: found {short(error.problems[0].got)}"
        return UnreadParent("unusable", message, error.problems[0].fix)


def _absent(path: str) -> UnreadParent:
    return UnreadParent("absent", f"is said to be {short(path)}, and that is no file of the release", _BRING)
