# SPDX-License-Identifier: Apache-2.0
"""What a stage does, by what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.stage import Stage, StageData

TRAINING = ("train", "finetune", "adapt", "distill", "reward")
"""Kinds of stage that learn from data."""

INHERITING = ("initial", "merged")
"""Roles in which a model hands its parameters on. A teacher's or generator's own data is not asked for."""


def is_training(stage: Stage) -> bool:
    """Whether a stage learns: by its kind, by not stating one, or by a source that it names for training."""
    return stage.kind is None or stage.kind in TRAINING or any(item.role == "train" for item in answered(stage.data))


def training_data(stage: Stage) -> tuple[StageData, ...]:
    """The data that a stage learned from, without what it was validated on or selected by."""
    return tuple(item for item in answered(stage.data) if item.role in (None, "train"))


def stage_code(pointer: str, stage: Stage) -> Iterator[tuple[str, tuple[str, ...] | Undisclosed]]:
    """Place and answer to which code ran in a stage and in each of its segments, where there is one."""
    if stage.code is not None:
        yield f"{pointer}/code", stage.code
    for index, segment in enumerate(stage.segments):
        if segment.code is not None:
            yield f"{pointer}/segments/{index}/code", segment.code
