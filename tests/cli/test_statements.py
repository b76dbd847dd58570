# SPDX-License-Identifier: Apache-2.0
"""Timestamps, provenance and signed reports on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, new_key
from tests.cli.test_cli import run
from tests.signing.authority import REPLY, TIME_STAMPING, honest, needs_openssl, party, serving


@pytest.fixture
def key(tmp_path: Path) -> KeyPair:
    (tmp_path / "keys").mkdir()
    return new_key(tmp_path / "keys" / "one.key")


@needs_openssl
def test_a_signature_is_dated_when_an_authority_is_named(
    built_release: Path, tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    root = party(tmp_path, "root", ca=True)
    party(tmp_path, "tsa", root, usages=TIME_STAMPING)
    answer = honest(tmp_path)
    with serving(lambda query: (200, REPLY, answer(query))) as url:
        signed = run("sign", built_release, "--key", key.private, "--timestamp-url", url)
    assert signed.returncode == 0, signed.stderr
    assert re.search(rf"The signature by key {key.key_id} was dated \d{{4}}-", signed.stdout)
    verified = run("verify", built_release, "--key", key.public, "--timestamp-root", root.pem)
    assert verified.returncode == 0
    assert "by a timestamp authority" in " ".join(verified.stdout.split())
    assert run("verify", built_release, "--key", key.public).returncode == 0
    other = party(tmp_path, "other", ca=True)
    failed = run("verify", built_release, "--key", key.public, "--timestamp-root", other.pem)
    assert failed.returncode == 1
    assert "an authority that is not trusted" in " ".join(failed.stdout.split())
    assert run("verify", built_release, "--key", key.public, "--timestamp-root", key.public).returncode == 2


def test_an_authority_that_does_not_answer_leaves_nothing(
    built_release: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(lambda _: (503, {}, b"")) as url:
        ended = run("sign", built_release, "--key", key.private, "--timestamp-url", url)
    assert ended.returncode == 2
    assert "the HTTP status 503" in ended.stderr
    assert "sign without --timestamp-url" in ended.stderr
    assert not (built_release / "openmodel.sig").exists()


def test_provenance_is_a_line_more(built_release: Path, key: KeyPair) -> None:
    ended = run("sign", built_release, "--key", key.private, "--provenance")
    assert ended.returncode == 0, ended.stderr
    assert f"The provenance of the training is signed by key {key.key_id}." in ended.stdout
    assert len((built_release / "openmodel.sig").read_bytes().splitlines()) == 2
    verified = run("verify", built_release, "--key", key.public)
    assert verified.returncode == 0
    assert "a statement of another kind (SLSA provenance of this release), which does not count" in " ".join(
        verified.stdout.split()
    )


def test_who_judged_can_be_checked(built_release: Path, tmp_path: Path, key: KeyPair) -> None:
    report = tmp_path / "report.json"
    options = ("--format", "json", "--output", report, "--sign-with", key.private)
    checked = run("check", built_release, *options)
    assert checked.returncode == run("check", built_release).returncode == 1
    assert json.loads(report.read_text())["releases"][0]["name"] == "toy"
    verified = run("verify-report", report, "--key", key.public, "--release", built_release)
    assert verified.stdout.startswith("✓ Authentic")
    assert re.search(r"\? osaid-1.0 version \S+: undetermined\n  ✓ provenance-1 version \S+: met\n", verified.stdout)
    assert verified.returncode == 1  # It is authentic, and does not say yes.
    value = json.loads(run("verify-report", report, "--key", key.public, "--format", "json").stdout)
    assert (value["ok"], value["is_yes"], value["compared"]) == (True, False, False)
    again = run("check", tmp_path / "none", *options)  # Told before anything is read.
    assert again.returncode == 2
    assert "that it is there already" in again.stderr
    assert run("check", built_release, *options, "--force").returncode == 1
    report.write_text("{}")
    assert run("verify-report", report, "--key", key.public).returncode == 1
    assert run("verify-report", tmp_path / "none", "--key", key.public).returncode == 2


def test_a_yes_that_is_authentic_is_yes(built_release: Path, tmp_path: Path, key: KeyPair) -> None:
    options = ("--policy", "provenance-1", "--output", tmp_path / "r", "--sign-with", key.private)
    assert run("check", built_release, *options).returncode == 0
    assert run("verify-report", tmp_path / "r", "--key", key.public).returncode == 0
    assert run("verify-report", tmp_path / "r", "--key", key.public, "--release", built_release).returncode == 0
    (built_release / "openmodel.json").write_text("{}")
    assert run("verify-report", tmp_path / "r", "--key", key.public, "--release", built_release).returncode == 1


def test_an_encrypted_key_signs_a_report(built_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key(tmp_path / "auditor.key", type="ed25519", passphrase=b"open sesame")
    monkeypatch.setenv("WORDS", "open sesame")
    options = ("--policy", "provenance-1", "--output", tmp_path / "r", "--sign-with", key.private)
    assert run("check", built_release, *options, "--passphrase-env", "WORDS").returncode == 0
    assert run("verify-report", tmp_path / "r", "--key", key.public).returncode == 0
    monkeypatch.setenv("WORDS", "close")
    assert run("check", built_release, *options, "--passphrase-env", "WORDS", "--force").returncode == 2
    assert run("verify-report", tmp_path / "r", "--key", key.public).returncode == 0  # Nothing was written.


def test_what_is_signed_is_a_file(built_release: Path, tmp_path: Path, key: KeyPair) -> None:
    ended = run("check", built_release, "--sign-with", key.private)
    assert ended.returncode == 2
    assert "--output report.json" in ended.stderr
    ended = run("check", built_release, "--output", tmp_path / "r", "--sign-with", tmp_path / "none")
    assert ended.returncode == 2
    assert not (tmp_path / "r").exists()
    ended = run("check", built_release, built_release, "--output", tmp_path / "r", "--sign-with", key.private)
    assert ended.returncode == 2
    assert "one at a time" in ended.stderr
