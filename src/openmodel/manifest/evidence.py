# SPDX-License-Identifier: Apache-2.0
"""What people add around the facts: results, citations and reviews."""

from __future__ import annotations

from typing import Literal

from openmodel.manifest.base import Disclosable, Node, Optional
from openmodel.manifest.values import Date, Id, Number, Pointer, Sha256, Where


class Evaluation(Node):
    """One measured result."""

    task: Optional[str] = None
    """What was evaluated, for example `image-classification`."""
    metric: Optional[str] = None
    """Name of the measure, for example `accuracy`."""
    value: Optional[Number | str] = None
    """The result."""
    unit: Optional[str] = None
    """Unit of the value; absent for a plain ratio."""
    data: Disclosable[Where] = None
    """The data it was measured on."""
    measured_on: Optional[str] = None
    """What that data is called, and which part of it was used, for example `IMDB, split test`."""
    code: Disclosable[tuple[Id, ...]] = None
    """Components that measured it."""
    of: Optional[Id] = None
    """The component that was evaluated."""


class Citation(Node):
    """Where a declared fact was read. It makes a third party's account checkable."""

    at: Pointer
    """The fact."""
    where: Where
    """Where it was read."""
    note: Optional[str] = None
    """Page, section or quotation."""


class Review(Node):
    """A person's judgement on something that no program can decide. Any edit of the reviewed values voids it."""

    requirement: str
    """Id of the requirement, for example `OSAID-DATA-DETAIL`."""
    policy: str
    """Policy and version it was judged under, for example `osaid-1.0@4`."""
    at: tuple[Pointer, ...]
    """The reviewed values."""
    subject_sha256: Sha256
    """SHA-256 of the canonical reviewed values, as `openmodel check` prints it."""
    judgement: Literal["met", "unmet"]
    """What the person found."""
    by: str
    """Name of the person."""
    affiliation: str
    """Whom they work for; it decides between "self-reviewed" and "reviewed independently"."""
    date: Date
    """When."""
    reason: str
    """Why, in a few sentences."""
