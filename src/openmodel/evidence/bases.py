# SPDX-License-Identifier: Apache-2.0
"""Models that files of a release say it was made from.

Only names in the form of the Hub's are told: a path on somebody's machine tells nothing, and neither does a
directory of the model's own run. Sources: `adapter_config.json` of peft, `PeftConfig`; `config.json` of transformers,
`PreTrainedConfig`, which keeps what a model was loaded from before it was saved; the Hub, "Model cards".
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator

from openmodel.errors import DocumentError, InventoryError
from openmodel.evidence.configurations import MAX_CONFIGURATION
from openmodel.evidence.files import Files, directory_of
from openmodel.evidence.findings import Collected
from openmodel.inventory import read_whole
from openmodel.inventory.exclusion import CARD
from openmodel.inventory.front_matter import read_front_matter
from openmodel.manifest.json_text import read_json

__all__ = ["last_part", "names_a_base", "read_bases", "wanted_bases"]

MAX_FILES = 64
"""The most configurations that are looked at."""
MAX_CARD = 2 * 2**20
"""The longest card that is read, in bytes."""
MAX_NAMES = 100
"""The most names of bases in a card."""

_KEYS = {"adapter_config.json": "base_model_name_or_path", "config.json": "_name_or_path"}
_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/")
_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
_OWN_RUN = re.compile(
    r"(^|/)(checkpoints?|steps?|epochs?|outputs?|results?|runs?|source|model|final|tmp|best)([-_.]?(\d+|model))*(/|$)",
    re.IGNORECASE,
)


def names_a_base(name: str, own_name: str) -> bool:
    """Whether what a model was loaded from is another model, and not itself or a directory of its own run."""
    return last_part(name) != last_part(own_name) and not _OWN_RUN.search(name)


def last_part(name: str) -> str:
    """The last part of a path or id, in small letters."""
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1].lower()


def wanted_bases(paths: Iterable[str]) -> dict[str, int]:
    """The files that may name a base, with the most bytes of each; those higher up first."""
    found = sorted((path.count("/"), path) for path in paths if posixpath.basename(path) in _KEYS)
    return {path: MAX_CONFIGURATION for _, path in found[:MAX_FILES]}


def read_bases(files: Files, collected: Collected) -> None:
    """Tells each base that a file beside the weights of the release, or its card, names."""
    for name, where, at in (*_of_configurations(files, collected), *_of_card(files, collected)):
        id = _HUB.sub("", name)
        if _ID.fullmatch(id) and names_a_base(id, files.manifest.release.name):
            collected.name_base(id, where, at)


def _of_configurations(files: Files, collected: Collected) -> Iterator[tuple[str, str, str | None]]:
    weights = [one for _, one in files.components if "weights" in one.kinds and one.of is None]
    beside = {"", *(directory_of(path) for one in weights for path in files.of(one))}
    for path in wanted_bases(files.contents):
        if directory_of(path) not in beside:
            continue
        key = _KEYS[posixpath.basename(path)]
        try:
            data = read_json(files.contents[path], path).data
        except DocumentError as error:
            collected.remark(files.owner(path), f"{path} was not read: found {error.problems[0].got}.")
            continue
        name = data.get(key) if isinstance(data, dict) else None
        if isinstance(name, str):
            yield name, f"{path}, {key}", f"/measured/files/{files.index[path]}"


def _of_card(files: Files, collected: Collected) -> Iterator[tuple[str, str, str | None]]:
    """The bases in the front matter of the card, which is none of the measured files."""
    if not os.path.lexists(files.root / CARD):
        return
    try:
        text = read_whole(files.root, CARD, MAX_CARD).decode("utf-8-sig", "replace")
        entry = read_front_matter(text, CARD).entries.get("base_model")
    except (DocumentError, InventoryError) as error:
        collected.remark("/parents", f"{CARD} was not read: found {error.problems[0].got}.")
        return
    value = entry.value if entry else None
    for name in value[:MAX_NAMES] if isinstance(value, list) else [value]:
        if isinstance(name, str):
            yield name, f"{CARD}, `base_model`", None
