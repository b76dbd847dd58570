# SPDX-License-Identifier: Apache-2.0
"""Pins against the repository that the release itself lies in: its own clone, in or above the directory.

No other repository is looked at, and nothing is fetched. A commit that is here proves which code is meant, and not that
it ran; that the tree is clean now does not prove that it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from openmodel.evidence.files import Files
from openmodel.evidence.findings import Collected
from openmodel.evidence.git_objects import Commit, Unknown
from openmodel.inventory.exclusion import DECLARATION, WRITTEN_FILES
from openmodel.inventory.git import NO_SUBMODULES, public_address, unknown_settings
from openmodel.inventory.git_process import Git, irregular, repository_around
from openmodel.inventory.naming import shown
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import matches
from openmodel.manifest.stage import SettingsFile
from openmodel.manifest.values import Pin

__all__ = ["compare_pins", "wanted_sources"]

MAX_PINS = 200
"""The most pins that git is asked about; each takes some questions."""
MAX_FILES = 2000
"""The most files of a component that are compared with a commit."""
MAX_FILE = 2**20
"""The longest of them, in bytes; sources are shorter."""

_BY = "openmodel check, the git repository here"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REVISION = re.compile(r"swh:1:rev:([0-9a-f]{40})")
_REMOTES = r"^remote\..*\.url$"
_DIFF = ("--no-relative", "--no-renames", "--no-ext-diff", "--no-textconv", NO_SUBMODULES)
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class _Clone:
    """The repository that the release lies in."""

    git: Git
    head: str
    addresses: frozenset[str]
    """Of its remotes, in a form that can be compared."""
    is_shallow: bool
    prefix: str
    """The release directory in it, with a slash at the end; empty at the top."""


@dataclass(frozen=True, slots=True)
class _Pinned:
    """A component with a pin, and the repository that it is held against."""

    files: Files
    clone: _Clone
    commit: Commit
    pointer: str
    component: Component
    pin: Pin

    @property
    def where(self) -> str:
        """Pointer of the pin."""
        return f"{self.pointer}/pin"

    @property
    def is_of_clone(self) -> bool:
        """Whether the pin is of this repository. A SWHID names the commit wherever it is kept."""
        if named := _REVISION.match(self.pin.repository):
            return named[1] == self.pin.ref and self.commit.exists
        address = public_address(self.pin.repository)
        return address is not None and _comparable(address) in self.clone.addresses


def wanted_sources(manifest: Manifest) -> dict[str, int]:
    """The files of components with a pin, as far as they are compared with the commit."""
    globs = [
        glob
        for component in answered(manifest.components)
        if isinstance(component.pin, Pin)
        for glob in component.files
    ]
    return {
        record.path: MAX_FILE
        for record in (manifest.measured.files if manifest.measured else ())
        if record.size <= MAX_FILE and any(matches(glob, record.path) for glob in globs)
    }


def compare_pins(files: Files, collected: Collected) -> None:
    """Compares the pin of each component whose repository is the one that the release lies in."""
    found = [(pointer, one, one.pin) for pointer, one in files.components if isinstance(one.pin, Pin)]
    clone = _clone(files.root) if found else ""
    commits: dict[str, Commit] = {}
    for number, (pointer, component, pin) in enumerate(found):
        where = f"{pointer}/pin"
        if isinstance(clone, str) or number >= MAX_PINS:
            reason = clone if isinstance(clone, str) else f"there are more than {MAX_PINS} pins"
            collected.remark(where, f"The repository was not looked at: {reason}.")
        elif not isinstance(pin.ref, str) or pin.kind != "commit" or not _COMMIT.fullmatch(pin.ref):
            collected.remark(where, "It names no commit that could be looked up.")
        else:
            commit = commits.setdefault(pin.ref, Commit(clone.git, pin.ref))
            pinned = _Pinned(files, clone, commit, pointer, component, pin)
            if pinned.is_of_clone:
                _compare(pinned, collected)
            else:
                named = shown(pin.repository, 200)
                collected.remark(where, f"{named} is not the repository here, and was not looked at.")


def _clone(root: Path) -> _Clone | str:
    """The repository, or why it cannot be asked."""
    top = repository_around(root)
    if top is None:
        return "the release lies in no git repository"
    if odd := irregular(top):
        return f"{shown(str(odd))} is no regular file, and git would wait for it"
    git = Git(root)
    head = git.ask("rev-parse", "--verify", "--quiet", "HEAD")
    settings = unknown_settings(git) if head else None
    if head is None or settings is None:
        return f"git does not read it ({shown(git.fault or git.complaint or 'no reason is given')})"
    if settings:
        return f"its own configuration could make git run programs ({', '.join(settings[:_MOST_NAMES])})"
    urls = (entry.partition("\n")[2] for entry in git.words("config", "--local", "-z", "--get-regexp", _REMOTES) or ())
    public = filter(None, map(public_address, urls))
    prefix = (git.ask("rev-parse", "--show-prefix") or b"").decode("utf-8", "replace").removesuffix("\n")
    shallow = (git.ask("rev-parse", "--is-shallow-repository") or b"").strip() != b"false"
    name = head.strip().decode("ascii", "replace")
    return _Clone(git, name, frozenset(map(_comparable, public)), shallow, prefix)


def _comparable(address: str) -> str:
    """Host and path of an address, whatever the protocol and spelling."""
    parts = urlsplit(address)
    return f"{parts.hostname}/{parts.path.strip('/').removesuffix('.git')}".casefold()


def _compare(pinned: _Pinned, collected: Collected) -> None:
    pin, where = pinned.pin, pinned.where
    if not pinned.commit.exists:
        if pinned.clone.git.fault:
            collected.remark(where, f"The repository was not looked at: git {pinned.clone.git.fault}.")
        elif pinned.clone.is_shallow:
            collected.remark(where, "The repository here is shallow and does not hold this commit.")
        else:
            collected.contradict(f"{where}/ref", str(pin.ref), "no such commit", _BY)
        return
    collected.verify(f"{where}/ref")
    if not isinstance(pin.path, str) or _compare_path(pinned.commit, f"{where}/path", pin.path, collected):
        collected.verify(where)
    if isinstance(pin.dirty_sha256, Undisclosed) and pin.dirty_sha256.undisclosed == "not_applicable":
        _compare_changes(pinned, collected)
    elif pin.dirty_sha256 is not None:
        collected.remark(f"{where}/dirty_sha256", "The changes that it is the digest of were not looked for.")
    _compare_settings(pinned, collected)


def _compare_settings(pinned: _Pinned, collected: Collected) -> None:
    """Files with settings that are not in the release and so must be in the repository."""
    for place, settings in pinned.files.settings:
        if (
            isinstance(settings, SettingsFile)
            and settings.component == pinned.component.id
            and settings.path
            and pinned.files.settings_file(settings) is None
            and _compare_path(pinned.commit, f"{place}/path", settings.path, collected)
        ):
            collected.verify(place)


def _compare_path(commit: Commit, where: str, path: str, collected: Collected) -> bool:
    """Whether something is at a path in a commit."""
    try:
        found = commit.find(path)
    except Unknown:
        collected.remark(where, "It is in a submodule, or git did not give what is needed to find it.")
        return False
    if found is None:
        collected.contradict(where, path, "nothing at this path in the commit", _BY)
        return False
    collected.verify(where)
    return True


def _compare_changes(pinned: _Pinned, collected: Collected) -> None:
    """Whether files that git tracks, or files of the component, are changed, where the commit is checked out."""
    place = f"{pinned.where}/dirty_sha256"
    if pinned.clone.head != pinned.commit.id:
        collected.remark(place, "Another commit is checked out here, so that changes were not looked for.")
        return
    own = pinned.files.of(pinned.component)
    changed, doubtful = _changed(pinned.clone, own), _doubtful(pinned, own)
    if changed:
        collected.contradict(place, "no changes", f"changes in {_some(changed)}", _BY)
    elif changed is None or doubtful is None:
        collected.remark(place, "Git does not say whether there are changes, or there is too much to compare.")
    elif doubtful:
        collected.remark(place, f"Git sees no changes, but these are not as in the commit: {_some(doubtful)}.")
    else:
        collected.verify(place)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(shown(name, 100) for name in names[:_MOST_NAMES]) + more


def _changed(clone: _Clone, own: Collection[str]) -> list[str] | None:
    """The files that git sees to be changed, and those of the component that it neither tracks nor ignores, without
    what this tool writes; None if git does not say, or was told not to look at some."""
    git = clone.git
    tracked = git.words("diff", "--name-only", "-z", *_DIFF, "HEAD")
    others = git.words("ls-files", "--others", "--exclude-standard", "-z")
    flags = git.words("ls-files", "-v", "-z", ":/")
    if tracked is None or others is None or flags is None:
        return None
    if any(entry[:2] != "H " for entry in flags):  # See `git update-index --assume-unchanged`.
        return None
    ours = {f"{clone.prefix}{name}" for name in (DECLARATION, *WRITTEN_FILES)}
    return sorted({*tracked, *(f"{clone.prefix}{name}" for name in others if name in own)} - ours)


def _doubtful(pinned: _Pinned, own: Sequence[str]) -> list[str] | None:
    """The files of the component that have other bytes in the commit, or are not in it, whatever git says of them; so
    are those that git changes when it takes them in, such as those that Git LFS keeps. None if there are too many."""
    contents, commit, prefix = pinned.files.contents, pinned.commit, pinned.clone.prefix
    if len(own) > MAX_FILES:
        return None
    try:
        return [
            path
            for path in own
            if (content := contents.get(path)) is None or commit.find(f"{prefix}{path}") != commit.blob(content)
        ]
    except Unknown:
        return None
