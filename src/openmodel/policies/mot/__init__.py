# SPDX-License-Identifier: Apache-2.0
"""What the Model Openness Tool says of a release, its quirks included, for people who must agree with the public site.

`docs/mof.md` lists the quirks.
"""

from __future__ import annotations

from openmodel.policies.ladder import Ladder
from openmodel.policies.mof.components import CLASSES
from openmodel.policies.mot.listing import progress
from openmodel.policies.mot.requirements import REQUIREMENTS, rungs
from openmodel.policies.requirement import Policy

POLICY = Policy(
    id="mot",
    version="1",
    title="Model Openness Tool",
    parts=("code", "data", "document"),
    requirements=REQUIREMENTS,
    text="the tool's code",
    ladder=Ladder(rungs(), CLASSES[0], progress),
)
