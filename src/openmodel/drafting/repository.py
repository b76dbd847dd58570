# SPDX-License-Identifier: Apache-2.0
"""Where the directory comes from: a git repository, or the cache of the hub client.

The configuration of a repository can name programs that git runs (hooks, filters, fsmonitor). Whoever downloaded a
release with a `.git` in it must not run them by asking for a draft, so git is only asked what it answers without.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from openmodel.rendering.hub import is_repository

_SECONDS = 20
_RUNS_PROGRAMS = re.compile(
    rb"^(filter\.|diff\.|core\.(fsmonitor|hookspath|sshcommand|gitproxy|askpass|editor|pager|attributesfile|worktree)"
    rb"|include\.|includeif\.|extensions\.|remote\..*\.(promisor|vcs|uploadpack)$)",
    re.IGNORECASE,
)
_HARMLESS_EXTENSIONS = (b"extensions.objectformat", b"extensions.refstorage")
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
    tracked: frozenset[str]
    """The files of the directory that are in the repository, by their path from the directory."""

    @property
    def repository(self) -> str:
        """The address, or the SWHID of the commit (ISO/IEC 18670), which names it wherever it is kept."""
        return self.url or f"swh:1:rev:{self.commit}"

    @property
    def hub_id(self) -> str | None:
        """The Hub's id of the model, when the repository is one there."""
        parts = urlsplit(self.url or "")
        name = parts.path.strip("/").removesuffix(".git")
        return name if parts.hostname in _HUB_HOSTS and name.count("/") <= 1 and is_repository(name) else None


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
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    if commit is None or not _COMMIT.fullmatch(name := commit.decode("ascii", "replace").strip()):
        return None
    remote = _git(root, "config", "--get", "remote.origin.url")
    tracked = _git(root, "ls-files", "-z") or b""
    clean, diff = _changes(root)
    return GitState(
        _public(remote.decode("utf-8", "replace").strip()) if remote else None,
        name,
        clean,
        hashlib.sha256(diff).hexdigest() if diff else None,
        frozenset(tracked.decode("utf-8", "replace").split("\0")) - {""},
    )


def _changes(root: Path) -> tuple[bool | None, bytes | None]:
    listed = _git(root, "config", "--list", "--show-scope", "--name-only", "-z")
    if listed is None:
        return None, None
    words = listed.split(b"\0")
    for scope, key in zip(words[::2], words[1::2], strict=False):
        own = scope in (b"local", b"worktree")
        if own and _RUNS_PROGRAMS.match(key) and not key.lower().startswith(_HARMLESS_EXTENSIONS):
            return None, None
    status = _git(root, "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=all")
    diff = _git(root, "diff", "--binary", "--no-relative", "--no-ext-diff", "--no-textconv", "HEAD") if status else None
    return (not status if status is not None else None), diff


def _git(root: Path, *arguments: str) -> bytes | None:
    # Where a hook of git runs this, these say which repository the hook is of.
    elsewhere = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in elsewhere}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    safe = ("--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
    try:
        ended = subprocess.run(  # noqa: S603  # The arguments are this module's own.
            ["git", *safe, *arguments],  # noqa: S607  # The user's git.
            cwd=root,
            env=environment,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


def _public(remote: str) -> str | None:
    """The address without user name and token, which must not be published. A path on this machine tells nobody
    anything."""
    short = re.fullmatch(r"[\w.-]+@([\w.-]+):(?!/)(.+)", remote)  # git@host:path
    try:
        url = urlsplit(f"ssh://{short[1]}/{short[2]}" if short else remote)
        if url.scheme in ("https", "http", "ssh", "git") and url.hostname:
            return urlunsplit((url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""))
    except ValueError:
        return None
    return None


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
