# SPDX-License-Identifier: Apache-2.0
"""What a manifest keeps of a file of the framework that it was made from: the licences of the whole release."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from openmodel.manifest.document import Manifest

EXTENSION = "foundation.lfaidata.mof"
"""Under this name, `extensions` has what no other field of a manifest can hold."""


def written(manifest: Manifest) -> Mapping[str, JsonValue]:
    """What the manifest keeps of the file; empty where it was made from none."""
    kept = manifest.extensions.get(EXTENSION)
    return kept if isinstance(kept, dict) else {}


def licences_of_release(manifest: Manifest) -> dict[str, str]:
    """The licences that hold for each component without its own, by `code`, `data`, `document` and `distribution`; the
    last is for all."""
    release = written(manifest).get("release")
    given = release.get("license") if isinstance(release, dict) else None
    found = {}
    for name, value in given.items() if isinstance(given, dict) else ():
        licence = value.get("name") if isinstance(value, dict) else None
        if isinstance(licence, str) and licence:
            found[name] = licence
    return found
