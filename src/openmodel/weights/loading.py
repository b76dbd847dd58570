# SPDX-License-Identifier: Apache-2.0
"""Loading weights only if they are those that somebody signed.

The bytes of an array are hashed as they are read into its own memory, so that nobody can change them between the check
and the use. `safetensors` and `gguf` map the file, whose bytes may change at any time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from openmodel.errors import InventoryError, Problem, UsageError, VerificationError
from openmodel.inventory.exclusion import TENSORS
from openmodel.inventory.naming import shown
from openmodel.inventory.parallel import LARGE, for_each
from openmodel.inventory.pool import Pool, Progress
from openmodel.inventory.reading import OpenFile
from openmodel.inventory.tensor_root import content_hash, tensor_root
from openmodel.manifest.tensor_table import TensorRow
from openmodel.signing.arguments import release_directory
from openmodel.weights.arrays import Allocate, numpy_arrays
from openmodel.weights.expected import has_table, rows_with_root, selected, signed_rows
from openmodel.weights.fresh_memory import populate
from openmodel.weights.layout import array_shape
from openmodel.weights.placing import Placed, all_placed, placed
from openmodel.weights.stored import open_stored
from openmodel.weights.torch_tensors import torch_tensors
from openmodel.weights.trusted import trusted_keys

__all__ = ["load_verified"]

_FRAMEWORKS: dict[str, Callable[[Iterable[str]], Allocate]] = {"numpy": numpy_arrays, "torch": torch_tensors}
_AGAIN = "Do not use this file. Get it again from where it was published."


def load_verified(
    directory: str | Path,
    *,
    key: str | Path | Iterable[str | Path] | None = None,
    trust: str | Path | None = None,
    tensor_root: str | None = None,
    names: str | Iterable[str] | None = None,
    component: str | None = None,
    framework: Literal["numpy", "torch"] = "numpy",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Loads tensors of safetensors or GGUF files whose very bytes were checked, all of them or none.

    Exactly one of `key`, `trust` and `tensor_root` says what to check against. Configuration, tokenizer and code are
    not checked: `verify` does that.

    Args:
        directory: the release, or as much of it as was downloaded: signatures, manifest, table of tensors and the files
            that hold the tensors. With `tensor_root`, any directory with weights.
        key: a file of a public key, or several; a signature by one of them is enough.
        trust: a trust file.
        tensor_root: that of the weights, 64 lower-case hexadecimal digits. Where `openmodel.tensors.json` is not there,
            it is that of all tensors in the directory and below.
        names: names of tensors or globs (`model.layers.3.*`), of which each has to match something. Nothing else is
            read but headers.
        component: which weights, where the release has several.
        framework: `numpy` or `torch`, each an extra. Types that NumPy does not have are those of `ml_dtypes`.
        progress: is told of the bytes that were read.

    Returns:
        By name, sorted, arrays of NumPy or tensors of torch in memory of their own, little-endian bits as they were
        stored. Blocks of GGUF and elements of 4 or 6 bits are bytes, the last dimension in bytes; torch has a type for
        pairs of F4.

    Raises:
        VerificationError: a tensor, the table or a signature is not what was signed.
        UsageError: an argument makes no sense, or an extra is missing.
        StageError: the directory is no signed release, or its manifest binds no tensors.
        InventoryError: a file is missing, cannot be read, changed meanwhile or is malformed.
        KeyFileError, DocumentError: a key or a document cannot be read.
    """
    keys = trusted_keys(key, trust, tensor_root)
    wanted = [names] if isinstance(names, str) else list(names) if names is not None else None
    _require_framework(framework)
    root = release_directory(directory)
    rows: Sequence[TensorRow] | None
    if tensor_root is None:
        rows = signed_rows(root, keys, trust, component)
    else:
        rows = rows_with_root(root, tensor_root, component) if has_table(root) else None
    if rows is None:
        _refuse_a_part(directory, names=wanted, component=component)
        found = all_placed(root)
    else:
        found = list(placed(root, selected(rows, wanted)))
    loaded = _load(found, _FRAMEWORKS[framework], progress)
    if any(one.digest is None for one in found):
        _require_root(directory, loaded, tensor_root)
    return {name: loaded[name][0] for name in sorted(loaded)}


