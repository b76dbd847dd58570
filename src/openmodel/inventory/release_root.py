# SPDX-License-Identifier: Apache-2.0
"""The release root: one digest for all files of a release.

A Merkle tree rather than a digest of a list, so that one file can be proved a part of a release
without the list of all others. Source: `docs/spec/release-root.md`; RFC 9162, section 2.1.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable
from itertools import pairwise, starmap

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.merkle import tree_head
from openmodel.inventory.naming import path_defect, shown
from openmodel.manifest.values import MAX_INTEGER

__all__ = ["DOMAIN", "release_root"]

DOMAIN = b"openmodel release root v1"
"""Separates these digests from those of other trees and other versions; ASCII."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


_length = struct.Struct(">Q").pack
"""Eight bytes, the first the highest."""


# 0x00 keeps leaves apart from nodes (RFC 9162, section 2.1.1), the lengths keep fields apart.
_BEFORE_PATH = b"\x00" + _length(len(DOMAIN)) + DOMAIN
_BEFORE_SIZE = _length(8)
_BEFORE_DIGEST = _length(32)


def release_root(files: Iterable[tuple[str, int, str]]) -> str:
    """The release root of files given as (path, size, sha256).

    Invariant: for every permutation p, release_root(p(files)) == release_root(files).

    Args:
        files: relative POSIX path in NFC, size in bytes (0 to 2^53-1), SHA-256 as 64 lower-case hex digits.

    Returns:
        64 lower-case hexadecimal digits.

    Raises:
        InventoryError: no files, a path twice, or a value that is not of that form. Lists all of them.
    """
    # UTF-8 bytes sort as the code points do, which is how Python compares strings.
    listed = sorted(files)
    problems = [problem for file in listed if not _is_plain(*file) for problem in _defects(*file)]
    problems += [
        Problem(shown(one[0]), "this path twice", "every path once", "Leave one of the two out.")
        for one, following in pairwise(listed)
        if one[0] == following[0]
    ]
    if not listed:
        problems.append(
            Problem("", "no files", "at least one file", "Put files into the release before it is identified.")
        )
    if problems:
        raise InventoryError(problems)
    head = tree_head(list(starmap(_leaf, listed)))
    return hashlib.sha256(b"\x02" + DOMAIN + _length(len(listed)) + head).hexdigest()


def _is_plain(path: str, size: int, sha256: str) -> bool:
    return 0 <= size <= MAX_INTEGER and _SHA256.fullmatch(sha256) is not None and path_defect(path) is None


def _defects(path: str, size: int, sha256: str) -> Iterable[Problem]:
    defect = path_defect(path)
    if defect:
        yield Problem(shown(path), defect, "a relative POSIX path in NFC", "Rename the file.")
    if not 0 <= size <= MAX_INTEGER:
        yield Problem(shown(path), f"the size {size}", "0 to 2^53-1 bytes", "Measure the file again.")
    if not _SHA256.fullmatch(sha256):
        yield Problem(
            shown(path),
            f"the SHA-256 {shown(sha256, 80)!r}",
            "64 lower-case hexadecimal digits",
            "Measure the file again.",
        )


def _leaf(path: str, size: int, sha256: str) -> bytes:
    name, digest = path.encode(), bytes.fromhex(sha256)
    fields = (_BEFORE_PATH, _length(len(name)), name, _BEFORE_SIZE, _length(size), _BEFORE_DIGEST, digest)
    return hashlib.sha256(b"".join(fields)).digest()
