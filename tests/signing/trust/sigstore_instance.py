# SPDX-License-Identifier: Apache-2.0
"""A Sigstore instance in memory: its authority, its two logs, and signatures that it vouches for.

`sigstore_server` has it answer over HTTP.

Sources: RFC 6962, sections 3.2 and 3.3 (the log of certificates); sigstore/rekor, entries of the kind `dsse` 0.0.1;
C2SP `tlog-checkpoint` and `signed-note`; sigstore/protobuf-specs, `sigstore_trustroot.proto`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openmodel.signing.dsse import IN_TOTO, pae
from tests.signing.small_release import Json
from tests.signing.trust.authorities import usage

ISSUER = "https://issuer.example.org"
_P256 = ec.SECP256R1()
_SCTS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_OIDC_ISSUER = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_ORIGIN = "log.example.org"


def _new() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(_P256)


def _sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    return key.sign(message, ec.ECDSA(hashes.SHA256()))


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.DER, form)


def _log_id(key: ec.EllipticCurvePrivateKey) -> bytes:
    return hashlib.sha256(_spki(key)).digest()


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@dataclass
class Instance:
    """Keys of one instance; another one has others."""

    authority: ec.EllipticCurvePrivateKey = field(default_factory=_new)
    certificates_log: ec.EllipticCurvePrivateKey = field(default_factory=_new)
    signatures_log: ec.EllipticCurvePrivateKey = field(default_factory=_new)
    start: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(days=2))

    time_authorities: list[Json] = field(default_factory=list)
    """As they stand in a trusted root."""
    more_names: list[x509.GeneralName] = field(default_factory=list)
    """In each certificate, besides the one that is known."""

    def __post_init__(self) -> None:
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        builder = self._builder("authority", self.authority.public_key(), self.start, timedelta(days=90))
        builder = builder.add_extension(constraints, critical=True)
        self.root = builder.add_extension(usage(sign=False, certify=True), critical=True).sign(
            self.authority, hashes.SHA256()
        )

    def trusted_root(self) -> Json:
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [self._log(self.signatures_log)],
            "ctlogs": [self._log(self.certificates_log)],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "example", "commonName": "authority"},
                    "uri": "https://authority.example.org",
                    "certChain": {
                        "certificates": [{"rawBytes": _b64(self.root.public_bytes(serialization.Encoding.DER))}]
                    },
                    "validFor": {"start": self.start.isoformat().replace("+00:00", "Z")},
                }
            ],
            "timestampAuthorities": self.time_authorities,
        }

    def line(self, payload: bytes, name: x509.GeneralName, issuer: str = ISSUER) -> Json:
        """A bundle on a payload by somebody whom an OpenID Connect issuer knows."""
        key = _new()
        certificate = self.certificate(key.public_key(), name, issuer, self.start + timedelta(days=1))
        signature = _sign(key, pae(IN_TOTO, payload))
        der = certificate.public_bytes(serialization.Encoding.DER)
        body = self.body(payload, signature, certificate.public_bytes(serialization.Encoding.PEM))
        return {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {
                "certificate": {"rawBytes": _b64(der)},
                "tlogEntries": [self.entry(body, self.start + timedelta(days=1, minutes=5))],
            },
            "dsseEnvelope": {
                "payload": _b64(payload),
                "payloadType": IN_TOTO,
                "signatures": [{"sig": _b64(signature), "keyid": ""}],
            },
        }

    def body(self, payload: bytes, signature: bytes, certificate: bytes) -> bytes:
        """What the log keeps of a signature; the certificate is PEM."""
        digest = hashlib.sha256(payload).hexdigest()
        body = {
            "apiVersion": "0.0.1",
            "kind": "dsse",
            "spec": {
                "envelopeHash": {"algorithm": "sha256", "value": digest},
                "payloadHash": {"algorithm": "sha256", "value": digest},
                "signatures": [{"signature": _b64(signature), "verifier": _b64(certificate)}],
            },
        }
        return json.dumps(body, separators=(",", ":"), sort_keys=True).encode()

    def _log(self, key: ec.EllipticCurvePrivateKey) -> Json:
        start = self.start.isoformat().replace("+00:00", "Z")
        return {
            "baseUrl": "https://log.example.org",
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": _b64(_spki(key)),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": {"start": start},
            },
            "logId": {"keyId": _b64(_log_id(key))},
        }

    def _builder(
        self, name: str, key: ec.EllipticCurvePublicKey, start: datetime, length: timedelta
    ) -> x509.CertificateBuilder:
        by = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(by)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + length)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key()), critical=False
            )
        )

    def certificate(
        self, key: ec.EllipticCurvePublicKey, name: x509.GeneralName, issuer: str, at: datetime
    ) -> x509.Certificate:
        """For ten minutes; those of `line` are long over, as all of this kind soon are."""
        builder = self._builder("signer", key, at, timedelta(minutes=10))
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (usage(), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), False),
            (x509.SubjectAlternativeName([name, *self.more_names]), False),
            (x509.UnrecognizedExtension(_OIDC_ISSUER, issuer.encode()), False),
        ]
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        before = builder.sign(self.authority, hashes.SHA256()).tbs_certificate_bytes
        time = int(at.timestamp() * 1000)
        issuer_hash = hashlib.sha256(_spki(self.authority)).digest()
        entry = struct.pack(">BBQH", 0, 0, time, 1) + issuer_hash + len(before).to_bytes(3, "big") + before + b"\0\0"
        signature = _sign(self.certificates_log, entry)
        sct = b"\0" + _log_id(self.certificates_log) + struct.pack(">QH", time, 0)
        sct += struct.pack(">BBH", 4, 3, len(signature)) + signature
        scts = struct.pack(">HH", len(sct) + 2, len(sct)) + sct
        octets = bytes([4, 0x81, len(scts)]) if len(scts) > 127 else bytes([4, len(scts)])
        logged = x509.UnrecognizedExtension(_SCTS, octets + scts)
        return builder.add_extension(logged, critical=False).sign(self.authority, hashes.SHA256())

    def entry(self, body: bytes, at: datetime) -> Json:
        """The only one of a log of one, as it stands in a bundle."""
        log_id, time = _log_id(self.signatures_log), int(at.timestamp())
        root = hashlib.sha256(b"\0" + body).digest()
        note = f"{_ORIGIN}\n1\n{_b64(root)}\n"
        mark = _b64(log_id[:4] + _sign(self.signatures_log, note.encode()))
        promised: dict[str, Any] = {
            "body": _b64(body),
            "integratedTime": time,
            "logID": log_id.hex(),
            "logIndex": 0,
        }
        promise = json.dumps(promised, sort_keys=True, separators=(",", ":")).encode()
        return {
            "logIndex": "0",
            "logId": {"keyId": _b64(log_id)},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(time),
            "inclusionPromise": {"signedEntryTimestamp": _b64(_sign(self.signatures_log, promise))},
            "inclusionProof": {
                "logIndex": "0",
                "rootHash": _b64(root),
                "treeSize": "1",
                "hashes": [],
                "checkpoint": {"envelope": f"{note}\n\u2014 {_ORIGIN} {mark}\n"},
            },
            "canonicalizedBody": _b64(body),
        }
