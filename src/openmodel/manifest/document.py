# SPDX-License-Identifier: Apache-2.0
"""The manifest: the whole document, as declared in `openmodel.yaml` and, with `measured`, as `openmodel.json`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from openmodel.manifest.base import Disclosable, Node, Optional, Undisclosed
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.environment import Environment
from openmodel.manifest.evidence import Citation, Evaluation, Review
from openmodel.manifest.measured import Measured
from openmodel.manifest.parent import Parent
from openmodel.manifest.release import Assertion, Release
from openmodel.manifest.source import Source
from openmodel.manifest.stage import Stage
from openmodel.manifest.values import ReverseDns

VERSION: Literal["1-draft"] = "1-draft"
"""The version of the format that this package reads and writes."""


class Manifest(Node):
    """A release of a model and everything that is said about how it was made."""

    schema_: Optional[str] = Field(default=None, alias="$schema")
    """The JSON Schema of this document, for editors."""
    openmodel: Literal["1-draft"]
    """Version of the format."""
    release: Release
    """The release as a whole."""
    assertions: tuple[Assertion, ...] = ()
    """Statements that somebody answers for."""
    components: Disclosable[tuple[Component, ...]] = None
    """Everything released or pointed at."""
    not_offered: dict[Kind, Undisclosed] = Field(default_factory=dict)
    """Kinds of component that do not exist or are kept back, and why."""
    sources: Disclosable[tuple[Source, ...]] = None
    """The data that went into the model."""
    environments: tuple[Environment, ...] = ()
    """Hardware and software."""
    parents: Disclosable[tuple[Parent, ...]] = None
    """Models that this one was made from."""
    stages: Disclosable[tuple[Stage, ...]] = None
    """What was done, in order."""
    evaluations: tuple[Evaluation, ...] = ()
    """Measured results."""
    citations: tuple[Citation, ...] = ()
    """Where declared facts were read."""
    reviews: tuple[Review, ...] = ()
    """People's judgements on what no program can decide."""
    extensions: dict[ReverseDns, JsonValue] = Field(default_factory=dict)
    """Anything else, under a reverse domain name."""
    measured: Optional[Measured] = None
    """What `build` measured; absent from a declaration."""
