# SPDX-License-Identifier: Apache-2.0
"""Releases in whose making nothing was trained: models of others were merged, quantised or converted.

Such a release has no data, seeds, machines or training code of its own. What trained its parents is theirs to say, and
is judged where this document carries it with `of`.
"""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Kind
from openmodel.manifest.stage import Order, Stage
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, NotApplicable, Result
from openmodel.policies.stages import INHERITING

MAKERS: dict[str, Kind] = {"merge": "merging_code", "quantize": "conversion_code", "convert": "conversion_code"}
"""Kinds of stage that make a model of others without training, and the kind of code that does it."""

UNTRAINED = NotApplicable("nothing was trained here; models of others were only merged, quantised or converted.")

_OF_TRAINING: tuple[Kind, ...] = (
    "training_code",
    "hyperparameter_search_code",
    "optimizer_state",
    "training_data",
)


def derivation(facts: Facts) -> list[tuple[str, Stage]]:
    """Pointer and stage of each that made the release, when all of them only merge, quantise or convert models of its
    parents, and account for all of its weights; else nothing, since something may have been trained."""
    trained = {pointer for pointer, _ in facts.training_stages}
    stages = [(f"/stages/{index}", stage) for index, stage in enumerate(facts.stages) if _is_own_making(facts, stage)]
    if any(stage.kind not in MAKERS or pointer in trained or _has_steps(stage) for pointer, stage in stages):
        return []
    if _speaks_of_training(facts) or not _accounts_for_all(facts, [stage for _, stage in stages]):
        return []
    return stages


def or_name(facts: Facts) -> str:
    """What else to do where models were merged or converted, and it is not plain that nothing was trained."""
    if not any(stage.kind in MAKERS for stage in facts.stages):
        return ""
    fix = " Or, if nothing was trained, list the models it was made from under `parents`, and name for each stage, in "
    return f"{fix}their order, its `models` and `result`."


def calibration(facts: Facts, stages: list[tuple[str, Stage]]) -> Iterator[Result]:
    """Findings where it is kept back which data was used, such as to calibrate a quantisation."""
    for pointer, stage in stages:
        if isinstance(stage.data, Undisclosed):
            fix = "Name its sources, or say `not_applicable` with a reason."
            question = Question(f"{pointer}/data", f"which data {stage.id} used", fix, may_not_apply=True)
            results = answer(facts, question, stage.data)
            yield from (result for result in results if not isinstance(result, Claim))


def _is_own_making(facts: Facts, stage: Stage) -> bool:
    held = facts.component_or_none(stage.result) if stage.result else None
    return stage.of is None or (held is not None and held.of is None)


def _has_steps(stage: Stage) -> bool:
    """Whether a stage went through examples step by step, whatever it is called."""
    parts = stage.segments
    return isinstance(stage.order, Order) or any(answered(part.steps) or answered(part.batch) for part in parts)


def _speaks_of_training(facts: Facts) -> bool:
    """Whether anything of the release is there that only training leaves, or is said to be kept back."""
    said = [facts.not_offered("training_code"), facts.manifest.sources]
    if any(isinstance(one, Undisclosed) and one.undisclosed != "not_applicable" for one in said):
        return True
    return any(component.of is None for _, component in facts.components(*_OF_TRAINING))


def _accounts_for_all(facts: Facts, stages: list[Stage]) -> bool:
    """Whether each stage begins with parameters of parents, or with what an earlier one made of them, and each set of
    weights is the result of one."""
    components = answered(facts.manifest.components)
    known = {parent.id for parent in answered(facts.manifest.parents)}
    known |= {component.id for component in components if component.of is not None}
    for stage in stages:
        if not stage.models or any(use.role not in INHERITING or use.model not in known for use in stage.models):
            return False
        if stage.result is not None:
            known.add(stage.result)
    weights = [item for item in components if item.of is None and {"weights", "checkpoint"} & set(item.kinds)]
    left = [item for item in weights if item.id not in known]
    unsaid = any(stage.result is None for stage in stages)
    return bool(stages) and (not left or (len(weights) == 1 and unsaid))
