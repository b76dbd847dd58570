# SPDX-License-Identifier: Apache-2.0
"""Revoked keys and certificates, and keys that name their successors."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from openmodel.errors import DocumentError, KeyFileError, OverwriteError, UsageError
from openmodel.signing import KeyPair, load_private_key, load_public_key, new_key, sign, verify
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.keys import der
from openmodel.signing.keys.key import key_id_of, pem
from openmodel.signing.statement import time_text
from openmodel.signing.trust import rotate_key, times
from openmodel.signing.trust.revocations import issuer_parts
from tests.signing.small_release import (
    Json,
    bundle_for,
    payload_of,
    sign_payload,
    statement_for,
    write_lines,
)
from tests.signing.trust.authorities import NAMED, Issued, certified, issue, trust_file

PAST, FUTURE = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"


def at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """From here on a trusted authority has dated every signature so."""
    monkeypatch.setattr(times, "when", lambda *_: times.When(datetime.fromisoformat(text), dated=True))


def revoking(tmp_path: Path, pair: KeyPair, effective: str, **more: Any) -> Path:
    key_id = load_public_key(pair.public).key_id
    rows = [{"key": key_id, "effective": effective, **more}]
    return trust_file(tmp_path, keys=[{"name": "Ada", "file": str(pair.public)}], revocations=rows)


def test_a_revoked_key_counts_for_nothing_without_a_timestamp(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    result = verify(signed, trust=revoking(tmp_path, key, PAST, reason="laptop stolen"))
    assert result.outcome == "failed"
    assert result.signers[0].problem == (
        "its key is revoked from 2020-01-01T00:00:00Z on (laptop stolen), and no trusted timestamp says that it signed"
        " before"
    )


def test_what_the_signer_says_about_the_time_does_not_help(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    """A thief dates the statement back."""
    statement = statement_for(signed)
    statement["predicate"]["issued"] = "2019-01-01T00:00:00Z"
    sign_payload(signed, key.private, payload_of(statement))
    assert verify(signed, keys=[key.public]).ok
    assert verify(signed, trust=revoking(tmp_path, key, PAST)).outcome == "failed"


def test_a_revocation_to_come_does_not_count_yet(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    assert verify(signed, trust=revoking(tmp_path, key, FUTURE)).ok


def test_a_timestamp_says_that_it_was_before(
    signed: Path, tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_payload(signed, key.private, payload_of(statement_for(signed)))  # Issued 2025-01-31T12:00:00Z.
    at(monkeypatch, "2025-02-01T00:00:00Z")
    assert verify(signed, trust=revoking(tmp_path, key, "2025-02-02T00:00:00Z")).ok
    late = verify(signed, trust=revoking(tmp_path, key, "2025-02-01T00:00:00Z"))
    assert late.signers[0].problem.endswith("and it signed later")


def test_what_says_that_it_was_issued_after_the_revocation_does_not_count(
    signed: Path, tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_payload(signed, key.private, payload_of(statement_for(signed)))  # Issued 2025-01-31T12:00:00Z.
    at(monkeypatch, "2025-01-01T00:00:00Z")
    result = verify(signed, trust=revoking(tmp_path, key, "2025-01-31T12:00:00Z"))
    assert result.outcome == "failed"
    assert "issued after" in result.signers[0].problem


def test_the_first_of_several_revocations_counts(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    trust = revoking(tmp_path, key, FUTURE)
    data = json.loads(trust.read_bytes())
    data["revocations"].append({**data["revocations"][0], "effective": PAST})
    trust.write_text(json.dumps(data))
    assert verify(signed, trust=trust).outcome == "failed"


def _certificate(one: Issued, spelling: str) -> dict[str, Any]:
    if spelling == "fingerprint":
        return {"fingerprint": one.certificate.fingerprint(hashes.SHA256()).hex()}
    if spelling == "key":
        return {"key": key_id_of(one.key.public_key())}
    serial = f"{one.certificate.serial_number:040X}"
    if spelling == "colons":
        serial = ":".join(serial[index : index + 2] for index in range(0, 40, 2)).lower()
    return {"certificate": {"issuer": one.certificate.issuer.rfc4514_string(), "serial": serial}}


@pytest.mark.parametrize("spelling", ["fingerprint", "key", "serial", "colons"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_certificate_at_any_place_can_be_revoked(signed: Path, tmp_path: Path, place: int, spelling: str) -> None:
    root = issue("Root", authority=True)
    between = issue("Between, of Example", root, authority=True)
    chain = [issue("Ada", between), between, root]
    write_lines(signed, certified(payload_of(statement_for(signed)), *chain[:2]))
    parts = {"roots": [{"pem": root.pem}], "identities": NAMED}
    row = _certificate(chain[place], spelling)
    assert verify(signed, trust=trust_file(tmp_path, **parts, revocations=[{**row, "effective": FUTURE}])).ok
    result = verify(signed, trust=trust_file(tmp_path, **parts, revocations=[{**row, "effective": PAST}]))
    assert result.outcome == "failed"
    assert "is revoked from" in result.signers[0].problem


def test_a_timestamp_moves_the_time_at_which_certificates_and_entries_are_valid(
    signed: Path, tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    old = (timedelta(days=-30), timedelta(days=-20))
    root = issue("Root", authority=True, valid=old)
    write_lines(signed, certified(payload_of(statement_for(signed)), issue("Ada", root, valid=old)))
    trust = trust_file(tmp_path, roots=[{"pem": root.pem}], identities=NAMED)
    assert verify(signed, trust=trust).outcome == "failed"
    at(monkeypatch, time_text(now - timedelta(days=25)))
    assert verify(signed, trust=trust).ok
    at(monkeypatch, time_text(now - timedelta(days=10)))
    assert verify(signed, trust=trust).outcome == "failed"
    sign_payload(signed, key.private, payload_of(statement_for(signed)))
    entry = {"name": "Ada", "file": str(key.public), "valid_until": time_text(now - timedelta(days=5))}
    assert verify(signed, trust=trust_file(tmp_path, keys=[entry])).ok


@pytest.fixture
def rotated(tmp_path: Path, key: KeyPair, other_key: KeyPair) -> Path:
    rotate_key(key.private, other_key.public, tmp_path / "rotation.sig")
    return tmp_path / "rotation.sig"


@pytest.fixture
def by_new_key(built: Path, other_key: KeyPair) -> Path:
    sign(built, keys=[other_key.private])
    return built


def with_rotation(tmp_path: Path, pair: KeyPair, *files: Path, **more: Any) -> Path:
    keys = [{"name": "Ada", "file": str(pair.public)}]
    return trust_file(tmp_path, **{"keys": keys, "rotations": [file.name for file in files], **more})


def test_a_successor_counts_as_the_same_identity(by_new_key: Path, tmp_path: Path, key: KeyPair, rotated: Path) -> None:
    assert verify(by_new_key, trust=with_rotation(tmp_path, key)).outcome == "failed"
    result = verify(by_new_key, trust=with_rotation(tmp_path, key, rotated))
    assert result.ok
    assert result.signers[0].identity == "Ada"
    sign(by_new_key, keys=[key.private])
    third = {"name": "Ben", "file": str(new_key(tmp_path / "ben").public)}
    keys = [{"name": "Ada", "file": str(key.public)}, third]
    both = verify(by_new_key, trust=with_rotation(tmp_path, key, rotated, keys=keys, threshold=2))
    assert both.steps[2].detail == "1 of the identities in the trust file, 2 needed: Ada"


def test_successors_have_successors_in_any_order(built: Path, tmp_path: Path, key: KeyPair, rotated: Path) -> None:
    third = new_key(tmp_path / "third.key", type="ml-dsa-65")
    sign(built, keys=[third.private])
    second = tmp_path / "second.sig"
    other = json.loads(rotated.read_bytes())  # Names the public half only.
    assert other["verificationMaterial"]["publicKey"]["hint"] == load_public_key(key.public).key_id
    middle = new_key(tmp_path / "middle.key")
    rotate_key(key.private, middle.public, tmp_path / "first.sig")
    rotate_key(middle.private, third.public, second)
    assert verify(built, trust=with_rotation(tmp_path, key, second, tmp_path / "first.sig")).ok
    with pytest.raises(DocumentError, match="which is not listed"):
        verify(built, trust=with_rotation(tmp_path, key, second))


def test_a_stolen_key_names_no_successor(by_new_key: Path, tmp_path: Path, key: KeyPair, rotated: Path) -> None:
    key_id = load_public_key(key.public).key_id
    revoked = [{"key": key_id, "effective": PAST}]
    result = verify(by_new_key, trust=with_rotation(tmp_path, key, rotated, revocations=revoked))
    assert result.outcome == "failed"
    assert "names it as a successor does not count: its key is revoked" in result.signers[0].problem


def test_an_old_key_that_is_not_trusted_names_no_successor(
    by_new_key: Path, tmp_path: Path, key: KeyPair, rotated: Path
) -> None:
    ended = [{"name": "Ada", "file": str(key.public), "valid_until": PAST}]
    result = verify(by_new_key, trust=with_rotation(tmp_path, key, rotated, keys=ended))
    assert "the old key is trusted until" in result.signers[0].problem
    allowed = with_rotation(tmp_path, key, rotated, algorithms=["ed25519"])
    assert verify(by_new_key, trust=allowed).outcome == "failed"


def test_a_successor_that_is_somebody_else_is_refused(
    by_new_key: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair, rotated: Path
) -> None:
    keys = [{"name": "Ada", "file": str(key.public)}, {"name": "Ben", "file": str(other_key.public)}]
    with pytest.raises(DocumentError, match="a key of 'Ben'"):
        verify(by_new_key, trust=with_rotation(tmp_path, key, rotated, keys=keys))


def rotation_payload(key: KeyPair, other: KeyPair) -> Json:
    new = load_public_key(other.public)
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "public key", "digest": {"sha256": new.key_id}}],
        "predicateType": "urn:openmodel:key-rotation:1-draft",
        "predicate": {
            "issued": "2025-01-31T12:00:00Z",
            "old": load_public_key(key.public).key_id,
            "new": pem(new.key).decode(),
        },
    }


def test_rotations_are_read_strictly(by_new_key: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair) -> None:
    """Each is signed with the right key."""
    good, file = rotation_payload(key, other_key), tmp_path / "r.sig"
    private = load_private_key(key.private)

    def outcome(payload: Any, kind: str = IN_TOTO) -> str:
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        file.write_text(json.dumps(bundle_for(private, content, kind)))
        return verify(by_new_key, trust=with_rotation(tmp_path, key, file)).outcome

    assert outcome(good) == "verified"
    hostile: list[Any] = [
        {**good, "extra": 1},
        {**good, "subject": good["subject"] * 2},
        {**good, "subject": [{"name": "public key", "digest": {"sha256": "0" * 64}}]},
        {**good, "predicate": {**good["predicate"], "old": "0" * 64}},
        {**good, "predicate": {**good["predicate"], "issued": "2025-02-31T12:00:00Z"}},
        {**good, "predicate": {**good["predicate"], "new": "x"}},
        {**good, "predicate": {**good["predicate"], "new": other_key.private.read_text()}},
        {**good, "predicateType": "urn:openmodel:release:1-draft"},
        json.dumps(good).replace('"old"', '"old": "x", "old"', 1).encode(),
        statement_for(by_new_key),
        b"[]",
    ]
    for payload in hostile:
        with pytest.raises((DocumentError, KeyFileError)):
            outcome(payload)
    with pytest.raises(DocumentError, match="something else"):
        outcome(good, "text/plain")
    content = json.dumps(bundle_for(private, json.dumps(good).encode())).encode()
    for extra in (content + b"\n" + content, content + b" " * 70_000):
        file.write_bytes(extra)
        with pytest.raises(DocumentError, match="more than one line"):
            verify(by_new_key, trust=with_rotation(tmp_path, key, file))


def test_a_rotation_that_the_old_key_did_not_sign_does_not_count(
    by_new_key: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair
) -> None:
    content = json.dumps(rotation_payload(key, other_key)).encode()
    line = bundle_for(load_private_key(other_key.private), content)
    key_id = load_public_key(key.public).key_id
    line["verificationMaterial"]["publicKey"]["hint"] = key_id
    line["dsseEnvelope"]["signatures"][0]["keyid"] = key_id
    (tmp_path / "r.sig").write_text(json.dumps(line))
    result = verify(by_new_key, trust=with_rotation(tmp_path, key, tmp_path / "r.sig"))
    assert result.outcome == "failed"
    assert "not one of this key" in result.signers[0].problem


def test_rotate_key_says_who_and_overwrites_nothing(
    tmp_path: Path, key: KeyPair, other_key: KeyPair, rotated: Path
) -> None:
    made = rotate_key(key.private, other_key.public, tmp_path / "again.sig")
    assert (made.old_key_id, made.new_key_id) == (key.key_id, other_key.key_id)
    with pytest.raises(OverwriteError):
        rotate_key(key.private, other_key.public, rotated)
    with pytest.raises(UsageError, match="the same key"):
        rotate_key(key.private, key.public, tmp_path / "same.sig")
    with pytest.raises(KeyFileError, match="a private key"):
        rotate_key(key.private, other_key.private, tmp_path / "private.sig")


@pytest.mark.parametrize(
    "text",
    [
        "CN=Example CA,emailAddress=ca@example.org,O=Example\\, Inc.,C=DE",
        "C = DE, O = Example\\, Inc., emailAddress = ca@example.org, CN = Example CA",
        "C=de,CN=example ca,O=EXAMPLE\\2C Inc.,E=ca@example.org",
    ],
)
def test_an_issuer_is_found_however_it_is_written(text: str) -> None:
    """Otherwise a revocation would hold in the eyes of who wrote it, and never match."""
    assert issuer_parts(text) == issuer_parts(
        "CN=Example CA,1.2.840.113549.1.9.1=ca@example.org,O=Example\\, Inc.,C=DE"
    )
    assert issuer_parts("serialNumber=1,organizationIdentifier=2") == issuer_parts("2.5.4.97=2, 2.5.4.5 = 1")
    assert issuer_parts(text) != issuer_parts("CN=Example CA,O=Example\\, Inc.,C=DE")


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
def test_a_revoked_certificate_does_not_get_away_in_another_spelling(
    signed: Path, tmp_path: Path, curve: ec.EllipticCurve
) -> None:
    """Anybody can compute the twin (r, n - s) of the signature on it, which changes its fingerprint."""
    key = ec.generate_private_key(curve)
    root = issue("Root", authority=True, key=key)
    ada = issue("Ada", root)
    fingerprint = ada.certificate.fingerprint(hashes.SHA256()).hex()
    r, s = decode_dss_signature(ada.certificate.signature)
    twin = encode_dss_signature(r, ORDERS[curve.name] - s)
    whole = der.only(ada.der, der.SEQUENCE)
    tbs, algorithm, _ = whole.parts(der.SEQUENCE, der.SEQUENCE, 3)
    spelt = der.write(
        der.SEQUENCE,
        der.write(der.SEQUENCE, tbs.body),
        der.write(der.SEQUENCE, algorithm.body),
        der.write(3, b"\0" + twin),
    )
    other = Issued(x509.load_der_x509_certificate(spelt), ada.key)
    write_lines(signed, certified(payload_of(statement_for(signed)), other))
    parts = {"roots": [{"pem": root.pem}], "identities": NAMED}
    assert verify(signed, trust=trust_file(tmp_path, **parts)).ok
    row = {"fingerprint": fingerprint, "effective": PAST}
    result = verify(signed, trust=trust_file(tmp_path, **parts, revocations=[row]))
    assert result.outcome == "failed"
    assert "is revoked from" in result.signers[0].problem


ORDERS = {
    "secp256r1": 2**256 - 2**224 + 2**192 - 0x4319055258E8617B0C46353D039CDAAF,
    "secp384r1": 2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    "secp521r1": 2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}
"""Of the groups, in the form that shows how far below a power of two they are."""
