# SPDX-License-Identifier: Apache-2.0
"""`verify`: everything that must not verify, and what is said about it."""

from __future__ import annotations

import base64
import errno
import json
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmodel.errors import KeyFileError, OpenModelError, StageError, UsageError
from openmodel.inventory import digests
from openmodel.inventory.digests import Algorithm
from openmodel.inventory.reading import OpenFile
from openmodel.inventory.walking import walk
from openmodel.signing import (
    FileAlgorithm,
    KeyPair,
    PrivateKey,
    Verification,
    load_private_key,
    sign,
    verify,
)
from openmodel.signing.steps import Run
from tests.signing.small_release import (
    DECLARATION,
    FILES,
    RECORD,
    Json,
    build,
    bundle_for,
    digest,
    payload_of,
    reroot,
    sign_payload,
    statement_for,
    write_lines,
)
from tests.signing.test_keys import ORDER

DIFFERENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)


def rows(result: Verification) -> set[tuple[str, str, str]]:
    return {(row.path, row.kind, row.algorithm) for row in result.files}


def failed(result: Verification) -> list[int]:
    """Numbers of the steps that do not hold; for a result that says as a whole that it does not."""
    assert not result.ok
    assert [step.number for step in result.steps][:11] == list(range(1, 12))
    return [step.number for step in result.steps if step.ok is False]


def test_a_signed_release_verifies(signed: Path, key: KeyPair) -> None:
    result = verify(signed, keys=[key.public])
    assert (result.ok, result.outcome) == (True, "verified")
    assert all(step.ok for step in result.steps)
    assert len(result.steps) == 11
    assert (result.name, result.version, result.sequence) == ("toy", "1.0", 3)
    assert (result.file_count, result.algorithm, result.files) == (len(FILES), "blake3", ())
    assert result.manifest_sha256 == digest((signed / "openmodel.json").read_bytes())
    assert result.issued is not None
    assert result.expires is None
    (signer,) = result.signers
    assert (signer.key_id, signer.key_file, signer.trusted, signer.problem) == (key.key_id, str(key.public), True, "")


