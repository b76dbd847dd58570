# SPDX-License-Identifier: Apache-2.0
"""Pointers of Git LFS: small text files that stand where a large file was not fetched.

Source: Git LFS, `docs/spec.md`, "The Pointer"; the two older addresses: `lfs/pointer.go`, v1Aliases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["MAX_POINTER_BYTES", "LfsPointer", "is_lfs_pointer", "read_lfs_pointer"]

MAX_POINTER_BYTES = 1023
"""Pointers are shorter than 1,024 bytes."""

_LIKE_POINTER = re.compile(rb"(?:\xef\xbb\xbf)?\s*version\s+https?://(?:git-lfs|hawser|git-media)\b", re.IGNORECASE)

_POINTER = re.compile(
    rb"version (?:https://git-lfs\.github\.com/spec/v1|https://hawser\.github\.com/spec/v1|http://git-media\.io/v/2)\r?\n"
    rb"(?:ext-[0-9]-[\w.-]+ sha256:[0-9a-f]{64}\r?\n)*"
    rb"oid sha256:(?P<oid>[0-9a-f]{64})\r?\n"
    rb"size (?P<size>0|[1-9][0-9]{0,18})\s*"
)


@dataclass(frozen=True, slots=True)
class LfsPointer:
    """The file that is not here."""

    sha256: str
    """SHA-256 of its bytes, 64 lower-case hex digits."""
    size: int
    """Its size in bytes."""


def read_lfs_pointer(content: bytes) -> LfsPointer | None:
    """Reads the content of a whole file as a pointer.

    Args:
        content: all bytes of the file, or at least its first 1,024.

    Returns:
        None when it is not a pointer.
    """
    found = _POINTER.fullmatch(content) if len(content) <= MAX_POINTER_BYTES else None
    return LfsPointer(found["oid"].decode(), int(found["size"])) if found else None


def is_lfs_pointer(content: bytes) -> bool:
    """Whether the content of a whole file is a pointer, or was one before somebody cut, edited or converted it.

    Such a file is not the one that it stands for, even where Git LFS could not fetch that by it.

    Args:
        content: all bytes of the file, or at least its first 1,024.
    """
    return len(content) <= MAX_POINTER_BYTES and _LIKE_POINTER.match(content) is not None
