# SPDX-License-Identifier: Apache-2.0
"""Models that files of a release name as what it was made from, where this evaluation read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.values import Where
from openmodel.policies.disclosure import short
from openmodel.policies.facts import INHERITING, Facts
from openmodel.policies.requirement import Doubt, Finding, Result

_LEAST = 4
"""Letters and digits of the shortest name that is looked for in another: "7b" is a part of many."""
_LONGEST = 2000


def named_by_files(facts: Facts) -> Iterator[Result]:
    """Doubts where the manifest does not say that the model was made from one that a file names. A review is bound to
    the bytes of the file; nothing binds it to those of the card."""
    bases = facts.evidence.bases if facts.evidence else ()
    said = _said(facts) if bases else frozenset()
    for base in bases:
        called = {_spelt(base.name), _spelt(base.name.rpartition("/")[2])}
        if any(_may_be_one(name, one) for name in called for one in said):
            continue
        message = f"{base.by} names {short(base.name)}, and the manifest does not say that this was made from it."
        fix = "List it under `parents` and name it in the stage that began with it, or correct the file."
        if base.at is not None:
            yield Doubt("/parents", message, fix, ("/parents", "/stages", base.at))
        else:
            yield Finding("/parents", message, fix, "judge")


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
