# SPDX-License-Identifier: Apache-2.0
"""`check`: built releases, or files of other formats, in; a report out."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from openmodel.built import Built, read_built
from openmodel.errors import DocumentError, Problem, UsageError
from openmodel.evidence.findings import Evidence
from openmodel.inventory.exclusion import DECLARATION, MANIFEST
from openmodel.inventory.pool import Progress
from openmodel.manifest.loading import read_file
from openmodel.policies.engine import judge, judgement
from openmodel.policies.lookup import policy_of
from openmodel.policies.report import MAX_CONTRADICTIONS, TOOL, EvidenceReport, PolicyReport, ReleaseReport, Report
from openmodel.policies.requirement import Policy
from openmodel.policies.resolving import facts_of

if TYPE_CHECKING:
    from openmodel.policies.facts import Facts
    from openmodel.policies.parting import Parting

DEFAULT = ("osaid-1.0", "provenance-1")
"""The policies that are judged when none is named."""


def check(
    *paths: str | Path,
    policies: Sequence[str] = DEFAULT,
    verify_bytes: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Judges built releases by policies. Reads the manifest and, unless asked to, not the files.

    A file of the Model Openness Framework is judged directly: one that ends in `.yml`, `.yaml` or `.json` and holds
    what such a file does.

    A release that was made from another is judged together with it, where the manifest of the other is in the release
    or is itself among the paths.

    Args:
        paths: release directories, manifests or files of the Model Openness Framework; the current directory when there
            are none. What a third party wrote of a release that is elsewhere needs no `build`: nothing in it is a path,
            and no declaration lies beside it.
        policies: ids of policies; of one that has classes also with the class that is asked for, as in `mot:2`. A
            policy that this package does not have is looked for among the installed ones, and its code is run.
        verify_bytes: read every file of the release again, and the git repository that it lies in. What they bear out
            has the grade `verified`; what they contradict is in the report with both sides, fails what rests on it,
            and makes the outcome of the report `unmet`. Then all paths have to be directories.
        progress: is told, for each release anew, how many bytes of files were read, and of how many.

    Raises:
        StageError: a manifest is missing or older than its declaration, or nothing was measured of a release that has
            files.
        DocumentError: a manifest is not valid.
        PolicyError: a policy of another package cannot be used, or fails while it judges.
        UsageError: there is no such policy, or `verify_bytes` is asked of a manifest without its directory.
    """
    if not policies:
        raise UsageError(Problem("", "no policy", "at least one", f"Name some of {', '.join(DEFAULT)}."))
    chosen = {name: policy_of(name) for name in policies}
    named = paths or (".",)
    if verify_bytes:
        _require_directories(named)
    built = [(str(path), _read(path, verify_bytes)) for path in named]
    given = {one.sha256: one for _, one in built}
    reading = partial(_evidence, progress=progress) if verify_bytes else None
    return Report(1, TOOL, tuple(_judge(path, one, given, chosen, reading) for path, one in built))


def _require_directories(paths: Sequence[str | Path]) -> None:
    """A manifest alone says where no file is; the files that lie beside it need not be those it speaks of."""
    problems = [
        Problem(
            str(path),
            "a manifest without its directory",
            "the directory of the release, whose bytes are to be read",
            f"Name the directory: {shlex.quote(str(Path(path).parent))}.",
        )
        for path in paths
        if os.path.isfile(path)  # noqa: PTH113  # Path.is_file raises if it is too long.
    ]
    if problems:
        raise UsageError(problems)


def _read(path: str | Path, verify_bytes: bool) -> Built:
    """The manifest at a path, or what it would be of a file of another format. Manifests are JSON, and most JSON here
    is one, so that YAML alone is first asked whether it is something else."""
    if verify_bytes:
        return read_built(path)
    kind = Path(path).suffix.lower()
    if kind in (".yml", ".yaml") and (found := _of_other_format(Path(path))):
        return found
    try:
        return read_built(path, also_unmeasured=True)
    except DocumentError:
        if kind == ".json" and (found := _of_other_format(Path(path))):
            return found
        raise


def _of_other_format(path: Path) -> Built | None:
    if path.name in (DECLARATION, MANIFEST) or not os.path.isfile(path):  # noqa: PTH113  # As above.
        return None
    from openmodel.exchange import loose_text, mof  # noqa: PLC0415  # Most checks have no use for it.

    content = read_file(path, loose_text.MAX_BYTES)
    found = mof.recognised(content, str(path))
    return Built(found.manifest, path, content) if found else None


def _judge(
    path: str,
    built: Built,
    given: Mapping[str, Built],
    policies: Mapping[str, Policy],
    reading: Callable[[Built], Evidence] | None,
) -> ReleaseReport:
    evidence = reading(built) if reading else None
    facts = facts_of(built, given, evidence, _today())
    release = built.manifest.release
    reports, parting = _by_policies(facts, policies)
    contradictions = (*facts.recorded_contradictions, *facts.read_contradictions)
    return ReleaseReport(
        path,
        release.name,
        release.version,
        built.sha256,
        None,
        reports,
        contradictions[:MAX_CONTRADICTIONS],
        _evidence_report(evidence, len(contradictions)) if evidence else None,
        parting,
    )


def _by_policies(
    facts: Facts, policies: Mapping[str, Policy]
) -> tuple[tuple[PolicyReport, ...], tuple[Parting, ...] | None]:
    """How each policy comes out, and where they part. The two that are judged by default are meant to ask for different
    things, and each says what is missing for it: there is nothing to explain."""
    if len(policies) == 1 or set(policies) == set(DEFAULT):
        return tuple(replace(judge(facts, policy), policy=name) for name, policy in policies.items()), None
    from openmodel.policies.parting import parting  # noqa: PLC0415  # Most checks have no use for it.

    judged = [judgement(facts, policy) for policy in policies.values()]
    judged = [replace(one, report=replace(one.report, policy=name)) for name, one in zip(policies, judged, strict=True)]
    return tuple(one.report for one in judged), parting(judged) or None


def _today() -> str:
    """The date where it is latest. The clock is read here alone: only what is dated in the future depends on it."""
    return (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()


def _evidence(built: Built, progress: Progress | None) -> Evidence:
    from openmodel.evidence.reading import read_evidence  # noqa: PLC0415  # Nobody else has a use for it.

    return read_evidence(built.path.parent, built.manifest, progress)


def _evidence_report(evidence: Evidence, contradictions: int) -> EvidenceReport:
    """What was read. That each file is as measured is a number here."""
    verified = sorted(pointer for pointer in evidence.verified if not pointer.startswith("/measured/files/"))
    remarks = evidence.remarks[:MAX_CONTRADICTIONS]
    return EvidenceReport(evidence.files, evidence.size, contradictions, tuple(verified), remarks)
