# SPDX-License-Identifier: Apache-2.0
"""The globs by which users name tensors."""

from __future__ import annotations

import re
from collections.abc import Collection
from fnmatch import translate

__all__ = ["named_by"]


def named_by(glob: str, names: Collection[str]) -> list[str]:
    """The names of tensors that a glob names: the one that reads the same, if there is one, or else all that match.

    Args:
        glob: as in `fnmatch`: `*` stands for any characters, dots and slashes too, and `?` for one. Case counts.
        names: of tensors, in the order in which they are to be given; looked up quickly if it is a mapping or set.
    """
    if glob in names:
        return [glob]
    return list(filter(re.compile(translate(glob)).match, names))
