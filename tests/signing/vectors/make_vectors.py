# SPDX-License-Identifier: Apache-2.0
"""Writes the files beside it, which `docs/spec/signature.md` prints. Run it from the root of the repository.

The key is made from a sentence that everybody can read: it is for tests only. The signature is deterministic (RFC
6979), so that running this again changes nothing.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from openmodel.signing.bundle import Bundle, encode
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.statement import ReleaseStatement
from openmodel.signing.statement import encode as encode_statement

HERE = Path(__file__).parent
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


if __name__ == "__main__":
    main()
