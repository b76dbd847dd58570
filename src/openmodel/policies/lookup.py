# SPDX-License-Identifier: Apache-2.0
"""Policies by name: those of this package, and then those of others."""

from __future__ import annotations

from dataclasses import replace

from openmodel.errors import PolicyError, Problem, UsageError
from openmodel.policies import POLICIES
from openmodel.policies.requirement import Policy


def built_in(id: str) -> Policy | None:
    """The policy of this package that has an id."""
    return next((policy for policy in POLICIES if policy.id == id), None)


def policy_of(name: str) -> Policy:
    """The policy of a name: its id, and for one that has classes a colon and the class, if another is asked for. Only
    an id that no policy of this package has is looked for in others.

    Raises:
        UsageError: there is no such policy, or no such class.
        PolicyError: it is of another package and cannot be used.
    """
    id, colon, number = name.partition(":")
    policy = built_in(id) or _from_outside(id)
    if not colon:
        return policy
    if policy.ladder is None:
        fix = f"Write {id}."
        raise UsageError(Problem("", f"the policy {name!r}", f"{id}, which has no classes", fix))
    asked = {str(rung.number): rung.number for rung in policy.ladder.rungs}
    if number not in asked:
        choices = [f"{id}:{choice}" for choice in asked]
        fix = "Name one of its classes."
        raise UsageError(Problem("", f"the class {number!r} of {id}", f"one of {', '.join(choices)}", fix))
    return replace(policy, ladder=replace(policy.ladder, asked=asked[number]))


def _from_outside(id: str) -> Policy:
    from openmodel.policies import outside  # noqa: PLC0415  # Most checks have no use for it.

    return outside.policy(id)


def all_policies() -> tuple[list[Policy], list[PolicyError]]:
    """The policies of this package, and those of others with the errors of those that cannot be used. This runs the
    code of each package that has a policy."""
    from openmodel.policies import outside  # noqa: PLC0415  # Most checks have no use for it.

    found, broken = list(POLICIES), []
    try:
        names = outside.names()
    except PolicyError as error:
        return found, [error]
    for name in names:
        try:
            found.append(outside.policy(name))
        except PolicyError as error:
            broken.append(error)
    return found, broken
