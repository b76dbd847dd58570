# SPDX-License-Identifier: Apache-2.0
"""The steps of verification, one method each. What they are is said in `verification`, under the same numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from openmodel.errors import DocumentError, InventoryError, OpenModelError
from openmodel.inventory.contents import (
    MAX_README_BYTES,
    Tree,
    compare_bound,
    compare_files,
    digest_of,
    paths_in_order,
    read_if_there,
)
from openmodel.inventory.moves import with_moves
from openmodel.inventory.naming import shown
from openmodel.inventory.pool import Progress
from openmodel.inventory.release_root import release_root
from openmodel.inventory.tensor_changes import TensorChange
from openmodel.manifest import Manifest, loads
from openmodel.manifest.json_text import MAX_BYTES as MAX_MANIFEST_BYTES
from openmodel.manifest.measured import Measured
from openmodel.signing import signature_file
from openmodel.signing.causes import why
from openmodel.signing.keys import PublicKey
from openmodel.signing.recognition import Signed, check_lines
from openmodel.signing.results import (
    NOT_LOOKED_AT,
    RELEASE_STEPS,
    STEPS,
    TRUST_STEPS,
    FileAlgorithm,
    FileProblem,
    Step,
)
from openmodel.signing.statement import ReleaseStatement, time_text

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from openmodel.signing.trust import Trust
    from openmodel.signing.trust.state import State

__all__ = ["Run"]

_AGAIN = "If you built it again, sign it again."
_TIME_AHEAD = timedelta(days=1)  # A clock that is wrong by more is a signer's mistake, or a lie.
_TITLES = dict(enumerate(STEPS, 1)) | TRUST_STEPS


@dataclass(slots=True)
class Run:
    """One verification: a method does a step or a few, and notes how they ended."""

    root: Path
    timestamp_roots: tuple[Certificate, ...] = ()
    steps: dict[int, Step] = field(default_factory=dict)
    files: list[FileProblem] = field(default_factory=list)
    unsigned: bool = False
    manifest_sha256: str | None = None
    tensors: tuple[TensorChange, ...] = ()
    remarks: tuple[str, ...] = ()
    """Why tensors could not be compared."""
    signature_sha256: str = ""
    """Of `openmodel.sig`."""
    trust: Trust | None = None
    required: set[int] = field(default_factory=lambda: set(RELEASE_STEPS))
    """The steps that have to hold."""

    def note(self, number: int, ok: bool | None, detail: str) -> None:
        self.steps[number] = Step(number, _TITLES[number], ok, shown(detail, 1000))

    def outcome(self) -> Literal["verified", "failed", "unsigned"]:
        if self.unsigned:
            return "unsigned"
        # Each step has to have said yes: one that was not done is not one that holds.
        held = {number for number, step in self.steps.items() if step.ok}
        wrong = any(step.ok is False for step in self.steps.values())
        return "verified" if self.required and self.required <= held and not wrong and not self.files else "failed"

    def report(self) -> tuple[Step, ...]:
        for number in self.required:
            if number not in self.steps:
                self.note(number, None, NOT_LOOKED_AT)
        return tuple(self.steps[number] for number in sorted(self.steps))

    def signatures(self, trusted: dict[str, PublicKey]) -> Signed | None:
        """Steps 1, 2 and 3."""
        try:
            content = read_if_there(self.root, signature_file.NAME, signature_file.MAX_BYTES)
            if content is None:
                self.unsigned = True
                self.note(1, ok=False, detail="there is no openmodel.sig: nobody signed this release")
                return None
            self.signature_sha256 = hashlib.sha256(content).hexdigest()
            lines = signature_file.read_lines(content)
        except OpenModelError as error:
            self.note(1, ok=False, detail=why(error))
            return None
        self.note(1, ok=True, detail=f"{len(lines)} line{'s' * (len(lines) != 1)}")
        unreadable = [line for line in lines if line.bundle is None]
        first = f"; the first: {unreadable[0].problem}" if unreadable else ""
        self.note(
            2,
            ok=len(unreadable) < len(lines),
            detail=f"{len(lines) - len(unreadable)} of {len(lines)} lines can be read{first}",
        )
        signed = check_lines(lines, trusted, self.trust, self.timestamp_roots)
        self._count(signed)
        return signed

    def _count(self, signed: Signed) -> None:
        """Step 3."""
        if self.trust:
            by, needed = signed.identities, self.trust.threshold
            names = f": {', '.join(by)}" if by else ""
            detail = f"{len(by)} of the identities in the trust file, {needed} needed{names}"
            self.note(3, ok=len(by) >= needed, detail=detail)
        else:
            keys = sorted({signer.key_id for signer in signed.signers if signer.trusted})
            nobody = "" if signed.payloads else "no signature by a given key on a release"
            self.note(3, ok=bool(signed.payloads), detail=", ".join(keys) or nobody)

    def statement(self, signed: Signed) -> ReleaseStatement | None:
        """Step 4."""
        if not signed.payloads:
            return None
        if signed.malformed:
            self.note(4, ok=False, detail=signed.malformed)
        elif len(signed.payloads) > 1:
            self.note(4, ok=False, detail="the given keys signed statements that differ")
        else:
            self.note(4, ok=True, detail="")
            return signed.statement
        return None

    def manifest(self, claim: ReleaseStatement) -> Manifest | None:
        """Step 5."""
        try:
            content = read_if_there(self.root, "openmodel.json", MAX_MANIFEST_BYTES)
        except InventoryError as error:
            self.files += [FileProblem("openmodel.json", "refused", found=why(error))]
            self.note(5, ok=False, detail=why(error))
            return None
        if content is None:
            self.files.append(FileProblem("openmodel.json", "missing", expected=claim.manifest_sha256))
            self.note(5, ok=False, detail="there is no openmodel.json")
            return None
        self.manifest_sha256 = found = hashlib.sha256(content).hexdigest()
        if found != claim.manifest_sha256:
            self.files.append(FileProblem("openmodel.json", "altered", "sha256", claim.manifest_sha256, found))
            detail = f"SHA-256 {found}, which nobody signed; so it was not read, and the files were not compared"
            self.note(5, ok=False, detail=f"{detail}. {_AGAIN}")
            return None
        try:
            manifest = loads(content, "openmodel.json")
        except DocumentError as error:
            self.note(5, ok=False, detail=why(error))
            return None
        built = manifest.measured is not None
        self.note(5, ok=built, detail=f"SHA-256 {found}" if built else "openmodel.json has no block `measured`")
        return manifest

    def readme(self, claim: ReleaseStatement) -> None:
        """Step 6."""
        expected = claim.readme_sha256
        try:
            found = digest_of(self.root, "README.md", MAX_README_BYTES)
        except InventoryError as error:
            self.files.append(FileProblem("README.md", "refused", found=why(error)))
            self.note(6, ok=False, detail=why(error))
            return
        if found == expected:
            self.note(6, ok=True, detail=f"SHA-256 {found}" if found else "there is none, as signed")
        elif found is None:
            self.files.append(FileProblem("README.md", "missing", expected=expected or ""))
            self.note(6, ok=False, detail="README.md was signed and is not there")
        elif expected is None:
            self.files.append(FileProblem("README.md", "extra", found=found))
            self.note(6, ok=False, detail="README.md is there and was not signed")
        else:
            self.files.append(FileProblem("README.md", "altered", "sha256", expected, found))
            self.note(6, ok=False, detail=f"SHA-256 {found}, which nobody signed")

    def root_digest(self, claim: ReleaseStatement, measured: Measured) -> None:
        """Step 7."""
        if not paths_in_order(measured.files):
            self.note(7, ok=False, detail="measured.files is not sorted by path, or has a path twice")
            return
        try:
            found = release_root((file.path, file.size, file.sha256) for file in measured.files)
        except InventoryError as error:
            self.note(7, ok=False, detail=why(error))
            return
        if found != measured.release_root:
            self.note(7, ok=False, detail=f"{found}; the manifest states {measured.release_root}")
        else:
            signed = found == claim.release_root
            self.note(7, ok=signed, detail=found if signed else f"{found}; signed is {claim.release_root}")

    def release(self, claim: ReleaseStatement, manifest: Manifest) -> None:
        """Step 8."""
        release = manifest.release
        differing = [
            f"{what}: signed {signed!r}, in the manifest {stated!r}"
            for what, signed, stated in (
                ("name", claim.name, release.name),
                ("version", claim.version, release.version),
                ("sequence", claim.sequence, release.sequence),
            )
            if signed != stated
        ]
        self.note(8, ok=not differing, detail="; ".join(differing))

    def expiry(self, claim: ReleaseStatement) -> None:
        """Step 9."""
        now = datetime.now(UTC)
        if claim.issued > now + _TIME_AHEAD:
            detail = f"it says that it was issued at {time_text(claim.issued)}; here it is {time_text(now)}"
            self.note(9, ok=False, detail=detail)
        elif claim.expires is None:
            self.note(9, ok=True, detail="no expiry was set")
        else:
            self.note(9, ok=claim.expires > now, detail=f"it expires at {time_text(claim.expires)}")

    def minimum_sequence(self, claim: ReleaseStatement) -> None:
        """Step 17."""
        lowest = self.trust.minimum_sequence.get(claim.name) if self.trust else None
        if lowest is None:
            return
        self.required.add(17)
        stated = "none" if claim.sequence is None else str(claim.sequence)
        ok = claim.sequence is not None and claim.sequence >= lowest
        self.note(17, ok=ok, detail=f"it is {stated}; the trust file asks for {lowest} or more")

    def seen_before(self, claim: ReleaseStatement, seen: State, publishers: Collection[str]) -> None:
        """Steps 18 and 19."""
        first = "" if seen.knows(claim.name, publishers) else "nothing was seen before"
        for number, found in ((18, seen.rollback(claim, publishers)), (19, seen.staleness(claim, publishers))):
            self.note(number, ok=not found, detail=found or first)

    def bound(self, tree: Tree, measured: Measured) -> None:
        """Step 10."""
        problems = compare_bound(tree, measured)
        self.files += problems
        unlisted = "" if tree.listing else "not looked at, because the directory cannot be listed"
        ok = False if problems else True if tree.listing else None
        self.note(10, ok, _count(problems) or unlisted)

    def changed_tensors(
        self, tree: Tree, manifest: Manifest, measured: Measured, progress: Progress | None = None
    ) -> None:
        """What became of the tensors, after step 11, where that found something."""
        if self.files:
            from openmodel.inventory.changed_tensors import changed_tensors  # noqa: PLC0415  # Most are as they were.

            self.tensors, self.remarks = changed_tensors(tree, manifest, measured, self.files, progress)

    def all_files(
        self, tree: Tree, measured: Measured, algorithm: FileAlgorithm, progress: Progress | None = None
    ) -> None:
        """Step 11."""
        problems = with_moves(tree, measured.files, compare_files(tree, measured.files, algorithm, progress=progress))
        self.files += problems
        unlisted = "; extra files cannot be told, because the directory cannot be listed" * bool(tree.refused)
        count = len(measured.files)
        computed = f"{count:,} file{'s' * (count != 1)}, {'blake3 and sha256' if algorithm == 'all' else algorithm}"
        self.note(11, ok=not problems, detail=(_count(problems) or computed) + unlisted)


def _count(problems: Collection[FileProblem]) -> str:
    return f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else ""
