# SPDX-License-Identifier: Apache-2.0
"""The text of a report: what is not met stands at the top, and a clause is not said again in every finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openmodel.manifest import loads
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.osaid import POLICY
from openmodel.policies.report import TOOL, ReleaseReport, Report
from openmodel.rendering.report import report_text
from tests.conformance.judging import printed


def text(width: int, **fields: Any) -> str:
    document = {"openmodel": "1-draft", "release": {"name": "toy"}} | fields
    policies = (judge(Facts(loads(json.dumps(document), "toy.json")), POLICY),)
    return report_text(Report(1, TOOL, (ReleaseReport("toy", "toy", None, "0" * 64, None, policies),)), width)


CASES = Path(__file__).parents[1] / "conformance" / "osaid" / "cases"


def weights(expression: str) -> list[dict[str, Any]]:
    return [{"id": "w", "name": "Weights", "kinds": ["weights"], "terms": {"expression": expression}}]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_what_is_not_met_stands_at_the_top(width: int) -> None:
    lines = text(width, components=weights("llama2")).splitlines()
    top = lines[lines.index("  Not met:") : lines.index("  All requirements:")]
    marked = [line.split()[1] for line in lines if line.startswith("  ✗ OSAID-")]
    assert [line.split()[0] for line in top if line.startswith("    OSAID-")] == marked
    assert "OSAID-TERMS-PARAM" in marked
    assert lines.index("  All requirements:") < next(i for i, line in enumerate(lines) if line.startswith("  ✗ OSAID-"))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (
            "llama2",
            "needs a licence that Meta may refuse; 4 more clauses restrict use, modification and sharing, which",
        ),
        (
            "CC-BY-NC-4.0",
            "CC-BY-NC-4.0 forbids commercial use; 2 more clauses restrict modification and sharing, which",
        ),
        ("NONE", "The terms are not approved: NONE: no licence is granted."),
        ("C-UDA-1.0", "section 2.1: grants computational use only."),
    ],
)
def test_a_finding_on_terms_has_their_first_clause_and_counts_the_others(expression: str, said: str) -> None:
    assert said in " ".join(text(100, components=weights(expression)).split())


def test_each_other_clause_is_said_once() -> None:
    found = " ".join(text(100, components=weights("llama2")).split())
    assert found.count("section 1.b.iv: forbids what the Acceptable Use Policy names") == 1


def test_a_release_that_its_publisher_reviewed_says_so_at_the_top() -> None:
    own = printed(CASES / "complete-reviewed-by-the-publisher")
    assert "✓ Open Source AI Definition 1.0: met (self-reviewed)\n" in own
    assert "independent of the publisher judged what no program can: OSAID-DATA-DETAIL." in " ".join(own.split())
    independent = printed(CASES / "complete-reviewed-independently")
    assert "✓ Open Source AI Definition 1.0: met\n" in independent
    assert "self-reviewed" not in independent
