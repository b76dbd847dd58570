# SPDX-License-Identifier: Apache-2.0
"""Everything that was found in a release, before it is put into sections."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from openmodel.drafting.card import ModelCard, read_card, title_of
from openmodel.drafting.claims import CitedWork, cited_work, claims_of
from openmodel.drafting.collection import Dataset
from openmodel.drafting.components import Group, groups_of
from openmodel.drafting.datasets import datasets_of
from openmodel.drafting.hub_copies import HubCopy, HubPlace, hub_copy, hub_place
from openmodel.drafting.licence import LicenceText, Stated, licence_texts, terms_of_model
from openmodel.drafting.package import Package, package_of
from openmodel.drafting.parents import Origins, origins_of
from openmodel.drafting.plain import said
from openmodel.drafting.repository import GitState, git_state
from openmodel.drafting.run import Training
from openmodel.drafting.training import Result, results_of, training_of
from openmodel.drafting.tree import Tree
from openmodel.errors import InventoryError
from openmodel.inventory.gguf import read_gguf_metadata
from openmodel.inventory.reading import open_regular


@dataclass(slots=True)
class Survey:
    """What was found."""

    tree: Tree
    card: ModelCard
    package: Package | None
    git: GitState | None
    hub: HubCopy | None
    place: HubPlace | None
    """The repository of the Hub that this directory may be a copy of."""
    gguf: Mapping[str, str | int | float | bool]
    """What the first GGUF file says of itself."""
    gguf_path: str
    stated: Stated
    texts: list[LicenceText]
    name: str = ""
    name_from: str = ""
    groups: list[Group] = field(default_factory=list)
    datasets: list[Dataset] = field(default_factory=list)
    origins: Origins = field(default_factory=lambda: Origins([]))
    training: Training = field(default_factory=Training)
    results: list[Result] = field(default_factory=list)
    cited: CitedWork | None = None
    claims: list[str] = field(default_factory=list)
    """What files say that no field of a manifest holds."""
    ids: set[str] = field(default_factory=set)
    """The ids that the draft uses already."""

    @property
    def is_package(self) -> bool:
        """Whether the model is what the Python package is about: it has no card of its own. Else somebody packed the
        model of others, and the package's version and author are not those of the model."""
        return self.package is not None and self.card.path == self.package.path

    @property
    def home_at_hub(self) -> HubPlace | None:
        """The repository of the model at the Hub, when this directory is a copy of it and nothing else: no weights are
        other ones."""
        return self.place if self.place and not self.place.doubts else None

    @property
    def main_text(self) -> LicenceText | None:
        """The licence text that stands for the whole directory: the one that was recognised highest up."""
        recognised = [text for text in self.texts if text.ids and self._is_for_all(text.path)]
        return recognised[0] if len({text.ids for text in recognised}) == 1 else None

    def _is_for_all(self, path: str) -> bool:
        """Whether a text lies at the top, beside the model, or with the metadata of the one package that this is."""
        above = posixpath.dirname(path)
        metadata = posixpath.dirname(self.package.path) if self.package else None
        return above in ("", self.tree.home) or (metadata is not None and f"{above}/".startswith(f"{metadata}/"))


def survey(tree: Tree) -> Survey:
    """Reads a release."""
    package = package_of(tree)
    card = read_card(tree, package)
    git, remarks = git_state(tree.root)
    tree.remarks += remarks
    groups = groups_of(tree, {index.path: index.shards for index in tree.examination.indexes})
    weights = [tree.files[path] for group in groups if group.kinds[:1] == ("weights",) for path in group.files]
    hub = hub_copy(tree.root)
    place = hub_place(git, hub, weights)
    gguf_path, gguf = _gguf(tree)
    texts = list(licence_texts(tree))
    stated = terms_of_model(tree, card, gguf, gguf_path)
    found = Survey(tree, card, package, git, hub, place, gguf, gguf_path, stated, texts)
    found.cited = cited_work(tree)
    found.name, found.name_from = _name(found)
    found.groups = groups
    found.datasets, remarks = datasets_of(tree, card)
    tree.remarks += remarks
    found.origins = origins_of(tree, card, gguf, found.name)
    found.training = training_of(tree, card)
    found.results, remarks = results_of(tree, card)
    tree.remarks += [*found.training.remarks, *remarks]
    found.claims = list(claims_of(tree, card, [origin.name for origin in found.origins.models]))
    found.claims += found.training.told
    return found


def _name(found: Survey) -> tuple[str, str]:
    if place := found.home_at_hub:
        return place.id.rpartition("/")[2], place.origin
    if found.package and found.package.name and found.is_package:
        return found.package.name, found.package.path
    if title := title_of(found.card):
        return title
    if name := said(found.gguf.get("general.name")):
        return name, f"{found.gguf_path}, general.name"
    if found.cited and found.cited.title:
        return found.cited.title, f"{found.cited.path}, title"
    folder = said(found.tree.root.resolve().name)
    return (folder, "the name of the directory") if folder else ("model", "made up, as nothing says it")


def _gguf(tree: Tree) -> tuple[str, Mapping[str, str | int | float | bool]]:
    path = next((path for path, file in tree.files.items() if file.format == "gguf"), None)
    if path is None:
        return "", {}
    try:
        with open_regular(tree.files[path].location) as opened:
            return path, read_gguf_metadata(opened.stream, opened.identity.size, path)
    except InventoryError as error:
        tree.remarks.append(f"{path}: found {error.problems[0].got}; nothing was taken from its metadata.")
        return path, {}
