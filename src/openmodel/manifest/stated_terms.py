# SPDX-License-Identifier: Apache-2.0
"""All terms that a document states, wherever it does."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.values import Terms


def stated_terms(manifest: Manifest) -> Iterator[tuple[str, Terms]]:
    """Pointer and terms of the descriptions, and of each component, source and parent that states some."""
    found: list[tuple[str, Terms | Undisclosed | None]] = [
        ("/release/disclosure_terms", manifest.release.disclosure_terms)
    ]
    found += ((f"/components/{index}/terms", one.terms) for index, one in enumerate(answered(manifest.components)))
    found += ((f"/sources/{index}/terms", one.terms) for index, one in enumerate(answered(manifest.sources)))
    found += ((f"/parents/{index}/terms", one.terms) for index, one in enumerate(answered(manifest.parents)))
    yield from ((pointer, terms) for pointer, terms in found if isinstance(terms, Terms))