def test_a_relative_directory_and_a_link_to_it_verify(
    signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    (signed.parent / "link").symlink_to(signed)
    assert verify(signed.parent / "link", keys=[key.public]).ok
    monkeypatch.chdir(signed)
    assert verify(".", keys=[key.public]).ok
    (signed / "pipe").symlink_to("/etc/hostname")
    assert rows(verify(".", keys=[key.public])) == {("pipe", "refused", "")}


def test_a_key_that_came_with_the_release_says_nothing(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    inside = shutil.copy(key.public, signed / ".git-key.pub")
    (tmp_path / "link.pub").symlink_to(inside)
    for keys in ([inside], [key.public, tmp_path / "link.pub"]):
        with pytest.raises(UsageError, match="a public key inside the release"):
            verify(signed, keys=keys)
    with pytest.raises(UsageError, match="certificates of authorities inside the release"):
        verify(signed, keys=[key.public], timestamp_roots=inside)


def test_paths_that_are_none_are_errors_of_ours(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for path in ("a\0b", "a" * 5000, str(tmp_path / "loop")):
        calls: list[Callable[[], object]] = [
            lambda path=path: verify(path, keys=[key.public]),  # type: ignore[misc]
            lambda path=path: verify(signed, keys=[path]),  # type: ignore[misc]
            lambda path=path: verify(signed, trust=path),  # type: ignore[misc]
            lambda path=path: sign(path, keys=[key.private]),  # type: ignore[misc]
            lambda path=path: sign(signed, keys=[path]),  # type: ignore[misc]
        ]
        for call in calls:
            with pytest.raises(OpenModelError):
                call()


def test_a_snapshot_in_a_hub_cache_verifies(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--lab--toy" / "snapshots" / "0123"
    blobs = tmp_path / "models--lab--toy" / "blobs"
    blobs.mkdir(parents=True)
    for number, file in enumerate(sorted(path for path in signed.rglob("*") if path.is_file())):
        shutil.copy(file, blobs / str(number))
        link = snapshot / file.relative_to(signed)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blobs / str(number), link.parent))
    assert verify(snapshot, keys=[key.public]).ok


@pytest.mark.parametrize("algorithm", ["blake3", "sha256", "all"])
def test_every_problem_with_files_is_listed(signed: Path, key: KeyPair, algorithm: FileAlgorithm) -> None:
    (signed / "config.json").write_bytes(b"[]")
    (signed / "data" / "a.txt").rename(signed / "data" / "c.txt")
    (signed / "data" / "b.txt").unlink()
    (signed / "nested").mkdir()
    (signed / "nested" / "__init__.py").touch()
    (signed / "nested" / "README.md").touch()
    result = verify(signed, keys=[key.public], algorithm=algorithm)
    assert failed(result) == [11]
    computed = {"blake3", "sha256"} if algorithm == "all" else {algorithm}
    assert rows(result) == {("config.json", "altered", name) for name in computed} | {
        ("data/a.txt", "renamed", ""),
        ("data/b.txt", "missing", ""),
        ("nested/README.md", "extra", ""),
        ("nested/__init__.py", "extra", ""),
    }
    if algorithm == "sha256":
        altered = result.files[0]
        assert (altered.expected, altered.found) == (digest(b"{}"), digest(b"[]"))


def test_a_file_is_renamed_if_one_other_alone_has_its_bytes(signed: Path, key: KeyPair) -> None:
    (signed / "data" / "a.txt").rename(signed / "moved.txt")
    (signed / "same-size").write_bytes(b"ALPHA")
    (renamed, extra) = verify(signed, keys=[key.public]).files
    assert (renamed.path, renamed.kind, renamed.found) == ("data/a.txt", "renamed", "moved.txt")
    assert (extra.path, extra.kind) == ("same-size", "extra")
    (signed / "same-size").write_bytes(b"alpha")
    assert {row.kind for row in verify(signed, keys=[key.public]).files} == {"missing", "extra"}


def test_not_all_files_are_read_to_find_one_that_is_missing(signed: Path, key: KeyPair) -> None:
    """Many names of one large file must not make the answer long."""
    (signed / "data" / "a.txt").rename(signed / "z.txt")
    for name in ("before", "before-that"):
        (signed / name).write_bytes(b"ALPHA")
    assert {row.kind for row in verify(signed, keys=[key.public]).files} == {"missing", "extra"}


def test_swapped_names_are_altered_files(signed: Path, key: KeyPair) -> None:
    (signed / "data" / "a.txt").write_bytes(FILES["data/b.txt"])
    (signed / "data" / "b.txt").write_bytes(FILES["data/a.txt"])
    result = verify(signed, keys=[key.public])
    assert {row.path for row in result.files} == {"data/a.txt", "data/b.txt"}


def test_files_are_listed_whatever_else_is_wrong(signed: Path, key: KeyPair) -> None:
    (signed / "README.md").write_text("other")
    (signed / "openmodel.yaml").write_text("other")
    (signed / "openmodel.tensors.json").unlink()
    (signed / "config.json").unlink()
    result = verify(signed, keys=[key.public])
    assert failed(result) == [6, 10, 11]
    assert rows(result) == {
        ("README.md", "altered", "sha256"),
        ("config.json", "missing", ""),
        ("openmodel.tensors.json", "missing", ""),
        ("openmodel.yaml", "altered", "sha256"),
    }
    manifest = signed / "openmodel.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    result = verify(signed, keys=[key.public])
    assert failed(result) == [5, 6]
    assert rows(result) == {("README.md", "altered", "sha256"), ("openmodel.json", "altered", "sha256")}


def test_what_need_not_be_published_may_be_left_out(signed: Path, key: KeyPair) -> None:
    (signed / "openmodel.yaml").write_bytes(DECLARATION)
    assert verify(signed, keys=[key.public]).ok
    (signed / "openmodel.yaml").unlink()
    shutil.rmtree(signed / "openmodel.records")
    (signed / ".gitattributes").unlink()
    (signed / ".cache" / "huggingface").mkdir(parents=True)
    result = verify(signed, keys=[key.public])
    assert result.ok
    assert result.not_covered == (".cache/huggingface",)


@pytest.mark.parametrize("path", ["openmodel.records/run-2.json", "openmodel.records/deep/x"])
def test_what_is_excluded_and_bound_by_nothing_is_extra(signed: Path, key: KeyPair, path: str) -> None:
    (signed / path).parent.mkdir(exist_ok=True)
    (signed / path).touch()
    result = verify(signed, keys=[key.public])
    assert failed(result) == [10]
    assert rows(result) == {(path, "extra", "")}


def test_an_unbound_table_of_tensors_is_extra(built: Path, key: KeyPair) -> None:
    build(built, lambda document: document["measured"].pop("weights"))
    sign_payload(built, key.private, payload_of(statement_for(built)))
    assert rows(verify(built, keys=[key.public])) == {("openmodel.tensors.json", "extra", "")}


def test_a_release_that_nobody_signed_is_unsigned(built: Path, key: KeyPair) -> None:
    (built / "config.json").unlink()
    result = verify(built, keys=[key.public])
    assert (result.outcome, result.ok, result.signers, result.files) == ("unsigned", False, (), ())
    assert failed(result) == [1]
    assert {step.ok for step in result.steps[1:]} == {None}


def test_what_is_no_release_is_an_error(tmp_path: Path, key: KeyPair) -> None:
    with pytest.raises(StageError, match="signed release"):
        verify(tmp_path, keys=[key.public])
    with pytest.raises(UsageError, match="no directory"):
        verify(key.public, keys=[key.public])


def test_keys_and_algorithm_are_checked(signed: Path, key: KeyPair) -> None:
    with pytest.raises(UsageError, match="no key"):
        verify(signed, keys=[])
    with pytest.raises(KeyFileError, match="private key"):
        verify(signed, keys=[key.private])
    with pytest.raises(UsageError, match="md5"):
        verify(signed, keys=[key.public], algorithm="md5")  # type: ignore[arg-type]


def test_an_unknown_key_is_not_trusted(signed: Path, other_key: KeyPair, key: KeyPair) -> None:
    result = verify(signed, keys=[other_key.public])
    assert failed(result) == [3]
    assert [(signer.key_id, signer.trusted, signer.key_file) for signer in result.signers] == [(key.key_id, False, "")]
    assert "not given" in result.signers[0].problem
    assert verify(signed, keys=[other_key.public, key.public]).ok


def test_a_missing_manifest_fails(signed: Path, key: KeyPair) -> None:
    (signed / "openmodel.json").unlink()
    result = verify(signed, keys=[key.public])
    assert failed(result) == [5]
    assert rows(result) == {("openmodel.json", "missing", "")}
    assert (result.name, result.manifest_sha256) == ("toy", None)


def test_what_cannot_be_read_is_shown_and_does_not_stop_the_rest(signed: Path, key: KeyPair) -> None:
    for name in ("README.md", "openmodel.json", "config.json", "openmodel.yaml"):
        (signed / name).unlink(missing_ok=True)
        (signed / name).symlink_to("/etc/hostname")
    result = verify(signed, keys=[key.public])
    assert failed(result) == [5, 6]
    assert rows(result) == {("README.md", "refused", ""), ("openmodel.json", "refused", "")}
    (signed / "openmodel.json").unlink()
    (signed / "openmodel.json").symlink_to("data")
    assert failed(verify(signed, keys=[key.public])) == [5, 6]


def test_a_directory_that_cannot_be_listed_is_still_compared(signed: Path, key: KeyPair) -> None:
    (signed / "config.json").unlink()
    (signed / "config.json").symlink_to("/etc/hostname")
    (signed / "openmodel.yaml").symlink_to("nothing")
    os.mkfifo(signed / "pipe")
    (signed / "data" / "a.txt").write_text("other")
    (signed / "data" / "b.txt").unlink()
    result = verify(signed, keys=[key.public])
    assert rows(result) == {
        ("config.json", "refused", ""),
        ("openmodel.yaml", "refused", ""),
        ("pipe", "refused", ""),
        ("data/a.txt", "altered", "blake3"),
        ("data/b.txt", "missing", ""),
    }
    assert "extra files cannot be told" in result.steps[10].detail
    assert result.steps[9].ok is None
    assert "cannot be listed" in result.steps[9].detail


def test_a_linked_directory_that_cannot_be_listed_shows_relative_paths(signed: Path, key: KeyPair) -> None:
    (signed.parent / "link").symlink_to(signed)
    os.mkfifo(signed / "data" / "pipe")
    result = verify(signed.parent / "link", keys=[key.public])
    assert failed(result) == [11]
    assert rows(result) == {("data/pipe", "refused", "")}


def test_what_is_not_covered_is_named_whole(signed: Path, key: KeyPair, other_key: KeyPair) -> None:
    for path in (".gitevil/x.py", ".github/x.py", ".cache/huggingface/x"):
        (signed / path).parent.mkdir(parents=True)
        (signed / path).touch()
    (signed / ".git\u202etxt").symlink_to("/etc/hostname")
    os.mkfifo(signed / ".gitpipe")
    (signed / "model.sig").write_text(json.dumps(bundle_for(load_private_key(other_key.private), b"{}")))
    names = (".cache/huggingface", ".git\\u202etxt", ".gitattributes", ".gitevil", ".github", ".gitpipe", "model.sig")
    result = verify(signed, keys=[key.public])
    assert (result.ok, result.not_covered) == (True, names)
    (signed / "openmodel.sig").unlink()
    assert verify(signed, keys=[key.public]).not_covered == names


def test_what_nobody_signed_is_not_read(signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    build(signed, lambda document: document["release"].update(name="evil", version="6", sequence=6))
    monkeypatch.setattr("openmodel.signing.steps.loads", lambda *_: pytest.fail("it was read"))
    result = verify(signed, keys=[key.public])
    assert failed(result) == [5]
    assert (result.name, result.version, result.sequence) == ("toy", "1.0", 3)
    assert "the files were not compared" in result.steps[4].detail
    assert [step.number for step in result.steps if step.ok is None] == [7, 8, 10, 11]


def test_the_size_is_compared_before_anything_is_read(
    signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.truncate(signed / "config.json", 60 * 10**9)
    read = digests.digest_open_file

    def quick(path: str, opened: OpenFile, algorithms: Sequence[Algorithm], **more: Any) -> digests.FileDigests:
        assert Path(path).name != "config.json"
        return read(path, opened, algorithms, **more)

    monkeypatch.setattr("openmodel.inventory.contents.digest_open_file", quick)
    result = verify(signed, keys=[key.public], algorithm="all")
    assert rows(result) == {("config.json", "altered", "size")}
    assert (result.files[0].expected, result.files[0].found) == ("2", "60000000000")


def test_small_files_are_small(signed: Path, key: KeyPair) -> None:
    for path, size in (("README.md", 16 * 2**20), ("openmodel.yaml", 64 * 2**20)):
        (signed / path).touch()
        os.truncate(signed / path, size + 1)
    result = verify(signed, keys=[key.public])
    assert rows(result) == {("README.md", "refused", ""), ("openmodel.yaml", "refused", "")}


@pytest.mark.parametrize("missing", range(1, 12))
def test_a_step_that_was_left_out_never_verifies(tmp_path: Path, missing: int) -> None:
    run = Run(tmp_path)
    for number in range(1, 12):
        if number != missing:
            run.note(number, ok=True, detail="")
    assert run.outcome() == "failed"
    assert run.report()[missing - 1].ok is None
    run.note(missing, ok=True, detail="")
    assert run.outcome() == "verified"


def test_a_file_that_goes_away_meanwhile_is_a_row(signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = walk(signed)
    for path in ("config.json", RECORD):
        (signed / path).unlink()
        (signed / path).mkdir()
    monkeypatch.setattr("openmodel.inventory.contents.walk", lambda _, **__: listed)
    assert rows(verify(signed, keys=[key.public])) == {("config.json", "refused", ""), (RECORD, "refused", "")}


def test_a_file_that_cannot_be_read_is_refused_and_what_is_extra_told(
    signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    (signed / "extra").write_bytes(b"")
    really = os.open

    def refuse(path: Any, *args: Any, **named: Any) -> int:
        if Path(path).name == "config.json":  # Permissions do not bind root, as whom tests may run.
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(path, *args, **named)

    monkeypatch.setattr(os, "open", refuse)
    result = verify(signed, keys=[key.public])
    assert failed(result) == [11]
    assert rows(result) == {("config.json", "refused", ""), ("extra", "extra", "")}
    assert "Permission denied" in next(row.found for row in result.files if row.kind == "refused")


def test_readme_is_there_if_and_only_if_it_was_signed(signed: Path, key: KeyPair) -> None:
    (signed / "README.md").unlink()
    result = verify(signed, keys=[key.public])
    assert failed(result) == [6]
    assert rows(result) == {("README.md", "missing", "")}
    sign(signed, keys=[key.private], force=True)
    assert verify(signed, keys=[key.public]).ok
    (signed / "README.md").touch()
    result = verify(signed, keys=[key.public])
    assert failed(result) == [6]
    assert rows(result) == {("README.md", "extra", "")}


def set_clock(monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls.fromisoformat(now).replace(tzinfo=tz)

    monkeypatch.setattr("openmodel.signing.steps.datetime", Clock)


def set_in(statement: Json, **predicate: object) -> Json:
    return statement | {"predicate": statement["predicate"] | predicate}


def without(statement: Json, *names: str) -> Json:
    return {name: value for name, value in statement.items() if name not in names}


def subjects(change: Callable[[list[Json]], list[Json]]) -> Callable[[Json], Json]:
    return lambda statement: statement | {"subject": change(statement["subject"])}


EXTRA = {"name": "evil.bin", "digest": {"sha256": "0" * 64}}


@pytest.mark.parametrize(
    "misshape",
    [
        lambda s: without(s, "_type"),
        lambda s: s | {"_type": "https://in-toto.io/Statement/v0.1"},
        lambda s: without(s, "predicateType"),
        lambda s: s | {"predicateType": None},
        lambda s: s | {"more": 1},
        lambda s: set_in(s, more=1),
        lambda s: set_in(s, sequence=True),
        lambda s: set_in(s, sequence=3.0),
        lambda s: set_in(s, sequence="3"),
        lambda s: set_in(s, version=None),
        lambda s: set_in(s, issued="today"),
        lambda s: set_in(s, issued=1),
        lambda s: set_in(s, expires="2025-02-30T00:00:00Z"),
        lambda s: set_in(s, expires=s["predicate"]["issued"]),
        lambda s: s | {"predicate": without(s["predicate"], "name")},
        lambda s: s | {"predicate": without(s["predicate"], "issued")},
        subjects(lambda found: [*found, EXTRA]),
        subjects(lambda found: [*found[:2], EXTRA]),
        subjects(lambda found: found[:1]),
        subjects(lambda found: [found[1], found[0], found[2]]),
        subjects(lambda found: [found[0], found[0], found[2]]),
        subjects(lambda found: [found[0] | {"uri": "x"}, *found[1:]]),
        subjects(lambda found: [found[0] | {"digest": found[0]["digest"] | {"md5": "0" * 32}}, *found[1:]]),
        subjects(lambda found: [found[0] | {"digest": {"md5": "0" * 32}}, *found[1:]]),
        subjects(lambda found: [found[0] | {"digest": {"sha256": [found[0]["digest"]["sha256"]]}}, *found[1:]]),
        subjects(lambda found: [found[0] | {"digest": {"sha256": found[0]["digest"]["sha256"].upper()}}, *found[1:]]),
        lambda s: [s],
        lambda _: "text",
    ],
)
def test_what_is_signed_has_exactly_one_shape(built: Path, key: KeyPair, misshape: Callable[[Json], Json]) -> None:
    sign_payload(built, key.private, payload_of(misshape(statement_for(built))))
    result = verify(built, keys=[key.public])
    assert failed(result) == [4]
    assert not result.signers[0].trusted
    assert result.signers[0].problem


@pytest.mark.parametrize(
    "payload",
    [
        lambda good: good.replace(b'"name":"toy"', b'"name":"toy","name":"toy"'),
        lambda good: good.replace(b'"name":"toy"', b'"name":"toy","n\\u0061me":"toy"'),
        lambda good: good.replace(b'"subject":', b'"subject":[],"subject":'),
        lambda good: good.replace(b'"predicateType":', b'"predicateType":"urn:other","predicateType":'),
        lambda good: good.replace(b'"sequence":3', b'"sequence":NaN'),
        lambda good: good + b"{}",
        lambda _: b"",
        lambda _: b"\xff",
        lambda _: b"[" * 70 + b"]" * 70,
    ],
)
def test_what_is_signed_is_strict_json(built: Path, key: KeyPair, payload: Callable[[bytes], bytes]) -> None:
    sign_payload(built, key.private, payload(payload_of(statement_for(built))))
    assert failed(verify(built, keys=[key.public])) == [4]


def test_a_statement_of_another_kind_does_not_count(built: Path, key: KeyPair) -> None:
    good = statement_for(built)
    other = payload_of(good | {"predicateType": "https://slsa.dev/provenance/v1"})
    for payload, kind in ((other, "application/vnd.in-toto+json"), (payload_of(good), "application/json")):
        sign_payload(built, key.private, payload, kind)
        result = verify(built, keys=[key.public])
        assert failed(result) == [3]
        assert "another kind" in result.signers[0].problem


@pytest.mark.parametrize("change", [{"name": "tox"}, {"version": "1.1"}, {"sequence": 4}])
def test_name_version_and_sequence_are_those_of_the_manifest(built: Path, key: KeyPair, change: Json) -> None:
    statement = statement_for(built)
    sign_payload(built, key.private, payload_of(set_in(statement, **change)))
    assert failed(verify(built, keys=[key.public])) == [8]
    rest = statement | {"predicate": without(statement["predicate"], "sequence")}
    sign_payload(built, key.private, payload_of(rest))
    assert failed(verify(built, keys=[key.public])) == [8]


def test_what_has_expired_fails(built: Path, key: KeyPair) -> None:
    statement = statement_for(built)
    sign_payload(built, key.private, payload_of(set_in(statement, expires="2025-02-01T00:00:00Z")))
    result = verify(built, keys=[key.public])
    assert failed(result) == [9]
    assert "2025-02-01T00:00:00Z" in result.steps[8].detail
    sign_payload(built, key.private, payload_of(set_in(statement, expires="9999-01-01T00:00:00Z")))
    assert verify(built, keys=[key.public]).ok


@pytest.mark.parametrize(("now", "held"), [("2025-02-01T00:00:00", False), ("2025-01-31T23:59:59", True)])
def test_the_second_of_expiry_is_too_late(
    built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, now: str, *, held: bool
) -> None:
    set_clock(monkeypatch, now)
    sign_payload(built, key.private, payload_of(set_in(statement_for(built), expires="2025-02-01T00:00:00Z")))
    assert verify(built, keys=[key.public]).ok is held


@pytest.mark.parametrize(("now", "held"), [("2025-01-30T11:59:59", False), ("2025-01-30T12:00:00", True)])
def test_what_is_of_the_future_fails_after_a_day(
    built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, now: str, *, held: bool
) -> None:
    set_clock(monkeypatch, now)
    sign_payload(built, key.private, payload_of(statement_for(built)))
    result = verify(built, keys=[key.public])
    assert result.ok is held
    if not held:
        assert failed(result) == [9]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_subject_is_checked(built: Path, key: KeyPair, number: int) -> None:
    statement = statement_for(built)
    digests = statement["subject"][number]["digest"]
    digests[next(iter(digests))] = "0" * 64
    sign_payload(built, key.private, payload_of(statement))
    assert failed(verify(built, keys=[key.public])) == [[5], [7], [6]][number]


def test_the_root_is_computed_from_the_list_of_files(built: Path, key: KeyPair) -> None:
    for change in (
        lambda document: document["measured"].update(release_root="0" * 64),
        lambda document: document["measured"]["files"].reverse(),
        lambda document: document["measured"]["files"].append(document["measured"]["files"][-1]),
        lambda document: document["measured"].update(files=[]),
    ):
        build(built, change)
        sign_payload(built, key.private, payload_of(statement_for(built)))
        assert 7 in failed(verify(built, keys=[key.public]))


@pytest.mark.parametrize(("column", "value"), [("sha256", "0" * 64), ("blake3", "0" * 64), ("size", 99)])
def test_every_column_of_a_file_is_checked(built: Path, key: KeyPair, column: str, value: object) -> None:
    def lie(document: Json) -> None:
        document["measured"]["files"][0][column] = value
        reroot(document)

    build(built, lie)
    sign_payload(built, key.private, payload_of(statement_for(built)))
    result = verify(built, keys=[key.public], algorithm="all")
    assert failed(result) == [11]
    assert rows(result) == {("config.json", "altered", column)}


def test_a_signed_manifest_that_is_not_built_or_cannot_be_read_fails(built: Path, key: KeyPair) -> None:
    statement = statement_for(built)
    build(built, lambda document: document.pop("measured"))
    for content in ((built / "openmodel.json").read_bytes(), b"{", b'{"openmodel": 1, "openmodel": 1}'):
        (built / "openmodel.json").write_bytes(content)
        statement["subject"][0]["digest"]["sha256"] = digest(content)
        sign_payload(built, key.private, payload_of(statement))
        result = verify(built, keys=[key.public])
        assert failed(result) == [5]
        assert rows(result) == set()


def test_what_the_manifest_binds_twice_has_to_agree(built: Path, key: KeyPair) -> None:
    def bind(document: Json) -> None:
        records = document["measured"]["built_from"]["records"]
        records.append({"path": "config.json", "sha256": digest(FILES["config.json"])})
        records.append({"path": "openmodel.yaml", "sha256": digest(DECLARATION)})

    (built / "openmodel.yaml").write_bytes(DECLARATION)
    build(built, bind)
    sign_payload(built, key.private, payload_of(statement_for(built)))
    assert verify(built, keys=[key.public]).ok

    def bind_otherwise(document: Json) -> None:
        bind(document)
        for record in document["measured"]["built_from"]["records"][-2:]:
            record["sha256"] = "0" * 64

    build(built, bind_otherwise)
    sign_payload(built, key.private, payload_of(statement_for(built)))
    assert rows(verify(built, keys=[key.public])) == {
        ("config.json", "altered", "sha256"),
        ("openmodel.yaml", "altered", "sha256"),
    }


def test_lines_that_do_not_count_do_not_break_one_that_does(signed: Path, key: KeyPair, other_key: KeyPair) -> None:
    good = (signed / "openmodel.sig").read_bytes().rstrip(b"\n")
    false = json.loads(good)
    false["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    nameless = json.loads(good)
    nameless["verificationMaterial"] = {"certificate": {"rawBytes": "AAAA"}}
    foreign = bundle_for(load_private_key(other_key.private), b"not even JSON")
    odd = json.loads(good)
    odd["verificationMaterial"]["publicKey"]["hint"] = "\x1b[31m"
    odd["dsseEnvelope"]["signatures"][0]["keyid"] = ""
    write_lines(signed, b"\x1b[31mjunk", b"", false, nameless, foreign, odd, good)
    result = verify(signed, keys=[key.public])
    assert result.ok
    assert [signer.trusted for signer in result.signers] == [False] * 6 + [True]
    assert all(signer.problem and signer.problem.isprintable() for signer in result.signers[:6])
    assert [bool(signer.key_id) for signer in result.signers] == [False, False, True, False, True, False, True]
    assert "5 of 7 lines can be read; the first: " in result.steps[1].detail


@pytest.mark.parametrize(
    ("content", "steps"),
    [(b"", [2, 3]), (b"junk", [2, 3]), (b"\n\n", [2, 3]), (b"\n" * 1001, [1])],
)
def test_a_file_without_a_signature_fails(signed: Path, key: KeyPair, content: bytes, steps: list[int]) -> None:
    (signed / "openmodel.sig").write_bytes(content)
    result = verify(signed, keys=[key.public])
    assert (failed(result), result.outcome) == (steps, "failed")


def test_signatures_that_cannot_be_read_fail(signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openmodel.signing.signature_file.MAX_BYTES", 10)
    assert failed(verify(signed, keys=[key.public])) == [1]
    for make in (lambda path: path.symlink_to("/etc/hostname"), Path.mkdir, os.mkfifo):
        (signed / "openmodel.sig").unlink()
        make(signed / "openmodel.sig")
        assert failed(verify(signed, keys=[key.public])) == [1]
        if (signed / "openmodel.sig").is_dir():
            (signed / "openmodel.sig").rmdir()
            (signed / "openmodel.sig").touch()


def test_given_keys_that_signed_different_statements_fail(built: Path, key: KeyPair, other_key: KeyPair) -> None:
    statement = statement_for(built)
    later = set_in(statement, issued="2025-02-01T00:00:00Z")
    lines = [
        bundle_for(load_private_key(pair.private), payload_of(said))
        for pair, said in ((key, statement), (other_key, later))
    ]
    write_lines(built, *lines)
    assert failed(verify(built, keys=[key.public, other_key.public])) == [4]
    assert verify(built, keys=[key.public]).ok
    assert verify(built, keys=[other_key.public]).ok


def test_one_key_that_signs_twice_is_one_signer(built: Path, key: KeyPair) -> None:
    secret, payload = load_private_key(key.private), payload_of(statement_for(built))
    write_lines(built, bundle_for(secret, payload), bundle_for(secret, payload))
    result = verify(built, keys=[key.public])
    assert result.ok
    assert {signer.key_id for signer in result.signers} == {key.key_id}
    assert result.steps[2].detail == key.key_id


def test_the_other_form_of_a_signature_is_the_same_signer(signed: Path, key: KeyPair) -> None:
    (line,) = [json.loads(line) for line in (signed / "openmodel.sig").read_bytes().splitlines()]
    envelope = line["dsseEnvelope"]["signatures"][0]
    r, s = decode_dss_signature(base64.b64decode(envelope["sig"]))
    envelope["sig"] = base64.b64encode(encode_dss_signature(r, ORDER - s)).decode()
    write_lines(signed, line)
    result = verify(signed, keys=[key.public])
    assert result.ok
    assert result.signers[0].key_id == key.key_id


def test_a_signature_of_another_curve_is_none(built: Path, key: KeyPair) -> None:
    class Other(PrivateKey):
        def sign(self, message: bytes) -> bytes:
            return ec.generate_private_key(ec.SECP384R1()).sign(message, ec.ECDSA(hashes.SHA256()))

    secret = load_private_key(key.private)
    write_lines(built, bundle_for(Other(secret.public, secret.key), payload_of(statement_for(built))))
    assert failed(verify(built, keys=[key.public])) == [3]


def test_the_signature_covers_the_type_of_the_payload(built: Path, key: KeyPair) -> None:
    line = bundle_for(load_private_key(key.private), payload_of(statement_for(built)), "application/json")
    line["dsseEnvelope"]["payloadType"] = "application/vnd.in-toto+json"
    write_lines(built, line)
    assert failed(verify(built, keys=[key.public])) == [3]


@DIFFERENT
@given(data=st.data())
def test_any_changed_byte_of_the_manifest_fails(signed_once: Path, key: KeyPair, data: st.DataObject) -> None:
    manifest = signed_once / "openmodel.json"
    good = manifest.read_bytes()
    bad = bytearray(good)
    place = data.draw(st.integers(0, len(good) - 1))
    bad[place] ^= data.draw(st.integers(1, 255))
    manifest.write_bytes(bad)
    try:
        result = verify(signed_once, keys=[key.public])
    finally:
        manifest.write_bytes(good)
    assert 5 in failed(result)


@DIFFERENT
@given(data=st.data())
def test_any_changed_byte_of_a_payload_fails(signed_once: Path, key: KeyPair, data: st.DataObject) -> None:
    file = signed_once / "openmodel.sig"
    good = file.read_bytes()
    line = json.loads(good)
    payload = bytearray(base64.b64decode(line["dsseEnvelope"]["payload"]))
    payload[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))
    line["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    write_lines(signed_once, line)
    try:
        result = verify(signed_once, keys=[key.public])
    finally:
        file.write_bytes(good)
    assert failed(result) == [3]


@DIFFERENT
@given(data=st.data())
def test_a_hostile_file_of_signatures_never_verifies_and_never_crashes(
    signed_once: Path, key: KeyPair, data: st.DataObject
) -> None:
    file = signed_once / "openmodel.sig"
    good = file.read_bytes()
    bad = bytearray(good)
    place = data.draw(st.integers(0, len(good) - 2))
    bad[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(bad)
    try:
        result = verify(signed_once, keys=[key.public])
    finally:
        file.write_bytes(good)
    # Another spelling of the same JSON is the same signature.
    if result.ok:
        assert payload_of(json.loads(bad)) == payload_of(json.loads(good))
    else:
        assert failed(result)
