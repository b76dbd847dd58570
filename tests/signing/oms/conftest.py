# SPDX-License-Identifier: Apache-2.0
"""Models with and without a manifest, an authority, and the program of OpenSSF Model Signing."""

from __future__ import annotations

import os
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, PrivateKey, load_private_key, new_key
from openmodel.signing.keys import KeyType
from tests.signing.oms.model_files import Authority, write_model

HERE = Path(__file__).parent
CURVES: tuple[KeyType, ...] = ("ecdsa-p256", "ecdsa-p384", "ecdsa-p521")


@dataclass(frozen=True)
class Peer:
    """`model-signing` in an environment of its own."""

    folder: Path

    def python(self, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self._run("python", "-c", script, *map(str, arguments))

    def sign(self, method: str, model: Path, *arguments: str | Path) -> None:
        """Writes `model.sig`, which has to work."""
        ended = self._run("model_signing", "sign", method, "--signature", model / "model.sig", *arguments, model)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def accepts(self, method: str, model: Path, *arguments: str | Path) -> bool:
        """Whether its `verify` does."""
        ended = self._run("model_signing", "verify", method, "--signature", model / "model.sig", *arguments, model)
        assert ("Verification succeeded" in ended.stdout) == (ended.returncode == 0), ended.stdout + ended.stderr
        return ended.returncode == 0

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "bin" / program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Peer:
    """Installed once a session from `peer.txt`, where a package index can be reached."""
    folder = tmp_path_factory.mktemp("peer") / "environment"
    venv.create(folder, with_pip=True)
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # The tests of this project run in an environment that may set where packages come from; nothing else of it counts.
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command += ["--only-binary", ":all:", "--require-hashes", "--requirement", str(HERE / "peer.txt")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
    if ended.returncode:
        pytest.skip(f"model-signing cannot be installed: {ended.stderr.strip().splitlines()[-1:]}")
    return Peer(folder)


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, KeyPair]:
    """A key for each curve."""
    folder = tmp_path_factory.mktemp("curves")
    return {curve: new_key(folder / curve, type=curve) for curve in CURVES}


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def secret(key: KeyPair) -> PrivateKey:
    return load_private_key(key.private)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model without anything of this project."""
    return write_model(tmp_path / "model")
