# SPDX-License-Identifier: Apache-2.0
"""The four labels of the G7 Vision on AI Openness: which one a release reaches, and what the next one asks for.

The vision gives each label a sentence or two; what those leave open is for a person to judge.
"""

from __future__ import annotations

from openmodel.policies.g7 import data, model
from openmodel.policies.ladder import Ladder, Rung
from openmodel.policies.requirement import Policy, Requirement

_ASKED: dict[str, tuple[Requirement, ...]] = {
    "Weights Available": (model.weights, model.stated, model.deployment),
    "Open Weights": (model.licensed, model.deployment_licensed),
    "Open Source AI": (model.training, data.listed, data.shared, data.informed),
    "Open Source AI with Open Data": (data.available, data.licensed),
}
"""By label, what it asks for beyond those before it."""

_REQUIREMENTS = tuple(requirement for asked in _ASKED.values() for requirement in asked)

OPEN_SOURCE_AI = 3
"""The label that speaks of open source, which is asked for where none is named."""


def _rungs() -> tuple[Rung, ...]:
    ids: tuple[str, ...] = ()
    found = []
    for number, (title, asked) in enumerate(_ASKED.items(), start=1):
        ids += tuple(requirement.id for requirement in asked)
        found.append(Rung(number, title, ids))
    return tuple(found)


POLICY = Policy(
    id="g7",
    version="1",
    title="G7 labels for AI openness",
    parts=("model", "code", "data"),
    requirements=_REQUIREMENTS,
    text="the vision",
    published="2026-05-29",
    # What a model learned, and from what, includes what the models learned that it was made from.
    inherits={
        model.licensed.id: "judge",
        **dict.fromkeys((model.training.id, *(item.id for item in _REQUIREMENTS if item.part == "data")), "unmet"),
    },
    ladder=Ladder(_rungs(), OPEN_SOURCE_AI),
)
