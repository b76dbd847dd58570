# SPDX-License-Identifier: Apache-2.0
"""Models with a `model.sig` that the public functions would never write, and certificates."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openmodel.signing import PrivateKey
from openmodel.signing.dsse import IN_TOTO, pae

Json = dict[str, Any]

MODEL = {"a.txt": b"alpha", "d0.txt": b"zero", "d0/w.bin": b"weights", "empty": b""}
EMAIL = "signer@example.org"
"""In the certificates of signers."""
PREDICATE = "https://model_signing/signature/v1.0"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_model(root: Path, files: Mapping[str, bytes] = MODEL) -> Path:
    """A model of somebody who does not know this project."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def resources(files: Mapping[str, bytes] = MODEL) -> list[Json]:
    return [{"name": path, "algorithm": "sha256", "digest": sha256(files[path])} for path in sorted(files)]


def root_of(entries: list[Json]) -> str:
    """SHA-256 over the digests in their order; of a value that is no digest nothing goes in."""
    digests = [str(entry.get("digest")) for entry in entries]
    return sha256(b"".join(bytes.fromhex(digest) for digest in digests if re.fullmatch("[0-9a-f]{64}", digest)))


def statement(entries: list[Json] | None = None, **serialization: object) -> Json:
    """What signers of a list of files sign; the keywords are members of `serialization`, None leaves one out."""
    listed = resources() if entries is None else entries
    members = {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": ["model.sig"]}
    members |= serialization
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "model", "digest": {"sha256": root_of(listed)}}],
        "predicateType": PREDICATE,
        "predicate": {
            "resources": listed,
            "serialization": {name: value for name, value in members.items() if value is not None},
        },
    }


def bundle(key: PrivateKey, payload: bytes, message: bytes | None = None) -> Json:
    """A bundle with a valid signature, as data.

    Args:
        key: signs.
        payload: what is signed.
        message: what the signature is over, if it is not the DSSE encoding.
    """
    signature = key.sign(pae(IN_TOTO, payload) if message is None else message)
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": key.public.key_id}},
        "dsseEnvelope": {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": IN_TOTO,
            "signatures": [{"sig": base64.b64encode(signature).decode(), "keyid": ""}],
        },
    }


def sign_payload(root: Path, key: PrivateKey, payload: Json | bytes) -> None:
    """Writes `model.sig` with a valid signature over anything."""
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    (root / "model.sig").write_text(json.dumps(bundle(key, content)))


def payload_in(root: Path) -> Json:
    """What `model.sig` signs."""
    value = json.loads((root / "model.sig").read_bytes())
    payload: Json = json.loads(base64.b64decode(value["dsseEnvelope"]["payload"]))
    return payload


class Authority:
    """A certificate authority of three levels, with its files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = [ec.generate_private_key(ec.SECP384R1()) for _ in range(2)]
        root = self._certificate("root", self.keys[0].public_key(), "root", self.keys[0], ca=True)
        middle = self._certificate("middle", self.keys[1].public_key(), "root", self.keys[0], ca=True)
        self.root, self.middle = _pem(root), _pem(middle)
        self.root_file = folder / "root.pem"
        self.root_file.write_bytes(self.root)

    def issue(self, key: PrivateKey, *, days: tuple[int, int] = (-1, 30), signs: bool = True) -> bytes:
        """The certificate of a key in PEM.

        Args:
            key: whose.
            days: from when to when it is valid, from now.
            signs: whether its key usage allows signatures.
        """
        public = key.public.key
        assert isinstance(public, ec.EllipticCurvePublicKey)
        leaf = self._certificate("leaf", public, "middle", self.keys[1], ca=False, days=days, signs=signs)
        return _pem(leaf)

    def chain_file(self, key: PrivateKey, **more: Any) -> Path:
        """A file with the certificate of a key and the one that it was issued by."""
        file = self.folder / f"{key.public.key_id[:8]}.pem"
        file.write_bytes(self.issue(key, **more) + self.middle)
        return file

    def _certificate(
        self,
        name: str,
        public: ec.EllipticCurvePublicKey,
        issuer: str,
        signer: ec.EllipticCurvePrivateKey,
        *,
        ca: bool,
        days: tuple[int, int] = (-2, 60),
        signs: bool = True,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"openmodel test {name}")]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"openmodel test {issuer}")]))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(_key_usage(signs=signs and not ca, ca=ca), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if not ca:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
            builder = builder.add_extension(usage, critical=False)
            names = x509.SubjectAlternativeName([x509.RFC822Name(EMAIL)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(signer, hashes.SHA384())


def _key_usage(*, signs: bool, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
