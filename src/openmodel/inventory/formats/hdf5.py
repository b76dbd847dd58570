# SPDX-License-Identifier: Apache-2.0
"""HDF5, in which Keras kept models before `.keras`.

Source: HDF5 File Format Specification 3.0, "II.A. Disk Format: Level 0A - Format Signature and Superblock": the
signature stands at byte 0, 512, 1024, 2048 and so on, as a user's block may precede it.
"""

from __future__ import annotations

from openmodel.inventory.formats.keras import search_view
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View

__all__ = ["recognise_hdf5"]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_SUPERBLOCK_VERSIONS = 4
_MIN_SUPERBLOCK = 48  # Versions 2 and 3 with 8-byte offsets; HDF5 writes nothing smaller.


def recognise_hdf5(view: View) -> Recognised | None:
    """A HDF5 file, or None. All of one is searched for a Lambda layer, as a model may stand anywhere in it.

    Raises:
        OSError: the system does not give the bytes.
    """
    at = 0
    while at + _MIN_SUPERBLOCK <= view.size:
        found = view.read(at, 9, 0)
        if found.startswith(_SIGNATURE) and found[8:] and found[8] < _SUPERBLOCK_VERSIONS:
            return Recognised("hdf5", search_view(view))
        at = 2 * at or 512
    return None
