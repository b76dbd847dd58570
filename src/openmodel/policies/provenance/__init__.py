# SPDX-License-Identifier: Apache-2.0
"""What this project calls provenance: every fact that binds a model to data, code, seeds, machines and bytes.

It is this project's own yardstick and stricter than OSAID 1.0, which asks for none of these digests.
"""

from __future__ import annotations

from openmodel.policies.provenance import code, data, seeds, weights
from openmodel.policies.requirement import Policy

POLICY = Policy(
    id="provenance-1",
    version="4",
    title="openmodel provenance 1",
    parts=("data", "code", "seeds", "hardware", "weights"),
    requirements=(data.hashed, code.pinned, seeds.seeded, seeds.hardware, weights.hashed),
    text="this project's own yardstick",
)
