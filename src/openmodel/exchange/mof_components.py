# SPDX-License-Identifier: Apache-2.0
"""One component of a file of the Model Openness Framework, in and out.

What a manifest can hold of it are three members: `license`, `license_path` and `component_path`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pydantic import JsonValue

from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.values import Pin, Terms
from openmodel.policies.mof.components import MofComponent
from openmodel.policies.mot.classifying import UNLICENSED
from openmodel.policies.mot.listing import own_licence

OLD_NAMES = {"license": "license_name", "component_path": "location"}
"""What some members were called in older files."""

_ADDRESS = re.compile(r"https?://[^\s/]\S*")


def held(entry: Mapping[str, JsonValue]) -> dict[str, str]:
    """What a manifest can hold of a component as a file has it."""
    found = {}
    if (licence := licence_of(entry)) is not None:
        found["license"] = licence
    for name in ("license_path", "component_path"):
        value = _member(entry, name)
        if isinstance(value, str) and _ADDRESS.fullmatch(value):
            found[name] = value
    return found


def licence_of(entry: Mapping[str, JsonValue]) -> str | None:
    """The licence that a component states: `unlicensed` for all ways to say that there is none, and None where it says
    nothing, so that a licence of the whole release holds. What is no text is taken as its JSON, which no id is."""
    value = _member(entry, "license")
    if value is None:
        return None
    if value in (UNLICENSED, "NONE") or not value:
        return UNLICENSED
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _member(entry: Mapping[str, JsonValue], name: str) -> JsonValue:
    """A member by its name, or by its old name where it is not there at all."""
    return entry.get(name if name in entry else OLD_NAMES.get(name, name))


def component_of(entry: Mapping[str, JsonValue], known: MofComponent, id: str) -> dict[str, JsonValue]:
    """The component of a declaration, as plain data."""
    fields = held(entry)
    component: dict[str, JsonValue] = {"id": id, "name": known.name, "kinds": [known.kinds[0]]}
    if "component_path" in fields:
        component["where"] = [{"url": fields["component_path"]}]
    terms: dict[str, JsonValue] = {}
    if "license" in fields:
        terms["expression"] = "NONE" if fields["license"] == UNLICENSED else fields["license"]
    if "license_path" in fields:
        terms["url"] = fields["license_path"]
    return component | ({"terms": terms} if terms else {})


def held_now(component: Component) -> dict[str, str]:
    """The same three of a component of a manifest. Where it states no address of itself there is its repository or its
    first file, and where its terms have none their text."""
    found = {}
    licence = own_licence(component)
    if licence is not None:
        found["license"] = licence or UNLICENSED
    terms = component.terms
    if isinstance(terms, Terms) and (path := terms.url or terms.text):
        found["license_path"] = path
    pinned = [component.pin.repository] if isinstance(component.pin, Pin) else []
    if places := [*(place.url for place in answered(component.where)), *pinned, *component.files]:
        found["component_path"] = places[0]
    return found
