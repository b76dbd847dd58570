# SPDX-License-Identifier: Apache-2.0
"""Key files as openssl, ssh-keygen and this project write them.

Private: PKCS#8, plain or encrypted; SEC1 (`EC PRIVATE KEY`), plain or encrypted the old way; OpenSSH, plain or
encrypted. Public: SubjectPublicKeyInfo, and a line of OpenSSH.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import cast

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, mldsa

from openmodel.errors import KeyFileError, next_command
from openmodel.signing.keys import der, device, ml_dsa, pbes2
from openmodel.signing.keys.algorithms import KINDS, Private, Public, algorithm_of
from openmodel.signing.keys.armour import Block, block_of, read_file, refused
from openmodel.signing.keys.key import PrivateKey, PublicKey, private_key_of, public_key_of, weakness
from openmodel.signing.keys.passphrases import Passphrase, passphrase_for

__all__ = ["load_private_key", "load_public_key", "public_key", "public_key_in"]

_PRIVATE = f"a private key in PEM: {KINDS}"
_PUBLIC = f"a public key in PEM or as a line of OpenSSH: {KINDS}"
_MAKE_ONE = f"{next_command('key new', 'PATH')[:-1]}, which makes one."
_GET_ONE = "Name the publisher's .pub file; get it from whom you trust."
_EC = bytes.fromhex("2a8648ce3d0201")
_MAX_SSH_ROUNDS = 1024  # Of bcrypt; ssh-keygen writes 16 or 24 unless told otherwise.
# What `cryptography` raises. Its reader of OpenSSH says so of some only: a compressed point is NotImplementedError.
_FAILURES = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    UnsupportedAlgorithm,
    InvalidTag,
    struct.error,
)


def load_public_key(path: str | Path) -> PublicKey:
    """Reads a public key.

    Raises:
        KeyFileError: the file cannot be read, or holds something else than one public key of a supported kind.
    """
    file = Path(path)
    return public_key_in(read_file(file, _PUBLIC), file)


def public_key_in(content: bytes, file: Path) -> PublicKey:
    """The public key in text, in the same forms as in a file.

    Args:
        content: PEM, or a line of OpenSSH.
        file: where it stands.

    Raises:
        KeyFileError: it is something else than one public key of a supported kind.
    """
    return _public(file, content, block_of(file, content, _PUBLIC))


def load_private_key(path: str | Path, passphrase: Passphrase | None = None) -> PrivateKey:
    """Reads a private key.

    Who else may read the file is not looked at: build systems hand out keys with wide modes.

    Args:
        path: the file; or the URI of a key in a device (RFC 7512).
        passphrase: of an encrypted key; of another it is not asked for. Of a device, its PIN.

    Raises:
        KeyFileError: the file cannot be read, holds something else than one private key of a supported kind, or the
            passphrase is missing or wrong.
        UsageError: the source of the passphrase gives none, or the extra `pkcs11` is not installed.
    """
    if device.is_uri(path):
        return device.load(str(path), passphrase)
    file = Path(path)
    content = read_file(file, _PRIVATE)
    return _private(file, content, block_of(file, content, _PRIVATE), passphrase)


def public_key(path: str | Path, passphrase: Passphrase | None = None) -> PublicKey:
    """The public key that a file holds, or that belongs to the private key that it holds.

    Raises:
        KeyFileError: as `load_private_key` and `load_public_key`.
    """
    if device.is_uri(path):
        return device.load(str(path), passphrase).public
    file = Path(path)
    content = read_file(file, _PUBLIC)
    block = block_of(file, content, _PUBLIC)
    if block and block.label.endswith("PRIVATE KEY"):
        return _private(file, content, block, passphrase).public
    return _public(file, content, block)


def _public(file: Path, content: bytes, block: Block | None) -> PublicKey:
    if block and block.label.endswith("PRIVATE KEY"):
        fix = "Name the .pub file beside it, and give the private key to nobody."
        raise refused(file, "a private key", "the public key that belongs to it", fix)
    if block and block.label == "PUBLIC KEY":
        return _spki(file, block)
    if block is None and content.partition(b" ")[0] in _SSH_LINES:
        return _ssh_line(file, content)
    got, fix = _other(content, block, "public")
    raise refused(file, got, _PUBLIC, fix or _GET_ONE)


def _spki(file: Path, block: Block) -> PublicKey:
    try:
        content = block.content()
        key = serialization.load_der_public_key(content)
    except _FAILURES as error:
        raise refused(file, "a file that is no PEM public key that can be read", _PUBLIC, _GET_ONE) from error
    known = _of_a_kind(file, key, _PUBLIC, _GET_ONE)
    if content != known.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo):
        # Explicit parameters, a point that is compressed, an odd encoding: one key has one spelling, and one id.
        raise refused(
            file,
            "a public key in an unusual encoding",
            "the curve by its name, and the point uncompressed",
            "Run `openssl ec -pubin -in FILE -pubout -conv_form uncompressed -param_enc named_curve -out NEW`.",
        )
    return public_key_of(file, known)


def _ssh_line(file: Path, content: bytes) -> PublicKey:
    if len(content.strip().splitlines()) > 1:
        raise refused(file, "several lines", "one key in a file", "Put each key into a file of its own.")
    try:
        key = serialization.load_ssh_public_key(content.strip())
    except _FAILURES as error:
        raise refused(file, "a line of OpenSSH that is no key", _PUBLIC, _GET_ONE) from error
    return public_key_of(file, _of_a_kind(file, key, _PUBLIC, _GET_ONE))


def _of_a_kind(file: Path, key: object, expected: str, fix: str) -> Public:
    """The key, if it is of a kind that is used and worth something."""
    if algorithm_of(key) is None:
        raise refused(file, _kind(key), expected, fix)
    known = cast("Public", key)
    if found := weakness(known):
        raise refused(file, f"an Ed25519 key that is {found}", expected, fix)
    return known


def _private(file: Path, content: bytes, block: Block | None, passphrase: Passphrase | None) -> PrivateKey:
    if (block and block.label == "PUBLIC KEY") or (block is None and content.partition(b" ")[0] in _SSH_LINES):
        raise refused(file, "a public key", "the private key that belongs to it", "Name the file without .pub.")
    reader = _READERS.get(block.label) if block else None
    if block is None or reader is None:
        got, fix = _other(content, block, "private")
        raise refused(file, got, _PRIVATE, fix or _MAKE_ONE)
    try:
        key = reader(file, block, passphrase)
    except pbes2.UnsupportedEncryptionError as error:
        raise refused(file, str(error), "PBES2 as openssl writes it", _REENCRYPT) from error
    except _FAILURES as error:
        raise refused(file, "a file that is no PEM private key that can be read", _PRIVATE, _MAKE_ONE) from error
    if algorithm_of(key) is None:
        raise refused(file, _kind(key), _PRIVATE, _MAKE_ONE)
    return private_key_of(file, cast("Private", key))


def _plain(file: Path, block: Block, _: Passphrase | None) -> object:
    return _pkcs8(file, block.content())


def _encrypted(file: Path, block: Block, passphrase: Passphrase | None) -> object:
    content = pbes2.decrypt(block.content(), passphrase_for(file, passphrase))
    try:
        der.only(content, der.SEQUENCE)
    except ValueError:
        raise _wrong(file) from None
    return _pkcs8(file, content)


def _pkcs8(file: Path, content: bytes) -> object:
    _, algorithm, inner = der.only(content, der.SEQUENCE).parts(der.INTEGER, der.SEQUENCE, der.OCTETS)[:3]
    kind, *parameters = algorithm.parts(der.OBJECT)
    if kind.body == ml_dsa.OBJECT_ID:
        seed, problem = ml_dsa.seed_in(inner.body)
        if problem:
            fix = "Take the file that the key was made in, or make a new key; openssl keeps the seed by default."
            raise refused(file, problem, "the seed of the key", fix)
        return mldsa.MLDSA65PrivateKey.from_seed_bytes(seed)
    if kind.body == _EC:
        _require_named_curve(file, parameters)
    return serialization.load_der_private_key(content, None)


def _sec1(file: Path, block: Block, passphrase: Passphrase | None) -> object:
    if b"ENCRYPTED" in block.body:
        secret = passphrase_for(file, passphrase)
        try:
            return serialization.load_pem_private_key(block.text, secret)
        except ValueError as error:
            raise _wrong(file) from error
    content = block.content()
    _, _, *rest = der.only(content, der.SEQUENCE).parts(der.INTEGER, der.OCTETS)
    parameters = [part for part in rest if part.tag == _SEC1_PARAMETERS]
    _require_named_curve(file, der.elements(parameters[0].body) if parameters else [])
    return serialization.load_der_private_key(content, None)


def _openssh(file: Path, block: Block, passphrase: Passphrase | None) -> object:
    content = block.content()
    cipher, kdf, options = _ssh_strings(content.removeprefix(b"openssh-key-v1\0"), 3)
    if cipher == b"none":
        return serialization.load_ssh_private_key(block.text, None)
    secret = passphrase_for(file, passphrase)
    if kdf == b"bcrypt" and int.from_bytes(options[-4:]) > _MAX_SSH_ROUNDS:
        raise pbes2.UnsupportedEncryptionError(f"an OpenSSH key with more than {_MAX_SSH_ROUNDS:,} rounds")
    try:
        return serialization.load_ssh_private_key(block.text, secret)
    except (ValueError, InvalidTag) as error:
        raise _wrong(file) from error


def _ssh_strings(data: bytes, count: int) -> list[bytes]:
    found = []
    for _ in range(count):
        (size,) = struct.unpack(">I", data[:4])
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found


def _require_named_curve(file: Path, parameters: list[der.Element]) -> None:
    if [part.tag for part in parameters] != [der.OBJECT]:
        raise refused(
            file,
            "an ECDSA key that does not name its curve",
            "the name of the curve; parameters that are spelled out can be those of a curve made to be broken",
            "Run `openssl pkey -in FILE -ec_param_enc named_curve -out NEW`.",
        )


_SEC1_PARAMETERS = 0xA0
_READERS: dict[str, Callable[[Path, Block, Passphrase | None], object]] = {
    "PRIVATE KEY": _plain,
    "ENCRYPTED PRIVATE KEY": _encrypted,
    "EC PRIVATE KEY": _sec1,
    "OPENSSH PRIVATE KEY": _openssh,
}
_SSH_LINES = {
    b"ssh-ed25519",
    b"ecdsa-sha2-nistp256",
    b"ecdsa-sha2-nistp384",
    b"ecdsa-sha2-nistp521",
    b"ssh-rsa",
}
_REENCRYPT = "Run `openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW`, or `ssh-keygen -p -a 100 -f FILE`."


def _wrong(file: Path) -> KeyFileError:
    fix = "Try again; a passphrase that is lost cannot be found out, then make a new key."
    return refused(file, "a passphrase that does not open the key", "the passphrase that the key was made with", fix)


def _other(content: bytes, block: Block | None, half: str) -> tuple[str, str]:
    """What the file is, if it is no key of the half that was asked for, and how it becomes one, where it can."""
    label = block.label if block else ""
    if label == "CERTIFICATE" and half == "public":
        return "a certificate", "Run `openssl x509 -pubkey -noout -in FILE`, which prints its public key."
    if label in {"RSA PRIVATE KEY", "DSA PRIVATE KEY", "RSA PUBLIC KEY"}:
        return f"an {label[:3]} key" if label.startswith("R") else "a DSA key", ""
    if label:
        return f"a PEM block {label}", ""
    if content.startswith(b"---- BEGIN SSH2 PUBLIC KEY"):
        return "an SSH2 public key", "Run `ssh-keygen -i -f FILE`, which prints it as a line."
    if content.startswith(b"sk-"):
        return "a key of a security key (sk-...), which signs something else than it is given", ""
    if content[:1] == b"\x30" and half == "private":
        return "DER, not PEM", "Run `openssl pkey -inform DER -in FILE -out NEW`, which makes PEM of it."
    if content[:1] == b"\x30":
        return "DER, not PEM", "Run `openssl pkey -pubin -inform DER -in FILE -pubout -out NEW`."
    return f"a file that is no PEM {half} key", ""


def _kind(key: object) -> str:
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return f"an ECDSA key on the curve {key.curve.name}"
    name = type(key).__name__.removesuffix("PublicKey").removesuffix("PrivateKey")
    return f"a key of another kind ({name})"
