# SPDX-License-Identifier: Apache-2.0
"""Git repositories for the tests of `init`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.drafting.files import Content, write


def git(root: Path, *arguments: str) -> bytes:
    """What git prints, without what the environment or the configuration of whoever runs the tests says."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", *identity, *arguments], cwd=root, check=True, capture_output=True, env=environment
    ).stdout


def committed(root: Path, files: Mapping[str, Content]) -> Path:
    """A repository with these files committed."""
    write(root, files)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")
    return root


def commit_of(root: Path) -> str:
    """The commit that is checked out."""
    return git(root, "rev-parse", "HEAD").decode().strip()


def published(root: Path, remote: str) -> Path:
    """The repository with a remote that has the commit."""
    git(root, "remote", "add", "origin", remote)
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    return root
