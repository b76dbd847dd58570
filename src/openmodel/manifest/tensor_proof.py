# SPDX-License-Identifier: Apache-2.0
"""A proof of a part: for some tensors, the nodes with which each gives the tensor root of all.

The page is `docs/spec/tensor-proof.md`. A proof says nothing of who signed the root.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, FailFast, Field
from pydantic_core import PydanticCustomError

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.base import Node
from openmodel.manifest.json_text import MAX_VALUES
from openmodel.manifest.typed import read_typed
from openmodel.manifest.values import Blake3, Count, Dtype, Id, RelPath, Sha256, TensorRoot

__all__ = ["MAX_PROOF_BYTES", "MAX_PROVED", "Proof", "ProvedTensor", "dump_proof", "loads_proof"]

VERSION: Literal["1-draft"] = "1-draft"
"""The version of the format that this package reads and writes."""

MAX_PROOF_BYTES = 64 * 2**20
"""The largest proof that is read or written, in bytes."""

MAX_PROVED = 50_000
"""The most tensors of one proof; with paths of 16 nodes they take that many bytes."""

MAX_PATH = 64
"""The longest path: that of a tree of 2^64 leaves."""


def _few(path: tuple[str, ...]) -> tuple[str, ...]:
    if len(path) > MAX_PATH:
        raise PydanticCustomError("path_length", f"a path of at most {MAX_PATH} nodes")
    return path


class ProvedTensor(Node):
    """One tensor, and why it is one of those of the root."""

    name: str
    """Its name, as the file stores it."""
    dtype: Dtype
    """The code of its data type, as docs/spec/tensor-root.md lists them."""
    shape: Annotated[tuple[Count, ...], FailFast()]
    """Its dimensions, row-major; empty for a scalar."""
    blake3: Blake3
    """Its content digest, as docs/spec/tensor-root.md says, 64 hex digits."""
    file: RelPath
    """Path inside the release of the file that held it; for people, as files are named and sharded anew."""
    index: Count
    """The place of its leaf among all, from 0."""
    path: Annotated[
        tuple[Sha256, ...], FailFast(), AfterValidator(_few), Field(json_schema_extra={"maxItems": MAX_PATH})
    ]
    """The nodes that its leaf is hashed with, from the leaf upwards, 64 hex digits each: RFC 9162, section 2.1.3."""


def _sound(tensors: tuple[ProvedTensor, ...]) -> tuple[ProvedTensor, ...]:
    # Code points sort as UTF-8 bytes do.
    if any(one.name >= following.name for one, following in pairwise(tensors)):
        raise PydanticCustomError("proof_order", "every tensor once, sorted by the UTF-8 bytes of their names")
    if not 0 < len(tensors) <= MAX_PROVED:
        raise PydanticCustomError("proof_length", f"at least one tensor and at most {MAX_PROVED:,}")
    return tensors


class Proof(Node):
    """What shows that some tensors are a part of the weights that have a tensor root."""

    openmodel_proof: Literal["1-draft"]
    """Version of the format."""
    component: Id
    """The component whose weights they are, as in `measured.weights`."""
    tensor_root: TensorRoot
    """The tensor root of these weights, 64 hex digits."""
    count: Count
    """How many tensors these weights have."""
    tensors: Annotated[
        tuple[ProvedTensor, ...],
        FailFast(),
        AfterValidator(_sound),
        Field(json_schema_extra={"minItems": 1, "maxItems": MAX_PROVED}),
    ]
    """The tensors that are proved, each once, sorted by name in UTF-8 byte order."""


def dump_proof(proof: Proof) -> bytes:
    """A proof as JSON, UTF-8: sorted keys, one tensor a line, a newline at the end. Equal proofs, equal bytes.

    Raises:
        DocumentError: it would be larger than `loads_proof` reads.
    """
    plain = proof.model_dump(mode="json")
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in plain.pop("tensors"))
    head = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    content = f'{head[:-1]}, "tensors": [\n{rows}\n]}}\n'.encode()
    if len(content) > MAX_PROOF_BYTES or sum(map(content.count, (b",", b"[", b"{"))) > MAX_VALUES:
        got, expected = f"a proof of {len(content):,} bytes", f"at most {MAX_PROOF_BYTES:,}, and fewer values"
        raise DocumentError(Problem("", got, expected, "Prove fewer tensors at once."))
    return content


def loads_proof(content: bytes, file: str) -> Proof:
    """Reads a proof strictly.

    Args:
        content: all of its bytes.
        file: its name for messages.

    Raises:
        DocumentError: it is no strict JSON within the bounds, or no proof. Says the first thing that is wrong with it.
    """
    fix = "Get the proof again from whom you have it, or make it with `openmodel prove`."
    return read_typed(Proof, content, file, max_bytes=MAX_PROOF_BYTES, max_values=MAX_VALUES, fix=fix)
