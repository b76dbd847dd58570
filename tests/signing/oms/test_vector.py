# SPDX-License-Identifier: Apache-2.0
"""The worked example of `docs/spec/oms.md`, here and in the real program."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from openmodel.signing import verify
from openmodel.signing.oms.bundle import decode, encode
from openmodel.signing.oms.file_list import encode as encode_list
from openmodel.signing.oms.file_list import read
from tests.signing.oms.conftest import Peer
from tests.signing.oms.model_files import write_model
from tests.signing.vectors.make_vectors import IGNORED, MODEL

VECTORS = Path(__file__).parents[1] / "vectors"
PAGE = Path(__file__).parents[3] / "docs" / "spec" / "oms.md"
PAYLOAD = (VECTORS / "model-payload.json").read_bytes()
KEY = VECTORS / "test-only.key.pub"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    model = write_model(tmp_path / "model", MODEL)
    shutil.copy(VECTORS / "model.sig", model)
    return model


def test_it_is_written_and_holds(example: Path) -> None:
    bundle = decode((example / "model.sig").read_bytes())
    assert encode(bundle) == (example / "model.sig").read_bytes()
    assert bundle.payload == PAYLOAD == encode_list("model", read(PAYLOAD).sha256, IGNORED)
    assert verify(example, keys=[KEY], oms=True).ok


def test_the_page_prints_it(example: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert PAYLOAD.decode() in page
    assert (example / "model.sig").read_text() in page


@pytest.mark.network
def test_the_peer_accepts_it(example: Path, peer: Peer) -> None:
    assert peer.accepts("key", example, "--public_key", KEY)
