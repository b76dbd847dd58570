# SPDX-License-Identifier: Apache-2.0
"""What OSAID 1.0 asks about a model that was made from another: the same, about the other too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.stage import Stage
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import INHERITING, TRAINING, Facts
from openmodel.policies.lineage import UnreadParent
from openmodel.policies.osaid.parent_manifests import contradictions, is_the_parents, unread
from openmodel.policies.requirement import Doubt, Result

STARTS_FROM_ANOTHER = ("finetune", "adapt", "merge", "quantize")
"""Kinds of stage that begin with the parameters of a model."""


def trains_itself(facts: Facts) -> bool:
    """Whether the release was trained, and not only made from other models: quantised, merged, converted."""
    return any(stage.of is None for _, stage in facts.training_stages) or not facts.inherited_parents


def says_how_it_was_made(facts: Facts) -> bool:
    """Whether a stage of the release gave its parameters. Processing data and making a tokenizer do not."""
    return any(stage.of is None and stage.kind not in ("process", "tokenize") for stage in facts.stages)


def inherited(facts: Facts, field: Literal["data", "code"], of_parents: set[str | None]) -> Iterator[Result]:
    """Findings where it is open which models this one was made from, and for each of them whose data or code nobody
    describes: neither this document nor a manifest of its own, which the engine judges.

    Args:
        facts: the facts.
        field: which of the two.
        of_parents: ids of the parents that have such facts in this document, carrying `of`.
    """
    yield from _origins(facts)
    place = {"data": "`sources`", "code": "`components`"}[field]
    for pointer, parent in facts.inherited_parents:
        question = Question(
            f"{pointer}/{field}",
            f"which {field} trained {short(parent.name)}, whose parameters went into this model",
            f"Describe its {field} under {place} with `of: {parent.id}`.",
            of=parent.id,
        )
        value, read = getattr(parent, field), facts.own_manifest(parent)
        described = isinstance(value, Undisclosed) or parent.id in of_parents
        if isinstance(value, Undisclosed):
            yield from answer(facts, question, value)
        if isinstance(read, UnreadParent):
            yield from unread(facts, question, pointer, parent, read, described=described)
        elif read is not None:
            yield from is_the_parents(facts, pointer, parent, read)
            yield from contradictions(pointer, parent, read, field)
        elif not described:
            yield missing(facts, question, f"the manifest does not say {question.asked}")


def _origins(facts: Facts) -> Iterator[Result]:
    """Which models this one was made from and how: asked when it is kept back, when no stage says what was done with
    them, or when a stage must have begun with one."""
    parents = facts.manifest.parents
    asked = "which models this one was made from"
    if isinstance(parents, Undisclosed) and parents.undisclosed != "not_applicable":
        yield from answer(facts, Question("/parents", asked, "List each of them under `parents`."), parents)
    if facts.inherited_parents and not says_how_it_was_made(facts):
        # Without a stage, a model that was trained on secret data would pass for a copy of an open one.
        how = f"how this model was made from {short(facts.inherited_parents[0][1].name)}"
        question = Question("/stages", how, "Describe each step as a stage with its `kind` and `models`.")
        yield from answer(facts, question, facts.undescribed_stages)
    trained: set[str | None] = set()
    made: set[str | None] = set()
    results = {stage.result for stage in facts.stages}
    for index, stage in enumerate(facts.stages):
        named = any(use.role in INHERITING for use in stage.models)
        if facts.is_inherited(stage.of) and not named:
            yield from _start(facts, f"/stages/{index}", stage, trained=stage.of in trained)
        if stage.kind in TRAINING:
            trained.add(stage.of)
        yield from _made_before(facts, index, stage, made, results)
        made.add(stage.result)


def _start(facts: Facts, pointer: str, stage: Stage, *, trained: bool) -> Iterator[Result]:
    """What a stage began with that names no model: after a training stage, what that gave. What else a merge took in
    may be checkpoints of the same training, or not."""
    fix = "Name the parent or checkpoint under `models` with the role initial or merged."
    if stage.kind in STARTS_FROM_ANOTHER and not trained:
        asked = f"with which model the stage {stage.id} began"
        yield from answer(facts, Question(f"{pointer}/models", asked, fix, of=stage.of), None)
    elif stage.kind == "merge":
        yield Doubt(f"{pointer}/models", f"The stage {stage.id} does not say what it merged.", fix, (pointer,))
    elif stage.segments and isinstance(stage.segments[0].resumed_from, str) and not trained:
        message = f"The stage {stage.id} goes on from a checkpoint, and nothing says which stage made that."
        fix = "Describe the earlier segments, or name the model under `models` with the role initial."
        yield Doubt(f"{pointer}/segments/0/resumed_from", message, fix, (pointer,))


def _made_before(
    facts: Facts, index: int, stage: Stage, made: set[str | None], results: set[str | None]
) -> Iterator[Result]:
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
