# SPDX-License-Identifier: Apache-2.0
"""What requirements read: the manifest, and what follows from it."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from pydantic import JsonValue

from openmodel.evidence.findings import Contradiction, Evidence, of_conflict
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import Paths
from openmodel.manifest.loading import plain
from openmodel.manifest.measured import FileRecord
from openmodel.manifest.parent import ManifestReference, Parent
from openmodel.manifest.pointers import upward
from openmodel.manifest.source import Source
from openmodel.manifest.stage import Stage
from openmodel.policies.availability.addresses import is_address
from openmodel.policies.availability.companions import names_of
from openmodel.policies.availability.shards import Shards
from openmodel.policies.lineage import NOT_LOOKED_FOR, Lineage, ReadParent, UnreadParent
from openmodel.policies.parties import same_party
from openmodel.policies.stages import INHERITING, is_training, stage_code, training_data
from openmodel.policies.subject import subject_bytes

Grade = Literal["declared", "claimed", "recorded", "verified"]
"""How a fact is known, from weak to strong. `claimed` and `recorded` are of one rank."""

Role = Literal["publisher", "third_party"]

MAX_REVIEWED = 2**26
"""Bytes of values that digests of reviews are taken of, all together."""


class Facts:
    """A manifest with what requirements ask about it. Everything is worked out once, when first asked."""

    def __init__(
        self,
        manifest: Manifest,
        lineage: Lineage = MappingProxyType({}),
        evidence: Evidence | None = None,
        today: str | None = None,
    ) -> None:
        self.manifest = manifest
        self._lineage = lineage
        self.evidence = evidence
        """What reading the bytes gave, where this evaluation read them."""
        self.today = today
        """The date of this evaluation as YYYY-MM-DD, where it has one: what is dated later has not happened."""
        self._subjects: dict[tuple[str, ...], str | None] = {}
        self._parts: dict[str, bytes] = {}
        self._reviewed = 0
        self._files: dict[tuple[str, ...], list[str]] = {}

    @cached_property
    def plain(self) -> dict[str, JsonValue]:
        """The manifest as plain data, as pointers address it."""
        return plain(self.manifest)

    def speaker(self, of: str | None = None) -> Role:
        """Who states the facts of the release, or of the parent `of`."""
        if of is None:
            release = self.manifest.release
            describer = release.described_by
            if describer is None or describer.role == "publisher":
                return "publisher"
            publisher = release.publisher if isinstance(release.publisher, str) else ""
            return "publisher" if same_party(publisher, describer.name or "") else "third_party"
        describer = self._parents_by_id[of].described_by
        return describer.role if describer else "third_party"

    def is_own(self, name: str) -> bool:
        """Whether a name is that of the publisher or describer. Where none is named, nobody can be known to be."""
        release = self.manifest.release
        describer = release.described_by.name if release.described_by else None
        named = [one for one in (release.publisher, describer) if isinstance(one, str)]
        return any(same_party(one, name) for one in named)

    def cited(self, pointer: str) -> bool:
        """Whether somebody names where the fact at the pointer, or one that it is part of, was read."""
        return any(place in self._cited for place in upward(pointer) if place)

    def cited_itself(self, pointer: str) -> bool:
        """Whether somebody names where the fact at the pointer was read, or all of the one thing that it is said of. A
        citation for a whole list does not show what was read about one field."""
        return not self._cited.isdisjoint((pointer, pointer.rpartition("/")[0]))

    def grade(self, pointer: str) -> Grade:
        """How the fact at a pointer is known: as the manifest says, or better, if this evaluation read the bytes."""
        if self.evidence and pointer in self.evidence.verified:
            return "verified"
        if pointer == "/measured" or pointer.startswith("/measured/"):
            return "recorded"
        return next((self._evidence[place] for place in upward(pointer) if place in self._evidence), "declared")

    @cached_property
    def recorded_contradictions(self) -> tuple[Contradiction, ...]:
        """Where the manifest itself says that something was observed otherwise than declared, unless this evaluation
        read the same."""
        conflicts = self.manifest.measured.conflicts if self.manifest.measured else ()
        read = {(item.where, repr(item.observed)) for item in self.read_contradictions}
        return tuple(item for item in map(of_conflict, conflicts) if (item.where, repr(item.observed)) not in read)

    @property
    def read_contradictions(self) -> tuple[Contradiction, ...]:
        """Where the bytes that this evaluation read contradict the manifest."""
        return self.evidence.contradictions if self.evidence else ()

    def subject_sha256(self, pointers: tuple[str, ...]) -> str | None:
        """The digest that binds a review to the values at some pointers; None when so much was looked at already that
        reviews may be there to keep the machine busy."""
        if pointers not in self._subjects:
            self._subjects[pointers] = None
            if self._reviewed <= MAX_REVIEWED:
                subject = subject_bytes(self.plain, pointers, self._parts)
                self._reviewed += len(subject)
                self._subjects[pointers] = hashlib.sha256(subject).hexdigest()
        return self._subjects[pointers]

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
        """Pointer and stage of each stage that learns from data: by its kind, by not stating one, or by a source that
        it names for training."""
        return [
            (f"/stages/{index}", stage)
            for index, stage in enumerate(self.stages)
            if self._is_part_of_the_making(stage) and is_training(stage) and not self.made_tokenizer(stage)
        ]

    def made_tokenizer(self, stage: Stage) -> bool:
        """Whether a stage gave a tokenizer and no model. What it learned from is no training data of the model."""
        held = self.component_or_none(stage.result or "")
        gave_model = held is not None and {"weights", "checkpoint"} & set(held.kinds)
        return stage.kind == "tokenize" and not gave_model and all(use.role not in INHERITING for use in stage.models)

    @cached_property
    def tokenizer_sources(self) -> set[str]:
        """Ids of the sources that stages use for nothing but a tokenizer."""
        used: dict[bool, set[str]] = {True: set(), False: set(self._used_sources)}
        for stage in self.stages:
            used[self.made_tokenizer(stage)].update(item.source for item in answered(stage.data))
        return used[True] - used[False]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """All sources; none when they are absent or undisclosed."""
        return answered(self.manifest.sources)

    @cached_property
    def training_sources(self) -> list[tuple[str, Source]]:
        """Pointer and source of all data used for training, and of what it was made from.

        When no stage of the release (or of a parent) names data, all its sources count but those that only a tokenizer
        was made from: whoever lists a source for a model without saying where it was used means it.
        """
        return [
            (f"/sources/{index}", source)
            for index, source in enumerate(self.sources)
            if source.id in self._used_sources
            or (source.of in self._owners_without_stage_data and source.id not in self.tokenizer_sources)
        ]

    def _is_part_of_the_making(self, stage: Stage) -> bool:
        """Whether a stage is of the release or an inherited parent, or says that it made a component of one."""
        if stage.of in self._owners:
            return True
        return stage.result is not None and self.component(stage.result)[1].of in self._owners

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

    def is_inherited(self, of: str | None) -> bool:
        """Whether something is of the release (None), or of a parent whose parameters went into it."""
        return of in self._owners

    def components(self, *kinds: Kind) -> Iterator[tuple[str, Component]]:
        """Pointer and component of each of one of the kinds, of the release and of parents whose parameters it has."""
        for index, component in enumerate(answered(self.manifest.components)):
            if component.of in self._owners and set(kinds) & set(component.kinds):
                yield f"/components/{index}", component

    @cached_property
    def training_code(self) -> list[tuple[str, Component]]:
        """Pointer and component of all code that trained: by its kind, or because a training stage names it."""
        found = dict(self.components("training_code"))
        for pointer, stage in self.training_stages:
            for _, named in stage_code(pointer, stage):
                found |= dict(map(self.component, answered(named)))
        return list(found.items())

    @property
    def components_without_kinds(self) -> Iterator[tuple[str, Component]]:
        """Pointer and component of each, of the release, that does not say what it is."""
        for index, component in enumerate(answered(self.manifest.components)):
            if component.of is None and not component.kinds:
                yield f"/components/{index}", component

    def component(self, id: str) -> tuple[str, Component]:
        """Pointer and component of an id; `references` has made sure that there is one."""
        return self._components_by_id[id]

    def component_or_none(self, id: str) -> Component | None:
        """The component of an id that may also be a parent's."""
        held = self._components_by_id.get(id)
        return held[1] if held else None

    @cached_property
    def inherited_parents(self) -> list[tuple[str, Parent]]:
        """Pointer and parent of each model whose parameters went into this one. One that no stage uses counts."""
        uses = [use for stage in self.stages for use in stage.models]
        others = {use.model for use in uses if use.role not in INHERITING}
        handed_on = {use.model for use in uses if use.role in INHERITING}
        weights = (one for one in answered(self.manifest.components) if one.of is None and "weights" in one.kinds)
        handed_on |= {component.id for component in weights} - others
        inherited = {of for model in handed_on for of in self._makers(model)}
        other_roles = {of for model in others for of in self._makers(model)}
        other_roles.update(id for source in self.sources for id in source.made_by)
        return [
            (f"/parents/{index}", parent)
            for index, parent in enumerate(answered(self.manifest.parents))
            if parent.id in inherited or parent.id not in other_roles
        ]

    def _makers(self, model: str) -> set[str | None]:
        """Whose a model is: itself as a parent, or the parents that a component is of, or that a stage of gave it."""
        held = self.component_or_none(model)
        return {held.of, *self._stages_of_results.get(model, ())} if held else {model}

    @cached_property
    def _stages_of_results(self) -> dict[str | None, set[str | None]]:
        """By the component that they gave, of whom the stages are."""
        found: dict[str | None, set[str | None]] = {}
        for stage in self.stages:
            found.setdefault(stage.result, set()).add(stage.of)
        return found

    def own_manifest(self, parent: Parent) -> ReadParent | UnreadParent | None:
        """What is at hand of the manifest of a parent; None when none is named."""
        named = parent.manifest
        if not isinstance(named, ManifestReference) or not (named.path or named.url or named.sha256):
            return None
        return self._lineage.get(parent.id, NOT_LOOKED_FOR)

    @cached_property
    def read_parents(self) -> list[tuple[str, Parent, ReadParent]]:
        """Pointer, parent and manifest of each model whose parameters went into this one, where a manifest was read."""
        known = [(pointer, parent, self.own_manifest(parent)) for pointer, parent in self.inherited_parents]
        return [(pointer, parent, read) for pointer, parent, read in known if isinstance(read, ReadParent)]

    @cached_property
    def ancestors(self) -> list[tuple[str, Facts]]:
        """The facts of each release that this one descends from, once, with the pointer to the parent here that it is
        or that was made from it."""
        found: dict[int, tuple[str, Facts]] = {}
        waiting = deque((pointer, read.facts) for pointer, _, read in self.read_parents)
        while waiting:
            pointer, facts = waiting.popleft()
            if id(facts) not in found:
                found[id(facts)] = (pointer, facts)
                waiting.extend((pointer, read.facts) for _, _, read in facts.read_parents)
        return list(found.values())

    def measured_file(self, path: str) -> str | None:
        """Pointer of the measured digest of a file of the release; None when it was not measured."""
        return self._measured_files.get(path)

    def measured_sha256(self, path: str | None) -> str | None:
        """The measured SHA-256 of a file of the release."""
        return self._sha256.get(path) if path else None

    @cached_property
    def _sha256(self) -> dict[str, str]:
        return {path: record.sha256 for path, record in self._records.items()}

    @cached_property
    def _records(self) -> dict[str, FileRecord]:
        records = {file.path: file for file in (self.manifest.measured.files if self.manifest.measured else ())}
        return self.evidence.completed(records) if self.evidence else records

    @cached_property
    def licence_texts(self) -> list[tuple[str, FileRecord]]:
        """Pointer and file of each measured file that is the text of a licence."""
        files = self.manifest.measured.files if self.manifest.measured else ()
        return [(f"/measured/files/{index}", file) for index, file in enumerate(files) if file.license_ids]

    def is_in_release(self, path: str | None) -> bool:
        """Whether a file is in the release; before `build`, whether somebody says so."""
        return path is not None and (self.manifest.measured is None or path in self._measured_files)

    def has_files(self, component: Component) -> bool:
        """Whether files of a component are in the release; before `build`, whether it names some."""
        if self.manifest.measured is None:
            return bool(component.files)
        return bool(self.files_of(component))

    def files_of(self, component: Component) -> list[str]:
        """The measured files that a component names, sorted."""
        if component.files not in self._files:
            named = {path for glob in component.files for path in self._measured_paths.named_by(glob)}
            self._files[component.files] = sorted(named)
        return self._files[component.files]

    def records(self, paths: Iterable[str]) -> list[FileRecord]:
        """What was measured of these files, which `files_of` gave."""
        return [self._records[path] for path in paths]

    @cached_property
    def shards(self) -> Shards:
        """What is known of weights that were cut into several files."""
        measured = self.manifest.measured
        return Shards(self._measured_paths, measured.files if measured else (), measured.absent if measured else ())

    @cached_property
    def companions(self) -> frozenset[str]:
        """The names of all measured files, as `companions.alone` looks them up."""
        return names_of(self._measured_files)

    @cached_property
    def _measured_paths(self) -> Paths:
        return Paths(self._measured_files)

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
        """Where a citation leads to an address, that anybody can look up."""
        return {citation.at for citation in self.manifest.citations if is_address(citation.where.url)}

    @cached_property
    def _evidence(self) -> dict[str, Grade]:
        measured = self.manifest.measured
        return {item.at: item.grade for item in measured.evidence} if measured else {}
