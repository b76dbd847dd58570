# SPDX-License-Identifier: Apache-2.0
"""`verify` by cases, a folder each; `verify_cases` writes them, and `verify/README.md` says what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.errors import OpenModelError
from tests.conformance.verify_cases import ALL, write
from tests.conformance.verify_running import CASES, NAMES, made

MOST_BYTES = 3_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_answered_as_expected(name: str, tmp_path: Path) -> None:
    case = made(name, tmp_path)
    if case.wanted["error"]:
        with pytest.raises(OpenModelError) as caught:
            case.answer()
        assert type(caught.value).__name__ == case.wanted["error"]
        assert case.wanted["place"] in str(caught.value)
    else:
        members = ("outcome", "steps", "files", "place")
        assert case.answer() == {member: case.wanted[member] for member in members}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_builder_writes_the_same_again(tmp_path: Path) -> None:
    for case in ALL:
        write(case, tmp_path / case.name)
    assert contents(tmp_path) == contents(CASES)


def test_every_case_that_does_not_verify_names_a_place() -> None:
    assert [case.name for case in ALL if case.outcome not in {"verified", "built"} and not case.place] == []


def test_the_cases_are_small() -> None:
    assert sum(path.stat().st_size for path in CASES.rglob("*") if path.is_file()) < MOST_BYTES
