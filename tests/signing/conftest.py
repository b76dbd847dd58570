# SPDX-License-Identifier: Apache-2.0
"""A built release and two keys for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from openmodel.building import build
from openmodel.signing import KeyPair, new_key, sign
from tests.signing.small_release import DECLARATION, FILES, write_release


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "one.key")


@pytest.fixture(scope="session")
def other_key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "two.key")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    """A release with its declaration, and with the manifest that `build` wrote."""
    root = tmp_path / "declared"
    for path, content in {**FILES, "openmodel.yaml": DECLARATION}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    build(root)
    return root


@pytest.fixture(scope="session")
def signed_once(tmp_path_factory: pytest.TempPathFactory, key: KeyPair) -> Path:
    root = write_release(tmp_path_factory.mktemp("signed") / "release")
    sign(root, keys=[key.private])
    (root / "model.sig").unlink()  # tests/signing/oms is about that one.
    return root


@pytest.fixture
def signed(signed_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(signed_once, tmp_path / "signed")
