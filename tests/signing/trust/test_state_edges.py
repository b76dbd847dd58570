# SPDX-License-Identifier: Apache-2.0
"""The state just so: its bytes, the second at which a clock is too far behind, and locks."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openmodel.errors import DocumentError, InventoryError
from openmodel.signing import KeyPair, verify
from openmodel.signing.statement import ReleaseStatement
from openmodel.signing.trust import state as state_file

SEEN = state_file.Seen(5, "0" * 64, datetime(2025, 1, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def test_the_bytes_of_a_state(tmp_path: Path) -> None:
    state = state_file.State(datetime(2026, 1, 1, tzinfo=UTC), {"b": {}, "\u00e9": {"Ada": SEEN}})
    state_file.write(tmp_path / "s", state)
    assert (tmp_path / "s").read_text(encoding="utf-8") == (
        '{\n  "checked": "2026-01-01T00:00:00Z",\n  "openmodel_state": "1-draft",\n  "releases": {\n    "b": {},\n'
        '    "\u00e9": {\n      "Ada": {\n        "issued": "2025-01-31T12:00:00Z",\n'
        f'        "manifest_sha256": "{"0" * 64}",\n        "seen": "2026-01-01T00:00:00Z",\n        "sequence": 5\n'
        "      }\n    }\n  }\n}\n"
    )
    assert state_file.read(tmp_path / "s") == state


def claim(sequence: int) -> ReleaseStatement:
    return ReleaseStatement("0" * 64, "0" * 64, None, "toy", None, sequence, datetime(2025, 1, 31, 12, tzinfo=UTC))


def test_the_highest_that_was_seen_is_told() -> None:
    seen = {"a": replace(SEEN, sequence=6), "b": replace(SEEN, sequence=7), "c": SEEN, "d": replace(SEEN, sequence=9)}
    state = state_file.State(SEEN.seen, {"toy": seen})
    assert "sequence 7 was seen" in state.rollback(claim(4), ["a", "b", "c"])
    assert state.rollback(claim(7), ["a", "b", "c"]) == ""


@pytest.mark.parametrize(("seconds", "fits"), [(0, True), (1, False)])
def test_a_clock_that_is_a_day_behind(monkeypatch: pytest.MonkeyPatch, *, seconds: int, fits: bool) -> None:
    now = SEEN.seen - timedelta(days=1, seconds=seconds)
    monkeypatch.setattr(state_file, "now", lambda: now)
    state = state_file.State(SEEN.seen, {})
    assert (state.staleness(claim(5), ["a"]) == "") is fits
    assert state.with_release(claim(5), ["a"]).checked == SEEN.seen
    assert state_file.State(None, {}).with_release(claim(5), ["a"]).checked == now


def test_a_state_with_a_time_that_does_not_exist(tmp_path: Path) -> None:
    state_file.write(tmp_path / "s", state_file.State(SEEN.seen, {}))
    content = (tmp_path / "s").read_text()
    (tmp_path / "s").write_text(content.replace("2026-01-01", "2026-02-31"))
    with pytest.raises(DocumentError, match="found a time that does not exist"):
        state_file.read(tmp_path / "s")


def test_where_there_are_no_locks_a_state_is_kept_without(
    signed: Path, key: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert verify(signed, keys=[key.public], state=tmp_path / "state.json").ok
    assert (tmp_path / "state.json").exists()


def test_a_lock_that_is_refused(signed: Path, key: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl", reason="this system has no such locks")

    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(InventoryError, match="cannot be locked: No locks available"):
        verify(signed, keys=[key.public], state=tmp_path / "state.json")
