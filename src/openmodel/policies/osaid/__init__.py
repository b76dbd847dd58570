# SPDX-License-Identifier: Apache-2.0
"""The Open Source AI Definition 1.0 of the Open Source Initiative, 28 October 2024.

Encoded so far: Data Information whole; Code, Parameters and terms as one requirement each. Reports speak of what was
checked here; OSI itself does not certify systems, and neither does this.
"""

from __future__ import annotations

from openmodel.policies.osaid import code, description, listing, parameters, terms
from openmodel.policies.osaid.freedoms import freedoms
from openmodel.policies.requirement import Policy

POLICY = Policy(
    id="osaid-1.0",
    version="2",
    title="Open Source AI Definition 1.0",
    parts=("data", "code", "parameters"),
    requirements=(
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
        code.complete,
        terms.code,
        parameters.available,
        terms.parameters,
    ),
    freedoms=freedoms,
)
