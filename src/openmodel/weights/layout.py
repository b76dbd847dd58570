# SPDX-License-Identifier: Apache-2.0
"""How elements that are packed several to a byte, or in blocks, appear in an array: as the bytes of their rows.

As gguf-py does it with the blocks of GGUF, and safetensors with F4 for torch.
"""

from __future__ import annotations

from openmodel.errors import Problem, UsageError
from openmodel.inventory.ggml_types import TYPES
from openmodel.inventory.naming import shown

__all__ = ["PACKED", "array_shape"]

PACKED = {"F4": (2, 1), "F6_E2M3": (4, 3), "F6_E3M2": (4, 3)} | {
    kind.code: (kind.elements, kind.size) for kind in TYPES.values() if kind.elements > 1
}
"""By code of the data type, how many elements take how many bytes, where an element takes no whole number of them."""


def array_shape(name: str, dtype: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the array of a tensor: its own, but with the last dimension in bytes where elements are packed.

    Args:
        name: of the tensor, for errors.
        dtype: the code of its data type.
        shape: row-major.

    Raises:
        UsageError: rows of packed elements do not end with a byte, so that no array of bytes has them as rows.
    """
    if dtype not in PACKED:
        return shape
    elements, size = PACKED[dtype]
    *above, row = shape or (1,)
    if row % elements:
        got = f'tensor "{shown(name, 200)}" of {dtype} with rows of {row} elements, which do not end with a byte'
        fix = "Leave it out with `names`, and read it with the library that wrote it."
        raise UsageError(Problem("", got, f"rows of a multiple of {elements}", fix))
    return (*above, row // elements * size)
