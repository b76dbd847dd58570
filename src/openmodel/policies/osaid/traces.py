# SPDX-License-Identifier: Apache-2.0
"""Files beside the weights that only making a model from another leaves, where nothing says that it was.

By their names, and by those of the tensors. Whoever trained the base as well may say so by a stage, so that these are
doubts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from openmodel.manifest.component import Component
from openmodel.manifest.stage import StageKind
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.named_bases import named_by_files
from openmodel.policies.requirement import Doubt, Result
from openmodel.policies.stages import INHERITING

_BITS = r"(i?q[1-8]_(k(_(xs|s|m|l|xl))?|[01]|xxs|xs|s|m|nl)|w?[348]-?bits?|int[48]|awq|gptq|nf4)"


@dataclass(frozen=True, slots=True)
class _Trace:
    beside: re.Pattern[str]
    """Names of files that lie beside the weights."""
    weights: re.Pattern[str] | None
    """Names of weights; all of them have one."""
    what: str
    """What such a file shows, in words that continue "shows that"."""
    stages: tuple[StageKind, ...]
    """Kinds of stage that leave it; empty where any will do that names a model to begin with."""
    fix: str
    names_it: bool = False
    """Whether the file says which model, so that who reads it has no more to ask."""
    has_own_tensors: bool = False
    """Whether such weights are told by the names of their tensors."""


_TRACES = (
    _Trace(
        re.compile(r"adapter_config\.json"),
        re.compile(r"adapter_model(-\d+-of-\d+)?\.(safetensors|bin)|.*[-_.]lora\.(safetensors|bin|gguf)"),
        "these weights are an adapter, and nothing says of which model",
        (),
        "List the model under `parents` and name it in a stage of kind `adapt`, with the role initial.",
        names_it=True,
        has_own_tensors=True,
    ),
    _Trace(
        re.compile(r"mergekit_config\.ya?ml"),
        None,
        "models were merged, and no stage says which",
        ("merge",),
        "List them under `parents` and name them in a stage of kind `merge`.",
    ),
    _Trace(
        re.compile(r"quant(ize)?_config\.json"),
        re.compile(rf".*[-_.]{_BITS}([-_.].*)?\.(gguf|safetensors|bin)"),
        "these weights were quantised, and no stage says from what and how",
        ("quantize", "convert"),
        "Add a stage of kind `quantize` with its `models` and `code`, and list under `parents` a model of others.",
    ),
)


def traces(facts: Facts) -> Iterator[Result]:
    """Doubts where files of the release show that its weights were made from a model that nothing speaks of."""
    weights = [(pointer, one) for pointer, one in facts.components("weights") if one.of is None]
    if facts.inherited_parents or not weights:
        return
    measured = facts.manifest.measured
    neighbours = [file.path for file in measured.files if _is_neighbour(file.path)] if measured else []
    is_named = any(True for _ in named_by_files(facts))
    adapters = {one.component for one in measured.weights if one.is_adapter} if measured else set()
    for trace in _TRACES:
        if (
            (trace.names_it and is_named)
            or _is_explained(facts, trace)
            or not all(_shown(facts, one, trace, neighbours, adapters) for _, one in weights)
        ):
            continue
        place, file = f"{weights[0][0]}/files", short(_shown(facts, weights[0][1], trace, neighbours, adapters) or "")
        yield Doubt(place, f"{file} shows that {trace.what}.", trace.fix, (place, "/stages", "/parents"))


def _is_neighbour(path: str) -> bool:
    name = posixpath.basename(path).lower()
    return any(trace.beside.fullmatch(name) for trace in _TRACES)


def _shown(
    facts: Facts, component: Component, trace: _Trace, neighbours: Sequence[str], adapters: Container[str]
) -> str | None:
    """The file that shows it of a component of weights."""
    paths = facts.files_of(component) if facts.manifest.measured else component.files
    if trace.has_own_tensors and component.id in adapters:
        return paths[0] if paths else None
    beside = [path for path in neighbours or paths if trace.beside.fullmatch(posixpath.basename(path).lower())]
    folders = {posixpath.dirname(path) for path in paths} if beside else set()
    if found := next((path for path in beside if posixpath.dirname(path) in folders), None):
        return found
    are_named_so = trace.weights is not None and all(
        trace.weights.fullmatch(posixpath.basename(path).lower()) for path in paths
    )
    return paths[0] if paths and are_named_so else None


def _is_explained(facts: Facts, trace: _Trace) -> bool:
    return any(
        stage.kind in trace.stages if trace.stages else any(use.role in INHERITING for use in stage.models)
        for stage in facts.stages
        if stage.of is None
    )
