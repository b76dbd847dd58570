# SPDX-License-Identifier: Apache-2.0
"""The bytes of a release: which files there are, what identifies them, and what the weights among them hold.

`naming` and `boundary` say what a path may be and where it may lead, `reading` and `writing` touch the disk,
`walking` lists, `digests` and `release_root` identify, `formats` tells what a file is, `safetensors`, `gguf` and
`indexes` read what says which tensors there are, `front_matter` takes a card apart, `portability` knows names that are
trouble elsewhere, `contents` compares a directory with its manifest, `git` asks about the repository around it. Nothing
here imports or unpickles what it finds, and nothing goes to the network.
"""

from __future__ import annotations

from openmodel.inventory.digests import Algorithm, FileDigests, digest_file
from openmodel.inventory.files import (
    Examination,
    ExaminedFile,
    InventoriedFile,
    Inventory,
    examine,
    take_inventory,
)
from openmodel.inventory.formats import LfsPointer, Recognised, read_lfs_pointer, recognise
from openmodel.inventory.gguf import read_gguf_metadata
from openmodel.inventory.indexes import Index, read_index
from openmodel.inventory.portability import case_collisions
from openmodel.inventory.release_root import release_root
from openmodel.inventory.tensors import TensorSummary, weights_summary
from openmodel.inventory.walking import Found, Walk, walk
from openmodel.inventory.whole import read_whole
from openmodel.inventory.writing import write_atomically

__all__ = [
    "Algorithm",
    "Examination",
    "ExaminedFile",
    "FileDigests",
    "Found",
    "Index",
    "InventoriedFile",
    "Inventory",
    "LfsPointer",
    "Recognised",
    "TensorSummary",
    "Walk",
    "case_collisions",
    "digest_file",
    "examine",
    "read_gguf_metadata",
    "read_index",
    "read_lfs_pointer",
    "read_whole",
    "recognise",
    "release_root",
    "take_inventory",
    "walk",
    "weights_summary",
    "write_atomically",
]
