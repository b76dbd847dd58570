# SPDX-License-Identifier: Apache-2.0
"""Trust just so: the last that counts, and the first that does not."""

from __future__ import annotations

import base64
import json
import os
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from openmodel.errors import DocumentError, InventoryError, KeyFileError
from openmodel.signing import KeyPair, Verification, load_private_key, new_key, sign, verify
from openmodel.signing.bundle import decode
from openmodel.signing.keys import der
from openmodel.signing.statement import time_text
from openmodel.signing.timestamps import load_roots
from openmodel.signing.trust import load_trust, rotate_key
from openmodel.signing.trust import state as state_file
from openmodel.signing.trust.certificates import MAX_CHAIN
from tests.signing.small_release import bundle_for, payload_of, statement_for, write_lines
from tests.signing.trust.authorities import DAY, NAMED, Issued, certified, issue, trust_file
from tests.signing.trust.test_revocations import at, rotation_payload


def listed(name: str, pair: KeyPair, **more: Any) -> dict[str, Any]:
    return {"name": name, "file": str(pair.public), **more}


def rooted(folder: Path, root: Issued, **more: Any) -> Path:
    return trust_file(folder, **{"roots": [{"pem": root.pem}], "identities": NAMED, **more})


def problems(result: Verification) -> list[str]:
    return [signer.problem for signer in result.signers]


@pytest.fixture(scope="session")
def root() -> Issued:
    return issue("Root", authority=True)


def authorities(root: Issued, count: int) -> list[Issued]:
    """So many below each other, the last first."""
    chain = [root]
    for number in range(count):
        chain.insert(0, issue(f"Between {number}", chain[0], authority=True))
    return chain[:-1]


def test_a_root_is_one_that_says_that_it_is_an_authority(signed: Path, root: Issued) -> None:
    ada = issue("Ada", root)
    write_lines(signed, certified(payload_of(statement_for(signed)), ada))
    for pem in (issue("None", root, authority=False).pem, root.pem + issue("Silent", root).pem):
        with pytest.raises(DocumentError, match="a certificate that is no authority"):
            verify(signed, trust=trust_file(signed.parent, roots=[{"pem": pem}], identities=NAMED))


def test_an_authority_of_timestamps_need_not_be_one_of_certificates(tmp_path: Path, root: Issued, key: KeyPair) -> None:
    members = {"keys": [listed("Ada", key)], "timestamp_authorities": [{"pem": issue("Clock", root).pem}]}
    (certificate,) = load_trust(trust_file(tmp_path, **members)).authorities
    assert certificate.subject.rfc4514_string() == "CN=Clock"


@pytest.mark.parametrize("name", ["e\u0301", " Ada", "A  da", "A\nda", "\u202eadA", ""])
def test_names_have_one_spelling(tmp_path: Path, key: KeyPair, name: str) -> None:
    with pytest.raises(DocumentError, match="/keys/0/name"):
        load_trust(trust_file(tmp_path, keys=[listed(name, key)]))
    assert load_trust(trust_file(tmp_path, keys=[listed("\u00e9 \u4e2d", key)])).names == {"\u00e9 \u4e2d"}


@pytest.mark.parametrize(
    ("member", "least", "most"), [("name", 1, 200), ("file", 1, 4000), ("pem", 1, 65536), ("email", 1, 1000)]
)
def test_how_long_a_text_of_a_trust_file_may_be(tmp_path: Path, member: str, least: int, most: int) -> None:
    """Where it may be, something else is wrong: there is no such key, or no root."""
    for length in (least - 1, least, most, most + 1):
        row = {"name": "Ada", member: "a" * length}
        place = "/identities/0" if member == "email" else "/keys/0"
        with pytest.raises(DocumentError) as caught:
            load_trust(trust_file(tmp_path, **{"identities" if member == "email" else "keys": [row]}))
        pointers = [problem.pointer for problem in caught.value.problems]
        assert (f"{place}/{member}" in pointers) is not (least <= length <= most)


