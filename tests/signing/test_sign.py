# SPDX-License-Identifier: Apache-2.0
"""`sign`: what it writes, what it keeps, and what it refuses to sign."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from openmodel.building import build as build_for_real
from openmodel.errors import (
    DocumentError,
    InventoryError,
    KeyFileError,
    OpenModelError,
    OverwriteError,
    StageError,
    UsageError,
)
from openmodel.inventory.pool import Progress
from openmodel.signing import KeyPair, load_private_key, sign, signature_file, signatures, verify
from openmodel.signing.agreement import Agreement, agree
from openmodel.signing.readiness import ReadyRelease, ready_release
from openmodel.signing.signature_file import read_lines
from openmodel.signing.statement import ReleaseStatement
from tests.signing.small_release import (
    Json,
    build,
    bundle_for,
    digest,
    payload_of,
    reroot,
    statement_for,
    write_lines,
)

OTHER = b'{"predicateType":"https://slsa.dev/provenance/v1"}'


def payloads(root: Path) -> list[bytes]:
    lines = read_lines((root / "openmodel.sig").read_bytes())
    return [line.bundle.payload for line in lines if line.bundle]


def test_a_signature_holds_exactly_the_statement(built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1738324800")
    signed = sign(built, keys=[key.private])
    assert signed.added == (key.key_id,)
    assert signed.kept == ()
    assert signed.file == built / "openmodel.sig"
    assert payloads(built) == [payload_of(statement_for(built))]
    assert verify(built, keys=[key.public]).ok


def test_version_and_sequence_and_readme_are_optional(built: Path, key: KeyPair) -> None:
    (built / "README.md").unlink()
    build(built, lambda document: [document["release"].pop(name) for name in ("version", "sequence")])
    signed = sign(built, keys=[key.private])
    statement = json.loads(payloads(built)[0])
    assert [subject["name"] for subject in statement["subject"]] == ["openmodel.json", "."]
    assert sorted(statement["predicate"]) == ["issued", "name"]
    assert (signed.statement.version, signed.statement.sequence, signed.statement.readme_sha256) == (None,) * 3
    assert verify(built, keys=[key.public]).ok


def test_two_signers_sign_the_same_bytes(built: Path, key: KeyPair, other_key: KeyPair) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    sign(built, keys=[key.private], expires=until)
    first = (built / "openmodel.sig").read_bytes()
    second = sign(built, keys=[other_key.private], expires=until)
    assert second.statement.expires == until.replace(microsecond=0)
    assert (built / "openmodel.sig").read_bytes().startswith(first)
    assert len(set(payloads(built))) == 1
    for keys in ([key], [other_key], [key, other_key]):
        assert verify(built, keys=[pair.public for pair in keys]).ok


def test_the_same_key_again_changes_nothing(signed: Path, key: KeyPair) -> None:
    before = (signed / "openmodel.sig").read_bytes()
    again = sign(signed, keys=[key.private, key.private])
    assert (again.added, again.kept) == ((), (key.key_id,))
    assert (signed / "openmodel.sig").read_bytes() == before


def test_a_false_line_of_a_key_does_not_keep_it_from_signing(signed: Path, key: KeyPair) -> None:
    line = json.loads((signed / "openmodel.sig").read_bytes())
    line["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    write_lines(signed, line)
    assert sign(signed, keys=[key.private]).added == (key.key_id,)
    assert verify(signed, keys=[key.public]).ok


def test_a_line_that_names_no_key_is_nobodys(signed: Path, key: KeyPair) -> None:
    line = json.loads((signed / "openmodel.sig").read_bytes())
    line["verificationMaterial"]["publicKey"] = {}
    line["dsseEnvelope"]["signatures"][0].pop("keyid")
    write_lines(signed, line)
    assert sign(signed, keys=[key.private]).added == (key.key_id,)
    assert verify(signed, keys=[key.public]).ok


def test_statements_of_other_kinds_stay(built: Path, key: KeyPair) -> None:
    secret = load_private_key(key.private)
    other = [bundle_for(secret, OTHER), bundle_for(secret, b"\xff", "application/octet-stream")]
    write_lines(built, *other)
    sign(built, keys=[key.private])
    (built / "README.md").write_text("another")
    with pytest.raises(OverwriteError):
        sign(built, keys=[key.private])
    sign(built, keys=[key.private], force=True)
    lines = (built / "openmodel.sig").read_bytes().splitlines()
    assert [json.loads(line) for line in lines[:2]] == other
    assert len(lines) == 3
    assert verify(built, keys=[key.public]).ok


def test_a_signature_on_other_bytes_is_replaced_only_by_force(signed: Path, key: KeyPair, other_key: KeyPair) -> None:
    before = (signed / "openmodel.sig").read_bytes()
    build(signed, lambda document: document["release"].update(sequence=4))
    with pytest.raises(OverwriteError, match="--force"):
        sign(signed, keys=[other_key.private])
    assert (signed / "openmodel.sig").read_bytes() == before
    assert sign(signed, keys=[other_key.private], force=True).added == (other_key.key_id,)
    assert len(payloads(signed)) == 1
    assert verify(signed, keys=[other_key.public]).ok
    assert not verify(signed, keys=[key.public]).ok


def test_another_expiry_is_another_statement(built: Path, signed: Path, key: KeyPair, other_key: KeyPair) -> None:
    until = datetime(2999, 1, 1, tzinfo=UTC)
    with pytest.raises(OverwriteError, match=r"differs in `expires`.*pass no --expires"):
        sign(signed, keys=[key.private], expires=until)
    sign(built, keys=[key.private], expires=until)
    with pytest.raises(OverwriteError, match=r"differs in `expires`.*pass the same: --expires 2999-01-01T00:00:00Z"):
        sign(built, keys=[other_key.private])
    (built / "README.md").write_text("other")
    with pytest.raises(OverwriteError, match="it differs in readme_sha256, expires"):
        sign(built, keys=[other_key.private])


@pytest.mark.parametrize(
    ("planted", "refusal"),
    [
        ({"expires": "2999-01-01T00:00:00Z"}, "`expires`"),
        ({"issued": "2998-01-01T00:00:00Z"}, "issued at 2998-01-01T00:00:00Z"),
        ({"expires": "2025-01-01T00:00:00Z"}, "expires"),
    ],
)
def test_a_stranger_does_not_choose_the_times(built: Path, key: KeyPair, planted: Json, refusal: str) -> None:
    statement = statement_for(built)
    statement["predicate"] |= planted
    line = bundle_for(load_private_key(key.private), payload_of(statement))
    line["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    write_lines(built, line)
    before = (built / "openmodel.sig").read_bytes()
    with pytest.raises((OverwriteError, DocumentError), match=refusal):
        sign(built, keys=[key.private])
    assert (built / "openmodel.sig").read_bytes() == before


def test_what_has_expired_is_not_signed_again(
    built: Path, key: KeyPair, other_key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    sign(built, keys=[key.private], expires=datetime(2002, 1, 1, tzinfo=UTC))
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pytest.raises(OverwriteError, match="expired at 2002-01-01T00:00:00Z"):
        sign(built, keys=[other_key.private])


def test_only_bytes_as_this_program_writes_them_are_signed_again(built: Path, key: KeyPair, other_key: KeyPair) -> None:
    spaced = json.dumps(statement_for(built), indent=1).encode()
    write_lines(built, bundle_for(load_private_key(key.private), spaced))
    assert verify(built, keys=[key.public]).ok
    with pytest.raises(OverwriteError, match="not written as"):
        sign(built, keys=[other_key.private])


def test_signers_who_disagree_are_not_joined(built: Path, key: KeyPair, other_key: KeyPair) -> None:
    secret, statement = load_private_key(key.private), statement_for(built)
    later = statement | {"predicate": statement["predicate"] | {"issued": "2025-02-01T00:00:00Z"}}
    write_lines(built, bundle_for(secret, payload_of(statement)), bundle_for(secret, payload_of(later)))
    with pytest.raises(OverwriteError, match="differ"):
        sign(built, keys=[other_key.private])
    sign(built, keys=[other_key.private], force=True)
    assert len(payloads(built)) == 1


def test_lines_that_cannot_be_read_are_dropped_only_by_force(signed: Path, key: KeyPair) -> None:
    content = (signed / "openmodel.sig").read_bytes()
    misshapen = bundle_for(load_private_key(key.private), b"{}")
    for bad in (b"junk\n", b"\n" * 1001, json.dumps(misshapen).encode() + b"\n"):
        (signed / "openmodel.sig").write_bytes(bad + content)
        with pytest.raises(DocumentError):
            sign(signed, keys=[key.private])
        sign(signed, keys=[key.private], force=True)
        assert len(payloads(signed)) == (signed / "openmodel.sig").read_bytes().count(b"\n") == 1
        assert verify(signed, keys=[key.public]).ok


def test_nothing_is_written_that_would_not_be_read(built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature_file, "MAX_LINES", 0)
    with pytest.raises(DocumentError):
        sign(built, keys=[key.private])
    assert not (built / "openmodel.sig").exists()


def test_notes_say_what_was_not_done(built: Path, key: KeyPair) -> None:
    (note,) = sign(built, keys=[key.private]).notes
    assert ".gitattributes" in note
    (built / ".gitattributes").unlink()
    assert sign(built, keys=[key.private]).notes == ()
    (built / "model.sig").write_text("{}")
    with pytest.raises(OverwriteError, match=r"model\.sig.*--force"):
        sign(built, keys=[key.private])
    assert (built / "model.sig").read_text() == "{}"


def test_all_differences_from_the_manifest_are_listed(built: Path, key: KeyPair) -> None:
    (built / "data" / "a.txt").write_text("other")
    (built / "data" / "b.txt").unlink()
    (built / "new.txt").touch()
    with pytest.raises(StageError) as caught:
        sign(built, keys=[key.private])
    found = {Path(problem.file).relative_to(built).as_posix(): problem for problem in caught.value.problems}
    assert set(found) == {"data/a.txt", "data/b.txt", "new.txt"}
    assert all(f"openmodel build {built}" in problem.fix for problem in found.values())
    assert all("openmodel.yaml" in problem.fix for problem in found.values())
    assert not (built / "openmodel.sig").exists()


@pytest.mark.parametrize("path", ["openmodel.records/run-1.json", "openmodel.tensors.json"])
def test_a_stale_manifest_is_not_signed(built: Path, key: KeyPair, path: str) -> None:
    (built / path).write_text("{}")
    with pytest.raises(StageError, match="openmodel build"):
        sign(built, keys=[key.private])


def test_both_digests_of_a_file_are_checked(built: Path, key: KeyPair) -> None:
    for column in ("sha256", "blake3"):

        def lie(document: Json, column: str = column) -> None:
            document["measured"]["files"][0][column] = "0" * 64
            reroot(document)

        build(built, lie)
        with pytest.raises(StageError, match=column):
            sign(built, keys=[key.private])


def test_an_edited_manifest_is_not_signed(built: Path, key: KeyPair) -> None:
    build(built, lambda document: document["measured"].update(release_root="0" * 64))
    with pytest.raises(StageError, match="edited"):
        sign(built, keys=[key.private])
    build(built, lambda document: document["measured"]["files"].reverse())
    with pytest.raises(StageError, match="edited"):
        sign(built, keys=[key.private])
    build(built, lambda document: document["measured"].update(files=[]))
    with pytest.raises(StageError, match="without files"):
        sign(built, keys=[key.private])


def test_what_cannot_be_in_a_release_is_not_signed(built: Path, key: KeyPair) -> None:
    (built / "link").symlink_to("/etc/hostname")
    with pytest.raises(StageError, match="outside the release"):
        sign(built, keys=[key.private])


def test_a_release_is_built_before_it_is_signed(built: Path, key: KeyPair) -> None:
    build(built, lambda document: document.pop("measured"))
    with pytest.raises(StageError, match="openmodel build"):
        sign(built, keys=[key.private])
    (built / "openmodel.json").write_text("{")
    with pytest.raises(DocumentError):
        sign(built, keys=[key.private])
    (built / "openmodel.json").unlink()
    with pytest.raises(StageError, match="openmodel build"):
        sign(built, keys=[key.private])
    with pytest.raises(UsageError):
        sign(built / "none", keys=[key.private])


def test_keys_are_needed(built: Path, key: KeyPair) -> None:
    with pytest.raises(UsageError, match="no key"):
        sign(built, keys=[])
    with pytest.raises(KeyFileError):
        sign(built, keys=[key.private, key.public])


def test_times_are_checked(built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="time zone"):
        sign(built, keys=[key.private], expires=datetime(2099, 1, 1))
    with pytest.raises(UsageError, match="before the year 10000"):
        sign(built, keys=[key.private], expires=datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))))
    with pytest.raises(UsageError, match="expires at 2001"):
        sign(built, keys=[key.private], expires=datetime(2001, 1, 1, tzinfo=UTC))
    for wrong in ("", "noon", "9" * 30, "-1", "+1", " 1", "1_0", str(int(time.time()) + 400)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
            sign(built, keys=[key.private])


def test_a_file_that_is_no_file_is_an_error(built: Path, key: KeyPair) -> None:
    (built / "openmodel.sig").symlink_to("/etc/hostname")
    with pytest.raises(OpenModelError):
        sign(built, keys=[key.private])


def test_the_first_signature_does_not_load_what_only_reading_needs(built: Path, key: KeyPair) -> None:
    code = f"""
