# SPDX-License-Identifier: Apache-2.0
"""A key in memory: signing, verifying, its id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from openmodel.signing.keys.algorithms import ALGORITHMS, Private, Public, algorithm_of

__all__ = ["PrivateKey", "PublicKey", "key_id_of", "pem", "private_key_of", "public_key_of", "weakness"]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with."""

    file: Path
    """Where it was read."""
    key_id: str
    """64 lower-case hexadecimal digits."""
    key: Public

    @property
    def algorithm(self) -> str:
        """The name of its kind, one of `ALGORITHMS`."""
        return _name(self.key)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed the message.

        Of a valid ECDSA signature (r, s) there is a second form (r, n-s) that anybody can compute and that is valid
        too. So a signature says who signed what, and its bytes identify nothing.

        Args:
            signature: ECDSA-Sig-Value in DER (RFC 3279, section 2.2.3), the 64 bytes of Ed25519 (RFC 8032) or the
                3,309 of ML-DSA-65 (FIPS 204, empty context), as the kind of the key demands; anything else is false.
            message: the bytes that were signed.
        """
        try:
            if isinstance(self.key, ec.EllipticCurvePublicKey):
                self.key.verify(signature, message, _ecdsa(self.key))
            else:
                self.key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Device(Protocol):
    """What signs, and keeps its key to itself."""

    def public_key(self) -> Public:
        """The public half."""

    def sign(self, message: bytes, /) -> bytes:
        """A signature, in the form that `PublicKey.verifies` takes."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that signs."""

    public: PublicKey
    key: Private | Device

    @property
    def algorithm(self) -> str:
        """The name of its kind, one of `ALGORITHMS`."""
        return self.public.algorithm

    def sign(self, message: bytes) -> bytes:
        """A new signature over the message, in the form that `PublicKey.verifies` takes.

        Signing twice gives two different ones, except with Ed25519.
        """
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, _ecdsa(self.key))
        return self.key.sign(message)


def public_key_of(file: Path, key: Public) -> PublicKey:
    """The key with its id.

    Args:
        file: where it was read.
        key: of a kind that `algorithm_of` knows, and without `weakness`.
    """
    return PublicKey(file, key_id_of(key), key)


def private_key_of(file: Path, key: Private | Device) -> PrivateKey:
    """The key with its public half."""
    return PrivateKey(public_key_of(file, key.public_key()), key)


def pem(key: Public) -> bytes:
    """SubjectPublicKeyInfo in PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def key_id_of(key: Public) -> str:
    """SHA-256 of the PEM text, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(pem(key)).hexdigest()


def weakness(key: Public) -> str:
    """What makes a public key worthless, in words; empty when nothing does.

    `cryptography` checks the points of ECDSA itself. Of Ed25519 it takes any 32 bytes: with a point of small order
    anybody can sign anything, and a second spelling of a point would be a second id of the same key (RFC 8032, section
    5.1.3; the orders: Chalkias et al., "Taming the many EdDSAs", 2020, table 6).
    """
    if not isinstance(key, ed25519.Ed25519PublicKey):
        return ""
    y = int.from_bytes(key.public_bytes_raw(), "little") & (1 << 255) - 1
    if y in _SMALL_ORDER:
        return "a point of small order, with which anybody can sign anything"
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if y >= _P or pow(square, (_P - 1) // 2, _P) != 1:
        return "32 bytes that are no point of the curve"
    return ""


_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = {0, 1, _P - 1, _P, _P + 1, _OF_ORDER_8, _P - _OF_ORDER_8}
"""The y of all points whose order divides 8, the two second spellings included."""


def _name(key: Public | Private) -> str:
    algorithm = algorithm_of(key)
    return algorithm.name if algorithm else ""


def _ecdsa(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey) -> ec.ECDSA:
    digest = ALGORITHMS[_name(key)].hash
    if digest is None:
        raise AssertionError(key.curve.name)
    return ec.ECDSA(digest)
