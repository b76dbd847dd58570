# SPDX-License-Identifier: Apache-2.0
"""Declaration + inventory -> manifest: `openmodel.yaml` and the bytes beside it become `openmodel.json`."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import JsonValue

from openmodel.errors import DocumentError, Problem, StageError, next_command
from openmodel.inventory import (
    InventoriedFile,
    Inventory,
    release_root,
    take_inventory,
    weights_summary,
    write_atomically,
)
from openmodel.inventory.exclusion import WRITTEN_FILES
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import matches
from openmodel.manifest.loading import dump, loads, plain, read_document, read_file
from openmodel.manifest.text import Text
from openmodel.manifest.values import Terms

DECLARATION = "openmodel.yaml"
MANIFEST = "openmodel.json"


@dataclass(frozen=True, slots=True)
class Built:
    """A manifest as it is on disk."""

    manifest: Manifest
    path: Path
    """Path of `openmodel.json`."""
    content: bytes
    """The very bytes of the file."""
    changed: bool = False
    """Whether `build` wrote the file, which it does only when something changed."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes of the file, 64 lower-case hex digits."""
        return hashlib.sha256(self.content).hexdigest()


def build(directory: str | Path, *, check: bool = False) -> Built:
    """Measures a release and writes its manifest, `openmodel.json`, atomically.

    Equal declaration and files give equal bytes.

    Args:
        directory: the release; it holds `openmodel.yaml`.
        check: write nothing, and raise when what is on disk is not what would be written.

    Raises:
        DocumentError: the declaration is not valid, or names files that are not there. Lists all problems.
        InventoryError: the files cannot be read honestly. Lists all problems.
        StageError: with `check`, when `openmodel.json` is missing or stale.
    """
    root = Path(directory)
    path = root / MANIFEST
    content = dump(_measure(root))
    changed = not path.is_file() or read_file(path) != content
    if check:
        _require_equal(root, content)
    elif changed:
        write_atomically(path, content, overwrite=True)
    return Built(loads(content, str(path)), path, content, changed)


def read_built(path: str | Path) -> Built:
    """Reads the manifest of a release, which must not be older than its declaration.

    Args:
        path: the release directory, or its `openmodel.json`.

    Raises:
        StageError: the manifest is missing, was not written by `build`, or was built from another declaration.
        DocumentError: it is no valid manifest.
    """
    place = Path(path)
    is_directory = os.path.isdir(place)  # noqa: PTH112  # Path.is_dir() raises for a name that is too long.
    file = place / MANIFEST if is_directory else place
    command = next_command("build", file.parent)
    if (is_directory or (file.name == MANIFEST and file.parent.is_dir())) and not file.exists():
        raise StageError(Problem(str(file), "no such file", "a built manifest", command))
    content = read_file(file)
    manifest = loads(content, str(file))
    if manifest.measured is None:
        raise StageError(Problem(str(file), "a declaration", "a manifest with what was measured", command))
    declaration = file.parent / DECLARATION
    if os.path.lexists(declaration):
        digest = hashlib.sha256(read_file(declaration)).hexdigest()
        if digest != manifest.measured.built_from.declaration_sha256:
            expected = f"a manifest that was built from {declaration} as it is now"
            raise StageError(Problem(str(file), "a manifest of an earlier declaration", expected, command))
    return Built(manifest, file, content)


def _measure(root: Path) -> Manifest:
    if root.is_dir() and not (root / DECLARATION).exists():
        fix = "Write it; docs/manifest.md begins with the smallest one."
        raise DocumentError(Problem(str(root / DECLARATION), "no such file", "a declaration of the release", fix))
    content = read_file(root / DECLARATION)
    text, declaration = read_document(content, str(root / DECLARATION))
    inventory = take_inventory(root)
    problems = list(_problems(text, declaration, inventory))
    if problems:
        raise DocumentError(sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0)))
    measured: dict[str, JsonValue] = {
        "built_from": {"declaration_sha256": hashlib.sha256(content).hexdigest()},
        "files": [_record(file, declaration) for file in inventory.files],
        "excluded": [name for name in inventory.excluded if name not in WRITTEN_FILES],
        "weights": list(_weights(root, declaration, inventory)),
        "conflicts": list(_conflicts(declaration, inventory)),
    }
    if inventory.files:
        measured["release_root"] = release_root((file.path, file.size, file.sha256) for file in inventory.files)
    return loads(json.dumps(plain(declaration) | {"measured": measured}), MANIFEST)


