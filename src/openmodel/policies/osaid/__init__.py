# SPDX-License-Identifier: Apache-2.0
"""The Open Source AI Definition 1.0 of the Open Source Initiative, 28 October 2024.

Every normative requirement of its text is one here, and so are the duties for each class of data in OSI's FAQ. Reports
speak of what was checked here; OSI itself does not certify systems, and neither does this.
"""

from __future__ import annotations

from openmodel.policies.osaid import code, description, listing, parameters, terms
from openmodel.policies.osaid.freedoms import freedoms
from openmodel.policies.requirement import Policy

_NOT_INHERITED = (code.inference, code.architecture, parameters.available)
"""What a model has of its own, or shares with the models that it was made from."""

_REQUIREMENTS = (
    listing.listed,
    description.provenance,
    description.scope,
    description.characteristics,
    description.obtained,
    description.selected,
    description.labelled,
    description.processed,
    description.filtered,
    listing.classed,
    listing.public,
    listing.obtainable,
    listing.unshareable,
    listing.shared,
    listing.detailed,
    terms.data_information,
    code.processing,
    code.training,
    code.settings,
    code.validation,
    code.libraries,
    code.search,
    code.inference,
    code.architecture,
    terms.code,
    parameters.available,
    terms.parameters,
)

POLICY = Policy(
    id="osaid-1.0",
    version="4",
    title="Open Source AI Definition 1.0",
    parts=("data", "code", "parameters"),
    requirements=_REQUIREMENTS,
    published="2024-10-28",
    freedoms=freedoms,
    # Whether the terms of a model bind what is made from its parameters is for a person to say.
    inherits={
        item.id: "judge" if item is terms.parameters else "unmet"
        for item in _REQUIREMENTS
        if item not in _NOT_INHERITED
    },
)
