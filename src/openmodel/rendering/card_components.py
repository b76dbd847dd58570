# SPDX-License-Identifier: Apache-2.0
"""The section of a model card about what is released or pointed at."""

from __future__ import annotations

from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.rendering.markdown import code, escape
from openmodel.rendering.wording import (
    ABSENT,
    Lines,
    Words,
    inline,
    items_below,
    labelled,
    listing,
    pin,
    rest,
    terms,
    told,
    told_items,
    where,
)

MOST_COMPONENTS, MOST_GLOBS = 50, 20
"""The most components, and file globs of one, that a card lists."""


def component_sections(words: Words) -> Lines:
    """The section about components. Not a table: places, commits and notes on terms would make it too wide to read."""
    components = answered(words.manifest.components)
    shown = [line for component in components[:MOST_COMPONENTS] for line in _titled(words, component)]
    if left := rest(len(components), MOST_COMPONENTS):
        shown += [f"{left[0].upper()}{left[1:]}.", ""]
    listed = listing(words.manifest.components, words.voice, "*The list of components is empty.*", shown[:-1])
    return ["### Components", "", *listed, "", *_not_offered(words)]


def _titled(words: Words, component: Component) -> Lines:
    return [f"#### {escape(component.name)}{words.belonging(component.of)}", "", *_component(words, component), ""]


def _component(words: Words, component: Component) -> Lines:
    voice = words.voice_of(component.of)
    rows = [
        ("What it is", [", ".join(map(kind_name, component.kinds)) or ABSENT]),
        ("Terms", told(component.terms, voice, lambda value: terms(value, voice))),
    ]
    rows += [("Files", _files(component))] if component.files else []
    if component.pin is not None:
        rows.append(("Repository", told(component.pin, voice, lambda value: pin(value, voice))))
    if component.where is not None or not (component.files or component.pin):
        rows.append(("Where", told_items(component.where, voice, lambda place: where(place, voice))))
    return labelled(rows)


def _files(component: Component) -> Lines:
    left = rest(len(component.files), MOST_GLOBS)
    return items_below([*map(code, component.files[:MOST_GLOBS]), *([left] if left else [])])


def _not_offered(words: Words) -> Lines:
    kinds = words.manifest.not_offered
    if not kinds:
        return []
    items = [f"- {kind_name(kind)}: {inline(told(kinds[kind], words.voice, str))}" for kind in sorted(kinds)]
    return ["Not offered:", "", *items, ""]


def kind_name(kind: str) -> str:
    """A kind of component as people write it."""
    return kind.replace("_", " ")
