# SPDX-License-Identifier: Apache-2.0
"""`model.sig` beside `openmodel.sig`: steps 12 to 15 of `verification`. It has to say what the manifest says.

No file is read for that: the digests are those of the signed manifest, which step 11 compares with the bytes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from openmodel.errors import DocumentError, InventoryError
from openmodel.inventory.contents import Tree, bound_files, digest_of
from openmodel.inventory.exclusion import MANIFEST, is_sealed
from openmodel.inventory.moves import now_at
from openmodel.inventory.naming import shown
from openmodel.inventory.whole import read_whole
from openmodel.manifest.measured import Measured
from openmodel.signing.causes import why
from openmodel.signing.keys import PublicKey
from openmodel.signing.oms.bundle import MAX_BYTES, decode
from openmodel.signing.oms.file_list import FileList, read
from openmodel.signing.oms.names import NAME
from openmodel.signing.oms.older import is_older, read_older
from openmodel.signing.oms.signer import claims_falsely, signer_of
from openmodel.signing.signatory import Signatory
from openmodel.signing.statement import ReleaseStatement
from openmodel.signing.steps import Run

__all__ = ["Listable", "check_model_sig", "listable", "signed_list"]

_MOST_NAMED = 5
_MIXED = "`sign` was interrupted, or one of the two is older: sign again"


@dataclass(frozen=True, slots=True)
class Listable:
    """Which files `model.sig` has to list, and which it may, by path with their SHA-256."""

    needed: Mapping[str, str]
    allowed: Mapping[str, str]
    """Not there, and bound by the manifest if they were; and `openmodel.sig`, which other programs list."""


def listable(claim: ReleaseStatement, measured: Measured, tree: Tree, signature_sha256: str) -> Listable:
    """What the manifest says of all files that `model.sig` is about.

    Args:
        claim: the signed statement.
        measured: from the manifest that it names.
        tree: the directory.
        signature_sha256: of `openmodel.sig` as it was read.
    """
    there, gone = bound_files(tree, measured)
    needed = {record.path: record.sha256 for record in measured.files} | there
    needed[MANIFEST] = claim.manifest_sha256
    if claim.readme_sha256:
        needed["README.md"] = claim.readme_sha256
    return Listable(needed, {**gone, "openmodel.sig": signature_sha256})


def check_model_sig(run: Run, trusted: Mapping[str, PublicKey], expected: Listable | None) -> None:
    """Steps 12 to 15; nothing when there is no `model.sig`.

    Args:
        run: notes the steps.
        trusted: the given keys by id.
        expected: None when no signed manifest says what to expect.
    """
    found = signed_list(run, trusted, last=15)
    if found is None:
        return
    signer, files = found
    if files is None:
        if not claims_falsely(signer):  # Others may sign, too; what they say is neither believed nor parsed.
            run.required -= {13, 14, 15}
            run.note(13, ok=None, detail=f"{signer.problem}{f': {signer.key_id}' * bool(signer.key_id)}")
        return
    if expected is None:
        run.note(15, ok=None, detail=_interruption(run, files))
    elif files.shard_size is not None:
        run.required -= {15}
        run.note(15, ok=None, detail="it lists parts of files, which no manifest does; `verify --oms` compares them")
    else:
        problems = _differences(run, files.sha256, expected)
        more = f", and {len(problems) - _MOST_NAMED:,} more" if len(problems) > _MOST_NAMED else ""
        found_wrong = f"{'; '.join(problems[:_MOST_NAMED])}{more}. {_MIXED}"
        run.note(15, ok=not problems, detail=found_wrong if problems else f"{len(files.files):,} files")


def signed_list(
    run: Run, trusted: Mapping[str, PublicKey], *, last: int, older: bool = False
) -> tuple[Signatory, FileList | None] | None:
    """Steps 12 to 14: who signed which list. None when there is nothing to go on with.

    Args:
        run: notes the steps.
        trusted: the given keys by id.
        last: the step that compares the list, which is needed as well.
        older: also read what `model-signing` 0.2 signed.
    """
    if not os.path.lexists(run.root / NAME):
        return None
    run.required |= {12, 13, 14, last}
    try:
        bundle = decode(read_whole(run.root, NAME, MAX_BYTES))
    except (DocumentError, InventoryError) as error:
        run.note(12, ok=False, detail=why(error))
        return None
    run.note(12, ok=True, detail="by a certificate" if bundle.certificates else "by a key")
    signer = signer_of(bundle, trusted, run.trust, older=older)
    run.note(13, ok=not signer.problem, detail=signer.problem or (signer.identity if run.trust else signer.key_id))
    if signer.problem:
        return signer, None
    try:
        files = read_older(bundle.payload) if older and is_older(bundle.payload) else read(bundle.payload)
    except DocumentError as error:
        run.note(14, ok=False, detail=why(error))
        return None
    run.note(14, ok=True, detail=f"of {files.name!r}" if files.name else "")
    return signer, files


def _differences(run: Run, listed: Mapping[str, str], expected: Listable) -> list[str]:
    """Every file that the two say different things of, in words."""
    if listed == expected.needed:
        return []
    unlisted = {path: digest for path, digest in expected.needed.items() if path not in listed}
    was_at = {path: old for old, path in now_at(unlisted, listed).items()}
    problems, renamed = [], set()
    for path, digest in sorted(listed.items()):
        wanted = expected.needed.get(path) or expected.allowed.get(path)
        if wanted is None and is_sealed(path):
            wanted = _sealed_digest(run, path)
        old = was_at.get(path)
        if wanted == digest:
            continue
        if wanted is not None:
            problems.append(f"{shown(path, 200)} has another SHA-256 in it")
        elif old is not None:
            renamed.add(old)
            problems.append(f"{shown(old, 200)} is {shown(path, 200)} in it")
        else:
            problems.append(f"{shown(path, 200)} is no file of this release")
    return problems + [f"{shown(path, 200)} is not in it" for path in sorted(unlisted) if path not in renamed]


def _sealed_digest(run: Run, path: str) -> str | None:
    """SHA-256 of a file of git or the hub client, which other programs list."""
    try:
        return digest_of(run.root, path)
    except InventoryError:
        return None


def _interruption(run: Run, files: FileList) -> str:
    """What it means that there is a list and no manifest that is signed."""
    try:
        digest = run.manifest_sha256 or digest_of(run.root, MANIFEST)
    except InventoryError:
        digest = None
    if digest is None or files.sha256.get(MANIFEST) != digest:
        return "no signed manifest to compare it with"
    found = "it lists openmodel.json as it is here, and openmodel.sig is not about that"
    return f"{found}: `sign` was interrupted, or openmodel.sig is missing; sign again"
