# SPDX-License-Identifier: Apache-2.0
"""What a file of a release is, told by its content, and whether loading it could run code.

`recognising` asks one module after the other; `docs/formats.md` says how each tells its format and what it can miss.
"""

from __future__ import annotations

from openmodel.inventory.formats.lfs import LfsPointer, is_lfs_pointer, read_lfs_pointer
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.recognising import Contents, look_into, recognise

__all__ = ["Contents", "LfsPointer", "Recognised", "is_lfs_pointer", "look_into", "read_lfs_pointer", "recognise"]
