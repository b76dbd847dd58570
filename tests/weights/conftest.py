# SPDX-License-Identifier: Apache-2.0
"""Signed releases with a tensor root, and the key that signed them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, new_key, sign
from tests.weights.tensor_files import FILES, SignedWeights, sign_weights, write_weights
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


@pytest.fixture
def signed(tmp_path: Path, key: KeyPair) -> SignedWeights:
    """Signed, with the tensors of `FILES`."""
    directory = tmp_path / "release"
    table = write_weights(directory, FILES)
    sign_weights(directory, key, [table])
    return SignedWeights(directory, key.public, table, key)
