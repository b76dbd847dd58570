# SPDX-License-Identifier: Apache-2.0
"""The real program of OpenSSF Model Signing: it accepts what is written here, and the other way round."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, PrivateKey, load_private_key, sign, verify
from openmodel.signing.oms.older import older_pae
from tests.signing.oms.conftest import CURVES, Peer
from tests.signing.oms.model_files import (
    MODEL,
    Authority,
    bundle,
    payload_in,
    resources,
    sha256,
    sign_payload,
    statement,
    write_model,
)
from tests.signing.oms.test_trust import rooted, trust_file

pytestmark = pytest.mark.network

Tamper = Callable[[Path, str], None]


def _change_file(root: Path, path: str) -> None:
    (root / path).write_bytes(b"X" + (root / path).read_bytes()[1:])


def _change_signature(root: Path, _: str) -> None:
    value = json.loads((root / "model.sig").read_bytes())
    signature = bytearray(base64.b64decode(value["dsseEnvelope"]["signatures"][0]["sig"]))
    signature[-1] ^= 1
    value["dsseEnvelope"]["signatures"][0]["sig"] = base64.b64encode(signature).decode()
    (root / "model.sig").write_text(json.dumps(value))


def _add_file(root: Path, _: str) -> None:
    (root / "__init__.py").touch()


def _remove_file(root: Path, path: str) -> None:
    (root / path).unlink()


def _rename_file(root: Path, path: str) -> None:
    (root / path).rename(root / "renamed.bin")


TAMPERS = (_change_file, _change_signature, _add_file, _remove_file, _rename_file)


def twins(root: Path, path: str, folder: Path) -> list[Path]:
    """A copy of a signed model for each way to tamper with it."""
    copies = []
    for tamper in TAMPERS:
        copy = folder / tamper.__name__ / root.name
        shutil.copytree(root, copy)
        tamper(copy, path)
        copies.append(copy)
    return copies


@pytest.mark.parametrize("curve", CURVES)
def test_the_peer_accepts_our_keys(curve: str, pairs: dict[str, KeyPair], built: Path, peer: Peer) -> None:
    pair = pairs[curve]
    assert sign(built, keys=[pair.private]).model_sig == "written"
    assert peer.accepts("key", built, "--public_key", pair.public)
    assert verify(built, keys=[pair.public]).ok


def test_both_refuse_tampered_twins_of_ours(key: KeyPair, built: Path, peer: Peer, tmp_path: Path) -> None:
    sign(built, keys=[key.private])
    for twin in twins(built, "data/a.txt", tmp_path):
        assert not peer.accepts("key", twin, "--public_key", key.public), twin
        assert not verify(twin, keys=[key.public]).ok, twin
        assert not verify(twin, keys=[key.public], oms=True).ok, twin


def test_both_refuse_another_key(key: KeyPair, other_key: KeyPair, built: Path, peer: Peer) -> None:
    sign(built, keys=[key.private])
    assert not peer.accepts("key", built, "--public_key", other_key.public)
    assert not verify(built, keys=[other_key.public], oms=True).ok


@pytest.mark.parametrize("curve", CURVES)
def test_the_peer_accepts_our_certificates(
    curve: str, pairs: dict[str, KeyPair], built: Path, peer: Peer, authority: Authority
) -> None:
    pair = pairs[curve]
    sign(built, keys=[pair.private], certificate_chain=authority.chain_file(load_private_key(pair.private)))
    assert peer.accepts("certificate", built, "--certificate_chain", authority.root_file)
    assert verify(built, keys=[pair.public]).ok
    other = Authority(built.parent)
    assert not peer.accepts("certificate", built, "--certificate_chain", other.root_file)
    _change_file(built, "data/a.txt")
    assert not peer.accepts("certificate", built, "--certificate_chain", authority.root_file)
    assert not verify(built, keys=[pair.public], oms=True).ok


@pytest.mark.parametrize("curve", CURVES)
def test_we_accept_keys_of_the_peer(curve: str, pairs: dict[str, KeyPair], model: Path, peer: Peer) -> None:
    pair = pairs[curve]
    peer.sign("key", model, "--private_key", pair.private)
    result = verify(model, keys=[pair.public], oms=True)
    assert result.ok
    assert result.file_count == len(MODEL)


def test_both_refuse_tampered_twins_of_theirs(key: KeyPair, model: Path, peer: Peer, tmp_path: Path) -> None:
    peer.sign("key", model, "--private_key", key.private)
    for twin in twins(model, "d0/w.bin", tmp_path / "twins"):
        assert not peer.accepts("key", twin, "--public_key", key.public), twin
        assert not verify(twin, keys=[key.public], oms=True).ok, twin


@pytest.mark.parametrize("curve", CURVES)
def test_we_accept_certificates_of_the_peer(
    curve: str, pairs: dict[str, KeyPair], model: Path, peer: Peer, authority: Authority
) -> None:
    pair = pairs[curve]
    leaf, middle = model.parent / "leaf.pem", model.parent / "middle.pem"
    leaf.write_bytes(authority.issue(load_private_key(pair.private)))
    middle.write_bytes(authority.middle)
    arguments = ("--private_key", pair.private, "--signing_certificate", leaf, "--certificate_chain", middle)
    peer.sign("certificate", model, *arguments)
    assert verify(model, keys=[pair.public], oms=True).ok
    trust = trust_file(model.parent, **rooted(authority))
    assert verify(model, trust=trust, oms=True).ok
    for twin in twins(model, "d0/w.bin", model.parent / "twins"):
        assert not peer.accepts("certificate", twin, "--certificate_chain", authority.root_file), twin
        assert not verify(twin, keys=[pair.public], oms=True).ok, twin
        assert not verify(twin, trust=trust, oms=True).ok, twin


def test_who_signs_our_release_with_the_peer_lists_our_signature_too(signed: Path, key: KeyPair, peer: Peer) -> None:
    peer.sign("key", signed, "--private_key", key.private)
    assert "openmodel.sig" in {entry["name"] for entry in payload_in(signed)["predicate"]["resources"]}
    result = verify(signed, keys=[key.public])
    assert result.ok
    assert "model.sig" not in result.not_covered
    sign(signed, keys=[key.private], force=True)
    assert verify(signed, keys=[key.public]).ok


SHARDS = """
import sys
from model_signing import hashing, signing
model, key, size = sys.argv[1:]
config = hashing.Config().use_shard_serialization(shard_size=int(size)).set_ignored_paths(paths=["model.sig"])
signing.Config().use_elliptic_key_signer(private_key=key).set_hashing_config(config).sign(model, model + "/model.sig")
"""


def test_we_read_shards_of_the_peer(key: KeyPair, model: Path, peer: Peer) -> None:
    (model / "empty").unlink()  # It signs no file without bytes.
    ended = peer.python(SHARDS, model, key.private, "3")
    assert ended.returncode == 0, ended.stderr
    assert payload_in(model)["predicate"]["serialization"]["shard_size"] == 3.0
    assert not peer.accepts("key", model, "--public_key", key.public)  # It cannot read its own: 3.0 is no range.
    assert verify(model, keys=[key.public], oms=True).ok
    _change_file(model, "d0/w.bin")
    (row,) = verify(model, keys=[key.public], oms=True).files
    assert (row.path, row.kind) == ("d0/w.bin", "altered")
    assert row.expected.startswith("part 1: ")
    write_model(model)
    assert [(row.path, row.kind) for row in verify(model, keys=[key.public], oms=True).files] == [("empty", "extra")]


def older(secret: PrivateKey, model: Path) -> None:
    subjects = [{"name": path, "digest": {"sha256": sha256(content)}} for path, content in sorted(MODEL.items())]
    payload = json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": subjects,
            "predicateType": "https://model_signing/Digests/v0.1",
            "predicate": {"unused": "Unused, just passed due to API requirements"},
        }
    ).encode()
    (model / "model.sig").write_text(json.dumps(bundle(secret, payload, older_pae(payload))))


def test_the_peer_reads_what_its_version_0_2_signed_and_we_do_when_asked(
    key: KeyPair, secret: PrivateKey, model: Path, peer: Peer
) -> None:
    older(secret, model)
    assert peer.accepts("key", model, "--public_key", key.public)
    assert verify(model, keys=[key.public], oms=True, older=True).ok
    assert not verify(model, keys=[key.public], oms=True).ok


def _ignoring(*paths: str) -> bytes:
    return json.dumps(statement([], ignore_paths=[*paths])).encode()


def _twice() -> bytes:
    entries = resources()
    return json.dumps(statement([entries[0] | {"digest": "0" * 64}, *entries])).encode()


def _duplicate_key() -> bytes:
    return json.dumps(statement()).encode().replace(b'{"_type"', b'{"_type": "another", "_type"', 1)


def _listed_and_extra_member() -> bytes:
    value = statement()
    value["predicate"]["note"] = "more"
    return json.dumps(value).encode()


HOLES = {
    "nothing listed, everything left out": _ignoring("."),
    "a name twice": _twice(),
    "a member twice": _duplicate_key(),
    "an unknown member of the predicate": _listed_and_extra_member(),
}


@pytest.mark.parametrize("hole", HOLES)
def test_what_the_peer_accepts_and_we_do_not(
    hole: str, key: KeyPair, secret: PrivateKey, model: Path, peer: Peer
) -> None:
    sign_payload(model, secret, HOLES[hole])
    assert peer.accepts("key", model, "--public_key", key.public)
    result = verify(model, keys=[key.public], oms=True)
    assert not result.ok
    assert [step.number for step in result.steps if step.ok is False] == [14]


def test_the_peer_signs_nothing_behind_a_link_to_a_directory_and_we_look_into_it(
    key: KeyPair, model: Path, peer: Peer
) -> None:
    (model / "linked").symlink_to("d0")
    peer.sign("key", model, "--private_key", key.private, "--allow_symlinks")
    assert peer.accepts("key", model, "--public_key", key.public, "--allow_symlinks")
    result = verify(model, keys=[key.public], oms=True)
    assert [(row.path, row.kind) for row in result.files] == [("linked/w.bin", "extra")]


def test_a_second_signature_is_ignored_by_the_peer_and_refused_here(
    key: KeyPair, secret: PrivateKey, model: Path, peer: Peer
) -> None:
    value = bundle(secret, json.dumps(statement()).encode())
    value["dsseEnvelope"]["signatures"].append({"sig": "AAAA", "keyid": ""})
    (model / "model.sig").write_text(json.dumps(value))
    assert peer.accepts("key", model, "--public_key", key.public)
    assert [step.number for step in verify(model, keys=[key.public], oms=True).steps if step.ok is False] == [12]
