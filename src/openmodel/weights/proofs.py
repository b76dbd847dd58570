# SPDX-License-Identifier: Apache-2.0
"""Proofs of a part of some weights, made from the manifest and the table of tensors. No weights are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openmodel.built import Built, read_built
from openmodel.errors import InventoryError, Problem, StageError, UsageError, next_command
from openmodel.inventory.merkle import inclusion_paths
from openmodel.inventory.naming import shown
from openmodel.inventory.tensor_root import tensor_leaf
from openmodel.inventory.tensor_table import read_tensor_table
from openmodel.inventory.writing import write_atomically
from openmodel.manifest.globs import Paths
from openmodel.manifest.measured import FileDigest
from openmodel.manifest.tensor_proof import MAX_PROVED, VERSION, Proof, ProvedTensor, dump_proof
from openmodel.manifest.tensor_table import TensorTable, WeightTensors
from openmodel.weights.tensor_names import named_by

__all__ = ["prove"]


def prove(
    directory: str | Path,
    *,
    tensors: Sequence[str] = (),
    files: Sequence[str] = (),
    component: str | None = None,
    output: str | Path | None = None,
    force: bool = False,
) -> Proof:
    """Proves that tensors are some of those whose tensor root the manifest states.

    Reads `openmodel.json` and the table `openmodel.tensors.json`, and no weights. Whether that root is signed is asked
    by whoever verifies the proof.

    Args:
        directory: the release, or as much of it as those two files.
        tensors: names of tensors, or globs over names (`model.layers.3.*`).
        files: paths in the release, or globs over paths; all tensors of each file are proved.
        component: whose weights; None where only one component has such tensors.
        output: a file to write the proof to, too.
        force: whether a file that is there may be replaced.

    Raises:
        UsageError: nothing or too much is named, a name or glob names nothing, or tensors of several components.
        StageError: the manifest is missing, was not built, or states no tensor root.
        DocumentError: the manifest or the table is not valid, or the proof would be too large.
        InventoryError: the table is not the one of the manifest, or its rows do not give the tensor root; or a file
            cannot be read or written.
        OverwriteError: the file to write is there, and `force` is false.
    """
    if not tensors and not files:
        fix = "Name tensors with --tensor, or files with --file."
        raise UsageError(Problem("", "no tensor and no file", "what to prove", fix))
    proof = _proof(_chosen(list(_weights(read_built(directory), component)), tensors, files))
    if output is not None:
        write_atomically(Path(output), dump_proof(proof), overwrite=force)
    return proof


def _weights(built: Built, component: str | None) -> Iterator[WeightTensors]:
    """The rows of the components that may be meant."""
    root, measured = built.path.parent, built.manifest.measured
    roots = {one.component: (one.tensor_root, one.table) for one in (measured.weights if measured else ())}
    roots = {name: (digest, table) for name, (digest, table) in roots.items() if digest and table}
    if not roots:
        got, fix = "a manifest without a tensor root", next_command("build", root)
        raise StageError(Problem(str(built.path), got, "weights that have one", fix))
    if component is not None and component not in roots:
        fix = "Name one of those components."
        raise UsageError(Problem(str(built.path), f"no tensor root of {component!r}", f"{', '.join(roots)}", fix))
    read: dict[FileDigest, TensorTable] = {}
    for name in roots if component is None else (component,):
        digest, table = roots[name]
        if table is None:
            continue
        if table not in read:
            read[table] = read_tensor_table(root, table)
        rows = [one for one in read[table].weights if (one.component, one.tensor_root) == (name, digest)]
        if not rows:
            expected = f"those of {name}, with the tensor root of the manifest"
            raise InventoryError(
                Problem(shown(str(root / table.path)), "no such tensors", expected, next_command("build", root))
            )
        yield rows[0]


@dataclass(frozen=True, slots=True)
class _Choice:
    weights: WeightTensors
    places: list[int]
    """Which rows, in order."""
    missed: list[str]
    """The names and globs that name nothing here, as they are told."""


def _chosen(weights: Sequence[WeightTensors], tensors: Sequence[str], files: Sequence[str]) -> _Choice:
    """What is named, which has to be of one component, because a proof has one root."""
    choices = [_choice(one, tensors, files) for one in weights]
    some = [one for one in choices if one.places]
    if len(some) > 1:
        names = ", ".join(one.weights.component for one in some)
        raise UsageError(Problem("", f"tensors of {names}", "those of one component", "Name it with --component."))
    if len(some) == 1 and not some[0].missed:
        if len(some[0].places) > MAX_PROVED:
            got, expected = f"{len(some[0].places):,} tensors", f"at most {MAX_PROVED:,} in one proof"
            raise UsageError(Problem("", got, expected, "Name fewer. `openmodel verify` takes all files."))
        return some[0]
    where = ", ".join(one.weights.component for one in some or choices)
    fix = "Correct it; openmodel.tensors.json lists them. In quotes, a shell leaves * to openmodel."
    raise UsageError(
        Problem("", f"{missed}, which names no tensor", f"some of {where}", fix)
        for missed in (some or choices)[0].missed
    )


def _choice(weights: WeightTensors, tensors: Sequence[str], files: Sequence[str]) -> _Choice:
    by_name: dict[str, list[int]] = {}
    by_file: dict[str, list[int]] = {}
    for place, row in enumerate(weights.tensors):
        by_name[row.name] = [place]
        by_file.setdefault(row.file, []).append(place)
    paths = Paths(by_file)
    named = [(f'the tensor "{shown(glob, 200)}"', by_name, named_by(glob, by_name)) for glob in tensors]
    named += [(f'the file "{shown(glob, 200)}"', by_file, list(paths.named_by(glob))) for glob in files]
    places = {place for _, held, found in named for one in found for place in held[one]}
    return _Choice(weights, sorted(places), [told for told, _, found in named if not found])


def _proof(choice: _Choice) -> Proof:
    rows = choice.weights.tensors
    leaves = [tensor_leaf(row.name, bytes.fromhex(row.blake3)) for row in rows]
    paths = inclusion_paths(leaves, choice.places)
    return Proof(
        openmodel_proof=VERSION,
        component=choice.weights.component,
        tensor_root=choice.weights.tensor_root,
        count=len(rows),
        tensors=tuple(
            ProvedTensor(**dict(rows[place]), index=place, path=tuple(node.hex() for node in path))
            for place, path in zip(choice.places, paths, strict=True)
        ),
    )
