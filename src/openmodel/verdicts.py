# SPDX-License-Identifier: Apache-2.0
"""`sign_report`: the report of a check becomes a verdict that somebody answers for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from openmodel.errors import Problem, UsageError
from openmodel.inventory.exclusion import MANIFEST
from openmodel.inventory.naming import spelled
from openmodel.policies.report import ReleaseReport, Report
from openmodel.signing.clock import time_of_issue
from openmodel.signing.keys import Passphrase
from openmodel.signing.report import write_signed
from openmodel.signing.verdict import PolicyVerdict, Verdict


def sign_report(
    report: Report,
    content: bytes,
    file: str | Path,
    *,
    keys: Sequence[str | Path],
    passphrase: Passphrase | None = None,
    force: bool = False,
) -> Verdict:
    """Writes a report and, beside it as `file` + ".sig", who answers for it.

    What is signed: the SHA-256 of the manifest that was judged, that of the report, the time, the version of this
    program, and of each policy its version and how it came out. Whoever judges need not be who publishes.

    Args:
        report: what `check` returned, for one release.
        content: the report as it is to be read, in any form.
        file: where to write it.
        keys: files of private keys, of any kinds; each adds a line.
        passphrase: of the keys that are encrypted, or what to call with the path of each for it.
        force: replace both files if they are there.

    Returns:
        What was signed.

    Raises:
        UsageError: no key, or the report is about several releases, or about inputs that could not be read.
        KeyFileError: a key cannot be read or used.
        DocumentError: the report or what would be signed is larger than what is read again.
        OverwriteError: one of the files is there, and `force` is false. Nothing was written.
        InventoryError: a file cannot be written.
    """
    if len(report.releases) != 1 or report.errors:
        found = f"{len(report.releases)} releases" + (", and inputs that cannot be read" if report.errors else "")
        fix = "Check them one at a time, each with a report of its own."
        raise UsageError(Problem(str(file), f"a report about {found}", "a report about one", fix))
    verdict = _verdict(report.releases[0], report.tool.version, hashlib.sha256(content).hexdigest())
    write_signed(file, content, verdict, keys=keys, passphrase=passphrase, force=force)
    return verdict


def _verdict(release: ReleaseReport, tool: str, report_sha256: str) -> Verdict:
    path = Path(release.path)
    return Verdict(
        judged_sha256=release.manifest_sha256,
        judged_name=spelled(path.name) if path.is_file() else MANIFEST,
        name=release.name,
        version=release.version,
        report_sha256=report_sha256,
        tool=tool,
        time=time_of_issue(),
        bytes_read=release.evidence is not None,
        contradicted=release.evidence is not None and bool(release.contradictions),
        outcome=release.outcome,
        policies=tuple(PolicyVerdict(one.policy, one.version, one.outcome) for one in release.policies),
    )