def _problems(text: Text, declaration: Manifest, inventory: Inventory) -> Iterator[Problem]:
    """Where the declaration names files that are not there, or says what only `build` may say."""
    if declaration.measured is not None:
        yield text.problem(
            "/measured",
            got="the block `measured`",
            expected="a declaration without it",
            fix="Delete it; `openmodel build` writes it.",
        )
    paths = {file.path for file in inventory.files}
    for pointer, glob in _named_files(declaration):
        if glob not in paths and not any(matches(glob, path) for path in paths):
            yield text.problem(
                pointer,
                got=f"{glob!r}, which no file of the release matches",
                expected="files that are there",
                fix="Correct the path, or add the file to the release.",
            )


def _named_files(declaration: Manifest) -> Iterator[tuple[str, str]]:
    for index, component in enumerate(answered(declaration.components)):
        for number, glob in enumerate(component.files):
            yield f"/components/{index}/files/{number}", glob
        if isinstance(component.terms, Terms) and component.terms.text:
            yield f"/components/{index}/terms/text", component.terms.text
    for index, source in enumerate(answered(declaration.sources)):
        for number, file in enumerate(answered(source.files)):
            if file.path:
                yield f"/sources/{index}/files/{number}/path", file.path
        if isinstance(source.terms, Terms) and source.terms.text:
            yield f"/sources/{index}/terms/text", source.terms.text


def _record(file: InventoriedFile, declaration: Manifest) -> dict[str, JsonValue]:
    owner = next((component for component in _owners(declaration) if _owns(component, file.path)), None)
    found: dict[str, JsonValue] = asdict(file) | {"role": owner.kinds[0] if owner else None}
    return {name: value for name, value in found.items() if value is not None}


def _owners(declaration: Manifest) -> Iterator[Component]:
    return (component for component in answered(declaration.components) if component.kinds)


def _owns(component: Component, path: str) -> bool:
    return any(matches(glob, path) for glob in component.files)


def _weights(root: Path, declaration: Manifest, inventory: Inventory) -> Iterator[JsonValue]:
    for component in answered(declaration.components):
        if not {"weights", "checkpoint"} & set(component.kinds):
            continue
        shards = [file.path for file in inventory.files if file.format == "safetensors" and _owns(component, file.path)]
        if shards:
            summary = weights_summary(root, shards)
            yield {"component": component.id, **asdict(summary)}


def _conflicts(declaration: Manifest, inventory: Inventory) -> Iterator[JsonValue]:
    """Sizes and digests of data files that people wrote and that are not what was measured."""
    files = {file.path: file for file in inventory.files}
    for index, source in enumerate(answered(declaration.sources)):
        for number, file in enumerate(answered(source.files)):
            for field in ("size", "sha256"):
                declared = getattr(file, field)
                observed = getattr(files[file.path], field) if file.path else None
                if declared is not None and observed is not None and declared != observed:
                    pointer = f"/sources/{index}/files/{number}/{field}"
                    yield {"at": pointer, "declared": declared, "observed": observed, "by": "openmodel build"}


def _require_equal(root: Path, content: bytes) -> None:
    """Raises with every file that differs; when none does, the manifest itself is not what `build` writes."""
    built = read_built(root)
    if built.content == content:
        return
    command = next_command("build", root)
    then, now = _digests(built.manifest), _digests(loads(content, MANIFEST))
    problems = [
        Problem(str(root / path), _change(path, then, now), "the file that the manifest lists", command)
        for path in sorted(then.keys() | now.keys())
        if then.get(path) != now.get(path)
    ]
    edited = Problem(
        str(built.path), "a manifest that was edited, or built by another version", "what `build` writes now", command
    )
    raise StageError(problems or edited)


def _digests(manifest: Manifest) -> dict[str, str]:
    return {file.path: file.sha256 for file in manifest.measured.files} if manifest.measured else {}


def _change(path: str, then: dict[str, str], now: dict[str, str]) -> str:
    return "no such file" if path not in now else "a new file" if path not in then else "other bytes than were measured"
