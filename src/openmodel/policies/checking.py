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
from openmodel.policies.facts import Facts
from openmodel.policies.report import TOOL, ReleaseReport, Report
from openmodel.policies.requirement import Policy

DEFAULT = ("osaid-1.0", "provenance-1")
"""The policies that are judged when none is named."""


def check(*paths: str | Path, policies: Sequence[str] = DEFAULT) -> Report:
    """Judges built releases by policies. Reads the manifest and not the files.

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
    releases = tuple(_judge(str(path), read_built(path), chosen) for path in paths or (".",))
    return Report(1, TOOL, releases)


def _judge(path: str, built: Built, policies: Sequence[Policy]) -> ReleaseReport:
    facts = Facts(built.manifest)
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
