# SPDX-License-Identifier: Apache-2.0
"""`model.sig` and a trust file: by a listed key, or by a certificate that names somebody who is listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openmodel.errors import UsageError
from openmodel.signing import KeyPair, Verification, load_private_key, new_key, sign, verify
from tests.signing.oms.model_files import EMAIL, Authority, bundle, statement


def trust_file(folder: Path, **members: Any) -> Path:
    file = folder / "trust.json"
    file.write_text(json.dumps({"openmodel_trust": "1-draft", **members}))
    return file


def listed(pair: KeyPair, name: str = "Lab") -> dict[str, str]:
    return {"name": name, "pem": pair.public.read_text()}


def rooted(authority: Authority, email: str = EMAIL) -> dict[str, Any]:
    return {"roots": [{"pem": authority.root.decode()}], "identities": [{"name": "Lab", "email": email}]}


def failed(result: Verification) -> list[int]:
    assert not result.ok
    return [step.number for step in result.steps if step.ok is False]


def test_a_listed_key(built: Path, key: KeyPair, other_key: KeyPair, tmp_path: Path) -> None:
    sign(built, keys=[key.private])
    trust = trust_file(tmp_path, keys=[listed(key)])
    result = verify(built, trust=trust)
    assert result.ok
    assert result.steps[12].detail == "Lab"
    assert "model.sig" not in result.not_covered
    alone = verify(built, trust=trust, oms=True)
    assert alone.ok
    assert (alone.signers[0].identity, alone.signers[0].how) == ("Lab", "key")
    assert failed(verify(built, trust=trust_file(tmp_path, keys=[listed(other_key)]), oms=True)) == [13]


def test_a_certificate(built: Path, key: KeyPair, authority: Authority, tmp_path: Path) -> None:
    chain = authority.chain_file(load_private_key(key.private))
    sign(built, keys=[key.private], certificate_chain=chain)
    trust = trust_file(tmp_path, **rooted(authority))
    assert verify(built, trust=trust).ok
    alone = verify(built, trust=trust, oms=True)
    assert alone.ok
    assert (alone.signers[0].identity, alone.signers[0].how) == ("Lab", "certificate")
    assert failed(verify(built, trust=trust_file(tmp_path, **rooted(authority, "x@example.org")), oms=True)) == [13]
    assert failed(verify(built, trust=trust_file(tmp_path, **rooted(Authority(tmp_path))), oms=True)) == [13]


@pytest.mark.parametrize("days", [(-20, -10), (10, 20)])
def test_a_certificate_that_is_not_valid_now(
    days: tuple[int, int], model: Path, key: KeyPair, authority: Authority, tmp_path: Path
) -> None:
    import base64  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    secret = load_private_key(key.private)
    value = bundle(secret, json.dumps(statement()).encode())
    certificates = x509.load_pem_x509_certificates(authority.issue(secret, days=days) + authority.middle)
    rows = [{"rawBytes": base64.b64encode(one.public_bytes(Encoding.DER)).decode()} for one in certificates]
    value["verificationMaterial"] = {"x509CertificateChain": {"certificates": rows}}
    (model / "model.sig").write_text(json.dumps(value))
    trust = trust_file(tmp_path, **rooted(authority))
    result = verify(model, trust=trust, oms=True)
    assert failed(result) == [13]
    assert "expired or not yet valid" in result.steps[1].detail


def test_what_a_trusted_name_did_not_sign_fails(built: Path, key: KeyPair, tmp_path: Path) -> None:
    sign(built, keys=[key.private])
    value = json.loads((built / "model.sig").read_text())
    value["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    (built / "model.sig").write_text(json.dumps(value))
    assert failed(verify(built, trust=trust_file(tmp_path, keys=[listed(key)]))) == [13]


def test_a_key_that_cannot_sign_it_does_not(model: Path, tmp_path: Path) -> None:
    pair = new_key(tmp_path / "ed25519", type="ed25519")
    secret = load_private_key(pair.private)
    (model / "model.sig").write_text(json.dumps(bundle(secret, json.dumps(statement()).encode())))
    result = verify(model, trust=trust_file(tmp_path, keys=[listed(pair)]), oms=True)
    assert failed(result) == [13]
    assert "cannot sign model.sig" in result.steps[1].detail


def test_by_a_revoked_key_it_is_not_looked_into(built: Path, key: KeyPair, other_key: KeyPair, tmp_path: Path) -> None:
    sign(built, keys=[key.private, other_key.private])
    revocation = {"key": key.key_id, "effective": "2020-01-01T00:00:00Z"}
    trust = trust_file(tmp_path, keys=[listed(key, "A"), listed(other_key, "B")], revocations=[revocation])
    result = verify(built, trust=trust)
    assert result.ok
    assert "model.sig" in result.not_covered
    assert failed(verify(built, trust=trust, oms=True)) == [13]


def test_one_signature_is_never_two(built: Path, key: KeyPair, other_key: KeyPair, tmp_path: Path) -> None:
    sign(built, keys=[key.private, other_key.private])
    trust = trust_file(tmp_path, keys=[listed(key, "A"), listed(other_key, "B")], threshold=2)
    assert verify(built, trust=trust).ok
    result = verify(built, trust=trust, oms=True)
    assert failed(result) == [13]
    assert "room for one" in result.steps[1].detail


def test_what_cannot_be_asked_together(built: Path, key: KeyPair, tmp_path: Path) -> None:
    sign(built, keys=[key.private])
    trust = trust_file(tmp_path, keys=[listed(key)])
    with pytest.raises(UsageError, match="signatures of today"):
        verify(built, trust=trust, oms=True, older=True)
    with pytest.raises(UsageError, match="a state with oms"):
        verify(built, trust=trust, oms=True, state=tmp_path / "state")
