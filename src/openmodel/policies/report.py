# SPDX-License-Identifier: Apache-2.0
"""The report of a check: one shape whatever the number of inputs. Fields are named and ordered as in its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import JsonValue

from openmodel.errors import Problem
from openmodel.evidence.findings import Contradiction, Remark
from openmodel.policies.facts import Grade
from openmodel.policies.grants import TermsReport
from openmodel.policies.requirement import Basis, Finding
from openmodel.version import VERSION

if TYPE_CHECKING:
    from openmodel.policies.parting import Parting

Outcome = Literal["met", "unmet", "undetermined", "not_applicable"]

MAX_CONTRADICTIONS = 1000
"""The most contradictions, and the most remarks, of a release that are listed; all of them decide."""


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of several outcomes: unmet, undetermined, met, not applicable."""
    order: tuple[Outcome, ...] = ("not_applicable", "met", "undetermined", "unmet")
    return max(outcomes, key=order.index, default="not_applicable")


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """A review that counted."""

    by: str
    affiliation: str
    date: str
    judgement: Literal["met", "unmet"]
    independence: Literal["self-reviewed", "reviewed independently"]
    reason: str


@dataclass(frozen=True, slots=True)
class RequirementReport:
    """How one requirement came out."""

    id: str
    title: str
    basis: Basis
    outcome: Outcome
    grade: Grade | None
    """Of the weakest claim it rests on; None when it rests on none."""
    review: ReviewReport | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ParentReport:
    """A release that the judged one descends from, and that was judged by its own manifest."""

    where: str
    """JSON pointer of the reference, in the manifest that names it."""
    named_by: str | None
    """SHA-256 of that manifest; None for the manifest of the judged release."""
    name: str
    version: str | None
    manifest_sha256: str
    path: str
    """Where the manifest was read: in the release, or as given."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """How one policy came out."""

    policy: str
    """Its id; from `check` as it was asked for, which may name a class: `mot:2`."""
    version: str
    outcome: Outcome
    requirements: tuple[RequirementReport, ...]
    freedoms: tuple[TermsReport, ...] | None = None
    """What terms grant, for a policy that asks about them. It decides nothing."""
    parents: tuple[ParentReport, ...] | None = None
    """The releases that this one descends from and that were judged too, each once, for a policy that asks for that."""
    class_: int | None = None
    """The best class reached, 0 for none, for a policy that has classes; `class` in JSON."""
    progress: dict[str, float] | None = None
    """Percent of the way to each class, by its number, for a policy that has classes."""


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What reading the bytes of a release gave, besides contradictions."""

    files: int
    """How many files of the manifest were read and are what it says."""
    bytes: int
    """Their bytes together."""
    contradictions: int
    """How many contradictions there are; the report lists `MAX_CONTRADICTIONS` of them."""
    verified: tuple[str, ...]
    """JSON pointers of what the bytes bear out, sorted, without those below `/measured/files`."""
    remarks: tuple[Remark, ...]
    """What else was noticed, and what could not be compared, and why."""


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """How one release came out."""

    path: str
    name: str
    version: str | None
    manifest_sha256: str
    signature: None
    """Reserved for the result of verifying the signature; this version does not verify while checking."""
    policies: tuple[PolicyReport, ...]
    contradictions: tuple[Contradiction, ...] = ()
    """Where declared and observed values differ, whether or not a requirement rests on them."""
    evidence: EvidenceReport | None = None
    """What reading the bytes gave; None when they were not read."""
    parting: tuple[Parting, ...] | None = None
    """Where its policies part, and why; None where they do not."""

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of its policies; unmet when its bytes were read and contradict it."""
        contradicted = self.evidence is not None and self.contradictions
        return "unmet" if contradicted else worst(policy.outcome for policy in self.policies)


@dataclass(frozen=True, slots=True)
class Tool:
    """What made the report."""

    name: str
    version: str


TOOL = Tool("openmodel", VERSION)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of `check`."""

    report: int
    """Version of this shape."""
    tool: Tool
    releases: tuple[ReleaseReport, ...]
    errors: tuple[Problem, ...] = ()
    """What kept inputs of the command line from being judged; the Python call raises instead."""

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of all releases: unmet, then undetermined, then met."""
        return worst(release.outcome for release in self.releases)

    def findings(self, *kinds: Literal["unmet", "judge", "note"]) -> Iterator[Finding]:
        """The findings of these kinds, of all releases, policies and requirements in order."""
        for release in self.releases:
            for policy in release.policies:
                for requirement in policy.requirements:
                    yield from (finding for finding in requirement.findings if finding.kind in kinds)

    def as_json(self) -> dict[str, JsonValue]:
        """The report as plain data, the shape of `check --format json`."""
        plain: dict[str, JsonValue] = json.loads(json.dumps(asdict(self, dict_factory=_without_unasked)))
        return plain


_OF_SOME = ("freedoms", "parents", "class_", "progress", "about", "parting")
"""What only some releases, policies and contradictions have."""


def _without_unasked(members: list[tuple[str, object]]) -> dict[str, object]:
    """The members of an object of the report; what only some have is left out of the others, and `class_` is named as
    JSON may name it."""
    return {name.rstrip("_"): value for name, value in members if name not in _OF_SOME or value is not None}
