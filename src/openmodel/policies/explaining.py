# SPDX-License-Identifier: Apache-2.0
"""`explain`: a requirement in full, from the documentation of the function that checks it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from openmodel.errors import PolicyError, Problem, UsageError
from openmodel.policies import POLICIES
from openmodel.policies.lookup import all_policies
from openmodel.policies.requirement import Basis, Failing, Policy, Requirement

HEADINGS = ("What it checks", "Why it matters", "How to fix", "Source")
"""The parts of a page, in order."""

_HEADING = re.compile(rf"^({'|'.join(HEADINGS)}):[ \n]", re.MULTILINE)


_INHERITED = {
    "unmet": "Each model whose parameters went into this one has to meet it too, by its own manifest if one is named.",
    "judge": "If a model whose parameters went into this one fails it by its own manifest, a person must judge.",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A requirement in full."""

    id: str
    title: str
    policy: str
    """Id of its policy."""
    policy_version: str
    part: str
    """The part of the policy it belongs to."""
    basis: Basis
    """Where it comes from. An interpretation alone never makes `unmet`."""
    text: str
    """What the basis `definition` means, after "the text of", or the basis `yardstick`."""
    checks: str
    """What it checks; paragraphs are separated by an empty line."""
    matters: str
    """Why it matters."""
    fix: str
    """How to fix it."""
    source: str
    """The source, with its section."""
    passing: str
    """An example that meets it: top-level fields of a declaration, YAML."""
    failing: Failing
    """An example that does not, and where that is found."""


def explain(id: str) -> Explanation:
    """A requirement in full. Policies of other packages are looked at where no policy of this one has it; of several
    that have it, the first by name counts.

    Args:
        id: id of the requirement, for example `OSAID-DATA-PROVENANCE`; case does not count.

    Raises:
        UsageError: there is no such requirement, and with it what is wrong with policies that may have it.
    """
    broken: list[PolicyError] = []
    known = _by_id(POLICIES)
    if id.upper() not in known:
        policies, broken = all_policies()
        known = _by_id(policies)
    if id.upper() not in known:
        near = difflib.get_close_matches(id.upper()[:100], known)
        fix = f"Did you mean {near[0]}?" if near else "`openmodel explain` lists them."
        unknown = Problem("", f"the requirement {id[:100]!r}", "the id of a requirement", fix)
        raise UsageError((unknown, *(problem for error in broken for problem in error.problems)))
    return explanation(*known[id.upper()])


def _by_id(policies: Sequence[Policy]) -> dict[str, tuple[Policy, Requirement]]:
    """Each requirement with its policy; the first of several counts."""
    return {item.id: (policy, item) for policy in reversed(policies) for item in reversed(policy.requirements)}


def explanation(policy: Policy, requirement: Requirement) -> Explanation:
    """A requirement of a policy in full."""
    parts = sections(requirement.documentation)
    if inherited := policy.inherits.get(requirement.id):
        parts["What it checks"] += f"\n\n{_INHERITED[inherited]}"
    return Explanation(
        requirement.id,
        requirement.title,
        policy.id,
        policy.version,
        requirement.part,
        requirement.basis,
        requirement.text or policy.text,
        checks=parts["What it checks"],
        matters=parts["Why it matters"],
        fix=parts["How to fix"],
        source=parts["Source"],
        passing=requirement.passing,
        failing=requirement.failing,
    )


def sections(documentation: str) -> dict[str, str]:
    """The parts of the documentation of a requirement, by their headings."""
    texts = _HEADING.split(documentation)
    return {heading: _paragraphs(text) for heading, text in zip(texts[1::2], texts[2::2], strict=True)}


def _paragraphs(text: str) -> str:
    joined = "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip()))
    return joined[:1].upper() + joined[1:]
