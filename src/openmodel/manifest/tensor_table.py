# SPDX-License-Identifier: Apache-2.0
"""The table of tensors, `openmodel.tensors.json`: what each tensor of the weights is, and which file holds it.

The manifest names the table with its SHA-256 in `measured.weights[].table`; that and the tensor roots bind it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import FailFast

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.base import Node
from openmodel.manifest.typed import read_typed
from openmodel.manifest.values import Blake3, Count, Dtype, Id, RelPath, TensorRoot

__all__ = ["MAX_TABLE_BYTES", "TABLE_START", "TensorRow", "TensorTable", "WeightTensors", "dump_table", "loads_table"]

VERSION: Literal["1-draft"] = "1-draft"
"""The version of the format that this package reads and writes."""

MAX_TABLE_BYTES = 256 * 2**20
"""The largest table that is read or written, in bytes: about 1,000,000 tensors."""

TABLE_START = b'{"openmodel_tensors": '
"""How every table begins that was ever written, and no other file."""

_MAX_VALUES = 16_000_000  # Counted as `json_text.MAX_VALUES`; a row of a matrix has 8.


class TensorRow(Node):
    """One tensor."""

    name: str
    """Its name, as the file stores it."""
    dtype: Dtype
    """The code of its data type, as docs/spec/tensor-root.md lists them."""
    shape: Annotated[tuple[Count, ...], FailFast()]
    """Its dimensions, row-major; empty for a scalar."""
    blake3: Blake3
    """Its content digest, as docs/spec/tensor-root.md says, 64 hex digits."""
    file: RelPath
    """Path inside the release of the file that holds it."""


class WeightTensors(Node):
    """The tensors of one component."""

    component: Id
    """The component, as in `measured.weights`."""
    tensor_root: TensorRoot
    """The root that follows from the names and content digests, 64 hex digits."""
    tensors: Annotated[tuple[TensorRow, ...], FailFast()]
    """All of them, sorted by name in UTF-8 byte order."""


class TensorTable(Node):
    """The tensors of all components whose weights have a tensor root."""

    openmodel_tensors: Literal["1-draft"]
    """Version of the format."""
    weights: Annotated[tuple[WeightTensors, ...], FailFast()]
    """By component, in the order of `measured.weights`."""


def dump_table(weights: Iterable[WeightTensors]) -> bytes:
    """A table as JSON, UTF-8: sorted keys, one tensor a line, a newline at the end. Equal rows, equal bytes.

    Raises:
        DocumentError: it would be larger than `loads_table` reads.
    """
    lines = [f'{TABLE_START.decode()}"{VERSION}", "weights": [']
    size = values = 0
    for index, one in enumerate(weights):
        head = json.dumps({"component": one.component, "tensor_root": one.tensor_root})
        lines[-1] += "," if index else ""
        lines.append(f'{head[:-1]}, "tensors": [')
        last = len(one.tensors) - 1
        for number, row in enumerate(one.tensors):
            line = _line(row) + ("," if number < last else "")
            lines.append(line)
            # A character has 4 bytes at most, and mostly 1; the exact size is taken below.
            size, values = size + len(line) + 1, values + 6 + len(row.shape)
            if size > MAX_TABLE_BYTES or values > _MAX_VALUES:
                raise _too_large()
        lines.append("]}")
    content = ("\n".join([*lines, "]}"]) + "\n").encode()
    if len(content) > MAX_TABLE_BYTES:
        raise _too_large()
    return content


def _line(row: TensorRow) -> str:
    plain = {"blake3": row.blake3, "dtype": row.dtype, "file": row.file, "name": row.name, "shape": row.shape}
    return json.dumps(plain, ensure_ascii=False)


def _too_large() -> DocumentError:
    got, expected = "a table of too many tensors", f"one of at most {MAX_TABLE_BYTES:,} bytes"
    return DocumentError(Problem("openmodel.tensors.json", got, expected, "Split the release, or name fewer files."))


def loads_table(content: bytes, file: str) -> TensorTable:
    """Reads a table strictly.

    Args:
        content: all of its bytes.
        file: its name for messages.

    Raises:
        DocumentError: it is no strict JSON within the bounds, or no table. Says the first thing that is wrong with it.
    """
    fix = "Build the release again."
    return read_typed(TensorTable, content, file, max_bytes=MAX_TABLE_BYTES, max_values=_MAX_VALUES, fix=fix)
