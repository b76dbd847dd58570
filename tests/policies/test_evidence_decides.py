# SPDX-License-Identifier: Apache-2.0
"""What bytes contradict leaves no requirement plainly met that rests on it, or on what it speaks of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from tests.policies.readings import Step, declared, edit, made, read, requirements, write, write_json

EMBEDDING = save({"embed_tokens.weight": np.zeros((10, 4), np.float32), "norm.weight": np.zeros(4, np.float32)})
CONFIGURATION = {"id": "config", "name": "Configuration", "kinds": ["configuration"], "files": ["config.json"]}
WEIGHTS = ("OSAID-PARAM-AVAILABLE", "PROV-WEIGHTS")


def outcomes(root: Path, *ids: str) -> list[str]:
    return [requirements(read(root))[id].outcome for id in ids]


@pytest.mark.parametrize(("field", "value"), [("parameters", 99), ("tensors", 1), ("dtypes", {"F32": 8})])
def test_a_person_must_weigh_weights_whose_numbers_are_others(tmp_path: Path, field: str, value: Any) -> None:
    root = made(tmp_path)
    assert outcomes(root, *WEIGHTS) == ["met", "met"]
    edit(f"/measured/weights/0/{field}", value)(root)
    assert outcomes(root, *WEIGHTS) == ["undetermined", "undetermined"]
    findings = requirements(read(root))["OSAID-PARAM-AVAILABLE"].findings
    assert [finding.where for finding in findings if finding.kind == "judge"] == [f"/measured/weights/0/{field}"]


@pytest.mark.parametrize("components", [[], [CONFIGURATION]], ids=len)
@pytest.mark.parametrize("stated", [{"vocab_size": 20}, {"hidden_size": 8}])
def test_a_person_must_weigh_weights_that_their_configuration_does_not_fit(
    tmp_path: Path, components: list[dict[str, Any]], stated: dict[str, int]
) -> None:
    steps: tuple[Step, ...] = (write("model.safetensors", EMBEDDING), write_json("config.json", stated))
    root = made(tmp_path, *steps, components=[*declared("components"), *components])
    assert outcomes(root, *WEIGHTS) == ["undetermined", "undetermined"]
    fits = (steps[0], write_json("config.json", {"vocab_size": 10, "hidden_size": 4}))
    root = made(tmp_path / "other", *fits, components=[*declared("components"), *components])
    assert outcomes(root, *WEIGHTS) == ["met", "met"]


def test_data_that_is_shared_and_not_what_is_declared_is_for_a_person(tmp_path: Path) -> None:
    files = [{"path": "data/table.csv", "sha256": "0" * 64}]
    root = made(tmp_path, sources=declared("sources", files=files))
    without = requirements(openmodel.check(root).releases[0])
    assert (without["OSAID-DATA-OPEN"].outcome, without["PROV-DATA-HASH"].outcome) == ("undetermined", "unmet")
    assert outcomes(root, "OSAID-DATA-OPEN", "PROV-DATA-HASH") == ["undetermined", "unmet"]


def test_what_a_contradiction_speaks_of_is_in_the_json(tmp_path: Path) -> None:
    root = made(tmp_path)
    edit("/measured/weights/0/parameters", 99)(root)
    (root / "more.txt").write_text("x")
    report = openmodel.check(root, verify_bytes=True).as_json()
    told = json.loads(json.dumps(report))["releases"][0]["contradictions"]
    assert [item.get("about") for item in told] == [None, "/components/0/files"]
    assert "about" not in told[0]
