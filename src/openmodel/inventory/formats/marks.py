# SPDX-License-Identifier: Apache-2.0
"""Formats that a few bytes tell, and that hold no code of Python.

Source: TensorFlow Lite, `tflite/schema/schema.fbs`, `file_identifier`; fastText, `src/fasttext.cc`,
FASTTEXT_FILEFORMAT_MAGIC_INT32 and FASTTEXT_VERSION; TensorFlow, `core/protobuf/saved_model.proto`, message SavedModel,
and `core/lib/io/format.h`, kTableMagicNumber; Core ML Tools, `mlmodel/src/MILBlob/Blob/StorageFormat.hpp`.
"""

from __future__ import annotations

from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View

__all__ = ["recognise_marked"]

_TFLITE = b"TFL3"
_FASTTEXT = tuple((793712314).to_bytes(4, "little") + version.to_bytes(4, "little") for version in (11, 12))
_SAVED_MODEL = b"\x08\x01\x12"
_TABLE = (0xDB4775248B80FB57).to_bytes(8, "little")
_BLOBS, _BLOB, _FIRST_BLOB = (2).to_bytes(4, "little"), (0xDEADBEEF).to_bytes(4, "little"), 64


def recognise_marked(view: View, path: str) -> Recognised | None:
    """A file of one of these formats, or None.

    Args:
        view: the file.
        path: its path, whose last name has to be right as well where the mark is short or of others too.

    Raises:
        OSError: the system does not give the bytes.
    """
    head, name = view.read(0, _FIRST_BLOB + 4), path.rpartition("/")[2]
    if head[4:8] == _TFLITE:
        return Recognised("tflite", None)
    if head.startswith(_FASTTEXT):
        return Recognised("fasttext", None)
    if name == "saved_model.pb" and head.startswith(_SAVED_MODEL):
        return Recognised("saved-model", None)
    if name.endswith(".index") and view.read(view.size - len(_TABLE), len(_TABLE), 0) == _TABLE:
        return Recognised("tensorflow-checkpoint", None)
    if head[4:8] == _BLOBS and head[_FIRST_BLOB:] == _BLOB:
        return Recognised("coreml-weights", None)
    return None
