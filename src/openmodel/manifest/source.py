# SPDX-License-Identifier: Apache-2.0
"""Sources: the data that went into the model, described as OSAID 1.0 asks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from openmodel.manifest.base import Disclosable, Node, Optional
from openmodel.manifest.values import Date, FileReference, Id, Quantity, Sha256, Terms, Where


class Period(Node):
    """A span of time, both ends included."""

    start: Optional[Date] = Field(default=None, alias="from")
    """First day."""
    end: Optional[Date] = Field(default=None, alias="to")
    """Last day."""


class InDocument(Node):
    """A description that stands in a document, for those that are too long to repeat. A person has to read it there."""

    document: FileReference
    """The document: its path in the release or its URL, and its digest."""
    section: Optional[str] = None
    """Where in it."""


def _description_kind(value: Any) -> str:
    return "<document>" if isinstance(value, InDocument | dict) else "<text>"


Description = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[InDocument, Tag("<document>")],
    Discriminator(_description_kind),
]
"""A description in words, or where it can be read."""


class Commitment(Node):
    """A digest over the documents of a data set in order. Its algorithms are draft until data commitments exist."""

    algorithm: str
    """Name and version of the algorithm."""
    root: Sha256
    """The root, 64 hex digits."""


class Source(Node):
    """One set of data, used for training or turned into data that was."""

    id: Id
    """Name inside this document."""
    name: str
    """What people call it."""
    of: Optional[Id] = None
    """The parent whose training used it; absent when the release's own training did."""
    class_: Disclosable[Literal["open", "public", "obtainable", "unshareable"]] = Field(default=None, alias="class")
    """OSI's data class (FAQ). `open`: may be copied, changed and reshared; `public`: anybody can inspect it;
    `obtainable`: from third parties, also for a fee; `unshareable`: cannot be shared, for a reason that can be
    explained."""
    where: Disclosable[tuple[Where, ...]] = None
    """Where it can be had."""
    terms: Disclosable[Terms] = None
    """The terms it is under."""
    amount: Disclosable[Quantity] = None
    """How much there is."""
    modalities: Disclosable[tuple[str, ...]] = None
    """Text, image, audio, video, tabular or other."""
    languages: Disclosable[tuple[str, ...]] = None
    """Human languages, BCP 47 tags."""
    collected: Disclosable[Period] = None
    """When it was collected."""
    provenance: Disclosable[Description] = None
    """Where it comes from: who made it, from what."""
    scope: Disclosable[Description] = None
    """What it covers and what it leaves out."""
    characteristics: Disclosable[Description] = None
    """What it looks like: form, size, distribution, known gaps and biases."""
    obtained: Disclosable[Description] = None
    """How it was obtained: download, crawl, purchase, measurement."""
    selected: Disclosable[Description] = None
    """How it, or a part of it, was selected."""
    labelled: Disclosable[Description] = None
    """How labels were made, by whom, with which instructions."""
    processed: Disclosable[Description] = None
    """How it was processed: cleaning, normalisation, tokenisation."""
    filtered: Disclosable[Description] = None
    """How it was filtered: what was removed and by which rule."""
    not_shared_because: Disclosable[Description] = None
    """Why it cannot be shared, for the class `unshareable`."""
    derived_from: tuple[Id, ...] = ()
    """Sources it was made from."""
    made_by: tuple[Id, ...] = ()
    """Components or parents (code, or a model for synthetic data) that made it."""
    files: Disclosable[tuple[FileReference, ...]] = None
    """Its files with their digests."""
    commitment: Disclosable[Commitment] = None
    """A commitment to its documents in order."""
