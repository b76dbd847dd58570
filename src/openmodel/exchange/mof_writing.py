# SPDX-License-Identifier: Apache-2.0
"""A manifest into a file of the Model Openness Framework: one that came from such a file, or any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from openmodel.exchange.mof import UNNAMED, held_of_release
from openmodel.exchange.mof_components import held, held_now
from openmodel.exchange.remainder import restored
from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.policies.facts import Facts
from openmodel.policies.mof.components import COMPONENTS
from openmodel.policies.mof.written import written
from openmodel.policies.mot.listing import listed

Data = dict[str, JsonValue]

FRAMEWORK: Mapping[str, JsonValue] = {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"}
"""The edition of the framework whose files these are."""

_RELEASE = ("name", "version", "producer", "date", "description")
_COMPONENT = ("name", "description", "license", "license_path", "component_path")


def export_mof(manifest: Manifest) -> dict[str, JsonValue]:
    """The data of a file of the Model Openness Framework for a release.

    Of a manifest that `import_mof` made it is the data of that file, but for what was changed since. The framework
    knows one component of each kind; of several it is one whose licence is not open, if there is any.
    """
    kept = written(manifest)
    document, left = _mapping(kept.get("document")), _mapping(kept.get("release"))
    if not kept:
        document, left = {"framework": dict(FRAMEWORK)}, {"license": []}
    release = restored(left, held_of_release, {}, _held_of_release_now(manifest))
    components = [*_entries(manifest, kept.get("components"))]
    release = _in_order(release, _RELEASE)
    if components or not kept or isinstance(kept.get("components"), list):
        release["components"] = [*components]
    return document | (release if kept.get("flat") is True else {"release": release})


def _held_of_release_now(manifest: Manifest) -> dict[str, str]:
    release = manifest.release
    values = {
        "name": release.name or UNNAMED,
        "version": release.version,
        "producer": release.publisher,
        "description": release.description,
        "date": release.date,
    }
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _entries(manifest: Manifest, kept: JsonValue) -> Iterator[JsonValue]:
    """The components: those of the file in its order, and then those that it did not have."""
    by_id = {component.id: component for component in answered(manifest.components)}
    before: dict[str, Data] = {}
    names: set[str] = set()
    for item in map(_mapping, kept if isinstance(kept, list) else ()):
        id = item.get("component")
        component = by_id.get(id) if isinstance(id, str) else None
        if id is None:
            yield item.get("entry")
        elif component and "entry" in item:
            before[component.id] = before.get(component.id, {}) | _mapping(item["entry"])
            yield item["entry"]
        elif component:
            entry = restored(_mapping(item.get("left")), held, before.get(component.id, {}), held_now(component))
            names.add(str(entry.get("name")))
            yield _in_order(entry, _COMPONENT)
    facts = Facts(manifest)
    for known in COMPONENTS:
        found = listed(facts, known)
        if found and known.name not in names:
            yield _in_order({"name": known.name, **held_now(found[1])}, _COMPONENT)


def _in_order(members: Data, names: Sequence[str]) -> Data:
    """The members with those of these names first, as people expect to read them."""
    return {name: members[name] for name in names if name in members} | members


def _mapping(value: JsonValue) -> Data:
    return value if isinstance(value, dict) else {}
