# SPDX-License-Identifier: Apache-2.0
"""Trying a policy out before anybody judges by it: is it sound, and do its examples come out as it says?"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from openmodel.errors import OpenModelError, Problem
from openmodel.manifest import loads
from openmodel.manifest.pointers import Missing, resolve
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.guarding import guarded
from openmodel.policies.report import RequirementReport
from openmodel.policies.requirement import Claim, Policy, Requirement
from openmodel.policies.soundness import faults


def try_out(policy: Policy) -> tuple[Problem, ...]:
    """What is wrong with a policy: whatever keeps it from being used, and examples that do not come out as they should.

    Each passing example has to meet its requirement; each failing one has to be found at its place; and no requirement
    may be met by a release that discloses nothing but its name.
    """
    found = tuple(faults(policy, f"policy {policy.id}"))
    if found:
        return found
    policy = guarded(policy, f"policy {policy.id}")
    return tuple(problem for item in policy.requirements for problem in _tried(policy, item))


def example_facts(declaration: str, name: str) -> Facts:
    """The facts of an example: top-level fields of a declaration, to which version and name of a release are added.

    Args:
        declaration: the fields, YAML; may be indented.
        name: what the example is, for messages.

    Raises:
        DocumentError: it is no part of a declaration.
    """
    text = inspect.cleandoc(declaration)
    release = "" if text.startswith("release:") else "release: {name: Example}\n"
    return Facts(loads(f"openmodel: 1-draft\n{release}{text}\n", name))


def _tried(policy: Policy, item: Requirement) -> Iterator[Problem]:
    place = f"policy {policy.id}, requirement {item.id}"
    try:
        yield from _passing(_outcome(policy, item, item.passing, f"{place}, passing"), f"{place}, passing")
        yield from _claims(item, example_facts(item.passing, f"{place}, passing"), f"{place}, passing")
        failing = _outcome(policy, item, item.failing.declaration, f"{place}, failing")
        yield from _failing(failing, item.failing.where, f"{place}, failing")
        if _outcome(policy, item, "", place).outcome == "met":
            fix = "Yield a Claim only for a fact that is there, and a Finding where it is missing."
            yield Problem(place, "a release that discloses nothing meets it", "that it does not", fix)
    except OpenModelError as error:
        yield from error.problems


def _outcome(policy: Policy, item: Requirement, declaration: str, name: str) -> RequirementReport:
    reports = judge(example_facts(declaration, name), policy).requirements
    return next(report for report in reports if report.id == item.id)


def _passing(report: RequirementReport, place: str) -> Iterator[Problem]:
    if report.outcome != "met":
        said = "; ".join(f"{finding.where}: {finding.message}" for finding in report.findings) or "nothing was found"
        yield Problem(place, f"{report.outcome}: {said}", "met", "Correct the example or the function.")


def _claims(item: Requirement, facts: Facts, place: str) -> Iterator[Problem]:
    """What is observed otherwise reaches a claim only where the claim points to what is there."""
    for result in item.check(facts):
        pointers = (result.where, result.measured or "") if isinstance(result, Claim) else ()
        for pointer in pointers:
            try:
                resolve(facts.plain, pointer)
            except Missing:
                fix = "Claim the place of the value that the requirement rests on."
                yield Problem(place, f"a Claim at {pointer}, where nothing is", "a place that is there", fix)


def _failing(report: RequirementReport, where: str, place: str) -> Iterator[Problem]:
    found = [finding for finding in report.findings if finding.kind != "note"]
    if report.outcome not in ("unmet", "undetermined") or where not in [finding.where for finding in found]:
        places = ", ".join(finding.where or "the whole manifest" for finding in found) or "nowhere"
        got = f"{report.outcome}, with findings at {places}"
        fix = "Correct the example, its place or the function."
        yield Problem(place, got, f"unmet or undetermined, with a finding at {where or 'the whole manifest'}", fix)
    for finding in found:
        if not finding.message.strip() or not finding.fix.strip():
            got = f"a finding at {finding.where} without words or without a fix"
            yield Problem(place, got, "what is the matter, and what to do", "Write both.")
