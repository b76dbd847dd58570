# SPDX-License-Identifier: Apache-2.0
"""The result of `verify`, as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible
from openmodel.signing.results import STEPS, FileProblem, Signer, Step, Verification

_STEP_MARKS = {True: "✓", False: "✗", None: "-"}
_READINGS = {
    "verified": "Verified: a key that you trust signed this release, and every file of it is what was signed.",
    "failed": "NOT verified. Do not rely on these files.",
    "unsigned": "NOT verified: this release is not signed.",
}
_MOST_FILES = 50


def verification_json(result: Verification) -> str:
    """The result as one JSON value, with a newline at the end. Times are RFC 3339, UTC."""
    return json.dumps(asdict(result), indent=2, default=lambda time: time.isoformat()) + "\n"


def verification_text(result: Verification, width: int) -> str:
    """The result for a terminal of `width` columns: the verdict, who signed, the steps, and every wrong file."""
    return "\n".join(_lines(result, max(width, 40))) + "\n"


def _lines(result: Verification, width: int) -> Iterator[str]:
    yield from wrapped(f"{'✓' if result.ok else '✗'} {_READINGS[result.outcome]}", width)
    if result.name is not None:
        name = " ".join(filter(None, [visible(result.name), visible(result.version or "")]))
        sequence = "" if result.sequence is None else f", sequence {result.sequence}"
        yield from wrapped(f"{name}{sequence}: {_files(result.file_count)}, {result.algorithm}", width, "  ")
    if result.issued:
        until = f", holds until {result.expires.isoformat()}" if result.expires else ", no expiry set"
        yield from wrapped(f"Signed {result.issued.isoformat()} by the signer's clock{until}", width, "  ")
    for signer in result.signers:
        yield from _signer(signer, width)
    for step in result.steps:
        if step.ok is not None or step.number > len(STEPS):
            yield from _step(step, width)
    undone = [step.number for step in result.steps if step.ok is None and step.number <= len(STEPS)]
    if undone:
        yield from wrapped(f"- Not looked at, because of that: {', '.join(map(str, undone))}", width, "  ", "    ")
    if result.outcome == "unsigned":
        yield from wrapped("→ Ask the publisher for a signed release.", width, "  ")
    elif not any(signer.trusted for signer in result.signers):
        yield from wrapped(
            "→ Get the publisher's public key from where you trust it, and name it with --key.", width, "  "
        )
    if result.not_covered:
        names = ", ".join(map(visible, result.not_covered[:_MOST_FILES]))
        more = f" and {len(result.not_covered) - _MOST_FILES:,} more" * (len(result.not_covered) > _MOST_FILES)
        yield from wrapped(f"! NOT covered by the signature: {names}{more}", width, "  ", "    ")
    for problem in result.files[:_MOST_FILES]:
        yield from _file(problem, width)
    if len(result.files) > _MOST_FILES:
        yield f"  and {len(result.files) - _MOST_FILES:,} more; `--format json` lists them all"


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"


def _signer(signer: Signer, width: int) -> Iterator[str]:
    who = f"key {visible(signer.key_id)[:16]}… {visible(signer.key_file)}" if signer.key_id else "no key named"
    problem = f": {visible(signer.problem)}" if signer.problem else ""
    mark = "✓" if signer.trusted else "-"
    yield from wrapped(f"{mark} line {signer.line}: {who.strip()}{problem}", width, "  ", "    ")


def _step(step: Step, width: int) -> Iterator[str]:
    detail = f": {visible(step.detail)}" if step.detail else ""
    yield from wrapped(f"{_STEP_MARKS[step.ok]} {step.number}. {step.title}{detail}", width, "  ", "    ")


def _file(problem: FileProblem, width: int) -> Iterator[str]:
    yield from wrapped(f"✗ {problem.kind} {visible(problem.path)}", width, "  ", "    ")
    if problem.expected:
        yield from wrapped(f"{problem.algorithm} expected {visible(problem.expected)}", width, "    ")
    if problem.found:
        yield from wrapped(f"{problem.algorithm} found    {visible(problem.found)}".strip(), width, "    ")
