# SPDX-License-Identifier: Apache-2.0
"""What git may be asked about a repository that may be a stranger's.

The configuration of a repository can name programs that git runs (hooks, filters, fsmonitor). Whoever downloaded a
release with a `.git` in it must not run them by asking about it, so git is only asked what it answers without.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from openmodel.inventory.git_process import Git
from openmodel.inventory.naming import shown

__all__ = ["NO_SUBMODULES", "public_address", "unknown_settings"]

NO_SUBMODULES = "--ignore-submodules=all"
"""Submodules are not looked into: each has a configuration of its own."""

_HARMLESS = re.compile(
    r"core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol)"
    r"|remote\..*\.(url|pushurl|fetch|tagopt)|branch\..*\.(remote|merge|rebase|description)|user\.(name|email)"
    r"|commit\.gpgsign|pull\.rebase|lfs\.repositoryformatversion|lfs\..*\.(access|locksverify)"
    r"|extensions\.(objectformat|refstorage)",
    re.IGNORECASE | re.DOTALL,
)
"""What a repository may configure. Anything else may make git run a program or fetch something."""


def unknown_settings(git: Git) -> list[str] | None:
    """What the repository configures that could make git run a program or fetch something, even when it lists files;
    safe to print. None where git does not say."""
    words = git.words("config", "--list", "--show-scope", "--name-only", "-z")
    if words is None:
        return None
    own = [key for scope, key in zip(words[::2], words[1::2], strict=False) if scope in ("local", "worktree")]
    return [shown(key, 100) for key in dict.fromkeys(own) if not _HARMLESS.fullmatch(key)]


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
