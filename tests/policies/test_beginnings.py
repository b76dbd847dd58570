# SPDX-License-Identifier: Apache-2.0
"""With which parameters a stage began: no model hides below the first stage that is described."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

IDS = ("OSAID-DATA-LISTED", "OSAID-CODE-TRAINING")
WITHHELD = {"undisclosed": "withheld", "reason": "secret"}
NONE = {"undisclosed": "not_applicable", "reason": "It began with random numbers."}
DATA = [{"source": "a", "role": "train"}]


def stage(id: str, kind: str, result: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind} | ({"result": result} if result else {}) | fields


def began(kind: str, model: str, result: str = "w") -> dict[str, Any]:
    return stage("last", kind, result, data=DATA, models=[{"model": model, "role": "initial"}])


def resumed(value: Any) -> dict[str, Any]:
    return stage("run", "train", "w", data=DATA, segments=[{"id": "g", "resumed_from": value}])


def places(stages: list[dict[str, Any]], kind: str) -> list[set[str]]:
    """What is found at stages and components, for each of the two requirements that ask it."""
    given: dict[str, Any] = {
        "sources": [{"id": "a", "name": "A"}],
        "components": [{"id": id, "name": id, "kinds": [of]} for id, of in (("w", "weights"), ("c", "checkpoint"))],
        "parents": [],
        "stages": stages,
    }
    asked = ("/stages/", "/components/0/id")
    every = [found(judged(id, **given), kind) for id in IDS]
    return [
        {place for place in one if place.startswith(asked) and not place.endswith(("/code", "/data"))} for one in every
    ]


TRAIN_C = stage("t", "train", "c", data=DATA)
FINETUNE = stage("f", "finetune", "w", data=DATA)

UNMET: list[tuple[str, list[dict[str, Any]], str]] = [
    ("converted from nothing", [stage("z", "convert", "c"), began("finetune", "c")], "/stages/0/models"),
    ("processed from nothing", [stage("z", "process", "c"), began("finetune", "c")], "/stages/1/models/0"),
    ("a tokenizer's weights", [stage("z", "tokenize", "c"), began("finetune", "c")], "/stages/1/models/0"),
    ("after a reward model", [stage("r", "reward", "c", data=DATA), FINETUNE], "/stages/1/models"),
    ("after one of no result", [stage("r", "reward", data=DATA), FINETUNE], "/stages/1/models"),
    ("from itself", [began("finetune", "w")], "/stages/0/models/0"),
    ("after data was processed", [stage("z", "process"), FINETUNE], "/stages/1/models"),
]

JUDGE: list[tuple[str, list[dict[str, Any]], str]] = [
    ("after a classifier", [TRAIN_C, FINETUNE], "/stages/1/models"),
    ("after one of no result", [stage("t", "train", data=DATA), FINETUNE], "/stages/1/models"),
    ("quantised after a classifier", [TRAIN_C, stage("q", "quantize", "w")], "/stages/1/models"),
    ("resumed from what is kept back", [resumed(WITHHELD)], "/stages/0/segments/0/resumed_from"),
    ("resumed after a classifier", [TRAIN_C, resumed("0" * 64)], "/stages/1/segments/0/resumed_from"),
    ("weights of no stage", [TRAIN_C], "/components/0/id"),
    ("weights of a stage that learns nothing", [TRAIN_C, stage("p", "process", "w")], "/components/0/id"),
]

FINE: list[tuple[str, list[dict[str, Any]]]] = [
    ("trained and tuned under one name", [stage("t", "train", "w", data=DATA), FINETUNE]),
    ("no stage names a result", [stage("t", "train", data=DATA), stage("f", "finetune", data=DATA)]),
    ("tuned from what training gave", [TRAIN_C, began("finetune", "c")]),
    ("converted from what training gave", [TRAIN_C, began("convert", "c")]),
    ("processed from what training gave", [TRAIN_C, began("process", "c", "w")]),
    ("trained by a stage called processing", [stage("p", "process", "c", data=DATA), began("finetune", "c")]),
    ("resumed from nothing", [resumed(NONE)]),
]


@pytest.mark.parametrize(("stages", "place"), [row[1:] for row in UNMET], ids=[row[0] for row in UNMET])
def test_what_began_with_a_model_of_nobody_is_unmet(stages: list[dict[str, Any]], place: str) -> None:
    assert places(stages, "unmet") == [{place}, {place}]


@pytest.mark.parametrize(("stages", "place"), [row[1:] for row in JUDGE], ids=[row[0] for row in JUDGE])
def test_what_may_have_begun_with_another_model_is_doubted(stages: list[dict[str, Any]], place: str) -> None:
    assert places(stages, "judge") == [{place}, {place}]
    assert places(stages, "unmet") == [set(), set()]


@pytest.mark.parametrize("stages", [row[1] for row in FINE], ids=[row[0] for row in FINE])
def test_what_began_with_a_stage_before_it_is_believed(stages: list[dict[str, Any]]) -> None:
    assert places(stages, "unmet") == places(stages, "judge") == [set(), set()]


def test_how_the_model_of_a_teacher_began_is_not_asked() -> None:
    tuned = stage("f", "finetune", of="p")
    trained = stage("t", "train", "w", data=DATA, models=[{"model": "p", "role": "teacher"}])
    given: dict[str, Any] = {
        "sources": [{"id": "a", "name": "A"}],
        "components": [{"id": "w", "name": "W", "kinds": ["weights"]}],
        "parents": [{"id": "p", "name": "P"}],
    }
    for id in IDS:
        report = judged(id, **given, stages=[tuned, trained])
        assert not [finding.where for finding in report.findings if finding.where.startswith("/stages/0/models")]
