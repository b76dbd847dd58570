# SPDX-License-Identifier: Apache-2.0
"""Keys in a device: one that SoftHSM makes up.

To run these: `.venv/bin/python -m pip install python-pkcs11`, and Debian's `softhsm2`, installed or unpacked into a
folder that the variable OPENMODEL_SOFTHSM names.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openmodel.errors import KeyFileError
from openmodel.signing import load_private_key, public_key, sign, verify
from openmodel.signing.keys.key import pem
from tests.cli.test_cli import run
from tests.signing.small_release import write_release

pkcs11 = pytest.importorskip("pkcs11", reason="the extra pkcs11 is not installed")

SOFTHSM = Path(os.environ.get("OPENMODEL_SOFTHSM", "/"))
MODULE = SOFTHSM / "usr/lib/softhsm/libsofthsm2.so"
PIN = b"123456"
CURVES = {"p256": "secp256r1", "p384": "secp384r1", "p521": "secp521r1", "other": "secp256k1"}

pytestmark = pytest.mark.skipif(not MODULE.exists(), reason="softhsm2 is not installed")


@pytest.fixture(scope="module", autouse=True)
def token(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A device with a key on each curve, and one whose public key is that of another."""
    folder = tmp_path_factory.mktemp("device")
    (folder / "softhsm.conf").write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm.conf")  # Its library reads it once.
    command = [
        str(SOFTHSM / "usr/bin/softhsm2-util"),
        "--module",
        str(MODULE),
        "--init-token",
        "--free",
        "--label",
        "lab",
    ]
    subprocess.run([*command, "--so-pin", "654321", "--pin", PIN.decode()], check=True, capture_output=True)
    encode = pytest.importorskip("pkcs11.util.ec").encode_named_curve_parameters
    with pkcs11.lib(str(MODULE)).get_token(token_label="lab").open(rw=True, user_pin=PIN.decode()) as session:
        for label, curve in CURVES.items():
            _make(session, label, encode(curve))
        _make(session, "mixed", encode("secp256r1"))[0].destroy()
        public, private = _make(session, "x", encode("secp256r1"))
        private.destroy()
        public[pkcs11.Attribute.LABEL] = "mixed"


def _make(session: Any, label: str, curve: bytes) -> Any:
    wanted = {pkcs11.Attribute.EC_PARAMS: curve}
    parameters = session.create_domain_parameters(pkcs11.KeyType.EC, wanted, local=True)
    return parameters.generate_keypair(store=True, label=label, id=label.encode())


def uri(label: str, token: str = "lab", module: Path = MODULE) -> str:
    return f"pkcs11:token={token};object={label}?module-path={module}"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


@pytest.mark.parametrize("label", ["p256", "p384", "p521"])
def test_a_key_in_a_device_signs(label: str, built: Path, tmp_path: Path) -> None:
    signed = sign(built, keys=[uri(label)], passphrase=PIN)
    assert signed.model_sig == "written"
    found = public_key(uri(label), PIN)
    assert signed.added == (found.key_id,)
    (tmp_path / "device.pub").write_bytes(pem(found.key))
    assert verify(built, keys=[tmp_path / "device.pub"]).ok


def test_several_keys_of_one_device(built: Path) -> None:
    assert len(sign(built, keys=[uri("p256"), uri("p384")], passphrase=PIN).added) == 2


def test_the_command_takes_it(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIN", PIN.decode())
    ended = run("sign", built, "--key", uri("p256"), "--passphrase-env", "PIN", cwd=built)
    assert ended.returncode == 0
    assert run("key", "id", uri("p256"), "--passphrase-env", "PIN").stdout.strip() in ended.stdout


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (uri("none"), "NoSuchKey"),
        (uri("p256", token="none"), "NoSuchToken"),
        (uri("p256", module=Path("/none.so")), "cannot open shared object"),
        (uri("other"), "another kind"),
        ("pkcs11:", "another form"),
        ("pkcs11:token=lab;object=p256", "another form"),
        (f"pkcs11:token=lab;object=?module-path={MODULE}", "another form"),
        (f"pkcs11:token=lab;token=lab;object=p256?module-path={MODULE}", "another form"),
        (f"pkcs11:token=%FF;object=p256?module-path={MODULE}", "another form"),
        (f"{uri('p256')}&pin-value=123456", "another form"),
    ],
)
def test_what_is_no_key_in_a_device(named: str, found: str) -> None:
    with pytest.raises(KeyFileError, match=found):
        load_private_key(named, PIN)


def test_no_message_shows_a_pin() -> None:
    with pytest.raises(KeyFileError, match="another form") as caught:
        load_private_key(f"{uri('p256')}&pin-value=123456", b"654321")
    assert "123456" not in str(caught.value)


def test_a_public_key_of_another(built: Path) -> None:
    with pytest.raises(KeyFileError, match="is of another key"):
        sign(built, keys=[uri("mixed")], passphrase=PIN)
    assert not (built / "openmodel.sig").exists()


def test_pins() -> None:
    """In a process of its own, because a device stays open."""
    script = f"import sys\nsys.path[:] = {sys.path}\nimport openmodel\n"
    script += "openmodel.public_key(sys.argv[1], sys.argv[2].encode())"
    for pin, error in (("999999", "PinIncorrect"), ("1", "PinLenRange|PinIncorrect")):
        command = [sys.executable, "-c", script, uri("p256"), pin]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        assert any(name in ended.stderr for name in error.split("|")), ended.stderr
        assert f"'{pin}'" not in ended.stderr
    with pytest.raises(KeyFileError, match="passphrase"):
        load_private_key(uri("p256"))


def test_percent_signs() -> None:
    named = f"pkcs11:token=l%61b;object=p%32%35%36?module-path={MODULE}"
    assert public_key(named, PIN).key_id == public_key(uri("p256"), PIN).key_id
