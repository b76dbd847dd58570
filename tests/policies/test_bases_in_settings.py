# SPDX-License-Identifier: Apache-2.0
"""Settings of a stage that name the model it began with, and those that name none or one that is known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import A

IDS = ("OSAID-DATA-LISTED", "OSAID-CODE-TRAINING")
LLAMA = "meta-llama/Llama-2-7b-hf"


def doubted(settings: Any, kind: str = "train", segments: Any = (), **fields: Any) -> bool:
    """Whether both requirements ask about a model that the settings name."""
    stage = {"id": "s", "kind": kind, "settings": settings, "data": [{"source": "a"}], "segments": list(segments)}
    every = [judged(id, **{"sources": [A], "stages": [stage]} | fields).findings for id in IDS]
    said = [any("The settings of s name " in one.message and one.kind == "judge" for one in each) for each in every]
    assert said[0] == said[1]
    return said[0]


@pytest.mark.parametrize(
    "settings",
    [
        {"model_name_or_path": LLAMA},
        {"pretrained_model_name_or_path": "bert-base-uncased"},
        {"base_model": f"https://huggingface.co/{LLAMA}"},
        {"init_from": "gpt2-xl"},
        {"resume_from": "lab/base-7b"},
        {"command": f"accelerate launch train.py --model {LLAMA} --lr 1e-5"},
        {"args": ["--model_name_or_path", LLAMA, "--lr", "1e-5"]},
        {"model": {"name": LLAMA, "dtype": "bf16"}},
        {"models": [{"model": LLAMA}]},
    ],
    ids=str,
)
def test_a_model_that_only_settings_name_is_doubted(settings: dict[str, Any]) -> None:
    assert doubted(settings)
    assert doubted(settings, kind="finetune")
    assert doubted({}, segments=[{"id": "g", "settings": settings}])
    assert not doubted(settings, kind="process")


@pytest.mark.parametrize(
    "settings",
    [
        {"model_name_or_path": "/data/llama"},
        {"model_name_or_path": "./out"},
        {"model_name_or_path": "~/models/base-7b"},
        {"model_name_or_path": "outputs/checkpoint-500"},
        {"model": "configs/wren.yaml"},
        {"model": "models/wren"},
        {"model": "GaussianNB"},
        {"model": "resnet50"},
        {"init_from": "scratch"},
        {"init_from": "random"},
        {"init_from": "none"},
        {"init_from": "kaiming_normal"},
        {"init_from": None},
        {"resume_from": "latest"},
        {"resume_from_checkpoint": True},
        {"pretrained": False},
        {"tokenizer_name_or_path": "openai-community/gpt2"},
        {"reward_model_name_or_path": "lab/reward-7b"},
        {"teacher": {"model_name_or_path": LLAMA}},
        {"dataset": "allenai/c4"},
        {"command": "train.py --data allenai/c4 --lr 1e-4"},
        {"notes": f"unlike {LLAMA} it has no bias"},
    ],
    ids=str,
)
def test_these_name_no_model_to_begin_with(settings: dict[str, Any]) -> None:
    assert not doubted(settings)


def test_one_that_is_known_is_not_asked_about() -> None:
    settings = {"model_name_or_path": LLAMA}
    assert not doubted(settings, parents=[{"id": "p", "name": "Llama 2 7B"}])
    assert not doubted(settings, parents=[{"id": "p", "name": "P", "where": [{"url": f"https://hf.co/{LLAMA}"}]}])
    assert doubted(settings, parents=[{"id": "p", "name": "Mistral 7B"}])
    own = {"id": "w", "name": "our phase-1 checkpoint", "kinds": ["checkpoint"]}
    assert not doubted({"init_from": "phase-1"}, components=[own])
    assert not doubted({"init_from": "lab/s"})


def test_the_own_name_is_no_other_model() -> None:
    release = {"name": "wren-125m", "version": "1"}
    assert not doubted({"model_name_or_path": "lab/wren-125m"}, release=release)
