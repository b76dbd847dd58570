# SPDX-License-Identifier: Apache-2.0
"""How the Model Openness Tool comes to a class and to the progress towards each, with its quirks.

It looks at names and licence strings alone: it follows no path, reads no file and knows no expression. `docs/mof.md`
lists where that differs from what people expect. All of its own test cases come out the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from openmodel.policies.mof.components import (
    BY_NAME,
    CLASSES,
    RESEARCH_PAPER,
    TECHNICAL_REPORT,
    Class,
    required_for,
)
from openmodel.policies.mot.licences import is_open

Status = Literal["included", "invalid", "unlicensed", "missing"]
"""`included`: listed under an open licence; `invalid`: under another; `unlicensed`: under none; `missing`: not
listed."""

UNLICENSED = "unlicensed"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the tool reads of a release."""

    components: Mapping[str, str | None]
    """By name of the component, its own licence; empty or `unlicensed` for none, None where it states nothing and a
    licence of the whole release holds."""
    licences: Mapping[str, str]
    """Licences of the whole release, by `code`, `data`, `document` and `distribution`; the last is for all."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What the tool says of a release."""

    statuses: Mapping[str, Status]
    """Of each component that a class asks for, by name."""
    licences: Mapping[str, str | None]
    """Of each listed component, the licence that holds; None for none."""
    progress: Mapping[Class, float]
    """Percent, by class: 0 while a class below is not reached."""

    @property
    def reached(self) -> Literal[0, 1, 2, 3]:
        """The best class whose progress is 100; 0 for none."""
        return next((level for level in reversed(CLASSES) if self.progress[level] == 100), 0)  # noqa: PLR2004


def classify(listing: Listing) -> Classification:
    """The class of a release and the progress towards each, as the tool has them."""
    licences = {name: _licence(listing, name) for name in listing.components if name in BY_NAME}
    statuses: dict[str, Status] = {}
    for name in required_for(1):
        if name not in licences:
            statuses[name] = "missing"
        elif (licence := licences[name]) is None:
            statuses[name] = "unlicensed"
        else:
            statuses[name] = "included" if is_open(licence) else "invalid"
    return Classification(statuses, licences, {level: _progress(statuses, level) for level in CLASSES})


def _licence(listing: Listing, name: str) -> str | None:
    """The licence that holds for a listed component. One that says it has none does not fall back on the release's."""
    own = listing.components[name]
    if own is not None:
        return None if own in ("", "0", UNLICENSED) else own  # PHP takes "0" for nothing.
    content = BY_NAME[name].content
    return next((found for key in (content, "distribution") if (found := listing.licences.get(key))), None)


def _progress(statuses: Mapping[str, Status], level: Class) -> float:
    for below in CLASSES[: CLASSES.index(level)]:
        if _included(statuses, below) < len(required_for(below)):
            return 0.0
    total = len(required_for(level))
    paper_stands_in = statuses[TECHNICAL_REPORT] != "included" and statuses[RESEARCH_PAPER] == "included"
    if level == 1 and paper_stands_in:
        total -= 1  # Classes III and II count the paper in place of the report instead.
    return min(100.0, 100 * _included(statuses, level) / total)


def _included(statuses: Mapping[str, Status], level: Class) -> int:
    count = sum(statuses[name] == "included" for name in required_for(level))
    paper_stands_in = statuses[TECHNICAL_REPORT] != "included" and statuses[RESEARCH_PAPER] == "included"
    return count + (level != 1 and paper_stands_in)