import sys, openmodel.signing as signing
signing.sign({str(built)!r}, keys=[{str(key.private)!r}])
print('jsonschema' in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_what_build_wrote_is_signed(declared: Path, key: KeyPair) -> None:
    sign(declared, keys=[key.private])
    assert verify(declared, keys=[key.public], algorithm="all").ok


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document["release"].update(version="9"),
        lambda document: document["measured"].update(
            weights=[{"component": "w", "tensors": 1, "parameters": 10**9, "dtypes": {"F32": 10**9}}]
        ),
        lambda document: document["measured"].update(excluded=["secret"]),
        lambda document: document["measured"]["files"][0].update(role="data_card"),
        lambda document: document.update(components=[]),
    ],
)
def test_a_manifest_that_build_never_wrote_is_not_signed(
    declared: Path, key: KeyPair, edit: Callable[[Json], object]
) -> None:
    manifest = declared / "openmodel.json"
    document = json.loads(manifest.read_bytes())
    edit(document)
    manifest.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")
    with pytest.raises(StageError):
        sign(declared, keys=[key.private], force=True)
    assert not (declared / "openmodel.sig").exists()


def test_a_declaration_or_a_file_that_changed_is_not_signed(declared: Path, key: KeyPair) -> None:
    (declared / "config.json").write_text("[]")
    with pytest.raises(StageError):
        sign(declared, keys=[key.private])
    (declared / "config.json").write_text("{}")
    (declared / "openmodel.yaml").write_text("openmodel: 1-draft\nrelease: {name: other}\n")
    with pytest.raises(StageError):
        sign(declared, keys=[key.private])


