# SPDX-License-Identifier: Apache-2.0
"""What the files of tensors of one model hold together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.header import Header
from openmodel.inventory.naming import shown
from openmodel.manifest.measured import Format
from openmodel.manifest.tensor_table import TensorRow

__all__ = ["TensorSummary", "is_unread", "tensor_rows", "weights_summary"]

_OF_AN_ADAPTER = re.compile(
    r"(?:^|[._])(?:lora_(?:[AB]|up|down|embedding_[AB])|hada_w[12]_[ab]|lokr_w[12]|ia3_l)(?:[._]|$)"
)
"""In names of tensors that only adapters have. Sources: peft, kohya's scripts, LyCORIS."""
_BESIDE = re.compile(r"^base_model\.model\.|^lora_|[._](?:alpha|dora_scale|lora_magnitude_vector)(?:[._]|$)")
"""In names of what adapters keep beside those."""


@dataclass(frozen=True, slots=True)
class TensorSummary:
    """How many tensors and elements some weights have."""

    tensors: int
    parameters: int
    """Elements in all tensors together."""
    dtypes: dict[str, int]
    """Elements by dtype code, in the order of the codes. A code whose tensors are all empty stands with 0."""
    is_adapter: bool = False
    """Whether they are, by their names, those that an adapter adds to a model, and no model by themselves."""


def weights_summary(headers: Mapping[str, Header]) -> TensorSummary:
    """Sums over the shards of one model.

    Args:
        headers: by path, the headers of its files, as the inventory keeps them.

    Raises:
        InventoryError: files hold tensors that another one holds too, so that readers could load either. One problem
            for each two files.
    """
    holders: dict[str, str] = {}
    elements: Counter[str] = Counter()
    twice: dict[tuple[str, str], list[str]] = {}
    for path, header in headers.items():
        for tensor in header.tensors:
            if tensor.name in holders:
                twice.setdefault((path, holders[tensor.name]), []).append(tensor.name)
            holders[tensor.name] = path
            elements[tensor.dtype] += tensor.elements
    if twice:
        raise InventoryError(_twice(*files, names) for files, names in twice.items())
    is_adapter = any(map(_OF_AN_ADAPTER.search, holders)) and all(map(_is_of_an_adapter, holders))
    return TensorSummary(len(holders), elements.total(), dict(sorted(elements.items())), is_adapter)


def tensor_rows(headers: Mapping[str, Header], digests: Mapping[str, Mapping[str, bytes]]) -> tuple[TensorRow, ...]:
    """The rows of the table of tensors of one model, in which no name is twice: see `weights_summary`.

    Args:
        headers: as there.
        digests: by path, the content digests of the tensors by name.
    """
    rows = [
        TensorRow(
            name=tensor.name,
            dtype=tensor.dtype,
            shape=tensor.shape,
            blake3=digests[path][tensor.name].hex(),
            file=path,
        )
        for path, header in headers.items()
        for tensor in header.tensors
    ]
    return tuple(sorted(rows, key=lambda row: row.name))  # Code points sort as UTF-8 bytes do.


def is_unread(path: str, format: Format | None, headers: Container[str]) -> bool:
    """Whether a file is one of tensors, by its content or name, and nobody knows which it holds: it cannot be read
    strictly, is empty or was not downloaded.

    Args:
        path: of the file.
        format: that its content shows.
        headers: the paths of the files of which a header was read.
    """
    return path not in headers and (format == "gguf" or path.endswith((".safetensors", ".gguf")))


def _is_of_an_adapter(name: str) -> bool:
    return _OF_AN_ADAPTER.search(name) is not None or _BESIDE.search(name) is not None


def _twice(path: str, holder: str, names: list[str]) -> Problem:
    some = f'{len(names):,} tensors, such as "' if len(names) > 1 else 'tensor "'
    return Problem(
        file=shown(path),
        got=f'{some}{shown(names[0], 200)}", which {shown(holder)} holds too',
        expected="every tensor in one file of a component",
        fix="Make a component of each model or quantisation, or delete the file that does not belong to this one.",
    )
