# SPDX-License-Identifier: Apache-2.0
"""What OSAID 1.0 asks about a model that was made from another: the same, about the other too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.stage import Stage
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import INHERITING, TRAINING, Facts
from openmodel.policies.lineage import UnreadParent
from openmodel.policies.osaid.parent_manifests import contradictions, is_the_parents, unread
from openmodel.policies.requirement import Result

STARTS_FROM_ANOTHER = ("finetune", "adapt", "merge", "quantize")
"""Kinds of stage that begin with the parameters of a model."""


def trains_itself(facts: Facts) -> bool:
    """Whether the release was trained, and not only made from other models: quantised, merged, converted."""
    return any(stage.of is None for _, stage in facts.training_stages) or not facts.inherited_parents


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
    if facts.inherited_parents and not any(_makes_parameters(stage) for stage in facts.stages):
        # Without a stage, a model that was trained on secret data would pass for a copy of an open one.
        made = f"how this model was made from {short(facts.inherited_parents[0][1].name)}"
        question = Question("/stages", made, "Describe each step as a stage with its `kind` and `models`.")
        yield from answer(facts, question, facts.undescribed_stages)
    trained = False
    makers = Counter(stage.result for stage in facts.stages)
    for index, stage in enumerate(facts.stages):
        named = any(use.role in INHERITING for use in stage.models)
        if stage.of is None and stage.kind in STARTS_FROM_ANOTHER and not (trained or named):
            fix = "Name the parent or checkpoint under `models` with the role initial or merged."
            question = Question(f"/stages/{index}/models", f"with which model the stage {stage.id} began", fix)
            yield from answer(facts, question, None)
        trained = trained or (stage.of is None and stage.kind in TRAINING)
        yield from _made_somewhere(facts, index, stage, makers)


def _makes_parameters(stage: Stage) -> bool:
    return stage.of is None and stage.kind not in ("process", "tokenize")


def _made_somewhere(facts: Facts, index: int, stage: Stage, makers: Counter[str | None]) -> Iterator[Result]:
    """A component that a stage begins with is a parent's, or another stage gave it. Else nobody says who made it."""
    for number, use in enumerate(stage.models):
        held = facts.component_or_none(use.model)
        if use.role not in INHERITING or held is None or held.of is not None:
            continue
        if makers[use.model] <= (stage.result == use.model):
            fix = f"Name {use.model} as the `result` of the stage that made it, or list the model under `parents`."
            question = Question(f"/stages/{index}/models/{number}", f"how {short(held.name)} was made", fix)
            yield from answer(facts, question, None)
