# SPDX-License-Identifier: Apache-2.0
"""What a file is, by its content.

Nothing that a file holds is loaded, imported or run, and no more is read, unpacked or held than the modules beside this
one say. A file that is broken or cut off is recognised as what is left of it, or as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

from openmodel.errors import InventoryError
from openmodel.inventory.formats.archives import Look, recognise_zip
from openmodel.inventory.formats.arrays import recognise_npy
from openmodel.inventory.formats.compressed import recognise_compressed
from openmodel.inventory.formats.defects import find_defect
from openmodel.inventory.formats.gguf import recognise_gguf
from openmodel.inventory.formats.hdf5 import recognise_hdf5
from openmodel.inventory.formats.lfs import MAX_POINTER_BYTES, is_lfs_pointer
from openmodel.inventory.formats.marks import recognise_marked
from openmodel.inventory.formats.onnx import recognise_onnx
from openmodel.inventory.formats.onnx_data import UnreadableError, external_files
from openmodel.inventory.formats.pickles import recognise_pickle
from openmodel.inventory.formats.recognised import NOTHING, Recognised, join
from openmodel.inventory.formats.saved_model import VARIABLES, has_variables
from openmodel.inventory.formats.tars import recognise_tar
from openmodel.inventory.formats.views import View
from openmodel.inventory.safetensors import MAX_HEADER_BYTES, Header, read_open_header

__all__ = ["Contents", "look_into", "recognise"]

_MAX_DEPTH = 2  # Archives in archives: no loader looks further.
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file is, and its header where that was read for finding it out."""

    recognised: Recognised
    header: Header | None
    """Of a safetensors file."""
    needs: tuple[str, ...] = ()
    """The files without which it holds no parameters, relative to its folder, as far as it says so."""


def recognise(stream: BinaryIO, size: int, name: str) -> Recognised:
    """Says what a file is and whether loading it could run code.

    Args:
        stream: the file, which can be positioned anywhere; where it stands afterwards is not defined.
        size: bytes of the file.
        name: its name, which decides only between formats that the content allows alike.

    Raises:
        OSError: the system does not give the bytes.
    """
    return look_into(stream, size, name).recognised


def look_into(stream: BinaryIO, size: int, name: str) -> Contents:
    """The same, with the header of a safetensors file, which need not be read again then."""
    view = View(stream, size)
    header = _safetensors(stream, view)
    if header is None:
        found = _look(view, name, depth=0)
        try:
            needs, damage = _needs(view, found), None
        except UnreadableError as error:
            needs, damage = (), str(error)
        return Contents(replace(found, defect=find_defect(view, name, found.format) or damage), None, needs)
    defect = None if any(tensor.elements for tensor in header.tensors) else "it holds no tensors, or only empty ones"
    return Contents(_with_hidden(Recognised("safetensors", None, defect), view, name, depth=0), header)


def _needs(view: View, found: Recognised) -> tuple[str, ...]:
    if found.format == "onnx":
        return external_files(view)
    return (VARIABLES,) if found.format == "saved-model" and has_variables(view) else ()


def _safetensors(stream: BinaryIO, view: View) -> Header | None:
    head = view.read(0, 9)
    length = int.from_bytes(head[:8], "little")
    if head[8:] != b"{" or not 2 <= length <= min(view.size - 8, MAX_HEADER_BYTES):  # noqa: PLR2004
        return None
    stream.seek(0)
    try:
        return read_open_header(stream, view.size, "")
    except InventoryError:
        return None


def _look(view: View, name: str, *, depth: int) -> Recognised:
    head = view.read(0, MAX_POINTER_BYTES + 1)
    if not head:
        return NOTHING
    if len(head) == view.size and is_lfs_pointer(head):
        return Recognised("git-lfs-pointer", None)
    if tar := recognise_tar(view, _deeper(depth)):
        pickle = recognise_pickle(view, name)  # A zip at the end of a tar archive is one of its members.
        return _both(tar, pickle) if pickle else tar
    found = (
        recognise_gguf(view)
        or recognise_npy(view)
        or recognise_compressed(view, name)
        or recognise_onnx(view)
        or recognise_hdf5(view)
        or recognise_marked(view, name)
    )
    return _with_hidden(found, view, name, depth=depth)


def _with_hidden(found: Recognised | None, view: View, name: str, *, depth: int) -> Recognised:
    """Adds what a loader of pickles or of zips would see in the same bytes, as a file can be several things at once."""
    both = NOTHING
    # The P of a zip is an opcode that only unpicklers with an addition obey, and PyTorch's takes zips for zips.
    pickle = None if view.read(0, 4) in _ZIP_MARKS else recognise_pickle(view, name)
    for one in (found, recognise_zip(view, _deeper(depth)), pickle):
        both = _both(both, one) if one else both
    return both


def _both(first: Recognised, second: Recognised) -> Recognised:
    return Recognised(first.format or second.format, join(first.unsafe, second.unsafe), first.defect or second.defect)


def _deeper(depth: int) -> Look:
    return partial(_look_at_member, depth=depth + 1)


def _look_at_member(view: View, name: str, depth: int) -> Recognised:
    if depth <= _MAX_DEPTH:
        return _look(view, name, depth=depth)
    if view.read(0, 4, 0) in _ZIP_MARKS:
        return Recognised(None, "it is an archive in archives, too deep to be looked into")
    return recognise_pickle(view, name) or NOTHING
