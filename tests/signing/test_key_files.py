# SPDX-License-Identifier: Apache-2.0
"""Key files of other programs, read as they are; and files that are refused, with the reason."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmodel.errors import KeyFileError, OpenModelError
from openmodel.signing import load_private_key, load_public_key, new_key, public_key
from openmodel.signing.keys import armour, der, pbes2
from tests.signing.key_files import (
    KINDS,
    ml_dsa_form,
    needs_openssl,
    needs_ssh,
    openssl,
    output_of,
    pkcs8,
    private_der,
    public_der,
)

SECRET = b"correct horse"
CURVES = {"P-256": "ecdsa-p256-sha256", "P-384": "ecdsa-p384-sha384", "P-521": "ecdsa-p521-sha512"}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def refusal(path: Path, *, private: bool = True, passphrase: bytes | None = None) -> str:
    with pytest.raises(KeyFileError) as caught:
        load_private_key(path, passphrase) if private else load_public_key(path)
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


@needs_openssl
@pytest.mark.parametrize("curve", CURVES)
def test_ecdsa_keys_of_openssl(tmp_path: Path, curve: str) -> None:
    openssl(tmp_path, f"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out k")
    openssl(tmp_path, "pkey -in k -pubout -out k.pub")
    openssl(tmp_path, "ec -in k -out sec1")
    openssl(tmp_path, f"ecparam -name {curve} -genkey -out with-parameters")
    secret = load_private_key(tmp_path / "k")
    assert secret.algorithm == CURVES[curve]
    assert secret.public.key_id == load_public_key(tmp_path / "k.pub").key_id
    assert load_private_key(tmp_path / "sec1").public.key_id == secret.public.key_id
    assert b"EC PARAMETERS" in (tmp_path / "with-parameters").read_bytes()
    assert load_private_key(tmp_path / "with-parameters").algorithm == CURVES[curve]
    (tmp_path / "message").write_bytes(b"message")
    (tmp_path / "signature").write_bytes(secret.sign(b"message"))
    digest = f"-sha{secret.algorithm[-3:]}"
    assert b"OK" in openssl(tmp_path, f"dgst {digest} -verify k.pub -signature signature message")


@needs_openssl
def test_ed25519_keys_of_openssl(tmp_path: Path) -> None:
    openssl(tmp_path, "genpkey -algorithm ed25519 -out k")
    openssl(tmp_path, "pkey -in k -pubout -out k.pub")
    secret = load_private_key(tmp_path / "k")
    assert (secret.algorithm, secret.public.key_id) == ("ed25519", load_public_key(tmp_path / "k.pub").key_id)
    (tmp_path / "message").write_bytes(b"message")
    (tmp_path / "signature").write_bytes(secret.sign(b"message"))
    openssl(tmp_path, "pkeyutl -verify -pubin -inkey k.pub -rawin -in message -sigfile signature")


@needs_openssl
def test_ml_dsa_keys_of_openssl(tmp_path: Path) -> None:
    if b"ML-DSA-65" not in openssl(tmp_path, "list -signature-algorithms"):
        pytest.skip("this openssl knows no ML-DSA, which came with 3.5")
    openssl(tmp_path, "genpkey -algorithm ML-DSA-65 -out k")
    openssl(tmp_path, "pkey -in k -pubout -out k.pub")
    assert load_private_key(tmp_path / "k").public.key_id == load_public_key(tmp_path / "k.pub").key_id


@needs_openssl
@pytest.mark.parametrize("kind", KINDS[:4])
def test_openssl_reads_what_is_written(tmp_path: Path, kind: str) -> None:
    pair = new_key(tmp_path / "k", type=kind, passphrase=SECRET)  # type: ignore[arg-type]
    assert pair.private.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    made = openssl(tmp_path, "pkey -pubout -in k -passin", f"pass:{SECRET.decode()}")
    assert made == pair.public.read_bytes()
    assert b"600000" in openssl(tmp_path, "asn1parse -in k") or b"0927C0" in openssl(tmp_path, "asn1parse -in k")


ENCRYPTIONS = (
    "pkcs8 -topk8 -in k -out e",
    "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 -in k -out e",
    "pkcs8 -topk8 -v2 aes192 -v2prf hmacWithSHA512 -in k -out e",
    "pkcs8 -topk8 -scrypt -in k -out e",
    "ec -aes256 -in k -out e",
    "pkey -aes256 -in k -out e",
)


@needs_openssl
@pytest.mark.parametrize("command", ENCRYPTIONS)
def test_encrypted_keys_of_openssl(tmp_path: Path, command: str) -> None:
    openssl(tmp_path, "ecparam -name P-256 -genkey -noout -out k")
    openssl(tmp_path, command, "-passout", f"pass:{SECRET.decode()}")
    assert load_private_key(tmp_path / "e", SECRET).public.key_id == public_key(tmp_path / "k").key_id
    assert "--passphrase-env" in refusal(tmp_path / "e")
    assert "does not open the key" in refusal(tmp_path / "e", passphrase=b"wrong")


@needs_openssl
def test_encryptions_that_are_not_read_say_how_to_change_them(tmp_path: Path) -> None:
    openssl(tmp_path, "ecparam -name P-256 -genkey -noout -out k")
    for scheme in ("-v2 des3", "-v1 PBE-SHA1-3DES"):
        openssl(tmp_path, f"pkcs8 -topk8 {scheme} -in k -out e -passout", f"pass:{SECRET.decode()}")
        assert "openssl pkcs8 -topk8 -v2 aes-256-cbc" in refusal(tmp_path / "e", passphrase=SECRET)


@needs_openssl
def test_keys_that_do_not_name_their_curve_are_refused_and_the_advice_works(tmp_path: Path) -> None:
    make = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out FILE"
    openssl(tmp_path, make)
    openssl(tmp_path, "ec -in FILE -out sec1 -param_enc explicit")
    openssl(tmp_path, "pkey -in FILE -pubout -out explicit.pub")
    openssl(tmp_path, "ec -in FILE -pubout -param_enc named_curve -conv_form compressed -out compressed.pub")
    assert "does not name its curve" in refusal(tmp_path / "sec1")
    assert "openssl pkey -in FILE -ec_param_enc named_curve -out NEW" in refusal(tmp_path / "FILE")
    openssl(tmp_path, "pkey -in FILE -ec_param_enc named_curve -out NEW")
    expected = load_private_key(tmp_path / "NEW").public.key_id
    for name in ("explicit.pub", "compressed.pub"):
        fix = "openssl ec -pubin -in FILE -pubout -conv_form uncompressed -param_enc named_curve -out NEW"
        assert fix in refusal(tmp_path / name, private=False)
        openssl(tmp_path, fix.removeprefix("openssl ").replace("FILE", name))
        assert load_public_key(tmp_path / "NEW").key_id == expected


@needs_openssl
def test_der_is_refused_and_the_advice_works(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "FILE").write_bytes(private_der(key))
    assert "`openssl pkey -inform DER -in FILE -out NEW`" in refusal(tmp_path / "FILE")
    openssl(tmp_path, "pkey -inform DER -in FILE -out NEW")
    made = load_private_key(tmp_path / "NEW").public
    (tmp_path / "FILE").write_bytes(public_der(key.public_key()))
    assert "`openssl pkey -pubin -inform DER -in FILE -pubout -out NEW`" in refusal(tmp_path / "FILE", private=False)
    openssl(tmp_path, "pkey -pubin -inform DER -in FILE -pubout -out NEW")
    assert load_public_key(tmp_path / "NEW").key_id == made.key_id


@needs_openssl
def test_kinds_that_are_not_used_are_named(tmp_path: Path) -> None:
    openssl(tmp_path, "genrsa -traditional -out RSA 1024")
    openssl(tmp_path, "genpkey -algorithm X25519 -out X25519")
    openssl(tmp_path, "genpkey -algorithm ed448 -out Ed448")
    openssl(tmp_path, "ecparam -name secp256k1 -genkey -noout -out secp256k1")
    openssl(tmp_path, "genrsa -out pkcs8 2048")
    for name in ("RSA", "X25519", "Ed448", "secp256k1"):
        assert name in refusal(tmp_path / name).split("expected")[0].split("found")[1]
        openssl(tmp_path, f"pkey -in {name} -pubout -out pub")
        assert name in refusal(tmp_path / "pub", private=False).split("expected")[0].split("found")[1]
    assert "(RSA)" in refusal(tmp_path / "pkcs8")


@needs_openssl
def test_a_certificate_is_no_key_and_the_advice_works(tmp_path: Path) -> None:
    openssl(tmp_path, "ecparam -name P-256 -genkey -noout -out k")
    openssl(tmp_path, "req -x509 -new -key k -out FILE -subj /CN=x")
    assert "a certificate" in refusal(tmp_path / "FILE", private=False)
    (tmp_path / "k.pub").write_bytes(openssl(tmp_path, "x509 -pubkey -noout -in FILE"))
    assert load_public_key(tmp_path / "k.pub").key_id == public_key(tmp_path / "k").key_id


@needs_ssh
@pytest.mark.parametrize("form", ["", "PEM", "PKCS8"])
@pytest.mark.parametrize("passphrase", [b"", SECRET])
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521"])
def test_keys_of_ssh_keygen(tmp_path: Path, form: str, passphrase: bytes, kind: str) -> None:
    if kind == "ed25519" and form:
        pytest.skip("ssh-keygen writes Ed25519 in its own form only")
    name, _, bits = kind.partition("-")
    options = [*(["-b", bits] if bits else []), *(["-m", form] if form else [])]
    output_of(tmp_path, "ssh-keygen", "-q", "-t", name, *options, "-N", passphrase.decode(), "-C", "a b", "-f", "k")
    secret, public = load_private_key(tmp_path / "k", passphrase or None), load_public_key(tmp_path / "k.pub")
    assert secret.public.key_id == public.key_id
    assert public.verifies(secret.sign(b"m"), b"m")
    assert public_key(tmp_path / "k.pub").algorithm == secret.algorithm
    if passphrase:
        assert "does not open the key" in refusal(tmp_path / "k", passphrase=b"wrong")
        assert "an encrypted private key" in refusal(tmp_path / "k")
    assert "found a public key" in refusal(tmp_path / "k.pub")


@needs_ssh
def test_lines_of_openssh_that_are_refused(tmp_path: Path) -> None:
    output_of(tmp_path, "ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", "rsa")
    output_of(tmp_path, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "k")
    assert "(RSA)" in refusal(tmp_path / "rsa.pub", private=False)
    assert "(RSA)" in refusal(tmp_path / "rsa")
    line = (tmp_path / "k.pub").read_bytes()
    for content, found in (
        (line + line, "several lines"),
        (line[:40] + b"\n", "no key"),
        (b"sk-" + line, "a security key"),
        (b"no-pty " + line, "no PEM public key"),
        (output_of(tmp_path, "ssh-keygen", "-e", "-f", "k.pub"), "ssh-keygen -i -f FILE"),
    ):
        (tmp_path / "FILE").write_bytes(content)
        assert found in refusal(tmp_path / "FILE", private=False)
    (tmp_path / "k.pub").write_bytes(output_of(tmp_path, "ssh-keygen", "-i", "-f", "FILE"))
    assert load_public_key(tmp_path / "k.pub").key_id == public_key(tmp_path / "k").key_id


@needs_ssh
def test_an_openssh_key_with_rounds_without_end_is_refused(tmp_path: Path) -> None:
    output_of(tmp_path, "ssh-keygen", "-q", "-t", "ed25519", "-N", "x", "-f", "k")
    block = armour.block_of(tmp_path / "k", (tmp_path / "k").read_bytes(), "")
    assert block
    at = block.content().index(b"bcrypt") + 6 + 4 + 4 + 16
    content = block.content()[:at] + b"\x7f\xff\xff\xff" + block.content()[at + 4 :]
    (tmp_path / "k").write_bytes(armour.written("OPENSSH PRIVATE KEY", content))
    assert "1,024 rounds" in refusal(tmp_path / "k", passphrase=b"x")


def kdf(*parameters: bytes, kind: str = "2b06010401da47040b") -> bytes:
    """An encrypted key with these parameters of scrypt, or of another derivation."""
    derivation = der.write(
        der.SEQUENCE, der.write(der.OBJECT, bytes.fromhex(kind)), der.write(der.SEQUENCE, *parameters)
    )
    cipher = der.write(
        der.SEQUENCE, der.write(der.OBJECT, bytes.fromhex("60864801650304012a")), der.write(der.OCTETS, bytes(16))
    )
    scheme = der.write(
        der.SEQUENCE,
        der.write(der.OBJECT, bytes.fromhex("2a864886f70d01050d")),
        der.write(der.SEQUENCE, derivation, cipher),
    )
    content = der.write(der.SEQUENCE, scheme, der.write(der.OCTETS, bytes(32)))
    return armour.written("ENCRYPTED PRIVATE KEY", content)


def test_derivations_that_would_take_all_memory_or_time_are_refused(tmp_path: Path) -> None:
    one, salt = der.write(der.INTEGER, b"\1"), der.write(der.OCTETS, bytes(16))
    for content, found in (
        (kdf(salt, der.write(der.INTEGER, b"\x40\0\0\0"), one, one), "scrypt with more than"),
        (kdf(salt, der.write(der.INTEGER, b"\x04\0"), one, der.write(der.INTEGER, b"\x7f\xff\xff")), "scrypt with"),
        (kdf(salt, der.write(der.INTEGER, b"\x7f\xff\xff\xff"), kind="2a864886f70d01050c"), "PBKDF2 with"),
        (kdf(salt, der.write(der.INTEGER, b"\0"), kind="2a864886f70d01050c"), "PBKDF2 with"),
        (kdf(salt, kind="2a03"), "other than PBKDF2 and scrypt"),
        (kdf(salt, der.write(der.INTEGER, b"\x03"), one, one), "no PEM private key"),
        (kdf(salt, one, one), "no PEM private key"),
        (kdf(salt, der.write(der.INTEGER, b"\x80"), one, one), "no PEM private key"),
        (kdf(salt, der.write(der.INTEGER, bytes(9)), one, one), "no PEM private key"),
        (kdf(salt, one, one, kind="2a864886f70d01050c"), "does not open the key"),
        (kdf(), "no PEM private key"),
    ):
        (tmp_path / "k").write_bytes(content)
        assert found in refusal(tmp_path / "k", passphrase=SECRET)


def encrypted(content: bytes) -> bytes:
    return armour.written("ENCRYPTED PRIVATE KEY", pbes2.encrypt(content, SECRET))


def test_what_was_encrypted_is_checked_as_anything_else(tmp_path: Path) -> None:
    for form, found in (("both", ""), ("expanded", "expanded form only")):
        block = armour.block_of(tmp_path, ml_dsa_form(form), "")
        assert block
        (tmp_path / "k").write_bytes(encrypted(block.content()))
        if found:
            assert found in refusal(tmp_path / "k", passphrase=SECRET)
        else:
            assert load_private_key(tmp_path / "k", SECRET).algorithm == "ml-dsa-65"
    for content in (b"", b"no DER"):
        (tmp_path / "k").write_bytes(encrypted(content))
        assert "does not open the key" in refusal(tmp_path / "k", passphrase=SECRET)
    (tmp_path / "k").write_bytes(encrypted(der.write(der.SEQUENCE, b"")))
    assert "no PEM private key" in refusal(tmp_path / "k", passphrase=SECRET)


def test_one_key_in_a_file_and_nothing_after_it(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    private = armour.written("PRIVATE KEY", private_der(key))
    public = armour.written("PUBLIC KEY", public_der(key.public_key()))
    (tmp_path / "k").write_bytes(b"Bag Attributes\n" + private + b"\n \n")
    assert load_private_key(tmp_path / "k").algorithm == "ecdsa-p256-sha256"
    for content in (private + private, private + public, public + private):
        (tmp_path / "k").write_bytes(content)
        assert "2 PEM blocks" in refusal(tmp_path / "k")
        assert "2 PEM blocks" in refusal(tmp_path / "k", private=False)
    (tmp_path / "k").write_bytes(b"-----BEGIN X-----\n" * 3000)
    assert "3000 PEM blocks: X, X, X, X;" in refusal(tmp_path / "k")
    (tmp_path / "k").write_bytes(private + b"more")
    assert "something after the key" in refusal(tmp_path / "k")
    parameters = armour.written("EC PARAMETERS", der.write(der.OBJECT, b"\x2a"))
    (tmp_path / "k").write_bytes(parameters + private)
    assert "2 PEM blocks" in refusal(tmp_path / "k")
    (tmp_path / "k").write_bytes(parameters)
    assert "EC PARAMETERS" in refusal(tmp_path / "k")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for private in (True, False):
        for path in (tmp_path / "pipe", Path("/dev/zero")):
            assert "it is no regular file" in refusal(path, private=private)
        assert "Is a directory" in refusal(tmp_path, private=private)
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(2**40)
    assert "more than 65,536 bytes" in refusal(tmp_path / "large")


def test_numbers_that_are_no_keys(tmp_path: Path) -> None:
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    content, spki = private_der(key), public_der(key.public_key())
    number = key.private_numbers().private_value.to_bytes(32)
    own, foreign = (public_der(half.public_key())[-64:] for half in (key, other))
    for false in (bytes(32), ORDER.to_bytes(32), (ORDER + 1).to_bytes(32)):
        (tmp_path / "k").write_bytes(armour.written("PRIVATE KEY", content.replace(number, false)))
        refusal(tmp_path / "k")
    (tmp_path / "k").write_bytes(armour.written("PRIVATE KEY", content.replace(own, foreign)))
    refusal(tmp_path / "k")
    hybrid = bytearray(spki)
    hybrid[-65] = 6 + (spki[-1] & 1)
    infinity = der.write(der.SEQUENCE, spki[2:23], der.write(der.BIT_STRING, b"\0\0"))
    for false in (spki[:-1] + bytes([spki[-1] ^ 1]), bytes(hybrid), infinity, spki + b"\0", spki[:-1]):
        (tmp_path / "k").write_bytes(armour.written("PUBLIC KEY", false))
        refusal(tmp_path / "k", private=False)


def test_a_compressed_point_in_openssh_files_is_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    odd = b"\x02" + point[1:]
    line = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    kind, content = line.split(b" ")
    (tmp_path / "k").write_bytes(kind + b" " + b64encode(b64decode(content).replace(point, odd)))
    assert "no key" in refusal(tmp_path / "k", private=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    block = armour.block_of(tmp_path, secret, "")
    assert block
    (tmp_path / "k").write_bytes(armour.written("OPENSSH PRIVATE KEY", block.content().replace(point, odd)))
    assert "no PEM private key" in refusal(tmp_path / "k")


def test_trailing_bytes_are_refused(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    for content in (private_der(key) + b"\0", private_der(key)[:-1], b"", b"\x30", b"\x30\x80\0\0"):
        (tmp_path / "k").write_bytes(armour.written("PRIVATE KEY", content))
        refusal(tmp_path / "k")
    inner = der.write(der.OCTETS, key.private_bytes_raw())
    for algorithm in ([], [der.write(der.OBJECT, bytes.fromhex("2b6570")), der.write(der.NULL)]):
        (tmp_path / "k").write_bytes(armour.written("PRIVATE KEY", pkcs8(algorithm, inner)))
        refusal(tmp_path / "k")


def _samples() -> list[bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    return [
        armour.written("PRIVATE KEY", private_der(key)),
        armour.written("PUBLIC KEY", public_der(key.public_key())),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        ),
        key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
        ml_dsa_form("seed"),
        kdf(der.write(der.OCTETS, bytes(8)), *[der.write(der.INTEGER, b"\2")] * 3),
    ]


SAMPLES = _samples()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_a_key_or_a_typed_error(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "k").write_bytes(content)
    for load in (load_private_key, load_public_key, public_key):
        try:
            load(tmp_path / "k")
        except OpenModelError:
            continue


@settings(deadline=None)
@given(content=st.binary(max_size=80))
def test_der_is_read_or_refused(content: bytes) -> None:
    try:
        found = der.elements(content)
    except ValueError:
        return
    assert b"".join(der.write(element.tag, element.body) for element in found) == content


@settings(deadline=None)
@given(content=st.binary(max_size=80))
def test_what_is_no_encrypted_key_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, pbes2.UnsupportedEncryptionError)):
        pbes2.decrypt(content, b"x")
