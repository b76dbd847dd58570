# SPDX-License-Identifier: Apache-2.0
"""Files beside the weights that only making a model from another leaves, where nothing says that it was.

By their names alone. Whoever trained the base as well may say so by a stage, so that these are doubts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.manifest.component import Component
from openmodel.manifest.stage import StageKind
from openmodel.policies.disclosure import short
from openmodel.policies.facts import INHERITING, Facts
from openmodel.policies.requirement import Doubt, Result

_BITS = r"(i?q[1-8]_(k(_(xs|s|m|l|xl))?|[01]|xxs|xs|s|m|nl)|w?[348]-?bits?|int[48]|awq|gptq|nf4)"


@dataclass(frozen=True, slots=True)
class _Trace:
    beside: re.Pattern[str]
    """Names of files that lie beside the weights."""
    weights: re.Pattern[str] | None
    """Names of weights; all of them have one."""
    what: str
    """What such a file shows, in words that continue "which shows"."""
    stages: tuple[StageKind, ...]
    """Kinds of stage that leave it; empty where any will do that names a model to begin with."""
    fix: str


_TRACES = (
    _Trace(
        re.compile(r"adapter_config\.json"),
        re.compile(r"adapter_model(-\d+-of-\d+)?\.(safetensors|bin)|.*[-_.]lora\.(safetensors|bin|gguf)"),
        "that it is an adapter, and nothing says of which model",
        (),
        "List the model under `parents` and name it in a stage of kind `adapt`, with the role initial.",
    ),
    _Trace(
        re.compile(r"mergekit_config\.ya?ml"),
        None,
        "that models were merged, and no stage says which",
        ("merge",),
        "List them under `parents` and name them in a stage of kind `merge`.",
    ),
    _Trace(
        re.compile(r"quant(ize)?_config\.json"),
        re.compile(rf".*[-_.]{_BITS}([-_.].*)?\.(gguf|safetensors|bin)"),
        "that it was quantised, and no stage says from what and how",
        ("quantize", "convert"),
        "Add a stage of kind `quantize` with its `models` and `code`, and list under `parents` a model of others.",
    ),
)


def traces(facts: Facts) -> Iterator[Result]:
    """Doubts where files of the release show that its weights were made from a model that nothing speaks of."""
    weights = [(pointer, one) for pointer, one in facts.components("weights") if one.of is None]
    if facts.inherited_parents or not weights:
        return
    for trace in _TRACES:
        shown = [(pointer, file) for pointer, one in weights if (file := _shown(facts, one, trace))]
        if len(shown) == len(weights) and not _is_explained(facts, trace):
            pointer, file = shown[0]
            message = f"There is {short(file)}, which shows {trace.what}."
            yield Doubt(f"{pointer}/files", message, trace.fix, (f"{pointer}/files", "/stages", "/parents"))


def _shown(facts: Facts, component: Component, trace: _Trace) -> str | None:
    """The file that shows it of a component of weights."""
    built = facts.manifest.measured is not None
    paths = facts.files_of(component) if built else list(component.files)
    there = [file.path for file in facts.manifest.measured.files] if facts.manifest.measured else paths
    folders = {posixpath.dirname(path) for path in paths}
    for path in there:
        if posixpath.dirname(path) in folders and trace.beside.fullmatch(posixpath.basename(path).lower()):
            return path
    named = [path for path in paths if trace.weights and trace.weights.fullmatch(posixpath.basename(path).lower())]
    return named[0] if named and len(named) == len(paths) else None


def _is_explained(facts: Facts, trace: _Trace) -> bool:
    return any(
        stage.kind in trace.stages if trace.stages else any(use.role in INHERITING for use in stage.models)
        for stage in facts.stages
        if stage.of is None
    )
