# SPDX-License-Identifier: Apache-2.0
"""Verifying a proof of a part: the root is the trusted one, the paths give it, and the tensors are those of the proof.

1. The tensor root of the proof is the trusted one: the one that is given, or the one that the manifest states of the
   component of the proof, once that manifest is known to be signed.
2. Name and content digest of each tensor give this root with its path; see `docs/spec/tensor-proof.md`.
3. Every tensor of such a name in the directory has the data type and shape of the proof, and bytes with its content
   digest. There is at least one. Files that the signed manifest gives to other components are not looked into.

All headers of tensors in the directory are read, and of the tensors those of the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openmodel.errors import VerificationError
from openmodel.inventory.header import type_and_shape
from openmodel.inventory.merkle import head_from_path
from openmodel.inventory.naming import shown
from openmodel.inventory.parallel import for_each
from openmodel.inventory.pool import Pool, Progress
from openmodel.inventory.tensor_root import content_hash, root_of, tensor_leaf
from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import Paths
from openmodel.manifest.loading import read_file
from openmodel.manifest.measured import Measured
from openmodel.manifest.release import Release
from openmodel.manifest.tensor_proof import MAX_PROOF_BYTES, Proof, ProvedTensor, loads_proof
from openmodel.signing.arguments import release_directory
from openmodel.signing.signed_manifest import signed_manifest
from openmodel.weights.stored import Stored, StoredTensors, open_stored, stored_tensors
from openmodel.weights.trusted import trusted_keys

__all__ = ["ProofVerification", "TensorVerification", "verify_proof"]

Outcome = Literal["holds", "missing", "altered", "not_in_root", "not_looked_at"]


@dataclass(frozen=True, slots=True)
class TensorVerification:
    """How one tensor of a proof came out."""

    name: str
    """As the file stores it; any text."""
    outcome: Outcome
    """`holds`; `missing`: no file of the directory has it; `altered`: a file has another one of this name;
    `not_in_root`: its path does not give the tensor root; `not_looked_at`: the root is not the trusted one."""
    files: tuple[str, ...]
    """The files of the directory that have one of this name: relative POSIX paths, sorted."""
    problem: str
    """Why it does not hold, safe to print; empty when it does."""


@dataclass(frozen=True, slots=True)
class ProofVerification:
    """The answer of `verify_proof`. It holds for the bytes as they were read, at that time, and for no other tensor."""

    ok: bool
    """Whether all that the proof says holds."""
    problems: tuple[str, ...]
    """What does not hold besides tensors, safe to print."""
    name: str | None
    """Name of the release that a trusted key signed, like the next two; None without one, and with a tensor root."""
    version: str | None
    sequence: int | None
    component: str
    """The component whose weights they are, as the proof says; with a tensor root nothing checks it."""
    tensor_root: str
    """The tensor root of these weights, as the proof says, 64 lower-case hexadecimal digits."""
    count: int
    """How many tensors they have, as the proof says; it is true where a tensor holds."""
    tensors: tuple[TensorVerification, ...]
    """Those of the proof, sorted by the UTF-8 bytes of their names."""
    bytes_read: int
    """Bytes of tensors that were read and hashed. Headers come on top."""


def verify_proof(
    proof: Proof | str | Path,
    directory: str | Path,
    *,
    key: str | Path | Iterable[str | Path] | None = None,
    trust: str | Path | None = None,
    tensor_root: str | None = None,
    progress: Progress | None = None,
) -> ProofVerification:
    """Verifies that tensors in a directory are a part of weights whose tensor root is trusted. Works offline.

    Args:
        proof: what `prove` returned, or its file.
        directory: holds the tensors, in files of any names; and, with `key` or `trust`, `openmodel.json` and
            `openmodel.sig`.
        key: a file of a public key, or several; one of them has to have signed the release.
        trust: in place of keys, a trust file.
        tensor_root: in place of both, the root itself, 64 lower-case hexadecimal digits.
        progress: is told of the bytes that were read.

    Raises:
        UsageError: none or several of `key`, `trust` and `tensor_root` are given, one lies in the directory, the root
            is no such digest, or there is no such directory.
        DocumentError, KeyFileError, StageError: a document or key cannot be read or used, or there is no release.
        InventoryError: the directory is not one that a release can be, or what is in it changes or cannot be read.
    """
    keys = trusted_keys(key, trust, tensor_root)
    root = release_directory(directory)
    read = proof if isinstance(proof, Proof) else loads_proof(read_file(Path(proof), MAX_PROOF_BYTES), str(proof))
    basis = _signed(read, root, keys, trust) if tensor_root is None else _Basis(_unlike_given(read, tensor_root))
    if basis.problem:
        unseen = tuple(TensorVerification(one.name, "not_looked_at", (), "") for one in read.tensors)
        return _result(read, basis, (basis.problem,), unseen, 0)
    in_root = [_is_in_root(one, read) for one in read.tensors]
    proved = [one for one, is_in_root in zip(read.tensors, in_root, strict=True) if is_in_root]
    stored = stored_tensors(Path(directory), {one.name for one in proved}, basis.files_of_others)
    compared, size = _compared(proved, stored, progress)
    held = iter(compared)
    tensors = tuple(
        _verified(one, next(held) if is_in_root else None)
        for one, is_in_root in zip(read.tensors, in_root, strict=True)
    )
    return _result(read, basis, tuple(map(str, stored.refused)), tensors, size)


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the tensors are held to."""

    problem: str
    """Why the root of the proof is not the trusted one; empty if it is."""
    release: Release | None = None
    """The one that was signed."""
    files_of_others: Set[str] = frozenset()
    """The files that the signed manifest gives to other components: a name may be there, too."""


