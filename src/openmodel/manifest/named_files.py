# SPDX-License-Identifier: Apache-2.0
"""The files of the release that a manifest names outside `measured`."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.parent import ManifestReference
from openmodel.manifest.stated_terms import stated_terms


def named_files(declaration: Manifest) -> Iterator[tuple[str, str]]:
    """JSON pointer and path of each; those of components may be globs."""
    for index, component in enumerate(answered(declaration.components)):
        for number, glob in enumerate(component.files):
            yield f"/components/{index}/files/{number}", glob
    for index, source in enumerate(answered(declaration.sources)):
        for number, file in enumerate(answered(source.files)):
            if file.path:
                yield f"/sources/{index}/files/{number}/path", file.path
    for index, parent in enumerate(answered(declaration.parents)):
        if isinstance(parent.manifest, ManifestReference) and parent.manifest.path:
            yield f"/parents/{index}/manifest/path", parent.manifest.path
    for pointer, terms in stated_terms(declaration):
        if terms.text:
            yield f"{pointer}/text", terms.text
