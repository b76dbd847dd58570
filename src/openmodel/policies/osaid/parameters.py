# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0, Parameters."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.policies.disclosure import Question, answer, places
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Failing, Result, requirement


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
    had. Intermediate checkpoints and optimizer state are examples in the definition and are not asked for.

    Why it matters: without the parameters there is nothing to use, study or change.

    How to fix: add a component of kind `weights` with `files` or `where`.

    Source: OSAID 1.0, Parameters: "The model parameters, such as weights or other configuration settings".
    """
    own = [(pointer, component) for pointer, component in facts.components("weights") if component.of is None]
    if not own:
        question = Question("/components", "where the weights are (kind weights)", "Add a component of kind weights.")
        yield from answer(facts, question, facts.not_offered("weights"))
    for pointer, component in own:
        if facts.has_files(component):
            yield Claim(f"{pointer}/files")
            continue
        question = Question(
            f"{pointer}/where",
            f"where {component.name} can be had",
            "Put the weights into the release and name them under `files`, or add `where`.",
        )
        yield from answer(facts, question, places(component.where))
