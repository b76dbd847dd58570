# SPDX-License-Identifier: Apache-2.0
"""The policy is sound, its examples come out as it says, and it finds what the house fears."""

from __future__ import annotations

from pathlib import Path

import pytest
from house_policy import POLICY

import openmodel
from openmodel.policies.trying import try_out

DECLARATION = """\
openmodel: 1-draft
release: {name: toy, publisher: Example Ltd}
components:
  - {id: weights, name: Weights, kinds: [weights], files: [model.bin], terms: {expression: TERMS}}
sources: [{id: forms, name: Scanned forms}]
extensions: {com.example.house: {data_owners: {forms: OWNER}}}
"""

HEADER = b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
SAFETENSORS = len(HEADER).to_bytes(8, "little") + HEADER + b"\x01"
PICKLE = b"\x80\x04cos\nsystem\n(S'echo'\ntR."


def test_it_is_sound_and_its_examples_come_out_as_it_says() -> None:
    assert try_out(POLICY) == ()


def check(folder: Path, content: bytes, *, terms: str = "MIT", owner: str = "Jo Reader") -> dict[str, str]:
    """The requirements that a release does not meet, with their outcomes."""
    text = DECLARATION.replace("TERMS", terms).replace("OWNER", owner)
    (folder / "openmodel.yaml").write_text(text, encoding="utf-8")
    (folder / "model.bin").write_bytes(content)
    openmodel.build(folder)
    found = openmodel.check(folder, policies=["house-1"]).releases[0].policies[0].requirements
    return {item.id: item.outcome for item in found if item.outcome != "met"}


def test_what_the_house_may_use(tmp_path: Path) -> None:
    assert check(tmp_path, SAFETENSORS) == {}


def test_what_runs_code_on_load_is_out(tmp_path: Path) -> None:
    assert check(tmp_path, PICKLE) == {"HOUSE-WEIGHTS-FORMAT": "unmet"}


def test_what_is_of_no_known_format_waits_for_a_person(tmp_path: Path) -> None:
    assert check(tmp_path, b"numbers") == {"HOUSE-WEIGHTS-FORMAT": "undetermined"}


def test_terms_that_nobody_has_read_wait_for_the_legal_team(tmp_path: Path) -> None:
    assert check(tmp_path, SAFETENSORS, terms="ISC") == {"HOUSE-TERMS-LISTED": "undetermined"}


@pytest.mark.parametrize(("owner", "outcome"), [("''", "unmet"), ("data-team", "undetermined")])
def test_somebody_answers_for_each_source(tmp_path: Path, owner: str, outcome: str) -> None:
    assert check(tmp_path, SAFETENSORS, owner=owner) == {"HOUSE-DATA-OWNER": outcome}
