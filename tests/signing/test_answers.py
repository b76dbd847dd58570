# SPDX-License-Identifier: Apache-2.0
"""What `verify` says of each step, word for word: people and other programs decide by it."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from openmodel.building import build as build_for_real
from openmodel.errors import OverwriteError, UsageError
from openmodel.signing import (
    FileAlgorithm,
    KeyPair,
    Verification,
    load_private_key,
    load_public_key,
    sign,
    signature_file,
    verify,
)
from openmodel.signing.agreement import agree
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.recognition import check_lines
from openmodel.signing.report import verify_report
from openmodel.signing.statement import ReleaseStatement, read
from openmodel.signing.timestamps.checking import Dated
from openmodel.signing.verdict import encode
from tests.signing.oms.model_files import sign_payload as sign_model
from tests.signing.oms.model_files import statement, write_model
from tests.signing.small_release import (
    DECLARATION,
    Json,
    build,
    bundle_for,
    digest,
    payload_of,
    statement_for,
    write_lines,
)
from tests.signing.test_report import VERDICT, write
from tests.signing.trust.authorities import issue, trust_file


def details(result: Verification) -> dict[int, str]:
    return {step.number: step.detail for step in result.steps}


@pytest.mark.parametrize(
    ("algorithm", "said"), [("blake3", "blake3"), ("sha256", "sha256"), ("all", "blake3 and sha256")]
)
def test_the_files_that_were_compared(signed: Path, key: KeyPair, algorithm: FileAlgorithm, said: str) -> None:
    assert details(verify(signed, keys=[key.public], algorithm=algorithm))[11] == f"4 files, {said}"
    (signed / "config.json").unlink()
    assert details(verify(signed, keys=[key.public], algorithm=algorithm))[11] == "1 problem"
    (signed / "data" / "a.txt").unlink()
    assert details(verify(signed, keys=[key.public], algorithm=algorithm))[11] == "2 problems"


def test_who_signed_the_release(signed: Path, key: KeyPair, other_key: KeyPair) -> None:
    assert details(verify(signed, keys=[key.public]))[3] == key.key_id
    assert details(verify(signed, keys=[other_key.public]))[3] == "no signature by a given key on a release"
    write_lines(signed, bundle_for(load_private_key(key.private), b"[]"))
    said = details(verify(signed, keys=[key.public]))
    assert said[3] == ""
    assert said[4].startswith("openmodel.sig, payload of line 1: found a list; expected an object")


@pytest.mark.parametrize(
    ("kind", "said"),
    [("https://slsa.dev/provenance/v1", " (SLSA provenance)"), ("https://slsa.dev/verification_summary/v1", "")],
)
def test_a_statement_of_another_kind(signed: Path, key: KeyPair, kind: str, said: str) -> None:
    payload = payload_of({**statement_for(signed), "predicateType": kind})
    write_lines(signed, bundle_for(load_private_key(key.private), payload))
    (signer,) = verify(signed, keys=[key.public]).signers
    assert signer.problem == f"a statement of another kind{said}, which does not count"


def test_what_was_seen_before(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    for said in ("nothing was seen before", ""):
        result = verify(signed, keys=[key.public], state=tmp_path / "state.json")
        assert (details(result)[18], details(result)[19]) == (said, said)


def test_a_model_that_nobody_signed(tmp_path: Path, key: KeyPair) -> None:
    result = verify(write_model(tmp_path / "model"), keys=[key.public], oms=True)
    later = "not looked at, because of an earlier step"
    assert details(result) == {
        12: "there is no model.sig: nobody signed these files",
        13: later,
        14: later,
        16: later,
    }
    assert [step.ok for step in result.steps] == [False, None, None, None]


def test_the_files_of_a_model(tmp_path: Path, key: KeyPair) -> None:
    model, secret = write_model(tmp_path / "model"), load_private_key(key.private)
    sign_model(model, secret, statement())
    assert details(verify(model, keys=[key.public], oms=True))[16] == "4 files, sha256"
    (model / "a.txt").unlink()
    assert details(verify(model, keys=[key.public], oms=True))[16] == "1 problem"
    (model / "empty").unlink()
    assert details(verify(model, keys=[key.public], oms=True))[16] == "2 problems"


def answers(result: Verification) -> dict[int, tuple[bool | None, str]]:
    return {step.number: (step.ok, step.detail) for step in result.steps}


def test_every_step_of_a_release_that_verifies(signed: Path, key: KeyPair) -> None:
    root = json.loads((signed / "openmodel.json").read_bytes())["measured"]["release_root"]
    assert answers(verify(signed, keys=[key.public])) == {
        1: (True, "1 line"),
        2: (True, "1 of 1 lines can be read"),
        3: (True, key.key_id),
        4: (True, ""),
        5: (True, f"SHA-256 {digest((signed / 'openmodel.json').read_bytes())}"),
        6: (True, f"SHA-256 {digest((signed / 'README.md').read_bytes())}"),
        7: (True, root),
        8: (True, ""),
        9: (True, "no expiry was set"),
        10: (True, ""),
        11: (True, "4 files, blake3"),
    }


def test_lines_that_cannot_be_read(signed: Path, key: KeyPair) -> None:
    good = (signed / "openmodel.sig").read_bytes()
    first = "; the first: openmodel.sig, line 1:1:1: found text that is not JSON"
    for content, ok, counts in ((b"x\n" + good, True, ("2 lines", "1 of 2")), (b"x\ny", False, ("2 lines", "0 of 2"))):
        (signed / "openmodel.sig").write_bytes(content)
        found = answers(verify(signed, keys=[key.public]))
        assert found[1] == (True, counts[0])
        assert found[2][0] is ok
        assert found[2][1].startswith(f"{counts[1]} lines can be read{first}")
    (signed / "openmodel.sig").write_bytes(b"")
    found = answers(verify(signed, keys=[key.public]))
    assert (found[1], found[2]) == ((True, "0 lines"), (False, "0 of 0 lines can be read"))
    (signed / "openmodel.sig").write_bytes(b"\n" * 1001)
    found = answers(verify(signed, keys=[key.public]))
    expected = "at most 1,048,576 bytes and 1,000 lines"
    assert found[1] == (False, f"openmodel.sig: found 1,001 lines; expected {expected}")
    assert {found[number][0] for number in range(2, 12)} == {None}


def test_a_readme_that_is_not_as_signed(signed: Path, built: Path, key: KeyPair) -> None:
    signed_sha256 = digest((signed / "README.md").read_bytes())
    (signed / "README.md").write_bytes(b"other")
    result = verify(signed, keys=[key.public])
    assert answers(result)[6] == (False, f"SHA-256 {digest(b'other')}, which nobody signed")
    (signed / "README.md").unlink()
    result = verify(signed, keys=[key.public])
    assert answers(result)[6] == (False, "README.md was signed and is not there")
    assert [(row.kind, row.expected, row.found) for row in result.files] == [("missing", signed_sha256, "")]
    statement = statement_for(built)
    statement["subject"].pop()
    write_lines(built, bundle_for(load_private_key(key.private), payload_of(statement)))
    result = verify(built, keys=[key.public])
    assert answers(result)[6] == (False, "README.md is there and was not signed")
    assert [(row.kind, row.expected, row.found) for row in result.files] == [("extra", "", signed_sha256)]
    (built / "README.md").unlink()
    assert answers(verify(built, keys=[key.public]))[6] == (True, "there is none, as signed")


def test_a_manifest_that_is_not_as_signed(built: Path, key: KeyPair) -> None:
    secret, statement = load_private_key(key.private), statement_for(built)
    write_lines(built, bundle_for(secret, payload_of(statement)))
    (built / "openmodel.json").write_bytes(b"{}")
    result = verify(built, keys=[key.public])
    ok, said = answers(result)[5]
    assert ok is False
    assert said.startswith(f"SHA-256 {digest(b'{}')}, which nobody signed; so it was not read")
    assert result.manifest_sha256 == digest(b"{}")
    (built / "openmodel.json").unlink()
    assert answers(verify(built, keys=[key.public]))[5] == (False, "there is no openmodel.json")
    build(built, lambda document: document.pop("measured"))
    statement["subject"][0]["digest"]["sha256"] = digest((built / "openmodel.json").read_bytes())
    write_lines(built, bundle_for(secret, payload_of(statement)))
    found = answers(verify(built, keys=[key.public]))
    assert found[5] == (False, "openmodel.json has no block `measured`")
    assert [found[number][0] for number in (7, 8, 10, 11)] == [None] * 4


def test_a_root_that_is_not_as_signed(built: Path, key: KeyPair) -> None:
    secret = load_private_key(key.private)
    true_root = json.loads((built / "openmodel.json").read_bytes())["measured"]["release_root"]
    statement = statement_for(built)
    statement["subject"][1]["digest"] = {"openmodelReleaseRootV1": "0" * 64}
    write_lines(built, bundle_for(secret, payload_of(statement)))
    assert answers(verify(built, keys=[key.public]))[7] == (False, f"{true_root}; signed is {'0' * 64}")
    build(built, lambda document: document["measured"].update(release_root="0" * 64))
    write_lines(built, bundle_for(secret, payload_of(statement_for(built))))
    assert answers(verify(built, keys=[key.public]))[7] == (False, f"{true_root}; the manifest states {'0' * 64}")
    build(built, lambda document: document["measured"]["files"].reverse())
    write_lines(built, bundle_for(secret, payload_of(statement_for(built))))
    disorder = "measured.files is not sorted by path, or has a path twice"
    assert answers(verify(built, keys=[key.public]))[7] == (False, disorder)


def test_a_release_that_is_called_otherwise(built: Path, key: KeyPair) -> None:
    statement = statement_for(built)
    statement["predicate"] |= {"version": "2.0", "sequence": 4}
    write_lines(built, bundle_for(load_private_key(key.private), payload_of(statement)))
    version, sequence = "version: signed '2.0', in the manifest '1.0'", "sequence: signed 4, in the manifest 3"
    assert answers(verify(built, keys=[key.public]))[8] == (False, f"{version}; {sequence}")


def test_a_directory_that_cannot_be_listed(signed: Path, key: KeyPair) -> None:
    (signed / "pipe").symlink_to("/etc/hostname")
    found = answers(verify(signed, keys=[key.public]))
    assert found[10] == (None, "not looked at, because the directory cannot be listed")
    told = "extra files cannot be told, because the directory cannot be listed"
    assert found[11] == (False, f"1 problem; {told}")
    (signed / "openmodel.tensors.json").unlink()
    found = answers(verify(signed, keys=[key.public]))
    assert found[10] == (False, "1 problem")


def test_a_lowest_sequence(built: Path, key: KeyPair, tmp_path: Path) -> None:
    secret, statement = load_private_key(key.private), statement_for(built)
    members = {"keys": [{"name": "Ada", "file": str(key.public)}], "minimum_sequence": {"toy": 3}}
    trust = trust_file(tmp_path, **members)
    write_lines(built, bundle_for(secret, payload_of(statement)))
    assert answers(verify(built, trust=trust))[17] == (True, "it is 3; the trust file asks for 3 or more")
    build(built, lambda document: document["release"].pop("sequence"))
    statement = statement_for(built)
    statement["predicate"].pop("sequence")
    write_lines(built, bundle_for(secret, payload_of(statement)))
    found = answers(verify(built, trust=trust))
    assert [number for number, (ok, _) in found.items() if ok is False] == [17]
    assert found[17] == (False, "it is none; the trust file asks for 3 or more")


def test_who_is_in_the_trust_file_and_signed(signed: Path, other_key: KeyPair, tmp_path: Path) -> None:
    trust = trust_file(tmp_path, keys=[{"name": "Ben", "file": str(other_key.public)}])
    assert answers(verify(signed, trust=trust))[3] == (False, "0 of the identities in the trust file, 1 needed")


def test_more_than_one_problem_of_an_error_is_counted(built: Path, key: KeyPair) -> None:
    build(built, lambda document: document.update(more=1, other=2))
    write_lines(built, bundle_for(load_private_key(key.private), payload_of(statement_for(built))))
    (ok, said) = answers(verify(built, keys=[key.public]))[5]
    assert not ok
    assert said.endswith(" (and 1 more)")
    build(built, lambda document: document.update(more=1))
    write_lines(built, bundle_for(load_private_key(key.private), payload_of(statement_for(built))))
    (ok, said) = answers(verify(built, keys=[key.public]))[5]
    assert "more)" not in said


def test_the_first_of_several_that_say_nothing_is_told(signed: Path, key: KeyPair) -> None:
    secret = load_private_key(key.private)
    write_lines(signed, *(bundle_for(secret, payload) for payload in (b"[]", b"{", b"{}")))
    said = details(verify(signed, keys=[key.public]))[4]
    assert said.startswith("openmodel.sig, payload of line 1: found a list; expected an object")


def test_another_type_of_payload_is_not_looked_into(signed: Path, key: KeyPair) -> None:
    write_lines(signed, bundle_for(load_private_key(key.private), b"no json", "text/plain"))
    (signer,) = verify(signed, keys=[key.public]).signers
    assert signer.problem == "a statement of another kind, which does not count"


def test_what_expires_when_it_is_issued_is_no_statement(signed: Path, key: KeyPair) -> None:
    statement = statement_for(signed)
    statement["predicate"]["expires"] = statement["predicate"]["issued"]
    write_lines(signed, bundle_for(load_private_key(key.private), payload_of(statement)))
    assert "expected a time after `issued`" in details(verify(signed, keys=[key.public]))[4]


def test_a_signature_that_does_not_count_has_no_time(
    signed: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although an authority dated it."""
    time = datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("openmodel.signing.recognition._dated", lambda *_: Dated(time))
    trusted = {key.key_id: load_public_key(key.public)}
    secret = load_private_key(key.private)
    for kind, expected in (("urn:openmodel:release:1-draft", time), ("https://slsa.dev/provenance/v1", None)):
        payload = payload_of({**statement_for(signed), "predicateType": kind})
        lines = signature_file.read_lines(json.dumps(bundle_for(secret, payload)).encode())
        (signer,) = check_lines(lines, trusted, timestamp_roots=[issue("Root", authority=True).certificate]).signers
        assert signer.timestamp == expected


