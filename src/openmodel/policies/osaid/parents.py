# SPDX-License-Identifier: Apache-2.0
"""What OSAID 1.0 asks about a model that was made from another: the same, about the other too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from openmodel.manifest.base import Undisclosed
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.lineage import UnreadParent
from openmodel.policies.osaid.beginnings import MAKES_NO_PARAMETERS, beginnings
from openmodel.policies.osaid.parent_manifests import contradictions, is_the_parents, unread
from openmodel.policies.osaid.traces import traces
from openmodel.policies.requirement import Result


def trains_itself(facts: Facts) -> bool:
    """Whether the release was trained, and not only made from other models: quantised, merged, converted."""
    return any(stage.of is None for _, stage in facts.training_stages) or not facts.inherited_parents


def says_how_it_was_made(facts: Facts) -> bool:
    """Whether a stage of the release gave its parameters. Processing data and making a tokenizer do not."""
    return any(stage.of is None and stage.kind not in MAKES_NO_PARAMETERS for stage in facts.stages)


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
    yield from beginnings(facts)
    yield from traces(facts)
