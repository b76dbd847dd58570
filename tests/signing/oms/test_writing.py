# SPDX-License-Identifier: Apache-2.0
"""`sign` and `model.sig`: what is written, what stays, what is replaced, and when it is left out."""

from __future__ import annotations

import base64
import json
import os
import shutil
from pathlib import Path

import pytest
from cryptography import x509

import openmodel
from openmodel.errors import KeyFileError, OverwriteError
from openmodel.signing import KeyPair, PrivateKey, load_private_key, new_key, sign, verify
from openmodel.signing.oms import writing
from openmodel.signing.signatures import SignedRelease
from tests.signing.oms.model_files import Authority, bundle, payload_in, resources, sign_payload, statement
from tests.signing.small_release import FILES, RECORD, build, digest

IGNORED = [".cache/huggingface", ".git", ".gitattributes", ".github", ".gitignore", ".gitmodules"]
LISTED = [*FILES, "README.md", "openmodel.json", "openmodel.tensors.json", RECORD]


@pytest.fixture(scope="session")
def ed25519(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("ed25519") / "key", type="ed25519")


def model_sig(root: Path) -> bytes:
    return (root / "model.sig").read_bytes()


def note(signed: SignedRelease) -> str:
    """The one about `model.sig`."""
    (found,) = [text for text in signed.notes if "model.sig" in text]
    return found


def test_what_is_written_is_what_the_specification_says_and_nothing_else(built: Path, key: KeyPair) -> None:
    signed = sign(built, keys=[key.private])
    assert signed.model_sig == "written"
    value = json.loads(model_sig(built))
    assert value["verificationMaterial"] == {"publicKey": {"hint": key.key_id}}
    assert set(value["dsseEnvelope"]) == {"payload", "payloadType", "signatures"}
    payload = payload_in(built)
    assert payload["subject"] == [
        {"name": built.name, "digest": {"sha256": _root(payload["predicate"]["resources"])}},
    ]
    assert payload["predicate"] == {
        "serialization": {
            "method": "files",
            "hash_type": "sha256",
            "allow_symlinks": False,
            "ignore_paths": [*IGNORED, "model.sig", "openmodel.sig"],
        },
        "resources": [
            {"name": path, "algorithm": "sha256", "digest": digest((built / path).read_bytes())}
            for path in sorted(LISTED)
        ],
    }


def _root(entries: list[dict[str, str]]) -> str:
    return digest(b"".join(bytes.fromhex(entry["digest"]) for entry in entries))


def test_the_declaration_is_listed_where_it_is_there(declared: Path, key: KeyPair) -> None:
    openmodel.card(declared)
    sign(declared, keys=[key.private])
    names = {entry["name"] for entry in payload_in(declared)["predicate"]["resources"]}
    assert names == {*FILES, "openmodel.yaml", "openmodel.json", "README.md"}


def test_the_payload_is_the_same_every_time(built: Path, key: KeyPair, other_key: KeyPair, tmp_path: Path) -> None:
    copy = shutil.copytree(built, tmp_path / "elsewhere" / built.name)
    sign(built, keys=[key.private])
    sign(copy, keys=[other_key.private])
    payloads = [json.loads(model_sig(root))["dsseEnvelope"]["payload"] for root in (built, copy)]
    assert payloads[0] == payloads[1]
    assert b" " not in base64.b64decode(payloads[0])


