# SPDX-License-Identifier: Apache-2.0
"""What is decided here about a device, whatever it gives: a stand-in for the library of PKCS#11.

How real devices behave is in test_device.py.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from openmodel.errors import KeyFileError
from openmodel.signing import load_private_key, public_key, sign, verify
from openmodel.signing.keys.key import pem
from tests.signing.key_files import public_der

URI = "pkcs11:token=lab;object=one?module-path=/module.so"


class PKCS11Error(Exception):
    """As the library calls what a device refuses."""


class UserAlreadyLoggedInError(PKCS11Error):
    """The PIN was given before."""


@dataclass
class Device:
    """One token with one key; what its library does when it is asked."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    beside: Any = None
    """The public key of the same name, if it is another."""
    refuses: bool = False
    pins: list[str] = field(default_factory=list)

    def open(self, user_pin: str | None = None) -> Device:
        if user_pin and self.pins:
            raise UserAlreadyLoggedInError
        self.pins += [user_pin] if user_pin else []
        return self

    def get_key(self, *, object_class: str, key_type: str, label: str) -> Any:
        if (key_type, label) != ("EC", "one"):
            raise PKCS11Error("no such key")
        return self if object_class == "private" else self.beside or self.key.public_key()

    def sign(self, digest: bytes, *, mechanism: str) -> bytes:
        if self.refuses or mechanism != "ECDSA":
            raise PKCS11Error("not now")
        size = (self.key.key_size + 7) // 8
        kinds: dict[int, hashes.HashAlgorithm] = {32: hashes.SHA256(), 48: hashes.SHA384(), 64: hashes.SHA512()}
        numbers = decode_dss_signature(self.key.sign(digest, ec.ECDSA(Prehashed(kinds[len(digest)]))))
        return b"".join(number.to_bytes(size) for number in numbers)


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Device:
    made = Device()
    library = SimpleNamespace(get_token=lambda token_label: made if token_label == "lab" else _missing())
    members: dict[str, dict[str, Any]] = {
        "pkcs11": {
            "KeyType": SimpleNamespace(EC="EC"),
            "ObjectClass": SimpleNamespace(PRIVATE_KEY="private", PUBLIC_KEY="public"),
            "Mechanism": SimpleNamespace(ECDSA="ECDSA"),
            "PKCS11Error": PKCS11Error,
            "lib": lambda path: library if path == "/module.so" else _missing(),
        },
        "pkcs11.exceptions": {"UserAlreadyLoggedIn": UserAlreadyLoggedInError},
        "pkcs11.util": {},
        "pkcs11.util.ec": {"encode_ec_public_key": public_der},
    }
    for name, found in members.items():
        module = ModuleType(name)
        vars(module).update(found)
        monkeypatch.setitem(sys.modules, name, module)
    return made


def _missing() -> Any:
    raise PKCS11Error("none")


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_a_key_signs(device: Device, built: Path, curve: ec.EllipticCurve) -> None:
    device.key = ec.generate_private_key(curve)
    signed = sign(built, keys=[URI], passphrase=b"1234")
    assert signed.model_sig == "written"
    found = public_key(URI, b"1234")  # A second time the device is logged in.
    assert (signed.added, device.pins) == ((found.key_id,), ["1234"])
    (built.parent / "device.pub").write_bytes(pem(found.key))
    assert verify(built, keys=[built.parent / "device.pub"]).ok


def test_a_device_that_does_not_sign(device: Device, built: Path) -> None:
    device.refuses = True
    with pytest.raises(KeyFileError, match="no key in a device that signs: PKCS11Error not now"):
        sign(built, keys=[URI], passphrase=b"1234")
    assert not (built / "openmodel.sig").exists()


def test_the_public_key_of_another(device: Device, built: Path) -> None:
    device.beside = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(KeyFileError, match="the public key of that name is of another key"):
        sign(built, keys=[URI], passphrase=b"1234")
    assert not (built / "openmodel.sig").exists()


@pytest.mark.parametrize(
    "other",
    [
        ec.generate_private_key(ec.SECP256K1()).public_key(),
        ed25519.Ed25519PrivateKey.generate().public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
    ],
)
def test_a_public_key_of_another_kind(device: Device, other: Any) -> None:
    device.beside = other
    with pytest.raises(KeyFileError, match="a key of another kind"):
        load_private_key(URI, b"1234")


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        (URI.replace("one", "two"), "PKCS11Error no such key"),
        (URI.replace("lab", "else"), "PKCS11Error none"),
        (URI.replace("module.so", "else.so"), "PKCS11Error none"),
        ("pkcs11:", "another form"),
        ("pkcs11:token=lab;object=one", "another form"),
        (URI.replace("one", ""), "another form"),
        (URI.replace("token=lab", "token=lab;token=lab"), "another form"),
        (URI.replace("one", "%FF"), "another form"),
        (f"{URI}&pin-value=1234", "another form"),
        (URI.replace("object", "id"), "another form"),
    ],
)
def test_what_is_named_has_to_be_there(device: Device, uri: str, found: str) -> None:
    with pytest.raises(KeyFileError, match=found):
        load_private_key(uri, b"1234")
    assert load_private_key(URI, b"1234").public.algorithm == "ecdsa-p256-sha256"
    assert len(device.pins) == 1
