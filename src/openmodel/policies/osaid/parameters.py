# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Parameters."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.stage import StageKind
from openmodel.policies.disclosure import Question, answer, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid import offered
from openmodel.policies.osaid.code_kinds import doubted
from openmodel.policies.places import had
from openmodel.policies.requirement import Claim, Doubt, Failing, Result, requirement


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
    be there too. Where every place has a price, a date in `gone_since`, or an address that reads as if somebody still
    had to write it, a person must judge.
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
    """An adapter is half of the parameters: the other half is the model that it was trained on. A stage of no kind may
    have made one."""
    used = _begun_with(facts, "adapt")
    yield from _of_bases(facts, used)
    perhaps = _of_bases(facts, _begun_with(facts, None) - used)
    yield from (doubted(result) for result in perhaps if not isinstance(result, Claim))


def _begun_with(facts: Facts, kind: StageKind | None) -> set[str]:
    """The models that stages of a kind began with."""
    stages = (stage for stage in facts.stages if stage.kind == kind and stage.of is None)
    return {use.model for stage in stages for use in stage.models if use.role == "initial"}


def _of_bases(facts: Facts, used: set[str]) -> Iterator[Result]:
    for id in sorted(used - {parent.id for _, parent in facts.inherited_parents}):
        yield from offered.available(facts, *facts.component(id), "the parameters below the adapter")
    described: set[str | None] = set()
    for pointer, component in facts.components("weights"):
        if component.of in used:
            described.add(component.of)
            yield from offered.available(facts, pointer, component, "the parameters below the adapter")
    for pointer, parent in facts.inherited_parents:
        if parent.id in used - described:
            asked = f"where the parameters of {short(parent.name)} can be had, without which the adapter does not run"
            question = Question(f"{pointer}/where", asked, "Add `where` to the parent.", of=parent.id)
            yield from had(facts, question, parent.where)
