# SPDX-License-Identifier: Apache-2.0
"""The manifest of a release, once it is known to be the signed one. No other file is read but the signatures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openmodel.errors import Problem, VerificationError
from openmodel.manifest import Manifest
from openmodel.manifest.measured import Measured
from openmodel.signing import signature_file
from openmodel.signing.arguments import release_directory, require_release, trusted_in
from openmodel.signing.steps import Run

__all__ = ["signed_manifest"]

_NEEDED = {1, 2, 3, 4, 5, 8, 9}


def signed_manifest(
    directory: str | Path, *, keys: Sequence[str | Path] = (), trust: str | Path | None = None
) -> tuple[Manifest, Measured]:
    """Does steps 1 to 5, 8, 9 and 17 of `verification`, which are about signatures and the manifest alone.

    Args:
        directory: the release, or as much of it as was downloaded.
        keys: files of public keys; a signature by one of them is enough.
        trust: in place of keys, a trust file.

    Returns:
        The manifest, and what was measured.

    Raises:
        VerificationError: one of the steps does not hold.
        UsageError, KeyFileError, DocumentError, StageError: as `verify`.
    """
    root = release_directory(directory)
    trusted, policy = trusted_in(root, keys, trust)
    require_release(root, str(directory))
    run = Run(root, trust=policy, required=set(_NEEDED))
    signed = run.signatures(trusted)
    claim = run.statement(signed) if signed else None
    manifest = run.manifest(claim) if claim else None
    if claim and manifest:
        run.release(claim, manifest)
        run.expiry(claim)
        run.minimum_sequence(claim)
    if run.outcome() != "verified" or manifest is None or manifest.measured is None:
        wrong = [step for step in run.report() if step.ok is False] or run.report()
        raise VerificationError(
            Problem(
                str(Path(directory) / signature_file.NAME),
                f"that this does not hold: {step.title}{f' ({step.detail})' if step.detail else ''}",
                "a release that somebody whom you trust signed",
                "Get the release again from the publisher, and their key from whom you trust.",
            )
            for step in wrong[:1]
        )
    return manifest, manifest.measured
