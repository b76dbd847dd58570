# SPDX-License-Identifier: Apache-2.0
"""Key files that are just so: the last that is read, and the first that is not."""

from __future__ import annotations

import getpass
import hashlib
import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from openmodel.errors import KeyFileError, OverwriteError, UsageError
from openmodel.inventory.writing import write_atomically
from openmodel.signing import load_private_key, load_public_key, new_key, public_key
from openmodel.signing.keys import armour, der, ml_dsa, passphrases
from tests.signing.key_files import SEED, pkcs8, private_der, public_der

SECRET = b"correct horse"


def refusal(path: Path, content: bytes, *, private: bool = True) -> str:
    path.write_bytes(content)
    with pytest.raises(KeyFileError) as caught:
        load_private_key(path, SECRET) if private else load_public_key(path)
    return str(caught.value)


@pytest.mark.parametrize("odd", [b"!", b"-", b"="])
def test_base64_has_no_other_characters(tmp_path: Path, odd: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for label, content in (("PRIVATE KEY", private_der(key)), ("PUBLIC KEY", public_der(key.public_key()))):
        first, line, *rest = armour.written(label, content).splitlines(keepends=True)
        changed = b"".join([first, line[:9], odd, line[9:], *rest])
        assert "can be read" in refusal(tmp_path / "k", changed, private=label == "PRIVATE KEY")


def test_a_key_may_have_attributes(tmp_path: Path) -> None:
    """RFC 5958, section 2."""
    key = ec.generate_private_key(ec.SECP256R1())
    whole = der.only(private_der(key), der.SEQUENCE)
    content = der.write(der.SEQUENCE, whole.body, der.write(0xA0))
    (tmp_path / "k").write_bytes(armour.written("PRIVATE KEY", content))
    assert load_private_key(tmp_path / "k").public.key == key.public_key()


def encrypted(private_key: bytes, secret: bytes, derivation: str, *parameters: bytes) -> bytes:
    """An encrypted key as openssl writes it, with these parameters of what the secret is derived with."""
    writer = Cipher(algorithms.AES(secret), modes.CBC(bytes(16))).encryptor()
    fill = 16 - len(private_key) % 16
    content = writer.update(private_key + bytes([fill]) * fill) + writer.finalize()
    kdf = (der.write(der.OBJECT, bytes.fromhex(derivation)), der.write(der.SEQUENCE, *parameters))
    cipher = (der.write(der.OBJECT, bytes.fromhex("60864801650304012a")), der.write(der.OCTETS, bytes(16)))
    both = der.write(der.SEQUENCE, der.write(der.SEQUENCE, *kdf), der.write(der.SEQUENCE, *cipher))
    scheme = der.write(der.SEQUENCE, der.write(der.OBJECT, bytes.fromhex("2a864886f70d01050d")), both)
    whole = der.write(der.SEQUENCE, scheme, der.write(der.OCTETS, content))
    return armour.written("ENCRYPTED PRIVATE KEY", whole)


def test_scrypt_may_say_how_long_the_key_is(tmp_path: Path) -> None:
    """RFC 7914, section 7."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = hashlib.scrypt(SECRET, salt=bytes(8), n=2, r=1, p=1, dklen=32)
    parts = [der.write(der.OCTETS, bytes(8)), *(der.write(der.INTEGER, bytes([number])) for number in (2, 1, 1))]
    for more in ((), (der.write(der.INTEGER, b"\x20"),)):
        (tmp_path / "k").write_bytes(encrypted(private_der(key), secret, "2b06010401da47040b", *parts, *more))
        assert load_private_key(tmp_path / "k", SECRET).public.key == key.public_key()


@pytest.mark.parametrize("length", [b"", der.write(der.INTEGER, b"\x20")])
@pytest.mark.parametrize(("kind", "digest"), [("", "sha1"), ("2a864886f70d020a", "sha384")])
def test_pbkdf2_may_say_how_long_the_key_is(tmp_path: Path, length: bytes, kind: str, digest: str) -> None:
    """And with which hash it is made, which is SHA-1 otherwise (RFC 8018, appendix A.2)."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = hashlib.pbkdf2_hmac(digest, SECRET, bytes(8), 2, 32)
    hmac = der.write(der.SEQUENCE, der.write(der.OBJECT, bytes.fromhex(kind)), der.write(der.NULL)) if kind else b""
    parts = (der.write(der.OCTETS, bytes(8)), der.write(der.INTEGER, b"\2"), length, hmac)
    (tmp_path / "k").write_bytes(encrypted(private_der(key), secret, "2a864886f70d01050c", *parts))
    assert load_private_key(tmp_path / "k", SECRET).public.key == key.public_key()


@pytest.mark.parametrize(
    ("passphrase", "found"),
    [(b"a\0b", "a NUL byte in the passphrase"), (b"a" * 1025, "a passphrase of more than 1024 bytes")],
)
def test_why_a_passphrase_is_none(tmp_path: Path, passphrase: bytes, found: str) -> None:
    with pytest.raises(KeyFileError, match=f"found {found}"):
        passphrases.passphrase_for(tmp_path, passphrase)


@pytest.mark.parametrize(("tag", "size"), [(0x31, 32), (der.SEQUENCE, 31), (der.SEQUENCE, 33)])
def test_an_ml_dsa_key_of_both_forms_is_a_sequence_with_a_seed_of_32_bytes(tmp_path: Path, tag: int, size: int) -> None:
    """Although its parts belong together."""
    seed = (SEED + b"x")[:size]
    inner = der.write(tag, der.write(der.OCTETS, seed), der.write(der.OCTETS, ml_dsa.expanded(seed)))
    content = armour.written("PRIVATE KEY", pkcs8([der.write(der.OBJECT, ml_dsa.OBJECT_ID)], inner))
    assert "no PEM private key" in refusal(tmp_path / "k", content)


def test_what_follows_the_line_of_a_passphrase_is_left_for_others(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as rest:
        with os.fdopen(writer, "wb") as stream:
            stream.write(b"one\r\ntwo\n")
        source = passphrases.from_descriptor(reader)
        assert [passphrases.passphrase_for(tmp_path, source) for _ in range(2)] == [b"one", b"one"]
        assert rest.read() == b"two\n"


@pytest.mark.parametrize(
    ("new", "typed", "asked"), [(True, ["", "x"], 1), (True, ["x", "x"], 2), (True, ["x", "y"], 2), (False, ["x"], 1)]
)
def test_how_often_a_person_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new: bool, typed: list[str], asked: int
) -> None:
    answers = iter(typed)
    questions: list[str] = []

    def answer(question: str) -> str:
        questions.append(question)
        return next(answers)

    monkeypatch.setattr(passphrases, "_has_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", answer)
    try:
        assert passphrases.passphrase_for(tmp_path, passphrases.from_terminal(new=new)) == b"x"
    except KeyFileError:
        assert typed[0] != typed[-1]
    assert len(questions) == asked


def test_der_begins_with_what_is_asked_for() -> None:
    element = der.Element(der.SEQUENCE, der.write(der.INTEGER, b"\1") + der.write(der.NULL))
    assert [part.tag for part in element.parts(der.INTEGER)] == [der.INTEGER, der.NULL]
    for tags in ((der.NULL,), (der.INTEGER, der.INTEGER), (der.INTEGER, der.NULL, der.NULL)):
        with pytest.raises(ValueError, match="another type"):
            element.parts(*tags)
    for data in (b"", der.write(der.NULL), der.write(der.INTEGER, b"\1") * 2):
        with pytest.raises(ValueError, match="not one element"):
            der.only(data, der.INTEGER)


@pytest.mark.parametrize("there", [True, False])
def test_nobody_is_asked_where_there_is_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool
) -> None:
    opened: list[int] = []

    def terminal(path: str, _: int) -> int:
        assert path == "/dev/tty"
        if not there:
            raise OSError
        opened.append(os.dup(0))
        return opened[0]

    monkeypatch.setattr(getpass, "getpass", lambda _: "x")
    source = passphrases.from_terminal()
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", terminal)
        with nullcontext() if there else pytest.raises(KeyFileError, match="no terminal to ask"):
            assert source(tmp_path) == b"x"  # type: ignore[operator]  # It is what to call.
    for descriptor in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.close(descriptor)


