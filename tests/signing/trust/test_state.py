# SPDX-License-Identifier: Apache-2.0
"""What was seen before: rollback, other bytes, replayed statements, and the file itself."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openmodel.errors import DocumentError, InventoryError, UsageError
from openmodel.inventory import writing
from openmodel.signing import KeyPair, Verification, sign, verify
from openmodel.signing.statement import time_text
from openmodel.signing.trust import state as state_file
from tests.signing.small_release import Json, build, payload_of, sign_payload, statement_for
from tests.signing.trust.authorities import trust_file


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def issued(release: Path, pair: KeyPair, sequence: int | None, *, name: str = "toy", **more: Any) -> None:
    """Makes another release of it: builds and signs it with this sequence."""

    def change(document: Json) -> None:
        document["release"] = {"name": name, "version": "1.0"}
        if sequence is not None:
            document["release"]["sequence"] = sequence
        document["release"] |= {key: value for key, value in more.items() if key == "version"}

    (release / "openmodel.sig").unlink(missing_ok=True)  # It would be listed as left out.
    build(release, change)
    statement = statement_for(release)
    statement["predicate"] = {**json.loads((release / "openmodel.json").read_bytes())["release"], "issued": None}
    statement["predicate"]["issued"] = more.get("issued", "2025-01-31T12:00:00Z")
    sign_payload(release, pair.private, payload_of(statement))


def failing(result: Verification) -> dict[int, str]:
    return {step.number: step.detail for step in result.steps if step.ok is False}


def test_the_first_time_is_remembered_and_again_is_fine(signed: Path, key: KeyPair, state: Path) -> None:
    result = verify(signed, keys=[key.public], state=state)
    assert result.ok
    assert {step.number: step.detail for step in result.steps if step.number > 16} == {
        18: "nothing was seen before",
        19: "nothing was seen before",
    }
    (row,) = json.loads(state.read_bytes())["releases"]["toy"].values()
    assert (row["sequence"], row["manifest_sha256"]) == (3, result.manifest_sha256)
    assert list(json.loads(state.read_bytes())["releases"]["toy"]) == [f"key {key.key_id}"]
    assert verify(signed, keys=[key.public], state=state).ok


def test_an_older_release_fails_and_the_message_says_what_was_seen(built: Path, key: KeyPair, state: Path) -> None:
    issued(built, key, 5)
    seen = verify(built, keys=[key.public], state=state)
    before = state.read_bytes()
    issued(built, key, 4)
    assert verify(built, keys=[key.public]).ok
    result = verify(built, keys=[key.public], state=state)
    (detail,) = failing(result).values()
    assert list(failing(result)) == [18]
    when = json.loads(before)["checked"]
    assert detail == f"this is sequence 4, and on {when}, sequence 5 was seen (openmodel.json {seen.manifest_sha256})"
    assert state.read_bytes() == before
    issued(built, key, 6)
    assert verify(built, keys=[key.public], state=state).ok


def test_the_same_sequence_with_other_bytes_fails(built: Path, key: KeyPair, state: Path) -> None:
    issued(built, key, 5)
    assert verify(built, keys=[key.public], state=state).ok
    issued(built, key, 5, version="1.1")
    result = verify(built, keys=[key.public], state=state)
    assert list(failing(result)) == [18]
    assert "with another openmodel.json" in failing(result)[18]


def test_a_leap_forward_is_taken_and_then_binds(built: Path, key: KeyPair, state: Path) -> None:
    for sequence, ok in ((1, True), (2**53 - 1, True), (2, False)):
        issued(built, key, sequence)
        assert verify(built, keys=[key.public], state=state).ok is ok


def test_a_release_without_a_sequence_cannot_be_remembered(built: Path, key: KeyPair, state: Path) -> None:
    issued(built, key, None)
    assert verify(built, keys=[key.public]).ok
    assert "has no sequence" in failing(verify(built, keys=[key.public], state=state))[18]
    assert not state.exists()


def test_names_and_publishers_are_kept_apart(built: Path, key: KeyPair, other_key: KeyPair, state: Path) -> None:
    issued(built, key, 5)
    assert verify(built, keys=[key.public], state=state).ok
    issued(built, key, 1, name="another")
    assert verify(built, keys=[key.public], state=state).ok
    issued(built, other_key, 1)
    assert verify(built, keys=[other_key.public], state=state).ok
    issued(built, key, 4)
    assert failing(verify(built, keys=[key.public], state=state))


def test_an_older_release_by_another_signer_of_the_same_group_is_older(
    built: Path, key: KeyPair, other_key: KeyPair, state: Path
) -> None:
    """Otherwise any release that only one of them signed could be brought back."""
    issued(built, key, 5)
    both = [key.public, other_key.public]
    assert verify(built, keys=both, state=state).ok
    issued(built, other_key, 4)
    assert list(failing(verify(built, keys=both, state=state))) == [18]


def test_with_a_trust_file_a_publisher_is_a_name(
    built: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair, state: Path
) -> None:
    trust = trust_file(tmp_path, keys=[{"name": "Ada", "file": str(one.public)} for one in (key, other_key)])
    issued(built, key, 5)
    assert verify(built, trust=trust, state=state).ok
    assert list(json.loads(state.read_bytes())["releases"]["toy"]) == ["Ada"]
    issued(built, other_key, 4)
    assert list(failing(verify(built, trust=trust, state=state))) == [18]


def test_an_older_statement_about_the_same_release_is_stale(built: Path, key: KeyPair, state: Path) -> None:
    """The newer may have an expiry that the older had not."""
    issued(built, key, 5, issued="2025-06-01T00:00:00Z")
    assert verify(built, keys=[key.public], state=state).ok
    issued(built, key, 5, issued="2025-05-01T00:00:00Z")
    result = verify(built, keys=[key.public], state=state)
    assert list(failing(result)) == [19]
    assert "a statement of 2025-06-01T00:00:00Z was seen on" in failing(result)[19]
    issued(built, key, 6, issued="2025-05-01T00:00:00Z")
    assert verify(built, keys=[key.public], state=state).ok


def test_a_clock_that_was_set_back_is_noticed(signed: Path, key: KeyPair, state: Path) -> None:
    assert verify(signed, keys=[key.public], state=state).ok
    data = json.loads(state.read_bytes())
    for ahead, numbers in ((timedelta(hours=20), []), (timedelta(days=2), [19])):
        state.write_text(json.dumps({**data, "checked": time_text(datetime.now(UTC) + ahead)}))
        assert list(failing(verify(signed, keys=[key.public], state=state))) == numbers


def test_nothing_is_remembered_of_what_does_not_verify(
    signed: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair, state: Path
) -> None:
    keys = [{"name": "Ada", "file": str(key.public)}, {"name": "Ben", "file": str(other_key.public)}]
    verify(signed, trust=trust_file(tmp_path, keys=keys, threshold=2), state=state)
    verify(signed, keys=[other_key.public], state=state)
    (signed / "config.json").write_bytes(b"[]")
    verify(signed, keys=[key.public], state=state)
    (signed / "openmodel.sig").unlink()
    result = verify(signed, keys=[key.public], state=state)
    assert result.outcome == "unsigned"
    assert [step.number for step in result.steps if step.number > 16] == [18, 19]
    assert not state.exists()


BROKEN = [
    b"",
    b"{}",
    b"[]",
    b"\xff",
    b'{"openmodel_state": "2", "checked": "2025-01-01T00:00:00Z", "releases": {}}',
    b'{"openmodel_state": "1-draft", "checked": "2025-02-31T00:00:00Z", "releases": {}}',
    b'{"openmodel_state": "1-draft", "checked": "2025-01-01T00:00:00Z", "releases": {}, "releases": {}}',
    b'{"openmodel_state": "1-draft", "checked": "2025-01-01T00:00:00Z", "releases": {"toy": {"a": {"sequence": 1}}}}',
    b" " * (4 * 2**20 + 1),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_broken_file_is_an_error_and_stays(signed: Path, key: KeyPair, state: Path, number: int) -> None:
    state.write_bytes(BROKEN[number])
    with pytest.raises(DocumentError, match="Restore it from a copy"):
        verify(signed, keys=[key.public], state=state)
    assert state.read_bytes() == BROKEN[number]


def test_where_the_file_may_not_be(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    with pytest.raises(UsageError, match="a state file inside the release"):
        verify(signed, keys=[key.public], state=signed / ".git-state")
    with pytest.raises(DocumentError, match="Is a directory"):
        verify(signed, keys=[key.public], state=tmp_path)
    with pytest.raises(InventoryError, match="cannot be locked"):
        verify(signed, keys=[key.public], state=tmp_path / "none" / "state.json")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DocumentError):
        verify(signed, keys=[key.public], state=tmp_path / "dangling")


def test_a_file_that_cannot_be_written_is_no_yes(
    signed: Path, key: KeyPair, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_fill", full)
    with pytest.raises(InventoryError, match="No space left"):
        verify(signed, keys=[key.public], state=state)


@pytest.mark.parametrize("name", ["_fill", "_sync_directory"])
def test_ctrl_c_leaves_the_old_file_or_the_new(
    built: Path, key: KeyPair, state: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    issued(built, key, 1)
    verify(built, keys=[key.public], state=state)
    issued(built, key, 2)

    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writing, name, interrupt)
        with pytest.raises(KeyboardInterrupt):
            verify(built, keys=[key.public], state=state)
    (row,) = state_file.read(state).releases["toy"].values()
    assert row.sequence == (1 if name == "_fill" else 2)
    assert [path.name for path in state.parent.iterdir() if "tmp" in path.suffix] == []
    assert verify(built, keys=[key.public], state=state).ok


def _verify(release: str, key: str, state: str) -> bool:
    return verify(release, keys=[key], state=state).ok


def test_programs_that_verify_at_the_same_time_forget_nothing(tmp_path: Path, built: Path, key: KeyPair) -> None:
    state, arguments = tmp_path / "state.json", []
    for number in range(6):
        copy = shutil.copytree(built, tmp_path / f"copy{number}")
        issued(copy, key, 1, name=f"name {number}")
        arguments.append((str(copy), str(key.public), str(state)))
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert all(pool.starmap(_verify, arguments))
    assert sorted(json.loads(state.read_bytes())["releases"]) == [f"name {number}" for number in range(6)]


def test_sign_and_verify_with_a_state(declared: Path, key: KeyPair, state: Path) -> None:
    """A release as people make it has a sequence only if its declaration says so."""
    sign(declared, keys=[key.private])
    assert "has no sequence" in failing(verify(declared, keys=[key.public], state=state))[18]
