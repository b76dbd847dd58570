# SPDX-License-Identifier: Apache-2.0
"""What `build` measured. People never write this block; all its fields are complete when it is there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import FailFast, JsonValue

from openmodel.manifest.base import Node, Optional
from openmodel.manifest.component import Kind
from openmodel.manifest.values import Blake3, Count, Id, Pointer, RelPath, Sha256, TensorRoot

Format = Literal[
    "safetensors",
    "gguf",
    "onnx",
    "torchscript",
    "pytorch",
    "pytorch-legacy",
    "pickle",
    "joblib",
    "npy",
    "npz",
    "keras",
    "hdf5",
    "tflite",
    "fasttext",
    "saved-model",
    "tensorflow-checkpoint",
    "coreml-weights",
    "git-lfs-pointer",
]
"""Formats that are recognised by content; `docs/formats.md` says how."""


class FileDigest(Node):
    """A file and the digest of its bytes."""

    path: RelPath
    """Path inside the release."""
    sha256: Sha256
    """SHA-256 of the bytes, 64 hex digits."""


class BuiltFrom(Node):
    """The inputs of `build` that are not inventoried as files."""

    declaration_sha256: Sha256
    """SHA-256 of `openmodel.yaml`, 64 hex digits."""
    records: tuple[FileDigest, ...] = ()
    """The run records that were read."""


class FileRecord(Node):
    """One file of the release."""

    path: RelPath
    """Path inside the release, POSIX, Unicode NFC."""
    size: Count
    """Size in bytes."""
    sha256: Sha256
    """SHA-256 of the bytes, 64 hex digits."""
    blake3: Blake3
    """BLAKE3 of the bytes, 64 hex digits."""
    role: Optional[Kind] = None
    """First kind of the component whose globs name the file; absent when none does."""
    format: Optional[Format] = None
    """The file format, where the content was recognised."""
    license_ids: tuple[str, ...] = ()
    """SPDX ids of the licences whose text the file is; several where licences share one text; absent when it is none
    that is recognised."""
    unsafe: Optional[str] = None
    """Why loading the file could run code; absent when nothing of the kind was found."""
    defect: Optional[str] = None
    """Why the file cannot be the model or code that it seems to be, as a saved page, a file that is cut off or one with
    nothing but comments; absent when it can."""


class Absent(Node):
    """A file that is not in the release though an index of sharded weights in it, or a model whose parameters are in
    other files, names it."""

    path: RelPath
    """Path inside the release where it belongs."""
    named_by: RelPath
    """Path of the index or model."""


class Weights(Node):
    """What the tensors of one component are."""

    component: Id
    """The component, of kind `weights` or `checkpoint`."""
    tensor_root: Optional[TensorRoot] = None
    """Identity of the weights whatever the sharding and file names, 64 hex digits, as docs/spec/tensor-root.md says;
    absent when there are no tensors."""
    tensors: Count
    """Number of tensors."""
    parameters: Count
    """Number of elements in all tensors together."""
    dtypes: dict[str, Count]
    """Number of elements by dtype code, as docs/spec/tensor-root.md lists them."""
    is_adapter: Optional[bool] = None
    """Whether they are, by their names, those that an adapter adds to a model; absent when they are not."""
    table: Optional[FileDigest] = None
    """The file that lists every tensor, `openmodel.tensors.json`; one for all components."""


class Evidence(Node):
    """How a declared value is backed. Everything is declared unless it is named here."""

    at: Pointer
    """The value; it covers everything below."""
    grade: Literal["recorded", "claimed"]
    """`recorded`: in a run's record; `claimed`: stated by a hub or store. `verified` is never stored."""
    by: str
    """The record or service."""


class Conflict(Node):
    """A declared value that differs from what was observed."""

    at: Pointer
    """The value."""
    declared: JsonValue
    """What people wrote."""
    observed: JsonValue
    """What was measured or recorded."""
    by: str
    """The record or measurement."""


class Measured(Node):
    """What `build` measured."""

    built_from: BuiltFrom
    """The inputs of the build."""
    files: Annotated[tuple[FileRecord, ...], FailFast()]  # There may be 250,000, and nobody writes them by hand.
    """All files of the release but the excluded ones, sorted by path in UTF-8 byte order."""
    excluded: tuple[RelPath, ...]
    """Files that are there and deliberately not inventoried, sorted."""
    release_root: Optional[Sha256] = None
    """Merkle root over path, size and sha256 of all files, 64 hex digits; absent when there are no files, as when a
    third party only describes a release."""
    weights: tuple[Weights, ...] = ()
    """The tensors of each component that has some in safetensors or GGUF files, unless an index names shards of it that
    are not there, or a GGUF file of it cannot be read strictly: the sums would be of a part."""
    absent: tuple[Absent, ...] = ()
    """The files that an index or a model of the release names and that are not there, sorted by path and by what names
    them in UTF-8 byte order; absent when there are none."""
    evidence: tuple[Evidence, ...] = ()
    """How declared values are backed."""
    conflicts: tuple[Conflict, ...] = ()
    """Where declared and observed values differ."""
