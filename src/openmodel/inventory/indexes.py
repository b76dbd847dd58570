# SPDX-License-Identifier: Apache-2.0
"""Indexes of sharded weights: which file each tensor is in, and so which files there must be.

An index is a JSON object with `weight_map`, from the name of a tensor to the name of the file in the index's own
directory that holds it, and mostly with `metadata.total_size`. Source: transformers, "Sharded checkpoints", and
`save_torch_state_dict` of huggingface_hub. Shards that are not there are no error, because downloads are often
partial; the manifest lists them. What the shards that are there hold must be what the index says.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from openmodel.errors import DocumentError, InventoryError, Problem
from openmodel.inventory.exclusion import is_excluded
from openmodel.inventory.formats.lfs import is_lfs_pointer
from openmodel.inventory.header import Header
from openmodel.inventory.index_names import is_index, is_index_of_safetensors
from openmodel.inventory.naming import path_defect, shown
from openmodel.inventory.reading import changed, open_regular
from openmodel.inventory.walking import MAX_PATH_BYTES, Found
from openmodel.manifest.json_text import read_json
from openmodel.manifest.values import MAX_INTEGER

__all__ = ["MAX_INDEX_BYTES", "MAX_SHARDS", "Index", "read_index", "read_indexes", "require_read"]

MAX_INDEX_BYTES = 64 * 2**20
"""The largest index that is read, in bytes; one of 100,000 tensors has about 10 MiB."""

MAX_SHARDS = 10_000
"""The most files that one index may name; the manifest lists those that are not there."""

MAX_INDEXED = 1_000_000
"""The most tensors that all indexes of a release may name together; the names are kept."""

_MAX_PROBLEMS = 1000
_FIX = "Write it again with the library that sharded the weights, download it again, or delete it."


@dataclass(frozen=True, slots=True)
class Index:
    """What an index says."""

    path: str
    """Relative POSIX path of the index in the release."""
    weight_map: Mapping[str, str] = field(repr=False)
    """By the name of each tensor, the path in the release of the file that holds it."""
    total_size: int | None
    """Bytes of all tensors, as the index states them; nothing checks it. None when it does not."""
    sha256: str
    """SHA-256 of the bytes of the index, 64 lower-case hex digits."""

    @property
    def shards(self) -> tuple[str, ...]:
        """The files that it names, each once: paths in the release, sorted by their UTF-8 bytes."""
        return tuple(sorted(set(self.weight_map.values()), key=str.encode))


def read_index(content: bytes, path: str) -> Index:
    """Reads an index strictly: JSON without a key twice, within the bounds of this module.

    Args:
        content: all bytes of the index.
        path: relative POSIX path of the index in the release, for the paths of the shards and for messages.

    Raises:
        InventoryError: it is no JSON object with a `weight_map` from text to text, or that is empty; `metadata` or its
            `total_size` is of another type; a name of a file is absolute, has `..` or is otherwise no path of a
            release, is of what is never inventoried, or in a safetensors index is none of a safetensors file. Lists all
            problems.
    """
    file = shown(path)
    try:
        data = read_json(content, file).data
    except DocumentError as error:
        raise InventoryError(error.problems) from error
    expected = "an index of weights: an object with the object `weight_map`"
    if not isinstance(data, dict) or not isinstance(placed := data.get("weight_map"), dict):
        raise InventoryError(Problem(file, "JSON without one", expected, _FIX, "/weight_map"))
    if not placed:  # Shards beside it would be held against nothing.
        raise InventoryError(Problem(file, "no tensor", "the file of each tensor", _FIX, "/weight_map"))
    metadata = data.get("metadata", {})
    size = metadata.get("total_size") if isinstance(metadata, dict) else None
    # Some converters wrote the number of bytes as a float.
    total = int(size) if isinstance(size, float) and size.is_integer() else size
    problems: list[Problem] = []
    if not isinstance(metadata, dict):
        problems.append(Problem(file, _type(metadata), "an object", _FIX, "/metadata"))
    elif not (total is None or _is_count(total)):
        expected = "a number of bytes, 0 or more"
        problems.append(Problem(file, _type(size), expected, _FIX, "/metadata/total_size"))
    problems += islice(_misnamed(placed, path, file), _MAX_PROBLEMS)
    if problems:
        raise InventoryError(problems)
    directory = path[: path.rfind("/") + 1]
    located = {shard: f"{directory}{shard}" for shard in map(str, placed.values())}
    weight_map = {tensor: located[str(shard)] for tensor, shard in placed.items()}
    return Index(path, weight_map, total if isinstance(total, int) else None, hashlib.sha256(content).hexdigest())


def read_indexes(files: Iterable[Found], headers: Mapping[str, Header]) -> tuple[Index, ...]:
    """Reads all indexes of a release and holds those of its shards that are there against them.

    An index in whose place a git LFS pointer stands is left out.

    Args:
        files: what `walk` found.
        headers: by path, the headers of the safetensors files.

    Raises:
        InventoryError: an index cannot be read or is none (see `read_index`); one places a tensor in a shard that
            does not hold it; a shard holds one that the index does not know or places elsewhere; the indexes name
            more tensors together than `MAX_INDEXED`. Lists all problems, up to 1,000.
    """
    indexes: list[Index] = []
    problems: list[Problem] = []
    tensors = 0
    for found in files:
        if not is_index(found.path):
            continue
        try:
            content = _read(found)
            if is_lfs_pointer(content):  # A clone without git LFS must build; its weights are pointers as well.
                continue
            index = read_index(content, found.path)
        except InventoryError as error:
            problems += error.problems
            continue
        tensors += len(index.weight_map)
        if tensors > MAX_INDEXED:
            got, fix = f"more than {MAX_INDEXED} tensors in the indexes up to this one", "Split the release."
            problems.append(Problem(shown(found.path), got, "fewer in one release", fix))
            break
        problems += islice(_contradictions(index, headers), _MAX_PROBLEMS)
        indexes.append(index)
    if problems:
        raise InventoryError(problems[:_MAX_PROBLEMS])
    return tuple(indexes)


def require_read(indexes: Iterable[Index], digests: Mapping[str, str]) -> None:
    """Refuses indexes that were changed between their reading and their hashing.

    Args:
        indexes: as they were read.
        digests: by path, the SHA-256 of all files of the release, 64 lower-case hex digits.

    Raises:
        InventoryError: naming the first of them.
    """
    for index in indexes:
        if digests[index.path] != index.sha256:
            raise changed(Path(index.path))


def _read(found: Found) -> bytes:
    with open_regular(found.location) as opened:
        if opened.identity.size > MAX_INDEX_BYTES:
            got = f"an index of {opened.identity.size:,} bytes"
            raise InventoryError(Problem(shown(found.path), got, f"one of at most {MAX_INDEX_BYTES:,}", _FIX))
        return opened.start(opened.identity.size + 1)


def _misnamed(placed: Mapping[str, object], path: str, file: str) -> Iterator[Problem]:
    """The values of a weight map that name no file of the index's directory, each once."""
    directory = path[: path.rfind("/") + 1]
    needs_safetensors = is_index_of_safetensors(path)
    seen: set[str] = set()
    for tensor, shard in placed.items():
        where = f'tensor "{shown(tensor, 200)}" in'
        if not isinstance(shard, str):
            yield Problem(file, f"{where} {_type(shard)}", "the name of a file", _FIX, "/weight_map")
            continue
        if shard in seen:
            continue
        seen.add(shard)
        if len(seen) > MAX_SHARDS:
            yield Problem(file, f"more than {MAX_SHARDS:,} files", "fewer", _FIX, "/weight_map")
            return
        got = f'{where} "{shown(shard, 200)}"'
        if len(shard.encode()) > MAX_PATH_BYTES:
            yield Problem(file, got, f"a path of at most {MAX_PATH_BYTES} bytes", _FIX, "/weight_map")
        elif defect := path_defect(shard):
            expected = "a file in the directory of the index or below, as a relative POSIX path"
            yield Problem(file, f"{got}, {defect}", expected, _FIX, "/weight_map")
        elif is_excluded(f"{directory}{shard}"):
            yield Problem(file, got, "a file that is inventoried", _FIX, "/weight_map")
        elif needs_safetensors and not shard.endswith(".safetensors"):
            # A loader that trusts the index would unpickle it.
            yield Problem(file, got, "a safetensors file, as the name of the index says", _FIX, "/weight_map")


def _contradictions(index: Index, headers: Mapping[str, Header]) -> Iterator[Problem]:
    """Where the shards that are there hold other tensors than the index says."""
    placed: defaultdict[str, set[str]] = defaultdict(set)
    for tensor, shard in index.weight_map.items():
        placed[shard].add(tensor)
    fix = "Put the index and the shards of one and the same model there, or delete the index."
    for shard in index.shards:
        if shard not in headers:
            continue
        held = {tensor.name for tensor in headers[shard].tensors}
        for tensor in sorted(placed[shard] - held):
            got = f'tensor "{shown(tensor, 200)}" in {shown(shard)}, which does not hold it'
            yield Problem(shown(index.path), got, "every tensor in the file that the index says", fix)
        for tensor in sorted(held - placed[shard]):
            elsewhere = index.weight_map.get(tensor)
            says = f"places in {shown(elsewhere)}" if elsewhere else "does not know"
            got = f'tensor "{shown(tensor, 200)}", which {shown(index.path)} {says}'
            yield Problem(shown(shard), got, "only tensors that the index places there", fix)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER


def _type(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), f"the number {value}")
