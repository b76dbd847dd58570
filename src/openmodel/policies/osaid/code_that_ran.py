# SPDX-License-Identifier: Apache-2.0
"""The code that stages name: what ran must be there and under its terms, whatever else is offered beside it."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.stage import Stage, StageKind
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.code_kinds import answering, of_the_release
from openmodel.policies.osaid.offered import available, available_code
from openmodel.policies.requirement import Result
from openmodel.policies.stages import stage_code


def code_of_stages(facts: Facts) -> dict[str, Component]:
    """Pointer and component of all code that any stage names, of the release and of parents whose parameters it has."""
    found = dict(facts.training_code)
    for _, stage in _stages(facts):
        for _, named in stage_code("", stage):
            found |= {
                at: component for at, component in map(facts.component, answered(named)) if _is_asked_for(component)
            }
    return found


def ran_before_training(facts: Facts, stage_kind: StageKind, kind: Kind, words: str) -> Iterator[Result]:
    """Whether the code can be had that stages of a kind name, besides the components of the kind of code itself."""
    looked_at = dict(of_the_release(facts, kind, *answering(kind)))
    for pointer, stage in _stages(facts):
        if stage.kind != stage_kind:
            continue
        for place, named in stage_code(pointer, stage):
            if isinstance(named, Undisclosed):
                fix = "Name the components under `code`."
                asked = f"which code ran in {stage.id}"
                yield from answer(facts, Question(place, asked, fix, of=stage.of, may_not_apply=True), named)
                continue
            for name in named:
                at, component = facts.component(name)
                if at not in looked_at and _is_asked_for(component):
                    looked_at[at] = component
                    by_data = "tokenizer" in component.kinds
                    yield from (available if by_data else available_code)(facts, at, component, words)


def _is_asked_for(component: Component) -> bool:
    """OSAID names code that processes and filters data, and not code that makes it."""
    return set(component.kinds) != {"data_generation_code"}


def _stages(facts: Facts) -> Iterator[tuple[str, Stage]]:
    for index, stage in enumerate(facts.stages):
        if facts.is_inherited(stage.of):
            yield f"/stages/{index}", stage
