# SPDX-License-Identifier: Apache-2.0
"""New keys: two files, the private one for its owner's eyes only."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

from openmodel.errors import InventoryError, KeyFileError, OverwriteError, Problem, UsageError
from openmodel.inventory.writing import write_atomically
from openmodel.signing.keys import armour, pbes2
from openmodel.signing.keys.algorithms import Private
from openmodel.signing.keys.armour import refused
from openmodel.signing.keys.key import pem, private_key_of
from openmodel.signing.keys.passphrases import Passphrase, passphrase_for

__all__ = ["KeyPair", "KeyType", "new_key"]

KeyType = Literal["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-65"]
"""What `new_key` makes; P-256 is the one that everything here and OpenSSF Model Signing take."""

_MAKERS: dict[str, Callable[[], Private]] = {
    "ecdsa-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ecdsa-p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ml-dsa-65": mldsa.MLDSA65PrivateKey.generate,
}


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two files that `new_key` wrote."""

    private: Path
    """PKCS#8 in PEM, mode 0600; encrypted when a passphrase was given."""
    public: Path
    """SubjectPublicKeyInfo in PEM."""
    key_id: str
    """64 lower-case hexadecimal digits."""
    algorithm: str = "ecdsa-p256-sha256"
    """The name of its kind, one of `ALGORITHMS`."""


def new_key(path: str | Path, *, type: KeyType = "ecdsa-p256", passphrase: Passphrase | None = None) -> KeyPair:
    """Makes a key pair: the private key in `path`, the public key in `path` + ".pub".

    The private file has the mode 0600 from its first byte on. Without a passphrase nothing else keeps others out.

    Args:
        path: of the private key.
        type: the kind of key.
        passphrase: to encrypt the private key with, or what to call for one; None leaves it as it is.

    Raises:
        UsageError: there is no such kind, or the source of the passphrase gives none.
        OverwriteError: one of the two files exists. Nothing was written.
        KeyFileError: the place is inside a release, nothing can be written there, the passphrase cannot be one, or
            the kind is not in the OpenSSL that `cryptography` was built with.
    """
    private = Path(path)
    if type not in _MAKERS:
        raise UsageError(Problem("", f"the kind of key {type!r}", ", ".join(_MAKERS), "Name one of them."))
    if "\0" in str(private):
        raise refused(private, "a path with a NUL character", "a path", "Check the path.")
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
    phrase = None if passphrase is None else passphrase_for(private, passphrase)
    try:
        key = _MAKERS[type]()
    except UnsupportedAlgorithm as error:
        fix = "Install `cryptography` from its wheel, or choose another kind."
        raise refused(private, f"an OpenSSL without {type}", "one that has it", fix) from error
    made = private_key_of(private, key)
    secret, open_half = _private_pem(key, phrase), pem(made.public.key)
    try:
        write_atomically(public, open_half, overwrite=False)
        write_atomically(private, secret, overwrite=False, mode=0o600)
    except BaseException as error:  # Ctrl-C, too: half a pair would keep the next try from starting.
        _take_back(public, open_half)
        _take_back(private, secret)
        if isinstance(error, InventoryError):
            raise KeyFileError(error.problems) from error
        raise
    return KeyPair(private, public, made.public.key_id, made.algorithm)


def _private_pem(key: Private, passphrase: bytes | None) -> bytes:
    content = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    if passphrase is None:
        return armour.written("PRIVATE KEY", content)
    return armour.written("ENCRYPTED PRIVATE KEY", pbes2.encrypt(content, passphrase))


def _require_place(path: Path) -> None:
    """A release is published as a whole, so a key in it would be, too."""
    directory = path.parent.resolve()
    if not directory.is_dir():
        raise refused(path, f"no directory {directory}", "an existing directory", "Create the directory first.")
    for ancestor in (directory, *directory.parents):
        for name in ("openmodel.yaml", "openmodel.json"):
            if os.path.lexists(ancestor / name):
                raise refused(
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
