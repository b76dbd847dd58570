# SPDX-License-Identifier: Apache-2.0
"""What requirements read: the manifest, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from pydantic import JsonValue

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import matches
from openmodel.manifest.loading import plain
from openmodel.manifest.parent import Parent
from openmodel.manifest.source import Source
from openmodel.manifest.stage import Stage, StageData

Grade = Literal["declared", "claimed", "recorded", "verified"]
"""How a fact is known, from weak to strong. `claimed` and `recorded` are of one rank."""

Role = Literal["publisher", "third_party"]

TRAINING = ("train", "finetune", "adapt", "distill", "reward")
"""Kinds of stage that learn from data."""

INHERITING = ("initial", "merged")
"""Roles in which a model hands its parameters on. A teacher's or generator's own data is not asked for."""


def _is_training(stage: Stage) -> bool:
    named = any(item.role == "train" for item in answered(stage.data))
    return stage.kind in TRAINING or named or (stage.kind is None and stage.data is not None)


def training_data(stage: Stage) -> tuple[StageData, ...]:
    """The data that a stage learned from, without what it was validated on or selected by."""
    return tuple(item for item in answered(stage.data) if item.role in (None, "train"))


class Facts:
    """A manifest with what requirements ask about it. Everything is worked out once, when first asked."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    @cached_property
    def plain(self) -> dict[str, JsonValue]:
        """The manifest as plain data, as pointers address it."""
        return plain(self.manifest)

    def speaker(self, of: str | None = None) -> Role:
        """Who states the facts of the release, or of the parent `of`."""
        if of is None:
            describer = self.manifest.release.described_by
            return describer.role if describer else "publisher"
        describer = self._parents_by_id[of].described_by
        return describer.role if describer else "third_party"

    def cited(self, pointer: str) -> bool:
        """Whether somebody names where the fact at the pointer, or one that it is part of, was read."""
        return any(pointer == at or pointer.startswith(f"{at}/") for at in self._cited if at)

    def grade(self, pointer: str) -> Grade:
        """How the fact at a pointer is known, as far as the manifest says."""
        if pointer == "/measured" or pointer.startswith("/measured/"):
            return "recorded"
        place = pointer
        while place:
            if place in self._evidence:
                return self._evidence[place]
            place = place.rpartition("/")[0]
        return "declared"

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """All stages; none when they are absent or undisclosed."""
        return answered(self.manifest.stages)

    @property
    def undescribed_stages(self) -> Undisclosed | None:
        """What is said instead of a list of stages."""
        return self.manifest.stages if isinstance(self.manifest.stages, Undisclosed) else None

    @cached_property
    def training_stages(self) -> list[tuple[str, Stage]]:
        """Pointer and stage of each stage that learns from data: by its kind, by a source that it names for training,
        or, when its kind is not stated, by naming data at all."""
        return [
            (f"/stages/{index}", stage)
            for index, stage in enumerate(self.stages)
            if stage.of in self._owners and _is_training(stage)
        ]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """All sources; none when they are absent or undisclosed."""
        return answered(self.manifest.sources)

    @cached_property
    def training_sources(self) -> list[tuple[str, Source]]:
        """Pointer and source of all data used for training, and of what it was made from.

        When no stage of the release (or of a parent) names data, all its sources count: whoever lists a source for
        a model without saying where it was used means it.
        """
        return [
            (f"/sources/{index}", source)
            for index, source in enumerate(self.sources)
            if source.id in self._used_sources or source.of in self._owners_without_stage_data
        ]

    @cached_property
    def _owners(self) -> set[str | None]:
        """The release itself (None), and the parents whose parameters went into it."""
        return {None, *(parent.id for _, parent in self.inherited_parents)}

    @cached_property
    def _owners_without_stage_data(self) -> set[str | None]:
        return self._owners - {stage.of for _, stage in self.training_stages if training_data(stage)}

    def training_sources_of_class(self, name: str) -> list[tuple[str, Source]]:
        """The training sources of one of OSI's data classes."""
        return [(pointer, source) for pointer, source in self.training_sources if source.class_ == name]

    @cached_property
    def _used_sources(self) -> set[str]:
        by_id = {source.id: source for source in self.sources}
        waiting = [item.source for _, stage in self.training_stages for item in training_data(stage)]
        used: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in used:
                used.add(name)
                waiting.extend(by_id[name].derived_from)
        return used

    def components(self, *kinds: Kind) -> Iterator[tuple[str, Component]]:
        """Pointer and component of each of one of the kinds, of the release and of parents whose parameters it has."""
        for index, component in enumerate(answered(self.manifest.components)):
            if component.of in self._owners and set(kinds) & set(component.kinds):
                yield f"/components/{index}", component

    def component(self, id: str) -> tuple[str, Component]:
        """Pointer and component of an id; `references` has made sure that there is one."""
        return self._components_by_id[id]

    @cached_property
    def inherited_parents(self) -> list[tuple[str, Parent]]:
        """Pointer and parent of each model whose parameters went into this one. One that no stage uses counts."""
        other_roles: set[str] = set()
        inherited: set[str] = set()
        for stage in self.stages:
            for use in stage.models:
                (inherited if use.role in INHERITING else other_roles).add(use.model)
        for source in self.sources:
            other_roles.update(source.made_by)
        return [
            (f"/parents/{index}", parent)
            for index, parent in enumerate(answered(self.manifest.parents))
            if parent.id in inherited or parent.id not in other_roles
        ]

    def measured_file(self, path: str) -> str | None:
        """Pointer of the measured digest of a file of the release; None when it was not measured."""
        return self._measured_files.get(path)

    def is_in_release(self, path: str | None) -> bool:
        """Whether a file is in the release; before `build`, whether somebody says so."""
        return path is not None and (self.manifest.measured is None or path in self._measured_files)

    def has_files(self, component: Component) -> bool:
        """Whether files of a component are in the release; before `build`, whether it names some."""
        measured = self.manifest.measured
        if measured is None:
            return bool(component.files)
        return any(matches(glob, file.path) for glob in component.files for file in measured.files)

    def not_offered(self, kind: Kind) -> Undisclosed | None:
        """What is said about a kind of component that is not there, or about all components together."""
        components = self.manifest.components
        return self.manifest.not_offered.get(kind) or (components if isinstance(components, Undisclosed) else None)

    @cached_property
    def _measured_files(self) -> dict[str, str]:
        files = self.manifest.measured.files if self.manifest.measured else ()
        return {file.path: f"/measured/files/{index}/sha256" for index, file in enumerate(files)}

    @cached_property
    def _components_by_id(self) -> dict[str, tuple[str, Component]]:
        components = enumerate(answered(self.manifest.components))
        return {component.id: (f"/components/{index}", component) for index, component in components}

    @cached_property
    def _parents_by_id(self) -> dict[str, Parent]:
        return {parent.id: parent for parent in answered(self.manifest.parents)}

    @cached_property
    def _cited(self) -> set[str]:
        return {citation.at for citation in self.manifest.citations}

    @cached_property
    def _evidence(self) -> dict[str, Grade]:
        measured = self.manifest.measured
        return {item.at: item.grade for item in measured.evidence} if measured else {}
