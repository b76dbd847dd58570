# SPDX-License-Identifier: Apache-2.0
"""A signed release with a tensor root, and the key that signed it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, new_key, sign
from tests.weights.weighed import write_weighed


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "one.key")


@pytest.fixture(scope="session")
def weighed_once(tmp_path_factory: pytest.TempPathFactory, key: KeyPair) -> Path:
    root = write_weighed(tmp_path_factory.mktemp("weighed") / "release")
    sign(root, keys=[key.private])
    return root


@pytest.fixture
def weighed(weighed_once: Path, tmp_path: Path) -> Path:
    """Signed, with five layers in one file and what else there is in another."""
    return shutil.copytree(weighed_once, tmp_path / "weighed")
