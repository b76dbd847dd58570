# SPDX-License-Identifier: Apache-2.0
"""Signing a release and checking who signed it, offline.

What is signed: `statement` and `dsse`. How it is written: `bundle` and `signature_file`. Who signs: `keys`, `signers`.
`signatures` signs, `verification` verifies and says what that proves. The format: `docs/spec/signature.md`.
"""

from __future__ import annotations

from openmodel.signing.keys import (
    KeyPair,
    KeyType,
    Passphrase,
    PrivateKey,
    PublicKey,
    load_private_key,
    load_public_key,
    new_key,
    public_key,
)
from openmodel.signing.results import FileAlgorithm, FileProblem, Signer, Step, Verification
from openmodel.signing.signatures import SignedRelease, sign
from openmodel.signing.statement import ReleaseStatement
from openmodel.signing.verification import verify

__all__ = [
    "FileAlgorithm",
    "FileProblem",
    "KeyPair",
    "KeyType",
    "Passphrase",
    "PrivateKey",
    "PublicKey",
    "ReleaseStatement",
    "SignedRelease",
    "Signer",
    "Step",
    "Verification",
    "load_private_key",
    "load_public_key",
    "new_key",
    "public_key",
    "sign",
    "verify",
]
