# SPDX-License-Identifier: Apache-2.0
"""With which parameters each stage began, so that no model can hide below the first stage that is described."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.stage import Stage
from openmodel.policies.disclosure import Question, answer, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.bases_in_settings import named_by_settings
from openmodel.policies.osaid.named_bases import named_by_files
from openmodel.policies.requirement import Doubt, Result
from openmodel.policies.stages import INHERITING, TRAINING

STARTS_FROM_ANOTHER = ("finetune", "adapt", "merge", "quantize", "convert")
"""Kinds of stage that begin with the parameters of a model."""

MAKES_NO_PARAMETERS = ("process", "tokenize")
"""Kinds of stage that give no model, whatever they name as their result."""

Results = set[str | None]
"""Ids of the components that some stages gave, with None for a stage that names none."""


def beginnings(facts: Facts) -> Iterator[Result]:
    """Findings where a stage must have begun with a model and it is open with which, and where no stage gave the
    weights."""
    trained: dict[str | None, Results] = {}
    made: Results = set()
    results = {stage.result for stage in facts.stages if _gives_parameters(facts, stage)}
    for index, stage in enumerate(facts.stages):
        if facts.is_inherited(stage.of) and not _names_a_model(stage):
            yield from _start(f"/stages/{index}", facts, stage, trained.get(stage.of, set()))
        if stage.kind in TRAINING and stage.kind != "reward":  # No model goes on from the one that scores it.
            trained.setdefault(stage.of, set()).add(stage.result)
        yield from _made_before(facts, index, stage, made, results)
        if _gives_parameters(facts, stage):
            made.add(stage.result)
    yield from _given_by_no_stage(facts, results)
    yield from named_by_files(facts)
    yield from named_by_settings(facts)


def _names_a_model(stage: Stage) -> bool:
    return any(use.role in INHERITING for use in stage.models)


def _gives_parameters(facts: Facts, stage: Stage) -> bool:
    """Whether the result of a stage is a model: what it learned, or made of the one that it names. Processing data and
    making a tokenizer learn nothing, so that what they give without a model came from nowhere."""
    learned = not facts.made_tokenizer(stage) and any(item.role == "train" for item in answered(stage.data))
    return stage.kind not in MAKES_NO_PARAMETERS or learned or _names_a_model(stage)


def _start(pointer: str, facts: Facts, stage: Stage, before: Results) -> Iterator[Result]:
    """What a stage began with that names no model: what a training stage before it gave, where it gives the same.
    Whatever else was trained before, such as a filter, need not lead to this model. What a merge took in besides may
    be checkpoints of the same training, or not."""
    fix = "Name the parent or checkpoint under `models` with the role initial or merged."
    if stage.kind in STARTS_FROM_ANOTHER and not before:
        asked = f"with which model the stage {stage.id} began"
        yield from answer(facts, Question(f"{pointer}/models", asked, fix, of=stage.of), None)
    elif stage.kind == "merge":
        yield Doubt(f"{pointer}/models", f"The stage {stage.id} does not say what it merged.", fix, (pointer,))
    elif stage.kind in STARTS_FROM_ANOTHER and stage.result not in before:
        message = f"The stage {stage.id} does not say with which model it began, and no stage before it gave the same."
        yield Doubt(f"{pointer}/models", message, fix, ("/stages",))
    elif stage.result not in before:
        yield from _resumed(pointer, stage)


def _resumed(pointer: str, stage: Stage) -> Iterator[Result]:
    """A first segment that goes on from a checkpoint, named or kept back, which no stage made."""
    resumed = stage.segments[0].resumed_from if stage.segments else None
    if isinstance(resumed, Undisclosed) and resumed.undisclosed == "not_applicable":
        return
    if resumed is not None:
        message = f"The stage {stage.id} goes on from a checkpoint, and nothing says which stage made that."
        fix = "Describe the earlier segments, or name the model under `models` with the role initial."
        yield Doubt(f"{pointer}/segments/0/resumed_from", message, fix, (pointer,))


def _made_before(facts: Facts, index: int, stage: Stage, made: Results, results: Results) -> Iterator[Result]:
    """A component that a stage begins with is a parent's, or an earlier stage gave it. Else nobody says who made it.
    Stages that begin with what a later one gave are out of order, or hide a beginning in a circle."""
    for number, use in enumerate(stage.models):
        held = facts.component_or_none(use.model)
        if use.role not in INHERITING or held is None or held.of is not None or use.model in made:
            continue
        place = f"/stages/{index}/models/{number}"
        if use.model in results and use.model != stage.result:
            message = f"The stage {stage.id} begins with {use.model}, and no stage before it gave that."
            yield Doubt(place, message, "Put the stages in the order in which they ran.", ("/stages",))
        else:
            fix = f"Name {use.model} as the `result` of the stage that made it, or list the model under `parents`."
            yield from answer(facts, Question(place, f"how {short(held.name)} was made", fix), None)


def _given_by_no_stage(facts: Facts, results: Results) -> Iterator[Result]:
    """Weights of the release where its stages say what they gave, and none gave these. One that gave a part of them
    is enough: weights may be listed by halves, or once for each place."""
    weights = [(pointer, one) for pointer, one in facts.components("weights") if one.of is None]
    says = any(stage.of is None and stage.result for stage in facts.stages if _gives_parameters(facts, stage))
    if weights and says and not any(component.id in results for _, component in weights):
        pointer, component = weights[0]
        message = f"No stage gave {short(component.name)}, though the stages say what they gave."
        fix = f"Name {component.id} as the `result` of the stage that gave it."
        yield Doubt(f"{pointer}/id", message, fix, (pointer, "/stages"))
