# SPDX-License-Identifier: Apache-2.0
"""Certificate authorities for tests, certificates with every mistake, and trust files."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.keys.key import private_key_of
from tests.signing.small_release import Json

CODE_SIGNING = ExtendedKeyUsageOID.CODE_SIGNING
EMAIL = x509.RFC822Name("release@example.org")
NAMED = [{"name": "Ada", "email": "release@example.org"}]
"""Identities that the certificates have unless told otherwise."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate, and the private key that belongs to it."""

    certificate: x509.Certificate
    key: Any

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def write_key(self, path: Path) -> Path:
        path.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return path


def usage(*, sign: bool = True, certify: bool = False) -> x509.KeyUsage:
    no = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"), False
    )
    return x509.KeyUsage(digital_signature=sign, key_cert_sign=certify, encipher_only=False, decipher_only=False, **no)


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    key: Any = None,
    authority: bool | None = None,
    path_length: int | None = None,
    key_usage: x509.KeyUsage | None = None,
    purposes: Sequence[x509.ObjectIdentifier] | None = (CODE_SIGNING,),
    names: Sequence[x509.GeneralName] = (EMAIL,),
    valid: tuple[timedelta, timedelta] = (-DAY, DAY),
    critical: x509.ExtensionType | None = None,
) -> Issued:
    """A certificate; of the signer's kind unless `authority` is true, and self-signed without an issuer."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    by = issuer or Issued(None, key)  # type: ignore[arg-type]  # Only the key of what signs itself is looked at.
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer.certificate.subject if issuer else own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + valid[0])
        .not_valid_after(now + valid[1])
        .add_extension(key_usage or usage(sign=not authority, certify=bool(authority)), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False)
    )
    if authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(authority, path_length), critical=True)
    if purposes and not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if names and not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if critical:
        builder = builder.add_extension(critical, critical=True)
    return Issued(builder.sign(by.key, hashes.SHA256()), key)


def limited(name: str, issuer: Issued, purpose: x509.ObjectIdentifier) -> Issued:
    """An authority that may issue certificates for one purpose only."""
    return issue(name, issuer, authority=True, critical=x509.ExtendedKeyUsage([purpose]))


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certified(payload: bytes, signer: Issued, *chain: Issued | bytes) -> Json:
    """A bundle by the holder of a certificate."""
    signature = private_key_of(Path(), signer.key).sign(pae(IN_TOTO, payload))
    ders = [signer.der, *(one if isinstance(one, bytes) else one.der for one in chain)]
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "x509CertificateChain": {"certificates": [{"rawBytes": base64.b64encode(one).decode()} for one in ders]}
        },
        "dsseEnvelope": {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": IN_TOTO,
            "signatures": [{"sig": base64.b64encode(signature).decode()}],
        },
    }


def trust_file(folder: Path, **members: Any) -> Path:
    """Writes a trust file in JSON."""
    path = folder / "trust.json"
    path.write_text(json.dumps({"openmodel_trust": "1-draft", **members}))
    return path