def test_the_longest_chain(signed: Path, root: Issued) -> None:
    """Four authorities between the signer and the root, whether the root is with them or not; not five."""
    between = authorities(root, MAX_CHAIN - 1)
    payload, trust = payload_of(statement_for(signed)), rooted(signed.parent, root)
    four = between[1:]
    ada = issue("Ada", four[0])
    for chain in (four, [*four, root]):
        write_lines(signed, certified(payload, ada, *chain))
        assert verify(signed, trust=trust).ok
    write_lines(signed, certified(payload, issue("Ada", between[0]), *between))
    assert verify(signed, trust=trust).outcome == "failed"


def test_the_longest_chain_that_is_signed_with(built: Path, root: Issued, tmp_path: Path) -> None:
    between = authorities(root, MAX_CHAIN - 2)
    ada, chain = issue("Ada", between[0]), tmp_path / "chain.pem"
    chain.write_text("".join(one.pem for one in (ada, *between, root)))
    sign(built, keys=[ada.write_key(tmp_path / "ada.key")], certificate_chain=chain)
    assert verify(built, trust=rooted(tmp_path, root)).ok


def test_only_of_what_expired_it_is_said_that_no_timestamp_helps(signed: Path, root: Issued) -> None:
    write_lines(signed, certified(payload_of(statement_for(signed)), issue("Ada", authorities(root, 1)[0])))
    (problem,) = problems(verify(signed, trust=rooted(signed.parent, root)))
    assert "timestamp" not in problem


