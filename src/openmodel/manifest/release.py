# SPDX-License-Identifier: Apache-2.0
"""The release as a whole: what it is called, who publishes it and who describes it."""

from __future__ import annotations

from typing import Literal

from openmodel.manifest.base import Disclosable, Node, Optional
from openmodel.manifest.values import Count, Date, Terms


class Describer(Node):
    """Who speaks in this document (or about one parent)."""

    role: Literal["publisher", "third_party"]
    """`publisher`: whoever released the model; what they do not say is not disclosed. `third_party`: anybody else."""
    name: Optional[str] = None
    """Person or organisation."""


class Release(Node):
    """The release as a whole."""

    name: str
    """What the release is called."""
    version: Optional[str] = None
    """The publisher's version of the release, as text."""
    sequence: Optional[Count] = None
    """A number that grows with every release of this name, so that an older one can be told from a newer one."""
    publisher: Disclosable[str] = None
    """Person or organisation that publishes the release."""
    described_by: Optional[Describer] = None
    """Who wrote this document. Absent means the publisher did."""
    date: Disclosable[Date] = None
    """Date of publication."""
    description: Disclosable[str] = None
    """What the model is, in a few sentences."""
    tasks: Disclosable[tuple[str, ...]] = None
    """What it is for, for example `image-classification`."""
    languages: Disclosable[tuple[str, ...]] = None
    """Human languages, BCP 47 tags."""
    disclosure_terms: Disclosable[Terms] = None
    """The terms of the descriptions in this document; OSAID 1.0 asks that Data Information be under approved terms."""


class Assertion(Node):
    """A statement that somebody makes and answers for."""

    statement: Literal["all_training_data_listed", "parameters_freely_available"]
    """What is asserted: `sources` lists all data used for training; the parameters are freely available to all (OSI
    FAQ)."""
    by: Optional[str] = None
    """Person or organisation that asserts it."""
    date: Optional[Date] = None
    """When."""
