# SPDX-License-Identifier: Apache-2.0
"""The Model Openness Framework: its classes, judged here by whether each component can be had and under which terms.

`mot` has the same components and classes, and answers as the Model Openness Tool does, which looks at less.
"""

from __future__ import annotations

from openmodel.policies.ladder import Ladder, Rung
from openmodel.policies.mof.components import CLASSES, TITLES, required_for
from openmodel.policies.mof.requirements import REQUIREMENTS, id_of
from openmodel.policies.requirement import Policy

POLICY = Policy(
    id="mof",
    version="1",
    title="Model Openness Framework",
    parts=("code", "data", "document"),
    requirements=REQUIREMENTS,
    text="the framework",
    published="2024-03-20",
    ladder=Ladder(
        tuple(Rung(level, TITLES[level], tuple(map(id_of, required_for(level)))) for level in CLASSES), CLASSES[0]
    ),
)
