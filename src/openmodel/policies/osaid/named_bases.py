# SPDX-License-Identifier: Apache-2.0
"""Models that files of a release name as what it was made from, where this evaluation read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.values import Where
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt, Finding, Result
from openmodel.policies.stages import INHERITING

_LEAST = 4
"""Letters and digits of the shortest name that is looked for in another: "7b" is a part of many."""
_LONGEST = 2000
_WEIGHTS = frozenset({"weights", "checkpoint"})


def named_by_files(facts: Facts) -> Iterator[Result]:
    """Doubts where the manifest does not say that the model was made from one that a file names. A review is bound to
    the bytes of the file; nothing binds it to those of the card."""
    bases = facts.evidence.bases if facts.evidence else ()
    said = _said(facts) if bases else frozenset()
    for base in bases:
        if is_called(base.name, said):
            continue
        message = f"{base.by} names {short(base.name)}, and the manifest does not say that this was made from it."
        fix = "List it under `parents` and name it in the stage that began with it; an own earlier checkpoint as a "
        fix += "component that a stage of yours has as its `result`. Or correct the file."
        if base.at is not None:
            yield Doubt("/parents", message, fix, ("/parents", "/stages", base.at))
        else:
            yield Finding("/parents", message, fix, "judge")


def is_called(name: str, said: Iterable[str]) -> bool:
    """Whether one of the names that are said may mean a model with this name or id."""
    called = {_spelt(name), _spelt(name.rstrip("/").rpartition("/")[2])}
    return any(_may_be_one(one, other) for one in called for other in said)


def names_of(facts: Facts) -> frozenset[str]:
    """How everything is called that a stage may begin with, with its addresses: parents, and what is said to be weights
    or went into a stage. A tokenizer or a network of that name is no such model."""
    manifest = facts.manifest
    used = {use.model for stage in facts.stages for use in stage.models}
    names = {other.manifest.release.name for _, other in facts.ancestors}
    for parent in answered(manifest.parents):
        names |= {parent.name, parent.id, *_urls(parent.where)}
    for component in answered(manifest.components):
        if component.id in used or not _WEIGHTS.isdisjoint(component.kinds):
            names |= {component.name, component.id, *_urls(answered(component.where))}
    return frozenset(map(_spelt, names))


def is_stage(facts: Facts, name: str) -> bool:
    """Whether a name is that of a stage. No part of it counts, as ids are short and freely chosen."""
    called = {_spelt(name), _spelt(name.rstrip("/").rpartition("/")[2])}
    return not called.isdisjoint(_spelt(stage.id) for stage in facts.stages)


def _said(facts: Facts) -> frozenset[str]:
    """How the models are called that this one was made from, with their addresses."""
    begun = {use.model for stage in facts.stages for use in stage.models if use.role in INHERITING}
    names = {other.manifest.release.name for _, other in facts.ancestors}
    for one in (facts, *(other for _, other in facts.ancestors)):
        for _, parent in one.inherited_parents:
            names |= {parent.name, parent.id, *_urls(parent.where)}
    for component in answered(facts.manifest.components):
        if component.id in begun:
            names |= {component.name, component.id, *_urls(answered(component.where))}
    return frozenset(map(_spelt, names))


def _urls(where: Iterable[Where]) -> list[str]:
    return [place.url for place in where]


def _may_be_one(name: str, said: str) -> bool:
    """People write "Llama 3 70B" of `meta-llama/Meta-Llama-3-70B`."""
    shorter, longer = sorted((name, said), key=len)
    return shorter == longer or (len(shorter) >= _LEAST and shorter in longer)


def _spelt(name: str) -> str:
    return "".join(re.findall(r"[^\W_]+", name[:_LONGEST].casefold()))
