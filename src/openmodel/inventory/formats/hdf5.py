# SPDX-License-Identifier: Apache-2.0
"""HDF5, in which Keras kept models before `.keras`.

Source: HDF5 File Format Specification 3.0, "II.A. Disk Format: Level 0A - Format Signature and Superblock": the
signature stands at byte 0, 512, 1024, 2048 and so on, as a user's block may precede it.
"""

from __future__ import annotations

from openmodel.inventory.formats.keras import search_view
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View

__all__ = ["hdf5_defect", "recognise_hdf5"]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_SUPERBLOCK_VERSIONS = 4
_WIDTHS = (2, 4, 8, 16)
_MIN_SUPERBLOCK = 48  # Versions 2 and 3 with 8-byte offsets; HDF5 writes nothing smaller.


def recognise_hdf5(view: View) -> Recognised | None:
    """A HDF5 file, or None. All of one is searched for a Lambda layer, as a model may stand anywhere in it.

    Raises:
        OSError: the system does not give the bytes.
    """
    return Recognised("hdf5", search_view(view)) if _superblock(view) is not None else None


def hdf5_defect(view: View) -> str | None:
    """Why a HDF5 file is not whole, a phrase that starts with "it"; None where it is. Its superblock says its length.

    Raises:
        OSError: the system does not give the bytes.
    """
    at = _superblock(view)
    if at is None:
        return None
    head = view.read(at, _MIN_SUPERBLOCK, 0)
    # Sections II.A "Version 0 Superblock" to "Version 3 Superblock": where the sizes of offsets and the end stand.
    width_at, first_at = (13, 24 if head[8] == 0 else 28) if head[8] < 2 else (9, 12)  # noqa: PLR2004
    width = head[width_at]
    if width not in _WIDTHS:
        return "it has a header that cannot be read"
    base, end = (int.from_bytes(view.read(at + place, width), "little") for place in (first_at, first_at + 2 * width))
    needed = end - base + at  # As HDF5 has it when something was put before the file.
    if needed > view.size:
        return f"it is cut off: its header says {needed:,} bytes, and there are {view.size:,}"
    return None


def _superblock(view: View) -> int | None:
    """The position of the superblock, or None."""
    at = 0
    while at + _MIN_SUPERBLOCK <= view.size:
        found = view.read(at, 9, 0)
        if found.startswith(_SIGNATURE) and found[8:] and found[8] < _SUPERBLOCK_VERSIONS:
            return at
        at = 2 * at or 512
    return None
