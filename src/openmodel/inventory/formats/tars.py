# SPDX-License-Identifier: Apache-2.0
"""Tar archives that are not compressed: the oldest form of PyTorch files, and archives with checkpoints in them.

Source: POSIX.1-2017, pax, "ustar Interchange Format"; PyTorch, `torch/serialization.py`, `legacy_load`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from openmodel.inventory.formats.recognised import Recognised, join, of_member
from openmodel.inventory.formats.views import WINDOW, View

__all__ = ["recognise_tar"]

_BLOCK = 512
_MAX_MEMBERS = 10_000
_MOST_PHRASES = 3
_OCTAL = re.compile(rb" *([0-7]+)[\0 ]*")
_PYTORCH = {"storages", "tensors", "pickle"}


def recognise_tar(view: View, look: Callable[[View, str], Recognised]) -> Recognised | None:
    """A tar archive that is legacy PyTorch or holds something unsafe, or None.

    Args:
        view: the file.
        look: for what is in the archive.

    Raises:
        OSError: the system does not give the bytes.
    """
    if _member(view, 0) is None:
        return None
    names: set[str] = set()
    unsafe: str | None = None
    at = found = count = 0
    while count < _MAX_MEMBERS and (member := _member(view, at)):
        name, start, size = member
        count += 1
        names.add(name)
        phrase = look(view.part(start, size), name).unsafe
        found += phrase is not None
        if phrase and found <= _MOST_PHRASES:
            unsafe = join(unsafe, of_member(name, phrase))
        at = start + -(-size // _BLOCK) * _BLOCK
    if found > _MOST_PHRASES:
        unsafe = join(unsafe, f"{found - _MOST_PHRASES} more of its members are unsafe")
    if count == _MAX_MEMBERS or view.budget.spent:
        unsafe = join(unsafe, "it is an archive too large to be looked at in full")
    return Recognised("pytorch-legacy" if names >= _PYTORCH else None, unsafe)


def _member(view: View, at: int) -> tuple[str, int, int] | None:
    """The name of the member whose header is at a position, and where its bytes start and how many they are.

    The checksum tells, as tar files from before POSIX have no magic number and readers do not ask for it.
    """
    header = view.read(at, _BLOCK, WINDOW if at == 0 else 0)
    size, checksum = _OCTAL.fullmatch(header[124:136]), _OCTAL.fullmatch(header[148:156])
    if len(header) < _BLOCK or checksum is None or (size is None and header[124:125] != b"\x80"):
        return None
    if sum(header) - sum(header[148:156]) + 8 * ord(" ") != int(checksum[1], 8):
        return None
    length = int(size[1], 8) if size else int.from_bytes(header[125:136], "big")  # Binary from 8 GiB on, as GNU has it.
    return header[:100].rstrip(b"\0").decode("utf-8", "replace"), at + _BLOCK, length