def _result(
    proof: Proof, basis: _Basis, problems: tuple[str, ...], tensors: tuple[TensorVerification, ...], size: int
) -> ProofVerification:
    release = basis.release
    return ProofVerification(
        ok=bool(tensors) and not problems and all(one.outcome == "holds" for one in tensors),
        problems=problems,
        name=release.name if release else None,
        version=release.version if release else None,
        sequence=release.sequence if release else None,
        component=proof.component,
        tensor_root=proof.tensor_root,
        count=proof.count,
        tensors=tensors,
        bytes_read=size,
    )


def _unlike_given(proof: Proof, tensor_root: str) -> str:
    return "" if proof.tensor_root == tensor_root else f"The proof is of another tensor root: {proof.tensor_root}."


def _signed(proof: Proof, directory: str | Path, keys: Sequence[str | Path], trust: str | Path | None) -> _Basis:
    try:
        manifest, measured = signed_manifest(directory, keys=keys, trust=trust)
    except VerificationError as error:
        return _Basis(str(error))
    roots = {one.component: one.tensor_root for one in measured.weights if one.tensor_root}
    return _Basis(_unlike_signed(proof, roots), manifest.release, _files_of_others(manifest, measured, proof.component))


def _unlike_signed(proof: Proof, roots: Mapping[str, str]) -> str:
    if roots.get(proof.component) == proof.tensor_root:
        return ""
    if of := [name for name, digest in roots.items() if digest == proof.tensor_root]:
        return f"The tensor root is signed for {', '.join(of)}, and not for {proof.component}."
    if proof.component in roots:
        said = f"The signed one of {proof.component} is {roots[proof.component]}."
    else:
        said = f"Signed are those of {', '.join(roots)}." if roots else "The signed manifest states none."
    return f"The tensor root {proof.tensor_root} is not signed. {said}"


def _files_of_others(manifest: Manifest, measured: Measured, component: str) -> Set[str]:
    """The files of the release that make up other components and not this one."""
    paths = Paths(file.path for file in measured.files)
    own: set[str] = set()
    others: set[str] = set()
    for one in answered(manifest.components):
        (own if one.id == component else others).update(path for glob in one.files for path in paths.named_by(glob))
    return others - own


def _is_in_root(tensor: ProvedTensor, proof: Proof) -> bool:
    leaf = tensor_leaf(tensor.name, bytes.fromhex(tensor.blake3))
    head = head_from_path(leaf, tensor.index, proof.count, [bytes.fromhex(node) for node in tensor.path])
    return head is not None and root_of(head, proof.count) == proof.tensor_root


def _compared(
    proved: Sequence[ProvedTensor], stored: StoredTensors, progress: Progress | None
) -> tuple[list[list[tuple[str, str]]], int]:
    """For each tensor, the files that hold one of its name and what is wrong with it there; and the bytes hashed."""
    alike = [one for row in proved for one in stored.by_name.get(row.name, ()) if not _otherwise(one, row)]
    sizes = [len(one.span) for one in alike]
    digests = dict(zip(alike, for_each(alike, sizes, _content, progress), strict=True))
    found = [
        [(one.path, _difference(one, row, digests.get(one, ""))) for one in stored.by_name.get(row.name, ())]
        for row in proved
    ]
    return found, sum(sizes)


def _difference(stored: Stored, proved: ProvedTensor, digest: str) -> str:
    """How a stored tensor is not the proved one, if so."""
    if wrong := _otherwise(stored, proved):
        return wrong
    return "" if digest == proved.blake3 else f"its content digest is {digest}, and not {proved.blake3}"


def _otherwise(stored: Stored, proved: ProvedTensor) -> str:
    """How the header says something else of a tensor than the proof, if so."""
    found, expected = stored.tensor, (proved.dtype, proved.shape)
    if (found.dtype, found.shape) == expected:
        return ""
    return f"it is {type_and_shape(found.dtype, found.shape)}, and not {type_and_shape(*expected)}"


def _content(stored: Stored, pool: Pool) -> str:
    started = content_hash(stored.tensor.dtype, stored.tensor.shape)
    with open_stored(stored) as opened:
        pool.read(opened, [started.update], stored.span)
    return started.hexdigest()


def _verified(tensor: ProvedTensor, held: Sequence[tuple[str, str]] | None) -> TensorVerification:
    """How a tensor comes out.

    Args:
        tensor: of the proof.
        held: as from `_compared`; None if the tensor is not in the root.
    """
    if held is None:
        problem = "place, count and path in the proof do not give the tensor root"
        return TensorVerification(tensor.name, "not_in_root", (), problem)
    if not held:
        return TensorVerification(tensor.name, "missing", (), f"no file here holds it; it was in {shown(tensor.file)}")
    wrong = "; ".join(f"{shown(path)}: {problem}" for path, problem in held if problem)
    return TensorVerification(tensor.name, "altered" if wrong else "holds", tuple(path for path, _ in held), wrong)