def test_of_what_had_expired_when_it_signed_no_timestamp_is_asked_for(
    signed: Path, root: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines(signed, certified(payload_of(statement_for(signed)), issue("Ada", root, valid=(-3 * DAY, -DAY))))
    assert "no trusted timestamp" in problems(verify(signed, trust=rooted(signed.parent, root)))[0]
    at(monkeypatch, time_text(datetime.now(UTC) - DAY / 2))
    (problem,) = problems(verify(signed, trust=rooted(signed.parent, root)))
    assert "expired" in problem
    assert "timestamp" not in problem


def negative(signer: Issued, by: Issued) -> Issued:
    """The certificate with a serial number below zero, which RFC 5280 forbids; with a signature that holds."""
    tbs = der.only(signer.certificate.tbs_certificate_bytes, der.SEQUENCE)
    version, _, *rest = der.elements(tbs.body)
    parts = [der.write(part.tag, part.body) for part in (version, der.Element(der.INTEGER, b"\x80"), *rest)]
    content = der.write(der.SEQUENCE, *parts)
    algorithm = der.only(signer.der, der.SEQUENCE).parts(der.SEQUENCE, der.SEQUENCE)[1]
    signature = der.write(der.BIT_STRING, b"\0" + by.key.sign(content, ec.ECDSA(hashes.SHA256())))
    whole = der.write(der.SEQUENCE, content, der.write(der.SEQUENCE, algorithm.body), signature)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Issued(x509.load_der_x509_certificate(whole), signer.key)


def test_a_certificate_that_is_barely_read_today_counts_for_nobody(
    built: Path, signed: Path, root: Issued, tmp_path: Path
) -> None:
    """However the program that verifies treats warnings."""
    odd, chain = negative(issue("Ada", root), root), tmp_path / "chain.pem"
    write_lines(signed, certified(payload_of(statement_for(signed)), odd))
    chain.write_text(odd.pem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert verify(signed, trust=rooted(tmp_path, root)).outcome == "failed"
        with pytest.raises(KeyFileError, match="no certificate in PEM"):
            sign(built, keys=[odd.write_key(tmp_path / "ada.key")], certificate_chain=chain)
        with pytest.raises(DocumentError, match="no certificate in PEM"):
            verify(signed, trust=rooted(tmp_path, negative(issue("Root", root, authority=True), root)))


def test_a_line_with_entries_of_a_log_counts_by_its_certificate_too(signed: Path, root: Issued) -> None:
    line = certified(payload_of(statement_for(signed)), issue("Ada", root))
    line["verificationMaterial"]["tlogEntries"] = [{}]
    write_lines(signed, line)
    (signer,) = verify(signed, trust=rooted(signed.parent, root)).signers
    assert (signer.how, signer.problem) == ("certificate", "")


def test_what_is_called_a_key_beside_a_certificate_does_not_matter(signed: Path, root: Issued) -> None:
    line = certified(payload_of(statement_for(signed)), issue("Ada", root))
    line["dsseEnvelope"]["signatures"][0]["keyid"] = "anything"
    write_lines(signed, line)
    assert verify(signed, trust=rooted(signed.parent, root)).ok
    assert decode(json.dumps(line).encode(), "line").logged == b""
    line["verificationMaterial"]["tlogEntries"] = []
    assert decode(json.dumps(line).encode(), "line").logged == b""


@pytest.mark.parametrize("hint", ["", "a" * 63, "A" * 64, "g" * 64, "a" * 65])
def test_a_key_that_is_named_in_another_form_is_not_shown(signed: Path, key: KeyPair, hint: str) -> None:
    line = bundle_for(load_private_key(key.private), payload_of(statement_for(signed)))
    line["verificationMaterial"]["publicKey"]["hint"] = hint
    line["dsseEnvelope"]["signatures"][0]["keyid"] = hint
    write_lines(signed, line)
    for options in ({"trust": trust_file(signed.parent, keys=[listed("Ada", key)])}, {"keys": [key.public]}):
        (signer,) = verify(signed, **options).signers
        assert signer.key_id == ""
        assert ("names no key" in signer.problem) == (hint == "")
    line["verificationMaterial"]["publicKey"]["hint"] = line["dsseEnvelope"]["signatures"][0]["keyid"] = "a" * 64
    write_lines(signed, line)
    assert verify(signed, keys=[key.public]).signers[0].key_id == "a" * 64
    digits = "0123456789abcdef" * 4
    line["verificationMaterial"]["publicKey"]["hint"] = line["dsseEnvelope"]["signatures"][0]["keyid"] = digits
    write_lines(signed, line)
    trust = trust_file(signed.parent, keys=[listed("Ada", key)])
    assert verify(signed, trust=trust).signers[0].key_id == digits


def test_an_old_key_of_a_kind_that_is_not_allowed_names_no_successor(built: Path, tmp_path: Path, key: KeyPair) -> None:
    """Neither the successor nor the successor of that one, although both are of an allowed kind."""
    heir, last = (new_key(tmp_path / name, type="ed25519") for name in ("heir", "last"))
    rotate_key(key.private, heir.public, tmp_path / "one.sig")
    rotate_key(heir.private, last.public, tmp_path / "two.sig")
    sign(built, keys=[heir.private, last.private])
    members = {"keys": [listed("Ada", key)], "rotations": ["one.sig", "two.sig"]}
    assert verify(built, trust=trust_file(tmp_path, **members)).ok
    result = verify(built, trust=trust_file(tmp_path, **members, algorithms=["ed25519"]))
    assert result.outcome == "failed"
    assert "the old key is of the kind ecdsa-p256-sha256, which is not allowed" in problems(result)[0]
    assert "the old key is of the kind ecdsa-p256-sha256, which is not allowed" in problems(result)[1]


@pytest.mark.parametrize("first", [True, False])
def test_a_successor_counts_if_one_of_those_who_named_it_may(
    built: Path, tmp_path: Path, key: KeyPair, *, first: bool
) -> None:
    allowed, heir = (new_key(tmp_path / name, type="ed25519") for name in ("allowed", "heir"))
    rotate_key(key.private, heir.public, tmp_path / "no.sig")
    rotate_key(allowed.private, heir.public, tmp_path / "yes.sig")
    sign(built, keys=[heir.private])
    keys = [listed("Ada", key), listed("Ada", allowed)]
    rotations = ["yes.sig", "no.sig"] if first else ["no.sig", "yes.sig"]
    assert verify(built, trust=trust_file(tmp_path, keys=keys, rotations=rotations, algorithms=["ed25519"])).ok


def test_a_successor_that_is_named_after_a_revocation_to_come_does_not_count(
    built: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair
) -> None:
    sign(built, keys=[other_key.private])
    revoked = [{"key": key.key_id, "effective": "2999-01-01T00:00:00Z"}]
    members = {"keys": [listed("Ada", key)], "rotations": ["rotation.sig"], "revocations": revoked}
    for issued, counts in (("2998-12-31T23:59:59Z", True), ("2999-01-01T00:00:00Z", False)):
        payload = rotation_payload(key, other_key)
        payload["predicate"]["issued"] = issued
        line = bundle_for(load_private_key(key.private), json.dumps(payload).encode())
        (tmp_path / "rotation.sig").write_text(json.dumps(line))
        assert verify(built, trust=trust_file(tmp_path, **members)).ok is counts


def test_what_is_wrong_with_a_line_is_said_when_its_key_has_several_owners(
    signed: Path, tmp_path: Path, root: Issued
) -> None:
    ada = issue("Ada", root)
    ben = issue("Ben", root, key=ada.key, names=[x509.DNSName("ben.example.org")])
    payload = payload_of(statement_for(signed))
    false = certified(payload, ada)
    false["dsseEnvelope"]["signatures"] = certified(b"other", ada)["dsseEnvelope"]["signatures"]
    write_lines(signed, certified(payload, ada), certified(payload, ben), false)
    identities = [*NAMED, {"name": "Ben", "dns": "ben.example.org"}]
    several = "certificates give its key to several identities"
    found = problems(verify(signed, trust=rooted(tmp_path, root, identities=identities)))
    assert found == [several, several, "the signature is not one of this key on this payload"]


def test_a_file_of_roots_of_timestamps_is_bounded(tmp_path: Path, root: Issued) -> None:
    file = tmp_path / "roots.pem"
    size = 64 * 2**10
    for fill, fits in ((size, True), (size + 1, False)):
        file.write_text(root.pem.ljust(fill, "\n"))
        if fits:
            assert load_roots(file) == (root.certificate,)
        else:
            with pytest.raises(KeyFileError, match="more than 65,536 bytes"):
                load_roots(file)


def test_the_largest_state(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    state, size = tmp_path / "state.json", 4 * 2**20
    assert verify(signed, keys=[key.public], state=state).ok
    content = state.read_bytes()
    state.write_bytes(content.ljust(size))
    assert verify(signed, keys=[key.public], state=state).ok
    state.write_bytes(content.ljust(size + 1))
    with pytest.raises(DocumentError, match="more than 4,194,304 bytes"):
        verify(signed, keys=[key.public], state=state)


def test_a_state_that_grows_too_large_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, file = state_file.State(datetime(2026, 1, 1, tzinfo=UTC), {"toy": {}}), tmp_path / "state.json"
    state_file.write(file, state)
    size = file.stat().st_size
    monkeypatch.setattr(state_file, "MAX_BYTES", size)
    state_file.write(file, state)
    monkeypatch.setattr(state_file, "MAX_BYTES", size - 1)
    with pytest.raises(InventoryError, match="grew too large"):
        state_file.write(file, state)


def test_others_wait_while_a_state_is_locked(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl", reason="this system has no such locks")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        with state_file.locked(tmp_path / "state.json"), pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)


def test_a_rotation_is_one_line_by_a_key(built: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair) -> None:
    sign(built, keys=[other_key.private])
    file, trust = tmp_path / "r.sig", trust_file(tmp_path, keys=[listed("Ada", key)], rotations=["r.sig"])
    payload = json.dumps(rotation_payload(key, other_key)).encode()
    line = json.dumps(bundle_for(load_private_key(key.private), payload)).encode()
    for content in (line, line + b"\n", line.ljust(2**16)):
        file.write_bytes(content)
        assert verify(built, trust=trust).ok
    by_certificate = json.dumps(certified(payload, issue("Ada"))).encode()
    for content, why in (
        (line + b"\n\n", "more than one line"),
        (line.ljust(2**16 + 1), "more than one line"),
        (by_certificate, "a bundle about something else"),
    ):
        file.write_bytes(content)
        with pytest.raises(DocumentError, match=why):
            verify(built, trust=trust)


@pytest.mark.parametrize(
    ("bound", "time", "fits"),
    [
        ("valid_from", "2025-02-01T00:00:00Z", True),
        ("valid_from", "2025-02-01T00:00:01Z", False),
        ("valid_until", "2025-02-01T00:00:01Z", True),
        ("valid_until", "2025-02-01T00:00:00Z", False),
    ],
)
def test_the_second_at_which_a_key_begins_and_ends(  # noqa: PLR0917  # Three fixtures and a row of the table.
    signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, bound: str, time: str, fits: bool
) -> None:
    write_lines(signed, bundle_for(load_private_key(key.private), payload_of(statement_for(signed))))
    at(monkeypatch, "2025-02-01T00:00:00Z")
    assert verify(signed, trust=trust_file(signed.parent, keys=[listed("Ada", key, **{bound: time})])).ok is fits


def test_a_revocation_without_a_reason_gives_none(signed: Path, key: KeyPair) -> None:
    revoked = [{"key": key.key_id, "effective": "2020-01-01T00:00:00Z"}]
    trust = trust_file(signed.parent, keys=[listed("Ada", key)], revocations=revoked)
    assert "(" not in problems(verify(signed, trust=trust))[0]


def test_the_reason_of_a_revocation_is_told(signed: Path, root: Issued) -> None:
    ada = issue("Ada", root)
    write_lines(signed, certified(payload_of(statement_for(signed)), ada))
    row = {"fingerprint": ada.certificate.fingerprint(hashes.SHA256()).hex(), "effective": "2020-01-01T00:00:00Z"}
    for members, told in (({}, False), ({"reason": "laptop stolen"}, True)):
        trust = rooted(signed.parent, root, revocations=[{**row, **members}])
        assert ("(laptop stolen)" in problems(verify(signed, trust=trust))[0]) is told


def test_a_rotation_is_written_in_one_form(tmp_path: Path, key: KeyPair, other_key: KeyPair) -> None:
    rotate_key(key.private, other_key.public, tmp_path / "r.sig")
    payload = base64.b64decode(json.loads((tmp_path / "r.sig").read_bytes())["dsseEnvelope"]["payload"])
    assert payload == payload_of(json.loads(payload))


def unused_bits(certificate: Issued) -> Issued | None:
    """The certificate again, its signature with bits that do not count; None if its last bit is set."""
    *parts, signature = der.only(certificate.der, der.SEQUENCE).parts(der.SEQUENCE, der.SEQUENCE, der.BIT_STRING)
    if signature.body[-1] & 1:
        return None
    bits = der.write(der.BIT_STRING, b"\1" + signature.body[1:])
    whole = der.write(der.SEQUENCE, *(der.write(part.tag, part.body) for part in parts), bits)
    return Issued(x509.load_der_x509_certificate(whole), certificate.key)


def test_a_certificate_has_one_spelling(signed: Path, root: Issued) -> None:
    """Another would have another fingerprint, and be revoked by neither."""
    odd = next(filter(None, (unused_bits(issue("Ada", root)) for _ in range(100))))
    write_lines(signed, certified(payload_of(statement_for(signed)), odd))
    result = verify(signed, trust=rooted(signed.parent, root))
    assert result.outcome == "failed"
    assert "a certificate in an unusual encoding" in problems(result)[0]


def test_a_trust_file_is_named_once(tmp_path: Path) -> None:
    """And a file that it names, where that is at fault."""
    (tmp_path / "k.pub").write_text("no key")
    file = trust_file(tmp_path, keys=[{"name": "Ada", "pem": "no key"}, {"name": "Ben", "file": "k.pub"}])
    with pytest.raises(DocumentError) as caught:
        load_trust(file)
    got = [problem.got for problem in caught.value.problems]
    assert got == ["a file that is no PEM public key", f"{tmp_path / 'k.pub'}: a file that is no PEM public key"]
