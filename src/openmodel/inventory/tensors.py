# SPDX-License-Identifier: Apache-2.0
"""What the safetensors files of one model hold together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.boundary import locate
from openmodel.inventory.naming import shown
from openmodel.inventory.safetensors import read_header

__all__ = ["TensorSummary", "weights_summary"]


@dataclass(frozen=True, slots=True)
class TensorSummary:
    """How many tensors and elements some weights have."""

    tensors: int
    parameters: int
    """Elements in all tensors together."""
    dtypes: dict[str, int]
    """Elements by dtype code, in the order of the codes. A code whose tensors are all empty stands with 0."""


def weights_summary(root: Path, paths: Iterable[str]) -> TensorSummary:
    """Sums over the shards of one model, from their headers alone.

    Args:
        root: the release directory.
        paths: relative POSIX paths of its safetensors files.

    Raises:
        InventoryError: with every problem: a shard cannot be read strictly, leads out of the release, or
            holds a tensor that another one holds too, so that readers could load either.
    """
    holders: dict[str, str] = {}
    elements: Counter[str] = Counter()
    problems: list[Problem] = []
    for path in paths:
        try:
            header = read_header(locate(root, path))
        except InventoryError as error:
            problems.extend(error.problems)
            continue
        for tensor in header.tensors:
            if tensor.name in holders:
                problems.append(_twice(path, tensor.name, holders[tensor.name]))
            holders[tensor.name] = path
            elements[tensor.dtype] += tensor.elements
    if problems:
        raise InventoryError(problems)
    return TensorSummary(len(holders), elements.total(), dict(sorted(elements.items())))


def _twice(path: str, name: str, holder: str) -> Problem:
    return Problem(
        file=shown(path),
        got=f'tensor "{shown(name, 200)}", which {shown(holder)} holds too',
        expected="every tensor in one file",
        fix="Delete the file that does not belong to the model, or leave it out of the component.",
    )
