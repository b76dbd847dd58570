# SPDX-License-Identifier: Apache-2.0
"""Models that files of a release say it was made from.

Sources: `adapter_config.json` of peft, `PeftConfig`; `config.json` of transformers,
`PreTrainedConfig`, which keeps what a model was loaded from before it was saved; the Hub, "Model cards".
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from openmodel.errors import DocumentError
from openmodel.evidence.card import read_card
from openmodel.evidence.configurations import MAX_CONFIGURATION
from openmodel.evidence.files import Files, directory_of
from openmodel.evidence.findings import Collected
from openmodel.inventory.exclusion import CARD
from openmodel.manifest.base_names import is_name_of_a_base, without_hub
from openmodel.manifest.json_text import read_json

__all__ = ["read_bases", "wanted_bases"]

MAX_FILES = 64
"""The most configurations that are looked at."""

_KEYS = {"adapter_config.json": "base_model_name_or_path", "config.json": "_name_or_path"}


def wanted_bases(paths: Iterable[str]) -> dict[str, int]:
    """The files that may name a base, with the most bytes of each; those higher up first."""
    found = sorted((path.count("/"), path) for path in paths if posixpath.basename(path) in _KEYS)
    return {path: MAX_CONFIGURATION for _, path in found[:MAX_FILES]}


def read_bases(files: Files, collected: Collected) -> None:
    """Tells each base that a file beside the weights of the release, or its card, names."""
    for name, where, at in (*_of_configurations(files, collected), *_of_card(files, collected)):
        if is_name_of_a_base(name, files.manifest.release.name):
            collected.name_base(without_hub(name), where, at)


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
    for name in read_card(files, collected).get("base_model", []):
        yield name, f"{CARD}, `base_model`", None
