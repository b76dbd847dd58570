# SPDX-License-Identifier: Apache-2.0
"""What a file is, by its content.

Nothing that a file holds is loaded, imported or run, and no more is read, unpacked or held than the modules beside this
one say. A file that is broken or cut off is recognised as what is left of it, or as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO

from openmodel.inventory.formats.archives import recognise_zip
from openmodel.inventory.formats.arrays import recognise_npy
from openmodel.inventory.formats.compressed import recognise_compressed
from openmodel.inventory.formats.defects import find_defect
from openmodel.inventory.formats.directory import ends_like_zip
from openmodel.inventory.formats.gguf import recognise_gguf
from openmodel.inventory.formats.hdf5 import recognise_hdf5
from openmodel.inventory.formats.lfs import MAX_POINTER_BYTES, is_lfs_pointer
from openmodel.inventory.formats.marks import recognise_marked
from openmodel.inventory.formats.no_code import why_no_code
from openmodel.inventory.formats.no_content import why_no_content
from openmodel.inventory.formats.onnx import recognise_onnx
from openmodel.inventory.formats.onnx_data import UnreadableError, external_files
from openmodel.inventory.formats.pickles import recognise_pickle
from openmodel.inventory.formats.recognised import NOTHING, Recognised, join
from openmodel.inventory.formats.saved_model import VARIABLES, has_variables
from openmodel.inventory.formats.tars import begins_like_tar, recognise_tar
from openmodel.inventory.formats.views import View
from openmodel.inventory.gguf_tensors import GgufTensors, look_at_tensors
from openmodel.inventory.header import Header
from openmodel.inventory.safetensors import BEGINNING, find_header

__all__ = ["Contents", "look_into", "recognise"]

_MAX_DEPTH = 2  # Archives in archives: no loader looks further.
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file is, and its header where that was read for finding it out."""

    recognised: Recognised
    header: Header | None
    """Of a safetensors file, or a GGUF file that can be read strictly."""
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
    """The same, with the header of a file of tensors, which need not be read again then."""
    view = View(stream, size)
    header = find_header(stream, size, view.read(0, BEGINNING))
    found = _look(view, name, depth=0)
    if header is None:
        try:
            needs, damage = _needs(view, found), None
        except UnreadableError as error:
            needs, damage = (), str(error)
        no_code = (why_no_code(view, name) or why_no_content(view, name)) if found.format is None else None
        tensors = look_at_tensors(view) if found.format == "gguf" else GgufTensors(None, None)
        header, defect = tensors.header, find_defect(view, name, found.format, tensors.defect)
        found = replace(found, defect=defect or damage or no_code)
    else:
        needs = ()
        is_empty = not any(tensor.elements for tensor in header.tensors)
        defect = "it holds no tensors, or only empty ones" if is_empty else None
        found = replace(found, format="safetensors", defect=defect)
    if view.budget.spent and not found.unsafe:
        found = replace(found, unsafe="it is too large to be looked at in full (followed only in part)")
    return Contents(found, header, needs)


def _needs(view: View, found: Recognised) -> tuple[str, ...]:
    if found.format == "onnx":
        return external_files(view)
    return (VARIABLES,) if found.format == "saved-model" and has_variables(view) else ()


def _look(view: View, name: str, *, depth: int) -> Recognised:
    """What every loader would see in the same bytes, as a file can be several things at once: none hides another.

    The first that has a format gives the format.
    """
    head = view.read(0, MAX_POINTER_BYTES + 1)
    if not head:
        return NOTHING
    # The P of a zip is an opcode that only unpicklers with an addition obey, and PyTorch's takes zips for zips.
    is_zip = head.startswith(_ZIP_MARKS)
    all_found = (
        Recognised("git-lfs-pointer", None) if len(head) == view.size and is_lfs_pointer(head) else None,
        recognise_gguf(view),
        recognise_npy(view),
        recognise_compressed(view, name),
        recognise_onnx(view),
        recognise_hdf5(view),
        recognise_marked(view, name),
        *_archives(view, is_zip=is_zip, depth=depth),
        None if is_zip else recognise_pickle(view, name),
    )
    unsafe: str | None = None
    for found in all_found:
        unsafe = join(unsafe, found.unsafe) if found else unsafe
    return Recognised(next((found.format for found in all_found if found and found.format), None), unsafe)


def _archives(view: View, *, is_zip: bool, depth: int) -> tuple[Recognised | None, ...]:
    """What a tar archive holds that begins here, and a zip that ends here: it may begin with anything."""
    if depth > _MAX_DEPTH:
        is_archive = is_zip or begins_like_tar(view) or ends_like_zip(view)
        return (Recognised(None, "it is an archive in archives, too deep to be looked into") if is_archive else None,)
    if is_zip and view.is_cut:
        return (Recognised(None, "it is a packed archive too large to be looked into (followed only in part)"),)

    def look(member: View, name: str) -> Recognised:
        return _look(member, name, depth=depth + 1)

    return recognise_tar(view, look), recognise_zip(view, look)
