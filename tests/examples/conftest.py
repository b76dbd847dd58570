# SPDX-License-Identifier: Apache-2.0
"""The example as somebody has it who checked out this repository: committed, clean, in a folder with a space."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import openmodel

ROOT = Path(__file__).parents[2]


class Checkout:
    """A copy of the example that is a repository of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.example = self.root / "examples" / "digits"
        shutil.copytree(ROOT / "examples" / "digits", self.example, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("LICENSE", ".gitignore"):
            shutil.copyfile(ROOT / name, self.root / name)

    def commit(self) -> str:
        """Commits everything; returns the id of the commit."""
        self.git("init", "--quiet")
        self.git("add", ".")
        who = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
        self.git(*who, "commit", "--quiet", "--no-verify", "-m", "Example")
        return self.git("rev-parse", "HEAD").decode().strip()

    def git(self, *arguments: str) -> bytes:
        """What git prints."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            ["git", *arguments], cwd=self.root, env=environment, check=True, capture_output=True
        ).stdout

    def run(self, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a script of the example."""
        # git must not find a repository around the folder of the tests.
        environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(self.root.parent), "COLUMNS": "100"}
        return subprocess.run(
            [sys.executable, self.example / script, *arguments],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    def release(self, *arguments: str | Path) -> Path:
        """Makes the release."""
        result = self.run("release.py", *arguments)
        assert result.returncode == 0, result.stderr
        return Path(arguments[0]) if arguments else self.root / "build" / "digits-release"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """The example without git."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release, made in a clean checkout, and built. Tests do not change it."""
    checkout = Checkout(tmp_path_factory.mktemp("digits"))
    checkout.commit()
    release = checkout.release()
    openmodel.build(release)
    return release
