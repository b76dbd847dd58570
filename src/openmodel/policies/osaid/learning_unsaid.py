# SPDX-License-Identifier: Apache-2.0
"""Stages that by their kind learn nothing, and that gave a model from data all the same."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.stage import Stage
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt, Result
from openmodel.policies.stages import INHERITING

_NEEDS_NO_DATA = ("convert", "merge", "tokenize")
"""Kinds of stage that give a model from models alone, or none. To quantise takes data to calibrate with."""


def learning_unsaid(facts: Facts) -> Iterator[Result]:
    """Doubts where data without a role went into such a stage and is not described as training data elsewhere, and
    where making a tokenizer is said to have given weights."""
    described = {source.id for _, source in facts.training_sources}
    training = {stage.id for _, stage in facts.training_stages}
    for index, stage in enumerate(facts.stages):
        if not facts.is_inherited(stage.of) or stage.kind not in _NEEDS_NO_DATA or stage.id in training:
            continue
        place = f"/stages/{index}"
        if stage.kind == "tokenize" and _gave_weights(facts, stage):
            message = f"The stage {stage.id} is of kind tokenize, which gives no weights, and gave {stage.result}."
            yield Doubt(f"{place}/kind", message, "Correct its kind or its result.", (place,))
        elif _gave_weights(facts, stage) or any(use.role in INHERITING for use in stage.models):
            for number, item in enumerate(answered(stage.data)):
                if item.role is None and item.source not in described:
                    message = (
                        f"The stage {stage.id} is of kind {stage.kind}, which takes no data, and had {item.source}."
                    )
                    fix = "Say its `role`, or give the stage its kind: `finetune` if it learned, `quantize` if it was "
                    subject = (place, "/sources")
                    yield Doubt(f"{place}/data/{number}", message, f"{fix}calibrated.", subject)


def _gave_weights(facts: Facts, stage: Stage) -> bool:
    held = facts.component_or_none(stage.result or "")
    return held is not None and not {"weights", "checkpoint"}.isdisjoint(held.kinds)
