# SPDX-License-Identifier: Apache-2.0
"""The example that people copy from docs/manifest.md."""

from __future__ import annotations

import openmodel
from openmodel.policies import osaid
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from tests.manifest.test_schema import EXAMPLES


def test_the_example_lacks_nothing_that_osaid_asks_for() -> None:
    report = judge(Facts(openmodel.loads(EXAMPLES[1])), osaid.POLICY)
    assert {item.id for item in report.requirements if item.outcome in ("unmet", "undetermined")} == {
        "OSAID-DATA-DETAIL"
    }
