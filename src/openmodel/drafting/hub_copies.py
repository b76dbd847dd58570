# SPDX-License-Identifier: Apache-2.0
"""Whether the directory is a copy of a model of the Hub, and which of its weights are really the ones from there.

A clone or a download tells where it came from, and not that nobody trained it further since. So an address is only
taken over for files whose bytes are those that the commit names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from openmodel.drafting.outline import listed
from openmodel.drafting.repository import Blob, GitState
from openmodel.errors import InventoryError
from openmodel.inventory.files import ExaminedFile
from openmodel.inventory.formats.lfs import MAX_POINTER_BYTES, LfsPointer, read_lfs_pointer
from openmodel.inventory.git_process import Git
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import open_regular
from openmodel.rendering.hub import is_repository

MAX_COMPARED = 4 * 2**30
"""The most bytes of weights that are read in order to compare them; of more, git has to know that nothing changed."""

MAX_FILES = 500
"""The most files of weights that are compared."""

_DIGEST = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA1 = 40
"""Hex digits of a SHA-1."""


@dataclass(frozen=True, slots=True)
class HubCopy:
    """A copy that the hub client made."""

    id: str | None
    """The Hub's id of the model; None when only the commit is known."""
    revision: str
    """The commit, in full."""
    origin: str
    """How this is known, in words."""


@dataclass(slots=True)
class HubPlace:
    """A repository of the Hub that this directory may be a copy of."""

    id: str
    revision: str
    """The commit, in full."""
    origin: str
    """How this is known, in words."""
    doubts: dict[str, str] = field(default_factory=dict)
    """By path, the weights that need not be those of the commit, and why."""

    @property
    def url(self) -> str:
        """The address of the repository."""
        return f"https://huggingface.co/{self.id}"

    @property
    def owner(self) -> str | None:
        """Who the repository belongs to; None where the id has no owner."""
        return self.id.rpartition("/")[0] or None

    def doubt(self, paths: Iterable[str]) -> str | None:
        """Why these files need not be those of the repository, as a sentence; None where they are."""
        reasons = dict[str, list[str]]()
        for path in paths:
            if path in self.doubts:
                reasons.setdefault(self.doubts[path], []).append(shown(path))
        words = "; ".join(f"{listed(names, 3)} {reason}" for reason, names in reasons.items())
        return f"This looks like a copy of {self.url}, but {words}." if words else None


def hub_place(git: GitState | None, hub: HubCopy | None, weights: Iterable[ExaminedFile]) -> HubPlace | None:
    """Where the directory is a copy of, and whether these files are those of there."""
    room = [MAX_COMPARED]
    weights = list(weights)
    compared = weights[:MAX_FILES]
    if hub and hub.id:
        place = HubPlace(hub.id, hub.revision, hub.origin)
        doubts = ((file.path, _doubt_of_cached(file, room)) for file in compared)
    elif git and git.hub_id:
        place = HubPlace(git.hub_id, git.commit, "git, remote and commit")
        doubts = ((file.path, _doubt_of_cloned(file, git, room)) for file in compared)
    else:
        return None
    place.doubts = {path: doubt for path, doubt in doubts if doubt}
    place.doubts |= {file.path: "is one file too many to be compared" for file in weights[MAX_FILES:]}
    return place


def _doubt_of_cached(file: ExaminedFile, room: list[int]) -> str:
    """The hub client keeps files under `blobs`, by the digest that the Hub states: of the bytes where they are large,
    of git's object where they are small. Source: huggingface_hub, "Understand caching"."""
    name = Path(file.location).name
    if Path(file.location).parent.name != "blobs" or not _DIGEST.fullmatch(name):
        return "lies in the cache of the hub client as no link to what it downloaded"
    is_same = _is(file, name, room, is_object=len(name) == _SHA1)
    if is_same is None:
        return "is too large to be compared with its digest here"
    return "" if is_same else "has other bytes than the hub client downloaded"


def _doubt_of_cloned(file: ExaminedFile, git: GitState, room: list[int]) -> str:
    if git.git is None or git.git.fault:
        return "cannot be compared with the commit, as git may not be asked or does not answer"
    if not git.is_published:
        return "stands in a commit that the remote had not got when git last asked it"
    blob = git.committed.get(file.path)
    if blob is None:
        return "is no file of the commit"
    if file.size == blob.size:  # Also a pointer that stands for what is at the Hub.
        is_same = _is(file, blob.id, room, is_object=True)
    else:
        pointer = _pointer(blob, git.git)
        is_same = pointer is not None and file.size == pointer.size and _is(file, pointer.sha256, room)
    if is_same is None:  # Then git has to know that it is as it was when git wrote it.
        is_same = git.clean is not None and file.path not in git.changed
    return "" if is_same else "has other bytes than the commit"


def _pointer(blob: Blob, git: Git) -> LfsPointer | None:
    content = git.ask("cat-file", "blob", blob.id) if blob.size <= MAX_POINTER_BYTES else None
    return read_lfs_pointer(content) if content else None


def _is(file: ExaminedFile, digest: str, room: list[int], *, is_object: bool = False) -> bool | None:
    """Whether the bytes, or the object that git makes of them, have this digest; None where there is no room left to
    read as many."""
    if file.size > room[0]:
        return None
    room[0] -= file.size
    hashed = hashlib.new("sha1" if len(digest) == _SHA1 else "sha256", usedforsecurity=False)
    hashed.update(b"blob %d\0" % file.size if is_object else b"")
    try:
        with open_regular(file.location) as opened:
            while block := opened.stream.read(2**20):
                hashed.update(block)
    except InventoryError:
        return False
    return hashed.hexdigest() == digest


def hub_copy(root: Path) -> HubCopy | None:
    """What the layout of the hub client's cache says: `models--OWNER--NAME/snapshots/COMMIT`, or a download into a
    directory of its own with notes in `.cache/huggingface`. Source: huggingface_hub, "Understand caching"."""
    try:
        real = root.resolve(strict=True)
    except OSError:
        return None
    kind, _, name = real.parent.parent.name.partition("--")
    repository = name.replace("--", "/")
    if real.parent.name == "snapshots" and kind == "models" and _DIGEST.fullmatch(real.name):
        known = repository if is_repository(repository) else None
        return HubCopy(known, real.name, "the path in the cache of the hub client")
    return _noted_copy(real)


def _noted_copy(root: Path) -> HubCopy | None:
    notes = root / ".cache" / "huggingface" / "download"
    commits: set[str] = set()
    try:
        for note in sorted(notes.glob("*.metadata"))[:100]:
            if note.is_file() and not note.is_symlink():
                with note.open("rb") as stream:
                    commits.add(stream.read(200).decode("ascii", "replace").splitlines()[0].strip())
    except (OSError, IndexError):
        return None
    (commit, *others) = commits or {""}
    if others or not _DIGEST.fullmatch(commit):
        return None
    return HubCopy(None, commit, "the notes of the hub client in .cache/huggingface")
