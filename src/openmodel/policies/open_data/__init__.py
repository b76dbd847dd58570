# SPDX-License-Identifier: Apache-2.0
"""Open training data: the position of those for whom the Open Source AI Definition asks too little of data.

They hold that information about data is no source, and refuse the exceptions for data that can be bought or may not be
shared: as others report it, the Free Software Foundation, the Software Freedom Conservancy (Bradley Kuhn), Bruce Perens
and, for Debian, Mo Zhou. None of them published a list of requirements; this is the project's reading of what they have
in common. It asks about data alone: judge code, parameters and their terms by `osaid-1.0` beside it.
"""

from __future__ import annotations

from openmodel.policies.open_data import requirements
from openmodel.policies.requirement import Policy

POLICY = Policy(
    id="open-data",
    version="1",
    title="Open training data (the position of those who find data information too weak)",
    parts=("data",),
    requirements=(requirements.listed, requirements.available, requirements.licensed),
    text="this project's reading of their position",
    inherits=dict.fromkeys(
        (requirements.listed.id, requirements.available.id, requirements.licensed.id),
        "unmet",
    ),
)
