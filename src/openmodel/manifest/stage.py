# SPDX-License-Identifier: Apache-2.0
"""Stages: what was done, in which order, with which data, code, settings, seeds and machines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from openmodel.manifest.base import Disclosable, Node, Optional
from openmodel.manifest.values import (
    Count,
    Id,
    Integer,
    IntegerText,
    Map,
    Number,
    Quantity,
    RelPath,
    Sha256,
    TensorRoot,
)

StageKind = Literal[
    "process", "tokenize", "train", "finetune", "adapt", "distill", "reward", "merge", "quantize", "convert"
]
"""What a stage does."""


class SettingsFile(Node):
    """Settings kept in one file of a component."""

    component: Id
    """The component."""
    path: Optional[str] = None
    """Path inside the component's files or repository."""


def _settings_kind(value: Any) -> str:
    if isinstance(value, str):
        return "<component>"
    if isinstance(value, SettingsFile) or (isinstance(value, dict) and "component" in value):
        return "<file>"
    return "<map>"


Settings = Annotated[
    Annotated[Id, Tag("<component>")] | Annotated[SettingsFile, Tag("<file>")] | Annotated[Map, Tag("<map>")],
    Discriminator(_settings_kind),
]
"""Arguments and settings, resolved: the id of a component, a file of one, or the values themselves. A map cannot
have the keys `component` and `undisclosed`, which tell the forms apart."""


class StageModel(Node):
    """A model that a stage uses."""

    model: Id
    """Component or parent."""
    role: Literal["initial", "teacher", "reward", "filter", "generator", "merged"]
    """What it is used for."""
    weight: Disclosable[Number] = None
    """Its share, in a merge."""


class StageData(Node):
    """Data that a stage uses."""

    source: Id
    """The source."""
    role: Optional[Literal["train", "validation", "selection"]] = None
    """What it is used for; absent means `train`. `selection`: choosing between runs or checkpoints."""
    amount: Disclosable[Quantity] = None
    """How much of it was used."""
    epochs: Disclosable[Number] = None
    """How many times it was gone through."""
    weight: Disclosable[Number] = None
    """Its share in the mix."""


class Order(Node):
    """The order in which examples were seen."""

    algorithm: Optional[str] = None
    """What shuffles."""
    version: Optional[str] = None
    """Version of the algorithm."""
    seed: Optional[Integer | IntegerText] = None
    """Seed of the shuffle."""
    sha256: Optional[Sha256] = None
    """SHA-256 of the index file that fixes the order, 64 hex digits."""


class Batch(Node):
    """The batch size from a step on."""

    at_step: Disclosable[Count] = None
    """First step with this size."""
    value: Number
    """Global batch size, in the segment's `batch_unit`."""


class Seed(Node):
    """One seed and what it is for."""

    purpose: str
    """`all`, or one use: `initialization`, `data_order`, `dropout`, `augmentation`, `sampling` or another."""
    value: Disclosable[Integer | IntegerText] = None
    """The value; a decimal string beyond 2^53-1."""
    rule: Disclosable[str] = None
    """How the value follows from other facts, when it is not a constant."""
    origin: Optional[Literal["config", "default", "argument", "observed", "derived"]] = None
    """Where the value comes from."""


class Determinism(Node):
    """What a repeated run would give."""

    scope: Optional[Literal["not_guaranteed", "run_to_run", "gpu_to_gpu"]] = None
    """How far equal bits are promised; the vocabulary of NVIDIA CUB."""
    switches: Optional[Map] = None
    """The switches that were set for it."""


class Segment(Node):
    """A part of a stage during which machine, code, settings and batch rule stay the same."""

    id: Id
    """Name inside this document."""
    steps: Disclosable[tuple[Count, Count]] = None
    """First and last step, both included."""
    environment: Disclosable[Id] = None
    """The environment it ran on."""
    code: Disclosable[tuple[Id, ...]] = None
    """Components, when they differ from the stage's."""
    settings: Disclosable[Settings] = None
    """Settings, when they differ from the stage's."""
    layout: Disclosable[Map] = None
    """How the work was spread: data, tensor, pipeline parallel sizes, sharding, micro-batch."""
    batch: Disclosable[tuple[Batch, ...]] = None
    """Global batch size over time."""
    batch_unit: Optional[Literal["tokens", "sequences", "examples", "images"]] = None
    """Unit of the batch sizes."""
    seeds: Disclosable[tuple[Seed, ...]] = None
    """Seeds by purpose."""
    resumed_from: Disclosable[TensorRoot] = None
    """Tensor root of the checkpoint it started from, 64 hex digits."""
    because: Disclosable[str] = None
    """Why a new segment began: crash, hardware move, change of settings."""
    determinism: Disclosable[Determinism] = None
    """What a repeated run would give."""
    record: Optional[RelPath] = None
    """The run record inside the release."""


class Compute(Node):
    """What it cost."""

    flops: Disclosable[Number] = None
    """Floating-point operations."""
    device_hours: Disclosable[Number] = None
    """Hours times devices."""
    kwh: Disclosable[Number] = None
    """Energy in kilowatt hours."""
    co2_g: Disclosable[Number] = None
    """Emissions in grams of CO2 equivalent."""


class Stage(Node):
    """One step on the way from data to the released model."""

    id: Id
    """Name inside this document."""
    of: Optional[Id] = None
    """The parent whose making this is a stage of; absent when it is the release's own."""
    kind: Optional[StageKind] = None
    """What was done."""
    models: tuple[StageModel, ...] = ()
    """Models it used."""
    data: Disclosable[tuple[StageData, ...]] = None
    """Data it used."""
    code: Disclosable[tuple[Id, ...]] = None
    """Components that did it."""
    settings: Disclosable[Settings] = None
    """Arguments and settings, as resolved when it ran."""
    order: Disclosable[Order] = None
    """The order in which examples were seen."""
    segments: tuple[Segment, ...] = ()
    """Its parts in time."""
    result: Optional[Id] = None
    """The component it gave."""
    compute: Disclosable[Compute] = None
    """What it cost."""
