# SPDX-License-Identifier: Apache-2.0
"""Reads the bytes of a release again and holds its manifest against them."""

from __future__ import annotations

from pathlib import Path

from openmodel.evidence.bases import read_bases, wanted_bases
from openmodel.evidence.card import compare_card
from openmodel.evidence.configurations import compare_configurations, wanted_beside
from openmodel.evidence.files import directories, read_files
from openmodel.evidence.findings import Collected, Evidence
from openmodel.evidence.namings import compare_namings
from openmodel.evidence.pins import compare_pins, wanted_sources
from openmodel.evidence.terms import compare_terms, wanted_texts
from openmodel.evidence.weights import compare_indexes, compare_weights, wanted_indexes
from openmodel.inventory.pool import Progress
from openmodel.manifest.document import Manifest

__all__ = ["read_evidence"]


def read_evidence(root: Path, manifest: Manifest, progress: Progress | None = None) -> Evidence:
    """Reads every file of a release that its manifest lists, once, and the git repository that it lies in.

    Nothing that it finds is unpickled or run, and nothing goes to the network. What cannot be read, changes meanwhile
    or is no regular file contradicts the manifest that lists it.

    Args:
        root: the release directory.
        manifest: its manifest, built.
        progress: is told of the bytes that were read.
    """
    collected = Collected()
    files = read_files(root, manifest, _wanted(manifest), collected, progress)
    compare_namings(files, collected)
    compare_weights(files, collected)
    compare_indexes(files, collected)
    compare_configurations(files, collected)
    read_bases(files, collected)
    compare_card(files, collected)
    compare_terms(files, collected)
    compare_pins(files, collected)
    return collected.evidence(len(files.good), sum(record.size for record in files.good.values()))


def _wanted(manifest: Manifest) -> dict[str, int]:
    """By path, the files that are looked into, with the most bytes of each."""
    measured = manifest.measured
    paths = [record.path for record in measured.files] if measured else []
    beside = {
        path: limit
        for directory in directories(path for path in paths if path.endswith(".safetensors"))
        for path, limit in wanted_beside(directory).items()
    }
    known = set(paths)
    wanted = wanted_sources(manifest) | wanted_indexes(paths) | wanted_bases(paths) | beside | wanted_texts(manifest)
    return {path: limit for path, limit in wanted.items() if path in known}
