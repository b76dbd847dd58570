# SPDX-License-Identifier: Apache-2.0
"""The tests of keys in devices, run with SoftHSM and the library where both can be fetched, as from Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPT = "import sys, pytest; sys.path.append(sys.argv.pop(1)); sys.exit(pytest.main(sys.argv[1:]))"


@pytest.mark.network
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="needs Debian's packages")
def test_with_softhsm(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    pip += ["--require-hashes", "--no-deps", "--target", "library", "--requirement", str(HERE / "device.txt")]
    for command in (pip, ["apt-get", "download", "softhsm2", "libsofthsm2"]):
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        if ended.returncode:
            pytest.skip(f"cannot be fetched: {ended.stderr.strip().splitlines()[-1:]}")
    for package in tmp_path.glob("*.deb"):  # No rights are needed to unpack it.
        subprocess.run(["dpkg", "-x", package, "softhsm"], cwd=tmp_path, check=True)
    test = [sys.executable, "-c", SCRIPT, str(tmp_path / "library"), str(HERE / "test_device.py"), "-q"]
    settings = os.environ | {"OPENMODEL_SOFTHSM": str(tmp_path / "softhsm")}
    ended = subprocess.run(test, cwd=HERE.parents[1], capture_output=True, text=True, check=False, env=settings)
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr
    assert " passed" in ended.stdout
    assert "skipped" not in ended.stdout
