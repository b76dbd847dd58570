# SPDX-License-Identifier: Apache-2.0
"""Is this the release that the holder of a given key signed?

All of these have to hold. The numbers are in the code and in the report, too.

 1. `openmodel.sig` is there and within bounds: 1 MiB, 1000 lines. A release without it is *unsigned*.
 2. Each line, of 64 KiB at most, is read for itself, strictly, as a Sigstore bundle with one signature; at least one
    can be read. Those that cannot are shown and do not count. They do not fail the release: who can add a line can as
    well delete one.
 3. At least one line was signed by a given key. The line's hint picks the key, and the signature is checked over the
    payload as received, before anything parses it. A certificate only says which key it is, and nothing else in it is
    looked at. If certificates of timestamp authorities are given, one of these has dated the signature
    (`timestamps.checking`). Lines of other keys and statements of other kinds do not count.
 4. What the given keys signed is strict JSON, with exactly the subjects and fields of a release statement, and in all
    those lines the same bytes.
 5. `openmodel.json`, read once, has the signed SHA-256. Only then it is loaded, strictly; and it has been built.
 6. `README.md` is there if it was signed, only if it was signed, and has the signed SHA-256.
 7. The paths in `measured.files` are sorted and none is there twice; the release root over them is the one that the
    manifest states and the one that was signed.
 8. Name, version and sequence of the statement are those of the manifest. What one leaves out the other does, too.
 9. The statement was issued at most a day later than now; and if it says when it expires, that is later than now.
10. `openmodel.yaml` and the run records, if there, are those that `measured.built_from` names. Tables of tensors are
    there and are the named ones. Everything else that is not inventoried is a signature, `README.md`, or belongs to git
    or the hub client. What of this is covered by no signature is in `not_covered`.
11. Every file in the manifest is there with its digest and size, and no other file is. Each that is not is told as
    missing, extra, altered or renamed. Where files of weights are, each tensor that was added, removed, renamed, cast
    or altered is told as well; for that, the files that differ are read once more, unless they are much more than the
    weights were.

If there is a `model.sig`, these as well:

12. It is, strictly, a Sigstore bundle with one signature, as OpenSSF Model Signing has it.
13. A given key signed it. The hint or the certificate says which; where there is neither, any that fits does. The
    signature is checked over the payload as received. What another key signed is not looked into: it is in
    `not_covered`, and 13 to 15 need not hold. A false signature of a given key fails.
14. What was signed is strict JSON and one list of files: every name is a path of one file, what is left out belongs to
    git, a cache or the signatures, and the root is that of the digests in their order.
15. It lists the files of the manifest with their SHA-256, and what else the statement or the manifest binds:
    `openmodel.json`, `README.md`, tables, and the declaration and run records that are there. Nothing is read again. If
    it lists parts of files it is not compared, and in `not_covered`. If one of the two signatures is about other bytes,
    `sign` was interrupted or one file is older: that fails, too.

With `oms`, `model.sig` alone is asked, also where there is no manifest: 12, 13 and 14 hold, and

16. every listed file is there and has its SHA-256, and no other file is, except what is in `not_covered`.

With a trust file, a line counts by what that says (`trust`): by a listed key or a certificate, of an allowed algorithm,
within its period and not revoked. Then 3 asks for signatures by as many distinct identities as its threshold says; and

17. if it names a lowest sequence for a release of this name, the sequence is not below that.

With a state file, what was verified before is held against it, by the name of the release and all publishers who are
trusted now:

18. The release has a sequence. It is not below the highest that was seen, and if it is the same, so is
    `openmodel.json`.
19. The statement is not older than the one that was seen about the same release, and the clock is not more than a day
    behind the time of the last check.

The state is written only if all steps hold.

Without a statement (1 to 4) there is nothing to compare with, and the rest up to 11 is left out; without the signed
manifest (5) so are 7, 8, 10, 11 and 15. Every other step is done, so that one run shows everything that is wrong.

What this cannot see:

- A whole older release with its own valid signature (rollback), unless a state file remembers what was seen before, or
  the trust file names a lowest sequence. Compare `version` and `sequence` with what you expect.
- That a newer release exists (freeze), except when the statement expires; expiry goes by the clock of this machine.
- A line that was taken away, while as many as are needed stay.
- What happens to the bytes after they were read.
- What is at or below top-level names with `.git` in front and `.cache/huggingface`: `not_covered`.
- By `model.sig` alone, what is in `unprotected`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from openmodel.errors import Problem, UsageError
from openmodel.inventory.contents import not_covered, tree_of
from openmodel.inventory.naming import shown
from openmodel.inventory.pool import Progress
from openmodel.inventory.portability import one_elsewhere
from openmodel.signing import signature_file
from openmodel.signing.arguments import release_directory, require_release, trusted_in
from openmodel.signing.keys import PublicKey
from openmodel.signing.oms.alone import UNPROTECTED, check_alone
from openmodel.signing.oms.checking import check_model_sig, listable
from openmodel.signing.places import outside
from openmodel.signing.recognition import Signed
from openmodel.signing.results import RELEASE_STEPS, FileAlgorithm, FileProblem, Signer, Verification
from openmodel.signing.statement import ReleaseStatement
from openmodel.signing.steps import Run

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from openmodel.signing.trust import Trust

__all__ = ["verify"]

_MOST_REMARKS = 20


def verify(
    directory: str | Path,
    *,
    keys: Sequence[str | Path] = (),
    trust: str | Path | None = None,
    state: str | Path | None = None,
    algorithm: FileAlgorithm = "blake3",
    timestamp_roots: str | Path | None = None,
    oms: bool = False,
    older: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Checks the signatures and the bytes of a release, offline. The procedure is that of this module's docstring.

    Args:
        directory: the release.
        keys: files of public keys; a signature by one of them is enough.
        trust: in place of keys, a trust file: whom to trust, and how many of them have to have signed.
        state: a file in which to remember the highest sequence of each release, so that an older one fails; made when
            it is not there.
        algorithm: which digests of the files to compute. The signature binds all of them.
        timestamp_roots: file of certificates of timestamp authorities. Then a signature counts only with a timestamp of
            one of them.
        oms: by `model.sig` alone, with SHA-256.
        older: with `oms`, also read what `model-signing` 0.2 signed, in its faulty encoding.
        progress: is told how many bytes of files were read, and of how many.

    Returns:
        Everything that was found. Whatever is in the directory, this is no exception.

    Raises:
        UsageError: there is no such directory or algorithm; neither or both of keys and trust file are given; one of
            these files lies in the release; `older` without `oms` and keys; `state` or `timestamp_roots` with `oms`; or
            timestamps cannot be read because the extra `timestamps` is not installed.
        KeyFileError: a key or a certificate cannot be read or used.
        DocumentError: the trust file or the state cannot be read, or the trust file contradicts itself.
        InventoryError: the state cannot be written.
        StageError: the directory holds neither a manifest nor signatures.
    """
    _require_algorithm(algorithm)
    root = release_directory(directory)
    _require_together(oms=oms, older=older, trust=trust, state=state, timestamp_roots=timestamp_roots)
    trusted, policy = trusted_in(root, keys, trust)
    roots = () if timestamp_roots is None else _timestamp_roots(root, timestamp_roots)
    if oms:
        return _by_model_sig(Run(root, trust=policy), trusted, older=older, progress=progress)
    require_release(root, str(directory))
    seen = _State.of(root, state) if state is not None else None
    run = Run(root, roots, trust=policy)
    if seen:
        run.required |= {18, 19}
    return _by_openmodel_sig(run, trusted, seen, algorithm, progress)


