# SPDX-License-Identifier: Apache-2.0
"""Every requirement of every policy: documented, named by convention, and its examples do what they say."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

import pytest

import openmodel
from openmodel.policies import POLICIES, Policy
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import RequirementReport
from openmodel.policies.requirement import Requirement

HEADINGS = ("What it checks:", "Why it matters:", "How to fix:", "Source:")
PREFIXES = {
    "osaid-1.0": r"OSAID-(DATA|CODE|PARAM|TERMS)-[A-Z]+",
    "provenance-1": r"PROV-[A-Z]+(-[A-Z]+)?",
    "osaid-checklist-1.0": r"CHECKLIST-[A-Z]+(-[A-Z]+)?",
    "open-data": r"OPENDATA-[A-Z]+",
    "g7": r"G7-[A-Z]+(-[A-Z]+){0,2}",
    "mof": r"MOF-[A-Z]+(-[A-Z]+){0,3}",
    "mot": r"MOT-[A-Z]+(-[A-Z]+){0,3}",
}


class Case(NamedTuple):
    policy: Policy
    requirement: Requirement


CASES = [Case(policy, requirement) for policy in POLICIES for requirement in policy.requirements]
each_requirement = pytest.mark.parametrize("case", CASES, ids=[case.requirement.id for case in CASES])


def outcome(case: Case, example: str) -> RequirementReport:
    text = inspect.cleandoc(example)
    header = "openmodel: 1-draft\n" + ("" if text.startswith("release:") else "release: {name: Example}\n")
    report = judge(Facts(openmodel.loads(header + text)), case.policy)
    return next(item for item in report.requirements if item.id == case.requirement.id)


@each_requirement
def test_has_a_page_for_users(case: Case) -> None:
    page = case.requirement.documentation
    places = [page.find(heading) for heading in HEADINGS]
    assert -1 not in places
    assert places == sorted(places)
    assert all(page[place:].partition(":")[2].strip() for place in places)


@each_requirement
def test_is_named_by_convention(case: Case) -> None:
    assert re.fullmatch(PREFIXES[case.policy.id], case.requirement.id)
    assert case.requirement.part in case.policy.parts
    assert not case.requirement.title.endswith(".")
    assert len(case.requirement.title) <= 80


@each_requirement
def test_passing_example_meets_it(case: Case) -> None:
    report = outcome(case, case.requirement.passing)
    assert report.outcome == "met", report.findings


@each_requirement
def test_failing_example_is_found_at_its_place(case: Case) -> None:
    report = outcome(case, case.requirement.failing.declaration)
    assert report.outcome in ("unmet", "undetermined")
    found = [finding for finding in report.findings if finding.kind != "note"]
    assert case.requirement.failing.where in [finding.where for finding in found]
    assert all(finding.message.endswith(".") and finding.fix for finding in found)


@each_requirement
def test_is_never_met_by_a_release_that_discloses_nothing(case: Case) -> None:
    assert outcome(case, "").outcome != "met"


def test_ids_are_unique() -> None:
    ids = [case.requirement.id for case in CASES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_each_part_has_a_requirement(policy: Policy) -> None:
    assert {requirement.part for requirement in policy.requirements} == set(policy.parts)
