# SPDX-License-Identifier: Apache-2.0
"""Models that the settings of a stage begin with, where nothing else in the manifest speaks of them.

Names in the form of the Hub's under the keys that trainers have for it: `model_name_or_path` of transformers,
`base_model` of axolotl, `init_from` of nanoGPT, `--model` of a command line. A path on somebody's machine tells
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.manifest.base_names import is_name_of_a_base
from openmodel.manifest.stage import Stage
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.hyperparameters import values_in
from openmodel.policies.osaid.named_bases import is_called, names_of
from openmodel.policies.requirement import Doubt, Result

_NO_START = ("process", "tokenize", "reward")
_MOST_NAMES = 16
"""Of the names in one setting."""
_BASE = re.compile(
    r"(^| )((pretrained |base )?(model )?name or path|base model( name)?|init from|finetune[d]? from|from pretrained"
    r"|pretrained model( name)?|initial model|init (checkpoint|model))$"
)
"""Keys that hold nothing else."""
_MODEL = re.compile(r"(^| )(model( name| id| path)?|pretrained|checkpoint|resume from( checkpoint)?|load from)$")
"""Keys that may hold the class of a network or a run of one's own, so that only "owner/name" is read."""
_FOR_ANOTHER_USE = re.compile(
    r"\b(tokeni[sz]er|teacher|reward|judge|filter|classifier|generator|embedd\w*|eval\w*|draft|ref|reference|data|dataset)\b"
)
_LOCAL = re.compile(
    r"^(ckpts?|conf(ig)?s?|data|exps?|experiments?|logs?|models?|pretrained|saved\w*|scripts|src|train\w*|weights)/"
    r"|\.(bin|cfg|ckpt|gguf|h5|json|nemo|onnx|pkl|pth?|py|safetensors|toml|ya?ml)$",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(r"scratch|random|none|normal|uniform|latest|resume", re.IGNORECASE)
_LIKE_A_MODEL = re.compile(r"(?=.*[A-Za-z]).*[\d-]")
"""A name without an owner that models have, such as `gpt2` and `bert-base-uncased`, and words mostly have not."""


def named_by_settings(facts: Facts) -> Iterator[Result]:
    """Doubts where settings name a model to begin with that is no parent, component or stage."""
    said: frozenset[str] | None = None
    for index, stage in enumerate(facts.stages):
        if stage.kind in _NO_START or not facts.is_inherited(stage.of):
            continue
        for place, name in _named(facts, f"/stages/{index}", stage):
            said = names_of(facts) if said is None else said
            if not is_called(name, said):
                message = (
                    f"The settings of {stage.id} name {short(name)}, and no parent, component or stage is called so."
                )
                fix = "List it under `parents` and name it under `models` of the stage with the role initial; an own "
                fix += "earlier checkpoint as the component that a stage of yours has as its `result`."
                yield Doubt(place, message, fix, (place, "/parents"))


def _named(facts: Facts, pointer: str, stage: Stage) -> Iterator[tuple[str, str]]:
    """Place and name of each model, once for each place."""
    given = {f"{pointer}/settings": stage.settings}
    given |= {f"{pointer}/segments/{number}/settings": one.settings for number, one in enumerate(stage.segments)}
    for place, settings in given.items():
        if isinstance(settings, dict):
            found = (name for one in values_in(settings) for name in _names(one.name, one.value))
            own = facts.manifest.release.name
            yield from ((place, name) for name in dict.fromkeys(found) if is_name_of_a_base(name, own))


def _names(key: str, value: object) -> list[str]:
    if not isinstance(value, str) or _FOR_ANOTHER_USE.search(key) or not (_BASE.search(key) or _MODEL.search(key)):
        return []
    told = value[:2000].split()[:_MOST_NAMES]
    names = [name.strip("\"',") for name in told if not _LOCAL.search(name) and not _NO_MODEL.search(name)]
    return [name for name in names if "/" in name or (_BASE.search(key) and _LIKE_A_MODEL.match(name))]