def _refuse_a_part(directory: str | Path, **asked: object) -> None:
    """Raises:
    UsageError: a part is asked for where no table says what there is.
    """
    if given := [name for name, value in asked.items() if value is not None]:
        got = f"no {TENSORS}, and `{' and '.join(given)}`"
        fix = "Put the table there, or load all: without it, the root can only be computed from all tensors."
        raise UsageError(Problem(str(directory), got, "the table of tensors beside the weights", fix))


def _require_framework(framework: str) -> None:
    if framework not in _FRAMEWORKS:
        raise UsageError(Problem("", f"the framework {framework!r}", "numpy or torch", "Name one of them."))
    if sys.byteorder != "little":  # Files are little-endian, and types of ml_dtypes and torch are those of the machine.
        fix = "Load the weights on another machine."
        raise UsageError(Problem("", f"a machine that is {sys.byteorder}-endian", "a little-endian one", fix))


def _load(
    found: Sequence[Placed], arrays: Callable[[Iterable[str]], Allocate], progress: Progress | None
) -> dict[str, tuple[Any, bytes]]:
    """By name, the array and content digest of each tensor, which is the one that it has to have, if any."""
    tensors = [one.stored.tensor for one in found]
    shapes = {tensor.name: array_shape(tensor.name, tensor.dtype, tensor.shape) for tensor in tensors}
    allocate = arrays({tensor.dtype for tensor in tensors})

    def load(run: Sequence[Placed], pool: Pool) -> dict[str, tuple[Any, bytes]]:
        with open_stored(run[0].stored) as opened:
            named = [(one.stored.tensor.name, one) for one in run]
            return {name: _read(one, opened, allocate, shapes[name], pool) for name, one in named}

    runs = list(_runs(found))
    sizes = [sum(len(one.stored.span) for one in run) for run in runs]
    return dict(chain.from_iterable(part.items() for part in for_each(runs, sizes, load, progress)))


def _runs(found: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Large tensors one by one, and small ones together with their neighbours, for which a file is opened once."""
    run: list[Placed] = []
    size = 0
    for one in sorted(found, key=lambda one: (one.stored.path, one.stored.span.start)):
        size += len(one.stored.span)
        if run and (run[0].stored.path != one.stored.path or size > LARGE):
            yield run
            run, size = [], len(one.stored.span)
        run.append(one)
    if run:
        yield run


def _read(
    placed: Placed, opened: OpenFile, allocate: Allocate, shape: tuple[int, ...], pool: Pool
) -> tuple[Any, bytes]:
    tensor, file = placed.stored.tensor, shown(placed.stored.path)
    what = f'tensor "{shown(tensor.name, 200)}"'
    try:
        array, room = allocate(tensor.dtype, shape)
    except (MemoryError, ValueError, RuntimeError, OverflowError) as error:
        got = f"{what}, for which there is no array: {shown(str(error), 200)}"
        fix = "Leave it out with `names`, or load it where there is more memory."
        raise InventoryError(Problem(file, got, "one that fits into memory", fix)) from error
    started = content_hash(tensor.dtype, tensor.shape)
    pool.fill(room, opened, placed.stored.span.start, [started.update], populate)
    digest = started.digest()
    if placed.digest is not None and digest != placed.digest:
        got = f"{what} with the content digest {digest.hex()}"
        raise VerificationError(Problem(file, got, placed.digest.hex(), _AGAIN))
    return array, digest


def _require_root(directory: str | Path, loaded: dict[str, tuple[Any, bytes]], wanted: str | None) -> None:
    found = tensor_root((name, digest) for name, (_, digest) in loaded.items())
    if found != wanted:
        got = f"{len(loaded)} tensors with the tensor root {found}"
        fix = f"Do not use these weights, or put their {TENSORS} there to see which tensor differs."
        raise VerificationError(Problem(str(directory), got, str(wanted), fix))
