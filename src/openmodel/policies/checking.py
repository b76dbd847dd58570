# SPDX-License-Identifier: Apache-2.0
"""`check`: built releases in, a report out."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from openmodel.building import Built, read_built
from openmodel.errors import Problem, UsageError
from openmodel.policies import POLICIES
from openmodel.policies.engine import judge
from openmodel.policies.report import TOOL, ReleaseReport, Report
from openmodel.policies.requirement import Policy
from openmodel.policies.resolving import facts_of

DEFAULT = ("osaid-1.0", "provenance-1")
"""The policies that are judged when none is named."""


def check(*paths: str | Path, policies: Sequence[str] = DEFAULT) -> Report:
    """Judges built releases by policies. Reads the manifest and not the files.

    A release that was made from another is judged together with it, where the manifest of the other is in the release
    or is itself among the paths.

    Args:
        paths: release directories or manifests; the current directory when there are none.
        policies: ids of policies.

    Raises:
        StageError: a manifest is missing or older than its declaration.
        DocumentError: a manifest is not valid.
        UsageError: there is no such policy.
    """
    if not policies:
        raise UsageError(Problem("", "no policy", "at least one", f"Name some of {', '.join(DEFAULT)}."))
    chosen = [_policy(name) for name in dict.fromkeys(policies)]
    built = [(str(path), read_built(path)) for path in paths or (".",)]
    given = [one for _, one in built]
    return Report(1, TOOL, tuple(_judge(path, one, given, chosen) for path, one in built))


def _judge(path: str, built: Built, given: Sequence[Built], policies: Sequence[Policy]) -> ReleaseReport:
    facts = facts_of(built, given)
    release = built.manifest.release
    reports = tuple(judge(facts, policy) for policy in policies)
    return ReleaseReport(path, release.name, release.version, built.sha256, None, reports)


def _policy(name: str) -> Policy:
    known = {policy.id: policy for policy in POLICIES}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    raise UsageError(
        Problem(
            "",
            f"the policy {name!r}",
            f"one of {', '.join(known)}",
            f"Did you mean {near[0]}?" if near else "Correct the name.",
        )
    )
