# SPDX-License-Identifier: Apache-2.0
"""Parents: models that this one was made from."""

from __future__ import annotations

from openmodel.manifest.base import Disclosable, Node, Optional, Undisclosed
from openmodel.manifest.release import Describer
from openmodel.manifest.values import Id, RelPath, Sha256, TensorRoot, Terms, Where


class ManifestReference(Node):
    """The manifest of another release."""

    path: Optional[RelPath] = None
    """Path inside this release."""
    url: Optional[str] = None
    """URL when it is elsewhere."""
    sha256: Optional[Sha256] = None
    """SHA-256 of its bytes, 64 hex digits."""


class Parent(Node):
    """A model that this one was made from. Its facts are in its own manifest, or here, carrying `of`."""

    id: Id
    """Name inside this document."""
    name: str
    """What people call it."""
    where: tuple[Where, ...] = ()
    """Where it can be had."""
    described_by: Optional[Describer] = None
    """Who states the facts that carry `of` this parent. Absent means a third party."""
    manifest: Disclosable[ManifestReference] = None
    """Its own manifest."""
    tensor_root: Optional[TensorRoot] = None
    """Identity of its weights, 64 hex digits."""
    terms: Disclosable[Terms] = None
    """The terms its weights are under."""
    data: Optional[Undisclosed] = None
    """Its training data, when nothing is disclosed about it."""
    code: Optional[Undisclosed] = None
    """Its training code, when nothing is disclosed about it."""
