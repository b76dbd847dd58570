# SPDX-License-Identifier: Apache-2.0
"""Which files are by their names indexes of sharded weights; `indexes` reads them."""

from __future__ import annotations

import re

_SAFETENSORS = re.compile(r".*\.safetensors\.index(\.[^./]+)?\.json", re.DOTALL)
_PYTORCH = re.compile(r"([^/]*_)?pytorch_model(\.[^./]+)?\.bin\.index(\.[^./]+)?\.json")


def is_index(path: str) -> bool:
    """Whether a file claims by its name to be an index of sharded weights.

    `X.safetensors.index.json` and `pytorch_model.bin.index.json`, also with the variants of diffusers:
    `diffusion_pytorch_model.fp16.bin.index.json`, `X.safetensors.index.fp16.json`.
    """
    name = path.rpartition("/")[2]
    return is_index_of_safetensors(name) or _PYTORCH.fullmatch(name) is not None


def is_index_of_safetensors(path: str) -> bool:
    """Whether its name says that the shards are safetensors."""
    return _SAFETENSORS.fullmatch(path.rpartition("/")[2]) is not None
