# SPDX-License-Identifier: Apache-2.0
"""The result of `verify`, as text for a terminal and as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible
from openmodel.signing.results import NOT_LOOKED_AT, FileProblem, Signer, Step, TensorChange, Verification

_STEP_MARKS = {True: "✓", False: "✗", None: "-"}
_READINGS = {
    "verified": "Verified: a key that you trust signed it, and every file of the manifest is what was signed.",
    "failed": "NOT verified. Do not rely on these files.",
    "unsigned": "NOT verified: this release is not signed.",
}
_BY_MODEL_SIG = _READINGS | {
    "verified": "Verified by model.sig alone: a key that you trust signed this list of files, and they are as listed.",
    "unsigned": "NOT verified: there is no model.sig.",
}
_KEY_STEPS = (2, 3)
_SIGNER_STEP = 3
_MODEL_SIG_STEPS = {12, 13, 14, 15}
_MODEL_SIG_SIGNER_STEP = 13
_MODEL_SIG_KEY_STEPS = (_MODEL_SIG_SIGNER_STEP,)
_EXPIRY_STEP = 9
_AGE_STEPS = {17, 18, 19}
_MOST_FILES = 50
_MOST_TENSORS = 20
_MOST_NOT_COVERED = 10
_DIGEST = re.compile(r"\b([0-9a-f]{64})\b[,;:.]?\s*")


def verification_json(result: Verification) -> str:
    """The result as one JSON value in ASCII, with a newline at the end. Times are RFC 3339, UTC."""
    return json.dumps(asdict(result), indent=2, default=lambda time: time.isoformat()) + "\n"


def verification_text(result: Verification, width: int) -> str:
    """The result for a terminal of `width` columns: the verdict, who signed, the steps, and every wrong file."""
    return "\n".join(_lines(result, max(width, 40))) + "\n"


def _lines(result: Verification, width: int) -> Iterator[str]:
    reading = _BY_MODEL_SIG if result.by == "model.sig" else _READINGS
    yield from wrapped(f"{'✓' if result.ok else '✗'} {reading[result.outcome]}", width)
    if result.not_covered:
        names = [visible(name) for name in result.not_covered[:_MOST_NOT_COVERED]]
        more = len(result.not_covered) - len(names)
        listed = ", ".join([*names, *([f"and {more:,} more (`--format json` lists them all)"] if more else [])])
        yield from wrapped(f"NOT covered by the signature: {listed}", width, "  ", "    ")
    if result.unprotected:
        yield from wrapped(f"NOT said by model.sig: {'; '.join(result.unprotected)}", width, "  ", "    ")
    for remark in result.remarks:
        yield from wrapped(f"? {visible(remark)}", width, "  ", "    ")
    yield from _advice(result, width)
    if result.name is not None:
        name = " ".join(filter(None, [visible(result.name), visible(result.version or "")]))
        sequence = "" if result.sequence is None else f", sequence {result.sequence}"
        count = f"{result.file_count:,} file{'s' * (result.file_count != 1)}, {result.algorithm}"
        yield from wrapped(f"{name}{sequence}: {count if result.file_count else 'no files compared'}", width, "  ")
    if result.issued:
        until = f", holds until {result.expires.isoformat()}" if result.expires else ", no expiry set"
        yield from wrapped(f"Signed {result.issued.isoformat()} by the signer's clock{until}", width, "  ")
    for signer in result.signers:
        yield from signer_line(signer, width)
    for step in result.steps:
        if step.detail != NOT_LOOKED_AT:
            yield from _step(step, width)
    yield from _left_out([step.number for step in result.steps if step.detail == NOT_LOOKED_AT], width)
    for problem in result.files[:_MOST_FILES]:
        yield from _file(problem, width)
    if len(result.files) > _MOST_FILES:
        yield f"  and {len(result.files) - _MOST_FILES:,} more; `--format json` lists them all"
    yield from _tensors(result.tensors, width)


def _tensors(changes: Sequence[TensorChange], width: int) -> Iterator[str]:
    for change in changes[:_MOST_TENSORS]:
        yield from wrapped(
            f'✗ {change.kind} tensor "{visible(change.name)}" of {visible(change.component)}', width, "  ", "    "
        )
        for word, value in (("was", change.was), ("now", change.now)):
            if value:
                yield from wrapped(f"{word}: {visible(value)}", width, "    ", "      ")
    if len(changes) > _MOST_TENSORS:
        counts = Counter(change.kind for change in changes[_MOST_TENSORS:])
        more = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
        yield from wrapped(f"and more tensors: {more}; `--format json` lists them all", width, "  ", "    ")


def _advice(result: Verification, width: int) -> Iterator[str]:
    """What to do next."""
    failed = {step.number for step in result.steps if step.ok is False}
    if result.ok:
        return
    if result.outcome == "unsigned":
        advice = "Ask the publisher to sign the release."
        if any(step.number == _MODEL_SIG_SIGNER_STEP and step.ok for step in result.steps):
            advice += " `--oms` verifies it by model.sig alone, and says what that protects less."
    elif failed == {_SIGNER_STEP} and any("no trusted timestamp" in signer.problem for signer in result.signers):
        advice = (
            "Ask the publisher to sign again, with a key or certificate that counts now. If an authority dated the"
            " signature in time, name its certificate in the trust file, under `timestamp_authorities`."
        )
    elif failed == {_SIGNER_STEP} and any("timestamp" in signer.problem for signer in result.signers):
        advice = (
            "Get the root certificate of the timestamp authority that dated it, or ask the publisher to have it dated."
        )
    elif result.by == "model.sig" and failed == {_MODEL_SIG_SIGNER_STEP} and any(one.trusted for one in result.signers):
        advice = "Verify by openmodel.sig, which has room for several: without --oms. Or ask for one, in a trust file."
    elif failed.intersection(_KEY_STEPS if result.by == "openmodel.sig" else _MODEL_SIG_KEY_STEPS):
        advice = (
            "Get the publisher's public key from whom you trust and name it with --key or in the trust file, or ask"
            " those who are missing to sign."
        )
    elif result.by == "openmodel.sig" and failed and failed <= _MODEL_SIG_STEPS:
        advice = "The release is what openmodel.sig says, and model.sig is not. Ask the publisher to sign again."
    elif failed and failed <= _AGE_STEPS:
        advice = "Somebody may be holding back a newer release. Get it from the publisher, and check the clock here."
    elif failed == {_EXPIRY_STEP}:
        advice = "Ask the publisher to sign again, and check the clock of this machine."
    else:
        advice = "Get the release again from the publisher, and verify that."
    yield from wrapped(f"→ {advice}", width, "  ", "    ")


def signer_line(signer: Signer, width: int) -> Iterator[str]:
    """One line of signatures: whose it is, and why it does not count if it does not."""
    who = f"key {visible(signer.key_id)[:16]}… {visible(signer.key_file)}" if signer.key_id else "no key named"
    if signer.how and not signer.identity.startswith("key "):
        by = "" if signer.how == "key" else f"{signer.how} of "
        who = f"{visible(signer.identity) or 'nobody in the trust file'}, by {by}{who}"
    problem = f": {visible(signer.problem)}" if signer.problem else ""
    dated = f", dated {signer.timestamp.isoformat()} by a timestamp authority" if signer.timestamp else ""
    mark = "✓" if signer.trusted else "-"
    where = f"line {signer.line}" if signer.line else "model.sig"
    yield from wrapped(f"{mark} {where}: {who.strip()}{dated}{problem}", width, "  ", "    ")


def _step(step: Step, width: int) -> Iterator[str]:
    detail = f": {visible(step.detail)}" if step.detail else ""
    yield from _digests_apart(f"{_STEP_MARKS[step.ok]} {step.number}. {step.title}{detail}", width)


def _left_out(numbers: Sequence[int], width: int) -> Iterator[str]:
    if not numbers:
        return
    names = [str(number) for number in numbers]
    if len(numbers) > 1 and numbers[-1] - numbers[0] + 1 == len(numbers):
        which = f"{names[0]} to {names[-1]} were"
    elif len(numbers) > 1:
        which = f"{', '.join(names[:-1])} and {names[-1]} were"
    else:
        which = f"{names[0]} was"
    yield from wrapped(f"- {which} {NOT_LOOKED_AT}", width, "  ", "    ")


def _file(problem: FileProblem, width: int) -> Iterator[str]:
    yield from wrapped(f"✗ {problem.kind} {visible(problem.path)}", width, "  ", "    ")
    for word, value in (("expected", problem.expected), ("found", problem.found)):
        if value:
            yield from _digests_apart(f"{problem.algorithm} {word}: {visible(value)}".strip(), width, "    ")


def _digests_apart(text: str, width: int, indent: str = "  ") -> Iterator[str]:
    """The text in lines, each digest on a line of its own that fits 68 columns, so that it can be copied."""
    parts = _DIGEST.split(text)
    for number, part in enumerate(parts):
        if number % 2:
            yield f"  {part}"
        elif part:
            yield from wrapped(part, width, "    " if number else indent, "    ")
