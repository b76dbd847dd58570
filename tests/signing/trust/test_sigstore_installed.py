# SPDX-License-Identifier: Apache-2.0
"""The tests of Sigstore, run with its library and `model-signing` where a package index can be reached."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.signing.oms.conftest import Peer, peer

__all__ = ["peer"]

TESTS = ("test_sigstore.py", "test_keyless.py")
# Behind what the tests have anyway, so that of two versions theirs is used.
SCRIPT = "import sys, pytest; sys.path.append(sys.argv.pop(1)); sys.exit(pytest.main(sys.argv[1:]))"


@pytest.mark.network
@pytest.mark.parametrize("name", TESTS)
def test_with_the_library(name: str, peer: Peer) -> None:
    (installed,) = peer.folder.glob("lib/python*/site-packages")
    test = Path(__file__).parent / name
    command = [sys.executable, "-c", SCRIPT, str(installed), str(test), "-q", "-p", "no:cacheprovider"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr
    assert " passed" in ended.stdout
    assert "skipped" not in ended.stdout
