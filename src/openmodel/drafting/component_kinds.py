# SPDX-License-Identifier: Apache-2.0
"""What a file that holds no parameters is, by its name alone: a table, and words that stand by themselves in it."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase

from openmodel.manifest.component import Kind

_BY_NAME: dict[Kind, tuple[str, ...]] = {
    "tokenizer": (
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.txt",
        "vocab.json",
        "vocab.bpe",
        "merges.txt",
        "spiece.model",
        "sentencepiece*.model",
        "*.tiktoken",
        "chat_template.*",
    ),
    "evaluation_results": ("eval_results.json", "all_results.json", "predict_results.json"),
    "metadata": (
        "trainer_state.json",
        "train_results.json",
        "training_info.json",
        "events.out.tfevents.*",
    ),
    # Settings of the run are settings too: a pickle of its arguments, which data it drew by which weights, and which
    # weights a quantisation keeps most of.
    "configuration": (
        "config.json",
        "*_config.json",
        "config_*.json",
        "model_index.json",
        "modules.json",
        "params.json",
        "*_args.bin",
        "mergekit_config.y*ml",
        "hparams.y*ml",
        "*-inference.y*ml",
        "imatrix.dat",
        "*.imatrix",
    ),
    "architecture": ("modeling_*.py", "configuration_*.py", "modelling_*.py"),
    "inference_code": ("generate.py", "handler.py"),
}
"""Whole names."""

_BY_WORD: dict[Kind, str] = {
    "training_code": r"train|training|trainer|pre-?train|pre-?training|fine-?tune|fine-?tuning",
    "evaluation_code": r"eval|evaluate|evaluation",
    "inference_code": r"infer|inference|predict",
}
"""Words that begin or end the name of a script which does that."""
_ABOUT_SOMETHING_ELSE = re.compile(
    r"args|config|data|datasets?|loader|logs|mode|plot|results|set|split|stats|tests?|tokenizer|utils|val|valid|validation"
)
"""Words of a script that only has to do with it: `train_test_split.py` trains nothing."""
_SCRIPT = re.compile(r"(?P<stem>.+)\.(py|ipynb|sh)", re.DOTALL)


def kind_by_name(path: str) -> Kind | None:
    """The kind of component that a file belongs to; None where its name does not say it plainly."""
    name = posixpath.basename(path)
    for kind, patterns in _BY_NAME.items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return kind
    script = _SCRIPT.fullmatch(name)
    return _kind_of_script(script["stem"]) if script else None


def _kind_of_script(stem: str) -> Kind | None:
    words = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    if not any(map(_ABOUT_SOMETHING_ELSE.fullmatch, words.split("-"))):
        for kind, doing in _BY_WORD.items():
            if re.fullmatch(rf"({doing})(-.*)?|.*-({doing})", words):
                return kind
    return None
