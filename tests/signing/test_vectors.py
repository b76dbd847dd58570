# SPDX-License-Identifier: Apache-2.0
"""The worked example of `docs/spec/signature.md`, here and in a program that shares no code with this one."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, load_private_key, load_public_key
from openmodel.signing.bundle import decode, encode
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.recognition import holds
from openmodel.signing.statement import encode as encode_statement
from openmodel.signing.statement import read
from tests.signing.small_release import DECLARATION

VECTORS = Path(__file__).parent / "vectors"
PAGE = Path(__file__).parents[2] / "docs" / "spec" / "signature.md"
LINE = (VECTORS / "openmodel.sig").read_bytes().removesuffix(b"\n")
PAYLOAD = (VECTORS / "payload.json").read_bytes()
SIGNED = bytes.fromhex((VECTORS / "pae.hex").read_text())

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the program openssl is not installed")


def accepted_by_openssl(public: Path, signature: bytes, message: bytes, folder: Path) -> bool:
    (folder / "signature").write_bytes(signature)
    (folder / "message").write_bytes(message)
    command = ["openssl", "dgst", "-sha256", "-verify", str(public), "-signature", "signature", "message"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_the_payload_is_written_as_the_page_says() -> None:
    statement = read(IN_TOTO, PAYLOAD, "payload")
    assert statement is not None
    assert encode_statement(statement) == PAYLOAD
    assert (statement.name, statement.sequence) == ("toy é", 3)


def test_the_signed_bytes_are_those_of_the_page() -> None:
    assert pae(IN_TOTO, PAYLOAD) == SIGNED


def test_the_line_is_written_and_holds() -> None:
    bundle = decode(LINE, "line")
    key = load_public_key(VECTORS / "test-only.key.pub")
    assert encode(bundle) == LINE
    assert bundle.payload == PAYLOAD
    assert bundle.hint == key.key_id == load_private_key(VECTORS / "test-only.key").public.key_id
    assert holds(bundle, key)


def test_the_page_prints_the_vectors() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for text in (
        PAYLOAD.decode(),
        SIGNED.hex(),
        LINE.decode(),
        (VECTORS / "test-only.key").read_text(),
        (VECTORS / "test-only.key.pub").read_text(),
    ):
        assert text in page


@pytest.mark.parametrize("name", ["ecdsa-p384-sha384", "ecdsa-p521-sha512", "ed25519", "ml-dsa-65"])
def test_the_vectors_of_the_other_kinds_hold(name: str) -> None:
    secret, public = load_private_key(VECTORS / f"{name}.key"), load_public_key(VECTORS / f"{name}.key.pub")
    signature = bytes.fromhex((VECTORS / f"{name}.sig.hex").read_text())
    assert secret.algorithm == public.algorithm == name
    assert secret.public.key_id == public.key_id
    assert public.verifies(signature, SIGNED)
    assert not public.verifies(signature, SIGNED[:-1])
    page = PAGE.read_text(encoding="utf-8")
    assert public.key_id in page
    assert name == "ml-dsa-65" or signature.hex() in page


@needs_openssl
def test_openssl_accepts_the_vector(tmp_path: Path) -> None:
    signature = base64.b64decode(json.loads(LINE)["dsseEnvelope"]["signatures"][0]["sig"])
    public = VECTORS / "test-only.key.pub"
    assert accepted_by_openssl(public, signature, SIGNED, tmp_path)
    assert not accepted_by_openssl(public, signature, SIGNED[:-1], tmp_path)


@needs_openssl
def test_openssl_accepts_what_sign_writes(signed_once: Path, key: KeyPair, tmp_path: Path) -> None:
    envelope = json.loads((signed_once / "openmodel.sig").read_bytes())["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"])
    kind = envelope["payloadType"].encode()
    message = b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload])
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    assert accepted_by_openssl(key.public, signature, message, tmp_path)
    assert not accepted_by_openssl(key.public, signature, DECLARATION, tmp_path)


@needs_openssl
def test_keys_that_openssl_makes_are_read(tmp_path: Path) -> None:
    make = "openssl ecparam -name prime256v1 -genkey -noout -out k && openssl ec -in k -pubout -out k.pub"
    subprocess.run(["sh", "-c", make], cwd=tmp_path, capture_output=True, check=True)
    assert load_private_key(tmp_path / "k").public.key_id == load_public_key(tmp_path / "k.pub").key_id
