# SPDX-License-Identifier: Apache-2.0
"""Reads handwritten digits with the trained network. Needs NumPy and safetensors.

    python infer.py IMAGES.csv

Each row of the file (plain or .gz) is an image: 64 integers from 0 to 16, row by row, the darkness of 8 x 8 pixels.
Further columns are ignored. Prints the digit that each row shows, one a line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

Array: TypeAlias = npt.NDArray[np.float32]

HERE = Path(__file__).resolve().parent


def digits(images: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """The digit that each image shows. An image is a row of 64 integers from 0 to 16."""
    architecture = json.loads((HERE / "architecture.json").read_bytes())
    tensors: dict[str, Array] = load_file(HERE / "model.safetensors")
    if {name: list(tensor.shape) for name, tensor in tensors.items()} != architecture["tensors"]:
        sys.exit("model.safetensors does not hold the tensors that architecture.json names.")
    pixels = (images / architecture["largest_pixel"]).astype(np.float32)
    hidden = np.maximum(pixels @ tensors["hidden.weight"] + tensors["hidden.bias"], 0)
    scores: Array = hidden @ tensors["output.weight"] + tensors["output.bias"]
    found: npt.NDArray[np.intp] = scores.argmax(axis=1)
    return found


def main() -> None:
    """Reads the images of a file and prints digits."""
    if len(sys.argv) != 2:
        sys.exit("usage: python infer.py IMAGES.csv")
    images = np.loadtxt(sys.argv[1], delimiter=",", dtype=np.int64, usecols=range(64), ndmin=2)
    print("\n".join(str(digit) for digit in digits(images)))


if __name__ == "__main__":
    main()
