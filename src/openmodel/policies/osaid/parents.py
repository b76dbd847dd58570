# SPDX-License-Identifier: Apache-2.0
"""What OSAID 1.0 asks about a model that was made from another: the same, about the other too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from openmodel.manifest.base import Undisclosed
from openmodel.policies.disclosure import Question, answer, missing, short, why_doubtful
from openmodel.policies.facts import Facts
from openmodel.policies.lineage import UnreadParent
from openmodel.policies.osaid.beginnings import MAKES_NO_PARAMETERS, beginnings
from openmodel.policies.osaid.parent_manifests import contradictions, is_the_parents, unread
from openmodel.policies.osaid.traces import traces
from openmodel.policies.requirement import Doubt, Result
from openmodel.policies.texts.clauses import clauses, says
from openmodel.policies.texts.placeholders import is_placeholder

_NO_MODEL = (
    r"\b(?:random\w*|scratch|noise|nothing|zeros?|ones|step|empty|untrained|fresh|blank|default\w*|normal|gaussian"
    r"|uniform|orthogonal|xavier|glorot|kaiming|initiali[sz]ations?|architecture|design|code|recipe|paper|idea|data\w*"
    r"|corpus|corpora|texts?|sentences|documents|images|library|framework|pytorch|tokeni[sz]er)\b"
)
_START = re.compile(
    r"\b(?:(?:start(?:s|ed|ing)? (?:off )?from|beg[aiu]n(?:s|ning)? (?:with|from)|initiali[sz]ed (?:from|with|by)"
    r"|warm-?started (?:from|with)|continued (?:pre-?)?training (?:of|from)|(?:based|built) (?:up)?on|derived from"
    rf"|fine-?tun\w+ (?:of|from|on top of)) (?!(?:(?!and\b)[\w'-]+ ){{0,4}}{_NO_MODEL})"
    r"|(?:private|internal|earlier|previous|existing|unreleased|own) (?:checkpoint|model|weights)\b)"
)
"""Words of what a model was made from, with none of random numbers and the like after them."""
_NOT_OF_PARAMETERS = re.compile(
    r"\b(?:architecture|design|structure|layout|code|recipe|method|idea|implementation|settings|hyper-?parameters"
    r"|tokeni[sz]er) (?:is|are|was|were) (?:\w+ly )?(?:based|built|derived)\b|\b(?:is|are|was|were) (?:not"
    r"|never) (?:\w+ )?used\b|\bshares? no\b|\b(?:is|are|was|were)n't used\b"
)
"""What began with another model, and was none; or that none was used."""
_USED = re.compile(r"\b(?:was|were) used\b")
_BESIDES = re.compile(_NO_MODEL)


def trains_itself(facts: Facts) -> bool:
    """Whether the release was trained, and not only made from other models: quantised, merged, converted."""
    return any(stage.of is None for _, stage in facts.training_stages) or not facts.inherited_parents


def says_how_it_was_made(facts: Facts) -> bool:
    """Whether a stage of the release gave its parameters. Processing data and making a tokenizer do not."""
    return any(stage.of is None and stage.kind not in MAKES_NO_PARAMETERS for stage in facts.stages)


def inherited(facts: Facts, field: Literal["data", "code"], of_parents: set[str | None]) -> Iterator[Result]:
    """Findings where it is open which models this one was made from, and for each of them whose data or code nobody
    describes: neither this document nor a manifest of its own, which the engine judges.

    Args:
        facts: the facts.
        field: which of the two.
        of_parents: ids of the parents that have such facts in this document, carrying `of`.
    """
    yield from _origins(facts)
    place = {"data": "`sources`", "code": "`components`"}[field]
    for pointer, parent in facts.inherited_parents:
        question = Question(
            f"{pointer}/{field}",
            f"which {field} trained {short(parent.name)}, whose parameters went into this model",
            f"Describe its {field} under {place} with `of: {parent.id}`.",
            of=parent.id,
        )
        value, read = getattr(parent, field), facts.own_manifest(parent)
        described = isinstance(value, Undisclosed) or parent.id in of_parents
        if isinstance(value, Undisclosed):
            yield from answer(facts, question, value)
        if isinstance(read, UnreadParent):
            yield from unread(facts, question, pointer, parent, read, described=described)
        elif read is not None:
            yield from is_the_parents(facts, pointer, parent, read)
            yield from contradictions(pointer, parent, read, field)
        elif not described:
            yield missing(facts, question, f"the manifest does not say {question.asked}")


def _origins(facts: Facts) -> Iterator[Result]:
    """Which models this one was made from and how: asked when it is kept back, when no stage says what was done with
    them, or when a stage must have begun with one."""
    parents = facts.manifest.parents
    asked = "which models this one was made from"
    if isinstance(parents, Undisclosed) and parents.undisclosed != "not_applicable":
        yield from answer(facts, Question("/parents", asked, "List each of them under `parents`."), parents)
    elif isinstance(parents, Undisclosed) and (doubt := _why_none_is_doubted(parents.reason)):
        message = f"It is said that no model went into this one, and {doubt}."
        yield Doubt("/parents", message, "List each model under `parents`, or say with which numbers training began.")
    if facts.inherited_parents and not says_how_it_was_made(facts):
        # Without a stage, a model that was trained on secret data would pass for a copy of an open one.
        how = f"how this model was made from {short(facts.inherited_parents[0][1].name)}"
        question = Question("/stages", how, "Describe each step as a stage with its `kind` and `models`.")
        yield from answer(facts, question, facts.undescribed_stages)
    yield from beginnings(facts)
    yield from traces(facts)


def _why_none_is_doubted(reason: str | None) -> str | None:
    """Why the reason why no model went into this one may be none, a clause. Nothing is asked where no reason is."""
    if reason is None:
        return None
    if is_placeholder(reason):
        return "the reason is empty or a placeholder"
    said = [one for one in clauses(reason) if not _NOT_OF_PARAMETERS.search(one)]
    if any(says(_START, one) or (says(_USED, one) and not _BESIDES.search(one)) for one in said):
        return "the reason speaks of what it was made from"
    return why_doubtful(reason)
