# SPDX-License-Identifier: Apache-2.0
"""Which names a list of files may hold, and which it may leave out.

Source: OpenSSF Model Signing v1.0, sections 6.1.2 and 6.2. Stricter: a name means one file on every system, and what is
left out is what belongs to git, to a cache or to the signatures. Nothing else can be hidden from who verifies.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from openmodel.inventory.exclusion import is_sealed
from openmodel.inventory.naming import path_defect
from openmodel.inventory.walking import MAX_PATH_BYTES

__all__ = ["CACHE", "NAME", "SIGNATURES", "ignored_defect", "ignored_in", "resource_defect"]

NAME = "model.sig"
SIGNATURES = frozenset({NAME, "openmodel.sig"})
CACHE = ".cache/huggingface"

_ALWAYS_IGNORED = frozenset({CACHE, ".git", ".gitattributes", ".github", ".gitignore", ".gitmodules", *SIGNATURES})
_GLOB = re.compile(r"[*?\[]")


def ignored_in(root: Path) -> tuple[str, ...]:
    """What a list of the files of a release leaves out, sorted: the same names always, and what else has `.git` in
    front at the top.

    Args:
        root: the release directory.
    """
    there = {name for name in os.listdir(root) if is_sealed(name)}  # noqa: PTH208  # Names, not paths.
    return tuple(sorted(_ALWAYS_IGNORED | there))


def resource_defect(name: str) -> str | None:
    """What is wrong with the name of a listed file, as a phrase that completes "found ..", or None."""
    if len(name) > MAX_PATH_BYTES:
        return f"a path of more than {MAX_PATH_BYTES} characters"
    return path_defect(name)


def ignored_defect(path: str) -> str | None:
    """What is wrong with a path that a list leaves out, or None."""
    if _GLOB.search(path):
        return "a pattern"
    defect = resource_defect(path)
    if defect:
        return defect
    # `.cache` is what signers pass by hand. It hides nothing here: what is in it beside the hub client's is an extra
    # file.
    if is_sealed(path) or path in SIGNATURES or path == ".cache" or path.startswith(".cache/"):
        return None
    return "a path that leaves out files of the model"
