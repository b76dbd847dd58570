# SPDX-License-Identifier: Apache-2.0
"""Private keys encrypted by passphrase: EncryptedPrivateKeyInfo (RFC 5958, section 3) with PBES2 (RFC 8018).

Written: PBKDF2 with HMAC-SHA-256 and 600,000 rounds (OWASP, "Password Storage Cheat Sheet", 2023), AES-256-CBC. The
2,048 rounds that `cryptography` and openssl write cost somebody who guesses next to nothing; scrypt would cost them
more, but fewer programs read it. Read besides: PBKDF2 with other hashes, and scrypt (RFC 7914).

Nothing here says whether a passphrase is right, except that the padding fits: the key that comes out has to be one.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from openmodel.signing.keys import der

__all__ = ["MAX_MEMORY", "MAX_ROUNDS", "ROUNDS", "UnsupportedEncryptionError", "decrypt", "encrypt"]

ROUNDS = 600_000
"""Of PBKDF2 when written."""
MAX_ROUNDS = 10_000_000
"""Of PBKDF2 when read: a few seconds."""
MAX_MEMORY = 256 * 2**20
"""Of scrypt when read, in bytes."""


class UnsupportedEncryptionError(Exception):
    """A scheme that is not read, in words."""


def _id(text: str) -> bytes:
    return bytes.fromhex(text)


_PBES2, _PBKDF2, _SCRYPT = _id("2a864886f70d01050d"), _id("2a864886f70d01050c"), _id("2b06010401da47040b")
_HMACS = {
    _id("2a864886f70d0207"): "sha1",
    _id("2a864886f70d0208"): "sha224",
    _id("2a864886f70d0209"): "sha256",
    _id("2a864886f70d020a"): "sha384",
    _id("2a864886f70d020b"): "sha512",
}
_HMAC_SHA256 = _id("2a864886f70d0209")
_AES_256_CBC = _id("60864801650304012a")
_CIPHERS = {_id("608648016503040102"): 16, _id("608648016503040116"): 24, _AES_256_CBC: 32}


@dataclass(frozen=True, slots=True)
class _Scheme:
    kind: bytes
    parameters: list[der.Element]


def encrypt(private_key: bytes, passphrase: bytes) -> bytes:
    """Encrypts.

    Args:
        private_key: PrivateKeyInfo in DER.
        passphrase: its bytes.
    """
    salt, start = os.urandom(16), os.urandom(16)
    padder = padding.PKCS7(128).padder()
    secret = hashlib.pbkdf2_hmac("sha256", passphrase, salt, ROUNDS, 32)
    writer = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
    content = writer.update(padder.update(private_key) + padder.finalize()) + writer.finalize()
    rounds = ROUNDS.to_bytes(3)
    hmac = der.write(der.SEQUENCE, der.write(der.OBJECT, _HMAC_SHA256), der.write(der.NULL))
    kdf = der.write(der.SEQUENCE, der.write(der.OCTETS, salt), der.write(der.INTEGER, rounds), hmac)
    derivation = der.write(der.SEQUENCE, der.write(der.OBJECT, _PBKDF2), kdf)
    cipher = der.write(der.SEQUENCE, der.write(der.OBJECT, _AES_256_CBC), der.write(der.OCTETS, start))
    scheme = der.write(der.SEQUENCE, der.write(der.OBJECT, _PBES2), der.write(der.SEQUENCE, derivation, cipher))
    return der.write(der.SEQUENCE, scheme, der.write(der.OCTETS, content))


def decrypt(encrypted: bytes, passphrase: bytes) -> bytes:
    """Decrypts.

    Args:
        encrypted: EncryptedPrivateKeyInfo in DER.
        passphrase: its bytes.

    Returns:
        PrivateKeyInfo in DER. When the passphrase is wrong, nothing, or now and then bytes without meaning.

    Raises:
        ValueError: it is not of this form.
        UnsupportedEncryptionError: it is encrypted in a way that is not read, or beyond the bounds.
    """
    algorithm, content = der.only(encrypted, der.SEQUENCE).parts(der.SEQUENCE, der.OCTETS)
    outer = _scheme(algorithm)
    if outer.kind != _PBES2:
        raise UnsupportedEncryptionError("an encryption other than PBES2")
    (parameters,) = outer.parameters
    derivation, cipher = (_scheme(part) for part in parameters.parts(der.SEQUENCE, der.SEQUENCE))
    size = _CIPHERS.get(cipher.kind)
    if size is None:
        raise UnsupportedEncryptionError("a cipher other than AES in CBC mode")
    (start,) = (part.body for part in cipher.parameters)
    secret = _derived(derivation, passphrase, size)
    reader = Cipher(algorithms.AES(secret), modes.CBC(start)).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    padded = reader.update(content.body) + reader.finalize()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        return b""


def _scheme(element: der.Element) -> _Scheme:
    kind, *parameters = element.parts(der.OBJECT)
    return _Scheme(kind.body, parameters)


def _derived(scheme: _Scheme, passphrase: bytes, size: int) -> bytes:
    (parameters,) = scheme.parameters
    if scheme.kind == _SCRYPT:
        salt, n, r, p = parameters.parts(der.OCTETS, der.INTEGER, der.INTEGER, der.INTEGER)[:4]
        memory = 128 * n.number * r.number * p.number
        if memory > MAX_MEMORY:
            raise UnsupportedEncryptionError(f"scrypt with more than {MAX_MEMORY:,} bytes")
        return hashlib.scrypt(
            passphrase, salt=salt.body, n=n.number, r=r.number, p=p.number, maxmem=2 * MAX_MEMORY, dklen=size
        )
    if scheme.kind != _PBKDF2:
        raise UnsupportedEncryptionError("a key derivation other than PBKDF2 and scrypt")
    salt, rounds, *rest = parameters.parts(der.OCTETS, der.INTEGER)
    if rest and rest[0].tag == der.INTEGER:  # The length of the key, which the cipher says as well.
        rest = rest[1:]
    digest = _HMACS.get(_scheme(rest[0]).kind) if rest else "sha1"
    if digest is None or not 0 < rounds.number <= MAX_ROUNDS:
        raise UnsupportedEncryptionError(
            f"PBKDF2 with another hash than SHA-1 and SHA-2, or with more than {MAX_ROUNDS:,} rounds"
        )
    return hashlib.pbkdf2_hmac(digest, passphrase, salt.body, rounds.number, size)
