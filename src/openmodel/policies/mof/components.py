# SPDX-License-Identifier: Apache-2.0
"""The components of the Model Openness Framework and the classes that ask for them.

Source: the Model Openness Framework (arXiv:2403.13784) as the Model Openness Tool has it: 17 components, of which class
III asks for 6, class II for 4 more and class I for 4 more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openmodel.manifest.component import Kind

Content = Literal["code", "data", "document"]
"""What a component is made of, which says what licences suit it."""

Class = Literal[3, 2, 1]
"""III Open Model, II Open Tooling, I Open Science: a lower number asks for more."""

CLASSES: tuple[Class, ...] = (3, 2, 1)
"""From the one that asks for least to the one that asks for most; each asks for all that those before it ask for."""

TITLES = {0: "no class", 1: "Class I, Open Science", 2: "Class II, Open Tooling", 3: "Class III, Open Model"}


@dataclass(frozen=True, slots=True)
class MofComponent:
    """One component of the framework."""

    name: str
    """As it is written in files of the framework."""
    content: Content
    belongs_to: Class
    """The class that lists it."""
    is_required: bool
    kinds: tuple[Kind, ...]
    """The kinds of component of a manifest that are it."""


COMPONENTS = (
    MofComponent("Datasets", "data", 1, True, ("training_data",)),
    MofComponent("Data preprocessing code", "code", 1, True, ("data_processing_code",)),
    MofComponent("Model architecture", "code", 3, True, ("architecture",)),
    MofComponent("Model parameters (Final)", "data", 3, True, ("weights",)),
    MofComponent("Model metadata", "data", 1, False, ("metadata",)),
    MofComponent("Model parameters (Intermediate)", "data", 1, True, ("checkpoint",)),
    MofComponent("Training code", "code", 2, True, ("training_code",)),
    MofComponent("Inference code", "code", 2, True, ("inference_code",)),
    MofComponent("Evaluation code", "code", 2, True, ("evaluation_code",)),
    MofComponent("Evaluation data", "data", 2, True, ("evaluation_data",)),
    MofComponent("Evaluation results", "document", 3, True, ("evaluation_results",)),
    MofComponent("Supporting libraries and tools", "code", 2, False, ("library",)),
    MofComponent("Model card", "document", 3, True, ("model_card",)),
    MofComponent("Data card", "document", 3, True, ("data_card",)),
    MofComponent("Technical report", "document", 3, True, ("technical_report",)),
    MofComponent("Research paper", "document", 1, True, ("research_paper",)),
    MofComponent("Sample model outputs", "document", 3, False, ("sample_outputs",)),
)
"""In the order of the Model Openness Tool's settings."""

BY_NAME = {component.name: component for component in COMPONENTS}

TECHNICAL_REPORT, RESEARCH_PAPER = "Technical report", "Research paper"
"""The paper may stand in for the report."""


def required_for(level: Class) -> tuple[str, ...]:
    """The names of what a class asks for, with what the classes below it ask for."""
    asked = CLASSES[: CLASSES.index(level) + 1]
    return tuple(
        component.name
        for one in asked
        for component in COMPONENTS
        if component.is_required and component.belongs_to == one
    )
