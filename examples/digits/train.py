# SPDX-License-Identifier: Apache-2.0
"""Trains a small network that reads handwritten digits, validates and tests it. Needs NumPy and safetensors.

Run it where it lies, beside `architecture.json`, `settings.json` and `data/`:

    OPENBLAS_NUM_THREADS=1 python train.py

It writes `model.safetensors`, `evaluation.json` (how well it reads digits that it was not trained on) and `run.json`
(what this run used). Nothing in them depends on the clock: on one machine the same inputs give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import safetensors
from safetensors.numpy import save_file

Array: TypeAlias = npt.NDArray[np.float32]
Labels: TypeAlias = npt.NDArray[np.int64]
Tensors: TypeAlias = dict[str, Array]

SWITCHES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Environment variables that decide how many threads share a matrix product, and so in which order sums are made."""


def main() -> None:
    """Trains, and writes what came of it."""
    here = Path(__file__).resolve().parent
    architecture = json.loads((here / "architecture.json").read_bytes())
    settings = json.loads((here / "settings.json").read_bytes())
    content = (here / settings["data"]["path"]).read_bytes()
    if hashlib.sha256(content).hexdigest() != settings["data"]["sha256"]:
        sys.exit(f"{settings['data']['path']} is not the file whose SHA-256 is in settings.json.")
    images, labels = processed(content, architecture["largest_pixel"])
    rows = split(len(labels), settings["rows"], settings["seeds"]["split"])
    tensors = initialized(architecture["tensors"], settings["seeds"]["initialization"])
    train(tensors, images[rows["train"]], labels[rows["train"]], settings)
    results = {name: evaluated(tensors, images[rows[name]], labels[rows[name]]) for name in ("validation", "test")}
    print(f"held out: {results['test']['correct']} of {results['test']['rows']} digits read correctly")
    # No metadata: with more than one key its order, and so the bytes of the file, would change from run to run.
    save_file(tensors, here / "model.safetensors")
    results["test"]["row_numbers"] = [int(row) for row in rows["test"]]
    write(here / "evaluation.json", results)
    write(here / "run.json", record(settings, content, tensors))


def processed(content: bytes, largest_pixel: int) -> tuple[Array, Labels]:
    """Images with pixels from 0 to 1, and their labels. Each row of the file is 64 pixels and the digit they show."""
    table = np.loadtxt(io.StringIO(gzip.decompress(content).decode("ascii")), delimiter=",", dtype=np.int64)
    return (table[:, :-1] / largest_pixel).astype(np.float32), table[:, -1]


def split(count: int, sizes: dict[str, int], seed: int) -> dict[str, Labels]:
    """Row numbers for training, validation and testing: every row in exactly one of them."""
    if sum(sizes.values()) != count:
        sys.exit(f"settings.json divides {sum(sizes.values())} rows, and the data has {count}.")
    shuffled = np.random.default_rng(seed).permutation(count)
    parts = np.split(shuffled, np.cumsum(list(sizes.values()))[:-1])
    return {name: np.sort(part) for name, part in zip(sizes, parts, strict=True)}


def initialized(shapes: dict[str, list[int]], seed: int) -> Tensors:
    """Random weights after He et al. 2015, biases of zero."""
    random = np.random.default_rng(seed)
    return {
        name: (random.standard_normal(shape) * np.sqrt(2 / shape[0])).astype(np.float32)
        if name.endswith(".weight")
        else np.zeros(shape, np.float32)
        for name, shape in shapes.items()
    }


def forward(tensors: Tensors, images: Array) -> tuple[Array, Array]:
    """The hidden layer, and a score for each of the ten digits."""
    hidden = np.maximum(images @ tensors["hidden.weight"] + tensors["hidden.bias"], 0)
    return hidden, hidden @ tensors["output.weight"] + tensors["output.bias"]


def gradients(tensors: Tensors, images: Array, labels: Labels) -> Tensors:
    """Derivatives of the mean cross-entropy of a batch."""
    hidden, scores = forward(tensors, images)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = odds / odds.sum(axis=1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    error /= len(labels)
    error_hidden = (error @ tensors["output.weight"].T) * (hidden > 0)
    return {
        "hidden.weight": images.T @ error_hidden,
        "hidden.bias": error_hidden.sum(axis=0),
        "output.weight": hidden.T @ error,
        "output.bias": error.sum(axis=0),
    }


def train(tensors: Tensors, images: Array, labels: Labels, settings: dict[str, Any]) -> None:
    """Changes the tensors by Adam (Kingma and Ba 2014), in an order that is new in each epoch."""
    rate, beta1, beta2, epsilon = (settings["adam"][name] for name in ("learning_rate", "beta1", "beta2", "epsilon"))
    mean = {name: np.zeros_like(tensor) for name, tensor in tensors.items()}
    square = {name: np.zeros_like(tensor) for name, tensor in tensors.items()}
    random = np.random.default_rng(settings["seeds"]["data_order"])
    step = 0
    for _ in range(settings["epochs"]):
        for batch in np.split(random.permutation(len(labels)), steps_per_epoch(settings)):
            step += 1
            for name, gradient in gradients(tensors, images[batch], labels[batch]).items():
                mean[name] += (1 - beta1) * (gradient - mean[name])
                square[name] += (1 - beta2) * (gradient**2 - square[name])
                unbiased = np.sqrt(square[name] / (1 - beta2**step)) + epsilon
                tensors[name] -= rate / (1 - beta1**step) * mean[name] / unbiased


def steps_per_epoch(settings: dict[str, Any]) -> int:
    """Batches in an epoch. They are all of one size: np.split refuses anything else."""
    return int(settings["rows"]["train"]) // int(settings["batch_size"])


def evaluated(tensors: Tensors, images: Array, labels: Labels) -> dict[str, Any]:
    """How many digits are read correctly, in all and of each class."""
    correct = forward(tensors, images)[1].argmax(axis=1) == labels
    return {
        "rows": len(labels),
        "correct": int(correct.sum()),
        "accuracy": round(float(correct.mean()), 6),
        "by_digit": {
            str(digit): {"rows": int((labels == digit).sum()), "correct": int(correct[labels == digit].sum())}
            for digit in range(10)
        },
    }


def record(settings: dict[str, Any], content: bytes, tensors: Tensors) -> dict[str, Any]:
    """What this run used, by plain code: the inputs, the seeds, the software."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # What multiplies matrices.
    return {
        "data": {**settings["data"], "size": len(content)},
        "rows": settings["rows"],
        "epochs": settings["epochs"],
        "batch_size": settings["batch_size"],
        "steps": settings["epochs"] * steps_per_epoch(settings),
        "seeds": settings["seeds"],
        "parameters": sum(tensor.size for tensor in tensors.values()),
        "software": {
            platform.python_implementation(): platform.python_version(),
            "numpy": np.__version__,
            "safetensors": safetensors.__version__,
            str(blas["name"]): str(blas["version"]),
        },
        "switches": {name: os.environ[name] for name in SWITCHES if name in os.environ},
    }


def write(path: Path, value: dict[str, Any]) -> None:
    """Writes JSON whose bytes depend on the value only."""
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
