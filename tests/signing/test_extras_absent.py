# SPDX-License-Identifier: Apache-2.0
"""What `sign` says where the libraries of Sigstore and of devices are missing, and what is refused either way."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import openmodel
from openmodel.errors import UsageError
from openmodel.signing import sign, verify
from tests.cli.test_cli import run
from tests.signing.trust.authorities import trust_file
from tests.signing.trust.sigstore_instance import ISSUER


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("sigstore", "pkcs11"):
        for name in [name for name in sys.modules if name.split(".")[0] == library]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, library, None)


@pytest.mark.usefixtures("absent")
def test_the_extra_is_asked_for(built: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape("pip install 'openmodel-provenance[sigstore]'")):
        sign(built, sigstore=openmodel.Sigstore())
    assert not (built / "openmodel.sig").exists()
    (tmp_path / "root.json").write_text("{}")
    ada = {"name": "Ada", "email": "ada@example.org", "issuer": ISSUER}
    trust = trust_file(tmp_path, identities=[ada], sigstore={"trusted_root": "root.json"})
    with pytest.raises(UsageError, match="the extra `sigstore`"):
        verify(built, trust=trust)


@pytest.mark.usefixtures("absent")
def test_the_command_asks_for_it_too(built: Path) -> None:
    ended = run("sign", built, "--sigstore")
    assert ended.returncode == 2
    assert "pip install 'openmodel-provenance[sigstore]'" in " ".join(ended.stderr.split())


@pytest.mark.parametrize("option", ["--identity-token", "--sigstore-config"])
def test_its_options_want_it_named(option: str, built: Path) -> None:
    ended = run("sign", built, option, "file")
    assert ended.returncode == 2
    assert "without --sigstore" in ended.stderr
    assert not (built / "openmodel.sig").exists()


def test_nothing_to_sign_with(built: Path) -> None:
    ended = run("sign", built)
    assert ended.returncode == 2
    assert "found     no key" in ended.stderr


def test_what_is_said_of_the_live_service() -> None:
    text = " ".join(run("sign", "--help", columns=200).stdout.split())
    assert "never tested against the live service" in text
    assert "never against the live service" in " ".join((openmodel.Sigstore.__doc__ or "").split())


@pytest.mark.usefixtures("absent")
def test_a_key_in_a_device(built: Path) -> None:
    named = "pkcs11:token=lab;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so"
    with pytest.raises(UsageError, match=re.escape("pip install 'openmodel-provenance[pkcs11]'")):
        sign(built, keys=[named])
    ended = run("sign", built, "--key", named, cwd=built)
    assert ended.returncode == 2
    assert "the extra `pkcs11`" in ended.stderr
