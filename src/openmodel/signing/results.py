# SPDX-License-Identifier: Apache-2.0
"""What `verify` found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from openmodel.inventory.contents import FileAlgorithm, FileProblem
from openmodel.inventory.tensor_changes import TensorChange
from openmodel.signing.signatory import How

__all__ = [
    "NOT_LOOKED_AT",
    "RELEASE_STEPS",
    "STEPS",
    "TRUST_STEPS",
    "FileAlgorithm",
    "FileProblem",
    "Signer",
    "Step",
    "TensorChange",
    "Verification",
]

STEPS = (
    "openmodel.sig is there and within bounds",
    "its lines are bundles",
    "a given key signed this release",
    "what was signed is one release statement",
    "openmodel.json is the signed one",
    "README.md is the signed one",
    "the release root is the signed one",
    "name, version and sequence are the signed ones",
    "the statement is not from the future and has not expired",
    "everything else in the directory is a known file of the tool",
    "every file is the one in the manifest",
    "model.sig is one signature in the format of OpenSSF Model Signing",
    "a given key signed model.sig",
    "what it signed is one list of files",
    "that list is what the manifest says",
    "every file is the listed one",
)
"""The titles of the steps of verification, 1 to 16; `verification` says what each does."""

TRUST_STEPS = {
    17: "its sequence is not below the lowest that is trusted",
    18: "it is not older than what was seen before",
    19: "it is as fresh as what was seen before",
}
"""The titles of the steps that hold a release to a trust file (17) and to what was seen before (18, 19)."""

RELEASE_STEPS = range(1, 12)
"""The steps that every release has to pass."""

NOT_LOOKED_AT = "not looked at, because of an earlier step"
"""The detail of a step that was left out."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of verification."""

    number: int
    """1 to 11 have to hold, 12 to 15 when somebody who is trusted signed `model.sig`, and 17, 18 and 19 where they are
    there; by `model.sig` alone 12, 13, 14 and 16."""
    title: str
    """What holds when `ok` is true."""
    ok: bool | None
    """Whether it holds; None when it was not looked at, because of an earlier step or because this version cannot."""
    detail: str
    """What was found, safe to print; may be empty."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One line of `openmodel.sig`, or the signature in `model.sig`."""

    line: int
    """Its number, from 1; 0 for `model.sig`."""
    key_id: str
    """The key that it names, 64 lower-case hexadecimal digits; empty when it names none in that form."""
    key_file: str
    """The file of the given key with that id; empty when none was given."""
    trusted: bool
    """It signed a release here. Signers are counted by distinct identities, never by lines."""
    problem: str
    """Why it does not count, safe to print; empty when it does."""
    identity: str = ""
    """Whose signature it is: a name in the trust file, or `key ID` for a key that was given by itself; empty when
    nobody knows."""
    how: How = ""
    """What says so."""
    timestamp: datetime | None = None
    """When the signature was there at the latest, as a timestamp authority says whose root was given; UTC. None when
    none was, or when it does not count."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer of `verify`. It holds for the bytes as they were read, at that time."""

    outcome: Literal["verified", "failed", "unsigned"]
    by: Literal["openmodel.sig", "model.sig"]
    """What was asked: the release, or `model.sig` alone."""
    steps: tuple[Step, ...]
    """All steps, by number, then notes."""
    signers: tuple[Signer, ...]
    """All lines of `openmodel.sig`, in order; by `model.sig` alone, its one signature."""
    files: tuple[FileProblem, ...]
    """Everything that is wrong with files, sorted by path."""
    file_count: int
    """How many files of the manifest, or of the list in `model.sig`, were looked for."""
    algorithm: FileAlgorithm
    """Which digests of those files were computed."""
    name: str | None
    """Name of the release in the statement that a given key signed, like the next two; None without one."""
    version: str | None
    sequence: int | None
    manifest_sha256: str | None
    """SHA-256 of the `openmodel.json` that is there. It is looked at only when a given key signed a release."""
    issued: datetime | None
    """From the statement that a given key signed, like the next; UTC."""
    expires: datetime | None
    not_covered: tuple[str, ...]
    """What is in the directory and not covered by the signature, sorted and safe to print: what belongs to git and the
    hub client, of whatever kind, and a `model.sig` that no given key signed."""
    unprotected: tuple[str, ...] = ()
    """What else the signature says nothing about, as phrases; not empty by `model.sig` alone."""
    remarks: tuple[str, ...] = ()
    """What else to know, as phrases, safe to print: up to 20 listed files that are one where case is ignored, so that a
    copy there holds what was written last; and why tensors of files that differ could not be compared."""
    tensors: tuple[TensorChange, ...] = ()
    """What became of the tensors of weights whose files differ, by component and name. The files decide the outcome."""

    @property
    def ok(self) -> bool:
        """Whether every step holds."""
        return self.outcome == "verified"
