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
        {"base": LLAMA},
        {"backbone": "timm/resnet50.a1_in1k"},
        {"ckpt": "lab/base-7b"},
        {"warm_start": "gpt2-xl"},
        {"student_init": "bert-base-uncased"},
        {"vision_tower": "openai/clip-vit-large-patch14"},
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
        {"backbone": "resnet50"},
        {"warm_start": False},
        {"base": 10000},
        {"weights": "distance"},
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


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ({"name": "GPT-2 tokenizer", "kinds": ["tokenizer"]}, "gpt2"),
        ({"name": "Mistral", "kinds": ["architecture"]}, "mistralai/Mistral-7B-v0.1"),
        ({"id": "llama", "name": "The network", "kinds": ["architecture"]}, LLAMA),
        (
            {"kinds": ["inference_code"], "where": [{"url": "https://github.com/x/gemma-2-2b-serve"}]},
            "google/gemma-2-2b",
        ),
    ],
)
def test_what_is_no_weights_does_not_explain_a_name(component: dict[str, Any], name: str) -> None:
    assert doubted({"model_name_or_path": name}, components=[{"id": "c", "name": "C"} | component])
    of_weights = {"id": "c", "name": "C"} | component | {"kinds": ["weights"]}
    assert not doubted({"model_name_or_path": name}, components=[of_weights])


def test_the_id_of_a_stage_explains_its_own_name_only() -> None:
    stage = {"id": "llama", "kind": "train"}
    given = {"id": "s", "kind": "train", "settings": {"model_name_or_path": LLAMA}}
    said = [one.message for one in judged(IDS[0], sources=[A], stages=[stage, given]).findings]
    assert any("The settings of s name " in one for one in said)


def begins(settings: dict[str, Any], **fields: Any) -> bool:
    stage = {"id": "s", "kind": "train", "settings": settings, "data": [{"source": "a"}]}
    every = [judged(id, **{"sources": [A], "stages": [stage]} | fields).findings for id in IDS]
    said = [any(" speak of a model that it began with " in one.message for one in each) for each in every]
    assert said[0] == said[1]
    return said[0]


@pytest.mark.parametrize(
    "settings",
    [
        {"pretrained": True},
        {"model": {"arch": "resnet50", "pretrained": "true"}},
        {"backbone": {"weights": "IMAGENET1K_V2"}},
        {"weights": "ResNet50_Weights.DEFAULT"},
        {"r": 8, "lora_alpha": 16},
        {"peft": {"type": "LORA"}},
    ],
    ids=str,
)
def test_settings_that_speak_of_a_model_before_it_are_asked_which(settings: dict[str, Any]) -> None:
    assert begins(settings)
    assert not begins(settings, parents=[{"id": "p", "name": "P"}], stages=[begun(settings, "p")])
    assert not begins(settings, components=[{"id": "w", "name": "W"}], stages=[begun(settings, "w")])


def begun(settings: dict[str, Any], model: str) -> dict[str, Any]:
    models = [{"model": model, "role": "initial"}]
    return {"id": "s", "kind": "adapt", "settings": settings, "data": [{"source": "a"}], "models": models}


@pytest.mark.parametrize(
    "settings",
    [
        {"pretrained": False},
        {"pretrained": None},
        {"weights": "distance"},
        {"weights": "uniform"},
        {"loss": {"vgg": {"pretrained": True}}},
        {"lpips": {"pretrained": True}},
        {"kv_lora_rank": 512, "q_lora_rank": 1536},
        {"lora_alpha": None, "peft": "none"},
        {"teacher": {"pretrained": True}},
        {"pretrained_steps": 100},
    ],
    ids=str,
)
def test_these_speak_of_none(settings: dict[str, Any]) -> None:
    assert not begins(settings)


def test_the_own_name_is_no_other_model() -> None:
    release = {"name": "wren-125m", "version": "1"}
    assert not doubted({"model_name_or_path": "lab/wren-125m"}, release=release)
