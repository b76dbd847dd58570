# SPDX-License-Identifier: Apache-2.0
"""Signing the report of a check, and checking such a signature, offline.

`FILE.sig` lies beside the report `FILE` and is written like `openmodel.sig`: a bundle a line. Anybody can hand both
on; the key says who judged.

All of these have to hold:

1. `FILE.sig` is there and within bounds, and at least one line of it can be read.
2. A given key signed a verdict in it, and all that the given keys signed is the same bytes, of exactly the right shape.
3. The report, read once, has the signed SHA-256.
4. The verdict was not given later than now; a day is taken for a clock that is wrong.
5. If a release is named, its manifest has the SHA-256 that was judged.

That the signature holds says nothing of how the verdict came out; both are in the answer.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openmodel.errors import DocumentError, OpenModelError, OverwriteError, Problem, UsageError, next_command
from openmodel.inventory.exclusion import MANIFEST
from openmodel.inventory.naming import shown
from openmodel.inventory.whole import read_whole
from openmodel.inventory.writing import write_atomically
from openmodel.manifest.json_text import MAX_BYTES as MAX_MANIFEST_BYTES
from openmodel.manifest.loading import read_file
from openmodel.signing import signature_file, verdict
from openmodel.signing.adding import add_lines
from openmodel.signing.bundle import Bundle
from openmodel.signing.causes import why
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.keys import Passphrase, PublicKey, load_private_key, load_public_key
from openmodel.signing.places import outside
from openmodel.signing.recognition import recognise
from openmodel.signing.results import Signer
from openmodel.signing.signature_file import Line
from openmodel.signing.statement import time_text
from openmodel.signing.verdict import Verdict

__all__ = ["MAX_BYTES", "ReportVerification", "require_free", "signature_of", "verify_report", "write_signed"]

MAX_BYTES = 64 * 2**20
"""The largest report that is signed and read, in bytes."""
_TIME_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReportVerification:
    """The answer of `verify_report`. It holds for the bytes as they were read, at that time."""

    ok: bool
    """Whether every step holds. How the release came out is another question: `verdict.is_yes`."""
    problems: tuple[str, ...]
    """What does not hold, safe to print."""
    signers: tuple[Signer, ...]
    """All lines of the file of signatures, in order."""
    verdict: Verdict | None
    """What a given key signed; None without one. It is about the report only if `ok`."""
    compared: bool
    """Whether a release was named, to be compared with what was judged."""


def signature_of(file: str | Path) -> Path:
    """Where the signature of a report lies."""
    return Path(f"{file}.sig")


def require_free(file: str | Path) -> None:
    """Refuses the name of a report if that or the name of its signature is taken.

    Raises:
        OverwriteError: one of them is.
    """
    for path in (Path(file), signature_of(file)):
        if os.path.lexists(path):
            fix = "Choose another name; --force replaces it."
            raise OverwriteError(Problem(str(path), "that it is there already", "a name that is free", fix))


def write_signed(
    file: str | Path,
    content: bytes,
    said: Verdict,
    *,
    keys: Sequence[str | Path],
    passphrase: Passphrase | None,
    force: bool,
) -> None:
    """Writes a report and beside it its signature; `openmodel.sign_report` says more."""
    if not keys:
        raise UsageError(Problem("", "no key", "at least one private key", next_command("key new", "PATH")))
    if len(content) > MAX_BYTES:
        raise DocumentError(
            Problem(str(file), f"a report of {len(content):,} bytes", f"at most {MAX_BYTES:,}", "Name fewer policies.")
        )
    signers = {key.public.key_id: key for key in (load_private_key(file, passphrase) for file in keys)}
    signature = signature_of(file)
    if not force:
        require_free(file)
    payload = verdict.encode(said)
    verdict.read(IN_TOTO, payload, str(signature))  # Nothing is written that would not be read again.
    lines = add_lines((), payload, signers).lines
    write_atomically(Path(file), content, overwrite=force)
    # A kill here leaves a new report beside an old signature, which then is about other bytes, as any reader sees.
    write_atomically(signature, signature_file.join_lines(line.content for line in lines), overwrite=force)


def verify_report(
    report: str | Path, *, keys: Sequence[str | Path], release: str | Path | None = None
) -> ReportVerification:
    """Checks who signed the report of a check, offline. The procedure is that of this module's docstring.

    Args:
        report: the report; its signature lies beside it as `report` + ".sig".
        keys: files of public keys; a signature by one of them is enough.
        release: the release that it should be about: a directory with `openmodel.json`, or the file that was judged.

    Raises:
        UsageError: no key is given, or one that lies in the release.
        KeyFileError: a key cannot be read or used.
        DocumentError: the report or the file that was judged cannot be read.
        InventoryError: the manifest of the release cannot be read.
    """
    if not keys:
        fix = "Name one with --key; get it from whom you trust."
        raise UsageError(Problem("", "no key", "at least one public key", fix))
    files = keys if release is None else [outside(Path(release), key, "a public key") for key in keys]
    trusted = {key.key_id: key for key in map(load_public_key, files)}
    content = read_file(Path(report), MAX_BYTES)
    judged = None if release is None else _judged_bytes(Path(release))
    problems: list[str] = []
    signers, said = _signed(signature_of(report), trusted, problems)
    if said:
        problems += _differences(said, content, judged)
    return ReportVerification(not problems and said is not None, tuple(problems), signers, said, release is not None)


def _signed(
    file: Path, trusted: Mapping[str, PublicKey], problems: list[str]
) -> tuple[tuple[Signer, ...], Verdict | None]:
    """Steps 1 and 2."""
    if not os.path.lexists(file):
        problems.append(f"there is no {shown(file.name)}: nobody signed this report")
        return (), None
    try:
        lines = signature_file.read_lines(read_file(file, signature_file.MAX_BYTES), shown(file.name))
    except OpenModelError as error:
        problems.append(why(error))
        return (), None
    signers, verdicts = [], {}
    for line in lines:
        signer, said = _judge(line, trusted)
        signers.append(signer)
        if line.bundle and not isinstance(said, str):
            verdicts[line.bundle.payload] = said
        elif isinstance(said, str) and said:
            problems.append(said)
    if not verdicts and not problems:
        problems.append("no verdict on it by a given key")
    elif len(verdicts) > 1:
        problems.append("the given keys signed verdicts that differ")
    return tuple(signers), None if problems else next(iter(verdicts.values()))


def _judge(line: Line, trusted: Mapping[str, PublicKey]) -> tuple[Signer, Verdict | str]:
    """Whether a line counts: first its signature, and only if that holds what was signed. A text instead of a verdict
    says what is wrong with one that a given key signed; it is empty when there is none."""
    if line.bundle is None:
        return Signer(line.number, "", "", trusted=False, problem=line.problem), ""
    by = recognise(line.bundle, trusted)
    said, problem = ("", by.problem) if by.problem else _read(line, line.bundle)
    return Signer(line.number, by.key_id, by.key_file, trusted=isinstance(said, Verdict), problem=problem), said


def _read(line: Line, bundle: Bundle) -> tuple[Verdict | str, str]:
    try:
        said = verdict.read(bundle.payload_type, bundle.payload, line.file)
    except DocumentError as error:
        problem = why(error)
        return problem, problem
    return (said, "") if said else ("", "a statement of another kind, which does not count")


def _differences(said: Verdict, content: bytes, judged: bytes | None) -> Iterable[str]:
    """Steps 3 to 5."""
    if hashlib.sha256(content).hexdigest() != said.report_sha256:
        yield f"the report has other bytes than the one that was signed, whose SHA-256 is {said.report_sha256}"
    now = datetime.now(UTC)
    if said.time > now + _TIME_AHEAD:
        yield f"it says that it was given at {time_text(said.time)}; here it is {time_text(now)}"
    if judged is not None and (found := hashlib.sha256(judged).hexdigest()) != said.judged_sha256:
        yield f"the release has a manifest with SHA-256 {found}; the verdict is about {said.judged_sha256}"


def _judged_bytes(release: Path) -> bytes:
    if os.path.isdir(release):  # noqa: PTH112  # Path.is_dir raises if it is too long.
        return read_whole(release.resolve(), MANIFEST, MAX_MANIFEST_BYTES)
    return read_file(release, MAX_MANIFEST_BYTES)
