# SPDX-License-Identifier: Apache-2.0
"""Endings of names of files that hold parameters, and what people call their formats."""

from __future__ import annotations

import re

__all__ = [
    "AMBIGUOUS_ENDINGS",
    "BINARY_ENDINGS",
    "OF_R",
    "SHARD",
    "TEXT_MARKS",
    "WEIGHT_ENDINGS",
    "is_named_like_weights",
]

WEIGHT_ENDINGS = {
    "safetensors": "safetensors",
    "gguf": "GGUF",
    "onnx": "ONNX",
    "pt": "PyTorch",
    "pth": "PyTorch",
    "ckpt": "PyTorch",
    "distcp": "PyTorch",
    "tflite": "TensorFlow Lite",
    "mlmodel": "Core ML",
    "keras": "Keras",
    "ftz": "fastText",
    "pdparams": "Paddle",
    "pdiparams": "Paddle",
    "pdmodel": "Paddle",
    "pdopt": "Paddle",
    "mar": "TorchServe",
    "engine": "TensorRT",
    "plan": "TensorRT",
    "nemo": "NeMo",
    "pte": "ExecuTorch",
    "joblib": "joblib",
    "caffemodel": "Caffe",
    "cbm": "CatBoost",
    "skops": "skops",
    "ubj": "XGBoost",
}
"""Endings that say it by themselves, also when git LFS keeps the file elsewhere."""
AMBIGUOUS_ENDINGS = {
    "h5": "HDF5",
    "hdf5": "HDF5",
    "pkl": "pickle",
    "pickle": "pickle",
    "npz": "NumPy",
    "msgpack": "Flax",
    "bin": "BIN",
    "pb": "TensorFlow",
    "tar": "TAR",
    "tgz": "TAR",
    "lz4": "LZ4",
}
"""Endings of data of all sorts, which are parameters if a word of the name says so."""

BINARY_ENDINGS = (
    *(f".{ending}" for ending in (*WEIGHT_ENDINGS, *AMBIGUOUS_ENDINGS)),
    *(".ggml", ".npy", ".onnx_data", ".onnx.data", ".pdiparams.info", ".pt2"),
)
"""Endings of what is binary whatever model it holds. XGBoost's `.json` and GloVe's `.txt` are not among them."""

TEXT_MARKS = {".arpa": b"\\data\\", ".pmml": b"<PMML"}
"""Endings of models that are kept as text, and what stands near the beginning of these."""
OF_R = (".rda", ".rdata", ".rds")
"""Endings of what R keeps, which may be text."""

SHARD = re.compile(r"(\d+)[-_]?of[-_]?(\d+)")
"""In the name of one of several files: which, and of how many."""


def is_named_like_weights(path: str) -> bool:
    """Whether a path has a name that is for weights, or for a shard of them."""
    name = path.rpartition("/")[2].lower()
    return name.endswith((*BINARY_ENDINGS, *TEXT_MARKS, *OF_R)) or SHARD.search(name) is not None
