# SPDX-License-Identifier: Apache-2.0
"""Signing a release and checking who signed it, offline.

- What is signed: `statement` (a release), `provenance` with `dependencies` and `disclosed` (a training), `verdict` (a
  check); `dsse` makes bytes of it.
- How it is written: `bundle` (one signature), `signature_file` (a file of them), `shapes` (what JSON may be in them).
- Who signs: `keys` (files and devices), `keyless` (an identity, through Sigstore), `timestamps` (when).
- Signing a release: `signatures`, by way of `readiness` (may it be signed?), `agreement` (did others sign the same?)
  and `adding`.
- Verifying one: `verification` says the steps, `steps` does them, `results` is the answer. `recognition` says whose a
  signature is, as a `signatory`: by a given key, or by what a trust file says (`trust`).
- `oms`: `model.sig`, for the programs of OpenSSF Model Signing. `report`: signed verdicts.

The format: `docs/spec/signature.md`.

Names are imported when they are first used: who verifies needs nothing of what signs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOME = dict.fromkeys(__all__, "openmodel.signing.keys")
_HOME |= dict.fromkeys(("FileAlgorithm", "FileProblem", "Signer", "Step", "Verification"), "openmodel.signing.results")
_HOME |= dict.fromkeys(("SignedRelease", "sign"), "openmodel.signing.signatures")
_HOME |= {"ReleaseStatement": "openmodel.signing.statement", "verify": "openmodel.signing.verification"}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
