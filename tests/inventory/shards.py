# SPDX-License-Identifier: Apache-2.0
"""Safetensors files made by hand, so that a test can get every byte wrong on purpose."""

from __future__ import annotations

import json
from typing import Any

JsonObject = dict[str, Any]


def shard(header: JsonObject | str | bytes, data: bytes = b"", *, length: int | None = None) -> bytes:
    """A file with this header, as it stands when it is not an object, and optionally a false length of it."""
    if isinstance(header, dict):
        header = json.dumps(header)
    if isinstance(header, str):
        header = header.encode()
    return (len(header) if length is None else length).to_bytes(8, "little") + header + data


def tensor(dtype: str, shape: list[int], start: int, end: int) -> JsonObject:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}
