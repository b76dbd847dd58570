# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Parameters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from openmodel.manifest.component import Component
from openmodel.manifest.parent import Parent
from openmodel.manifest.stage import Stage
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts
from openmodel.policies.osaid import offered
from openmodel.policies.osaid.code_kinds import doubted
from openmodel.policies.requirement import Claim, Doubt, Failing, Finding, Result, requirement
from openmodel.policies.stages import INHERITING, TRAINING

_BELOW = "the parameters below the adapter"
_OF_AN_ADAPTER = re.compile(r"adapter_(config\.json|model(-\d+-of-\d+)?\.(safetensors|bin))")


@requirement(
    "OSAID-PARAM-AVAILABLE",
    "The parameters are available",
    part="parameters",
    basis="definition",
    passing="components: [{id: w, name: Weights, kinds: [weights], files: [model.safetensors]}]",
    failing=Failing(
        "not_offered: {weights: {undisclosed: withheld, reason: We offer an API only.}}",
        "/components",
    ),
)
def available(facts: Facts) -> Iterator[Result]:
    """What it checks: there is a component of kind `weights` with files in the release, or a place where they can be
    had. Files do not count while shards are missing that an index or the names of the others count, while one is a git
    LFS pointer, empty, cut off or a saved page, or while all are empty. Where no file is known by name or content to
    hold parameters, as a document, settings, code or a text does not, a person must look. What an adapter runs on must
    be there too; where only the names of files tell of an adapter, that is for a person to judge. Where every place has
    a price, a date in `gone_since`, or an address that reads as if somebody still had to write it, a person must judge.
    Intermediate checkpoints and optimizer state are examples in the definition and are not asked for.

    Why it matters: without the parameters there is nothing to use, study or change.

    How to fix: add a component of kind `weights` with `files` or `where`.

    Source: OSAID 1.0, Parameters: "The model parameters, such as weights or other configuration settings".
    """
    own = [(pointer, component) for pointer, component in facts.components("weights") if component.of is None]
    said = facts.not_offered("weights")
    if not own:
        place = "/not_offered/weights" if "weights" in facts.manifest.not_offered else "/components"
        asked, fix = "where the weights are (kind weights)", "Add a component of kind weights."
        question = Question("/components", asked, fix, said=place)
        yield from answer(facts, question, said)
    elif said is not None:
        message = "A component of kind weights is listed, and at once it is said not to be offered."
        yield Doubt("/not_offered/weights", message, "Delete one of the two.", ("/components", "/not_offered"))
    for pointer, component in own:
        yield from offered.available(facts, pointer, component, "the parameters")
    yield from _below_adapters(facts)


def _below_adapters(facts: Facts) -> Iterator[Result]:
    """An adapter is half of the parameters: the other half is the model that it was trained on, unless the two were
    merged. A stage of no kind may have made one, and so may any where files are named as those of an adapter are."""
    own = [stage for stage in facts.stages if stage.of is None]
    merged = _merged(facts)
    adapters = [stage for stage in own if stage.kind == "adapt" and stage.result not in merged]
    yield from _of_bases(facts, used := _begun_with(adapters))
    named = _has_files_of_an_adapter(facts)
    others = [stage for stage in own if stage.kind is None or (named and stage.kind in TRAINING)]
    perhaps = _of_bases(facts, _begun_with(others) - used)
    yield from (doubted(result) for result in perhaps if not isinstance(result, Claim))


def _merged(facts: Facts) -> set[str]:
    """What a stage merged into a model, where the release has no weights of it alone."""
    weights = {component.id for _, component in facts.components("weights")}
    return {use.model for stage in facts.stages if stage.kind == "merge" for use in stage.models} - weights


def _begun_with(stages: Iterable[Stage]) -> set[str]:
    """The models that stages began with."""
    return {use.model for stage in stages for use in stage.models if use.role in INHERITING}


def _has_files_of_an_adapter(facts: Facts) -> bool:
    """Whether the release, or before `build` its weights, has files called as `peft` calls those of an adapter."""
    measured = facts.manifest.measured
    weights = (one for _, one in facts.components("weights") if one.of is None)
    paths = [file.path for file in measured.files] if measured else [path for one in weights for path in one.files]
    return any(_OF_AN_ADAPTER.fullmatch(posixpath.basename(path)) for path in paths)


def _of_bases(facts: Facts, used: set[str]) -> Iterator[Result]:
    parents = {parent.id: (pointer, parent) for pointer, parent in facts.inherited_parents}
    for id in sorted(used - parents.keys()):
        yield from offered.available(facts, *facts.component(id), _BELOW)
    described: set[str | None] = set()
    for pointer, component in facts.components("weights"):
        if component.of in used:
            described.add(component.of)
            yield from offered.available(facts, pointer, component, _BELOW)
    for id, (pointer, parent) in parents.items():
        if id in used - described:
            yield from _of_parent(facts, pointer, parent)


def _of_parent(facts: Facts, pointer: str, parent: Parent) -> Iterator[Result]:
    """What is asked of weights, of those of a parent that only its place is known of."""
    weights = Component(id=parent.id, of=parent.id, name=parent.name, kinds=("weights",), where=parent.where)
    for result in offered.available(facts, pointer, weights, _BELOW):
        if isinstance(result, Finding):
            yield replace(result, fix="Add `where` to the parent, with a place that is open to all.")
        else:
            yield result
