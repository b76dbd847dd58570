# SPDX-License-Identifier: Apache-2.0
"""The progress bar: on standard error, on a terminal only, and not for what is done at once."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

import openmodel
from openmodel.cli import progress
from openmodel.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal_of_60_columns(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("COLUMNS", "60")
    return found


def test_bytes_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of_60_columns(monkeypatch)
    monkeypatch.setattr(progress, "_FROM", 0)
    monkeypatch.setattr(progress, "_EVERY", 0)
    with progress_bar() as tell:
        assert tell
        for done in range(5):
            tell(done * 2**30, 4 * 2**30)
    text = terminal.getvalue()
    assert "3.0/4.0 GiB" in text
    assert "B/s" in text
    assert "0:00:0" in text
    assert all(len(line) <= 60 for line in text.replace("\r", "\n").split("\n") if "\x1b" not in line)


def test_what_takes_less_than_a_second_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of_60_columns(monkeypatch)
    with progress_bar() as tell:
        assert tell
        tell(1, 2)
    assert not terminal.getvalue()


def test_without_a_terminal_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar() as tell:
        assert tell is None


def test_an_error_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of_60_columns(monkeypatch)
    monkeypatch.setattr(progress, "_FROM", 0)

    def interrupted() -> None:
        with progress_bar() as tell:
            assert tell
            tell(1, 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    assert terminal.getvalue().count(hidden) == terminal.getvalue().count(shown)


@pytest.mark.parametrize("after", range(6))
def test_a_terminal_that_is_gone_ends_the_bar_and_nothing_else(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    terminal = terminal_of_60_columns(monkeypatch)
    monkeypatch.setattr(progress, "_FROM", 0)
    monkeypatch.setattr(progress, "_EVERY", 0)
    left = [after]

    def write(text: str) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(5, "Input/output error")
        return len(text)

    monkeypatch.setattr(terminal, "write", write)
    with progress_bar() as tell:
        assert tell
        for done in range(5):
            tell(done, 4)


def test_every_stage_tells_of_all_bytes(tmp_path: Path) -> None:
    root = tmp_path / "release"
    root.mkdir()
    (root / "openmodel.yaml").write_text("openmodel: 1-draft\nrelease: {name: toy}\n")
    (root / "a.bin").write_bytes(bytes(100))
    (root / "b.bin").write_bytes(bytes(300_000))
    told: list[tuple[int, int]] = []
    pair = openmodel.new_key(tmp_path / "test-only.key")

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    for stage in (
        lambda: openmodel.build(root, progress=tell),
        lambda: openmodel.build(root, check=True, progress=tell),
        lambda: openmodel.sign(root, keys=[pair.private], progress=tell),
        lambda: openmodel.verify(root, keys=[pair.public], progress=tell),
        lambda: openmodel.check(root, verify_bytes=True, progress=tell),
    ):
        told.clear()
        stage()
        assert told[-1] == (300_100, 300_100)
    listed = json.loads((root / "openmodel.json").read_text())["measured"]["files"]
    assert [file["path"] for file in listed] == ["a.bin", "b.bin"]
    told.clear()
    openmodel.verify(root, keys=[pair.public], oms=True, progress=tell)
    assert told[-1][0] == told[-1][1] > 300_100  # model.sig lists the manifest as well.
