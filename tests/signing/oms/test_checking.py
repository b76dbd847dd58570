# SPDX-License-Identifier: Apache-2.0
"""`verify`: `model.sig` beside `openmodel.sig`, and alone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from openmodel.rendering.verification import verification_json, verification_text
from openmodel.signing import KeyPair, PrivateKey, Verification, load_private_key, sign, verify
from openmodel.signing.steps import Run
from tests.signing.oms.model_files import (
    MODEL,
    Json,
    bundle,
    payload_in,
    resources,
    root_of,
    sha256,
    sign_payload,
    statement,
)
from tests.signing.small_release import DECLARATION, RECORD, build

Change = Callable[[list[Json]], object]


@pytest.fixture
def both(built: Path, key: KeyPair) -> Path:
    """A release with both signatures."""
    sign(built, keys=[key.private])
    return built


def failed(result: Verification) -> list[int]:
    assert not result.ok
    return [step.number for step in result.steps if step.ok is False]


def rows(result: Verification) -> list[tuple[str, str, str]]:
    return [(row.path, row.kind, row.found) for row in result.files]


def relist(root: Path, secret: PrivateKey, change: Change) -> None:
    """Signs another list with a valid signature."""
    value = payload_in(root)
    entries = value["predicate"]["resources"]
    change(entries)
    value["subject"][0]["digest"]["sha256"] = root_of(entries)
    sign_payload(root, secret, value)


def test_both_signatures_are_checked(both: Path, key: KeyPair) -> None:
    result = verify(both, keys=[key.public])
    assert (result.ok, result.by, result.unprotected) == (True, "openmodel.sig", ())
    assert [(step.number, step.ok) for step in result.steps] == [(number, True) for number in range(1, 16)]
    assert result.steps[14].detail == "8 files"
    assert result.not_covered == (".gitattributes",)
    assert [signer.line for signer in result.signers] == [1]


def test_nothing_is_read_twice(both: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    opening = os.open

    def counting(path: str, *arguments: int, **more: int) -> int:
        opened.append(os.path.relpath(path, both))
        return opening(path, *arguments, **more)

    monkeypatch.setattr(os, "open", counting)
    verify(both, keys=[key.public])
    walked = {name: opened.count(name) for name in ("config.json", "data/a.txt", "README.md", "openmodel.tensors.json")}
    assert all(walked.values())
    (both / "model.sig").unlink()
    opened.clear()
    verify(both, keys=[key.public])
    assert {name: opened.count(name) for name in walked} == walked


def test_a_release_without_it_verifies(both: Path, key: KeyPair) -> None:
    (both / "model.sig").unlink()
    result = verify(both, keys=[key.public])
    assert result.ok
    assert len(result.steps) == 11


def test_a_changed_file_fails_one_step(both: Path, key: KeyPair) -> None:
    (both / "config.json").write_bytes(b"[]")
    assert failed(verify(both, keys=[key.public])) == [11]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda entries: entries[-1].update(digest="0" * 64), "openmodel.tensors.json has another SHA-256 in it"),
        (lambda entries: entries.pop(0), "README.md is not in it"),
        (lambda entries: entries[1].update(name="zz"), "config.json is zz in it"),
        (
            lambda entries: entries.append({"name": "zz", "algorithm": "sha256", "digest": "0" * 64}),
            "zz is no file of this release",
        ),
        (lambda entries: entries.__delitem__(slice(1, None)), "and 2 more"),
    ],
)
def test_every_file_that_differs_is_named(
    change: Change, said: str, both: Path, key: KeyPair, secret: PrivateKey
) -> None:
    relist(both, secret, change)
    result = verify(both, keys=[key.public])
    assert failed(result) == [15]
    assert said in result.steps[14].detail
    assert result.not_covered == (".gitattributes",)
    assert "model.sig is not" in verification_text(result, 80).replace("\n", " ").replace("  ", " ")


def test_equal_files_are_not_guessed_to_be_one_renamed(built: Path, key: KeyPair, secret: PrivateKey) -> None:
    (built / "data" / "c.txt").write_bytes((built / "data" / "a.txt").read_bytes())
    build(built)
    sign(built, keys=[key.private])

    def change(entries: list[Json]) -> None:
        entries[:] = [entry for entry in entries if entry["name"] != "data/c.txt"]
        next(entry for entry in entries if entry["name"] == "data/a.txt")["name"] = "zz"

    relist(built, secret, change)
    detail = verify(built, keys=[key.public]).steps[14].detail
    assert detail.startswith("zz is no file of this release; data/a.txt is not in it; data/c.txt is not in it.")


def test_the_older_of_two_is_told(both: Path, key: KeyPair) -> None:
    """A whole release whose `model.sig` alone was left from the one before."""
    old = (both / "model.sig").read_bytes()
    build(both, lambda document: document["release"].update(sequence=4))
    sign(both, keys=[key.private], force=True)
    assert verify(both, keys=[key.public]).ok
    (both / "model.sig").write_bytes(old)
    result = verify(both, keys=[key.public])
    assert failed(result) == [15]
    assert "openmodel.json has another SHA-256 in it. `sign` was interrupted" in result.steps[14].detail


def test_what_may_be_left_out_of_a_copy_may_be(both: Path, key: KeyPair) -> None:
    (both / RECORD).unlink()
    assert verify(both, keys=[key.public]).ok
    result = verify(both, keys=[key.public], oms=True)
    assert rows(result) == [(RECORD, "missing", "")]


def test_a_declaration_that_is_there_has_to_be_listed(both: Path, key: KeyPair, secret: PrivateKey) -> None:
    (both / "openmodel.yaml").write_bytes(DECLARATION)
    result = verify(both, keys=[key.public])
    assert failed(result) == [15]
    assert "openmodel.yaml is not in it" in result.steps[14].detail
    entry = {"name": "openmodel.yaml", "algorithm": "sha256", "digest": sha256(DECLARATION)}
    relist(both, secret, lambda entries: entries.append(entry))
    assert verify(both, keys=[key.public]).ok


@pytest.mark.parametrize("path", [".gitattributes", ".cache/huggingface/x"])
def test_what_others_list_of_git_and_caches_is_read(path: str, both: Path, key: KeyPair, secret: PrivateKey) -> None:
    (both / path).parent.mkdir(parents=True, exist_ok=True)
    (both / path).write_bytes(b"there")

    def change(entries: list[Json]) -> None:
        entries.append({"name": path, "algorithm": "sha256", "digest": sha256(b"there")})

    value = payload_in(both)
    value["predicate"]["serialization"]["ignore_paths"] = ["model.sig"]
    sign_payload(both, secret, value)
    relist(both, secret, change)
    assert verify(both, keys=[key.public]).ok
    assert verify(both, keys=[key.public], oms=True).ok
    (both / path).write_bytes(b"other")
    assert failed(verify(both, keys=[key.public])) == [15]
    assert failed(verify(both, keys=[key.public], oms=True)) == [16]
    (both / path).unlink()
    assert failed(verify(both, keys=[key.public])) == [15]


def test_by_another_key_it_is_not_looked_into(both: Path, key: KeyPair, other_key: KeyPair) -> None:
    (both / "model.sig").write_text(json.dumps(bundle(load_private_key(other_key.private), b"anything")))
    result = verify(both, keys=[key.public])
    assert result.ok
    assert result.not_covered == (".gitattributes", "model.sig")
    assert [(step.number, step.ok) for step in result.steps[11:]] == [(12, True), (13, None)]
    assert other_key.key_id in result.steps[12].detail
    assert "NOT covered by the signature: .gitattributes, model.sig" in verification_text(result, 100)
    result = verify(both, keys=[key.public, other_key.public])
    assert failed(result) == [14]


def test_a_false_signature_of_a_given_key_fails(both: Path, key: KeyPair) -> None:
    value = json.loads((both / "model.sig").read_text())
    value["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    (both / "model.sig").write_text(json.dumps(value))
    assert failed(verify(both, keys=[key.public])) == [13]


def test_a_key_that_cannot_sign_it_does_not(both: Path, tmp_path: Path, key: KeyPair) -> None:
    from openmodel.signing import new_key  # noqa: PLC0415

    pair = new_key(tmp_path / "ed25519", type="ed25519")
    (both / "model.sig").write_text(json.dumps(bundle(load_private_key(pair.private), b"{}")))
    result = verify(both, keys=[key.public, pair.public])
    assert failed(result) == [13]
    assert "cannot sign model.sig" in result.steps[12].detail


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff"])
def test_what_cannot_be_read_fails(content: bytes, both: Path, key: KeyPair) -> None:
    (both / "model.sig").write_bytes(content)
    result = verify(both, keys=[key.public])
    assert failed(result) == [12]
    assert "model.sig" in result.not_covered


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/hostname")])
def test_what_is_no_file_fails(make: Callable[[Path], object], both: Path, key: KeyPair) -> None:
    (both / "model.sig").unlink()
    make(both / "model.sig")
    assert 12 in failed(verify(both, keys=[key.public]))
    assert 12 in failed(verify(both, keys=[key.public], oms=True))


def test_parts_of_files_are_compared_alone_only(both: Path, key: KeyPair, secret: PrivateKey) -> None:
    entries = [entry | {"name": f"{entry['name']}:shard-0"} for entry in payload_in(both)["predicate"]["resources"]]
    value = statement(entries, method=f"file-shard-{2**20}", ignore_paths=["model.sig", ".gitattributes"])
    sign_payload(both, secret, value)
    result = verify(both, keys=[key.public])
    assert result.ok
    assert result.steps[14].ok is None
    assert result.not_covered == (".gitattributes", "model.sig")
    assert verify(both, keys=[key.public], oms=True).ok


@pytest.mark.parametrize("missing", [12, 13, 14, 16])
def test_a_step_that_was_left_out_never_verifies(tmp_path: Path, missing: int) -> None:
    run = Run(tmp_path, required={12, 13, 14, 16})
    for number in {12, 13, 14, 16} - {missing}:
        run.note(number, ok=True, detail="")
    assert run.outcome() == "failed"
    assert Run(tmp_path, required=set()).outcome() == "failed"


def test_a_release_with_a_manifest_and_only_model_sig_does_not_verify(both: Path, key: KeyPair) -> None:
    (both / "openmodel.sig").unlink()
    result = verify(both, keys=[key.public])
    assert result.outcome == "unsigned"
    assert [step.number for step in result.steps if step.ok] == [12, 13, 14]
    assert "`sign` was interrupted" in result.steps[14].detail
    alone = verify(both, keys=[key.public], oms=True)
    assert alone.ok
    text = verification_text(alone, 200)
    assert "Verified by model.sig alone" in text
    assert "NOT said by model.sig: which release this is" in text
    assert json.loads(verification_json(alone))["by"] == "model.sig"


def test_model_sig_alone_covers_no_other_signature(both: Path, key: KeyPair) -> None:
    assert verify(both, keys=[key.public], oms=True).not_covered == (".gitattributes", "openmodel.sig")
    (both / "openmodel.sig").write_text("anything")
    assert verify(both, keys=[key.public], oms=True).ok


def signed_model(model: Path, secret: PrivateKey) -> Path:
    sign_payload(model, secret, statement())
    return model


def test_every_file_that_is_wrong_is_named(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    signed_model(model, secret)
    (model / "a.txt").write_bytes(b"alphA")
    (model / "d0" / "w.bin").rename(model / "w.bin")
    (model / "d0.txt").unlink()
    (model / "__init__.py").touch()
    (model / "nested").mkdir()
    (model / "nested" / "x.py").write_bytes(b"new")
    result = verify(model, keys=[key.public], oms=True)
    assert failed(result) == [16]
    assert rows(result) == [
        ("__init__.py", "extra", ""),
        ("a.txt", "altered", sha256(b"alphA")),
        ("d0.txt", "missing", ""),
        ("d0/w.bin", "renamed", "w.bin"),
        ("nested/x.py", "extra", ""),
    ]
    assert "✗ renamed d0/w.bin" in verification_text(result, 80)


def test_swapped_names_are_two_changed_files(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    signed_model(model, secret)
    (model / "a.txt").rename(model / "x")
    (model / "d0.txt").rename(model / "a.txt")
    (model / "x").rename(model / "d0.txt")
    kinds = [(row.path, row.kind) for row in verify(model, keys=[key.public], oms=True).files]
    assert kinds == [("a.txt", "altered"), ("d0.txt", "altered")]


def test_equal_files_are_not_guessed_to_be_renamed(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    files = {"a": b"same", "b": b"same", "c": b"other"}
    shutil.rmtree(model)
    model.mkdir()
    for path, content in files.items():
        (model / path).write_bytes(content)
    sign_payload(model, secret, statement(resources(files)))
    (model / "a").rename(model / "y")
    (model / "b").rename(model / "z")
    kinds = {(row.path, row.kind) for row in verify(model, keys=[key.public], oms=True).files}
    assert kinds == {("a", "missing"), ("b", "missing"), ("y", "extra"), ("z", "extra")}


def test_links_and_pipes_are_told(model: Path, key: KeyPair, secret: PrivateKey, tmp_path: Path) -> None:
    signed_model(model, secret)
    (tmp_path / "outside").write_bytes(MODEL["a.txt"])
    (model / "a.txt").unlink()
    (model / "a.txt").symlink_to(tmp_path / "outside")
    os.mkfifo(model / "pipe")
    (model / "linked").symlink_to("d0")
    kinds = {(row.path, row.kind) for row in verify(model, keys=[key.public], oms=True).files}
    assert kinds == {("a.txt", "refused"), ("pipe", "refused")}
    (model / "pipe").unlink()
    (model / "a.txt").unlink()
    (model / "a.txt").write_bytes(MODEL["a.txt"])
    kinds = {(row.path, row.kind) for row in verify(model, keys=[key.public], oms=True).files}
    assert kinds == {("linked/w.bin", "extra")}


def test_a_model_in_the_cache_of_the_hub_verifies(
    model: Path, key: KeyPair, secret: PrivateKey, tmp_path: Path
) -> None:
    signed_model(model, secret)
    snapshot, blobs = tmp_path / "models--lab--toy" / "snapshots" / "0123", tmp_path / "models--lab--toy" / "blobs"
    blobs.mkdir(parents=True)
    for number, file in enumerate(sorted(path for path in model.rglob("*") if path.is_file())):
        shutil.copy(file, blobs / str(number))
        link = snapshot / file.relative_to(model)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blobs / str(number), link.parent))
    assert verify(snapshot, keys=[key.public], oms=True).ok


def test_what_belongs_to_git_is_not_covered_and_named(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    signed_model(model, secret)
    (model / ".gitevil").mkdir()
    (model / ".cache" / "huggingface").mkdir(parents=True)
    result = verify(model, keys=[key.public], oms=True)
    assert result.ok
    assert result.not_covered == (".cache/huggingface", ".gitevil")
    (model / ".cache" / "other").touch()
    assert rows(verify(model, keys=[key.public], oms=True)) == [(".cache/other", "extra", "")]


def test_a_file_that_changes_while_it_is_read_is_told(
    model: Path, key: KeyPair, secret: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openmodel.signing.oms import alone  # noqa: PLC0415

    signed_model(model, secret)
    parts = alone._parts

    def growing(location: Path, *arguments: object) -> tuple[str, ...]:
        if location.name == "a.txt":
            with location.open("ab") as stream:
                stream.write(b"!")
        return parts(location, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("openmodel.signing.oms.alone._parts", growing)
    result = verify(model, keys=[key.public], oms=True)
    assert [(row.path, row.kind) for row in result.files] == [("a.txt", "refused")]
