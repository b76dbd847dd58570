# SPDX-License-Identifier: Apache-2.0
"""One requirement for each component of the framework: what the Model Openness Tool says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.ladder import Rung
from openmodel.policies.mof.components import (
    BY_NAME,
    CLASSES,
    COMPONENTS,
    RESEARCH_PAPER,
    TECHNICAL_REPORT,
    TITLES,
    MofComponent,
    required_for,
)
from openmodel.policies.mot.licences import is_appropriate, is_open
from openmodel.policies.mot.listing import classification, listed
from openmodel.policies.requirement import Check, Claim, Failing, Finding, NotApplicable, Requirement, Result

_DOCUMENTATION = """What it checks: {name} is listed (kind {kind}) under a licence that the Model Openness Tool takes
for open: an exact id that OSI or the FSF approve, or one of its open data licences. No file is looked at and no address
followed, since the tool does not.

Why it matters: people who must agree with the tool's public site need its very answer, which looks at less than other
policies do.

How to fix: add a component of kind `{kind}` with `terms`, the exact SPDX id of an open licence.

Source: Model Openness Tool, github.com/lfai/model_openness_tool, commit 8b5d30e; {asked}.
"""


def _of(component: MofComponent) -> Requirement:
    kind, content = component.kinds[0], component.content
    licence = {"code": "Apache-2.0", "data": "CDLA-Permissive-2.0", "document": "CC-BY-4.0"}[content]
    passing = f"components: [{{id: it, name: It, kinds: [{kind}], terms: {{expression: {licence}}}}}]"
    failing = f"components: [{{id: it, name: It, kinds: [{kind}], terms: {{expression: CC-BY-NC-4.0}}}}]"
    asked = f"required from {TITLES[component.belongs_to]} on" if component.is_required else "optional"
    return Requirement(
        id_of(component.name),
        f"{component.name} is listed under an open licence",
        content,
        "definition",
        _check_of(component, _DOCUMENTATION.format(name=component.name, kind=kind, asked=asked)),
        passing,
        Failing(failing, "/components/0/terms"),
    )


def id_of(name: str) -> str:
    """The requirement of a component of the framework."""
    return f"MOT-{'-'.join(re.findall(r'[A-Z]+', name.upper()))}"


def _check_of(component: MofComponent, documentation: str) -> Check:
    def check(facts: Facts) -> Iterator[Result]:
        there = listed(facts, component)
        if there is None or (component.name == TECHNICAL_REPORT and _paper_stands_in(facts)):
            yield from _unlisted(facts, component)
        else:
            yield from _judged(facts, component, f"{there[0]}/terms")

    check.__doc__ = documentation
    return check


def _paper_stands_in(facts: Facts) -> bool:
    """Whether the paper is listed under an open licence, and the report is not."""
    statuses = classification(facts).statuses
    return statuses[TECHNICAL_REPORT] != "included" and statuses[RESEARCH_PAPER] == "included"


def _judged(facts: Facts, component: MofComponent, place: str) -> Iterator[Result]:
    licence = classification(facts).licences[component.name]
    if licence is None:
        message = f"{component.name} is listed under no licence, and none holds for the whole release."
        yield Finding(place, message, "Set `terms.expression` to the SPDX id of an open licence.", "unmet")
    elif not is_open(licence):
        message = f"{short(licence)} is no id of a licence that the tool takes for open."
        yield Finding(place, message, "Write the exact SPDX id of an open licence.", "unmet")
    else:
        yield Claim(place)
        if not is_appropriate(licence, component.content):
            message = (
                f"The tool warns that {licence} is open and not made for {component.content}; it counts all the same."
            )
            yield Finding(place, message, "", "note")


def _unlisted(facts: Facts, component: MofComponent) -> Iterator[Result]:
    paper = listed(facts, BY_NAME[RESEARCH_PAPER]) if component.name == TECHNICAL_REPORT else None
    if paper:
        yield Finding("/components", "The research paper stands in for the technical report.", "", "note")
        yield from _judged(facts, BY_NAME[RESEARCH_PAPER], f"{paper[0]}/terms")
    elif component.is_required:
        message = f"{component.name} is not listed."
        fix = f"Add a component of kind {component.kinds[0]}, with `terms`."
        yield Finding("/components", message, fix, "unmet")
    else:
        yield NotApplicable(f"{component.name.lower()} is optional and not listed.")


REQUIREMENTS = tuple(_of(component) for component in COMPONENTS)


def rungs() -> tuple[Rung, ...]:
    """The classes with what each asks for."""
    return tuple(Rung(level, TITLES[level], tuple(map(id_of, required_for(level)))) for level in CLASSES)
