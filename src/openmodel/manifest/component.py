# SPDX-License-Identifier: Apache-2.0
"""Components: everything that is released or pointed at."""

from __future__ import annotations

from typing import Literal

from openmodel.manifest.base import Disclosable, Node, Optional
from openmodel.manifest.values import Glob, Id, Pin, Terms, Where

Kind = Literal[
    "architecture",
    "weights",
    "checkpoint",
    "optimizer_state",
    "tokenizer",
    "configuration",
    "data_processing_code",
    "data_generation_code",
    "training_code",
    "hyperparameter_search_code",
    "merging_code",
    "conversion_code",
    "validation_code",
    "inference_code",
    "evaluation_code",
    "library",
    "training_data",
    "data_information",
    "model_card",
    "data_card",
    "technical_report",
    "research_paper",
    "evaluation_data",
    "evaluation_results",
    "sample_outputs",
    "metadata",
]
"""What a component is. MOF components and OSI's checklist are tables over these."""


class Component(Node):
    """Something that is released here or pointed at. One thing may be of several kinds: a script that trains and
    validates."""

    id: Id
    """Name inside this document."""
    name: str
    """What people call it."""
    of: Optional[Id] = None
    """The parent this belongs to; absent when it belongs to the release itself."""
    kinds: tuple[Kind, ...] = ()
    """What it is."""
    files: tuple[Glob, ...] = ()
    """The files of the release that make it up, as globs."""
    pin: Disclosable[Pin] = None
    """Which state of which repository it is, for code."""
    where: Disclosable[tuple[Where, ...]] = None
    """Where it can be had."""
    terms: Disclosable[Terms] = None
    """The terms it is under."""
