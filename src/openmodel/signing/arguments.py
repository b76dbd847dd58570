# SPDX-License-Identifier: Apache-2.0
"""What a verification is asked with: a directory, and whom to trust."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openmodel.errors import Problem, StageError, UsageError
from openmodel.signing import signature_file
from openmodel.signing.keys import PublicKey, load_public_key
from openmodel.signing.places import outside

if TYPE_CHECKING:
    from openmodel.signing.trust import Trust

__all__ = ["release_directory", "require_release", "trusted_in"]


def release_directory(directory: str | Path) -> Path:
    """The directory, absolute and without symbolic links.

    Raises:
        UsageError: there is none.
    """
    root = Path(directory)
    if not os.path.isdir(root):  # noqa: PTH112  # Path.is_dir raises if it is too long.
        raise UsageError(Problem(str(root), "no directory", "the directory of a release", "Check the path."))
    return root.resolve()


def require_release(root: Path, named: str) -> None:
    """Raises:
    StageError: the directory holds neither a manifest nor signatures.
    """
    if not any(os.path.lexists(root / name) for name in ("openmodel.json", signature_file.NAME)):
        has_model_sig = os.path.lexists(root / "model.sig")
        raise StageError(
            Problem(
                named,
                "a directory without openmodel.json and openmodel.sig",
                "the directory of a signed release",
                "To verify it by its model.sig: --oms." if has_model_sig else "Name the directory of the release.",
            )
        )


def trusted_in(
    root: Path, keys: Sequence[str | Path], trust: str | Path | None
) -> tuple[dict[str, PublicKey], Trust | None]:
    """The keys that are given by themselves, or the trust file.

    Raises:
        UsageError: neither or both are given, or one of the files lies in the release.
        KeyFileError: a key or a certificate cannot be read or used.
        DocumentError: the trust file cannot be read, or contradicts itself.
    """
    if bool(keys) == (trust is not None):
        found = "both keys and a trust file" if keys else "no key"
        fix = "Name one with --key; get it from whom you trust. Several, or certificates: --trust."
        raise UsageError(Problem("", found, "at least one public key, or a trust file", fix))
    if trust is None:
        loaded = [load_public_key(outside(root, file, "a public key")) for file in keys]
        return {key.key_id: key for key in loaded}, None
    from openmodel.signing.trust import load_trust  # noqa: PLC0415  # Whoever names keys does not need it.

    loaded_trust = load_trust(outside(root, trust, "a trust file"))
    for file in loaded_trust.files:
        outside(root, file, "a file of the trust file")
    return {}, loaded_trust
