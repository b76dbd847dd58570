# SPDX-License-Identifier: Apache-2.0
"""The members of a zip, read from its central directory.

Not with `zipfile`, which believes the size of the directory, refuses archives that PyTorch reads, and finds one
directory where readers disagree. What any reader could take for a member is a member here: flags, names in local
headers, counts and checksums are not believed. Source: APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.inventory.formats.views import View

__all__ = ["MAX_MEMBERS", "Directory", "Member", "read_directory"]

MAX_MEMBERS = 100_000
"""The most members that are looked at. A checkpoint has one for each tensor."""

_MAX_NAMES = 16 * 2**20  # Bytes of all names and extra fields.
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_END_SIZE, _END64_SIZE, _LOCATOR_SIZE, _ENTRY_SIZE, _LOCAL_SIZE = 22, 56, 20, 46, 30
_MAX_COMMENT = 0xFFFF
_IN_ZIP64 = 0xFFFFFFFF
_UTF8, _ENCRYPTED = 0x800, 1


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the directory."""

    name: str
    encrypted: bool
    """Whether its flags say so. Readers exist that do not look."""
    method: int
    """0 as it is, 8 deflated, others are rare."""
    packed_size: int
    """Bytes in the archive."""
    offset: int
    """Position of its local header in the view."""

    def packed(self, view: View) -> View | None:
        """The bytes as they lie in the archive; None when there is no local header."""
        local = view.read(self.offset, _LOCAL_SIZE, 0)
        if len(local) < _LOCAL_SIZE or not local.startswith(_LOCAL):
            return None
        name, extra = struct.unpack("<HH", local[26:])
        return view.part(self.offset + _LOCAL_SIZE + name + extra, self.packed_size)


@dataclass(frozen=True, slots=True)
class Directory:
    """What is in an archive."""

    members: tuple[Member, ...]
    complete: bool
    """Whether these are all."""


def read_directory(view: View) -> Directory | None:
    """Reads the central directory of a zip that ends where the view ends, whatever it begins with.

    Returns:
        None when there is none.

    Raises:
        OSError: the system does not give the bytes.
    """
    tail_at = max(view.size - _END_SIZE - _MAX_COMMENT, 0)
    tail = view.read(tail_at, _END_SIZE + _MAX_COMMENT)
    found = tail.rfind(_END)
    if found < 0 or len(tail) < found + _END_SIZE:
        return None
    end_at = tail_at + found
    size, offset = struct.unpack("<LL", tail[found + 12 : found + 20])
    places = {(offset, 0), (end_at - size, end_at - size - offset)}
    for place, end64 in _ends64(view, end_at):
        size, offset = struct.unpack("<QQ", end64[40:56])
        places |= {(offset, 0), (place - size, place - size - offset)}
    members: list[Member] = []
    complete = True
    for start, base in sorted(places):
        for member in _entries(view, start, base):
            if member is None or len(members) >= MAX_MEMBERS:
                complete = False
                break
            members.append(member)
    return Directory(tuple(members), complete) if members else None


def _ends64(view: View, end_at: int) -> Iterator[tuple[int, bytes]]:
    """The end records of Zip64, where the locator says and where they should be."""
    locator = view.read(end_at - _LOCATOR_SIZE, _LOCATOR_SIZE)
    if not locator.startswith(_LOCATOR):
        return
    for place in {int.from_bytes(locator[8:16], "little"), end_at - _LOCATOR_SIZE - _END64_SIZE}:
        found = view.read(place, _END64_SIZE)
        if found.startswith(_END64) and len(found) == _END64_SIZE:
            yield place, found


def _entries(view: View, at: int, base: int) -> Iterator[Member | None]:
    """The entries from a position on, as long as there are any; None where they go on but are too many."""
    left = _MAX_NAMES
    while True:
        fixed = view.read(at, _ENTRY_SIZE)
        if len(fixed) < _ENTRY_SIZE or not fixed.startswith(_ENTRY):
            return
        flags, method = struct.unpack("<HH", fixed[8:12])
        packed, whole, name_size, extra_size, comment_size = struct.unpack("<LLHHH", fixed[20:34])
        offset = int.from_bytes(fixed[42:46], "little")
        variable = view.read(at + _ENTRY_SIZE, name_size + extra_size)
        left -= len(variable)
        if left < 0:
            yield None
            return
        name = variable[:name_size].decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        packed, offset = _in_zip64(variable[name_size:], packed, whole, offset)
        yield Member(name, bool(flags & _ENCRYPTED), method, packed, base + offset)
        at += _ENTRY_SIZE + name_size + extra_size + comment_size


def _in_zip64(extra: bytes, packed: int, whole: int, offset: int) -> tuple[int, int]:
    """The packed size and the offset, from the extra field where 32 bits are too few; section 4.5.3."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[at : at + 4])
        if kind == 1:
            body = extra[at + 4 : at + 4 + size]
            values = (number for (number,) in struct.iter_unpack("<Q", body[: len(body) // 8 * 8]))
            if whole == _IN_ZIP64:
                next(values, 0)
            packed = next(values, packed) if packed == _IN_ZIP64 else packed
            offset = next(values, offset) if offset == _IN_ZIP64 else offset
        at += 4 + size
    return packed, offset
