# SPDX-License-Identifier: Apache-2.0
"""Names of licences as people and tools write them, beside an SPDX expression."""

from __future__ import annotations

import re

__all__ = ["agrees", "with_short_names"]

_LONG_NAMES = (
    (re.compile(r"creative\s+commons"), "cc"),
    (re.compile(r"attribution"), "by"),
    (re.compile(r"non-?\s?commercial"), "nc"),
    (re.compile(r"no-?\s?deriv(?:ative)?s?(?:\s+works)?"), "nd"),
    (re.compile(r"share-?\s?alike"), "sa"),
)
"""What Creative Commons has short names for."""
_LONGEST = 1000
_PART = re.compile(r"[^\W\d_]+|\d+")
_SILENT_WORDS = """
agreement and community international later licence license licenseref of only or public software standard the unknown v
version with
"""
_SILENT = frozenset(_SILENT_WORDS.split())
"""Parts of names that tell no licence from another."""
_NOTHING_SAID = frozenset({"licence", "license", "licenseref", "the", "unknown"})
"""Of those, the ones that name none at all. "Community License" is some licence, and nobody can tell which."""


def agrees(expression: str, name: str) -> bool:
    """Whether a name can stand for what an expression names: it says nothing that no part of the expression has. One of
    whose words none tells a licence from another does not, unless it names no licence at all.

    `Apache` and `Apache License, Version 2.0` agree with `Apache-2.0`; `CC-BY-NC-4.0` does not with `CC-BY-4.0`.

    Args:
        expression: an SPDX expression, or any text in its place.
        name: any text.
    """
    parts = _all_parts(name)
    said = parts - _SILENT
    if not said:
        return parts <= _NOTHING_SAID
    return any(said <= _parts(part) for part in re.split(r"(?i)[()]|\s(?:and|or|with)\s", expression[:_LONGEST]))


def _parts(name: str) -> set[str]:
    return _all_parts(name) - _SILENT


def _all_parts(name: str) -> set[str]:
    return set(_PART.findall(with_short_names(name[:_LONGEST].lower())))


def with_short_names(text: str) -> str:
    """A text in small letters, in which what Creative Commons has short names for is called by these."""
    for long, short in _LONG_NAMES:
        text = long.sub(f" {short} ", text)
    return text
