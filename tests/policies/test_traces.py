# SPDX-License-Identifier: Apache-2.0
"""Files that show that weights were made from a model that nothing speaks of, and those that do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import openmodel
from tests.policies.readings import edit, made, read, requirements
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import TRAINED, A
from tests.policies.test_presence import file, measured

IDS = ("OSAID-DATA-LISTED", "OSAID-CODE-TRAINING")
BASE = {"id": "b", "name": "B", "kinds": ["weights"], "files": ["base/model.safetensors"]}


def doubted(
    *paths: str, files: str = "**", beside: list[dict[str, Any]] | None = None, built: bool = True, **fields: Any
) -> bool:
    """Whether both requirements say at the weights that these were made from something."""
    weights = {"id": "w", "name": "W", "kinds": ["weights"], "files": [files] if built else list(paths)}
    given: dict[str, Any] = {"sources": [A], "stages": TRAINED, "components": [weights, *(beside or [])]}
    block = measured(*map(file, paths)) if built else {}
    every = [judged(id, **given | block | fields).findings for id in IDS]
    said = [any(" shows that " in one.message and one.where == "/components/0/files" for one in each) for each in every]
    assert said[0] == said[1]
    return said[0]


@pytest.mark.parametrize(
    "paths",
    [
        ("adapter_config.json", "adapter_model.safetensors"),
        ("lora/adapter_config.json", "lora/model.safetensors"),
        ("adapter_model.bin",),
        ("style-lora.safetensors",),
        ("mergekit_config.yml", "model.safetensors"),
        ("mergekit_config.yaml", "model-00001-of-00001.safetensors"),
        ("quantize_config.json", "model.safetensors"),
        ("wren-7b.Q4_K_M.gguf",),
        ("wren-7b-IQ2_XXS.gguf", "wren-7b-Q8_0.gguf"),
        ("wren-7b-Q5_K_S-00001-of-00001.gguf",),
        ("model-gptq.safetensors",),
        ("model_4bit.safetensors",),
    ],
    ids=str,
)
def test_what_they_were_made_from_is_asked(paths: tuple[str, ...]) -> None:
    assert doubted(*paths)
    assert doubted(*paths, parents=[])
    assert doubted(*paths, built=False)


@pytest.mark.parametrize(
    "paths",
    [
        ("model.safetensors", "config.json"),
        ("model.safetensors", "examples/adapter_config.json"),
        ("wren-7b-f16.gguf",),
        ("wren-7b.gguf", "wren-7b.Q4_K_M.gguf"),
        ("quantile.bin",),
        ("model_64bit.bin",),
        ("q4_report.bin",),
        ("explorations.safetensors",),
    ],
    ids=str,
)
def test_these_show_nothing(paths: tuple[str, ...]) -> None:
    assert not doubted(*paths, files=paths[0] if "examples" in paths[-1] else "**")


def test_who_says_so_is_not_asked_twice() -> None:
    parents = [{"id": "p", "name": "P"}]
    for path, kind in (("adapter_model.bin", "adapt"), ("mergekit_config.yml", "merge"), ("m.Q4_0.gguf", "quantize")):
        stage = {"id": "t", "kind": kind, "models": [{"model": "p", "role": "initial"}]}
        assert not doubted(path, parents=parents, stages=[*TRAINED, stage])
        own = stage | {"models": [{"model": "b", "role": "initial"}]}
        assert not doubted(path, "base/model.safetensors", files=path, beside=[BASE], stages=[*TRAINED, own])


def test_a_stage_of_another_kind_does_not_say_what_was_merged() -> None:
    paths = ("mergekit_config.yml", "model.safetensors", "base/model.safetensors")
    begun = {"id": "t", "kind": "finetune", "models": [{"model": "b", "role": "initial"}]}
    checkpoint = BASE | {"kinds": ["checkpoint"]}
    assert doubted(*paths, files=paths[1], beside=[checkpoint], stages=[*TRAINED, begun])
    assert not doubted(*paths[:2], stages=[*TRAINED, {"id": "m", "kind": "merge"}])


def test_weights_that_are_there_in_full_need_no_stage_for_their_small_copies() -> None:
    paths = ("m.Q4_0.gguf", "base/model.safetensors")
    assert not doubted(*paths, files="*.gguf", beside=[BASE])
    assert doubted(*paths[:1], files="*.gguf")


def adapter(root: Path) -> None:
    name = "base_model.model.layers.0.q_proj.lora_{}.weight"
    save_file({name.format(one): np.zeros((2, 2), np.float32) for one in "AB"}, root / "model.safetensors")


def test_tensors_that_only_an_adapter_has_show_it_whatever_their_file_is_called(tmp_path: Path) -> None:
    root = made(tmp_path, adapter)
    found = requirements(openmodel.check(root).releases[0])
    for id in IDS:
        said = [item.message for item in found[id].findings if item.where == "/components/0/files"]
        assert said == ["model.safetensors shows that these weights are an adapter, and nothing says of which model."]


def test_a_manifest_that_keeps_it_back_is_contradicted(tmp_path: Path) -> None:
    root = made(tmp_path, adapter)
    assert not read(root).contradictions
    edit("/measured/weights/0/is_adapter", None)(root)
    (found,) = read(root).contradictions
    assert (found.where, found.observed) == ("/measured/weights/0", "only those of an adapter")
