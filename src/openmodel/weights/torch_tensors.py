# SPDX-License-Identifier: Apache-2.0
"""Tensors of torch that are still to be filled, in the memory of the processor. Needs the extra `torch`, and no NumPy.

Packed elements are bytes, but for F4, of which torch has a type for pairs: see `layout`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import Any

from openmodel.errors import Problem, UsageError
from openmodel.weights.arrays import Allocate, imported
from openmodel.weights.layout import PACKED

__all__ = ["torch_tensors"]

_OF_TORCH = dict.fromkeys(PACKED, "uint8") | {
    "BOOL": "bool",
    "F4": "float4_e2m1fn_x2",
    "U8": "uint8",
    "I8": "int8",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "F8_E8M0": "float8_e8m0fnu",
    "U16": "uint16",
    "I16": "int16",
    "F16": "float16",
    "BF16": "bfloat16",
    "U32": "uint32",
    "I32": "int32",
    "F32": "float32",
    "U64": "uint64",
    "I64": "int64",
    "F64": "float64",
    "C64": "complex64",
}


def torch_tensors(codes: Iterable[str]) -> Allocate:
    """What makes tensors of torch, contiguous, each with memory of its own.

    Args:
        codes: of the data types that are wanted.

    Raises:
        UsageError: the extra is not installed, or is too old for one of the types.
    """
    torch = imported("torch", "torch")
    dtypes = {code: _dtype(torch, code) for code in set(codes)}

    def allocate(code: str, shape: tuple[int, ...]) -> tuple[Any, memoryview]:
        tensor = torch.empty(shape, dtype=dtypes[code])
        size = tensor.numel() * tensor.element_size()
        # Tensors export no buffer, and `Tensor.numpy` needs NumPy and knows only its types.
        held = (ctypes.c_ubyte * size).from_address(tensor.data_ptr()) if size else b""
        return tensor, memoryview(held).cast("B")

    return allocate


def _dtype(torch: Any, code: str) -> Any:
    name = _OF_TORCH[code]
    if (found := getattr(torch, name, None)) is None:
        got = f"torch {torch.__version__}, which has no {name} for tensors of {code}"
        fix = "Upgrade it: pip install --upgrade torch. Or leave such tensors out with `names`."
        raise UsageError(Problem("", got, "a version that has it", fix))
    return found
