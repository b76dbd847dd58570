# SPDX-License-Identifier: Apache-2.0
"""Names of models that others are made from, as files and settings have them.

Only names in the form of the Hub's are told: a path on somebody's machine tells nothing, and neither does a directory
of the model's own run.
"""

from __future__ import annotations

import re

__all__ = ["is_name_of_a_base", "last_part", "names_a_base", "without_hub"]

_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/")
_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
_OWN_RUN = re.compile(
    r"(^|/)(checkpoints?|steps?|epochs?|outputs?|results?|runs?|source|model|final|tmp|best)([-_.]?(\d+|model))*(/|$)",
    re.IGNORECASE,
)


def names_a_base(name: str, own_name: str) -> bool:
    """Whether what a model was loaded from is another model, and not itself or a directory of its own run."""
    return last_part(name) != last_part(own_name) and not _OWN_RUN.search(name)


def is_name_of_a_base(name: str, own_name: str) -> bool:
    """Whether a text is the name or address of another model in the form of the Hub's."""
    id = without_hub(name)
    return _ID.fullmatch(id) is not None and names_a_base(id, own_name)


def last_part(name: str) -> str:
    """The last part of a path or id, in small letters."""
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1].lower()


def without_hub(name: str) -> str:
    """The id in an address of the Hub; any other text as it is."""
    return _HUB.sub("", name)
