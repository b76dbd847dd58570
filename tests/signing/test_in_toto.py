# SPDX-License-Identifier: Apache-2.0
"""The statements that we sign, read by the package of the in-toto project, in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from openmodel.building import build
from openmodel.built import read_built
from openmodel.signing.provenance import encode
from tests.signing.test_provenance import DECLARATION, DIGEST

pytestmark = pytest.mark.network

HERE = Path(__file__).parent / "in_toto"


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has in-toto-attestation, by the digests in the lock file."""
    folder = tmp_path_factory.mktemp("in-toto")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--require-hashes", "-r"]
    ended = subprocess.run([*command, str(HERE / "requirements.txt")], capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"in-toto-attestation cannot be installed: {ended.stderr.strip().splitlines()[-1:]}")
    return python


def read_by(reader: Path, payload: bytes) -> Any:
    run = subprocess.run([reader, HERE / "read.py"], input=payload + b"\n", capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout)


def test_provenance_is_read_whole(tmp_path: Path, reader: Path) -> None:
    for path, text in {"openmodel.yaml": DECLARATION, "data.txt": "data", "serve.py": "print(1)\n"}.items():
        (tmp_path / path).write_text(text)
    for name in ("model.bin", "settings.json", "optimizer.bin", "lib/a.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    build(tmp_path)
    payload = encode(read_built(tmp_path), DIGEST)
    assert read_by(reader, payload) == json.loads(payload)
