# SPDX-License-Identifier: Apache-2.0
"""Environments: the hardware and software that training ran on."""

from __future__ import annotations

from openmodel.manifest.base import Disclosable, Node, Undisclosed
from openmodel.manifest.values import Count, Id, Sha256

Software = dict[str, str | Undisclosed]
"""Versions by name."""


class Hardware(Node):
    """One kind of processor or accelerator."""

    vendor: Disclosable[str] = None
    """Who makes it, for example `NVIDIA`."""
    model: Disclosable[str] = None
    """The exact product, for example `A100-SXM4-80GB`."""
    count: Disclosable[Count] = None
    """How many in all, over all nodes."""
    nodes: Disclosable[Count] = None
    """How many machines they are in."""
    memory_bytes: Disclosable[Count] = None
    """Memory of one of them, in bytes."""


class Environment(Node):
    """Hardware and software that stay the same for a while."""

    id: Id
    """Name inside this document."""
    hardware: Disclosable[tuple[Hardware, ...]] = None
    """Processors and accelerators."""
    interconnect: Disclosable[str] = None
    """How nodes and devices are connected."""
    software: Disclosable[Software] = None
    """Name and exact version of what ran: interpreter, framework, driver, libraries."""
    lock_sha256: Disclosable[Sha256] = None
    """SHA-256 of the lock file that fixes all packages."""
    container: Disclosable[str] = None
    """Container image with its digest."""
