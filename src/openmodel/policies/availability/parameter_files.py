# SPDX-License-Identifier: Apache-2.0
"""Whether files can hold parameters, or only stand where these belong: a document, settings, a licence, code, a text.

Some models are kept as text, such as XGBoost's in JSON and GloVe's vectors, and some in formats that nobody here knows.
No manifest tells these from a text that is none, so that a person must look.
"""

from __future__ import annotations

import re

from openmodel.inventory.formats.endings import BINARY_ENDINGS, is_named_like_weights
from openmodel.manifest.code_names import is_source_code
from openmodel.manifest.component import Component
from openmodel.manifest.measured import FileRecord
from openmodel.policies.facts import Facts

__all__ = ["OF_ANYTHING", "are_known_parameters", "files_with_parameters", "is_text"]

_TEXT = re.compile(
    r".+\.(adoc|bib|cfg|conf|csv|docx?|html?|ini|jinja2?|jsonl?|license|lock|log|md|odt|pdf|rst|rtf|tex|toml|tsv|txt|xml"
    r"|ya?ml)",
    re.DOTALL,
)
_BESIDE = re.compile(
    r"(optim|optimizer(_state)?(_\d+)?|optimizer_states?|.*optim_states|(lr_)?scheduler(_\d+)?|scaler|rng_states?(_\d+)?"
    r"|random_states(_\d+)?|training_args)\.(bin|pt|pth|pkl|safetensors)"
)
"""What a trainer leaves beside the weights: the state of the optimizer and its own."""
OF_ANYTHING = frozenset({"joblib", "pickle", "pytorch"})
"""Formats in which people keep data and states of a training, too: that one holds no tensors is no fault there."""
_WITH_MORE = re.compile(
    rf".+({'|'.join(map(re.escape, sorted(BINARY_ENDINGS, reverse=True)))})[-_.][^/]+", re.DOTALL | re.IGNORECASE
)
"""Names of what was compressed or cut: `model.bin.gz`, `model.gguf.part1of3`."""


def are_known_parameters(facts: Facts, component: Component) -> bool:
    """Whether a file of weights is one by its content or its name; before `build`, whether a glob may name one."""
    if facts.manifest.measured is None:
        return any(glob.endswith("*") or _is_named_so(glob) for glob in component.files)
    return any(map(_holds_parameters, facts.records(facts.files_of(component))))


def files_with_parameters(facts: Facts, component: Component) -> list[str]:
    """The files of weights that hold parameters by their content or name, before `build` the globs that may name some;
    all of them where none does."""
    if facts.manifest.measured is None:
        named = list(component.files)
        return [glob for glob in named if glob.endswith("*") or _is_named_so(glob)] or named
    paths = facts.files_of(component)
    return [record.path for record in facts.records(paths) if _holds_parameters(record)] or paths


def _holds_parameters(record: FileRecord) -> bool:
    if record.license_ids or record.defect or not record.size:
        return False
    is_format = record.format not in (None, "git-lfs-pointer") and not _BESIDE.fullmatch(_name(record.path))
    return is_format or _is_named_so(record.path)


def is_text(path: str) -> bool:
    """Whether a file is by its name a text, which may be a model or may lie beside one."""
    return _TEXT.fullmatch(_name(path)) is not None


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _is_named_so(path: str) -> bool:
    name = _name(path)
    if _TEXT.fullmatch(name) or _BESIDE.fullmatch(name) or is_source_code(name):
        return False
    return is_named_like_weights(name) or name.endswith(BINARY_ENDINGS) or _WITH_MORE.fullmatch(name) is not None
