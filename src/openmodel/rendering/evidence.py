# SPDX-License-Identifier: Apache-2.0
"""What reading the bytes gave, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.policies.report import EvidenceReport, ReleaseReport
from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible

_MOST = 20
"""The most contradictions, and the most remarks, that are shown; the JSON report has more."""


def evidence_text(release: ReleaseReport, width: int) -> Iterator[str]:
    """What was read, and contradictions that no requirement rests on; requirements show the others."""
    if release.evidence:
        yield from wrapped(_sum(release.evidence), width)
    told = {
        (finding.where, finding.message)
        for policy in release.policies
        for requirement in policy.requirements
        for finding in requirement.findings
    }
    alone = [item for item in release.contradictions if (item.where, item.message) not in told]
    if alone:
        yield from wrapped("✗ Declared otherwise than observed; findings of requirements do not repeat it:", width)
    yield from _rows([f"✗ {item.where}: {item.message}" for item in alone], width)
    remarks = release.evidence.remarks if release.evidence else ()
    yield from _rows([f"· {item.where}: {item.message}" for item in remarks], width)


def _sum(evidence: EvidenceReport) -> str:
    files = f"{evidence.files:,} file{'' if evidence.files == 1 else 's'}"
    count = evidence.contradictions
    contradicted = f"; {count:,} contradiction{'' if count == 1 else 's'}" if count else ""
    mark = "✗" if count else "✓"
    return f"{mark} Bytes read again: {files}, {evidence.bytes:,} bytes, are as the manifest says{contradicted}."


def _rows(rows: list[str], width: int) -> Iterator[str]:
    for row in rows[:_MOST]:
        yield from wrapped(visible(row), width, "  ", "    ")
    if len(rows) > _MOST:
        yield from wrapped(f"… and {len(rows) - _MOST:,} more; see the JSON report.", width, "  ")
