# SPDX-License-Identifier: Apache-2.0
"""Tar archives that are not compressed: the oldest form of PyTorch files, and archives with checkpoints in them.

Members are found as Python's `tarfile` finds them, which loads such files. Where readers go different ways, or the way
is lost, that is said. Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual,
"Basic Tar Format"; PyTorch, `torch/serialization.py`, `legacy_load`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from openmodel.inventory.formats.recognised import Recognised, join, of_member
from openmodel.inventory.formats.views import WINDOW, View

__all__ = ["begins_like_tar", "recognise_tar"]

_BLOCK = 512
_ASCII = bytes(range(128))
_MAX_MEMBERS = 10_000
_MAX_EXTENDED = 2**20  # Bytes of one extended header.
_MOST_PHRASES = 3
_PYTORCH = {"storages", "tensors", "pickle"}
_RECORD = re.compile(rb"(\d{1,9}) ([^=]+)=")
_WITHOUT_DATA = frozenset(b"123456")  # Links, devices, directories, FIFOs: `tarfile` reads no data of them.
_EXTENDED, _GLOBAL, _LONG_NAME, _LONG_LINK, _SPARSE = frozenset(b"xX"), ord("g"), ord("L"), ord("K"), ord("S")
_PLAIN_OLD, _DIRECTORY = 0, ord("5")


def recognise_tar(view: View, look: Callable[[View, str], Recognised]) -> Recognised | None:
    """A tar archive that is legacy PyTorch or holds something unsafe, or None.

    Args:
        view: the file.
        look: for what is in the archive.

    Raises:
        OSError: the system does not give the bytes.
    """
    if not begins_like_tar(view):
        return None
    archive = _Archive(view)
    names: set[str] = set()
    unsafe: str | None = None
    found = 0
    for name, start, size in archive.members():
        names.add(name)
        phrase = look(view.part(start, size), name).unsafe
        found += phrase is not None
        if phrase and found <= _MOST_PHRASES:
            unsafe = join(unsafe, of_member(name, phrase))
    if found > _MOST_PHRASES:
        unsafe = join(unsafe, f"{found - _MOST_PHRASES} more of its members are unsafe")
    if archive.count >= _MAX_MEMBERS or view.budget.spent:
        unsafe = join(unsafe, "it is an archive too large to be looked at in full")
    elif not archive.complete:
        unsafe = join(unsafe, "it is a tar archive in which readers find different members (followed only in part)")
    return Recognised("pytorch-legacy" if names >= _PYTORCH else None, unsafe)


def begins_like_tar(view: View) -> bool:
    """Whether the first 512 bytes are the header of a member.

    Raises:
        OSError: the system does not give the bytes.
    """
    return _header(view, 0) is not None


@dataclass(frozen=True, slots=True)
class _Header:
    """The block before a member."""

    name: str
    kind: int
    """The type flag."""
    size: int
    is_extended: bool
    """Whether more of the map of a sparse file follows, in the old form of GNU."""


@dataclass(slots=True)
class _Archive:
    """A position in an archive, and what headers said of the members to come."""

    view: View
    at: int = 0
    count: int = 0
    """Headers that were read."""
    complete: bool = True
    """Whether no reader is known to find other members."""
    _name: str | None = None
    _size: int | None = None
    _global_size: int | None = None

    def members(self) -> Iterator[tuple[str, int, int]]:
        """The name of each member, where its bytes start and how many they are."""
        while self.count < _MAX_MEMBERS:
            header = _header(self.view, self.at)
            if header is None:
                # Zeros end an archive, as the end of the file does; other readers search on behind anything else.
                block = self.view.read(self.at, _BLOCK)
                is_seen = bool(block) or self.at >= self.view.size
                self.complete = self.complete and is_seen and not block.strip(b"\0")
                return
            if not self.view.budget.pay_member():
                return
            self.count += 1
            self.at += _BLOCK
            if header.kind in _EXTENDED or header.kind in {_GLOBAL, _LONG_NAME, _LONG_LINK}:
                self._take_in(header)
                continue
            self._pass_map(header)
            size = header.size if self._size is None else self._size
            if size < 0:
                self.complete = False
                return
            name = header.name if self._name is None else self._name
            if header.kind in _WITHOUT_DATA:
                self.complete = self.complete and not size
                size = 0
            yield name, self.at, size if self._global_size is None else self._global_size
            self.at += _blocks(size)
            self._name = self._size = None

    def _take_in(self, header: _Header) -> None:
        """What a header before a member says of it."""
        size = _blocks(max(header.size, 0))  # `tarfile` reads what fills up the last block as well.
        content = self.view.read(self.at, min(size, _MAX_EXTENDED))
        self.complete = self.complete and header.size >= 0 and size <= _MAX_EXTENDED
        self.at += size
        if header.kind == _LONG_NAME and self._name is None:
            self._name = content.split(b"\0")[0].decode("utf-8", "replace")
        if header.kind in {_LONG_NAME, _LONG_LINK}:
            return
        records = dict(self._records(content))
        if any(key.startswith(b"GNU.sparse.") for key in records):
            self.complete = False  # Its bytes are put together from pieces.
        stated = _whole(records[b"size"]) if b"size" in records else None
        if header.kind == _GLOBAL:
            self.complete = self.complete and stated is None
            self._global_size = self._global_size if stated is None else stated
            return
        # Of several headers before a member the first one has the last word.
        self._size = stated if self._size is None else self._size
        if self._name is None and b"path" in records:
            self._name = records[b"path"].decode("utf-8", "replace").rstrip("/")

    def _records(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        at = 0
        while found := _RECORD.match(content, at):
            length = int(found[1])
            if length <= found.end() - at:
                break
            yield found[2], content[found.end() : at + length - 1]
            at += length
        self.complete = self.complete and not content[at:].strip(b"\0")

    def _pass_map(self, header: _Header) -> None:
        """Passes what is left of the map of a sparse file."""
        if header.kind != _SPARSE:
            return
        self.complete = False
        more = header.is_extended
        while more and self.count < _MAX_MEMBERS and self.view.budget.pay_member():
            self.count += 1
            more = bool(self.view.read(self.at + 504, 1).strip(b"\0"))
            self.at += _BLOCK


def _blocks(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _header(view: View, at: int) -> _Header | None:
    """The header at a position, or None.

    The checksum tells, as tar files from before POSIX have no magic number and readers do not ask for it.
    """
    block = view.read(at, _BLOCK, WINDOW if at == 0 else 0)
    size, checksum = _number(block[124:136]), _number(block[148:156])
    if len(block) < _BLOCK or size is None or not block.strip(b"\0"):
        return None
    summed = block[:148] + b" " * 8 + block[156:]
    total = sum(summed)
    if checksum not in {total, total - 256 * len(summed.translate(None, _ASCII))}:  # Of signed bytes as well.
        return None
    name, kind = block[:100].split(b"\0")[0].decode("utf-8", "replace"), block[156]
    if kind == _PLAIN_OLD and name.endswith("/"):
        kind = _DIRECTORY
    return _Header(name.rstrip("/"), kind, size, bool(block[482]))


def _number(field: bytes) -> int | None:
    """A number in a header: octal as `int` reads it, or binary, as GNU has it from 8 GiB on."""
    if field[:1] in {b"\x80", b"\xff"}:
        number = int.from_bytes(field[1:], "big")
        return number if field[:1] == b"\x80" else number - 256 ** (len(field) - 1)
    try:
        return int(field.split(b"\0")[0].decode("ascii").strip() or "0", 8)
    except ValueError:
        return None


def _whole(text: bytes) -> int:
    """A size in an extended header, which is 0 for `tarfile` when it is none."""
    try:
        return int(text.decode("utf-8", "replace"))  # Not of bytes, which have no digits of other scripts.
    except ValueError:
        return 0
