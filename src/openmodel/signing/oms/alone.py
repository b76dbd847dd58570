# SPDX-License-Identifier: Apache-2.0
"""`model.sig` without `openmodel.sig`: steps 12, 13, 14 and 16 of `verification`. Every file is read and hashed.

This is for models of others, which have no manifest, and it is what the programs of OpenSSF Model Signing do. It is
stricter: `names` and `file_list` refuse more, and a directory behind a symbolic link is looked into.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from openmodel.errors import InventoryError
from openmodel.inventory.boundary import locate
from openmodel.inventory.contents import FileProblem, Tree, tree_of
from openmodel.inventory.exclusion import is_sealed
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import OpenFile, changed, open_regular
from openmodel.signing.keys import PublicKey
from openmodel.signing.oms.checking import signed_list
from openmodel.signing.oms.file_list import FileList
from openmodel.signing.oms.names import SIGNATURES
from openmodel.signing.signatory import Signatory
from openmodel.signing.steps import Run

__all__ = ["UNPROTECTED", "check_alone"]

UNPROTECTED = (
    "which release this is: its name, version and sequence",
    "that no older release was put in its place",
    "until when the signature holds, and when it was made",
    "that more than one signed",
)
"""What `model.sig` says nothing about, as phrases."""

_BUFFER = 1 << 20


def check_alone(run: Run, trusted: Mapping[str, PublicKey], *, older: bool) -> tuple[Signatory | None, FileList | None]:
    """Steps 12, 13, 14 and 16.

    Args:
        run: notes the steps.
        trusted: the given keys by id.
        older: also read what `model-signing` 0.2 signed.
    """
    run.required = {12, 13, 14, 16}
    if not os.path.lexists(run.root / "model.sig"):
        run.unsigned = True
        run.note(12, ok=False, detail="there is no model.sig: nobody signed these files")
        return None, None
    signer, files = signed_list(run, trusted, last=16, older=older) or (None, None)
    if run.trust and run.trust.threshold > 1:
        detail = f"the trust file asks for {run.trust.threshold} who signed, and model.sig has room for one"
        run.note(13, ok=False, detail=detail)
    if files is not None:
        problems = _compare(tree_of(run.root), files)
        run.files += problems
        count = len(problems)
        wrong = f"{count:,} problem{'s' * (count != 1)}"
        run.note(16, ok=not problems, detail=wrong if problems else f"{len(files.files):,} files, sha256")
    return signer, files


def _compare(tree: Tree, files: FileList) -> tuple[FileProblem, ...]:
    problems = list(tree.refused)
    refused = {row.path for row in tree.refused}
    missing: dict[str, str] = {}
    for path, digests in sorted(files.files.items()):
        if path in refused:
            continue
        found = _digests(tree.root, path, files.shard_size, problems)
        if found == ():
            missing[path] = digests[0]
        elif found is not None and found != digests:
            at, one, other = _first_difference(digests, found)
            where = f"part {at + 1}: " if files.shard_size else ""
            problems.append(FileProblem(path, "altered", "sha256", where + one, where + other))
    extra: dict[str, str] = {}
    for path in _there(tree):
        if path not in files.files:
            found = _digests(tree.root, path, files.shard_size, problems)
            extra[path] = found[0] if found else ""
    return tuple(problems + list(_moved(missing, extra)))


def _there(tree: Tree) -> Iterator[str]:
    """All files but the signatures, and but those of git and the hub client, which the answer names as not covered."""
    if tree.listing:
        yield from (found.path for found in tree.listing.files)
        yield from (path for path in tree.listing.excluded if path not in SIGNATURES and not is_sealed(path))


def _digests(root: Path, path: str, size: int | None, problems: list[FileProblem]) -> tuple[str, ...] | None:
    """SHA-256 of the file or of each part; nothing when it is not there, None when it cannot be read."""
    if not os.path.lexists(root / path):
        return ()
    try:
        location = locate(root, path)
        with open_regular(location) as opened:
            return _parts(location, opened, size)
    except InventoryError as error:
        problems += [FileProblem(path, "refused", found=problem.got) for problem in error.problems]
        return None


def _parts(location: Path, opened: OpenFile, size: int | None) -> tuple[str, ...]:
    """SHA-256 of each `size` bytes, at least one; read once. A file that grows as fast as it is read ends, too."""
    digests, hasher, left, total = [], hashlib.sha256(), size, 0
    while total <= opened.identity.size:
        content = opened.stream.read(_BUFFER if left is None else min(_BUFFER, left))
        if not content:
            break
        hasher.update(content)
        total += len(content)
        left = None if left is None else left - len(content)
        if left == 0:
            digests.append(hasher.hexdigest())
            hasher, left = hashlib.sha256(), size
    if total != opened.identity.size:
        raise changed(location)
    if left != size or not digests:
        digests.append(hasher.hexdigest())
    return tuple(digests)


def _first_difference(expected: tuple[str, ...], found: tuple[str, ...]) -> tuple[int, str, str]:
    at = next((at for at, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        at = min(len(expected), len(found))
    nothing = "nothing"
    return at, expected[at] if at < len(expected) else nothing, found[at] if at < len(found) else nothing


def _moved(missing: Mapping[str, str], extra: Mapping[str, str]) -> Iterator[FileProblem]:
    """The files that are elsewhere, those that are not there, and those that are not listed."""
    counts: dict[str, int] = {}
    for digest in (*missing.values(), *extra.values()):
        counts[digest] = counts.get(digest, 0) + 1
    now_at = {digest: path for path, digest in extra.items() if counts[digest] == 2}  # noqa: PLR2004
    moved = {path: now_at[digest] for path, digest in missing.items() if digest in now_at}
    for path, digest in missing.items():
        if path in moved:
            yield FileProblem(path, "renamed", expected=path, found=shown(moved[path]))
        else:
            yield FileProblem(path, "missing", expected=digest)
    yield from (FileProblem(path, "extra") for path in extra if path not in moved.values())
