# SPDX-License-Identifier: Apache-2.0
"""Documents that describe data in place of the manifest: they are data information, and need its terms."""

from __future__ import annotations

from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.source import InDocument
from openmodel.policies.facts import Facts

_FIELDS = ("provenance", "scope", "characteristics", "obtained", "selected", "labelled", "processed", "filtered")


def documents_of_sources(facts: Facts) -> dict[str, str]:
    """Path or address of each document that describes training data, with the first place that names it."""
    found: dict[str, str] = {}
    for pointer, source in facts.training_sources:
        for field in (*_FIELDS, "not_shared_because"):
            value = getattr(source, field)
            if isinstance(value, InDocument) and (name := value.document.path or value.document.url):
                found.setdefault(name, f"{pointer}/{field}")
    return found


def components_of(facts: Facts, names: dict[str, str]) -> dict[str, list[tuple[str, Component]]]:
    """By path or address, the components that such a document is part of: one that names its file, or is had there."""
    found: dict[str, list[tuple[str, Component]]] = {}
    for index, component in enumerate(answered(facts.manifest.components)):
        held = set(component.files) if facts.manifest.measured is None else set(facts.files_of(component))
        held |= {place.url for place in answered(component.where)}
        for name in held & names.keys():
            found.setdefault(name, []).append((f"/components/{index}", component))
    return found
