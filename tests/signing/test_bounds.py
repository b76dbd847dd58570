# SPDX-License-Identifier: Apache-2.0
"""How much is read of what others wrote: the most that is, and one more."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openmodel.building import build
from openmodel.errors import DocumentError, KeyFileError, OpenModelError, StageError
from openmodel.signing import KeyPair, load_private_key, load_public_key, new_key, sign, signature_file
from openmodel.signing import report as signing_report
from openmodel.signing.keys import armour, der, passphrases, pbes2
from openmodel.signing.oms.bundle import decode, encode
from openmodel.signing.oms.names import resource_defect
from openmodel.signing.report import write_signed
from openmodel.signing.timestamps import load_roots
from openmodel.signing.trust import load_trust
from tests.signing.key_files import private_der
from tests.signing.test_key_files import kdf
from tests.signing.test_report import VERDICT
from tests.signing.trust.authorities import issue, trust_file


@pytest.fixture(scope="session")
def ed25519(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "k", type="ed25519")


def allowed(fits: bool, message: str) -> AbstractContextManager[object]:
    return nullcontext() if fits else pytest.raises(OpenModelError, match=message)


@pytest.mark.parametrize("fits", [True, False])
def test_a_file_of_signatures(fits: bool) -> None:
    largest = (b" " * (2**16 - 1) + b"\n") * 16
    with allowed(fits, "more than 1,048,576 bytes"):
        assert len(signature_file.read_lines(largest if fits else largest + b" ")) == 16
    with pytest.raises(DocumentError, match="1,001 lines" if fits else "more than 1,048,576 bytes"):
        signature_file.read_lines(b"\n" * 1000 + b" " * (2**20 - 1000 + (not fits)))
    line = b" " * 2**16
    (read,) = signature_file.read_lines(line if fits else line + b" ")
    assert ("a line has at most" in read.problem) is not fits


@pytest.mark.parametrize("fits", [True, False])
def test_values_in_model_sig(fits: bool) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(b"," * (10_000 + (not fits)))
    assert ("thousands of values" in str(caught.value)) is not fits


@pytest.mark.parametrize("fits", [True, False])
def test_model_sig(built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, *, fits: bool) -> None:
    sign(built, keys=[key.private])
    content = (built / "model.sig").read_bytes()
    monkeypatch.setattr("openmodel.signing.oms.bundle.MAX_BYTES", len(content) - (not fits))
    with allowed(fits, "more than"):
        assert encode(decode(content)) == content


@pytest.mark.parametrize("fits", [True, False])
def test_files_of_keys_and_roots(tmp_path: Path, key: KeyPair, fits: bool) -> None:
    file = tmp_path / "k"
    file.write_bytes(key.public.read_bytes().ljust(2**16 + (not fits), b"\n"))
    with allowed(fits, "more than 65,536 bytes"):
        load_public_key(file)
    file.write_text(issue("Root", authority=True).pem * (64 + (not fits)))
    with allowed(fits, "65 certificates"):
        load_roots(file)


@pytest.mark.parametrize("fits", [True, False])
def test_a_line_that_is_written(built: Path, ed25519: KeyPair, monkeypatch: pytest.MonkeyPatch, *, fits: bool) -> None:
    """The signatures of Ed25519 are all of one length."""
    sign(built, keys=[ed25519.private])
    size = (built / "openmodel.sig").stat().st_size - 1
    (built / "openmodel.sig").unlink()
    monkeypatch.setattr("openmodel.signing.adding.MAX_LINE_BYTES", size - (not fits))
    with allowed(fits, f"openmodel.sig, payload of line 1: found a line of {size:,} bytes"):
        sign(built, keys=[ed25519.private])


@pytest.mark.parametrize("fits", [True, False])
def test_a_report(tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, *, fits: bool) -> None:
    monkeypatch.setattr(signing_report, "MAX_BYTES", 5 + fits)
    with allowed(fits, "a report of 6 bytes"):
        write_signed(tmp_path / "r", b"report", VERDICT, keys=[key.private], passphrase=None, force=False)
    assert (tmp_path / "r").exists() is fits


@pytest.mark.parametrize("fits", [True, False])
def test_a_name_in_a_list_of_files(*, fits: bool) -> None:
    for character in ("a", "\u00e9"):
        assert (resource_defect(character * (4096 + (not fits))) == "a path of more than 4096 characters") is not fits


@pytest.mark.parametrize("fits", [True, False])
def test_a_trust_file(tmp_path: Path, key: KeyPair, fits: bool) -> None:
    trust = trust_file(tmp_path, keys=[{"name": "Ada", "file": str(key.public)}])
    trust.write_bytes(trust.read_bytes().ljust(2**20 + (not fits)))
    with allowed(fits, "more than 1,048,576 bytes"):
        load_trust(trust)
    wrong = ["x"] * (100 + (not fits))
    with pytest.raises(DocumentError) as caught:
        load_trust(trust_file(tmp_path, keys=wrong))
    assert len(caught.value.problems) == (100 if fits else 1)


@pytest.mark.parametrize("fits", [True, False])
def test_a_passphrase(tmp_path: Path, fits: bool) -> None:
    with allowed(fits, "more than 1024 bytes"):
        passphrases.passphrase_for(tmp_path, b"x" * (1024 + (not fits)))
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb"), os.fdopen(writer, "wb", buffering=0) as stream:
        stream.write(b"x" * 1024 + b"\r\n" if fits else b"x" * 1100)
        with allowed(fits, "more than 1024 bytes"):
            passphrases.passphrase_for(tmp_path, passphrases.from_descriptor(reader))
        stream.write(b"!")
        assert len(os.read(reader, 1000)) == (1 if fits else 1100 - 1026 + 1)


def test_how_much_a_derivation_may_take(tmp_path: Path) -> None:
    """What is within the bounds fails later here: of scrypt, n has to be a power of two, and more than one."""
    one, salt = der.write(der.INTEGER, b"\1"), der.write(der.OCTETS, bytes(16))
    for content, found in (
        (kdf(salt, der.write(der.INTEGER, (2**21 - 1).to_bytes(3)), one, one), "no PEM private key"),
        (kdf(salt, one, der.write(der.INTEGER, (2**21).to_bytes(3)), one), "no PEM private key"),
        (kdf(salt, der.write(der.INTEGER, (2**21 + 1).to_bytes(3)), one, one), "scrypt with more than 268,435,456"),
        (kdf(salt, der.write(der.INTEGER, (10**7 + 1).to_bytes(4)), kind="2a864886f70d01050c"), "than 10,000,000"),
    ):
        (tmp_path / "k").write_bytes(content)
        with pytest.raises(KeyFileError) as caught:
            load_private_key(tmp_path / "k", b"x")
        assert found in str(caught.value)


def test_what_a_new_key_is_encrypted_with() -> None:
    scheme, _ = der.only(pbes2.encrypt(b"x", b"x"), der.SEQUENCE).parts(der.SEQUENCE, der.OCTETS)
    derivation, cipher = scheme.parts(der.OBJECT, der.SEQUENCE)[1].parts(der.SEQUENCE, der.SEQUENCE)
    salt, rounds, _ = derivation.parts(der.OBJECT, der.SEQUENCE)[1].parts(der.OCTETS, der.INTEGER, der.SEQUENCE)
    start = cipher.parts(der.OBJECT, der.OCTETS)[1]
    assert (len(salt.body), rounds.body, len(start.body)) == (16, (600_000).to_bytes(3), 16)


@pytest.mark.parametrize("fits", [True, False])
def test_how_far_a_private_key_is_looked_for(declared: Path, key: KeyPair, fits: bool) -> None:
    """Up to 64 KiB: its first line has to end there, or it is somewhere in a large file."""
    first = armour.written("PRIVATE KEY", private_der(ec.generate_private_key(ec.SECP256R1()))).splitlines()[0]
    (declared / "data" / "notes.txt").write_bytes(b"\n" * (2**16 - len(first) + fits) + first + b"\n")
    build(declared)
    with nullcontext() if fits else pytest.raises(StageError, match="a private key"):
        sign(declared, keys=[key.private])


def test_the_kinds_of_new_keys(tmp_path: Path) -> None:
    kinds = {
        kind: load_private_key(new_key(tmp_path / kind, type=kind).private).algorithm
        for kind in ("ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-65")
    }
    assert kinds == {
        "ecdsa-p256": "ecdsa-p256-sha256",
        "ecdsa-p384": "ecdsa-p384-sha384",
        "ecdsa-p521": "ecdsa-p521-sha512",
        "ed25519": "ed25519",
        "ml-dsa-65": "ml-dsa-65",
    }
