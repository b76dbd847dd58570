# SPDX-License-Identifier: Apache-2.0
"""Policies of other packages, found by entry points of the group `openmodel.policies`.

The name of the entry point is the id of the policy, and its value a `Policy`. To ask for one runs the code of its
package with the rights of the user, and there is no sandbox: nothing is imported that nobody asked for.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from openmodel.errors import PolicyError, Problem, UsageError
from openmodel.policies import POLICIES
from openmodel.policies.guarding import guarded, said
from openmodel.policies.requirement import Policy
from openmodel.policies.soundness import faults, requirements_of

GROUP = "openmodel.policies"
"""The group of entry points."""


def names() -> list[str]:
    """The names of all policies of other packages, without importing any."""
    return sorted({entry.name for entry in _entries()})


@functools.cache
def policy(name: str) -> Policy:
    """The policy of another package that has a name. What it raises while it judges is a `PolicyError`.

    Raises:
        UsageError: there is none.
        PolicyError: it cannot be used, or the same name is given twice.
    """
    entries = _entries()
    named = [entry for entry in entries if entry.name == name]
    if not named:
        known = list(dict.fromkeys((*(policy.id for policy in POLICIES), *sorted(entry.name for entry in entries))))
        near = difflib.get_close_matches(name, known)
        fix = f"Did you mean {near[0]}?" if near else "Correct the name."
        expected = f"one of {', '.join(known)}, which are all that are installed"
        raise UsageError(Problem("", f"the policy {name!r}", expected, fix))
    if len(named) > 1:
        found = " and ".join(sorted(f"{entry.value} of {_package(entry)}" for entry in named))
        fix = "Uninstall all but one of them: nobody can tell which is meant."
        raise PolicyError(Problem(f"policy {name}", found, "one package with a policy of that name", fix))
    return _load(named[0])


def _entries() -> tuple[EntryPoint, ...]:
    try:
        return tuple(entry_points(group=GROUP))
    except Exception as error:
        fix = "Mend what is installed: `pip check` says more."
        problem = Problem("", f"{said(error)}, while the installed packages were read", "readable metadata", fix)
        raise PolicyError(problem) from error


def _load(entry: EntryPoint) -> Policy:
    place = f"policy {entry.name} ({entry.value} of {_package(entry)})"
    try:
        found = entry.load()
        problems = list(_problems(found, entry.name, place))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # Also SystemExit: a module that ends the process answers nothing.
        fix = f"Mend or reinstall {_package(entry)}; unless it is named, nothing of it runs."
        raise PolicyError(Problem(place, f"{said(error)}, on import", "a module that has the policy", fix)) from error
    if problems:
        raise PolicyError(problems)
    policy: Policy = found
    return guarded(policy, place)


def _problems(found: object, name: str, place: str) -> Iterator[Problem]:
    """What keeps an object from being the policy of a name."""
    if not isinstance(found, Policy):
        fix = f'Name the Policy, as in `{name} = "house_policy:POLICY"`.'
        yield Problem(place, f"a value of type {type(found).__name__}", "a Policy of openmodel.policies", fix)
        return
    if found.id != name:
        fix = "Give the entry point the id of the policy for its name."
        yield Problem(place, f"a policy whose id is {found.id!r}", f"one whose id is {name!r}", fix)
    elif name in (policy.id for policy in POLICIES):
        fix = "Give it an id of its own."
        yield Problem(place, "the id of a policy of openmodel itself", "another id", fix)
    yield from faults(found, place)
    taken = {item.id for policy in POLICIES for item in policy.requirements}
    for item in requirements_of(found):
        if item.id in taken:
            fix = "Give it an id of its own, with a prefix of your house; `Policy.reused` takes one."
            yield Problem(
                f"{place}, requirement {item.id}", "the id of a requirement of openmodel itself", "another id", fix
            )


def _package(entry: EntryPoint) -> str:
    """The distribution that an entry point is of, with its version."""
    named = (entry.dist.name, entry.dist.version) if entry.dist else (None, None)
    return " ".join(filter(None, named)) or "an unknown package"
