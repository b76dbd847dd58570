# SPDX-License-Identifier: Apache-2.0
"""Whether what is to be signed now is what others signed before. If so, the same bytes are signed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openmodel.errors import DocumentError, OverwriteError, Problem
from openmodel.signing.signature_file import Line, read_lines
from openmodel.signing.statement import ReleaseStatement, encode, read, time_text

__all__ = ["CLOCK_TOLERANCE", "Agreement", "agree"]

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clocks of two signers may differ."""

_REPLACE = "To replace the signatures that are there: --force on the command line, force=True in Python."


@dataclass(frozen=True, slots=True)
class Agreement:
    """What to sign, and what to leave as it is."""

    payload: bytes
    """The bytes to sign."""
    statement: ReleaseStatement
    """What they say."""
    lines: tuple[Line, ...]
    """The lines that stay, in their order."""
    dropped: bool = False
    """Whether there were others."""


def agree(file: Path, content: bytes, claim: ReleaseStatement, *, force: bool) -> Agreement:
    """Decides between the payload that is there and a new one.

    Nobody's signature is checked here, because it does not matter who wrote a payload that says just what this signer
    says, too: same subjects, name, version, sequence and expiry, in the bytes that this program would write. Only the
    time of issue is the first signer's, and it is not later than now.

    Args:
        file: of the signatures, for messages.
        content: its bytes; empty when there is none.
        claim: what this signer wants to say.
        force: replace release statements that say something else, and drop lines that cannot be read.

    Raises:
        DocumentError: a line cannot be read, and `force` is false.
        OverwriteError: a release statement says something else, and `force` is false.
    """
    lines, statements, dropped = _read(content, force=force)
    if not statements:
        return Agreement(encode(claim), claim, lines, dropped)
    compared = (_difference(line, said, claim) for line, said in statements.items())
    differences = [found for found in compared if found[0]]
    payloads = {line.bundle.payload for line in statements if line.bundle}
    if not differences and len(payloads) == 1:
        (payload,) = payloads
        return Agreement(payload, next(iter(statements.values())), lines, dropped)
    if force:
        others = tuple(line for line in lines if line not in statements)
        return Agreement(encode(claim), claim, others, dropped=True)
    got, advice = next(iter(differences), ("signatures on statements that differ", ""))
    fix = f"{advice} {_REPLACE}".lstrip()
    raise OverwriteError(Problem(str(file), got, "signatures on what is to be signed now, or none", fix))


def _read(content: bytes, *, force: bool) -> tuple[tuple[Line, ...], dict[Line, ReleaseStatement], bool]:
    """The lines that can be read, those of them that are about a release, and whether there were others."""
    kept: list[Line] = []
    statements: dict[Line, ReleaseStatement] = {}
    try:
        lines = read_lines(content)
    except DocumentError:
        if force:
            return (), {}, True
        raise
    for line in lines:
        try:
            said = _statement(line)
        except DocumentError:
            if force:
                continue
            raise
        kept.append(line)
        if said:
            statements[line] = said
    return tuple(kept), statements, len(kept) < len(lines)


def _statement(line: Line) -> ReleaseStatement | None:
    if line.bundle is None:
        raise DocumentError(
            Problem(
                f"openmodel.sig, line {line.number}",
                f"a line that cannot be read ({line.problem})",
                "a Sigstore bundle v0.3",
                "Get the file again from where it was published; or sign with force, which drops the line.",
            )
        )
    return read(line.bundle.payload_type, line.bundle.payload, line.file)


def _difference(line: Line, said: ReleaseStatement, claim: ReleaseStatement) -> tuple[str, str]:
    """What keeps this signer from signing the same bytes, empty when nothing does, and what helps."""
    now = datetime.now(UTC)
    if line.bundle is None or line.bundle.payload != encode(said):
        return f"a statement in line {line.number} that is not written as this program writes it", ""
    if said.expires and said.expires <= now:
        return f"a signature in line {line.number} that expired at {time_text(said.expires)}", ""
    if said.issued > now + CLOCK_TOLERANCE:
        found = f"a statement in line {line.number} that says it was issued at {time_text(said.issued)}, later than now"
        return found, "Set the clock if it is wrong."
    names = [field.name for field in fields(claim) if field.name != "issued"]
    differing = [name for name in names if getattr(said, name) != getattr(claim, name)]
    if differing == ["expires"]:
        there, wanted = (time_text(time) if time else "not set" for time in (said.expires, claim.expires))
        advice = f"pass the same: --expires {there}." if said.expires else "pass no --expires."
        found = f"a signature in line {line.number} that differs in `expires`: there {there}, now {wanted}"
        return found, f"To sign what is there, {advice}"
    if not differing:
        return "", ""
    found = f"a signature in line {line.number} on something else than this release"
    return f"{found}: it differs in {', '.join(differing)}", ""
