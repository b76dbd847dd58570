# SPDX-License-Identifier: Apache-2.0
"""Signatures that a Sigstore instance vouches for. The instance is made here; the library is the real one.

It is no dependency of the tests. To run these: `.venv/bin/python -m pip install 'sigstore>=4.5'`.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from openmodel.errors import DocumentError
from openmodel.signing import KeyPair, Verification, verify
from openmodel.signing.keys.key import key_id_of
from tests.signing.small_release import payload_of, statement_for, write_lines
from tests.signing.trust.authorities import trust_file
from tests.signing.trust.sigstore_instance import ISSUER, Instance

pytest.importorskip("sigstore", reason="the extra sigstore is not installed")

EMAIL = x509.RFC822Name("ada@example.org")
ADA = {"name": "Ada", "email": "ada@example.org", "issuer": ISSUER}


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance()


def answer(release: Path, instance: Instance, line: Any, *identities: Any, **more: Any) -> Verification:
    (release.parent / "root.json").write_text(json.dumps(instance.trusted_root()))
    write_lines(release, line)
    trust = trust_file(release.parent, identities=identities or [ADA], sigstore={"trusted_root": "root.json"}, **more)
    return verify(release, trust=trust)


def line_of(release: Path, instance: Instance, name: x509.GeneralName = EMAIL, issuer: str = ISSUER) -> Any:
    return instance.line(payload_of(statement_for(release)), name, issuer)


def test_the_identity_and_its_issuer_count(signed: Path, instance: Instance) -> None:
    result = answer(signed, instance, line_of(signed, instance))
    assert result.ok, result.signers
    (signer,) = result.signers
    assert (signer.identity, signer.how) == ("Ada", "sigstore")
    uri = x509.UniformResourceIdentifier("https://example.org/workflow@refs/heads/main")
    machine = {"name": "Machine", "uri": uri.value, "issuer": ISSUER}
    assert answer(signed, instance, line_of(signed, instance, uri), ADA, machine).signers[0].identity == "Machine"


@pytest.mark.parametrize(
    "identity",
    [
        {**ADA, "issuer": "https://other.example.org"},
        {**ADA, "email": "ben@example.org"},
        {"name": "Ada", "uri": "ada@example.org", "issuer": ISSUER},
    ],
)
def test_another_identity_or_issuer_does_not(signed: Path, instance: Instance, identity: Any) -> None:
    result = answer(signed, instance, line_of(signed, instance), identity)
    assert result.outcome == "failed"
    assert result.signers[0].problem


def test_what_another_instance_vouches_for_does_not_count(signed: Path, instance: Instance) -> None:
    other = Instance()
    assert answer(signed, instance, line_of(signed, other)).outcome == "failed"
    for part in ("authority", "certificates_log", "signatures_log"):
        mixed = Instance(
            **{
                name: getattr(other if name == part else instance, name)
                for name in ("authority", "certificates_log", "signatures_log")
            }
        )
        assert answer(signed, instance, line_of(signed, mixed)).outcome == "failed", part


def test_entries_of_other_signatures_and_other_bytes_do_not_count(signed: Path, instance: Instance) -> None:
    good, other = line_of(signed, instance), line_of(signed, instance)
    swapped = json.loads(json.dumps(good))
    swapped["verificationMaterial"]["tlogEntries"] = other["verificationMaterial"]["tlogEntries"]
    assert "Sigstore does not vouch" in answer(signed, instance, swapped).signers[0].problem
    without = json.loads(json.dumps(good))
    without["verificationMaterial"]["tlogEntries"] = []
    assert "no roots" in answer(signed, instance, without).signers[0].problem
    empty = json.loads(json.dumps(good))
    empty["verificationMaterial"]["tlogEntries"] = [{}]
    assert "Sigstore does not vouch" in answer(signed, instance, empty).signers[0].problem
    late = json.loads(json.dumps(good))
    late["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = "1"
    assert "Sigstore does not vouch" in answer(signed, instance, late).signers[0].problem


def test_revocations_count_here_too(signed: Path, instance: Instance) -> None:
    line = line_of(signed, instance)
    certificate = x509.load_der_x509_certificate(
        base64.b64decode(line["verificationMaterial"]["certificate"]["rawBytes"])
    )
    row = {"fingerprint": certificate.fingerprint(hashes.SHA256()).hex(), "effective": "2020-01-01T00:00:00Z"}
    assert "revoked" in answer(signed, instance, line, revocations=[row]).signers[0].problem
    assert answer(signed, instance, line, algorithms=["ed25519"]).outcome == "failed"


def test_a_revoked_authority_of_the_instance_vouches_for_nobody(signed: Path, instance: Instance) -> None:
    line, then = line_of(signed, instance), {"effective": "2020-01-01T00:00:00Z"}
    digest = instance.root.fingerprint(hashes.SHA256()).hex()
    assert "revoked" in answer(signed, instance, line, revocations=[{"fingerprint": digest, **then}]).signers[0].problem
    key = key_id_of(instance.authority.public_key())
    assert "revoked" in answer(signed, instance, line, revocations=[{"key": key, **then}]).signers[0].problem


def test_an_instance_that_vouches_for_nobody_is_an_error(signed: Path, instance: Instance, key: KeyPair) -> None:
    (signed.parent / "root.json").write_text(json.dumps(instance.trusted_root()))
    keys = [{"name": "Ada", "file": str(key.public)}]
    trust = trust_file(signed.parent, keys=keys, sigstore={"trusted_root": "root.json"})
    with pytest.raises(DocumentError, match="nobody whom it vouches for"):
        verify(signed, trust=trust)


def test_a_trusted_root_that_is_none_is_an_error(signed: Path, tmp_path: Path) -> None:
    for content in ("", "{}", '{"mediaType": "x"}', " " * 2**20 + "{}"):
        (tmp_path / "root.json").write_text(content)
        trust = trust_file(tmp_path, identities=[ADA], sigstore={"trusted_root": "root.json"})
        with pytest.raises(DocumentError, match="a trusted root of Sigstore"):
            verify(signed, trust=trust)
