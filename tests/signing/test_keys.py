# SPDX-License-Identifier: Apache-2.0
"""Key files: what `new_key` writes, and what is refused as a key."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from openmodel.errors import InventoryError, KeyFileError, OverwriteError, Problem
from openmodel.inventory.writing import write_atomically
from openmodel.signing import KeyPair, load_private_key, load_public_key, new_key

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (SP 800-186, section 3.2.1.3)."""


def private_pem(key: ec.EllipticCurvePrivateKey | ed448.Ed448PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(key: ec.EllipticCurvePublicKey | ed448.Ed448PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_new_key_writes_a_pair_that_only_its_owner_may_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        pair = new_key(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE(pair.private.stat().st_mode) == 0o600
    assert stat.S_IMODE(pair.public.stat().st_mode) == 0o644
    assert pair.public == tmp_path / "k.pub"
    assert pair.private.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert pair.key_id == hashlib.sha256(pair.public.read_bytes()).hexdigest()
    assert load_private_key(pair.private).public.key_id == load_public_key(str(pair.public)).key_id == pair.key_id


def test_new_key_is_new(key: KeyPair, other_key: KeyPair) -> None:
    assert key.key_id != other_key.key_id


@pytest.mark.parametrize("taken", ["k", "k.pub"])
def test_new_key_never_overwrites(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).symlink_to("nowhere")
    with pytest.raises(OverwriteError, match="there already"):
        new_key(tmp_path / "k")
    assert [path.name for path in tmp_path.iterdir()] == [taken]


@pytest.mark.parametrize("name", ["openmodel.yaml", "openmodel.json"])
@pytest.mark.parametrize("place", ["k", "deep/er/k", "link/k"])
def test_new_key_refuses_inside_a_release(tmp_path: Path, name: str, place: str) -> None:
    release = tmp_path / "release"
    (release / "deep" / "er").mkdir(parents=True)
    (tmp_path / "link").symlink_to(release / "deep")
    (release / name).touch()
    path = (tmp_path if place.startswith("link") else release) / place
    with pytest.raises(KeyFileError, match="inside the release"):
        new_key(path)
    assert not path.exists()


def test_new_key_needs_a_directory(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="no directory"):
        new_key(tmp_path / "none" / "k")


@pytest.mark.parametrize("name", ["", "/"])
def test_new_key_needs_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OverwriteError):
        new_key(name)


def test_half_a_pair_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(path: Path, data: bytes, *, overwrite: bool, mode: int = 0o644) -> None:
        if path.suffix == ".pub":
            raise InventoryError(Problem(str(path), "a full disk", "room", "Make room."))
        write_atomically(path, data, overwrite=overwrite, mode=mode)

    monkeypatch.setattr("openmodel.signing.keys.pair.write_atomically", failing)
    with pytest.raises(KeyFileError, match="full disk"):
        new_key(tmp_path / "k")
    assert not list(tmp_path.iterdir())


def test_a_private_key_is_not_taken_for_a_public_one(key: KeyPair) -> None:
    with pytest.raises(KeyFileError, match=r"found a private key.*\.pub file"):
        load_public_key(key.private)
    with pytest.raises(KeyFileError, match=r"found a public key.*without \.pub"):
        load_private_key(key.public)


def test_other_curves_and_kinds_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "k"
    koblitz, other_edwards = ec.generate_private_key(ec.SECP256K1()), ed448.Ed448PrivateKey.generate()
    for other, name in ((koblitz, "secp256k1"), (other_edwards, "Ed448")):
        file.write_bytes(private_pem(other))
        with pytest.raises(KeyFileError, match=f"{name}.*P-256"):
            load_private_key(file)
        file.write_bytes(public_pem(other.public_key()))
        with pytest.raises(KeyFileError, match=f"{name}.*P-256"):
            load_public_key(file)


def test_an_encrypted_key_is_refused(tmp_path: Path) -> None:
    secret = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"x"),
    )
    (tmp_path / "k").write_bytes(secret)
    with pytest.raises(KeyFileError, match="encrypted"):
        load_private_key(tmp_path / "k")