@pytest.mark.parametrize("path", ["openmodel.tensors.json", "openmodel.records/run-1.json"])
def test_what_this_version_never_lists_is_to_be_removed(declared: Path, key: KeyPair, path: str) -> None:
    (declared / path).parent.mkdir(exist_ok=True)
    (declared / path).touch()
    with pytest.raises((InventoryError, StageError), match="Remove it"):
        sign(declared, keys=[key.private])
    (declared / "openmodel.yaml").unlink()
    with pytest.raises(StageError, match=r"not in the manifest.*Remove it"):
        sign(declared, keys=[key.private])
    (declared / path).unlink()
    assert sign(declared, keys=[key.private]).added


def test_a_key_inside_the_release_does_not_sign(declared: Path, key: KeyPair, tmp_path: Path) -> None:
    for place in (declared / ".git", declared / "data"):
        place.mkdir(exist_ok=True)
        (place / "k").write_bytes(key.private.read_bytes())
        (tmp_path / "link").symlink_to(place / "k")
        for file in (place / "k", tmp_path / "link"):
            with pytest.raises(KeyFileError, match="inside the release"):
                sign(declared, keys=[key.private, file])
        (tmp_path / "link").unlink()


@pytest.mark.parametrize(
    "form",
    [
        lambda pem: pem,
        lambda pem: f"# mine\n{pem}",
        lambda pem: f"key: |\r\n  {pem}",
        lambda pem: json.dumps({"type": "service_account", "private_key": pem}),
        lambda pem: json.dumps({"private_key": pem.replace("\n", "\r\n")}),
        lambda pem: pem.replace("PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
    ],
    ids=["alone", "after words", "in YAML", "in JSON", "in JSON of Windows", "OpenPGP"],
)
def test_a_release_that_holds_a_private_key_is_not_signed(
    declared: Path, key: KeyPair, other_key: KeyPair, form: Callable[[str], str]
) -> None:
    (declared / "data" / "notes.txt").write_text(form(other_key.private.read_text()))
    build_for_real(declared)
    with pytest.raises(StageError, match=r"notes.txt: found a private key"):
        sign(declared, keys=[key.private])
    (declared / "data" / "notes.txt").write_bytes(b'if b"-----BEGIN PRIVATE KEY-----" in content:\n')
    build_for_real(declared)
    assert sign(declared, keys=[key.private]).added


def test_a_stale_card_is_not_signed(declared: Path, key: KeyPair) -> None:
    card = declared / "README.md"
    card.write_text(f"<!-- openmodel:begin manifest:{'0' * 64} -->")
    with pytest.raises(StageError, match=f"earlier manifest.*openmodel card {declared}"):
        sign(declared, keys=[key.private])
    card.write_text(f"<!-- openmodel:begin --> {digest((declared / 'openmodel.json').read_bytes())}")
    assert sign(declared, keys=[key.private]).added


def test_who_signs_while_the_bytes_are_read_is_kept(
    built: Path, key: KeyPair, other_key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(directory: str | Path, progress: Progress | None) -> ReadyRelease:
        found = ready_release(directory, progress)
        monkeypatch.undo()
        sign(built, keys=[other_key.private])
        return found

    monkeypatch.setattr(signatures, "ready_release", slow)
    assert sign(built, keys=[key.private]).added == (key.key_id,)
    assert verify(built, keys=[other_key.public]).ok
    assert len(payloads(built)) == 2


@pytest.mark.parametrize("first", [True, False])
def test_who_signs_at_the_same_time_is_not_lost(
    built: Path, key: KeyPair, other_key: KeyPair, monkeypatch: pytest.MonkeyPatch, *, first: bool
) -> None:
    if not first:
        write_lines(built, bundle_for(load_private_key(key.private), OTHER))

    def slow(file: Path, content: bytes, claim: ReleaseStatement, *, force: bool) -> Agreement:
        found = agree(file, content, claim, force=force)
        monkeypatch.undo()
        sign(built, keys=[other_key.private])
        return found

    monkeypatch.setattr(signatures, "agree", slow)
    with pytest.raises(OverwriteError, match="changed meanwhile"):
        sign(built, keys=[key.private], force=True)
    assert verify(built, keys=[other_key.public]).ok


def test_a_file_of_signatures_that_is_too_long_is_replaced_by_force(built: Path, key: KeyPair) -> None:
    (built / "openmodel.sig").touch()
    os.truncate(built / "openmodel.sig", 2**36)
    with pytest.raises(DocumentError, match="more than 1,048,576 bytes"):
        sign(built, keys=[key.private])
    sign(built, keys=[key.private], force=True)
    assert verify(built, keys=[key.public]).ok
