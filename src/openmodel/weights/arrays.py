# SPDX-License-Identifier: Apache-2.0
"""NumPy arrays that are still to be filled. Needs the extra `numpy`.

Types that NumPy does not have are those of `ml_dtypes`. Packed elements are bytes: see `layout`.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterable
from typing import Any

from openmodel.errors import Problem, UsageError
from openmodel.weights.fresh_memory import fresh
from openmodel.weights.layout import PACKED

__all__ = ["Allocate", "imported", "numpy_arrays"]

Allocate = Callable[[str, tuple[int, ...]], tuple[Any, memoryview]]
"""Gives for the code of a data type and the shape of an array that array, not filled, and its bytes."""

_OF_NUMPY = dict.fromkeys(PACKED, "uint8") | {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "F16": "float16",
    "U32": "uint32",
    "I32": "int32",
    "F32": "float32",
    "U64": "uint64",
    "I64": "int64",
    "F64": "float64",
    "C64": "complex64",
}
_OF_ML_DTYPES = {
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "F8_E8M0": "float8_e8m0fnu",
}


_LARGE = 1 << 22  # Bytes from which on NumPy asks for huge pages.


def numpy_arrays(codes: Iterable[str]) -> Allocate:
    """What makes NumPy arrays, C-contiguous and writable, each with memory of its own; large ones are views of
    it, which cannot be resized in place.

    Args:
        codes: of the data types that are wanted.

    Raises:
        UsageError: the extra is not installed.
    """
    numpy = imported("numpy", "numpy")
    dtypes = {code: _dtype(numpy, code) for code in set(codes)}

    def allocate(code: str, shape: tuple[int, ...]) -> tuple[Any, memoryview]:
        size = math.prod(shape) * dtypes[code].itemsize
        if size < _LARGE:
            array = numpy.empty(shape, dtypes[code])
        else:
            array = numpy.frombuffer(fresh(size), dtypes[code]).reshape(shape)
        # Types of ml_dtypes export no buffer, and scalars cannot be viewed as bytes.
        return array, memoryview(array.reshape(-1).view(numpy.uint8))

    return allocate


def _dtype(numpy: Any, code: str) -> Any:
    if code in _OF_ML_DTYPES:
        return numpy.dtype(getattr(imported("ml_dtypes", "numpy"), _OF_ML_DTYPES[code]))
    return numpy.dtype(_OF_NUMPY[code])


def imported(module: str, extra: str) -> Any:
    """A module that comes with an extra.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        fix = f"Install it: pip install 'openmodel-provenance[{extra}]'."
        raise UsageError(Problem("", f"no package {module}", f"the extra `{extra}`", fix)) from error
