# SPDX-License-Identifier: Apache-2.0
"""The git repository that the directory is in.

The configuration of a repository can name programs that git runs (hooks, filters, fsmonitor). Whoever downloaded a
release with a `.git` in it must not run them by asking for a draft, so git is only asked what it answers without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from openmodel.drafting.outline import listed
from openmodel.inventory.exclusion import DECLARATION, WRITTEN_FILES
from openmodel.inventory.git import NO_SUBMODULES, public_address, unknown_settings
from openmodel.inventory.git_process import MAX_OUTPUT, Git, irregular, repository_around
from openmodel.inventory.naming import shown
from openmodel.rendering.hub import is_repository

_OURS = frozenset({DECLARATION, *WRITTEN_FILES})
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ENTRY = re.compile(r"\d{6} blob (?P<blob>[0-9a-f]{40}|[0-9a-f]{64}) +(?P<size>\d+)\t(?P<path>.+)", re.DOTALL)
_HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit."""

    id: str
    """The digest of the object, SHA-1 or SHA-256 by its length."""
    size: int
    """Bytes."""


@dataclass(slots=True)
class GitState:
    """What git says about the directory."""

    url: str | None
    """Address of the remote `origin` without user name and token; None when there is none that others can reach."""
    commit: str
    """The commit that is checked out, in full."""
    is_top: bool = False
    """Whether the directory is the top of the repository."""
    clean: bool | None = None
    """Whether nothing is changed or untracked; None when git was not asked, or cannot know."""
    diff_sha256: str | None = None
    """SHA-256 of `git diff --binary --full-index HEAD`, where something is changed."""
    unknown: str = ""
    """Where `clean` or the digest is not known: why, as a sentence."""
    tracked: frozenset[str] = frozenset()
    """The files of the directory that are in the repository, by their path from the directory."""
    overlooked: frozenset[str] = frozenset()
    """Those of them that git was told not to look at."""
    changed: frozenset[str] = frozenset()
    """What git takes for changed or new, by the path from the top of the repository."""
    committed: dict[str, Blob] = field(default_factory=dict)
    """The files of the commit, by their path from the top of the repository."""
    is_published: bool = False
    """Whether the remote `origin` had the commit when git last asked it."""
    git: Git | None = None
    """For further questions; None where the configuration of the repository forbids them."""

    @property
    def repository(self) -> str:
        """The address, or the SWHID of the commit (ISO/IEC 18670), which names it wherever it is kept."""
        return self.url or f"swh:1:rev:{self.commit}"

    @property
    def hub_id(self) -> str | None:
        """The Hub's id of the model, when the directory is a clone of it."""
        parts = urlsplit(self.url or "")
        name = parts.path.strip("/").removesuffix(".git")
        is_hub = self.is_top and parts.hostname in _HUB_HOSTS
        return name if is_hub and name.count("/") <= 1 and is_repository(name) else None


def git_state(root: Path) -> tuple[GitState | None, list[str]]:
    """What git says, None where there is no repository or no git; and what it could not say, as sentences. Nothing that
    the repository configures is run."""
    top = repository_around(root)
    if top is None:
        return None, []
    if odd := irregular(top):
        return None, [f"{shown(str(odd))} is no regular file; git would wait for it, so it was not asked anything."]
    git = Git(root)
    state = _state(git, top)
    if git.fault:
        return state, [f"git {git.fault}; what it knows of this directory was not read, or only in part."]
    if state is None:
        said = shown(git.complaint) or "no reason is given"
        return None, [f"git names no commit of this directory ({said}); nothing was taken from its repository."]
    return state, [state.unknown] if state.unknown else []


def _state(git: Git, top: Path) -> GitState | None:
    commit = git.ask("rev-parse", "--verify", "HEAD^{commit}")
    inside = git.ask("rev-parse", "--is-inside-work-tree") if commit else None
    if not commit or not inside or inside.strip() != b"true":
        return None
    name = commit.decode("ascii", "replace").strip()
    if not _COMMIT.fullmatch(name):
        return None
    remote = git.ask("config", "--get", "remote.origin.url")
    url = public_address(remote.decode("utf-8", "replace").strip()) if remote else None
    prefix = git.ask("rev-parse", "--show-prefix")
    state = GitState(url, name, prefix is not None and not prefix.strip())
    state.unknown = _danger(git)
    if state.unknown:  # Even listing files can fetch objects, by a program that the remote names.
        return state
    state.git = git
    tagged = git.words("ls-files", "-v", "-z") or []
    state.tracked = frozenset(entry[2:] for entry in tagged)
    # Git, "git-ls-files", -v: lower case is assume-unchanged, S is skip-worktree.
    state.overlooked = frozenset(entry[2:] for entry in tagged if entry[0].islower() or entry[0] == "S")
    matches = map(_ENTRY.fullmatch, git.words("ls-tree", "-r", "-l", "-z", "--full-tree", "HEAD") or [])
    state.committed = {one["path"]: Blob(one["blob"], int(one["size"])) for one in matches if one}
    state.is_published = bool(git.ask("for-each-ref", "--count=1", f"--contains={name}", "refs/remotes/origin"))
    _look_for_changes(state, git, top)
    return state


def _danger(git: Git) -> str:
    """Why git is asked no more, as a sentence; empty where nothing that the repository configures can do harm."""
    others = unknown_settings(git)
    if others is None:
        return f"git does not say how the repository is configured ({shown(git.complaint)})."
    if not others:
        return ""
    return (
        f"The configuration of the git repository could make git run programs ({listed(others, 3)}), so it was not "
        "asked whether files were changed."
    )


def _look_for_changes(state: GitState, git: Git, top: Path) -> None:
    """Whether nothing is changed, and the difference. Submodules are not looked into: each has a configuration of its
    own. What this tool wrote does not count."""
    entries = git.words("status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal", NO_SUBMODULES)
    if entries is None:
        state.unknown = f"git does not say whether files were changed ({shown(git.complaint)})."
        return
    state.changed = frozenset(entry[3:] for entry in entries)
    if state.overlooked:
        names = listed([shown(path) for path in sorted(state.overlooked)], 3)
        state.unknown = f"git was told not to look for changes of {names}; so nothing says whether they are unchanged."
        return
    state.clean = all(entry[:2] == "??" and entry[3:].rpartition("/")[2] in _OURS for entry in entries)
    if state.clean:
        return
    altered = [entry[3:] for entry in entries if entry[:2] != "??"]
    if _size(state, top, altered) > MAX_OUTPUT:
        state.unknown = (
            "The changes that are not committed are too large for a digest here; `dirty_sha256` is left out."
        )
        return
    state.diff_sha256 = git.digest_of_changes()
    if altered and state.diff_sha256 is None:
        state.unknown = f"git gives no digest of what is changed ({shown(git.complaint) or 'there is no difference'})."


def _size(state: GitState, top: Path, paths: Iterable[str]) -> int:
    """The bytes that git would hold in order to compare these files."""
    size = 0
    for path in paths:
        blob = state.committed.get(path)
        size += blob.size if blob else 0
        try:
            size += (top / path).lstat().st_size
        except (OSError, ValueError):  # Deleted.
            continue
    return size
