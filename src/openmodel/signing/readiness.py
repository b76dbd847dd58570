# SPDX-License-Identifier: Apache-2.0
"""Whether a release may be signed: its manifest and its card are what `build` and `card` write, and no key is in it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from openmodel.building import built_again
from openmodel.built import Built, read_built
from openmodel.errors import Problem, StageError, UsageError, next_command
from openmodel.inventory.contents import (
    MAX_README_BYTES,
    Tree,
    bound_files,
    compare_bound,
    compare_files,
    not_covered,
    paths_in_order,
    read_if_there,
    tree_of,
)
from openmodel.inventory.exclusion import DECLARATION, MANIFEST, RECORDS
from openmodel.inventory.pool import Progress
from openmodel.inventory.reading import OpenFile
from openmodel.inventory.release_root import release_root
from openmodel.manifest.measured import Measured
from openmodel.signing.results import FileProblem

__all__ = ["ReadyRelease", "ready_release"]

_README = "README.md"
_CARD = re.compile(rb"<!--[ \t]*openmodel:begin\b")
_PRIVATE_KEY = re.compile(
    rb"^[ \t]*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[ \t]*\r?$"
    rb"|-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:\\r)?\\n[A-Za-z0-9+/]{16}",  # In JSON, as cloud accounts have it.
    re.MULTILINE,
)
_MARK = b"PRIVATE KEY"
_SEARCHED_BYTES = 64 * 2**10  # More than a file with keys has in front of the first.


@dataclass(frozen=True, slots=True)
class ReadyRelease:
    """A release that may be signed."""

    root: Path
    """The directory, absolute and without symbolic links."""
    built: Built
    release_root: str
    """Over `measured.files`, 64 hex digits."""
    readme_sha256: str | None
    """None when there is no `README.md`."""
    not_covered: tuple[str, ...]
    """What is in the directory and no part of the release, safe to print."""
    tree: Tree
    """What is in the directory."""
    listed: Mapping[str, str]
    """Every file that is signed, by path with its SHA-256: those of the manifest, and what it or a signature binds."""


def ready_release(directory: str | Path, progress: Progress | None = None) -> ReadyRelease:
    """Reads every byte of a release and compares it with the manifest, both digests.

    Args:
        directory: the release.
        progress: is told of the bytes that were read.

    Raises:
        UsageError: there is no such directory.
        StageError: the manifest is missing, not what `build` writes now, or not what is in the directory; the card is
            not of this manifest; or a file holds a private key. Lists all of a kind.
        DocumentError: the declaration or the manifest cannot be read.
        InventoryError: something in the directory cannot be read.
    """
    named = Path(directory)
    if not os.path.isdir(named):  # noqa: PTH112  # Path.is_dir raises if it is too long.
        raise UsageError(Problem(str(named), "no directory", "the directory of a release", "Check the path."))
    root = named.resolve()
    declared = os.path.lexists(root / DECLARATION)
    secrets = _Secrets()
    if declared:
        built, listing = built_again(named, secrets.look, progress)
    else:
        built, listing = read_built(named), None
    measured = built.manifest.measured
    if measured is None or not measured.files:
        fix = "Put the files of the release there and build it again."
        raise StageError(Problem(str(named), "a release without files", "something to sign", fix))
    if not paths_in_order(measured.files) or measured.release_root != (digest := _root_of(measured)):
        fix = _build_again(named, declared=declared)
        raise StageError(Problem(str(named), "a block `measured` that was edited", "what `openmodel build` wrote", fix))
    tree = Tree(root, listing, ()) if listing else tree_of(root)
    compared = () if declared else compare_files(tree, measured.files, "all", secrets.look, progress)
    _refuse(named, (*compared, *compare_bound(tree, measured)), declared=declared)
    secrets.refuse(named)
    card = _card(named, built)
    return ReadyRelease(root, built, digest, card, not_covered(root), tree, _listed(built, measured, tree, card))


def _listed(built: Built, measured: Measured, tree: Tree, card: str | None) -> dict[str, str]:
    there, _ = bound_files(tree, measured)
    files = {file.path: file.sha256 for file in measured.files} | there | {MANIFEST: built.sha256}
    return files | ({_README: card} if card else {})


def _root_of(measured: Measured) -> str:
    return release_root((file.path, file.size, file.sha256) for file in measured.files)


def _card(directory: Path, built: Built) -> str | None:
    """SHA-256 of the card, which must be of this manifest if `card` wrote it."""
    content = read_if_there(directory.resolve(), _README, MAX_README_BYTES)
    if content is None:
        return None
    if _CARD.search(content) and built.sha256.encode() not in content:
        raise StageError(
            Problem(
                str(directory / _README),
                "a card of an earlier manifest",
                f"a card that quotes the SHA-256 of openmodel.json, {built.sha256}",
                f"{next_command('card', directory)} Then sign.",
            )
        )
    return hashlib.sha256(content).hexdigest()


class _Secrets:
    """Looks for private keys in files while they are open."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def look(self, path: str, opened: OpenFile) -> None:
        content = opened.start(_SEARCHED_BYTES)
        if _MARK in content and _PRIVATE_KEY.search(content):  # Looking for a text takes far less than for a pattern.
            self.paths.append(path)

    def refuse(self, directory: Path) -> None:
        fix = "Take it out of the release and build it again; if it was ever published, make a new key."
        problems = [
            Problem(str(directory / path), "a private key", "files that may be published", fix)
            for path in sorted(self.paths)
        ]
        if problems:
            raise StageError(problems)


def _build_again(directory: Path, *, declared: bool) -> str:
    first = "" if declared else f"Put {DECLARATION} there again. "
    return f"{first}{next_command('build', directory)} Then sign."


def _refuse(directory: Path, rows: Iterable[FileProblem], *, declared: bool) -> None:
    problems = [
        Problem(
            str(directory / row.path),
            _FOUND[row.kind].format(row),
            f"{row.algorithm} {row.expected}" if row.algorithm else _EXPECTED[row.kind],
            _fix(directory, row, declared=declared),
        )
        for row in rows
    ]
    if problems:
        raise StageError(problems)


def _fix(directory: Path, row: FileProblem, *, declared: bool) -> str:
    if row.kind == "refused":
        return "Repair or remove it, then build again."
    if row.kind == "extra" and (row.path == "openmodel.tensors.json" or row.path.startswith(f"{RECORDS}/")):
        return "Remove it: the manifest does not name it, so that nothing would bind it."
    return _build_again(directory, declared=declared)


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
