# SPDX-License-Identifier: Apache-2.0
"""Where the directory comes from: a git repository, or the cache of the hub client."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from openmodel.inventory.exclusion import DECLARATION, WRITTEN_FILES
from openmodel.inventory.git import NO_SUBMODULES, ask, diff_of, is_harmless, public_address
from openmodel.rendering.hub import is_repository

_OURS = frozenset({DECLARATION, *WRITTEN_FILES})
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")


@dataclass(frozen=True, slots=True)
class GitState:
    """What git says about the directory."""

    url: str | None
    """Address of the remote `origin` without user name and token; None when there is none that others can reach."""
    commit: str
    """The commit that is checked out, in full."""
    clean: bool | None
    """Whether nothing is changed or untracked; None when git was not asked."""
    diff_sha256: str | None
    """SHA-256 of `git diff --binary HEAD`, where something is changed."""
    is_top: bool
    """Whether the directory is the top of the repository."""
    tracked: frozenset[str]
    """The files of the directory that are in the repository, by their path from the directory."""

    @property
    def repository(self) -> str:
        """The address, or the SWHID of the commit (ISO/IEC 18670), which names it wherever it is kept."""
        return self.url or f"swh:1:rev:{self.commit}"

    @property
    def hub_id(self) -> str | None:
        """The Hub's id of the model, when the directory is a clone of it."""
        parts = urlsplit(self.url or "")
        name = parts.path.strip("/").removesuffix(".git")
        return (
            name
            if self.is_top and parts.hostname in _HUB_HOSTS and name.count("/") <= 1 and is_repository(name)
            else None
        )


@dataclass(frozen=True, slots=True)
class HubCopy:
    """A copy that the hub client made."""

    id: str | None
    """The Hub's id of the model; None when only the commit is known."""
    revision: str
    """The commit, in full."""
    origin: str
    """How this is known, in words."""


def git_state(root: Path) -> GitState | None:
    """What git says, None where there is no repository or no git. Nothing that the repository configures is run."""
    commit = ask(root, "rev-parse", "--verify", "HEAD")
    if commit is None or not _COMMIT.fullmatch(name := commit.decode("ascii", "replace").strip()):
        return None
    remote = ask(root, "config", "--get", "remote.origin.url")
    url = public_address(remote.decode("utf-8", "replace").strip()) if remote else None
    prefix = ask(root, "rev-parse", "--show-prefix")
    is_top = prefix is not None and not prefix.strip()
    if not is_harmless(root):  # Even listing files can fetch objects, by a program that the remote names.
        return GitState(url, name, None, None, is_top, frozenset())
    tracked = (ask(root, "ls-files", "-z") or b"").decode("utf-8", "replace")
    clean, diff = _changes(root)
    return GitState(
        url,
        name,
        clean,
        hashlib.sha256(diff).hexdigest() if diff else None,
        is_top,
        frozenset(tracked.split("\0")) - {""},
    )


def _changes(root: Path) -> tuple[bool | None, bytes | None]:
    """Whether nothing is changed, and the difference. Submodules are not looked into: each has a configuration of its
    own. What this tool wrote does not count."""
    status = ask(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal", NO_SUBMODULES)
    if status is None:
        return None, None
    entries = [entry for entry in status.decode("utf-8", "replace").split("\0") if entry]
    if not [
        entry for entry in entries if not (entry[:2] == "??" and entry.rpartition("/")[2].removeprefix("?? ") in _OURS)
    ]:
        return True, None
    return False, diff_of(root, "--binary")


def hub_copy(root: Path) -> HubCopy | None:
    """What the layout of the hub client's cache says: `models--OWNER--NAME/snapshots/COMMIT`, or a download into a
    directory of its own with notes in `.cache/huggingface`. Source: huggingface_hub, "Understand caching"."""
    try:
        real = root.resolve(strict=True)
    except OSError:
        return None
    kind, _, name = real.parent.parent.name.partition("--")
    repository = name.replace("--", "/")
    if real.parent.name == "snapshots" and kind == "models" and _COMMIT.fullmatch(real.name):
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
    if others or not _COMMIT.fullmatch(commit):
        return None
    return HubCopy(None, commit, "the notes of the hub client in .cache/huggingface")