def _by_openmodel_sig(
    run: Run,
    trusted: dict[str, PublicKey],
    seen: _State | None,
    algorithm: FileAlgorithm,
    progress: Progress | None,
) -> Verification:
    """The answer about a release."""
    signed = run.signatures(trusted)
    claim = run.statement(signed) if signed else None
    manifest = run.manifest(claim) if claim else None
    measured = manifest.measured if manifest else None
    expected = None
    if claim:
        run.readme(claim)
        run.expiry(claim)
        run.minimum_sequence(claim)
    if claim and manifest and measured:
        run.root_digest(claim, measured)
        run.release(claim, manifest)
        tree = tree_of(run.root)
        run.bound(tree, measured)
        run.all_files(tree, measured, algorithm, progress)
        run.changed_tensors(tree, manifest, measured, progress)
        expected = listable(claim, measured, tree, run.signature_sha256)
    check_model_sig(run, trusted, expected)
    if seen and claim and signed:
        seen.compare(run, claim, signed, _publishers(trusted, run.trust))
    return _answer(run, signed, claim, [file.path for file in measured.files] if measured else [], algorithm)


def _require_together(
    *, oms: bool, older: bool, trust: str | Path | None, state: str | Path | None, timestamp_roots: str | Path | None
) -> None:
    """Refuses what would say nothing, in place of leaving it out unsaid."""
    if older and not oms:
        raise UsageError(Problem("", "older without oms", "both", "Older files are read by model.sig alone: --oms."))
    if older and trust is not None:
        fix = "Name the key with --key: a trust file is about signatures of today."
        raise UsageError(Problem("", "older with a trust file", "older with keys", fix))
    for found, given, why in (
        ("a state", state, "model.sig says nothing of sequences"),
        ("roots of timestamps", timestamp_roots, "model.sig is not dated"),
    ):
        if oms and given is not None:
            raise UsageError(Problem("", f"{found} with oms", "one of the two", f"Leave one of them out: {why}."))


