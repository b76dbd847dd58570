# SPDX-License-Identifier: Apache-2.0
"""`sign`: what it writes, what it keeps, and what it refuses to sign."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openmodel.errors import (
    DocumentError,
    KeyFileError,
    OpenModelError,
    OverwriteError,
    StageError,
    UsageError,
)
from openmodel.signing import KeyPair, load_private_key, sign, signature_file, verify
from openmodel.signing.signature_file import read_lines
from tests.signing.small_release import (
    Json,
    build,
    bundle_for,
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
    with pytest.raises(OverwriteError, match="holds until another time"):
        sign(built, keys=[other_key.private])
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


def test_another_expiry_is_another_statement(signed: Path, key: KeyPair) -> None:
    with pytest.raises(OverwriteError):
        sign(signed, keys=[key.private], expires=datetime.now(UTC) + timedelta(days=1))


def test_what_has_expired_is_not_signed_again(
    built: Path, key: KeyPair, other_key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    sign(built, keys=[key.private], expires=datetime(2002, 1, 1, tzinfo=UTC))
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pytest.raises(OverwriteError, match=r"another time .2002-01-01"):
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
    assert "was not written" in sign(built, keys=[key.private]).notes[0]
    (built / "model.sig").write_text("{}")
    notes = sign(built, keys=[key.private]).notes
    assert "left as it is" in notes[0]
    assert ".gitattributes" in notes[1]
    assert (built / "model.sig").read_text() == "{}"
    (built / ".gitattributes").unlink()
    assert len(sign(built, keys=[key.private]).notes) == 1


def test_all_differences_from_the_manifest_are_listed(built: Path, key: KeyPair) -> None:
    (built / "data" / "a.txt").write_text("other")
    (built / "data" / "b.txt").unlink()
    (built / "new.txt").touch()
    with pytest.raises(StageError) as caught:
        sign(built, keys=[key.private])
    found = {Path(problem.file).relative_to(built).as_posix(): problem for problem in caught.value.problems}
    assert set(found) == {"data/a.txt", "data/b.txt", "new.txt"}
    assert all(f"openmodel build {built}" in problem.fix for problem in found.values())
    assert not (built / "openmodel.sig").exists()


@pytest.mark.parametrize("path", ["openmodel.yaml", "openmodel.records/run-1.json", "openmodel.tensors.json"])
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
    with pytest.raises(UsageError, match="expires at 2001"):
        sign(built, keys=[key.private], expires=datetime(2001, 1, 1, tzinfo=UTC))
    for wrong in ("", "noon", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
            sign(built, keys=[key.private])


def test_a_file_that_is_no_file_is_an_error(built: Path, key: KeyPair) -> None:
    (built / "openmodel.sig").symlink_to("/etc/hostname")
    with pytest.raises(OpenModelError):
        sign(built, keys=[key.private])


def test_the_first_signature_does_not_load_what_only_reading_needs(built_release: Path, key: KeyPair) -> None:
    code = f"""
import sys, openmodel.signing as signing
signing.sign({str(built_release)!r}, keys=[{str(key.private)!r}])
print('jsonschema' in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
