# SPDX-License-Identifier: Apache-2.0
"""Models that the settings of a stage begin with, where nothing else in the manifest speaks of them.

Names in the form of the Hub's under the keys that trainers have for it: `model_name_or_path` of transformers,
`base_model` of axolotl, `init_from` of nanoGPT, `--model` of a command line. A path on somebody's machine tells
nothing. Where settings say only that it began with what was trained before, or are those of an adapter, it is asked
with what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from openmodel.manifest.base_names import is_name_of_a_base
from openmodel.manifest.stage import Stage
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.hyperparameters import values_in
from openmodel.policies.osaid.named_bases import is_called, is_stage, names_of
from openmodel.policies.requirement import Doubt, Result
from openmodel.policies.stages import INHERITING

_NO_START = ("process", "tokenize", "reward")
_MOST_NAMES = 16
"""Of the names in one setting."""
_BASE = re.compile(
    r"(^| )((pretrained |base )?(model )?name or path|base model( name)?|init from|finetune[d]? from|from pretrained"
    r"|pretrained model( name)?|initial model|init (checkpoint|model)|student init|vision tower|warm start( from)?)$"
)
"""Keys that hold nothing else."""
_MODEL = re.compile(
    r"(^| )(model( name| id| path)?|backbone|base|checkpoint|ckpt|load from|pretrained|resume from( checkpoint)?"
    r"|start(ed)? from|weights)$"
)
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


_FROM_SOME = re.compile(
    r"(^| )(pretrained( (backbone|encoder|weights))?|(use|load|is) pretrained|from pretrained|weights)$"
)
"""Keys that may say that, where they name nothing: `pretrained: true`, `weights: IMAGENET1K_V2`."""
_SOME = re.compile(r"(true|yes|imagenet\w*|(\w+\.)?\w+_weights\.\w+)", re.IGNORECASE)
_OF_AN_ADAPTER = re.compile(r"(^| )(lora (alpha|dropout|target( modules)?)|peft( (type|config|method))?|qlora)( |$)")
_FOR_A_MEASURE = re.compile(r"\b(criterion|discriminator|fid|inception|loss|lpips|metrics?|perceptual)\b")
"""Of these a network that was trained before is mostly a part, and the model is not."""


def named_by_settings(facts: Facts) -> Iterator[Result]:
    """Doubts where settings name a model to begin with that is no parent, component or stage."""
    said: frozenset[str] | None = None
    for index, stage in enumerate(facts.stages):
        if stage.kind in _NO_START or not facts.is_inherited(stage.of):
            continue
        for place, name in _named(facts, f"/stages/{index}", stage):
            said = names_of(facts) if said is None else said
            if not is_called(name, said) and not is_stage(facts, name):
                message = (
                    f"The settings of {stage.id} name {short(name)}, and no parent, weights or stage are called so."
                )
                fix = "List it under `parents` and name it under `models` of the stage with the role initial; an own "
                fix += "earlier checkpoint as the component that a stage of yours has as its `result`."
                yield Doubt(place, message, fix, (place, "/parents"))
    if not facts.inherited_parents and not any(use.role in INHERITING for one in facts.stages for use in one.models):
        yield from _begun_with_some(facts)


def _begun_with_some(facts: Facts) -> Iterator[Result]:
    """A doubt for each stage whose settings say that there was a model before it, which nothing names."""
    for index, stage in enumerate(facts.stages):
        if stage.kind in _NO_START or not facts.is_inherited(stage.of):
            continue
        for place, settings in _settings(f"/stages/{index}", stage).items():
            keys = [one.name for one in values_in(settings) if _says_that_it_began(one.name, one.value)]
            if keys:
                message = (
                    f"The settings of {stage.id} speak of a model that it began with ({short(', '.join(keys))}), and "
                )
                message += "nothing says which."
                fix = "List it under `parents` and name it under `models` of the stage with the role initial."
                yield Doubt(place, message, fix, (place, "/stages", "/parents"))


def _says_that_it_began(key: str, value: object) -> bool:
    if _FOR_ANOTHER_USE.search(key) or _FOR_A_MEASURE.search(key) or value in (None, False, 0, ""):
        return False
    if _OF_AN_ADAPTER.search(key):
        return not (isinstance(value, str) and _NO_MODEL.search(value))
    is_some = value is True or (isinstance(value, str) and _SOME.fullmatch(value) is not None)
    return is_some and _FROM_SOME.search(key) is not None


def _settings(pointer: str, stage: Stage) -> dict[str, dict[str, JsonValue]]:
    """By place, the settings of a stage and of its segments that are written out."""
    given = {f"{pointer}/settings": stage.settings}
    given |= {f"{pointer}/segments/{number}/settings": one.settings for number, one in enumerate(stage.segments)}
    return {place: settings for place, settings in given.items() if isinstance(settings, dict)}


def _named(facts: Facts, pointer: str, stage: Stage) -> Iterator[tuple[str, str]]:
    """Place and name of each model, once for each place."""
    own = facts.manifest.release.name
    for place, settings in _settings(pointer, stage).items():
        found = (name for one in values_in(settings) for name in _names(one.name, one.value))
        yield from ((place, name) for name in dict.fromkeys(found) if is_name_of_a_base(name, own))


def _names(key: str, value: object) -> list[str]:
    if not isinstance(value, str) or _FOR_ANOTHER_USE.search(key) or not (_BASE.search(key) or _MODEL.search(key)):
        return []
    told = value[:2000].split()[:_MOST_NAMES]
    names = [name.strip("\"',") for name in told if not _LOCAL.search(name) and not _NO_MODEL.search(name)]
    return [name for name in names if "/" in name or (_BASE.search(key) and _LIKE_A_MODEL.match(name))]