def _answer(
    run: Run, signed: Signed | None, claim: ReleaseStatement | None, paths: Sequence[str], algorithm: FileAlgorithm
) -> Verification:
    return Verification(
        outcome=run.outcome(),
        by="openmodel.sig",
        steps=run.report(),
        signers=signed.signers if signed else (),
        files=_sorted(run.files),
        file_count=len(paths),
        algorithm=algorithm,
        name=claim.name if claim else None,
        version=claim.version if claim else None,
        sequence=claim.sequence if claim else None,
        manifest_sha256=run.manifest_sha256,
        issued=claim.issued if claim else None,
        expires=claim.expires if claim else None,
        not_covered=_not_covered(run, compared=15),
        remarks=(*_remarks(paths), *run.remarks),
        tensors=run.tensors,
    )


def _by_model_sig(run: Run, trusted: dict[str, PublicKey], *, older: bool, progress: Progress | None) -> Verification:
    """The answer by `model.sig` alone."""
    signer, files = check_alone(run, trusted, older=older, progress=progress)
    signers = []
    if signer:
        signers.append(
            Signer(0, signer.key_id, signer.key_file, not signer.problem, signer.problem, signer.identity, signer.how)
        )
    return Verification(
        outcome=run.outcome(),
        by="model.sig",
        steps=run.report(),
        signers=tuple(signers),
        files=_sorted(run.files),
        file_count=len(files.files) if files else 0,
        algorithm="sha256",
        name=None,
        version=None,
        sequence=None,
        manifest_sha256=None,
        issued=None,
        expires=None,
        not_covered=_not_covered(run, compared=16),
        remarks=_remarks(list(files.files) if files else []),
        unprotected=UNPROTECTED,
    )


def _sorted(problems: Iterable[FileProblem]) -> tuple[FileProblem, ...]:
    """Each problem once: what can be no part of a release is met where it is read, and again in the listing."""
    once = {(row.path, row.kind, row.algorithm): row for row in reversed(list(problems))}
    return tuple(row for _, row in sorted(once.items()))


def _remarks(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(shown(remark) for remark in islice(one_elsewhere(set(paths)), _MOST_REMARKS))


def _not_covered(run: Run, *, compared: int) -> tuple[str, ...]:
    """What no signature covers; `model.sig` is among it unless it was compared, whatever came out."""
    was_compared = compared in run.steps and run.steps[compared].ok is not None
    names = [name for name in not_covered(run.root) if name != "model.sig" or not was_compared]
    other = [signature_file.NAME] if run.required.isdisjoint(RELEASE_STEPS) else []
    return tuple(sorted(names + [name for name in other if os.path.lexists(run.root / name)]))


def _require_algorithm(algorithm: str) -> None:
    if algorithm not in get_args(FileAlgorithm):
        raise UsageError(Problem("", f"the algorithm {algorithm!r}", "blake3, sha256 or all", "Name one of them."))


def _timestamp_roots(root: Path, file: str | Path) -> tuple[Certificate, ...]:
    from openmodel.signing.timestamps import load_roots  # noqa: PLC0415  # Most have no use for certificates.

    return load_roots(outside(root, file, "certificates of authorities"))


def _publishers(trusted: dict[str, PublicKey], trust: Trust | None) -> frozenset[str]:
    """All identities that could have signed."""
    return trust.names if trust else frozenset(f"key {key_id}" for key_id in trusted)


@dataclass(frozen=True, slots=True)
class _State:
    """The file in which is remembered what was verified."""

    path: Path

    @classmethod
    def of(cls, root: Path, path: str | Path) -> _State:
        """Reads the file for a first time, so that one that is broken is told before anything is hashed."""
        from openmodel.signing.trust import state  # noqa: PLC0415  # Most keep none.

        state.read(outside(root, path, "a state file"))
        return cls(Path(path))

    def compare(self, run: Run, claim: ReleaseStatement, signed: Signed, publishers: frozenset[str]) -> None:
        """Steps 18 and 19; if they and all others hold, the release is remembered. Read again, under a lock."""
        from openmodel.signing.trust import state  # noqa: PLC0415

        with state.locked(self.path):
            seen = state.read(self.path)
            run.seen_before(claim, seen, publishers)
            if run.outcome() == "verified":
                state.write(self.path, seen.with_release(claim, signed.identities))
