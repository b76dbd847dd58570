# SPDX-License-Identifier: Apache-2.0
"""One requirement for each component of the framework: it can be had, under terms that suit what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.policies.facts import Facts
from openmodel.policies.mof.components import COMPONENTS, TITLES, MofComponent
from openmodel.policies.mof.offering import OF_README, offered
from openmodel.policies.requirement import Check, Failing, Requirement, Result

_DOCUMENTATION = """What it checks: {checks}

Why it matters: {matters}

How to fix: add a component of kind `{kind}` with `files`, `where` or `pin`, and with `terms`. {fix}

Source: Model Openness Framework (arXiv:2403.13784), {name}: {asked}. {source}
"""

_MATTERS = {
    "code": "what a model does, and how it came to be, is known for sure only from its code.",
    "data": "numbers that nobody can get, or that nobody may use, are not open, however well they are described.",
    "document": "people learn from documents what a model is for, what it was made of and how well it does.",
}
_SOURCES = {
    "code": "Its code needs a licence that OSI has approved.",
    "data": "Its data, and the parameters of a model are data to it, needs an open data licence.",
    "document": "Its documents need a licence for open content.",
}
_TERMS = {
    "code": "under a licence that OSI has approved",
    "data": "under terms that let everybody use, change and share it for any purpose",
    "document": "under terms that let everybody use, change and share it for any purpose",
}
_EXPRESSIONS = {"code": "Apache-2.0", "data": "CDLA-Permissive-2.0", "document": "CC-BY-4.0"}

_CHECKED_BESIDES = {
    "Datasets": """Where no component is, the `sources` are looked at: all of them are listed, and each can be had by
everybody. The framework takes data under any licence, and under none.""",
    "Evaluation results": """Where no component is, results under `evaluations` count, under the terms of this document
(`release/disclosure_terms`).""",
    "Data card": """A component of kind `data_information` counts. Where there is none and the manifest describes the
data, a person must judge whether that is a data card.""",
    "Technical report": "A research paper stands in for it.",
    "Evaluation data": """Where no component is, a person must judge whether what results under `evaluations` name is
the data.""",
    "Data preprocessing code": "`not_applicable` under `not_offered`, with a reason, is believed.",
    "Model parameters (Intermediate)": "`not_applicable` under `not_offered`, with a reason, is believed.",
}
"""By name of the component, what its page says besides of what is checked."""
_FIXED_BESIDES = {
    "Model card": OF_README,
    "Datasets": "Or describe the data under `sources`, with where each can be had.",
    "Evaluation results": "Or give them under `evaluations`.",
    "Data card": "`openmodel card --data` makes one of each source.",
}


def id_of(name: str) -> str:
    """The requirement of a component of the framework."""
    return f"MOF-{'-'.join(re.findall(r'[A-Z]+', name.upper()))}"


def _of(component: MofComponent) -> Requirement:
    kind, content = component.kinds[0], component.content
    place = "files: [it.bin]" if content == "data" else "where: [{url: 'https://example.org/it'}]"
    terms = f", terms: {{expression: {_EXPRESSIONS[content]}}}"
    example = f"components: [{{id: it, name: It, kinds: [{kind}], {place}"
    return Requirement(
        id_of(component.name),
        f"{component.name} can be had under open terms" if kind != "training_data" else "The data sets can be had",
        content,
        "definition",
        _check_of(component),
        f"{example}{terms}}}]",
        Failing(f"components: [{{id: it, name: It, kinds: [{kind}]{terms}}}]", "/components/0/where"),
    )


def _check_of(component: MofComponent) -> Check:
    def check(facts: Facts) -> Iterator[Result]:
        yield from offered(facts, component)

    name, kind = component.name, component.kinds[0]
    besides = _CHECKED_BESIDES.get(name, "")
    terms = "" if kind == "training_data" else f", {_TERMS[component.content]}"
    check.__doc__ = _DOCUMENTATION.format(
        checks=f"there is a component of kind `{kind}` that can be had{terms}. {besides}".strip(),
        matters=_MATTERS[component.content],
        kind=kind,
        fix=_FIXED_BESIDES.get(name, ""),
        name=name,
        asked=f"required from {TITLES[component.belongs_to]} on" if component.is_required else "optional",
        source=_SOURCES[component.content] if kind != "training_data" else "Of data sets it asks for no licence.",
    )
    return check


REQUIREMENTS = tuple(map(_of, COMPONENTS))
