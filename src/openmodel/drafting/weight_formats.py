# SPDX-License-Identifier: Apache-2.0
"""By what a file is known to hold parameters: its content where that is recognised, else its name."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import Literal

from openmodel.inventory.files import ExaminedFile
from openmodel.inventory.formats.endings import AMBIGUOUS_ENDINGS, WEIGHT_ENDINGS

Parameters = Literal["weights", "checkpoint", "optimizer_state"]

_BY_CONTENT = {
    "safetensors": "safetensors",
    "gguf": "GGUF",
    "onnx": "ONNX",
    "torchscript": "TorchScript",
    "pytorch": "PyTorch",
    "pytorch-legacy": "PyTorch",
    "keras": "Keras",
    "tflite": "TensorFlow Lite",
    "fasttext": "fastText",
    "saved-model": "TensorFlow",
    "tensorflow-checkpoint": "TensorFlow",
    "coreml-weights": "Core ML",
}
"""Formats that hardly anything but models is kept in, and what people call them."""
_BY_NAME = {
    "tf_model.h5": "TensorFlow",
    "tf_model-*.h5": "TensorFlow",
    "*.weights.h5": "Keras",
    "flax_model*.msgpack": "Flax",
    "openvino_*.bin": "OpenVINO",
    "*pytorch_model*.bin": "PyTorch",
    "adapter_model.bin": "PyTorch",
    "lid.*.bin": "fastText",
    "cc.*.bin": "fastText",
    "*.pdiparams.info": "Paddle",
}

_COMPRESSED = re.compile(r"(?P<name>.+\.[a-z0-9]+)\.(gz|xz|bz2|lz4|zst|zlib|z)", re.DOTALL)
_MODEL_WORD = re.compile(
    r"(?<![a-z0-9])(models?|weights?|checkpoint|ckpt|params|parameters|net|network|classifier|regressor|estimator|clf"
    r"|forest|pipeline|predictor|adapters?|lora|nemo)(?![a-z])"
)
_DATA_WORD = re.compile(
    r"(?<![a-z0-9])(data|datasets?|features|labels|predictions|outputs|results|metrics|scores|history|embeddings)(?![a-z0-9])"
)
_STATE = re.compile(
    r"((.*[_.-])?optim(izer)?(_states?)?([_.-]?\d[\w.-]*)?|scheduler|(rng_state|random_states)[\w.-]*|scaler)"
    r"\.(pt|pth|bin|safetensors|npz|msgpack|pkl)|.*\.pdopt",
)
_CHECKPOINT = re.compile(r"(^|/)(checkpoint|ckpt|step|global_step)[-_]?\d+/")


def kind_of_parameters(path: str) -> Parameters:
    """What parameters in a file of this path are: of the model, of a state on the way to it, or of the optimizer."""
    if is_optimizer_state(path):
        return "optimizer_state"
    return "checkpoint" if _CHECKPOINT.search(path) else "weights"


def is_optimizer_state(path: str) -> bool:
    """Whether trainers keep by this name what only they need: of the optimizer, the schedule, random numbers."""
    return _STATE.fullmatch(posixpath.basename(path)) is not None


def form_of(file: ExaminedFile) -> str | None:
    """The form in which a file holds parameters, as people call it; None where it is not known to hold any."""
    name = posixpath.basename(file.path).lower()
    if fnmatchcase(name, "*_args.bin"):  # Settings, though PyTorch wrote them.
        return None
    form = _BY_CONTENT.get(file.format or "") or _form_by_name(name)
    if form is None and is_optimizer_state(file.path):
        return AMBIGUOUS_ENDINGS[name.rpartition(".")[2]]
    stem = name.rpartition(".")[0]
    is_data = form == "PyTorch" and _DATA_WORD.search(stem) and not _MODEL_WORD.search(stem)
    return None if is_data else form


def _form_by_name(name: str) -> str | None:
    known = next((form for pattern, form in _BY_NAME.items() if fnmatchcase(name, pattern)), None)
    stem, _, ending = name.rpartition(".")
    if known or not stem:
        return known
    if ending in WEIGHT_ENDINGS:
        return WEIGHT_ENDINGS[ending]
    if (packed := _COMPRESSED.fullmatch(name)) and (form := _form_by_name(packed["name"])):
        return form
    is_model = _MODEL_WORD.search(stem) and not _DATA_WORD.search(stem)
    return AMBIGUOUS_ENDINGS.get(ending) if is_model else None