def test_a_key_that_is_revoked_later_may_say_something_else(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    revoked = [{"key": key.key_id, "effective": "2999-01-01T00:00:00Z"}]
    trust = trust_file(tmp_path, keys=[{"name": "Ada", "file": str(key.public)}], revocations=revoked)
    payload = payload_of({**statement_for(signed), "predicateType": "https://slsa.dev/provenance/v1"})
    write_lines(signed, bundle_for(load_private_key(key.private), payload))
    (signer,) = verify(signed, trust=trust).signers
    assert signer.problem == "a statement of another kind (SLSA provenance), which does not count"


def test_what_sign_notes(declared: Path, key: KeyPair) -> None:
    assert sign(declared, keys=[key.private]).notes == ()
    (declared / ".gitattributes").write_bytes(b"")
    (declared / "openmodel.sig").unlink()
    (declared / "model.sig").unlink()
    build_for_real(declared)
    assert sign(declared, keys=[key.private]).notes == ("Not covered by the signatures: .gitattributes.",)


def test_the_address_of_an_authority_is_checked_first(tmp_path: Path, key: KeyPair) -> None:
    with pytest.raises(UsageError, match="the address 'ftp://x'"):
        sign(tmp_path / "none", keys=[key.private], timestamp_url="ftp://x")


def test_times_that_are_signed_are_whole_seconds(built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    expires = datetime(2999, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC)
    said = sign(built, keys=[key.private], expires=expires).statement
    assert said.expires == datetime(2999, 1, 1, tzinfo=UTC)
    assert said.issued.microsecond == 0
    for text in ("\u0661", "-1", "+1", " 1", "1_0", "1.0", "", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
        with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
            sign(built, keys=[key.private])


def test_provenance_of_an_earlier_state_stays_unless_forced(declared: Path, key: KeyPair) -> None:
    """Where no release statement is there yet."""
    (declared / "openmodel.yaml").write_bytes(DECLARATION + b"stages: [{id: training}]\n")
    build_for_real(declared)
    sign(declared, keys=[key.private], provenance=True)
    _, provenance = (declared / "openmodel.sig").read_bytes().splitlines()
    for force, lines in ((False, 2), (True, 1)):
        (declared / "model.sig").unlink(missing_ok=True)
        (declared / "openmodel.sig").write_bytes(provenance + b"\n")
        (declared / "openmodel.yaml").write_bytes(DECLARATION + b"stages: [{id: training-again}]\n")
        build_for_real(declared)
        sign(declared, keys=[key.private], force=force)
        assert len((declared / "openmodel.sig").read_bytes().splitlines()) == lines


class Clock(datetime):
    """One that stands."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Clock:
        return cls(2026, 1, 31, 12, tzinfo=tz)


def stop(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    for module in modules:
        monkeypatch.setattr(f"openmodel.signing.{module}.datetime", Clock)


@pytest.mark.parametrize(("second", "fits"), [("12:05:00", True), ("12:05:01", False)])
def test_five_minutes_between_the_clocks_of_two_who_sign(
    built: Path, key: KeyPair, other_key: KeyPair, monkeypatch: pytest.MonkeyPatch, second: str, *, fits: bool
) -> None:
    stop(monkeypatch, "agreement", "clock")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(f"2026-01-31T{second}Z").timestamp())))
    with nullcontext() if fits else pytest.raises(UsageError, match="not later than now"):
        sign(built, keys=[key.private])
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    statement = statement_for(built)
    statement["predicate"]["issued"] = f"2026-01-31T{second}Z"
    write_lines(built, bundle_for(load_private_key(key.private), payload_of(statement)))
    with nullcontext() if fits else pytest.raises(OverwriteError, match="later than now"):
        assert sign(built, keys=[other_key.private], force=False).kept == ()


@pytest.mark.parametrize(("second", "fits"), [("12:00:01", True), ("12:00:00", False)])
def test_what_expires_now_is_not_signed(
    built: Path, key: KeyPair, other_key: KeyPair, monkeypatch: pytest.MonkeyPatch, second: str, *, fits: bool
) -> None:
    stop(monkeypatch, "agreement", "clock")
    expires = datetime.fromisoformat(f"2026-01-31T{second}Z")
    statement = statement_for(built)
    statement["predicate"] |= {"issued": "2026-01-01T00:00:00Z", "expires": f"2026-01-31T{second}Z"}
    write_lines(built, bundle_for(load_private_key(key.private), payload_of(statement)))
    with nullcontext() if fits else pytest.raises(OverwriteError, match="a signature in line 1 that expired at"):
        agree(built / "openmodel.sig", (built / "openmodel.sig").read_bytes(), _said(statement), force=False)
    (built / "openmodel.sig").unlink()
    with nullcontext() if fits else pytest.raises(UsageError, match="Choose a later time"):
        sign(built, keys=[other_key.private], expires=expires)


def _said(statement: Json) -> ReleaseStatement:
    found = read(IN_TOTO, payload_of(statement), "payload")
    assert found
    return found


@pytest.mark.parametrize(("day", "fits"), [("02-01T12:00:00Z", True), ("02-01T12:00:01Z", False)])
def test_a_day_between_the_clocks_of_who_judged_and_who_reads(
    tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, day: str, *, fits: bool
) -> None:
    stop(monkeypatch, "report")
    said = replace(VERDICT, time=datetime.fromisoformat(f"2026-{day}"))
    assert verify_report(write(tmp_path / "report", key, encode(said)), keys=[key.public]).ok is fits


def test_signing_again_leaves_the_file_as_it_is(built: Path, key: KeyPair) -> None:
    """To the bytes, also those that this program would write otherwise."""
    sign(built, keys=[key.private])
    file = built / "openmodel.sig"
    for content in (file.read_bytes(), file.read_bytes().rstrip(b"\n")):
        file.write_bytes(content)
        before = file.stat().st_ino
        sign(built, keys=[key.private])
        assert (file.read_bytes(), file.stat().st_ino) == (content, before)
