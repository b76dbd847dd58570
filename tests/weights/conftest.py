# SPDX-License-Identifier: Apache-2.0
"""Signed weights with a tensor root, for each test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from openmodel.manifest.tensor_table import WeightTensors
from openmodel.signing import KeyPair, new_key, sign
from tests.weights.tensor_files import Stored, Tensors, sign_weights, write_weights
from tests.weights.weighed import write_weighed

FILES: dict[str, Tensors] = {
    "model-1.safetensors": {
        "model.layers.0.w": Stored("F32", (2, 3), bytes(range(24))),
        "model.layers.0.b": Stored("F16", (3,), bytes(range(6))),
    },
    "deep/model-2.safetensors": {
        "model.layers.1.w": Stored("F32", (2, 3), bytes(range(24, 48))),
        "model.layers.1.b": Stored("F16", (3,), bytes(range(6, 12))),
        "lm_head": Stored("BF16", (2, 2), bytes(range(8))),
    },
}
"""The tensors of the release, by file."""

ALL: dict[str, Stored] = {name: tensor for tensors in FILES.values() for name, tensor in tensors.items()}


class SignedWeights(NamedTuple):
    """A release."""

    directory: Path
    key: Path
    """The public key."""
    table: WeightTensors
    keys: KeyPair

    @property
    def tensor_root(self) -> str:
        return self.table.tensor_root


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "one.key")


@pytest.fixture
def key(keys: KeyPair) -> KeyPair:
    return keys


@pytest.fixture
def signed(tmp_path: Path, keys: KeyPair) -> SignedWeights:
    directory = tmp_path / "release"
    directory.mkdir()
    table = write_weights(directory, FILES)
    sign_weights(directory, keys, [table])
    return SignedWeights(directory, keys.public, table, keys)


@pytest.fixture(scope="session")
def weighed_once(tmp_path_factory: pytest.TempPathFactory, keys: KeyPair) -> Path:
    root = write_weighed(tmp_path_factory.mktemp("weighed") / "release")
    sign(root, keys=[keys.private])
    return root


@pytest.fixture
def weighed(weighed_once: Path, tmp_path: Path) -> Path:
    """Signed, with five layers in one file and what else there is in another."""
    return shutil.copytree(weighed_once, tmp_path / "weighed")
