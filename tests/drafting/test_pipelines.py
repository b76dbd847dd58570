# SPDX-License-Identifier: Apache-2.0
"""The parts of a pipeline, which its own index names: each is a component that is called so."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.drafting.pipelines import MAX_INDEXES
from openmodel.drafting.plain import MAX_ITEMS
from openmodel.manifest.base import answered
from tests.drafting.files import Content, drafted, line_of, write

DIFFUSION: Content = {
    "_class_name": "TinyPipeline",
    "_diffusers_version": "0.30.0",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "safety_checker": [None, None],
}
MODULES: Content = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
]
MODEL = "diffusion_pytorch_model"


def names(directory: Path, index: str, content: Content, files: list[str]) -> set[str]:
    """What the weights are called."""
    draft = openmodel.init(write(directory, dict.fromkeys(files, b"") | {index: content}))
    return {one.name or "" for one in answered(draft.declaration.components) if "weights" in one.kinds}


@pytest.mark.parametrize(
    ("index", "content", "files", "expected"),
    [
        (
            "model_index.json",
            DIFFUSION,
            [f"unet/{MODEL}.safetensors", f"unet/{MODEL}.fp16.safetensors", f"vae/{MODEL}.safetensors"],
            {"Weights unet", "Weights unet fp16", "Weights vae"},
        ),
        (
            "model_index.json",
            DIFFUSION,
            [f"unet/{MODEL}-0000{one}-of-00002.safetensors" for one in (1, 2)] + [f"vae/{MODEL}.bin", "v1.ckpt"],
            {"Weights unet", "Weights vae in PyTorch", "Weights v1 in PyTorch"},
        ),
        (
            "a/model_index.json",
            DIFFUSION,
            [f"a/unet/{MODEL}.safetensors", f"a/vae/{MODEL}.safetensors", "b/model.safetensors"],
            {"Weights a/unet", "Weights a/vae", "Weights b/model"},
        ),
        (
            "modules.json",
            MODULES,
            ["model.safetensors", "2_Dense/model.safetensors", "onnx/model.onnx"],
            {"Weights Transformer", "Weights 2_Dense", "Weights in ONNX"},
        ),
        ("modules.json", MODULES, ["model.safetensors"], {"Weights"}),
        (
            "modules.json",
            [{"path": "../x", "type": "a.B"}, {"path": "x/..", "type": "a.B"}, {"path": 3}, "x", {"path": ""}],
            ["model.safetensors", "x/model.safetensors"],
            {"Weights model", "Weights x/model"},
        ),
        (
            "model_index.json",
            ["unet", "vae"],
            ["unet/model.safetensors", "vae/model.safetensors"],
            {"Weights unet/model", "Weights vae/model"},
        ),
        (  # Two of one form that nothing else tells apart.
            "model_index.json",
            DIFFUSION,
            [f"unet/{MODEL}.safetensors", "unet/model.safetensors", f"vae/{MODEL}.safetensors"],
            {f"Weights unet/{MODEL}", "Weights unet/model", "Weights vae"},
        ),
        (
            "model_index.json",
            DIFFUSION,
            ["unet/ema.safetensors", f"unet/{MODEL}.safetensors", f"vae/{MODEL}.safetensors"],
            {"Weights unet/ema", "Weights unet", "Weights vae"},
        ),
    ],
)
def test_weights_are_called_after_their_part(
    tmp_path: Path, index: str, content: Content, files: list[str], expected: set[str]
) -> None:
    assert names(tmp_path, index, content, files) == expected


def test_it_is_said_which_index_makes_it_a_part(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"modules.json": MODULES, "model.ckpt": b"", "2_Dense/model.ckpt": b""})
    line = 'name: "Weights 2_Dense in PyTorch"  # a part of the pipeline of modules.json'
    assert line_of(text, 'name: "Weights 2_Dense') == line


def test_a_part_that_is_not_there_is_told(tmp_path: Path) -> None:
    files: dict[str, Content] = {"model_index.json": DIFFUSION, f"unet/{MODEL}.safetensors": b""}
    remarks = openmodel.init(write(tmp_path / "one", files)).remarks
    assert "model_index.json names a part that is not here: vae." in remarks
    remarks = openmodel.init(write(tmp_path / "two", {"model_index.json": DIFFUSION})).remarks
    assert "model_index.json names parts that are not here: unet, vae." in remarks
    assert not [one for one in remarks if "safety_checker" in one]


def test_what_is_too_much_is_told(tmp_path: Path) -> None:
    many: dict[str, Content] = {f"{number}/modules.json": MODULES for number in range(MAX_INDEXES + 1)}
    remarks = openmodel.init(write(tmp_path / "indexes", many)).remarks
    assert f"Of {MAX_INDEXES + 1} indexes of pipelines, only the first {MAX_INDEXES} were read." in remarks
    index: Content = {f"part{number}": ["a", "b"] for number in range(MAX_ITEMS + 1)}
    remarks = openmodel.init(write(tmp_path / "keys", {"model_index.json": index})).remarks
    assert "model_index.json has 1,001 keys, of which the first 1,000 were read." in remarks
