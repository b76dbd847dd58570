# SPDX-License-Identifier: Apache-2.0
"""Which settings of a training, written out, may be all of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged

ENOUGH: tuple[dict[str, Any], ...] = (
    {"learning_rate": 0.1, "epochs": 3},
    {"lr": 1e-4, "bs": 32},
    {"optimizer": "AdamW", "peakLearningRate": 3e-4},
    {"optim": {"name": "sgd"}, "max_iter": 1000},
    {"trainer": {"train_micro_batch_size_per_gpu": 4, "optimizer": {"type": "Adam", "params": {"lr": 1e-3}}}},
    {"num_train_epochs": 3, "per_device_train_batch_size": 8},
    {"args": "--lr 1e-4 --batch-size 32 --bf16"},
    {"args": ["--lr", "1e-4", "--steps=500"]},
    {"command": "train.py optimizer=adamw trainer.max_steps=500"},
    {"solver": "lbfgs", "iterations": 200},
    {"n_estimators": 100, "batch": [{"at_step": 1, "value": 512}]},
    {"steps": 1000} | {f"setting_{letter}": 1 for letter in "abcdefghijk"},
)
TOO_FEW: tuple[dict[str, Any], ...] = (
    {"days": 14},
    {"see": "the paper"},
    {"context": 2048},
    {"seed": 1},
    {"experts": 8, "experts_per_token": 2, "context": 32768},
    {"epochs": 3},
    {"learning_rate": "see the paper", "batch_size": "as described in the report"},
    {"learning_rate": "default", "batch_size": "standard"},
    {"learning_rate": 0, "epochs": -1},
    {"learning_rate": None, "epochs": 3},
    {"optimizer": False, "epochs": 3},
    {"optimizer": "TODO", "epochs": 3},
    {"dropout_rate": 0.1, "epochs": 3},
    {"eval_batch_size": 8, "warmup_steps": 100, "save_steps": 500, "learning_rate": 0.1},
    {"steps": 1000} | {f"setting_{letter}": 1 for letter in "abcdefghij"},
    {f"setting_{letter}": 1 for letter in "abcdefghijklmnop"},
)


def outcome(settings: Any, **stage: Any) -> str:
    return judged("OSAID-CODE-SETTINGS", stages=[{"id": "s", "kind": "train", "settings": settings} | stage]).outcome


@pytest.mark.parametrize("settings", ENOUGH, ids=str)
def test_a_person_could_train_with_these(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "met"


@pytest.mark.parametrize("settings", TOO_FEW, ids=str)
def test_a_person_must_judge_whether_these_are_all(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "undetermined"


@pytest.mark.parametrize(
    "settings", [{}, {"a": {}}, {"a": []}, {"a": None}, {"a": "TODO"}, {"a": {"b": [None, "unknown"]}}], ids=str
)
def test_without_any_value_nothing_is_said(settings: dict[str, Any]) -> None:
    assert outcome(settings) == "unmet"


def test_what_stands_beside_the_settings_counts_with_them() -> None:
    segments = [{"id": "a", "steps": [1, 500], "batch": [{"at_step": 1, "value": 32}], "batch_unit": "sequences"}]
    assert outcome({"learning_rate": 0.1}, segments=segments) == "met"
    assert outcome({"seed": 1}, segments=segments) == "undetermined"


def test_the_finding_names_what_is_given() -> None:
    stage = {"id": "s", "kind": "train", "settings": {"training": {"days": 14}}}
    (finding,) = judged("OSAID-CODE-SETTINGS", stages=[stage]).findings
    assert finding.where == "/stages/0/settings"
    assert finding.message == (
        "Only 1 setting of s is given (training days); a person must judge whether these are the arguments and "
        "settings that were used."
    )
    stage["settings"] = {"args": "--seed 1"}
    (finding,) = judged("OSAID-CODE-SETTINGS", stages=[stage]).findings
    assert finding.message.startswith("Only 1 setting of s is given (seed);")
    stage["settings"] = {"optimizer": False}
    (finding,) = judged("OSAID-CODE-SETTINGS", stages=[stage]).findings
    assert finding.message.startswith("No setting with a value of s is given; a person must")
