# SPDX-License-Identifier: Apache-2.0
"""The files of a release as components: what is plain from format and name, and nothing beyond that."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from openmodel.drafting.tree import Tree
from openmodel.manifest.component import Kind
from openmodel.manifest.globs import matches

MAX_LISTED = 40
"""The most files of one component that are named one by one, where a glob can stand for them."""

_SHARD = re.compile(r"(?P<stem>.+?)[-_.]\d{4,6}-of-(?P<count>\d{4,6})(?P<suffix>\.[A-Za-z0-9_.]+)")

_MODEL_FORMATS = {
    "gguf": "GGUF",
    "onnx": "ONNX",
    "torchscript": "TorchScript",
    "pytorch": "PyTorch",
    "pytorch-legacy": "PyTorch",
    "keras": "Keras",
}
"""Formats that nothing but models is kept in, and what people call them."""
_MODEL_NAMES = {
    "tf_model.h5": "TensorFlow",
    "*.weights.h5": "Keras",
    "flax_model*.msgpack": "Flax",
    "*.tflite": "TensorFlow Lite",
    "*.mlmodel": "Core ML",
    "openvino_*.bin": "OpenVINO",
    "pytorch_model*.bin": "PyTorch",
    "*.pt": "PyTorch",
    "*.pth": "PyTorch",
    "*.ckpt": "PyTorch",
    "*.safetensors": "safetensors",
    "*.gguf": "GGUF",
    "*.onnx": "ONNX",
    "*.onnx_data": "ONNX",
    "*.onnx.data": "ONNX",
    "saved_model.pb": "TensorFlow",
    "variables.index": "TensorFlow",
    "variables.data-*": "TensorFlow",
    "adapter_model.bin": "PyTorch",
    "*.joblib": "joblib",
    "model*.pkl": "pickle",
}
"""Names by which a model is known when its format is not recognised, as that of a pointer of git LFS is not."""

_CHECKPOINT = re.compile(r"(^|/)(checkpoint|ckpt|step|global_step)[-_]?\d+(/|$)")
_STATE = ("optimizer*", "scheduler.pt", "rng_state*", "scaler.pt")
_BY_NAME: dict[Kind, tuple[str, ...]] = {
    "tokenizer": (
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.txt",
        "vocab.json",
        "vocab.bpe",
        "merges.txt",
        "spiece.model",
        "sentencepiece*.model",
        "*.tiktoken",
        "chat_template.*",
    ),
    "evaluation_results": ("eval_results.json", "all_results.json", "predict_results.json"),
    "metadata": ("trainer_state.json", "train_results.json", "training_info.json"),
    "configuration": (
        "config.json",
        "*_config.json",
        "config_*.json",
        "model_index.json",
        "modules.json",
        "params.json",
        "*_args.bin",
        "mergekit_config.y*ml",
        "hparams.y*ml",
    ),
    "training_code": (
        "train.py",
        "train_*.py",
        "*_train.py",
        "trainer*.py",
        "finetune*.py",
        "pretrain.py",
        "train*.sh",
    ),
    "evaluation_code": ("eval*.py", "*_eval.py"),
    "inference_code": ("infer*.py", "predict*.py", "generate.py", "handler.py"),
    "architecture": ("modeling_*.py", "configuration_*.py", "modelling_*.py"),
}
"""File names that say what a file is."""


@dataclass(slots=True)
class Group:
    """Files that are one component."""

    name: str
    kinds: tuple[Kind, ...]
    files: list[str]
    globs: list[str] = field(default_factory=list)
    """What names the files, and no others."""
    id: str = ""
    """Its id in the draft, once it has one."""


def groups_of(tree: Tree, shards: Mapping[str, Iterable[str]]) -> list[Group]:
    """The components that the files make up. What is left over is named nowhere; see `left_over`.

    Args:
        tree: the release.
        shards: by the path of an index, the paths of the weight files that it names.
    """
    groups = [*_weights(tree, shards), *_by_name(tree), *_code(tree)]
    for group in groups:
        group.globs = _globs(group.files, tree.files)
    return groups


def left_over(tree: Tree, groups: Iterable[Group]) -> list[str]:
    """The files that no component names."""
    named = {path for group in groups for path in group.files}
    return [path for path in tree.files if path not in named]


def _weights(tree: Tree, shards: Mapping[str, Iterable[str]]) -> Iterator[Group]:
    """Safetensors files by shard sets and directories, since one component may hold each tensor once; others by format.

    A format that is never anything but a model makes a component even where the name says nothing.
    """
    sets: dict[str, list[str]] = {}
    others: dict[tuple[str, Kind], list[str]] = {}
    for path, file in tree.files.items():
        name = posixpath.basename(path)
        known = next((words for pattern, words in _MODEL_NAMES.items() if fnmatchcase(name, pattern)), None)
        words = _MODEL_FORMATS.get(file.format or "", known)
        if words is None or fnmatchcase(name, "*_args.bin"):  # Settings, though PyTorch wrote them.
            continue
        kind = _kind_of_parameters(path)
        if words == "safetensors" and kind != "optimizer_state":
            sets.setdefault(_set_of(path, shards), []).append(path)
        else:
            others.setdefault((words, kind), []).append(path)
    for index in shards:
        is_safetensors = index.endswith(".safetensors.index.json")
        there = sets.setdefault(index, []) if is_safetensors else others.get(("PyTorch", "weights"))
        if there is not None:
            there.append(index)
    for files in _with_each_tensor_once(tree, list(sets.values())):
        yield Group(_name_of_set(files, len(sets)), (_kind_of_parameters(files[0]),), files)
    for (words, kind), files in others.items():
        what = "Weights" if kind == "weights" else "Checkpoint" if kind == "checkpoint" else "Optimizer state"
        yield Group(f"{what} in {words}", (kind,), files)


def _kind_of_parameters(path: str) -> Kind:
    if any(fnmatchcase(posixpath.basename(path), pattern) for pattern in _STATE):
        return "optimizer_state"
    return "checkpoint" if _CHECKPOINT.search(posixpath.dirname(path)) else "weights"


def _set_of(path: str, shards: Mapping[str, Iterable[str]]) -> str:
    for index, paths in shards.items():
        if path in paths:
            return index
    shard = _SHARD.fullmatch(path)
    return f"{shard['stem']}-*-of-{shard['count']}{shard['suffix']}" if shard else path


def _with_each_tensor_once(tree: Tree, sets: list[list[str]]) -> Iterator[list[str]]:
    """The sets; one in which two files hold a tensor of one name is no set, and its files stand alone."""
    for files in sets:
        headers = [tree.examination.headers[path] for path in files if path in tree.examination.headers]
        names = [tensor.name for header in headers for tensor in header.tensors]
        if len(names) == len(set(names)):
            yield files
        else:
            yield from ([path] for path in files)


def _name_of_set(files: list[str], sets: int) -> str:
    if sets == 1:
        return "Weights"
    shard = _SHARD.fullmatch(files[0])
    return f"Weights {shard['stem'] if shard else files[0].removesuffix('.safetensors')}"


def _by_name(tree: Tree) -> Iterator[Group]:
    titles: dict[Kind, str] = {
        "tokenizer": "Tokenizer",
        "configuration": "Configuration",
        "evaluation_results": "Evaluation results",
        "metadata": "Records of the training",
    }
    for kind, title in titles.items():
        files = [path for path in tree.files if _kind_by_name(path) == kind]
        if files:
            yield Group(title, (kind,), files)


def _code(tree: Tree) -> Iterator[Group]:
    titles: dict[Kind | None, str] = {
        "training_code": "Training code",
        "evaluation_code": "Evaluation code",
        "inference_code": "Inference code",
        "architecture": "Architecture",
        None: "Code",
    }
    found: dict[Kind | None, list[str]] = {}
    for path in tree.files:
        kind = _kind_by_name(path)
        if path.endswith((".py", ".ipynb")) or (kind is not None and kind.endswith("_code")):
            found.setdefault(kind if kind in titles else None, []).append(path)
    for kind, title in titles.items():
        if kind in found:
            yield Group(title, (kind,) if kind else (), found[kind])


def _kind_by_name(path: str) -> Kind | None:
    name = posixpath.basename(path)
    for kind, patterns in _BY_NAME.items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return kind
    return None


def _globs(files: list[str], all_files: Iterable[str]) -> list[str]:
    """The files by name; many shards of one set, or many files of one ending, by a glob that names just these."""
    if len(files) <= MAX_LISTED:
        return files
    for glob in (_shard_glob(files[0]), f"**/*{posixpath.splitext(files[0])[1]}"):
        named = [path for path in all_files if glob and matches(glob, path)]
        if glob and named and set(named) <= set(files):
            return [glob, *(path for path in files if path not in named)]
    return files


def _shard_glob(path: str) -> str | None:
    shard = _SHARD.fullmatch(path)
    return f"{shard['stem']}-*-of-{shard['count']}{shard['suffix']}" if shard else None
