# SPDX-License-Identifier: Apache-2.0
"""What in a release directory is not inventoried.

These are the inputs and outputs of the tool itself, which other fields of the manifest or the
signatures bind, and what git and the hub client keep. They are listed, so that a reader of the
manifest sees that something is there that it does not bind.
"""

from __future__ import annotations

__all__ = [
    "CARD",
    "DECLARATION",
    "MANIFEST",
    "RECORDS",
    "RESERVED_FILES",
    "TENSORS",
    "WRITTEN_FILES",
    "is_excluded",
    "is_ordinary",
    "is_sealed",
    "reserved_twin",
]

DECLARATION = "openmodel.yaml"
"""What people write; bound by `measured.built_from`."""
MANIFEST = "openmodel.json"
"""The manifest, which cannot hold its own digest."""
TENSORS = "openmodel.tensors.json"
"""The table of tensors; bound by `measured.weights[].table`."""
CARD = "README.md"
"""The model card, written after the manifest, which it quotes; the signature binds it."""

RECORDS = "openmodel.records"
"""The directory of run records; the records are bound by `measured.built_from`."""

RESERVED_FILES = frozenset({DECLARATION, MANIFEST, TENSORS, "openmodel.sig", "model.sig", CARD})
"""Files directly in the release directory; a file of such a name further down is an ordinary one."""

WRITTEN_FILES = RESERVED_FILES - {DECLARATION}
"""Those that the tool writes itself, after the inventory was taken."""

_CACHE = ".cache/huggingface"
_BY_FOLDED_NAME = {name.casefold(): name for name in (*RESERVED_FILES, RECORDS)}


def is_sealed(path: str) -> bool:
    """Whether a path is listed as excluded without anybody looking into it.

    Top-level names that start with `.git`, and `.cache/huggingface`: what is in them belongs to git and to
    the hub client, and a list of git objects would say nothing.

    Args:
        path: relative POSIX path of a file or directory.
    """
    return path.startswith(".git") or path == _CACHE or path.startswith(f"{_CACHE}/")


def is_excluded(path: str) -> bool:
    """Whether a file at this relative POSIX path is not inventoried."""
    return path in RESERVED_FILES or path.startswith(RECORDS + "/") or is_sealed(path)


def is_ordinary(directory: str) -> bool:
    """Whether no name directly in a directory is excluded, sealed or reserved, whatever it is.

    Args:
        directory: relative POSIX path; empty for the release itself.
    """
    return directory not in {"", ".cache"} and not is_excluded(f"{directory}/")


def reserved_twin(path: str) -> str | None:
    """The reserved name from which a top-level name differs only in case, for example `README.md` for `Readme.md`.

    On systems that ignore case the two are one file: writing the manifest, a signature or the card would replace
    what a publisher has under the other name.

    Args:
        path: relative POSIX path of a file or directory.
    """
    twin = None if "/" in path else _BY_FOLDED_NAME.get(path.casefold())
    return None if twin == path else twin
