# SPDX-License-Identifier: Apache-2.0
"""Whether a release may be signed: it is built, and its bytes are those in the manifest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openmodel.building import DECLARATION, build
from openmodel.errors import Problem, StageError, UsageError, next_command
from openmodel.inventory import release_root
from openmodel.manifest import Manifest, loads
from openmodel.manifest.json_text import MAX_BYTES
from openmodel.manifest.measured import Measured
from openmodel.signing.contents import (
    MAX_BOUND_BYTES,
    Tree,
    compare_bound,
    compare_files,
    digest_of,
    paths_in_order,
    read_whole,
    tree_of,
)
from openmodel.signing.results import FileProblem

__all__ = [
    "BuiltRelease",
    "built_release",
    "require_current_card",
    "require_no_private_key",
    "require_what_build_writes",
]


_KEY_BYTES = 64 * 2**10
"""Keys in PEM are small; larger files are not searched for them."""


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


def require_what_build_writes(built: BuiltRelease) -> None:
    """Whoever signs answers for the manifest and for each file, so both have to be what they are said to be.

    With the declaration beside it the manifest is measured again, and has to be byte for byte what `build` writes.
    Without one only the files can be compared, with both their digests.

    Raises:
        StageError: something differs. Lists all files that do.
    """
    if os.path.lexists(built.root / DECLARATION):
        build(built.directory, check=True)
    else:
        _refuse(built.directory, compare_files(built.tree, built.measured.files, "all"))


def require_no_private_key(built: BuiltRelease) -> None:
    """A release is published, and a private key in it would be, too.

    Raises:
        StageError: a small file of the release holds a private key in PEM.
    """
    for record in built.measured.files:
        content = read_whole(built.root, record.path, _KEY_BYTES) if record.size <= _KEY_BYTES else None
        if content and b"PRIVATE KEY-----" in content:
            fix = "Move it out of the release, replace the key if anybody got a copy, and build again."
            raise StageError(Problem(str(built.directory / record.path), "a private key", "no key in a release", fix))


def require_current_card(built: BuiltRelease) -> None:
    """A card that was drawn from a manifest quotes its digest; signing an older one would sign what is not so.

    Raises:
        StageError: the card was drawn from another manifest.
    """
    content = read_whole(built.root, "README.md", MAX_BOUND_BYTES) or b""
    if b"<!-- openmodel:begin" in content and built.manifest_sha256.encode() not in content:
        found = "a card that was drawn from another manifest"
        problem = Problem(str(built.directory / "README.md"), found, "one of openmodel.json as it is now", _card(built))
        raise StageError(problem)


def _card(built: BuiltRelease) -> str:
    return f"{next_command('card', built.directory)} Then sign."


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
