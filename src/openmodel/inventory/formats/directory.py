# SPDX-License-Identifier: Apache-2.0
"""The members of a zip, read from its central directory.

Not with `zipfile`, which believes the size of the directory, refuses archives that PyTorch reads, and finds one
directory where readers disagree. What any reader could take for a member is a member here: flags, names in local
headers, counts and checksums are not believed. Source: APPNOTE.TXT 6.3.10, sections 4.3, 4.5.3 and 4.6.9; miniz,
`mz_zip_reader_locate_header_sig`; CPython, `Lib/zipfile`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.inventory.formats.views import View

__all__ = ["Directory", "Member", "ends_like_zip", "read_directory"]

_MAX_NAMES = 16 * 2**20  # Bytes of all names and extra fields.
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_END_SIZE, _END64_SIZE, _LOCATOR_SIZE, _ENTRY_SIZE, _LOCAL_SIZE = 22, 56, 20, 46, 30
_TAIL = 4096 + 16 * 4093  # How far from the end miniz looks, which PyTorch has; others look no further.
_MAX_ENDS = 64  # Archives that are stored in one another give some; thousands are a trap.
_ZIP64, _UNICODE_PATH = 1, 0x7075
_IN_ZIP64 = 0xFFFFFFFF
_UTF8, _ENCRYPTED = 0x800, 1


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the directory."""

    names: tuple[str, ...]
    """The name as it is written, and other names under which readers find the member."""
    encrypted: bool
    """Whether its flags say so. Readers exist that do not look."""
    method: int
    """0 as it is, 8 deflated, others are rare."""
    packed_size: int
    """Bytes in the archive."""
    offset: int
    """Position of its local header in the view."""

    @property
    def name(self) -> str:
        """The name as it is written."""
        return self.names[0]

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
    """Reads the central directory of a zip that ends about where the view ends, whatever it begins with.

    Returns:
        None when there is none.

    Raises:
        OSError: the system does not give the bytes.
    """
    members: list[Member] = []
    read: set[tuple[int, int]] = set()
    ends = _ends(view)
    for end_at, end, is_last in ends:
        if members and not is_last:
            break
        for start, base in sorted(_places(view, end_at, end) - read):
            read.add((start, base))
            for member in _entries(view, start, base):
                if member is None or not view.budget.pay_member():
                    return Directory(tuple(members), complete=False)
                members.append(member)
    complete = len(ends) < _MAX_ENDS
    return Directory(tuple(members), complete) if members or not complete else None


def ends_like_zip(view: View) -> bool:
    """Whether there is a central directory, of which no more than the beginning is read.

    Raises:
        OSError: the system does not give the bytes.
    """
    starts = {start for end_at, end, _ in _ends(view) for start, _ in _places(view, end_at, end)}
    return any(view.read(start, len(_ENTRY)) == _ENTRY for start in sorted(starts))


def _ends(view: View) -> list[tuple[int, bytes, bool]]:
    """The records at the end of a zip, and whether a reader takes it for the last one.

    Most readers take the last signature with a whole record behind it, some the one with a comment that ends where the
    file does. Where these lead nowhere, there are readers that try what stands before.
    """
    if view.is_cut:
        return []
    tail_at = max(view.size - _TAIL, 0)
    tail = view.read(tail_at, _TAIL)
    records: list[tuple[int, bytes, bool]] = []
    at = tail.rfind(_END, 0, max(len(tail) - _END_SIZE + len(_END), 0))
    while at >= 0 and len(records) < _MAX_ENDS:
        end = tail[at : at + _END_SIZE]
        is_last = not records or at + _END_SIZE + int.from_bytes(end[20:], "little") == len(tail)
        records.append((tail_at + at, end, is_last))
        at = tail.rfind(_END, 0, at)
    return sorted(records, key=lambda record: not record[2])


def _places(view: View, end_at: int, end: bytes) -> set[tuple[int, int]]:
    """Where entries may start that the record at the end tells of, and what their offsets are counted from."""
    size, offset = struct.unpack("<LL", end[12:20])
    places = {(offset, 0), (end_at - size, end_at - size - offset)}
    for place, end64 in _ends64(view, end_at):
        size, offset = struct.unpack("<QQ", end64[40:56])
        places |= {(offset, 0), (place - size, place - size - offset)}
    return places


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
        names = [variable[:name_size].decode("utf-8" if flags & _UTF8 else "cp437", "replace")]
        for kind, content in _extra_fields(variable[name_size:]):
            if kind == _ZIP64:
                packed, offset = _in_zip64(content, packed, whole, offset)
            elif kind == _UNICODE_PATH:  # A version and a checksum, which are not believed, and a name.
                names.append(content[5:].decode("utf-8", "replace"))
        yield Member(_as_found(names), bool(flags & _ENCRYPTED), method, packed, base + offset)
        at += _ENTRY_SIZE + name_size + extra_size + comment_size


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind and the content of each extra field."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[at : at + 4])
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _in_zip64(body: bytes, packed: int, whole: int, offset: int) -> tuple[int, int]:
    """The packed size and the offset, from the extra field where 32 bits are too few; section 4.5.3."""
    values = (number for (number,) in struct.iter_unpack("<Q", body[: len(body) // 8 * 8]))
    if whole == _IN_ZIP64:
        next(values, 0)
    packed = next(values, packed) if packed == _IN_ZIP64 else packed
    return packed, next(values, offset) if offset == _IN_ZIP64 else offset


def _as_found(names: list[str]) -> tuple[str, ...]:
    """The names and those that `zipfile` makes of them, which end at a NUL and have slashes."""
    cut = [name.split("\0")[0] for name in names]
    return tuple(dict.fromkeys((*names, *cut, *(name.replace("\\", "/") for name in cut))))
