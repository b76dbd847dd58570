# SPDX-License-Identifier: Apache-2.0
"""The manifest of a release as `build` wrote it: `openmodel.json`, read again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from openmodel.errors import DocumentError, Problem, StageError, next_command
from openmodel.inventory.exclusion import DECLARATION, MANIFEST
from openmodel.inventory.naming import shown
from openmodel.inventory.whole import read_whole
from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.json_text import MAX_BYTES
from openmodel.manifest.loading import loads, read_file
from openmodel.manifest.named_files import named_files
from openmodel.manifest.source import InDocument


@dataclass(frozen=True, slots=True)
class Built:
    """A manifest as it is on disk."""

    manifest: Manifest
    path: Path
    """Path of `openmodel.json`."""
    content: bytes
    """The very bytes of the file."""
    changed: bool = False
    """Whether `build` wrote files, which it does only when something changed."""
    table: bytes | None = field(default=None, repr=False)
    """Of what `build` measured, the bytes of `openmodel.tensors.json`; None where there is none."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes of the file, 64 lower-case hex digits."""
        return hashlib.sha256(self.content).hexdigest()


def read_built(path: str | Path, *, also_unmeasured: bool = False) -> Built:
    """Reads the manifest of a release, which must not be older than its declaration.

    Of the declaration only the digest is compared, because parsing YAML takes long beside all that `check` does. So a
    manifest that somebody edited beside an unchanged declaration is read; `build` with `check` and `sign` refuse it.

    Args:
        path: the release directory, or its `openmodel.json`.
        also_unmeasured: also what a third party wrote of a release that is elsewhere: no declaration lies beside it,
            and it names no file, so that `build` would have nothing to measure.

    Raises:
        StageError: the manifest is missing, was not written by `build`, or was built from another declaration.
        DocumentError: there is no such file, or it is no valid manifest.
        InventoryError: the manifest or the declaration is not a regular file inside the release.
    """
    place = Path(path)
    file = place / MANIFEST if os.path.isdir(place) else place  # noqa: PTH112  # Path.is_dir raises if it is too long.
    root, command = file.parent, next_command("build", file.parent)
    is_named_so = file.name == MANIFEST and os.path.isdir(root)  # noqa: PTH112  # As above.
    is_declared = os.path.lexists(root / DECLARATION)  # A dangling link, too, is a declaration.
    if is_named_so and not os.path.lexists(file):
        before = "" if is_declared else f"{next_command('init', root)} Fill the blanks of what it drafts. "
        raise StageError(Problem(str(file), "no such file", "a built manifest", before + command))
    if not os.path.lexists(file):
        expected = f"a release directory, or its {MANIFEST}"
        raise DocumentError(Problem(shown(str(place)), "no such file or directory", expected, "Check the path."))
    content = read_whole(root, MANIFEST, MAX_BYTES) if is_named_so else read_file(file)
    manifest = loads(content, str(file))
    if manifest.measured is None and (is_declared or not (also_unmeasured and _is_of_elsewhere(manifest))):
        fix = command if is_declared else f"Rename it to {DECLARATION}. {command}"
        raise StageError(Problem(str(file), "a declaration", "a manifest with what was measured", fix))
    if manifest.measured and is_declared:
        digest = hashlib.sha256(read_whole(root, DECLARATION, MAX_BYTES)).hexdigest()
        if digest != manifest.measured.built_from.declaration_sha256:
            expected = f"a manifest that was built from {root / DECLARATION} as it is now"
            raise StageError(Problem(str(file), "a manifest of an earlier declaration", expected, command))
    return Built(manifest, file, content)


def _is_of_elsewhere(manifest: Manifest) -> bool:
    """Whether a third party wrote it, and no path in it stands for a file of the release.

    Of a document without measurements a path would be believed, so that only a manifest without any is judged as the
    built one would be.
    """
    describer = manifest.release.described_by
    documents = (
        value.document.path
        for source in answered(manifest.sources)
        for value in (getattr(source, field) for field in type(source).model_fields)
        if isinstance(value, InDocument)
    )
    is_third_party = describer is not None and describer.role == "third_party"
    return is_third_party and not any(named_files(manifest)) and not any(documents)
