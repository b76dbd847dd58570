# SPDX-License-Identifier: Apache-2.0
"""Whether a release may be signed: it is built, and its bytes are those in the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openmodel.errors import Problem, StageError, UsageError, next_command
from openmodel.inventory import release_root
from openmodel.manifest import Manifest, loads
from openmodel.manifest.json_text import MAX_BYTES
from openmodel.manifest.measured import Measured
from openmodel.signing.contents import (
    Tree,
    compare_bound,
    compare_files,
    digest_of,
    paths_in_order,
    read_whole,
    tree_of,
)
from openmodel.signing.results import FileProblem

__all__ = ["BuiltRelease", "built_release", "require_same_files"]


@dataclass(frozen=True, slots=True)
class BuiltRelease:
    """A release whose manifest is there and agrees with itself and with its declaration."""

    directory: Path
    """As the user named it."""
    tree: Tree
    manifest: Manifest
    manifest_sha256: str
    """Of the bytes that the manifest was loaded from."""
    measured: Measured
    release_root: str
    """Over `measured.files`, 64 hex digits."""
    readme_sha256: str | None
    """None when there is no `README.md`."""

    @property
    def root(self) -> Path:
        """The directory, absolute and without symbolic links."""
        return self.tree.root

    @property
    def sealed(self) -> tuple[str, ...]:
        """What is in the directory and no part of the release; see `Tree.sealed`."""
        return self.tree.sealed


def built_release(directory: str | Path) -> BuiltRelease:
    """Reads the manifest and everything that is not inventoried. The inventoried files are only listed.

    Raises:
        UsageError: there is no such directory.
        StageError: there is no manifest, or it is not built, or not from what is in the directory.
        DocumentError: the manifest cannot be read.
        InventoryError: the manifest or `README.md` cannot be opened, or the manifest lists no files.
    """
    named = Path(directory)
    if not named.is_dir():
        raise UsageError(Problem(str(named), "no directory", "the directory of a release", "Check the path."))
    root = named.resolve()
    content = read_whole(root, "openmodel.json", MAX_BYTES)
    if content is None:
        raise _stage(named, "no openmodel.json", "a release that is built")
    manifest = loads(content, str(named / "openmodel.json"))
    measured = manifest.measured
    if measured is None:
        raise _stage(named, "an openmodel.json without the block `measured`", "a release that is built")
    if not measured.files:
        fix = "Put the files of the release there and build it again."
        raise StageError(Problem(str(named), "a release without files", "something to sign", fix))
    digest = measured.release_root
    if digest is None or not paths_in_order(measured.files) or digest != _root_of(measured):
        raise _stage(named, "a block `measured` that was edited", "what `openmodel build` wrote")
    tree = tree_of(root)
    _refuse(named, (*tree.refused, *compare_bound(tree, measured)))
    sha256 = hashlib.sha256(content).hexdigest()
    return BuiltRelease(named, tree, manifest, sha256, measured, digest, digest_of(root, "README.md"))


def _root_of(measured: Measured) -> str:
    return release_root((file.path, file.size, file.sha256) for file in measured.files)


def require_same_files(built: BuiltRelease) -> None:
    """Compares every file with both its digests: whoever signs answers for each of them.

    Raises:
        StageError: files differ, are missing or are not in the manifest. Lists all of them.
    """
    _refuse(built.directory, compare_files(built.tree, built.measured.files, "all"))


def _stage(directory: Path, got: str, expected: str) -> StageError:
    return StageError(Problem(str(directory), got, expected, f"{next_command('build', directory)} Then sign."))


def _refuse(directory: Path, rows: Iterable[FileProblem]) -> None:
    problems = [
        Problem(
            str(directory / row.path),
            _FOUND[row.kind].format(row),
            f"{row.algorithm} {row.expected}" if row.algorithm else _EXPECTED[row.kind],
            "Repair or remove it, then build again."
            if row.kind == "refused"
            else f"{next_command('build', directory)} Then sign.",
        )
        for row in rows
    ]
    if problems:
        raise StageError(problems)


_FOUND = {
    "missing": "no such file",
    "extra": "a file that is not in the manifest",
    "altered": "{0.algorithm} {0.found}",
    "refused": "{0.found}",
}
_EXPECTED = {
    "missing": "the file that the manifest lists",
    "extra": "the files that the manifest lists",
    "altered": "",
    "refused": "a file that can be part of a release",
}
