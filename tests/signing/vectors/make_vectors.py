# SPDX-License-Identifier: Apache-2.0
"""Writes the files beside it, which `docs/spec/signature.md` and `docs/spec/oms.md` print. Run it from the
root of the repository.

The keys are made from a sentence that everybody can read: they are for tests only. ECDSA signatures are deterministic
(RFC 6979), those of Ed25519 always are. `cryptography` signs by ML-DSA with fresh randomness, so that signature is kept
as long as it holds. So running this again changes nothing.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

from openmodel.signing.bundle import Bundle, encode
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.oms.bundle import ModelBundle
from openmodel.signing.oms.bundle import encode as encode_model
from openmodel.signing.oms.file_list import encode as encode_list
from openmodel.signing.statement import ReleaseStatement
from openmodel.signing.statement import encode as encode_statement

HERE = Path(__file__).parent
MODEL = {"a.txt": b"alpha", "d0.txt": b"zero", "d0/w.bin": b"weights"}
IGNORED = [".git", "model.sig"]
SENTENCE = b"openmodel: this key is for tests only"
STATEMENT = ReleaseStatement(
    manifest_sha256=hashlib.sha256(b"the bytes of openmodel.json").hexdigest(),
    release_root=hashlib.sha256(b"in place of a release root").hexdigest(),
    readme_sha256=hashlib.sha256(b"the bytes of README.md").hexdigest(),
    name="toy é",
    version="1.0",
    sequence=3,
    issued=datetime(2025, 1, 31, 12, tzinfo=UTC),
    expires=datetime(2026, 1, 31, 12, tzinfo=UTC),
)


def main() -> None:
    """Writes all vectors."""
    key = ec.derive_private_key(int.from_bytes(hashlib.sha256(SENTENCE).digest()), ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    payload = encode_statement(STATEMENT)
    signed = pae(IN_TOTO, payload)
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    bundle = Bundle(hashlib.sha256(public).hexdigest(), IN_TOTO, payload, signature)
    (HERE / "test-only.key").write_bytes(private)
    (HERE / "test-only.key.pub").write_bytes(public)
    (HERE / "payload.json").write_bytes(payload)
    (HERE / "pae.hex").write_text(signed.hex() + "\n")
    (HERE / "openmodel.sig").write_bytes(encode(bundle) + b"\n")
    listed = encode_list("model", {path: hashlib.sha256(text).hexdigest() for path, text in MODEL.items()}, IGNORED)
    signature = key.sign(pae(IN_TOTO, listed), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    (HERE / "model-payload.json").write_bytes(listed)
    (HERE / "model.sig").write_bytes(encode_model(ModelBundle(listed, signature, bundle.hint)))
    for name, (other, scheme) in other_keys().items():
        (HERE / f"{name}.key").write_bytes(
            other.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (HERE / f"{name}.key.pub").write_bytes(
            other.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        (HERE / f"{name}.sig.hex").write_text(signature_of(name, other, scheme, signed).hex() + "\n")


Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | mldsa.MLDSA65PrivateKey


def other_keys() -> dict[str, tuple[Key, ec.ECDSA | None]]:
    """A key of each other kind."""
    seed = hashlib.sha256(SENTENCE).digest()
    number = int.from_bytes(seed)
    return {
        "ecdsa-p384-sha384": (
            ec.derive_private_key(number, ec.SECP384R1()),
            ec.ECDSA(hashes.SHA384(), deterministic_signing=True),
        ),
        "ecdsa-p521-sha512": (
            ec.derive_private_key(number, ec.SECP521R1()),
            ec.ECDSA(hashes.SHA512(), deterministic_signing=True),
        ),
        "ed25519": (ed25519.Ed25519PrivateKey.from_private_bytes(seed), None),
        "ml-dsa-65": (mldsa.MLDSA65PrivateKey.from_seed_bytes(seed), None),
    }


def signature_of(name: str, key: Key, scheme: ec.ECDSA | None, message: bytes) -> bytes:
    """A signature that is the same each time."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        assert scheme
        return key.sign(message, scheme)
    kept = HERE / f"{name}.sig.hex"
    if isinstance(key, mldsa.MLDSA65PrivateKey) and kept.exists():
        signature = bytes.fromhex(kept.read_text())
        try:
            key.public_key().verify(signature, message)
        except InvalidSignature:
            pass
        else:
            return signature
    return key.sign(message)


if __name__ == "__main__":
    main()