def test_no_file_is_opened_for_it(built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    signing = writing._sign

    def guarded(*arguments: object) -> bytes:
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
            return signing(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("openmodel.signing.oms.writing._sign", guarded)
    sign(built, keys=[key.private])
    assert verify(built, keys=[key.public], oms=True).ok


def test_what_has_git_in_front_is_left_out(built: Path, key: KeyPair) -> None:
    (built / ".gitlab-ci.yml").touch()
    build(built)
    sign(built, keys=[key.private])
    ignored = payload_in(built)["predicate"]["serialization"]["ignore_paths"]
    assert ignored == sorted([*IGNORED, ".gitlab-ci.yml", "model.sig", "openmodel.sig"])
    assert verify(built, keys=[key.public], oms=True).ok


def test_a_directory_whose_name_is_no_text(built: Path, key: KeyPair) -> None:
    root = built.rename(built.with_name(os.fsdecode(b"\xff")))
    assert sign(root, keys=[key.private]).model_sig == "written"
    assert payload_in(root)["subject"][0]["name"] == "\\udcff"
    assert verify(root, keys=[key.public]).ok


def test_a_name_that_cannot_be_left_out_keeps_it_from_being_written(built: Path, key: KeyPair) -> None:
    (built / ".git*").touch()
    build(built)
    signed = sign(built, keys=[key.private])
    assert signed.model_sig == "absent"
    assert "not written" in note(signed)
    assert ".git*" in note(signed)
    assert verify(built, keys=[key.public]).ok


def test_the_first_key_that_can_signs(built: Path, key: KeyPair, other_key: KeyPair, ed25519: KeyPair) -> None:
    signed = sign(built, keys=[ed25519.private, other_key.private, key.private])
    assert signed.model_sig == "written"
    assert any("Ed25519 cannot sign model.sig" in text for text in signed.notes)
    assert json.loads(model_sig(built))["verificationMaterial"]["publicKey"]["hint"] == other_key.key_id
    for pair, covered in ((other_key, True), (key, False), (ed25519, False)):
        result = verify(built, keys=[pair.public])
        assert result.ok
        assert ("model.sig" in result.not_covered) is not covered


def test_without_a_key_that_can_it_is_said(built: Path, ed25519: KeyPair) -> None:
    signed = sign(built, keys=[ed25519.private])
    assert signed.model_sig == "absent"
    assert note(signed).startswith("model.sig was not written: OpenSSF Model Signing takes ECDSA keys only")
    assert not (built / "model.sig").exists()
    assert verify(built, keys=[ed25519.public]).ok


def test_signing_again_changes_nothing(built: Path, key: KeyPair) -> None:
    sign(built, keys=[key.private])
    before = model_sig(built)
    for force in (False, True):
        assert sign(built, keys=[key.private], force=force).model_sig == "kept"
        assert model_sig(built) == before


def test_a_second_signer_leaves_it_unless_forced(built: Path, key: KeyPair, other_key: KeyPair, tmp_path: Path) -> None:
    sign(built, keys=[key.private])
    before = model_sig(built)
    copy = shutil.copytree(built, tmp_path / "another name")  # The name of the directory is only informative.
    second = sign(copy, keys=[other_key.private])
    assert (second.added, second.model_sig) == ((other_key.key_id,), "kept")
    assert "another key" in note(second)
    assert model_sig(copy) == before
    assert verify(copy, keys=[key.public]).ok
    assert sign(copy, keys=[other_key.private], force=True).model_sig == "written"
    assert verify(copy, keys=[other_key.public], oms=True).ok


def test_a_second_signer_may_have_a_copy_without_what_may_be_left_out(
    built: Path, key: KeyPair, other_key: KeyPair
) -> None:
    sign(built, keys=[key.private])
    (built / RECORD).unlink()
    assert sign(built, keys=[other_key.private]).model_sig == "kept"
    assert verify(built, keys=[other_key.public]).ok
    assert verify(built, keys=[key.public]).ok


def test_one_about_other_bytes_is_replaced_only_by_force(built: Path, key: KeyPair, other_key: KeyPair) -> None:
    sign(built, keys=[key.private])
    before = model_sig(built)
    (built / "config.json").write_bytes(b"[]")
    build(built)
    (built / "openmodel.sig").unlink()
    with pytest.raises(OverwriteError, match=r"model\.sig.*--force"):
        sign(built, keys=[other_key.private])
    assert model_sig(built) == before
    assert not (built / "openmodel.sig").exists()
    assert sign(built, keys=[other_key.private], force=True).model_sig == "written"
    assert verify(built, keys=[other_key.public]).ok


def test_without_a_key_that_can_force_takes_an_old_one_away(built: Path, key: KeyPair, ed25519: KeyPair) -> None:
    sign(built, keys=[key.private])
    kept = sign(built, keys=[ed25519.private])
    assert kept.model_sig == "kept"
    assert "was not checked" in note(kept)
    (built / "config.json").write_bytes(b"[]")
    build(built)
    before = model_sig(built)
    with pytest.raises(OverwriteError):
        sign(built, keys=[ed25519.private])
    assert model_sig(built) == before
    removed = sign(built, keys=[ed25519.private], force=True)
    assert removed.model_sig == "removed"
    assert "removed, because it was about other bytes" in note(removed)
    assert not (built / "model.sig").exists()
    assert verify(built, keys=[ed25519.public]).ok


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 100])
def test_what_is_no_signature_is_replaced_only_by_force(content: bytes, built: Path, key: KeyPair) -> None:
    (built / "model.sig").write_bytes(content)
    with pytest.raises(OverwriteError):
        sign(built, keys=[key.private])
    assert model_sig(built) == content
    assert sign(built, keys=[key.private], force=True).model_sig == "written"


