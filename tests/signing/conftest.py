# SPDX-License-Identifier: Apache-2.0
"""A built release and two keys for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, new_key, readiness, sign
from tests.signing.small_release import write_release


def allow_what_build_does_not_write(patch: pytest.MonkeyPatch) -> None:
    """The small releases have records and tables of tensors, which `build` does not write yet; so they are compared
    file by file, as a release without a declaration is. `test_ready` signs releases that were really built."""
    patch.setattr(readiness, "DECLARATION", "there-is-none.yaml")


@pytest.fixture(autouse=True)
def small_releases(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.node.path.name.startswith("test_ready"):
        allow_what_build_does_not_write(monkeypatch)


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "one.key")


@pytest.fixture(scope="session")
def other_key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "two.key")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


@pytest.fixture(scope="session")
def signed_once(tmp_path_factory: pytest.TempPathFactory, key: KeyPair) -> Path:
    root = write_release(tmp_path_factory.mktemp("signed") / "release")
    with pytest.MonkeyPatch.context() as patch:
        allow_what_build_does_not_write(patch)
        sign(root, keys=[key.private])
    return root


@pytest.fixture
def signed(signed_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(signed_once, tmp_path / "signed")
