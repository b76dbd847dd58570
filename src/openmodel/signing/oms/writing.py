# SPDX-License-Identifier: Apache-2.0
"""Signing `model.sig`, and what becomes of one that is there.

Only one can sign it: the first given key that can, or the one of the certificate, or else an instance of Sigstore. A
signature on the same files stays, one on others is replaced only by force. Without a key that can sign it, force takes
it away, because it would be about other bytes. It is written before `openmodel.sig`: a release with the one and an
older or no other does not verify.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openmodel.errors import DocumentError, InventoryError, OverwriteError, Problem
from openmodel.inventory.contents import Tree, bound_files, read_start
from openmodel.inventory.exclusion import is_sealed
from openmodel.inventory.naming import shown, spelled
from openmodel.inventory.reading import unreadable
from openmodel.inventory.writing import write_atomically
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.keys import ALGORITHMS, PrivateKey
from openmodel.signing.oms.bundle import MAX_BYTES, ModelBundle, decode, encode
from openmodel.signing.oms.file_list import encode as encode_list
from openmodel.signing.oms.file_list import read
from openmodel.signing.oms.names import NAME, ignored_defect, ignored_in
from openmodel.signing.oms.signer import claims_falsely, signer_of
from openmodel.signing.readiness import ReadyRelease

__all__ = ["ModelIdentity", "ModelKey", "ModelSigPlan", "model_key", "plan_model_sig", "write_model_sig"]

_REPLACE = "To replace it: --force on the command line, force=True in Python."


@dataclass(frozen=True, slots=True)
class ModelKey:
    """What `model.sig` is signed with."""

    key: PrivateKey
    certificates: tuple[bytes, ...] = ()
    """DER, that of the key first; empty when verifiers get the public key itself."""

    def signed(self, payload: bytes) -> bytes:
        """The file that has this list of files."""
        signature = self.key.sign(pae(IN_TOTO, payload))
        return encode(ModelBundle(payload, signature, self.key.public.key_id, self.certificates))


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """An instance of Sigstore that signs `model.sig` for somebody."""

    through: Callable[[bytes], bytes]
    """Makes a bundle, JSON on one line."""
    certificates: tuple[bytes, ...] = ()
    """None that is known before."""

    def signed(self, payload: bytes) -> bytes:
        """As that of a key."""
        return self.through(payload) + b"\n"


@dataclass(frozen=True, slots=True)
class ModelSigPlan:
    """What to do about `model.sig`, decided before anything is written."""

    action: Literal["write", "keep", "remove", "none"]
    content: bytes | None
    """What is there now; None when nothing is."""
    written: bytes = b""
    """What to write."""
    note: str = ""
    """What the user should know, a sentence; may be empty."""


def model_key(keys: Sequence[PrivateKey], chains: Mapping[str, tuple[bytes, ...]]) -> ModelKey | None:
    """The given key that signs `model.sig`; None when there is none that can.

    Args:
        keys: in the order in which they were given.
        chains: certificates in DER, by the id of the key that they are for.
    """
    named = next((key for key in keys if key.public.key_id in chains), None)
    if named:
        return ModelKey(named, chains[named.public.key_id])
    eligible = (key for key in keys if not ALGORITHMS[key.algorithm].not_in_model_sig)
    return next((ModelKey(key) for key in eligible), None)


def plan_model_sig(
    directory: Path,
    ready: ReadyRelease,
    signer: ModelKey | ModelIdentity | None,
    keys: Sequence[PrivateKey],
    *,
    force: bool,
) -> ModelSigPlan:
    """Decides what becomes of `model.sig`.

    Args:
        directory: the release as the user named it, for messages.
        ready: the release.
        signer: None when there is none that can sign it.
        keys: all given keys.
        force: whether one that is about other bytes, or by another key, may be replaced.

    Raises:
        OverwriteError: it is about other bytes, or no list of files, and `force` is false.
        InventoryError: it cannot be read.
        NetworkError: an instance of Sigstore was to sign and did not.
    """
    content = read_start(ready.root, NAME, MAX_BYTES + 1)
    reason = _obstacle(ready) if signer else _no_key(keys)
    if content is not None and _is_about(content, ready):
        kept = _kept(content, signer, keys, force=force, reason=reason)
        if kept is not None:
            return ModelSigPlan("keep", content, note=kept)
    elif content is not None and not force:
        got = "a signature on something else than this release, or something else"
        raise OverwriteError(Problem(str(directory / NAME), got, "one on these files, or none", _REPLACE))
    if signer is None or reason:
        return _without(content, reason)
    written = _sign(ready, signer)
    if len(written) > MAX_BYTES:
        reason = f"a list of so many files has {len(written):,} bytes, and no more than {MAX_BYTES:,} are read."
        return _without(content, reason)
    return ModelSigPlan("write", content, written, _links(ready.tree))


def write_model_sig(directory: Path, root: Path, plan: ModelSigPlan) -> None:
    """Does what was decided, if the file is still what the decision was about.

    Raises:
        OverwriteError: it is not. Nothing was written.
        InventoryError: it cannot be written or removed.
    """
    if plan.action not in {"write", "remove"}:
        return
    file = directory / NAME
    if read_start(root, NAME, MAX_BYTES + 1) != plan.content:
        raise OverwriteError(
            Problem(str(file), "a file that changed meanwhile", "that only one signs at a time", "Sign again.")
        )
    if plan.action == "write":
        write_atomically(file, plan.written, overwrite=plan.content is not None)
        return
    try:
        file.unlink()
    except OSError as error:
        raise InventoryError(unreadable(file, error)) from error


def _sign(ready: ReadyRelease, signer: ModelKey | ModelIdentity) -> bytes:
    return signer.signed(encode_list(spelled(ready.root.name), ready.listed, ignored_in(ready.root)))


def _is_about(content: bytes, ready: ReadyRelease) -> bool:
    """Whether somebody signed the files of this release, whoever it was.

    What may be left out of a copy, as the declaration may, was perhaps there when the other one signed.
    """
    try:
        listed = read(decode(content).payload).sha256
    except DocumentError:
        return False
    measured = ready.built.manifest.measured
    gone = bound_files(ready.tree, measured)[1] if measured else {}
    more = {path: digest for path, digest in listed.items() if path not in ready.listed}
    return ready.listed.items() <= listed.items() and more.items() <= gone.items()


def _without(content: bytes | None, reason: str) -> ModelSigPlan:
    """There will be no `model.sig`; one that is there is about other bytes."""
    if content is None:
        return ModelSigPlan("none", content, note=f"{NAME} was not written: {reason}")
    note = f"{NAME} was removed, because it was about other bytes, and none was written: {reason}"
    return ModelSigPlan("remove", content, note=note)


def _kept(
    content: bytes, signer: ModelKey | ModelIdentity | None, keys: Sequence[PrivateKey], *, force: bool, reason: str
) -> str | None:
    """Why a signature on these files stays, which may be empty; None when it is to be replaced."""
    if signer is None or reason:
        return f"{NAME} is about these files and stays; who signed it was not checked. {reason}"
    bundle = decode(content)
    found = signer_of(bundle, {key.public.key_id: key.public for key in keys})
    if claims_falsely(found):
        return None
    if not found.problem and bundle.certificates == signer.certificates:
        return ""
    if force:
        return None
    by = "a certificate" if bundle.certificates else "another key"
    return f"{NAME} has a signature by {by} on the same files and stays: only one can sign it. {_REPLACE}"


def _no_key(keys: Sequence[PrivateKey]) -> str:
    return next((ALGORITHMS[key.algorithm].not_in_model_sig for key in keys), "no key that can sign it was given.")


def _obstacle(ready: ReadyRelease) -> str:
    """What keeps a list of these files from being read, a sentence; empty when there is nothing of the kind."""
    root = ready.root
    for path in ignored_in(root):
        if is_sealed(path) and ignored_defect(path):
            return f"{shown(path)} has a name that cannot be left out of a list of files."
    folders = {path.rpartition("/")[0] for path in _linked(ready.tree)}
    while folders := {folder for folder in folders if folder}:
        for folder in sorted(folders):
            if (root / folder).is_symlink():
                return f"{shown(folder)} is a symbolic link to a directory, which other programs do not look into."
        folders = {folder.rpartition("/")[0] for folder in folders}
    return ""


def _linked(tree: Tree) -> tuple[str, ...]:
    """The files that symbolic links lead to."""
    return tree.listing.linked if tree.listing else ()


def _links(tree: Tree) -> str:
    """What to say of files that are symbolic links, as in the cache of the hub client."""
    links = [path for path in _linked(tree) if (tree.root / path).is_symlink()]
    if not links:
        return ""
    what = f"{shown(links[0])} is a symbolic link" if len(links) == 1 else f"{len(links):,} files are symbolic links"
    return f"{what}: to check model.sig, `model_signing verify` needs --allow_symlinks here, or a copy with the files."
