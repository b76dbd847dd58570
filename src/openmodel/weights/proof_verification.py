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

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openmodel.errors import Problem, UsageError, VerificationError
from openmodel.inventory.merkle import head_from_path
from openmodel.inventory.naming import shown
from openmodel.inventory.parallel import Pool, Progress, for_each
from openmodel.inventory.tensor_root import content_hash, root_of, tensor_leaf
from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import Paths
from openmodel.manifest.loading import read_file
from openmodel.manifest.measured import Measured
from openmodel.manifest.tensor_proof import MAX_PROOF_BYTES, Proof, ProvedTensor, loads_proof
from openmodel.signing.arguments import release_directory
from openmodel.signing.signed_manifest import signed_manifest
from openmodel.weights.stored import Stored, StoredTensors, open_stored, stored_tensors

__all__ = ["ProofVerification", "TensorVerification", "verify_proof"]

Outcome = Literal["holds", "missing", "altered", "not_in_root", "not_looked_at"]

_ROOT = re.compile("[0-9a-f]{64}")


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
    component: str
    """The component whose weights the tensors are a part of, as the proof says."""
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
    if sum(given is not None for given in (key, trust, tensor_root)) != 1:
        fix = "Name one of key, trust and tensor root; get it from whom you trust."
        raise UsageError(Problem("", "nothing to trust, or several", "a key, a trust file or a tensor root", fix))
    root = release_directory(directory)
    read = proof if isinstance(proof, Proof) else loads_proof(read_file(Path(proof), MAX_PROOF_BYTES), str(proof))
    others: Set[str] = frozenset()
    if tensor_root is not None:
        problem = _of_given_root(read, tensor_root)
    else:
        keys = [key] if isinstance(key, str | Path) else list(key or ())
        problem, others = _of_signed_root(read, root, keys, trust)
    if problem:
        unseen = tuple(TensorVerification(one.name, "not_looked_at", (), "") for one in read.tensors)
        return ProofVerification(False, (problem,), read.component, read.tensor_root, read.count, unseen, 0)
    in_root = {one.name for one in read.tensors if _is_in_root(one, read)}
    stored = stored_tensors(Path(directory), in_root, others)
    compared, size = _compared({one.name: one for one in read.tensors}, stored, progress)
    tensors = tuple(_verified(one, in_root, compared.get(one.name, [])) for one in read.tensors)
    problems = tuple(f"{refused}" for refused in stored.refused)
    ok = bool(tensors) and not problems and all(one.outcome == "holds" for one in tensors)
    return ProofVerification(ok, problems, read.component, read.tensor_root, read.count, tensors, size)


def _of_given_root(proof: Proof, tensor_root: str) -> str:
    if not _ROOT.fullmatch(tensor_root):
        got, fix = f"the tensor root {shown(tensor_root, 80)!r}", "Copy it from whom you trust."
        raise UsageError(Problem("", got, "64 lower-case hexadecimal digits", fix))
    return (
        "" if proof.tensor_root == tensor_root else f"The proof is of the tensor root {proof.tensor_root}, another one."
    )


def _of_signed_root(
    proof: Proof, root: Path, keys: Sequence[str | Path], trust: str | Path | None
) -> tuple[str, Set[str]]:
    """Why the signed manifest does not state the root of the proof, if so; and the files that it gives to others."""
    try:
        manifest, measured = signed_manifest(root, keys=keys, trust=trust)
    except VerificationError as error:
        return str(error), frozenset()
    signed = {one.component: one.tensor_root for one in measured.weights if one.tensor_root}
    if signed.get(proof.component) == proof.tensor_root:
        return "", _files_of_others(manifest, measured, proof.component)
    of = [name for name, digest in signed.items() if digest == proof.tensor_root]
    if of:
        return f"The tensor root is signed for {', '.join(of)}, and not for {proof.component}.", frozenset()
    if proof.component in signed:
        said = f"The signed one of {proof.component} is {signed[proof.component]}."
    else:
        said = f"Signed are those of {', '.join(signed)}." if signed else "The signed manifest states none."
    return f"The tensor root {proof.tensor_root} is not signed. {said}", frozenset()


def _files_of_others(manifest: Manifest, measured: Measured, component: str) -> Set[str]:
    """The files of the release that make up other components and not this one: a name may be there, too."""
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
    proved: Mapping[str, ProvedTensor], stored: StoredTensors, progress: Progress | None
) -> tuple[dict[str, list[tuple[str, str]]], int]:
    """By name, each file that holds a tensor and what is wrong with it there; and how many bytes were hashed."""
    found = [one for held in stored.by_name.values() for one in held]
    alike = [one for one in found if not _otherwise(one, proved[one.tensor.name])]
    sizes = [len(one.span) for one in alike]
    digests = dict(zip(alike, for_each(alike, sizes, _content, progress), strict=True))
    compared: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        expected = proved[one.tensor.name]
        wrong = _otherwise(one, expected)
        if not wrong and digests[one] != expected.blake3:
            wrong = f"its content digest is {digests[one]}, and not {expected.blake3}"
        compared.setdefault(one.tensor.name, []).append((one.path, wrong))
    return compared, sum(sizes)


def _otherwise(stored: Stored, proved: ProvedTensor) -> str:
    """How the header says something else of a tensor than the proof, if so."""
    found, expected = stored.tensor, (proved.dtype, proved.shape)
    if (found.dtype, found.shape) == expected:
        return ""
    return f"it is {found.dtype} {list(found.shape)}, and not {proved.dtype} {list(proved.shape)}"


def _content(stored: Stored, pool: Pool) -> str:
    started = content_hash(stored.tensor.dtype, stored.tensor.shape)
    with open_stored(stored) as opened:
        pool.read(opened, [started.update], stored.span)
    return started.hexdigest()


def _verified(tensor: ProvedTensor, in_root: Set[str], held: Sequence[tuple[str, str]]) -> TensorVerification:
    files = tuple(path for path, _ in held)
    if tensor.name not in in_root:
        problem = "place, count and path in the proof do not give the tensor root"
        return TensorVerification(tensor.name, "not_in_root", files, problem)
    if not held:
        return TensorVerification(tensor.name, "missing", (), f"no file here holds it; it was in {shown(tensor.file)}")
    wrong = "; ".join(f"{shown(path)}: {problem}" for path, problem in held if problem)
    return TensorVerification(tensor.name, "altered" if wrong else "holds", files, wrong)
