# SPDX-License-Identifier: Apache-2.0
"""Which file names a release may hold, and how a hostile name is shown.

The rules are those of `RelPath` in the manifest, asked of each name before anything is read, plus
the C1 control characters: a terminal obeys them as it does the C0 ones.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["drive_defect", "is_plain", "name_defect", "path_defect", "shown", "spelled"]

_DRIVE = re.compile("[A-Za-z]:")
_NO_NAMES = frozenset({"", ".", ".."})
# Most names and paths are plain, and asking each rule takes ten times as long.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*")


def is_plain(path: str) -> bool:
    """Whether a path, or one name, is made of ASCII letters and digits, `_`, `.`, `-` and `/`, and no name in it begins
    with a dot or a hyphen. Nothing is wrong with such a one anywhere."""
    return _PLAIN.fullmatch(path) is not None


def name_defect(name: str) -> str | None:
    """What is wrong with one name of a directory.

    Args:
        name: as the operating system gave it; bytes that are not UTF-8 are lone surrogates (PEP 383).

    Returns:
        A phrase that completes "found ..", or None when the name may stand in a manifest.
    """
    if name.isascii() and name.isprintable() and name not in _NO_NAMES and "/" not in name and "\\" not in name:
        return None
    if name in _NO_NAMES:
        return "a path with an empty, `.` or `..` segment"
    if any("\ud800" <= character <= "\udfff" for character in name):
        return "a name that is not UTF-8"
    if "/" in name or "\\" in name:
        return "a name with a slash or backslash"
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "a name with a control character"
    if not unicodedata.is_normalized("NFC", name):
        return "a name that is not in Unicode normal form NFC"
    return None


def drive_defect(path: str) -> str | None:
    """What is wrong with how a relative POSIX path begins, or None.

    Joined to a directory, `C:/x` and `C:x` leave it on Windows, so a letter and a colon are no beginning, as git has
    it there. Elsewhere a colon stays inside: at worst it names another stream of a file (`data:x`), which no listing of
    a directory shows, so that such a path is missing there. `portability` tells of those.
    """
    return "a path with a drive letter" if _DRIVE.match(path) else None


def path_defect(path: str) -> str | None:
    """What is wrong with a relative POSIX path: the first defect of its names, that it begins with a drive, or None."""
    if is_plain(path):
        return None
    return next((defect for defect in map(name_defect, path.split("/")) if defect), None) or drive_defect(path)


def spelled(name: str) -> str:
    """A name from the operating system as Unicode text, for documents: bytes that are not UTF-8 are escaped."""
    return name.encode(errors="backslashreplace").decode()


def shown(text: str, limit: int = 4096) -> str:
    """Text from outside, safe to print: characters that are not printable are escaped.

    A name may hold escape sequences or marks that reorder the line, and bytes that are not UTF-8
    cannot be printed at all.

    Args:
        text: any string, lone surrogates included.
        limit: the most characters that are kept; a longer text ends in an ellipsis.
    """
    cut = text if len(text) <= limit else text[:limit] + "…"
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in cut)
