# SPDX-License-Identifier: Apache-2.0
"""What a requirement is: one small function over the facts, with its documentation and examples."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from openmodel.errors import Problem, UsageError
from openmodel.policies.facts import Facts
from openmodel.policies.grants import TermsReport
from openmodel.policies.ladder import Ladder

Basis = Literal["definition", "faq", "interpretation", "yardstick"]
"""Where a requirement comes from. An interpretation alone never makes `unmet`; a yardstick of this project may."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about one place."""

    where: str
    """JSON pointer into the manifest: the value, or where the missing value belongs."""
    message: str
    """What is the matter, in a sentence."""
    fix: str
    """What to write or do next."""
    kind: Literal["unmet", "judge", "note"]
    """`unmet`: fails the requirement; `judge`: a person must decide; `note`: changes nothing."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something disclosed that no program can judge. A person may settle it by a review of the subject."""

    where: str
    """JSON pointer of the value."""
    message: str
    """What cannot be told, in a sentence."""
    fix: str
    """What to do besides a review; may be empty."""
    subject: tuple[str, ...] = ()
    """JSON pointers that a review must cover, all of them; the value itself when empty."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact that the requirement rests on. Without one, nothing is met."""

    where: str
    """JSON pointer of the value."""
    measured: str | None = None
    """JSON pointer of what was measured about it; the claim is then known as well as that."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The requirement has nothing to ask of this release."""

    reason: str
    """Why, in a sentence."""


Result = Finding | Doubt | Claim | NotApplicable
Check = Callable[[Facts], Iterator[Result]]


def asks(result: Result) -> bool:
    """Whether a result is a lack or a doubt: something is to be done or to be judged."""
    return isinstance(result, Doubt) or (isinstance(result, Finding) and result.kind != "note")


@dataclass(frozen=True, slots=True)
class Failing:
    """An example that does not meet the requirement."""

    declaration: str
    """Top-level fields of a declaration, YAML."""
    where: str
    """Where the finding is."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a policy."""

    id: str
    """Stable name, for example `OSAID-DATA-PROVENANCE`."""
    title: str
    """What must be so, in a few words."""
    part: str
    """The part of the policy it belongs to."""
    basis: Basis
    check: Check
    passing: str
    """An example that meets it: top-level fields of a declaration, YAML."""
    failing: Failing
    text: str | None = None
    """What its basis means, as `Policy.text`, where that is not what it means in its policy."""

    @property
    def documentation(self) -> str:
        """The page for users: what it checks, why it matters, how to fix it, and its source."""
        return inspect.getdoc(self.check) or ""


def requirement(
    id: str, title: str, *, part: str, basis: Basis, passing: str, failing: Failing
) -> Callable[[Check], Requirement]:
    """Makes a requirement of the function that checks it; the function's docstring is its page."""

    def bind(check: Check) -> Requirement:
        return Requirement(id, title, part, basis, check, inspect.cleandoc(passing), failing)

    return bind


THE_DEFINITION = "the definition"


@dataclass(frozen=True, slots=True)
class Policy:
    """A yardstick: requirements in parts."""

    id: str
    """Name, for example `osaid-1.0`."""
    version: str
    """Version of this encoding of it. It changes whenever an outcome may change, and voids reviews."""
    title: str
    """Full name."""
    parts: tuple[str, ...]
    """In each of them something must be met."""
    requirements: tuple[Requirement, ...]
    text: str = THE_DEFINITION
    """What the basis `definition` of its requirements means, after "the text of", or the basis `yardstick`."""
    published: str | None = None
    """The day on which that text was published; nobody judged by it before. None for a yardstick of this project."""
    freedoms: Callable[[Facts], tuple[TermsReport, ...]] | None = None
    """What the terms of each element grant, for a policy that asks about them."""
    inherits: Mapping[str, Literal["unmet", "judge"]] = field(default_factory=dict)
    """By id, the requirements that a model has to meet together with each model whose parameters went into it, and what
    it means for the one when the other does not meet it."""
    ladder: Ladder | None = None
    """The classes of a policy that has some. Then reaching the class that is asked for decides, and not the parts."""

    def reused(self, requirement: str, *, id: str, part: str) -> Requirement:
        """A requirement of this policy for another one: the same function, title, basis and examples. What this policy
        does about parents (`inherits`) does not come with it, nor do reviews.

        Args:
            requirement: its id here.
            id: its id there, since ids are of one policy.
            part: the part there.

        Raises:
            UsageError: there is no such requirement.
        """
        found = next((item for item in self.requirements if item.id == requirement), None)
        if found is None:
            fix = "`openmodel explain` lists them."
            raise UsageError(Problem("", f"the requirement {requirement!r}", f"one of {self.id}", fix))
        return replace(found, id=id, part=part, text=found.text or self.text)
