# SPDX-License-Identifier: Apache-2.0
"""Asks git about a repository that may be a stranger's.

The configuration of a repository can name programs that git runs (hooks, filters, fsmonitor). Whoever downloaded a
release with a `.git` in it must not run them by asking about it, so git is only asked what it answers without.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

__all__ = ["NO_SUBMODULES", "ask", "diff_of", "is_harmless", "public_address"]

NO_SUBMODULES = "--ignore-submodules=all"
"""Submodules are not looked into: each has a configuration of its own."""

_SECONDS = 20
_ELSEWHERE = frozenset(
    f"GIT_{name}"
    for name in ("DIR", "WORK_TREE", "INDEX_FILE", "PREFIX", "COMMON_DIR", "OBJECT_DIRECTORY", "NAMESPACE")
)
_HARMLESS = re.compile(
    rb"core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol)"
    rb"|remote\..*\.(url|pushurl|fetch|tagopt)|branch\..*\.(remote|merge|rebase|description)|user\.(name|email)"
    rb"|commit\.gpgsign|pull\.rebase|lfs\.repositoryformatversion|extensions\.(objectformat|refstorage)",
    re.IGNORECASE | re.DOTALL,
)
"""What a repository may configure. Anything else may make git run a program or fetch something."""


def ask(root: Path, *arguments: str) -> bytes | None:
    """What git prints, run in a directory; None where it fails, takes too long or is not installed.

    Only for commands that run no program and fetch nothing, whatever is configured; for others see `is_harmless`.
    """
    # Where a hook of git runs this, these say which repository the hook is of.
    environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    environment |= {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_REPLACE_OBJECTS": "1"}
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


def is_harmless(root: Path) -> bool:
    """Whether the repository configures nothing by which git could run a program or fetch something."""
    listed = ask(root, "config", "--list", "--show-scope", "--name-only", "-z")
    if listed is None:
        return False
    words = listed.split(b"\0")
    own = [key for scope, key in zip(words[::2], words[1::2], strict=False) if scope in (b"local", b"worktree")]
    return all(map(_HARMLESS.fullmatch, own))


def diff_of(root: Path, *how: str) -> bytes | None:
    """What `git diff HEAD` prints of tracked files, for a repository that `is_harmless`; None where git fails.

    Args:
        root: a directory of the repository.
        how: `--binary` or other options that say what to print of a difference.
    """
    return ask(root, "diff", *how, "--no-relative", "--no-ext-diff", "--no-textconv", NO_SUBMODULES, "HEAD")


def public_address(remote: str) -> str | None:
    """The address without user name and token, which must not be published. A path on this machine tells nobody
    anything."""
    short = re.fullmatch(r"[\w.-]+@([\w.-]+):(?!/)(.+)", remote)  # git@host:path
    try:
        url = urlsplit(f"ssh://{short[1]}/{short[2]}" if short else remote)
        if url.scheme in ("https", "http", "ssh", "git") and url.hostname:
            public = urlunsplit((url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""))
            return public if urlsplit(public).hostname else None
    except ValueError:
        return None
    return None