def test_a_false_signature_of_the_same_key_does_not_stay(built: Path, key: KeyPair) -> None:
    sign(built, keys=[key.private])
    value = json.loads(model_sig(built))
    value["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    (built / "model.sig").write_text(json.dumps(value))
    assert sign(built, keys=[key.private]).model_sig == "written"
    assert verify(built, keys=[key.public]).ok


def test_a_file_that_changes_meanwhile_is_left(
    built: Path, key: KeyPair, secret: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing = writing._sign

    def slow(*arguments: object) -> bytes:
        sign_payload(built, secret, statement())
        return signing(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("openmodel.signing.oms.writing._sign", slow)
    with pytest.raises(OverwriteError, match="meanwhile"):
        sign(built, keys=[key.private])
    assert payload_in(built) == statement()
    assert not (built / "openmodel.sig").exists()


@pytest.mark.parametrize("before", ["nothing", "an older release"])
def test_a_kill_between_the_two_files_is_noticed(
    before: str, built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    if before != "nothing":
        sign(built, keys=[key.private])
        (built / "config.json").write_bytes(b"[]")
        build(built)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("openmodel.signing.signatures._replace", killed)
        with pytest.raises(KeyboardInterrupt):
            sign(built, keys=[key.private], force=True)
    result = verify(built, keys=[key.public])
    assert not result.ok
    assert result.outcome == ("unsigned" if before == "nothing" else "failed")
    assert "`sign` was interrupted" in result.steps[14].detail
    assert verify(built, keys=[key.public], oms=True).ok
    sign(built, keys=[key.private], force=True)
    assert verify(built, keys=[key.public]).ok


def test_more_than_is_read_is_not_written(built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openmodel.signing.oms.writing.MAX_BYTES", 1000)
    signed = sign(built, keys=[key.private])
    assert signed.model_sig == "absent"
    assert "no more than 1,000 are read" in note(signed)


def snapshot_of(root: Path, cache: Path) -> Path:
    """The files of a release as the hub client keeps them: links into a directory of blobs."""
    snapshot, blobs = cache / "models--lab--toy" / "snapshots" / "0123", cache / "models--lab--toy" / "blobs"
    blobs.mkdir(parents=True)
    for number, file in enumerate(sorted(path for path in root.rglob("*") if path.is_file())):
        shutil.copy(file, blobs / str(number))
        link = snapshot / file.relative_to(root)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blobs / str(number), link.parent))
    return snapshot


def test_links_of_the_hub_cache_are_signed_as_files_and_that_is_said(built: Path, key: KeyPair, tmp_path: Path) -> None:
    snapshot = snapshot_of(built, tmp_path)
    signed = sign(snapshot, keys=[key.private])
    assert "4 files are symbolic links: to check model.sig, `model_signing verify` needs --allow_symlinks here" in note(
        signed
    )
    assert payload_in(snapshot)["predicate"]["serialization"]["allow_symlinks"] is False
    assert verify(snapshot, keys=[key.public], oms=True).ok
    copy = shutil.copytree(snapshot, tmp_path / "copy")
    assert verify(copy, keys=[key.public]).ok


def test_a_link_to_a_directory_keeps_it_from_being_written(built: Path, key: KeyPair) -> None:
    (built / "linked").symlink_to("data")
    build(built)
    signed = sign(built, keys=[key.private])
    assert signed.model_sig == "absent"
    assert "linked is a symbolic link to a directory" in note(signed)


def test_a_certificate_takes_the_place_of_the_key(built: Path, pairs: dict[str, KeyPair], authority: Authority) -> None:
    for pair in pairs.values():
        file = authority.chain_file(load_private_key(pair.private))
        assert sign(built, keys=[pair.private], certificate_chain=file, force=True).model_sig == "written"
        chain = json.loads(model_sig(built))["verificationMaterial"]["x509CertificateChain"]["certificates"]
        certificates = [x509.load_der_x509_certificate(base64.b64decode(one["rawBytes"])) for one in chain]
        assert certificates == x509.load_pem_x509_certificates(file.read_bytes())
        assert verify(built, keys=[pair.public]).ok
        assert verify(built, keys=[pair.public], oms=True).ok
        assert sign(built, keys=[pair.private], certificate_chain=file).model_sig == "kept"
        other = sign(built, keys=[pair.private])
        assert other.model_sig == "kept"
        assert "a certificate" in note(other)


def test_the_certificate_has_to_be_of_a_key_that_signs(
    built: Path, key: KeyPair, other_key: KeyPair, authority: Authority
) -> None:
    file = authority.chain_file(load_private_key(other_key.private))
    with pytest.raises(KeyFileError, match="certificate of the key"):
        sign(built, keys=[key.private], certificate_chain=file)
    assert not (built / "model.sig").exists()
    assert sign(built, keys=[key.private, other_key.private], certificate_chain=file).model_sig == "written"
    result = verify(built, keys=[key.public])
    assert result.ok
    assert "model.sig" in result.not_covered
    assert verify(built, keys=[other_key.public], oms=True).signers[0].key_id == other_key.key_id


def test_chains_that_verifiers_would_refuse_are_refused(
    built: Path, secret: PrivateKey, authority: Authority, tmp_path: Path
) -> None:
    leaf = authority.issue(secret)
    ed25519 = openmodel.new_key(tmp_path / "ed25519", type="ed25519")
    contents = {
        "no regular file": None,
        "no certificate": b"",
        "no certificate in": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "no certificate in PEM": ed25519.public.read_bytes(),
        "certificate 1 not issued by certificate 2": leaf + authority.root,
        "certificate 2 not issued by certificate 3": leaf + authority.middle + leaf,
        "certificate 1, valid from": authority.issue(secret, days=(-20, -10)) + authority.middle,
        "valid from": authority.issue(secret, days=(10, 20)) + authority.middle,
        "that verifiers refuse": authority.issue(secret, signs=False) + authority.middle,
    }
    for number, (found, content) in enumerate(contents.items()):
        file = tmp_path / str(number)
        if content is None:
            file.mkdir()
        else:
            file.write_bytes(content)
        with pytest.raises(KeyFileError) as caught:
            sign(built, keys=[secret.public.file], certificate_chain=file)
        assert found in caught.value.problems[0].got or file.is_dir()
    many = tmp_path / "many"
    many.write_bytes((leaf + authority.middle) * 40)
    with pytest.raises(KeyFileError):
        sign(built, keys=[secret.public.file], certificate_chain=many)
    assert not (built / "model.sig").exists()


def test_a_certificate_that_cannot_be_read_is_of_nobody(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    value = bundle(secret, json.dumps(statement(resources())).encode())
    for material in (
        {"certificate": {"rawBytes": "AAAA"}},
        {"x509CertificateChain": {"certificates": [{"rawBytes": "AAAA"}]}},
    ):
        value["verificationMaterial"] = material
        (model / "model.sig").write_text(json.dumps(value))
        result = verify(model, keys=[key.public], oms=True)
        assert not result.ok
        assert "certificate cannot be read" in result.steps[1].detail


def test_one_link_is_named(built: Path, key: KeyPair, tmp_path: Path) -> None:
    snapshot = snapshot_of(built, tmp_path)
    for path in [path for path in snapshot.rglob("*") if path.is_symlink() and path.name != "config.json"]:
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert "config.json is a symbolic link: " in note(sign(snapshot, keys=[key.private]))
