# SPDX-License-Identifier: Apache-2.0
"""What the Model Openness Tool would read of a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from openmodel.manifest.component import Component
from openmodel.manifest.values import Terms
from openmodel.policies.facts import Facts
from openmodel.policies.mof.components import COMPONENTS, MofComponent
from openmodel.policies.mof.written import licences_of_release
from openmodel.policies.mot.classifying import Classification, Listing, classify
from openmodel.policies.mot.licences import is_open

Listed = tuple[str, Component]
"""A component of the release, with its place."""


def listed(facts: Facts, component: MofComponent) -> Listed | None:
    """The component of the release that stands for one of the framework, which knows one of each. Of several it is one
    whose licence is not open, if there is any: the others do not make up for it."""
    found = [item for kind in component.kinds for item in facts.components(kind) if item[1].of is None]
    closed = (item for item in found if not is_open(own_licence(item[1]) or ""))
    return next(closed, found[0] if found else None)


def own_licence(component: Component) -> str | None:
    """The licence that a component states; empty for none, None where it does not say."""
    terms = component.terms
    if terms is None or (isinstance(terms, Terms) and terms.expression is None):
        return None
    return "" if not isinstance(terms, Terms) or terms.expression in (None, "NONE") else terms.expression


@lru_cache(maxsize=1)  # Each requirement asks for it, of one release after the other.
def classification(facts: Facts) -> Classification:
    """What the tool says of a release."""
    there = {component.name: item for component in COMPONENTS if (item := listed(facts, component))}
    licences = {name: own_licence(item[1]) for name, item in there.items()}
    return classify(Listing(licences, licences_of_release(facts.manifest)))


def progress(facts: Facts) -> Mapping[int, float]:
    """Percent of the way to each class, as the tool counts."""
    return {int(level): percent for level, percent in classification(facts).progress.items()}
