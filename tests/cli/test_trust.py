# SPDX-License-Identifier: Apache-2.0
"""`verify --trust` and `--state`, `sign --certificate-chain` and `key rotate`, as people run them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import openmodel
from openmodel.signing import KeyPair
from tests.cli.test_cli import run
from tests.signing.small_release import write_release
from tests.signing.trust.authorities import NAMED, issue, trust_file

PAGE = Path(__file__).parents[2] / "docs" / "trust.md"


@pytest.fixture
def keys(tmp_path: Path) -> tuple[KeyPair, KeyPair]:
    return openmodel.new_key(tmp_path / "ada.key"), openmodel.new_key(tmp_path / "ben.key")


@pytest.fixture
def release(tmp_path: Path, keys: tuple[KeyPair, KeyPair]) -> Path:
    root = write_release(tmp_path / "release")
    openmodel.sign(root, keys=[keys[0].private])
    return root


def trusting(tmp_path: Path, threshold: int = 1) -> Path:
    listed = [{"name": "Ada", "file": "ada.key.pub"}, {"name": "Ben", "file": "ben.key.pub"}]
    return trust_file(tmp_path, keys=listed, threshold=threshold)


def test_who_signed_is_said_by_name(release: Path, tmp_path: Path) -> None:
    ended = run("verify", release, "--trust", trusting(tmp_path))
    assert ended.returncode == 0
    assert "✓ line 1: Ada, by key" in ended.stdout
    assert "1 of the identities in the trust file, 1 needed: Ada" in " ".join(ended.stdout.split())
    short = run("verify", release, "--trust", trusting(tmp_path, threshold=2))
    assert short.returncode == 1
    assert "✗ 3. " in short.stdout
    assert "2 needed: Ada" in " ".join(short.stdout.split())
    assert "those who are missing" in " ".join(short.stdout.split())
    alone = run("verify", release, "--oms", "--trust", trusting(tmp_path, threshold=2))
    assert (alone.returncode, "without --oms" in " ".join(alone.stdout.split())) == (1, True)


def test_the_result_in_json_says_how(release: Path, tmp_path: Path) -> None:
    ended = run("verify", release, "--trust", trusting(tmp_path), "--format", "json")
    (signer,) = json.loads(ended.stdout)["signers"]
    assert (signer["identity"], signer["how"], signer["trusted"]) == ("Ada", "key", True)


def test_an_unsigned_release_is_no(release: Path, tmp_path: Path) -> None:
    (release / "openmodel.sig").unlink()
    ended = run("verify", release, "--trust", trusting(tmp_path))
    assert ended.returncode == 1
    assert "not signed" in ended.stdout


def test_mistakes_are_told_with_their_place(release: Path, tmp_path: Path) -> None:
    (tmp_path / "trust.yaml").write_text("openmodel_trust: 1-draft\nkeys:\n- name: Ada\n  fil: ada.key.pub\n")
    ended = run("verify", release, "--trust", tmp_path / "trust.yaml")
    assert ended.returncode == 2
    assert "trust.yaml:4:3: /keys/0/fil" in ended.stderr
    assert run("verify", release).returncode == 2
    assert run("verify", release, "--key", tmp_path / "ada.key.pub", "--trust", trusting(tmp_path)).returncode == 2


def test_rollback_is_told_with_what_was_seen(tmp_path: Path, release: Path) -> None:
    state = tmp_path / "state.json"
    arguments = ("verify", release, "--key", tmp_path / "ada.key.pub", "--state", state)
    assert run(*arguments).returncode == 0
    seen = json.loads(state.read_bytes())
    (row,) = seen["releases"]["toy"].values()
    row["sequence"] = 4
    state.write_text(json.dumps(seen))
    ended = run(*arguments, columns=200)
    assert ended.returncode == 1
    assert re.search(r"✗ 18\. .*this is sequence 3, and on \S+Z, sequence 4 was seen", " ".join(ended.stdout.split()))
    assert "Somebody may be holding back a newer release." in ended.stdout
    state.write_text("{")
    broken = run(*arguments)
    assert broken.returncode == 2
    assert "Restore it from a copy" in broken.stderr


def test_a_key_names_its_successor(release: Path, tmp_path: Path) -> None:
    ended = run("key", "rotate", tmp_path / "ada.key", tmp_path / "ben.key.pub", tmp_path / "ada-to-ben.sig")
    assert ended.returncode == 0
    assert "as its successor" in ended.stdout
    (release / "openmodel.sig").unlink()
    openmodel.sign(release, keys=[tmp_path / "ben.key"])
    trust = trust_file(tmp_path, keys=[{"name": "Ada", "file": "ada.key.pub"}], rotations=["ada-to-ben.sig"])
    assert run("verify", release, "--trust", trust).returncode == 0
    assert (
        run("key", "rotate", tmp_path / "ada.key", tmp_path / "ben.key.pub", tmp_path / "ada-to-ben.sig").returncode
        == 2
    )


def test_certificates(release: Path, tmp_path: Path) -> None:
    root = issue("Root", authority=True)
    signer = issue("Ada", root)
    (tmp_path / "chain.pem").write_text(signer.pem)
    signer.write_key(tmp_path / "signer.key")
    trust = trust_file(tmp_path, roots=[{"pem": root.pem}], identities=NAMED)
    unsigned = run("verify", release, "--trust", trust)
    assert unsigned.returncode == 1
    ended = run("sign", release, "--key", tmp_path / "signer.key", "--certificate-chain", tmp_path / "chain.pem")
    assert ended.returncode == 0
    verified = run("verify", release, "--trust", trust)
    assert verified.returncode == 0
    assert "✓ line 2: Ada, by certificate of key" in verified.stdout


def test_the_example_on_the_page_is_read(release: Path, tmp_path: Path) -> None:
    (example,) = re.findall(r"(?s)```yaml\n(openmodel_trust: .*?)```", PAGE.read_text(encoding="utf-8"))
    root = issue("Root", authority=True)
    (tmp_path / "example-ca.pem").write_text(root.pem)
    new = openmodel.new_key(tmp_path / "ada-2.key")
    openmodel.rotate_key(tmp_path / "ada.key", new.public, tmp_path / "ada-2.rotation")
    (tmp_path / "ada.pub").write_bytes((tmp_path / "ada.key.pub").read_bytes())
    (tmp_path / "ben.pub").write_bytes((tmp_path / "ben.key.pub").read_bytes())
    (tmp_path / "tsa.pem").write_text(root.pem)
    (tmp_path / "trust.yaml").write_text(example)
    openmodel.sign(release, keys=[tmp_path / "ben.key"])
    ended = run("verify", release, "--trust", tmp_path / "trust.yaml", "--state", tmp_path / "state.json")
    assert ended.returncode == 0, ended
