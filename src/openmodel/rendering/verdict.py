# SPDX-License-Identifier: Apache-2.0
"""The result of `verify-report`, as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible
from openmodel.rendering.verification import signer_line
from openmodel.signing.report import ReportVerification
from openmodel.signing.verdict import Verdict

_MARKS = {"met": "✓", "unmet": "✗", "undetermined": "?", "not_applicable": "-"}
_WORDS = {"met": "met", "unmet": "NOT met", "undetermined": "undetermined", "not_applicable": "not applicable"}


def verdict_json(result: ReportVerification) -> str:
    """The result as one JSON value in ASCII, with a newline at the end. Times are RFC 3339, UTC."""
    value = asdict(result) | {"is_yes": bool(result.ok and result.verdict and result.verdict.is_yes)}
    return json.dumps(value, indent=2, default=lambda time: time.isoformat()) + "\n"


def verdict_text(result: ReportVerification, width: int) -> str:
    """The result for a terminal of `width` columns: whether it is authentic, who signed, and the verdict."""
    return "\n".join(_lines(result, max(width, 40))) + "\n"


def _lines(result: ReportVerification, width: int) -> Iterator[str]:
    if result.ok:
        yield from wrapped("✓ Authentic: a key that you trust signed this report.", width)
    else:
        yield from wrapped("✗ NOT authentic. Do not rely on this report.", width)
    for problem in result.problems:
        yield from wrapped(f"✗ {visible(problem)}", width, "  ", "    ")
    for signer in result.signers:
        yield from signer_line(signer, width)
    if result.ok and result.verdict:
        yield from _verdict(result.verdict, width, compared=result.compared)


def _verdict(verdict: Verdict, width: int, *, compared: bool) -> Iterator[str]:
    name = " ".join(filter(None, [visible(verdict.name), visible(verdict.version or "")]))
    read = "its manifest and its files" if verdict.bytes_read else "its manifest, without reading its files"
    judged = f"{name}: {read}, judged {verdict.time.isoformat()} by openmodel {visible(verdict.tool)}"
    yield from wrapped(judged, width, "  ", "    ")
    same = "the manifest of the release that you named" if compared else "the manifest with this SHA-256"
    yield from wrapped(f"About {same}:", width, "  ", "    ")
    yield f"  {visible(verdict.judged_sha256)}"
    if not compared:
        yield from wrapped("→ Name the release with --release, to have it compared.", width, "  ", "    ")
    for one in verdict.policies:
        line = f"{_MARKS[one.outcome]} {visible(one.policy)} version {visible(one.version)}: {_WORDS[one.outcome]}"
        yield from wrapped(line, width, "  ", "    ")
    if verdict.contradicted:
        yield from wrapped("✗ The files that were read contradict the manifest.", width, "  ", "    ")
