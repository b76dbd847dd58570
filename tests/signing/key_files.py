# SPDX-License-Identifier: Apache-2.0
"""Key files that no well-meaning program writes, and the programs that write others."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from openmodel.signing.keys import armour, der, ml_dsa

KINDS = ("ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-65")
SEED = bytes(range(32))
"""The one of the examples in RFC 9881, appendix C."""

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the program openssl is not installed")
needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="the program ssh-keygen is not installed")


def output_of(folder: Path, *command: str) -> bytes:
    """Runs a program in a folder, which has to succeed; its standard output."""
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout


def openssl(folder: Path, command: str, *more: str) -> bytes:
    return output_of(folder, "openssl", *command.split(), *more)


def ml_dsa_form(form: str, seed: bytes = SEED, expanded: bytes | None = None) -> bytes:
    """A private ML-DSA-65 key in PEM: `seed`, `expanded` or `both`."""
    long = ml_dsa.expanded(seed) if expanded is None else expanded
    inner = {
        "seed": der.write(0x80, seed),
        "expanded": der.write(der.OCTETS, long),
        "both": der.write(der.SEQUENCE, der.write(der.OCTETS, seed), der.write(der.OCTETS, long)),
    }[form]
    return armour.written("PRIVATE KEY", pkcs8([der.write(der.OBJECT, ml_dsa.OBJECT_ID)], inner))


def pkcs8(algorithm: Sequence[bytes], inner: bytes) -> bytes:
    """PrivateKeyInfo in DER."""
    return der.write(
        der.SEQUENCE,
        der.write(der.INTEGER, b"\0"),
        der.write(der.SEQUENCE, *algorithm),
        der.write(der.OCTETS, inner),
    )


def private_der(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_der(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