def test_the_older_private_format_is_read(tmp_path: Path) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "k").write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    assert load_private_key(tmp_path / "k").public.key == secret.public_key()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"-----BEGIN PUBLIC KEY----",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PRIVATE  KEY-----\nAAAA\n-----END PRIVATE  KEY-----\n",
        b"a" * 2**20,
    ],
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "k").write_bytes(content)
    for load in (load_public_key, load_private_key):
        with pytest.raises(KeyFileError):
            load(tmp_path / "k")


def test_a_key_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(KeyFileError, match="cannot be read"):
            load_public_key(place)


def test_the_other_form_of_a_signature_is_valid_and_is_no_other_identity(key: KeyPair) -> None:
    secret = load_private_key(key.private)
    signature = secret.sign(b"message")
    r, s = decode_dss_signature(signature)
    other = encode_dss_signature(r, ORDER - s)
    assert other != signature
    assert secret.public.verifies(signature, b"message")
    assert secret.public.verifies(other, b"message")
    assert not secret.public.verifies(signature, b"massage")


@pytest.mark.parametrize("signature", [b"", b"\x30", b"\x30\x00", bytes(64), b"\x30\x06\x02\x01\x00\x02\x01\x00"])
def test_what_is_no_signature_does_not_verify(key: KeyPair, signature: bytes) -> None:
    assert not load_public_key(key.public).verifies(signature, b"message")


def test_the_id_does_not_depend_on_how_the_file_is_written(key: KeyPair, tmp_path: Path) -> None:
    shutil.copy(key.public, tmp_path / "k")
    (tmp_path / "k").write_bytes(b"a comment\r\n" + key.public.read_bytes().replace(b"\n", b"\r\n"))
    assert load_public_key(tmp_path / "k").key_id == key.key_id


def test_ctrl_c_leaves_no_half_a_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for stop in ("k", "k.pub"):

        def interrupted(path: Path, data: bytes, *, overwrite: bool, mode: int = 0o644, stop: str = stop) -> None:
            write_atomically(path, data, overwrite=overwrite, mode=mode)
            if path.name == stop:
                raise KeyboardInterrupt

        monkeypatch.setattr("openmodel.signing.keys.pair.write_atomically", interrupted)
        with pytest.raises(KeyboardInterrupt):
            new_key(tmp_path / "k")
        assert not list(tmp_path.iterdir())


def test_a_key_that_appears_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(path: Path, data: bytes, *, overwrite: bool, mode: int = 0o644) -> None:
        if path.name == "k":
            path.write_text("of another")
        write_atomically(path, data, overwrite=overwrite, mode=mode)

    monkeypatch.setattr("openmodel.signing.keys.pair.write_atomically", late)
    with pytest.raises(OverwriteError):
        new_key(tmp_path / "k")
    assert [path.name for path in tmp_path.iterdir()] == ["k"]
    assert (tmp_path / "k").read_text() == "of another"


def test_a_path_with_a_nul_is_refused() -> None:
    for use in (new_key, load_private_key, load_public_key):
        with pytest.raises(KeyFileError, match="NUL") as caught:
            use("a\0b")
        assert "\0" not in str(caught.value)


def test_who_verifies_is_not_told_to_make_a_key(tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(b"no key")
    with pytest.raises(KeyFileError, match=r"found a file that is no PEM public key.*publisher's \.pub file") as caught:
        load_public_key(tmp_path / "k")
    assert "key new" not in str(caught.value)
    (tmp_path / "k").write_bytes(public_pem(ec.generate_private_key(ec.SECP256K1()).public_key()))
    with pytest.raises(KeyFileError, match=r"publisher's \.pub file"):
        load_public_key(tmp_path / "k")
