# SPDX-License-Identifier: Apache-2.0
"""`openmodel sign` and `verify` with `model.sig`, as a user meets them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import openmodel
from openmodel.signing import load_private_key
from tests.cli import test_cli
from tests.signing.oms.model_files import Authority, sign_payload, statement, write_model

run = partial(test_cli.run, columns=200)


def test_both_files_are_written_and_verified(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key")
    ended = run("sign", built_release, "--key", key.private)
    assert ended.returncode == 0
    assert f"{built_release / 'model.sig'} was written." in ended.stdout
    assert "was there before" in run("sign", built_release, "--key", key.private).stdout
    ended = run("verify", built_release, "--key", key.public)
    assert ended.returncode == 0
    assert "✓ 15. that list is what the manifest says" in ended.stdout
    ended = run("verify", built_release, "--key", key.public, "--oms")
    assert ended.returncode == 0
    assert "Verified by model.sig alone" in ended.stdout
    assert "NOT said by model.sig" in ended.stdout


def test_a_key_that_cannot_sign_it_is_said(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key", type="ed25519")
    ended = run("sign", built_release, "--key", key.private)
    assert ended.returncode == 0
    assert "/model.sig" not in ended.stdout
    assert "model.sig was not written: OpenSSF Model Signing takes ECDSA keys only" in ended.stderr


def test_a_certificate_signs(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "key", type="ecdsa-p384")
    chain = Authority(tmp_path).chain_file(load_private_key(key.private))
    assert run("sign", built_release, "--key", key.private, "--certificate-chain", chain).returncode == 0
    assert "by a certificate" in run("verify", built_release, "--key", key.public).stdout
    ended = run("sign", built_release, "--key", key.private, "--certificate-chain", key.public)
    assert ended.returncode == 2
    assert "a chain of X.509 certificates in PEM" in ended.stderr


def test_a_model_of_somebody_else(tmp_path: Path) -> None:
    model, key = write_model(tmp_path / "model"), openmodel.new_key(tmp_path / "key")
    assert run("verify", model, "--key", key.public).returncode == 2
    assert run("verify", model, "--key", key.public, "--oms").returncode == 1
    sign_payload(model, load_private_key(key.private), statement())
    assert run("verify", model, "--key", key.public).returncode == 2
    assert run("verify", model, "--key", key.public, "--oms").returncode == 0
    (model / "a.txt").write_text("other")
    ended = run("verify", model, "--key", key.public, "--oms", "--format", "json")
    assert ended.returncode == 1
    value = json.loads(ended.stdout)
    assert (value["by"], value["outcome"]) == ("model.sig", "failed")
    assert [(row["path"], row["kind"]) for row in value["files"]] == [("a.txt", "altered")]
    assert run("verify", model, "--key", key.public, "--older").returncode == 2
