# SPDX-License-Identifier: Apache-2.0
"""OSI's checklist of components for the Open Source AI Definition 1.0, as a policy over the same facts.

The checklist says of itself that it "is not an operating manual to evaluate Open Source AI": it names components of the
Model Openness Framework, where the definition names information, code and parameters. `osaid-1.0` is the definition.
"""

from __future__ import annotations

from openmodel.policies.checklist import code, data, model
from openmodel.policies.requirement import Policy

POLICY = Policy(
    id="osaid-checklist-1.0",
    version="2",
    title='Checklist for the Open Source AI Definition 1.0 ("not an operating manual to evaluate Open Source AI")',
    parts=("data", "code", "model"),
    requirements=(
        data.satisfied,
        data.datasets,
        data.paper,
        data.report,
        data.card,
        code.preprocessing,
        code.training,
        code.inference,
        code.libraries,
        model.architecture,
        model.parameters,
    ),
    text="the checklist",
    published="2024-10-28",  # That of the definition which it is for.
    # What it asks of data goes by `osaid-1.0`, which looks at parents itself.
    inherits={
        code.preprocessing.id: "unmet",
        code.training.id: "unmet",
        code.libraries.id: "unmet",
        model.parameters.id: "judge",
    },
)
