# SPDX-License-Identifier: Apache-2.0
"""The manifest: one typed document, as declared in `openmodel.yaml` and as built in `openmodel.json`."""

from __future__ import annotations

from openmodel.manifest.document import VERSION, Manifest
from openmodel.manifest.loading import dump, load, loads, plain

__all__ = ["VERSION", "Manifest", "dump", "load", "loads", "plain"]
