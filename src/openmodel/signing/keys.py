# SPDX-License-Identifier: Apache-2.0
"""Key files: ECDSA on the curve P-256 with SHA-256, in PEM.

P-256 is the one key that both `openmodel.sig` and OpenSSF Model Signing take. The id of a key is the SHA-256 of the
PEM text of its public half (SubjectPublicKeyInfo, RFC 5280, as `cryptography` writes it), in 64 lower-case hexadecimal
digits: the same as the `hint` of OpenSSF Model Signing.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from openmodel.errors import InventoryError, KeyFileError, OverwriteError, Problem, next_command
from openmodel.inventory.naming import shown
from openmodel.inventory.writing import write_atomically

__all__ = ["KeyPair", "PrivateKey", "PublicKey", "load_private_key", "load_public_key", "new_key"]

_MAX_BYTES = 64 * 2**10  # A PEM key of this kind has about 240 bytes.
_SUPPORTED = "an ECDSA key on the curve P-256 in PEM, the only kind that this version uses"
_MAKE_ONE = f"{next_command('key new', 'PATH')[:-1]}, which makes one."
_GET_ONE = "Name the publisher's .pub file; get it from whom you trust."
_ECDSA = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two files that `new_key` wrote."""

    private: Path
    """PKCS#8 in PEM, not encrypted, mode 0600."""
    public: Path
    """SubjectPublicKeyInfo in PEM."""
    key_id: str
    """64 lower-case hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with."""

    file: Path
    """Where it was read."""
    key_id: str
    """64 lower-case hexadecimal digits."""
    key: ec.EllipticCurvePublicKey

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed the message.

        Of a valid signature (r, s) there is a second form (r, n-s) that anybody can compute and that is valid too.
        So a signature says who signed what, and its bytes identify nothing.

        Args:
            signature: ECDSA-Sig-Value in DER (RFC 3279, section 2.2.3); anything else is false.
            message: the bytes that were signed.
        """
        try:
            self.key.verify(signature, message, _ECDSA)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that signs."""

    public: PublicKey
    key: ec.EllipticCurvePrivateKey

    def sign(self, message: bytes) -> bytes:
        """A new signature over the message: ECDSA-Sig-Value in DER. Signing twice gives two different ones."""
        return self.key.sign(message, _ECDSA)


def new_key(path: str | Path) -> KeyPair:
    """Makes a key pair: the private key in `path`, the public key in `path` + ".pub".

    The private key is not encrypted; only its mode, 0600 from the first byte on, keeps other users out.

    Raises:
        OverwriteError: one of the two files exists. Nothing was written.
        KeyFileError: the place is inside a release, or nothing can be written there.
    """
    private = Path(path)
    _require_text(private)
    public = private.with_name(private.name + ".pub") if private.name else private
    _require_place(private)
    for file in (private, public):
        if os.path.lexists(file):
            raise OverwriteError(
                Problem(
                    str(file),
                    "that it is there already",
                    "a name that is free, with and without .pub",
                    "Choose another name; a key that is lost cannot be made again.",
                )
            )
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        write_atomically(public, _pem(key.public_key()), overwrite=False)
        write_atomically(private, secret, overwrite=False, mode=0o600)
    except BaseException as error:  # Ctrl-C, too: half a pair would keep the next try from starting.
        _take_back(public, _pem(key.public_key()))
        _take_back(private, secret)
        if isinstance(error, InventoryError):
            raise KeyFileError(error.problems) from error
        raise
    return KeyPair(private, public, _key_id(key.public_key()))


def load_public_key(path: str | Path) -> PublicKey:
    """Reads a public key.

    Raises:
        KeyFileError: the file cannot be read, or holds something else than a public key of the supported kind.
    """
    content = _read(Path(path))
    if b"PRIVATE KEY-----" in content:
        raise _refused(
            path,
            "a private key",
            "the public key that belongs to it",
            "Name the .pub file beside it, and give the private key to nobody.",
        )
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refused(path, "a file that is no PEM public key", _SUPPORTED, _GET_ONE) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _refused(path, _kind(key), _SUPPORTED, _GET_ONE)
    return PublicKey(Path(path), _key_id(key), key)


def load_private_key(path: str | Path) -> PrivateKey:
    """Reads a private key.

    Who else may read the file is not looked at: build systems hand out keys with wide modes.

    Raises:
        KeyFileError: the file cannot be read, or holds something else than an unencrypted private key of the
            supported kind.
    """
    content = _read(Path(path))
    if b"-----BEGIN PUBLIC KEY-----" in content:
        raise _refused(path, "a public key", "the private key that belongs to it", "Name the file without .pub.")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except TypeError as error:  # What `cryptography` raises when a password is needed.
        raise _refused(path, "an encrypted private key", f"{_SUPPORTED}, not encrypted") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refused(path, "a file that is no PEM private key", _SUPPORTED) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _refused(path, _kind(key), _SUPPORTED)
    public = key.public_key()
    return PrivateKey(PublicKey(Path(path), _key_id(public), public), key)


def _require_place(path: Path) -> None:
    """A release is published as a whole, so a key in it would be, too."""
    directory = path.parent.resolve()
    if not directory.is_dir():
        raise _refused(path, f"no directory {directory}", "an existing directory", "Create the directory first.")
    for ancestor in (directory, *directory.parents):
        for name in ("openmodel.yaml", "openmodel.json"):
            if os.path.lexists(ancestor / name):
                raise _refused(
                    path,
                    f"a place inside the release {ancestor} (it holds {name})",
                    "a place outside every release, because releases are published",
                    "Choose a directory that is not published, such as one in your home directory.",
                )


def _take_back(file: Path, content: bytes) -> None:
    """Removes a file if it holds what was written just now; another's that came in between stays."""
    with suppress(OSError):
        if file.read_bytes() == content:
            file.unlink()


def _require_text(path: Path) -> None:
    if "\0" in str(path):
        raise _refused(shown(str(path)), "a path with a NUL character", "a path", "Check the path.")


def _read(path: Path) -> bytes:
    _require_text(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _refused(path, f"that it cannot be read: {error.strerror}", "a key file", "Check the path.") from error
    if len(content) > _MAX_BYTES:
        raise _refused(path, f"more than {_MAX_BYTES:,} bytes", _SUPPORTED, "Check the path.")
    return content


def _pem(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _key_id(key: ec.EllipticCurvePublicKey) -> str:
    return hashlib.sha256(_pem(key)).hexdigest()


def _kind(key: object) -> str:
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return f"an ECDSA key on the curve {key.curve.name}"
    return f"a key of another kind ({type(key).__name__})"


def _refused(path: str | Path, got: str, expected: str, fix: str = _MAKE_ONE) -> KeyFileError:
    return KeyFileError(Problem(str(path), got, expected, fix))
