# SPDX-License-Identifier: Apache-2.0
"""What the checklist lists as optional: it is noted, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.component import Kind
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Finding, NotApplicable, Result, asks

DATA: dict[Kind, str] = {"evaluation_data": "evaluation data", "evaluation_results": "evaluation results"}
CODE: dict[Kind, str] = {"evaluation_code": "evaluation code, also for inference in benchmarks"}
MODEL: dict[Kind, str] = {
    "model_card": "model card",
    "sample_outputs": "sample model outputs",
    "metadata": "model metadata",
}


def optional(facts: Facts, kinds: dict[Kind, str]) -> Iterator[Result]:
    """A note on which of these kinds are listed, and which are not."""
    listed = {kind for kind in kinds if any(True for _ in facts.components(kind))}
    there = ", ".join(words for kind, words in kinds.items() if kind in listed)
    absent = ", ".join(words for kind, words in kinds.items() if kind not in listed)
    sentences = [f"Optional and listed: {there}."] if there else []
    sentences += [f"Optional and not listed: {absent}."] if absent else []
    yield Finding("/components", " ".join(sentences), "", "note")


def together(results: Iterator[Result]) -> Iterator[Result]:
    """The results of several rules as those of one: that one of them does not apply counts only if none does."""
    found = list(results)
    if any(isinstance(result, Claim) or asks(result) for result in found):
        yield from (result for result in found if not isinstance(result, NotApplicable))
    else:
        yield from found
