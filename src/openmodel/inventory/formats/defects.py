# SPDX-License-Identifier: Apache-2.0
"""Files that have the name of a model and cannot be one: pages saved in its place, downloads that broke off.

A file of an unknown format is no fault. So only what no model can be is told, and mostly only of files with names that
are for models; formats that say how long a file is are held to it in their own modules.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from openmodel.inventory.formats.arrays import npy_defect
from openmodel.inventory.formats.directory import ends_like_zip, read_directory
from openmodel.inventory.formats.endings import BINARY_ENDINGS, OF_R, SHARD, TEXT_MARKS
from openmodel.inventory.formats.hdf5 import hdf5_defect
from openmodel.inventory.formats.onnx import is_cut_onnx
from openmodel.inventory.formats.pages import is_html, is_xml
from openmodel.inventory.formats.pickles import legacy_defect, words_defect
from openmodel.inventory.formats.saved_model import saved_model_defect
from openmodel.inventory.formats.tflite import tflite_defect
from openmodel.inventory.formats.views import WINDOW, View
from openmodel.inventory.gguf_tensors import NO_TENSORS
from openmodel.manifest.measured import Format

__all__ = ["find_defect"]

# What huggingface_hub, browsers, wget, aria2 and torrents call what they have not fetched in full.
_UNFINISHED = (".incomplete", ".crdownload", ".part", ".partial", ".download", ".opdownload", ".aria2", ".!qb", ".!ut")
# Files that were cut on purpose, to be joined again; whether all are there is asked where all names are known.
_PIECE = re.compile(r"[-_.](?:part|split)[-_.]?[0-9a-z-]+$|\.[0-9]{3}$")

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NOT_TEXT = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SAMPLES = 16


def _pytorch_defect(view: View) -> str | None:
    """Why an archive of PyTorch holds no tensors: its storages are members of a folder."""
    directory = read_directory(view)
    if directory is None or not directory.complete:
        return None
    names = (name for member in directory.members if member.packed_size for name in member.names)
    return None if any(re.search(r"(^|/)(data|tensors)/", name) for name in names) else "it holds no tensors"


_DEFECTS: dict[Format, Callable[[View], str | None]] = {
    "hdf5": hdf5_defect,
    "joblib": words_defect,
    "npy": npy_defect,
    "pickle": words_defect,
    "pytorch": _pytorch_defect,
    "pytorch-legacy": legacy_defect,
    "saved-model": saved_model_defect,
    "tflite": tflite_defect,
}
_ZIP = b"PK\x03\x04"
_NO_MEMBERS = b"PK\x05\x06" + bytes(8)


def find_defect(view: View, path: str, known: Format | None, of_tensors: str | None = None) -> str | None:
    """Why a file cannot be the model that it seems to be, a phrase that starts with "it"; None where it can.

    Args:
        view: the file.
        path: its path.
        known: the format that its content shows.
        of_tensors: what is wrong with its tensors, where that was found already.

    Raises:
        OSError: the system does not give the bytes.
    """
    name = path.rpartition("/")[2].lower()
    if name.endswith(_UNFINISHED):
        return "it has the name of a download that is not finished"
    if _PIECE.search(name):
        return None
    if known == "gguf":
        is_first_shard = (shard := SHARD.search(name)) and shard[1].lstrip("0") != shard[2].lstrip("0")
        # A first shard may hold nothing but keys, if others follow.
        return None if of_tensors == NO_TENSORS and is_first_shard else of_tensors
    if known in _DEFECTS:
        return _DEFECTS[known](view)
    if known is None and name.endswith(".json"):
        head = view.read(0, WINDOW)
        return "it is a page and not the JSON that its name says" if is_html(head) or is_xml(head) else None
    if known is None and view.size and name.endswith((*TEXT_MARKS, *OF_R)):
        return _no_model(view.read(0, WINDOW), name)
    return _unknown(view, name) if known is None and view.size and name.endswith(BINARY_ENDINGS) else None


def _no_model(head: bytes, name: str) -> str | None:
    """Why a file of a model that may be text cannot be one. R begins what it keeps as text with a letter or a name."""
    mark = TEXT_MARKS.get(name[name.rindex(".") :])
    is_one = mark in head if mark is not None else _text(head) is None or head.startswith((b"A\n", b"RD"))
    return None if is_one else "it is not the model that its name says"


def _unknown(view: View, name: str) -> str | None:
    """What a file of no known format is instead of a model."""
    head = view.read(0, WINDOW)
    if what := _text(head):
        return f"it is {what} and not the model that its name says"
    if not head.strip(b"\0") and _is_zeros(view):
        return "it is nothing but zeros"
    if name.endswith(".onnx") and is_cut_onnx(view):
        return "it is an ONNX model that is cut off"
    if head.startswith(_NO_MEMBERS):
        return "it is a zip archive with nothing in it"
    if head.startswith(_ZIP) and not view.budget.spent and not ends_like_zip(view):
        return "it is a zip archive that is cut off"
    return None


def _text(head: bytes) -> str | None:
    """What sort of text begins so, or None."""
    if head.startswith(_UTF16_MARKS):
        return "text"
    if is_html(head):
        return "an HTML page"
    if _NOT_TEXT.search(head):
        return None
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if len(head) - error.start >= 4 or len(head) < WINDOW:  # noqa: PLR2004  # Else a character that the window cut.
            return None
    return "text"


def _is_zeros(view: View) -> bool:
    """Whether all of a file is zeros, as far as some places in it tell: its length was reserved and never filled."""
    places = {view.size * number // _SAMPLES for number in range(_SAMPLES)} | {max(view.size - WINDOW, 0)}
    return not any(view.read(place, WINDOW).strip(b"\0") for place in sorted(places))
