# SPDX-License-Identifier: Apache-2.0
"""The kinds of keys, one row each: how they sign, and what they cannot do.

All of them sign `openmodel.sig`. The other columns say why one does not serve for something else.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

__all__ = ["ALGORITHMS", "KINDS", "Algorithm", "Private", "Public", "algorithm_of"]

Public = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | mldsa.MLDSA65PublicKey
Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | mldsa.MLDSA65PrivateKey

KINDS = "an ECDSA key on the curve P-256, P-384 or P-521, an Ed25519 key or an ML-DSA-65 key"
"""All kinds, in words."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A kind of key together with the way in which it signs."""

    name: str
    """As policies and results name it."""
    title: str
    """As people read it."""
    hash: hashes.HashAlgorithm | None = None
    """What ECDSA hashes the message with. None: the algorithm has no choice."""
    not_in_model_sig: str = ""
    """Why it cannot sign `model.sig`, a sentence; empty when it can."""
    not_in_certificate: str = ""
    """Why no certificate with such a key is taken, a sentence; empty when it is."""


_NOT_OMS = "OpenSSF Model Signing takes ECDSA keys only, so a key of the kind {} cannot sign model.sig."
_NOT_X509 = "Certificates are those of OpenSSF Model Signing, with ECDSA keys only; none with a key of the kind {}."


def _own(name: str, title: str) -> Algorithm:
    """One that OpenSSF Model Signing does not know."""
    return Algorithm(name, title, None, _NOT_OMS.format(title), _NOT_X509.format(title))


ALGORITHMS = {
    row.name: row
    for row in (
        Algorithm("ecdsa-p256-sha256", "ECDSA P-256", hashes.SHA256()),
        Algorithm("ecdsa-p384-sha384", "ECDSA P-384", hashes.SHA384()),
        Algorithm("ecdsa-p521-sha512", "ECDSA P-521", hashes.SHA512()),
        _own("ed25519", "Ed25519"),
        _own("ml-dsa-65", "ML-DSA-65"),
    )
}
"""Every kind by its name."""

_BY_CURVE = {"secp256r1": "ecdsa-p256-sha256", "secp384r1": "ecdsa-p384-sha384", "secp521r1": "ecdsa-p521-sha512"}


def algorithm_of(key: object) -> Algorithm | None:
    """The kind of a key, private or public; None when it is none that is used here."""
    name = ""
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        name = _BY_CURVE.get(key.curve.name, "")
    elif isinstance(key, ed25519.Ed25519PublicKey | ed25519.Ed25519PrivateKey):
        name = "ed25519"
    elif isinstance(key, mldsa.MLDSA65PublicKey | mldsa.MLDSA65PrivateKey):
        name = "ml-dsa-65"
    return ALGORITHMS.get(name)
