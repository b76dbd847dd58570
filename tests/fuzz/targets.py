# SPDX-License-Identifier: Apache-2.0
"""What reads hostile bytes, one function each: only an error of this project may leave it.

A payload is read here without its signature: whoever attacks may hold a key that is trusted.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from openmodel.errors import OpenModelError
from openmodel.inventory.gguf import read_gguf_metadata
from openmodel.inventory.gguf_tensors import read_gguf_header
from openmodel.inventory.header import Header
from openmodel.inventory.safetensors import read_open_header
from openmodel.inventory.tensor_digests import TensorDigests
from openmodel.inventory.tensor_root import tensor_root
from openmodel.manifest.loading import loads
from openmodel.manifest.tensor_table import loads_table
from openmodel.signing import bundle, statement, verdict
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.keys.reading import load_private_key, public_key
from openmodel.signing.oms import bundle as model_bundle
from openmodel.signing.oms import file_list
from openmodel.signing.oms.older import is_older, read_older
from openmodel.signing.trust import load_trust

__all__ = ["CORPUS", "PASSPHRASE", "TARGETS"]

CORPUS = Path(__file__).parent / "corpus"
"""A folder of seeds for each target, by its name."""

PASSPHRASE = b"test-only"
"""The one of the encrypted keys among the seeds."""

_FOLDER = tempfile.TemporaryDirectory(prefix="openmodel-fuzz-")


def _line(data: bytes) -> None:
    bundle.decode(data, "openmodel.sig, line 1")


def _model_sig(data: bytes) -> None:
    _file_list(model_bundle.decode(data).payload)


def _file_list(payload: bytes) -> None:
    if is_older(payload):
        read_older(payload)
    else:
        file_list.read(payload)


def _statement(payload: bytes) -> None:
    if statement.read(IN_TOTO, payload, "statement") is None and verdict.read(IN_TOTO, payload, "verdict") is None:
        release = statement.ReleaseStatement("", "", None, "", None, None, datetime.now(UTC))
        statement.kind_of(bundle.Bundle("", IN_TOTO, payload, b""), release)


def _key(data: bytes) -> None:
    path = _written(data, "file.key")
    with suppress(OpenModelError):
        public_key(path, PASSPHRASE)
    load_private_key(path, PASSPHRASE)


def _trust(data: bytes) -> None:
    load_trust(_written(data, "trust.json" if data.startswith(b"{") else "trust.yaml"))


def _manifest(data: bytes) -> None:
    loads(data, "openmodel.json")


def _table(data: bytes) -> None:
    loads_table(data, "openmodel.tensors.json")


def _safetensors(data: bytes) -> None:
    _tensors(data, read_open_header(io.BytesIO(data), len(data), "model.safetensors"))


def _gguf(data: bytes) -> None:
    with suppress(OpenModelError):
        read_gguf_metadata(io.BytesIO(data), len(data), "model.gguf")
    _tensors(data, read_gguf_header(io.BytesIO(data), len(data), "model.gguf"))


def _tensors(data: bytes, header: Header) -> None:
    digests = TensorDigests(header, "model")
    digests.update(data)
    tensor_root(digests.digests().items())


def _written(data: bytes, name: str) -> Path:
    path = Path(_FOLDER.name) / name
    path.write_bytes(data)
    return path


def _guarded(read: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        with suppress(OpenModelError):
            read(data)

    return target


TARGETS: dict[str, Callable[[bytes], None]] = {
    "bundle": _guarded(_line),
    "model-sig": _guarded(_model_sig),
    "file-list": _guarded(_file_list),
    "statement": _guarded(_statement),
    "key": _guarded(_key),
    "trust": _guarded(_trust),
    "manifest": _guarded(_manifest),
    "table": _guarded(_table),
    "safetensors": _guarded(_safetensors),
    "gguf": _guarded(_gguf),
}
