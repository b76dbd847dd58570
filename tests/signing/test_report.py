# SPDX-License-Identifier: Apache-2.0
"""A report that somebody signed: what is signed, who reads it how, and what does not pass for one."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import openmodel
from openmodel.checking import check
from openmodel.errors import DocumentError, InventoryError, KeyFileError, OverwriteError, UsageError
from openmodel.policies.report import Report
from openmodel.rendering.report import report_json
from openmodel.rendering.verdict import verdict_json, verdict_text
from openmodel.signing import KeyPair, load_private_key, sign, verify
from openmodel.signing import report as signing_report
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.report import verify_report
from openmodel.signing.verdict import PolicyVerdict, Verdict, encode, read
from openmodel.verdicts import sign_report
from openmodel.version import VERSION
from tests.signing.in_toto_shapes import RESULT
from tests.signing.small_release import Json, bundle_for, digest

VERDICT = Verdict(
    judged_sha256="ab" * 32,
    judged_name="openmodel.json",
    name="toy é",
    version="1.0",
    report_sha256=digest(b"report"),
    tool="1.2.3",
    time=datetime(2025, 1, 31, 12, tzinfo=UTC),
    bytes_read=False,
    contradicted=False,
    outcome="undetermined",
    policies=(PolicyVerdict("osaid-1.0", "4", "undetermined"), PolicyVerdict("provenance-1", "2", "met")),
)


@pytest.fixture
def report(built_release: Path, tmp_path: Path, key: KeyPair) -> Path:
    """A signed report of `built_release`."""
    found = check(built_release)
    file = tmp_path / "report.json"
    sign_report(found, report_json(found).encode(), file, keys=[key.private])
    return file


def line_of(report: Path) -> Any:
    (line,) = Path(f"{report}.sig").read_bytes().splitlines()
    return json.loads(line)


def payload_of(report: Path) -> bytes:
    return base64.b64decode(line_of(report)["dsseEnvelope"]["payload"])


def write(file: Path, key: KeyPair, payload: bytes, payload_type: str = IN_TOTO) -> Path:
    """A report with the bytes `report`, and one valid signature over any payload."""
    file.write_bytes(b"report")
    bundle = bundle_for(load_private_key(key.private), payload, payload_type)
    Path(f"{file}.sig").write_text(f"{json.dumps(bundle)}\n")
    return file


def test_a_verdict_says_what_was_judged_by_what_and_how(built_release: Path, report: Path, key: KeyPair) -> None:
    result = verify_report(report, keys=[key.public], release=built_release)
    assert result.ok
    assert result.problems == ()
    said = result.verdict
    assert said
    assert said.judged_sha256 == digest((built_release / "openmodel.json").read_bytes())
    assert said.report_sha256 == digest(report.read_bytes())
    assert (said.name, said.version, said.tool, said.bytes_read) == ("toy", "1.0", VERSION, False)
    judged = check(built_release).releases[0]
    assert [(one.policy, one.version, one.outcome) for one in said.policies] == [
        (one.policy, one.version, one.outcome) for one in judged.policies
    ]
    assert said.outcome == judged.outcome


def test_it_has_the_shape_that_others_read(report: Path) -> None:
    value = json.loads(payload_of(report))
    Draft202012Validator(RESULT).validate(value)
    assert value["predicate"]["verifier"]["id"] == f"pkg:pypi/openmodel-provenance@{VERSION}"


def test_to_others_only_what_was_met_is_a_property() -> None:
    assert properties(VERDICT) == ["openmodel:provenance-1@2"]
    for outcome in ("unmet", "undetermined", "not_applicable"):
        unmet = replace(VERDICT, policies=(PolicyVerdict("osaid-1.0", "4", outcome),), outcome=outcome)
        assert properties(unmet) == []


def test_what_was_met_is_told_beside_what_was_not() -> None:
    both = (PolicyVerdict("osaid-1.0", "4", "unmet"), PolicyVerdict("provenance-1", "2", "met"))
    assert properties(replace(VERDICT, policies=both, outcome="unmet")) == ["openmodel:provenance-1@2"]


def test_nothing_is_met_of_a_manifest_that_its_files_contradict() -> None:
    met = PolicyVerdict("provenance-1", "2", "met")
    unmet = PolicyVerdict("osaid-1.0", "4", "unmet")
    for policies in ((met,), (met, unmet)):
        contradicted = replace(VERDICT, policies=policies, outcome="unmet", bytes_read=True, contradicted=True)
        assert properties(contradicted) == []
        assert not contradicted.is_yes
    assert replace(VERDICT, policies=(met,), outcome="met").is_yes
    assert replace(VERDICT, policies=(met, PolicyVerdict("x", "1", "not_applicable")), outcome="met").is_yes
    assert not replace(VERDICT, policies=(met,), outcome="undetermined").is_yes
    assert not replace(VERDICT, policies=(met, PolicyVerdict("x", "1", "unmet")), outcome="met").is_yes


def properties(verdict: Verdict) -> list[str]:
    found: list[str] = json.loads(encode(verdict))["predicate"]["properties"]
    return found


def test_reading_gives_back_what_was_written() -> None:
    unmet = replace(VERDICT, bytes_read=True, contradicted=True, outcome="unmet")
    for one in (VERDICT, replace(VERDICT, version=None, bytes_read=True), unmet):
        assert read(IN_TOTO, encode(one), "payload") == one


def test_the_page_prints_the_payload() -> None:
    page = Path(__file__).parents[2] / "docs" / "spec" / "verdict.md"
    assert f"```\n{encode(VERDICT).decode()}\n```" in page.read_text(encoding="utf-8")


def test_bytes_that_were_read_are_said_to_be(built_release: Path, tmp_path: Path, key: KeyPair) -> None:
    (built_release / "data/table.csv").write_text("other")
    found = check(built_release, verify_bytes=True)
    said = sign_report(found, b"report", tmp_path / "r", keys=[key.private])
    assert said.bytes_read
    assert (said.contradicted, said.outcome) == (True, "unmet")
    assert json.loads(payload_of(tmp_path / "r"))["predicate"]["properties"] == []


def test_a_name_that_is_no_text_is_spelled(built_release: Path, tmp_path: Path, key: KeyPair) -> None:
    manifest = tmp_path / os.fsdecode(b"\xff.json")
    manifest.write_bytes((built_release / "openmodel.json").read_bytes())
    said = sign_report(check(manifest), b"report", tmp_path / "r", keys=[key.private])
    assert said.judged_name == "\\udcff.json"
    assert verify_report(tmp_path / "r", keys=[key.public], release=manifest).ok


def test_any_form_of_the_report_can_be_signed_by_several(
    built_release: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair
) -> None:
    sign_report(check(built_release), b"text", tmp_path / "r.txt", keys=[key.private, other_key.private])
    for one in (key, other_key):
        result = verify_report(tmp_path / "r.txt", keys=[one.public])
        assert result.ok
        assert [signer.trusted for signer in result.signers] == [one is key, one is other_key]


def test_an_altered_report_is_not_authentic(report: Path, key: KeyPair) -> None:
    report.write_bytes(report.read_bytes() + b" ")
    result = verify_report(report, keys=[key.public])
    assert not result.ok
    assert "other bytes than the one that was signed" in result.problems[0]


def test_a_verdict_is_about_one_manifest(built_release: Path, report: Path, key: KeyPair) -> None:
    manifest = built_release / "openmodel.json"
    assert verify_report(report, keys=[key.public], release=manifest).ok
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    for place in (built_release, manifest):
        result = verify_report(report, keys=[key.public], release=place)
        assert not result.ok
        assert "the verdict is about" in result.problems[0]
    assert verify_report(report, keys=[key.public]).ok


def test_another_key_and_no_signature(report: Path, key: KeyPair, other_key: KeyPair) -> None:
    result = verify_report(report, keys=[other_key.public])
    assert (result.ok, result.verdict, result.problems) == (False, None, ("no verdict on it by a given key",))
    Path(f"{report}.sig").unlink()
    result = verify_report(report, keys=[key.public])
    assert (result.ok, result.problems) == (False, ("there is no report.json.sig: nobody signed this report",))


def test_signatures_of_a_release_and_of_a_report_are_not_each_other(
    built_release: Path, report: Path, key: KeyPair
) -> None:
    verdict_lines = Path(f"{report}.sig").read_bytes()
    sign(built_release, keys=[key.private], provenance=True)
    release_lines = (built_release / "openmodel.sig").read_bytes()
    Path(f"{report}.sig").write_bytes(release_lines)
    result = verify_report(report, keys=[key.public])
    assert not result.ok
    assert {signer.problem for signer in result.signers} == {"a statement of another kind, which does not count"}
    (built_release / "openmodel.sig").write_bytes(verdict_lines)
    assert [step.number for step in verify(built_release, keys=[key.public]).steps if step.ok is False] == [3]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda value: value["predicate"].update(properties=["openmodel:osaid-1.0@4"]), "/predicate/properties"),
        (lambda value: value["predicate"].update(properties=[]), "/predicate/properties"),
        (lambda value: value["predicate"].update(timeCreated="2025-02-31T12:00:00Z"), "/predicate/timeCreated"),
        (lambda value: value["predicate"].update(timeCreated="2025-01-31T12:00:00+00:00"), "/predicate/timeCreated"),
        (lambda value: value["predicate"].update(more=1), "/predicate"),
        (lambda value: value["predicate"].pop("openmodel"), "/predicate"),
        (lambda value: value["predicate"]["verifier"].update(id="https://example.org"), "/predicate/verifier/id"),
        (lambda value: value["predicate"]["openmodel"].update(outcome="passed"), "/predicate/openmodel/outcome"),
        (lambda value: value["predicate"]["openmodel"].update(bytesRead=1), "/predicate/openmodel/bytesRead"),
        (
            lambda value: value["predicate"]["openmodel"].update(contradicted=True),
            "/predicate/openmodel/contradicted",
        ),
        (
            lambda value: value["predicate"].update(
                properties=[], openmodel=value["predicate"]["openmodel"] | {"bytesRead": True, "contradicted": True}
            ),
            "/predicate/openmodel/contradicted",
        ),
        (lambda value: value["predicate"]["openmodel"].update(policies=[]), "/predicate/openmodel/policies"),
        (lambda value: value["subject"].append(value["subject"][0]), "/subject"),
        (lambda value: value["subject"][0].update(digest={"sha256": "AB" * 32}), "/subject/0/digest/sha256"),
        (lambda value: value["subject"][0].update(digest={"sha1": "ab" * 20}), "/subject/0/digest"),
        (lambda value: value.pop("predicateType"), "no member 'predicateType'"),
        (lambda value: value.update(_type="https://in-toto.io/Statement/v0.1"), "/_type"),
    ],
)
def test_other_shapes_fail(tmp_path: Path, key: KeyPair, change: Callable[[Json], object], where: str) -> None:
    value = json.loads(encode(VERDICT))
    change(value)
    result = verify_report(write(tmp_path / "r", key, json.dumps(value).encode()), keys=[key.public])
    assert not result.ok
    assert result.verdict is None
    assert where in result.problems[0]
    assert result.problems == (result.signers[0].problem,)
    assert (result.signers[0].key_id, result.signers[0].trusted) == (key.key_id, False)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"a":1,"a":1}',
        b"[" * 70 + b"]" * 70,
        encode(VERDICT).replace(b'"_type"', b'"_type":1,"\\u005ftype"'),
    ],
)
def test_what_is_signed_is_strict_json(tmp_path: Path, key: KeyPair, payload: bytes) -> None:
    result = verify_report(write(tmp_path / "r", key, payload), keys=[key.public])
    assert not result.ok


def test_other_payload_types_do_not_count(tmp_path: Path, key: KeyPair) -> None:
    result = verify_report(write(tmp_path / "r", key, encode(VERDICT), "application/json"), keys=[key.public])
    assert result.problems == ("no verdict on it by a given key",)


def test_a_verdict_from_the_future(tmp_path: Path, key: KeyPair) -> None:
    later = replace(VERDICT, time=datetime(2999, 1, 1, tzinfo=UTC))
    result = verify_report(write(tmp_path / "r", key, encode(later)), keys=[key.public])
    assert not result.ok
    assert "given at 2999-01-01" in result.problems[0]


def test_verdicts_that_differ_are_none(tmp_path: Path, key: KeyPair, other_key: KeyPair) -> None:
    file = write(tmp_path / "r", key, encode(VERDICT))
    first = Path(f"{file}.sig").read_bytes()
    write(file, other_key, encode(replace(VERDICT, tool="2")))
    Path(f"{file}.sig").write_bytes(first + Path(f"{file}.sig").read_bytes())
    assert verify_report(file, keys=[key.public]).ok
    result = verify_report(file, keys=[key.public, other_key.public])
    assert (result.ok, result.problems) == (False, ("the given keys signed verdicts that differ",))


def test_a_false_line_besides_does_not_matter(report: Path, key: KeyPair) -> None:
    file = Path(f"{report}.sig")
    false = line_of(report)
    false["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    file.write_bytes(b"no bundle\n" + json.dumps(false).encode() + b"\n" + file.read_bytes())
    result = verify_report(report, keys=[key.public])
    assert result.ok
    assert [signer.trusted for signer in result.signers] == [False, False, True]
    assert "report.json.sig, line 1" in result.signers[0].problem


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_byte_is_noticed(report: Path, key: KeyPair, data: st.DataObject) -> None:
    for file in (report, Path(f"{report}.sig")):
        content = file.read_bytes()
        position = data.draw(st.integers(0, len(content) - 2))
        changed = bytearray(content)
        changed[position] ^= data.draw(st.integers(1, 127))
        file.write_bytes(changed)
        result = verify_report(report, keys=[key.public])
        file.write_bytes(content)
        assert not result.ok or json.loads(bytes(changed)) == json.loads(content)


def test_too_much_is_not_read(report: Path, key: KeyPair) -> None:
    Path(f"{report}.sig").write_bytes(b"\n" * 2_000)
    result = verify_report(report, keys=[key.public])
    assert not result.ok
    assert "2,000 lines" in result.problems[0]


# Signing.


def test_files_that_are_there_are_kept(built_release: Path, tmp_path: Path, key: KeyPair) -> None:
    found = check(built_release)
    for name in ("r", "r.sig"):
        (tmp_path / name).write_text("mine")
        with pytest.raises(OverwriteError):
            sign_report(found, b"report", tmp_path / "r", keys=[key.private])
        assert [path.read_text() for path in tmp_path.glob("r*")] == ["mine"]
        (tmp_path / name).unlink()
    for name in ("r", "r.sig"):
        (tmp_path / name).write_text("old")
    sign_report(found, b"report", tmp_path / "r", keys=[key.private], force=True)
    assert verify_report(tmp_path / "r", keys=[key.public]).ok


def test_nothing_is_signed_that_would_not_be_read(tmp_path: Path, key: KeyPair) -> None:
    said = replace(VERDICT, policies=VERDICT.policies * 33)
    more = {"keys": [key.private], "passphrase": None, "force": False}
    with pytest.raises(DocumentError, match="a list of 66; expected at most 64"):
        signing_report.write_signed(tmp_path / "r", b"report", said, **more)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_one_release_at_a_time(
    built_release: Path, tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = check(built_release)
    two = Report(1, one.tool, one.releases * 2)
    for report in (two, Report(1, one.tool, ()), Report(1, one.tool, one.releases, UNREADABLE)):
        with pytest.raises(UsageError, match="one at a time"):
            sign_report(report, b"report", tmp_path / "r", keys=[key.private])
    with pytest.raises(UsageError, match="no key"):
        sign_report(one, b"report", tmp_path / "r", keys=[])
    with pytest.raises(KeyFileError):
        sign_report(one, b"report", tmp_path / "r", keys=[key.public])
    monkeypatch.setattr(signing_report, "MAX_BYTES", 5)
    with pytest.raises(DocumentError, match="a report of 6 bytes"):
        sign_report(one, b"report", tmp_path / "r", keys=[key.private])
    sign_report(one, b"repor", tmp_path / "other", keys=[key.private])
    assert not list(tmp_path.glob("r*"))


UNREADABLE = (openmodel.Problem("a", "b", "c", "d"),)


def test_the_time_can_be_set(
    built_release: Path, tmp_path: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1738324800")
    said = sign_report(check(built_release), b"report", tmp_path / "r", keys=[key.private])
    assert said.time == datetime(2025, 1, 31, 12, tzinfo=UTC)


def test_a_file_that_was_judged_is_named(built_release: Path, tmp_path: Path, key: KeyPair) -> None:
    said = sign_report(check(built_release / "openmodel.json"), b"r", tmp_path / "r", keys=[key.private])
    assert said.judged_name == "openmodel.json"


def test_a_file_of_another_format_that_was_judged_is_the_subject(tmp_path: Path, key: KeyPair) -> None:
    file = tmp_path / "model.yml"
    file.write_text("framework: {name: Model Openness Framework}\nrelease: {name: It, components: []}\n")
    said = sign_report(check(file, policies=["mot"]), b"r", tmp_path / "r", keys=[key.private])
    assert (said.judged_name, said.judged_sha256) == ("model.yml", digest(file.read_bytes()))
    assert verify_report(tmp_path / "r", keys=[key.public], release=file).ok
    file.write_bytes(file.read_bytes() + b"\n")
    assert not verify_report(tmp_path / "r", keys=[key.public], release=file).ok


def test_questions_that_cannot_be_answered(report: Path, key: KeyPair, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no key"):
        verify_report(report, keys=[])
    with pytest.raises(DocumentError):
        verify_report(tmp_path / "none", keys=[key.public])
    with pytest.raises((DocumentError, InventoryError)):
        verify_report(report, keys=[key.public], release=tmp_path)
    with pytest.raises(DocumentError):
        verify_report(report, keys=[key.public], release=tmp_path / "none")


def test_the_publisher_does_not_decide_who_judges(built_release: Path, report: Path, key: KeyPair) -> None:
    inside = built_release / "auditor.pub"
    inside.write_bytes(key.public.read_bytes())
    with pytest.raises(UsageError, match="inside the release"):
        verify_report(report, keys=[inside], release=built_release)


# Showing.


def test_the_text_tells_authentic_from_met(built_release: Path, report: Path, key: KeyPair, other_key: KeyPair) -> None:
    text = verdict_text(verify_report(report, keys=[key.public], release=built_release), 100)
    assert text.startswith("✓ Authentic")
    assert "its manifest, without reading its files" in text
    assert "the manifest of the release that you named" in text
    assert "version" in text
    assert "--release" not in text
    assert "--release" in verdict_text(verify_report(report, keys=[key.public]), 100)
    failed = verdict_text(verify_report(report, keys=[other_key.public]), 100)
    assert failed.startswith("✗ NOT authentic")
    assert "osaid" not in failed


def test_a_contradiction_is_told(tmp_path: Path, key: KeyPair) -> None:
    both = (PolicyVerdict("provenance-1", "2", "met"), PolicyVerdict("osaid-1.0", "4", "unmet"))
    said = replace(VERDICT, policies=both, outcome="unmet", bytes_read=True, contradicted=True, name="\x1b[31mred")
    text = verdict_text(verify_report(write(tmp_path / "r", key, encode(said)), keys=[key.public]), 100)
    assert "contradict the manifest" in text
    assert "\x1b" not in text


def test_json_is_one_ascii_value(report: Path, tmp_path: Path, key: KeyPair) -> None:
    for file in (report, write(tmp_path / "r", key, encode(VERDICT))):
        text = verdict_json(verify_report(file, keys=[key.public]))
        assert text.isascii()
        value = json.loads(text)
        assert value["ok"] is True
        assert value["is_yes"] is False
        assert value["verdict"]["report_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
