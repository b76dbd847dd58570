# SPDX-License-Identifier: Apache-2.0
"""Zip archives, which PyTorch, TorchScript, NumPy and Keras write, and what in them runs when it is loaded.

The beginning of every member is looked at, whatever it is called. Source: PyTorch,
`caffe2/serialize/inline_container.h`; NumPy, `numpy.savez`; Keras, `keras/src/saving/saving_lib.py`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from openmodel.inventory.formats.compressed import MAX_UNPACKED, unpacked
from openmodel.inventory.formats.directory import Directory, Member, read_directory
from openmodel.inventory.formats.keras import search_view
from openmodel.inventory.formats.opcodes import follow
from openmodel.inventory.formats.pickles import find_pickles, why_unsafe
from openmodel.inventory.formats.recognised import Recognised, join, named, of_member
from openmodel.inventory.formats.tars import begins_like_tar
from openmodel.inventory.formats.views import View
from openmodel.manifest.measured import Format

__all__ = ["Look", "recognise_zip"]

Look = Callable[[View, str], Recognised]
"""Recognises the content of a member."""

_STORED, _DEFLATED = 0, 8
_CONFIGURATION = "config.json"  # Of Keras, which asks for its weights only when it has run it.
_FIRST = 512  # Enough to see that most members are harmless.
_MAX_CONFIGURATION = 16 * 2**20
_MOST_PHRASES = 3
# Of what is not a pickle and can be unsafe: NumPy, HDF5, zip, gzip, bzip2, xz, LZMA, and zlib in two ways.
_MARKS = (b"\x93NUMPY", b"\x89HDF", b"PK", b"\x1f\x8b", b"BZh", b"\xfd7z", b"\x5d\x00", b"\x78", b"ZF")


def recognise_zip(view: View, look: Look) -> Recognised | None:
    """A zip archive, at the beginning of the file or behind something else, or None.

    Args:
        view: the file.
        look: for what is in the archive.

    Raises:
        OSError: the system does not give the bytes.
    """
    directory = read_directory(view)
    if directory is None:
        return None
    kind = _kind(directory)
    phrases: list[str] = []
    unread: list[str] = []
    is_new = False
    for member in directory.members:
        packed = member.packed(view)
        if packed is not None and not packed.is_new(_how(member)):
            continue  # A directory can point to the same bytes many times.
        is_new = True
        content = _content(packed, member) if packed else None
        phrase = _why_unsafe(member, content, kind, look) if content else None
        if phrase:
            phrases.append(phrase)
        elif member.encrypted or member.method not in {_STORED, _DEFLATED}:
            unread.append(member.name)
    complete = directory.complete and not view.budget.spent
    if not is_new and complete:
        return None  # It was found before, as a member of an archive that ends with it.
    return Recognised(kind, _together(kind, phrases, unread, complete=complete))


def _kind(directory: Directory) -> Format | None:
    names = {name for member in directory.members for name in member.names}
    # PyTorch does not tell capitals from small letters.
    below = {part.lower() for name in names for part in (name, name.partition("/")[2])}
    if "constants.pkl" in below and any(name.startswith("code/") for name in below):
        return "torchscript"
    if "data.pkl" in below:
        return "pytorch"
    if _CONFIGURATION in names and names & {"metadata.json", "model.weights.h5", "model.weights.npz"}:
        return "keras"
    is_npz = all(any(name.endswith(".npy") for name in member.names) for member in directory.members)
    return "npz" if is_npz and names else None


def _is_configuration(member: Member) -> bool:
    return _CONFIGURATION in member.names


def _how(member: Member) -> tuple[object, ...]:
    """What decides how the bytes of a member are looked at."""
    endings = tuple(any(name.endswith(ending) for name in member.names) for ending in ("pkl", ".joblib"))
    return member.method, _is_configuration(member), *endings


def _content(packed: View, member: Member) -> View | None:
    """What is in a member, or what of it is enough; None when it cannot be unpacked here."""
    if member.method not in {_STORED, _DEFLATED}:
        return None
    if member.method == _STORED:
        return packed
    if _is_configuration(member):
        return _deflated(packed, _MAX_CONFIGURATION)
    first = _deflated(packed, _FIRST)
    beginning = first.read(0, _FIRST)
    seen = follow(first)
    harmless = seen.ended == "broken" and not seen.marked and not seen.imports
    harmless = harmless and not beginning.startswith(_MARKS) and not begins_like_tar(first)
    return first if harmless else _deflated(packed, MAX_UNPACKED)


def _deflated(packed: View, limit: int) -> View:
    return unpacked(packed, lambda: zlib.decompressobj(-zlib.MAX_WBITS), limit, streams=False)


def _why_unsafe(member: Member, content: View, kind: Format | None, look: Look) -> str | None:
    if _is_configuration(member) and (unsafe := search_view(content)):
        return unsafe
    if kind == "torchscript" and member.name.endswith("pkl"):
        # The interpreter of TorchScript reads these, and knows no imports but its own.
        pickles = find_pickles(content)
        unsafe = why_unsafe(pickles) if pickles and pickles.unusual else None
    else:
        unsafe = look(content, member.name).unsafe
    return of_member(member.name, unsafe) if unsafe else None


def _together(kind: Format | None, phrases: list[str], unread: list[str], *, complete: bool) -> str | None:
    unsafe: str | None = None
    if kind == "torchscript":
        unsafe = "it is a TorchScript program, which runs when it is called"
    elif kind == "pytorch" and not phrases:
        unsafe = "it is a PyTorch file, in which data.pkl should be a pickle"
    for phrase in phrases[:_MOST_PHRASES]:
        unsafe = join(unsafe, phrase)
    if len(phrases) > _MOST_PHRASES:
        unsafe = join(unsafe, f"{len(phrases) - _MOST_PHRASES} more of its members are unsafe")
    if unread:
        unsafe = join(unsafe, f"it holds what cannot be looked into: {named(unread)}")
    return unsafe if complete else join(unsafe, "it is an archive too large to be looked at in full")
