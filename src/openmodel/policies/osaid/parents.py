# SPDX-License-Identifier: Apache-2.0
"""What OSAID 1.0 asks about a model that was made from another: the same, about the other too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.parent import ManifestReference
from openmodel.policies.disclosure import Question, answer, missing
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Finding, Result


def inherited(facts: Facts, field: Literal["data", "code"], described: set[str | None]) -> Iterator[Result]:
    """Findings for each parent whose parameters went into the model and whose data or code nobody describes.

    Args:
        facts: the facts.
        field: which of the two.
        described: ids of the parents that have such facts in this document, carrying `of`.
    """
    place = {"data": "`sources`", "code": "`components`"}[field]
    for pointer, parent in facts.inherited_parents:
        question = Question(
            f"{pointer}/{field}",
            f"which {field} trained {parent.name}, whose parameters went into this model",
            f"Describe its {field} under {place} with `of: {parent.id}`.",
            of=parent.id,
        )
        value = getattr(parent, field)
        if isinstance(value, Undisclosed):
            yield from answer(facts, question, value)
        elif parent.id not in described and isinstance(parent.manifest, ManifestReference):
            message = f"{parent.name} has a manifest of its own, and this version does not read it."
            yield Finding(f"{pointer}/manifest", message, "Check that release too.", "judge")
        elif parent.id not in described:
            yield missing(facts, question, f"nothing says {question.asked}")