@pytest.mark.parametrize("name", ["k", "k.pub"])
def test_a_file_that_appears_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def late(path: Path, data: bytes, *, overwrite: bool, mode: int = 0o644) -> None:
        if path.name == name:
            path.write_text("of another")
        write_atomically(path, data, overwrite=overwrite, mode=mode)

    monkeypatch.setattr("openmodel.signing.keys.pair.write_atomically", late)
    with pytest.raises(OverwriteError):
        new_key(tmp_path / "k")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "of another"}


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"", None),
        (b"\0", 0),
        (b"\x7f", 127),
        (b"\x80", None),
        (b"\x7f" + b"\xff" * 7, 2**63 - 1),
        (b"\0" + b"\xff" * 8, None),
    ],
)
def test_numbers_that_occur(body: bytes, number: int | None) -> None:
    element = der.only(der.write(der.INTEGER, body), der.INTEGER)
    if number is not None:
        assert element.number == number
    else:
        with pytest.raises(ValueError, match="no integer"):
            _ = element.number


MAKE = "`openmodel key new PATH`, which makes one"
GET = "Name the publisher's .pub file; get it from whom you trust."
SSH = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDw+8dEZVRrWl8Xa4EhBOiNaTFGxDzsMRnDqlvQmWjzv\n"
OTHERS: dict[str, tuple[bytes, str, str, str, str]] = {
    "nothing": (b"", "a file that is no PEM private key", MAKE, "a file that is no PEM public key", GET),
    "text": (b"no key", "a file that is no PEM private key", MAKE, "a file that is no PEM public key", GET),
    "public key": (
        armour.written("PUBLIC KEY", b"x"),
        "a public key",
        "Name the file without .pub.",
        "a file that is no PEM public key that can be read",
        GET,
    ),
    "private key": (
        armour.written("PRIVATE KEY", b"x"),
        "a file that is no PEM private key that can be read",
        MAKE,
        "a private key",
        "Name the .pub file beside it",
    ),
    "line": (
        b"ssh-ed25519 x\n",
        "a public key",
        "Name the file without .pub.",
        "a line of OpenSSH that is no key",
        GET,
    ),
    "lines": (SSH + SSH, "a public key", "Name the file without .pub.", "several lines", "a file of its own"),
    "kind of line": (b"ssh-dss x\n", "a file that is no PEM private", MAKE, "a file that is no PEM public key", GET),
    "rsa": (armour.written("RSA PRIVATE KEY", b"x"), "an RSA key", MAKE, "a private key", "Name the .pub file"),
    "dsa": (armour.written("DSA PRIVATE KEY", b"x"), "a DSA key", MAKE, "a private key", "Name the .pub file"),
    "rsa public": (armour.written("RSA PUBLIC KEY", b"x"), "an RSA key", MAKE, "an RSA key", GET),
    "certificate": (
        armour.written("CERTIFICATE", b"x"),
        "a PEM block CERTIFICATE",
        MAKE,
        "a certificate",
        "Run `openssl x509 -pubkey -noout -in FILE`, which prints its public key.",
    ),
    "another block": (armour.written("X", b"x"), "a PEM block X", MAKE, "a PEM block X", GET),
    "another private key": (
        armour.written("ANY PRIVATE KEY", b"x"),
        "a PEM block ANY PRIVATE KEY",
        MAKE,
        "a private key",
        "Name the .pub file",
    ),
    "ssh2": (
        b"---- BEGIN SSH2 PUBLIC KEY ----\n",
        "an SSH2 public key",
        "Run `ssh-keygen -i -f FILE`",
        "an SSH2 public key",
        "Run `ssh-keygen -i -f FILE`",
    ),
    "security key": (b"sk-ssh-ed25519 x\n", "a key of a security key", MAKE, "a key of a security key", GET),
    "der": (b"\x30\x03", "DER, not PEM", "openssl pkey -inform DER", "DER, not PEM", "openssl pkey -pubin -inform DER"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_a_file_is_that_is_no_such_key(tmp_path: Path, case: str) -> None:
    content, found, fix, found_public, fix_public = OTHERS[case]
    for private, got, advice in ((True, found, fix), (False, found_public, fix_public)):
        said = refusal(tmp_path / "k", content, private=private)
        assert f"found {got}" in said
        assert advice in said


@pytest.mark.parametrize("front", [b"", SSH, b"ssh-rsa is what this is not\n", b"\x30\n", b"sk-\n"])
def test_what_is_in_front_of_a_block_is_passed_over(tmp_path: Path, front: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "k").write_bytes(front + armour.written("PRIVATE KEY", private_der(key)))
    (tmp_path / "k.pub").write_bytes(front + armour.written("PUBLIC KEY", public_der(key.public_key())))
    assert load_private_key(tmp_path / "k").public.key_id == load_public_key(tmp_path / "k.pub").key_id
    assert public_key(tmp_path / "k").key_id == public_key(tmp_path / "k.pub").key_id


def test_where_no_passphrase_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET", raising=False)
    with pytest.raises(UsageError, match="no environment variable SECRET"):
        new_key(tmp_path / "k", passphrase=passphrases.from_environment("SECRET"))

    def ended(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(passphrases, "_has_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", ended)
    with pytest.raises(KeyFileError, match="the end of the input"):
        new_key(tmp_path / "k", passphrase=passphrases.from_terminal(new=True))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_a_length_has_one_form(size: int) -> None:
    """The shortest: ITU-T X.690, 8.1.3 and 10.1."""
    body = b"x" * size
    written = der.write(der.OCTETS, body)
    digits = 0 if size < 128 else 1 if size < 256 else 2 if size < 65536 else 3
    length = bytes([size]) if digits == 0 else bytes([128 + digits]) + size.to_bytes(digits)
    assert written == bytes([der.OCTETS]) + length + body
    assert der.only(written, der.OCTETS).body == body


def test_a_block_counts_for_more_than_the_line_in_front_of_it(tmp_path: Path) -> None:
    content = SSH + armour.written("CERTIFICATE", b"x")
    assert "found a certificate" in refusal(tmp_path / "k", content, private=False)
