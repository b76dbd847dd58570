# SPDX-License-Identifier: Apache-2.0
"""`examples/prerelease.py`, run as a team would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openmodel

SCRIPT = Path(__file__).parents[2] / "examples" / "prerelease.py"


def run(release: Path, key: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(release), str(key)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_release_that_lacks_nothing_is_made_ready(release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    ended = run(release, key.private)
    assert ended.returncode == 0, ended.stderr
    assert "Ready to publish: verified" in ended.stdout
    assert "/sources: No program can tell" in ended.stdout
    assert openmodel.verify(release, keys=[key.public]).ok


def test_a_release_that_lacks_something_is_not(release: Path, tmp_path: Path) -> None:
    declaration = release / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace("provenance: Measured", "provenance: TODO"))
    ended = run(release, openmodel.new_key(tmp_path / "key").private)
    assert ended.returncode == 1
    assert "/sources/0/provenance" in ended.stdout
    assert "Not released" in ended.stderr
    assert not (release / "openmodel.sig").exists()


def test_the_next_release_is_made_ready_too(release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    assert run(release, key.private).returncode == 0
    (release / "more.txt").write_text("more")
    ended = run(release, key.private)
    assert ended.returncode == 0, ended.stderr


def test_what_cannot_be_done_is_said_in_a_sentence(release: Path) -> None:
    (release / "openmodel.yaml").write_text("openmodel: 2\n")
    broken = run(release, release / "none")
    usage = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    for ended in (broken, usage):
        assert ended.returncode == 1
        assert ended.stderr
        assert "Traceback" not in ended.stderr


def test_it_is_ten_lines() -> None:
    body = SCRIPT.read_text().partition('replaced."""\n')[2].partition("\n\n")[0]
    assert len(body.splitlines()) <= 10
