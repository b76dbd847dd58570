# SPDX-License-Identifier: Apache-2.0
"""Commits and trees of a git repository, believed only if their bytes have the id by which they are named.

Git itself does not compare all that it reads, and may be told to read other objects instead. Source: Pro Git, "Git
Internals - Git Objects"; git, `Documentation/gitformat-pack.txt`, "tree".
"""

from __future__ import annotations

import hashlib
from functools import cached_property

from openmodel.inventory.git_process import Git

__all__ = ["Commit", "Unknown"]

MAX_DEPTH = 100
"""The most folders on the way to a path that are looked up."""

_LENGTHS = {40: "sha1", 64: "sha256"}
_SUBMODULE = b"160000"
_FOLDER = b"40000"

_Tree = dict[bytes, tuple[bytes, str]]


class Unknown(LookupError):  # noqa: N818  # It is caught and never seen by users.
    """What is there cannot be told: it is in a submodule, or git does not give an object."""


class Commit:
    """A commit in a repository. Trees are read once."""

    def __init__(self, git: Git, id: str) -> None:
        """Args:
        git: asks about the repository.
        id: 40 or 64 lower-case hex digits.
        """
        self._git = git
        self.id = id
        self._trees: dict[str, _Tree] = {}

    @property
    def exists(self) -> bool:
        """Whether it is in the repository, and is a commit."""
        return self._content is not None

    def find(self, path: str) -> str | None:
        """The id of what is at a path from the top of the repository; None where nothing is. A path that leads out of
        the repository is in no commit.

        Raises:
            Unknown: that cannot be told.
        """
        if self._content is None:
            raise Unknown
        names = [name for name in path.encode("utf-8", "surrogatepass").split(b"/") if name not in (b"", b".")]
        if path.startswith("/") or b".." in names or len(names) > MAX_DEPTH:
            return None
        mode, found = _FOLDER, self._content.removeprefix(b"tree ")[: len(self.id)].decode("ascii", "replace")
        for name in names:
            if mode == _SUBMODULE:
                raise Unknown
            entry = self._tree(found).get(name) if mode == _FOLDER else None
            if entry is None:
                return None
            mode, found = entry
        return found

    def blob(self, content: bytes) -> str:
        """The id that a file of this content has in the repository, unless git changes files when it takes them in."""
        return _id("blob", content, len(self.id))

    @cached_property
    def _content(self) -> bytes | None:
        return self._read("commit", self.id)

    def _tree(self, id: str) -> _Tree:
        if id not in self._trees:
            content = self._read("tree", id)
            if content is None:
                raise Unknown
            self._trees[id] = _entries(content, len(self.id) // 2)
        return self._trees[id]

    def _read(self, kind: str, id: str) -> bytes | None:
        content = self._git.ask("cat-file", kind, id)
        return content if content is not None and _id(kind, content, len(self.id)) == id else None


def _id(kind: str, content: bytes, length: int) -> str:
    digest = hashlib.new(_LENGTHS[length], f"{kind} {len(content)}\0".encode(), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def _entries(tree: bytes, size: int) -> _Tree:
    """Mode and id by name."""
    found: _Tree = {}
    at = 0
    while (end := tree.find(b"\0", at)) >= 0:
        mode, _, name = tree[at:end].partition(b" ")
        at = end + 1 + size
        found[name] = mode, tree[end + 1 : at].hex()
    return found
