# SPDX-License-Identifier: Apache-2.0
"""What `verify` says of each step, word for word: people and other programs decide by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.signing import FileAlgorithm, KeyPair, Verification, load_private_key, verify
from tests.signing.oms.model_files import sign_payload as sign_model
from tests.signing.oms.model_files import statement, write_model
from tests.signing.small_release import bundle_for, payload_of, statement_for, write_lines


def details(result: Verification) -> dict[int, str]:
    return {step.number: step.detail for step in result.steps}


@pytest.mark.parametrize(
    ("algorithm", "said"), [("blake3", "blake3"), ("sha256", "sha256"), ("all", "blake3 and sha256")]
)
def test_the_files_that_were_compared(signed: Path, key: KeyPair, algorithm: FileAlgorithm, said: str) -> None:
    assert details(verify(signed, keys=[key.public], algorithm=algorithm))[11] == f"4 files, {said}"
    (signed / "config.json").unlink()
    assert details(verify(signed, keys=[key.public], algorithm=algorithm))[11] == "1 problem"
    (signed / "data" / "a.txt").unlink()
    assert details(verify(signed, keys=[key.public], algorithm=algorithm))[11] == "2 problems"


def test_who_signed_the_release(signed: Path, key: KeyPair, other_key: KeyPair) -> None:
    assert details(verify(signed, keys=[key.public]))[3] == key.key_id
    assert details(verify(signed, keys=[other_key.public]))[3] == "no signature by a given key on a release"
    write_lines(signed, bundle_for(load_private_key(key.private), b"[]"))
    said = details(verify(signed, keys=[key.public]))
    assert said[3] == ""
    assert said[4].startswith("openmodel.sig, payload of line 1: found what breaks the rule `type`")


@pytest.mark.parametrize(
    ("kind", "said"),
    [("https://slsa.dev/provenance/v1", " (SLSA provenance)"), ("https://slsa.dev/verification_summary/v1", "")],
)
def test_a_statement_of_another_kind(signed: Path, key: KeyPair, kind: str, said: str) -> None:
    payload = payload_of({**statement_for(signed), "predicateType": kind})
    write_lines(signed, bundle_for(load_private_key(key.private), payload))
    (signer,) = verify(signed, keys=[key.public]).signers
    assert signer.problem == f"a statement of another kind{said}, which does not count"


def test_what_was_seen_before(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    for said in ("nothing was seen before", ""):
        result = verify(signed, keys=[key.public], state=tmp_path / "state.json")
        assert (details(result)[18], details(result)[19]) == (said, said)


def test_a_model_that_nobody_signed(tmp_path: Path, key: KeyPair) -> None:
    result = verify(write_model(tmp_path / "model"), keys=[key.public], oms=True)
    later = "not looked at, because of an earlier step"
    assert details(result) == {
        12: "there is no model.sig: nobody signed these files",
        13: later,
        14: later,
        16: later,
    }
    assert [step.ok for step in result.steps] == [False, None, None, None]


def test_the_files_of_a_model(tmp_path: Path, key: KeyPair) -> None:
    model, secret = write_model(tmp_path / "model"), load_private_key(key.private)
    sign_model(model, secret, statement())
    assert details(verify(model, keys=[key.public], oms=True))[16] == "4 files, sha256"
    (model / "a.txt").unlink()
    assert details(verify(model, keys=[key.public], oms=True))[16] == "1 problem"
    (model / "empty").unlink()
    assert details(verify(model, keys=[key.public], oms=True))[16] == "2 problems"
