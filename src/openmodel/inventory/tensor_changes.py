# SPDX-License-Identifier: Apache-2.0
"""What became of the tensors of some weights: which were added, removed, renamed, cast or altered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from openmodel.inventory.header import type_and_shape
from openmodel.inventory.moves import now_at
from openmodel.inventory.naming import shown

if TYPE_CHECKING:
    from openmodel.manifest.tensor_table import TensorRow

__all__ = ["TensorChange", "tensor_changes"]


@dataclass(frozen=True, slots=True)
class TensorChange:
    """One tensor that is not as it was."""

    component: str
    """Id of the weights."""
    name: str
    """Its name, safe to print; of a renamed one the old name."""
    kind: Literal["added", "removed", "renamed", "cast", "altered"]
    """`cast`: of another data type and the same shape. `altered`: of another shape, or with other bits alone."""
    was: str
    """What it was, safe to print: data type, shape and file, and of one with other bits alone its content digest; empty
    for one that was added."""
    now: str
    """What it is, likewise; of a renamed one the new name in front; empty for one that was removed."""


def tensor_changes(component: str, then: Iterable[TensorRow], now: Iterable[TensorRow]) -> tuple[TensorChange, ...]:
    """The differences of two lists of tensors, sorted by name. Where a tensor lies is no difference.

    One that is missing and one that is new are one that was renamed, if nothing else that is missing or new has the
    same content.

    Args:
        component: id of the weights.
        then: each tensor as it was, by distinct names.
        now: each tensor as it is, likewise.
    """
    before, after = {row.name: row for row in then}, {row.name: row for row in now}
    gone = {name: row.blake3 for name, row in before.items() if name not in after}
    new = {name: row.blake3 for name, row in after.items() if name not in before}
    moved = now_at(gone, new)
    found: list[tuple[str, TensorChange]] = []

    def add(name: str, kind: Literal["added", "removed", "renamed", "cast", "altered"], was: str, is_now: str) -> None:
        found.append((name, TensorChange(component, shown(name, 200), kind, was, is_now)))

    for name in gone:
        if name in moved:
            add(name, "renamed", _told(before[name]), f'"{shown(moved[name], 200)}", {_told(after[moved[name]])}')
        else:
            add(name, "removed", _told(before[name]), "")
    for name in new.keys() - set(moved.values()):
        add(name, "added", "", _told(after[name]))
    for name in before.keys() & after.keys():
        one, other = before[name], after[name]
        if one.blake3 != other.blake3:
            is_cast = one.dtype != other.dtype and one.shape == other.shape
            is_alike = (one.dtype, one.shape) == (other.dtype, other.shape)
            was, is_now = (f"{_told(row)}{f', content {row.blake3}' * is_alike}" for row in (one, other))
            add(name, "cast" if is_cast else "altered", was, is_now)
    return tuple(change for _, change in sorted(found, key=lambda change: change[0].encode()))


def _told(row: TensorRow) -> str:
    return f"{type_and_shape(row.dtype, row.shape)} in {shown(row.file, 200)}"
