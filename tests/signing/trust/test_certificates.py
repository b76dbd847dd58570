# SPDX-License-Identifier: Apache-2.0
"""Certificates in `openmodel.sig`: what a chain has to be, at each position."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from openmodel.errors import KeyFileError
from openmodel.signing import KeyPair, Verification, load_private_key, new_key, sign, verify
from openmodel.signing.bundle import decode
from openmodel.signing.keys.key import pem
from openmodel.signing.trust import load_trust
from tests.signing.key_files import needs_openssl, openssl
from tests.signing.small_release import bundle_for, payload_of, statement_for, write_lines
from tests.signing.trust.authorities import (
    CODE_SIGNING,
    DAY,
    EMAIL,
    NAMED,
    Issued,
    certified,
    issue,
    limited,
    rsa_key,
    trust_file,
    usage,
)

OLD = (-3 * DAY, -DAY)
FUTURE = (DAY, 3 * DAY)
TLS = ExtendedKeyUsageOID.SERVER_AUTH


@pytest.fixture(scope="session")
def root() -> Issued:
    return issue("Root", authority=True)


@pytest.fixture(scope="session")
def between(root: Issued) -> Issued:
    return issue("Between", root, authority=True, path_length=0)


def answer(
    release: Path, roots: Sequence[Issued], signer: Issued, *chain: Issued | bytes, identities: Any = NAMED
) -> Verification:
    """What `verify` says of a release that the holder of a certificate signed."""
    write_lines(release, certified(payload_of(statement_for(release)), signer, *chain))
    trust = trust_file(release.parent, roots=[{"pem": one.pem} for one in roots], identities=identities)
    return verify(release, trust=trust)


def refusal(result: Verification) -> str:
    """Why the only line does not count."""
    (signer,) = result.signers
    assert result.outcome == "failed"
    assert not signer.trusted
    assert [step.number for step in result.steps if step.ok is False] == [3]
    return signer.problem


def test_a_certificate_that_leads_to_a_root_and_names_somebody_counts(
    signed: Path, root: Issued, between: Issued
) -> None:
    result = answer(signed, [root], issue("Ada", between), between)
    assert result.ok
    (signer,) = result.signers
    assert (signer.identity, signer.how, signer.problem) == ("Ada", "certificate", "")
    assert answer(signed, [root], issue("Ada", between), between, root).ok
    assert answer(signed, [between], issue("Ada", between)).ok


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        (x509.UniformResourceIdentifier("https://example.org/ada"), {"uri": "https://example.org/ada"}),
        (x509.DNSName("release.example.org"), {"dns": "release.example.org"}),
    ],
)
def test_all_three_kinds_of_names_are_read(signed: Path, root: Issued, name: x509.GeneralName, identity: Any) -> None:
    signer = issue("Ada", root, names=[name])
    assert answer(signed, [root], signer, identities=[{"name": "Ada", **identity}]).ok
    (kind,) = identity
    other = {"email": "e@example.org", "uri": "u", "dns": "d.example.org", kind: f"x{identity[kind]}"}
    wrong = [{"name": "Ada", key: value} for key, value in other.items()]
    assert "names nobody" in refusal(answer(signed, [root], signer, identities=wrong))


@pytest.mark.parametrize(
    "value", ["Release@example.org", "release@example.org.", "elease@example.org", "*@example.org", "example.org"]
)
def test_a_name_that_is_nearly_the_same_is_another(signed: Path, root: Issued, value: str) -> None:
    identities = [{"name": "Ada", "email": value}]
    assert "names nobody" in refusal(answer(signed, [root], issue("Ada", root), identities=identities))


def test_the_common_name_identifies_nobody(signed: Path, root: Issued) -> None:
    signer = issue("release@example.org", root, names=[x509.RFC822Name("other@example.org")])
    assert "names nobody" in refusal(answer(signed, [root], signer))


def test_a_dns_name_has_no_wildcards(signed: Path, root: Issued) -> None:
    signer = issue("Ada", root, names=[x509.DNSName("a.example.org")])
    assert "names nobody" in refusal(
        answer(signed, [root], signer, identities=[{"name": "Ada", "dns": "*.example.org"}])
    )


def test_a_certificate_that_names_two_people_is_of_neither(signed: Path, root: Issued) -> None:
    both = [*NAMED, {"name": "Ben", "dns": "ben.example.org"}]
    signer = issue("Ada", root, names=[EMAIL, x509.DNSName("ben.example.org")])
    assert "several identities" in refusal(answer(signed, [root], signer, identities=both))


WRONG_SIGNERS: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"valid": OLD}, "expired or not yet valid: that of CN=Ada, valid from"),
    "not yet valid": ({"valid": FUTURE}, "expired or not yet valid"),
    "another purpose": ({"purposes": [ExtendedKeyUsageOID.EMAIL_PROTECTION]}, "not for code signing"),
    "of a web server": ({"purposes": [TLS]}, "not for code signing"),
    "any purpose": ({"purposes": [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]}, "not for code signing"),
    "no purpose": ({"purposes": None}, "no extended key usage"),
    "for certificates": ({"key_usage": usage(certify=True)}, "for signing certificates"),
    "not for signing": ({"key_usage": usage(sign=False)}, "not for digital signatures"),
    "no names": ({"names": ()}, "no subject alternative name"),
    "unknown": (
        {"critical": x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")},
        "the critical extension 1.2.3.4, which is not known here",
    ),
}


@pytest.mark.parametrize("case", WRONG_SIGNERS)
def test_the_certificate_of_a_signer_is_for_that_alone(signed: Path, root: Issued, case: str) -> None:
    options, why = WRONG_SIGNERS[case]
    assert why in refusal(answer(signed, [root], issue("Ada", root, **options)))


def test_an_authority_does_not_sign_releases(signed: Path, root: Issued) -> None:
    """With names and purposes as a signer has them."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(
        issuer_name=root.certificate.subject,
        subject_name=issue("Ada").certificate.subject,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=root.certificate.not_valid_before_utc,
        not_valid_after=root.certificate.not_valid_after_utc,
        extensions=[],
    )
    for extension in (x509.SubjectAlternativeName([EMAIL]), x509.ExtendedKeyUsage([CODE_SIGNING]), usage()):
        builder = builder.add_extension(extension, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signer = Issued(builder.sign(root.key, hashes.SHA256()), key)
    assert "CA:TRUE" in refusal(answer(signed, [root], signer))


WRONG_BETWEEN: dict[str, tuple[Callable[[Issued], Issued], str]] = {
    "expired": (lambda root: issue("B", root, authority=True, valid=OLD), "expired"),
    "not yet valid": (lambda root: issue("B", root, authority=True, valid=FUTURE), "not yet valid"),
    "no authority": (lambda root: issue("B", root, authority=False), "is none (basic constraints)"),
    "silent": (lambda root: issue("B", root, authority=None), "is none (basic constraints)"),
    "may not certify": (lambda root: issue("B", root, authority=True, key_usage=usage()), "may not sign certificates"),
    "for web servers": (lambda root: limited("B", root, TLS), "may not issue certificates for code signing"),
}


@pytest.mark.parametrize("case", WRONG_BETWEEN)
def test_what_is_between_is_an_authority_for_this(signed: Path, root: Issued, case: str) -> None:
    make, why = WRONG_BETWEEN[case]
    between = make(root)
    assert why in refusal(answer(signed, [root], issue("Ada", between), between))


def test_an_authority_for_code_signing_may_be_between(signed: Path, root: Issued) -> None:
    between = limited("B", root, CODE_SIGNING)
    assert answer(signed, [root], issue("Ada", between), between).ok


def test_a_root_that_expired_vouches_for_nobody(signed: Path) -> None:
    old = issue("Root", authority=True, valid=OLD)
    assert "expired" in refusal(answer(signed, [old], issue("Ada", old)))


def test_path_lengths_and_name_constraints_hold(signed: Path, root: Issued, between: Issued) -> None:
    third = issue("Third", between, authority=True)
    assert "path length" in refusal(answer(signed, [root], issue("Ada", third), third, between))
    narrow = issue("N", root, authority=True, critical=x509.NameConstraints([x509.RFC822Name("example.com")], None))
    assert "constraints" in refusal(answer(signed, [root], issue("Ada", narrow), narrow))


def test_chains_that_lead_nowhere(signed: Path, root: Issued, between: Issued) -> None:
    missing = answer(signed, [root], issue("Ada", between))
    assert "leads to no root" in refusal(missing)
    assert "leads to no root" in refusal(answer(signed, [root], issue("Ada")))
    impostor = issue("Root", authority=True)
    assert refusal(answer(signed, [root], issue("Ada", impostor), impostor))
    assert "at most 6" in refusal(answer(signed, [root], issue("Ada", between), *([between] * 6)))


def test_a_chain_that_goes_round_ends(signed: Path, root: Issued) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    same = issue("Loop", key=key, authority=True)
    loops = [issue("Loop", same, key=key, authority=True) for _ in range(5)]
    assert refusal(answer(signed, [root], issue("Ada", same), *loops))


def test_an_rsa_authority_may_vouch_but_only_ecdsa_signs(signed: Path) -> None:
    root = issue("Root", authority=True, key=rsa_key())
    assert answer(signed, [root], issue("Ada", root)).ok
    ed = issue("Ada", root, key=ed25519.Ed25519PrivateKey.generate())
    assert "not ECDSA" in refusal(answer(signed, [root], ed))
    odd = issue("Ada", root, key=ec.generate_private_key(ec.SECP256K1()))
    write_lines(signed, {**certified(payload_of(statement_for(signed)), issue("Ada", root)), **_material(odd)})
    trust = trust_file(signed.parent, roots=[{"pem": root.pem}], identities=NAMED)
    assert "not ECDSA" in refusal(verify(signed, trust=trust))


def _encoded(der: bytes) -> dict[str, str]:
    return {"rawBytes": base64.b64encode(der).decode()}


def _material(issued: Issued) -> dict[str, Any]:
    line: dict[str, Any] = certified(b"", issue("X"), issued)
    material = line["verificationMaterial"]
    material["x509CertificateChain"]["certificates"].pop(0)
    return {"verificationMaterial": material}


@needs_openssl
@pytest.mark.parametrize("digest", ["sha1", "sha224"])
def test_weak_digests_in_certificates_are_refused(signed: Path, tmp_path: Path, root: Issued, digest: str) -> None:
    signer = issue("Ada", root)
    (tmp_path / "root.pem").write_text(root.pem)
    (tmp_path / "extensions").write_text(
        "keyUsage=digitalSignature\nextendedKeyUsage=codeSigning\nsubjectAltName=email:release@example.org\n"
    )
    root.write_key(tmp_path / "root.key")
    signer.write_key(tmp_path / "ada.key")
    openssl(tmp_path, "req -new -key ada.key -subj /CN=Ada -out request")
    sign_it = (
        "x509 -req -in request -CA root.pem -CAkey root.key -days 1 -set_serial 5 -extfile extensions -outform DER"
    )
    openssl(tmp_path, f"{sign_it} -sha256 -out good.der")
    openssl(tmp_path, f"{sign_it} -{digest} -out weak.der")
    line = certified(payload_of(statement_for(signed)), signer)
    trust = trust_file(tmp_path, roots=[{"pem": root.pem}], identities=NAMED)
    line["verificationMaterial"] = {"certificate": _encoded((tmp_path / "good.der").read_bytes())}
    write_lines(signed, line)
    assert verify(signed, trust=trust).ok
    line["verificationMaterial"] = {"certificate": _encoded((tmp_path / "weak.der").read_bytes())}
    write_lines(signed, line)
    assert "its certificate does not count" in refusal(verify(signed, trust=trust))


@pytest.mark.parametrize("content", [b"\x30\x00", b"no certificate", b"\x30\x82\xff\xff"])
def test_what_is_no_certificate_counts_for_nobody(signed: Path, root: Issued, content: bytes) -> None:
    line: Any = certified(payload_of(statement_for(signed)), issue("Ada", root))
    line["verificationMaterial"] = {"certificate": _encoded(content)}
    write_lines(signed, line)
    trust = trust_file(signed.parent, roots=[{"pem": root.pem}], identities=NAMED)
    assert "cannot be read" in refusal(verify(signed, trust=trust))


def test_a_certificate_without_its_key_signs_nothing(signed: Path, root: Issued) -> None:
    line = certified(payload_of(statement_for(signed)), issue("Ada", root))
    write_lines(signed, {**line, **_material(issue("Ada", root))})
    trust = trust_file(signed.parent, roots=[{"pem": root.pem}], identities=NAMED)
    assert "not one of this key" in refusal(verify(signed, trust=trust))


def test_a_listed_key_counts_as_that_whatever_certificate_is_with_it(signed: Path, root: Issued) -> None:
    signer = issue("Ada", root, valid=OLD)
    write_lines(signed, certified(payload_of(statement_for(signed)), signer))
    public = pem(signer.key.public_key()).decode()
    trust = trust_file(signed.parent, keys=[{"name": "Ben", "pem": public}])
    result = verify(signed, trust=trust)
    assert result.ok
    assert (result.signers[0].identity, result.signers[0].how) == ("Ben", "key")


def test_one_key_certified_for_two_people_is_of_neither(signed: Path, root: Issued) -> None:
    """Ben copies the signature of Ada and gets a certificate for her key."""
    ada = issue("Ada", root)
    ben = issue("Ben", root, key=ada.key, names=[x509.DNSName("ben.example.org")])
    payload = payload_of(statement_for(signed))
    write_lines(signed, certified(payload, ada), certified(payload, ben))
    identities = [*NAMED, {"name": "Ben", "dns": "ben.example.org"}]
    trust = trust_file(signed.parent, roots=[{"pem": root.pem}], identities=identities, threshold=2)
    result = verify(signed, trust=trust)
    assert result.outcome == "failed"
    assert {signer.problem for signer in result.signers} == {"certificates give its key to several identities"}


def test_sign_writes_the_chain(built: Path, tmp_path: Path, root: Issued, between: Issued, key: KeyPair) -> None:
    signer = issue("Ada", between)
    chain = tmp_path / "chain.pem"
    chain.write_text(signer.pem + between.pem)
    private = signer.write_key(tmp_path / "ada.key")
    signed = sign(built, keys=[private, key.private], certificate_chain=chain)
    assert len(signed.added) == 2
    assert sign(built, keys=[private], certificate_chain=chain).added == ()
    lines = [json.loads(line) for line in (built / "openmodel.sig").read_bytes().splitlines()]
    assert len(lines[0]["verificationMaterial"]["x509CertificateChain"]["certificates"]) == 2
    trust = trust_file(
        tmp_path,
        roots=[{"pem": root.pem}],
        identities=NAMED,
        keys=[{"name": "Ben", "file": str(key.public)}],
        threshold=2,
    )
    assert verify(built, trust=trust).ok
    assert verify(built, keys=[key.public]).ok


@pytest.mark.parametrize(
    "case",
    [
        ({"valid": OLD}, "valid from"),
        ({"purposes": [TLS]}, "verifiers refuse"),
        ({"names": ()}, "verifiers refuse"),
        ({"key_usage": usage(sign=False)}, "verifiers refuse"),
        ({"key": ed25519.Ed25519PrivateKey.generate()}, "not ECDSA"),
    ],
)
def test_sign_refuses_certificates_that_nobody_would_take(
    built: Path, tmp_path: Path, root: Issued, key: KeyPair, case: tuple[dict[str, Any], str]
) -> None:
    options, why = case
    chain = tmp_path / "chain.pem"
    chain.write_text(issue("Ada", root, **options).pem)
    with pytest.raises(KeyFileError, match=why):
        sign(built, keys=[key.private], certificate_chain=chain)
    assert not (built / "openmodel.sig").exists()


def test_sign_refuses_chains_that_are_none(
    built: Path, tmp_path: Path, root: Issued, between: Issued, key: KeyPair
) -> None:
    chain = tmp_path / "chain.pem"
    signer, for_the_web = issue("Ada", between), limited("B", root, TLS)
    for content, why in {
        "": "no certificate",
        issue("Ada", for_the_web).pem + for_the_web.pem: "verifiers refuse: an authority .* for code signing",
        signer.pem + root.pem: "certificate 1 not issued by certificate 2",
        signer.pem + between.pem: "a certificate of the key",
        signer.pem + between.pem * 6: "7 certificates",
    }.items():
        chain.write_text(content)
        with pytest.raises(KeyFileError, match=why):
            sign(built, keys=[key.private], certificate_chain=chain)


def test_without_a_trust_file_certificates_count_for_nobody(signed: Path, tmp_path: Path, root: Issued) -> None:
    write_lines(signed, certified(payload_of(statement_for(signed)), issue("Ada", root)))
    result = verify(signed, keys=[new_key(tmp_path / "k").public])
    assert "a certificate whose key was not given" in result.signers[0].problem


def test_a_trust_file_without_roots_takes_no_certificate(signed: Path, key: KeyPair, root: Issued) -> None:
    write_lines(signed, certified(payload_of(statement_for(signed)), issue("Ada", root)))
    trust = trust_file(signed.parent, keys=[{"name": "Ben", "file": str(key.public)}])
    assert "no roots" in refusal(verify(signed, trust=trust))
    write_lines(signed, bundle_for_nobody(signed, signed.parent / "nobody.key"))
    assert "not in the trust file" in refusal(verify(signed, trust=trust))


def bundle_for_nobody(release: Path, path: Path) -> Any:
    """A line by a key that nobody knows."""
    return bundle_for(load_private_key(new_key(path).private), payload_of(statement_for(release)))


def test_no_byte_of_a_certificate_can_be_changed(signed: Path, root: Issued) -> None:
    """And whatever is made of it, the answer is that it does not count."""
    signer = issue("Ada", root)
    payload = payload_of(statement_for(signed))
    line: Any = certified(payload, signer)
    trust = load_trust(trust_file(signed.parent, roots=[{"pem": root.pem}], identities=NAMED))
    good = decode(json.dumps(line).encode(), "")
    assert not trust.recognise(good).problem
    der = signer.der
    for place in range(len(der)):
        for bit in (1, 128):
            changed = der[:place] + bytes([der[place] ^ bit]) + der[place + 1 :]
            assert trust.recognise(replace(good, certificates=(changed,))).problem, place
            beside = trust.recognise(replace(good, certificates=(der, changed)))
            assert bool(beside.problem) is (beside.identity == "")


def test_names_of_kinds_that_nobody_reads_are_refused(signed: Path, root: Issued) -> None:
    odd = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30\x04\xa3\x02\x30\x00")
    assert refusal(answer(signed, [root], issue("Ada", root, names=(), critical=odd)))
