# SPDX-License-Identifier: Apache-2.0
"""Files that stand where data, a tokenizer or an architecture belongs and cannot be that: nothing, a pointer of git
LFS, what was saved or fetched amiss, the text of a licence, a document that every repository has, or the weights of the
release.

What is none of these may be anything; only a person can tell.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from openmodel.manifest.measured import FileRecord
from openmodel.policies.availability.parameter_files import OF_ANYTHING
from openmodel.policies.facts import Facts

__all__ = ["POINTER", "are_only_texts", "hold_nothing", "lacks_bytes", "only_stand_ins"]

_DOCUMENT = re.compile(
    r"(authors|changelog|citation|code_of_conduct|contributing|copying|licen[cs]e|notice|readme|requirements)"
    r"(\.(cff|html?|md|rst|txt))?|\.git(attributes|ignore|keep)",
    re.IGNORECASE,
)
_TEXT = re.compile(r".+\.(adoc|docx?|html?|md|odt|pdf|rst|rtf|tex)", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(r".+\.x?html?", re.IGNORECASE | re.DOTALL)
POINTER = "git-lfs-pointer"
"""The format of a pointer of git LFS."""


def only_stand_ins(facts: Facts, paths: Iterable[str]) -> bool:
    """Whether there are files and none of them can be what they are said to be; before `build`, by their names. One
    page alone may be that of an error."""
    named = list(paths)
    if facts.manifest.measured is None:
        return bool(named) and all(map(_is_document, named))
    records = facts.records(named)
    weights: set[str] = set()
    if any(record.format == "safetensors" for record in records):
        weights.update(*(facts.files_of(one) for _, one in facts.components("weights", "checkpoint")))
    is_page = len(records) == 1 and _PAGE.fullmatch(records[0].path) is not None
    return is_page or (bool(records) and all(_stands_in(record, weights) for record in records))


def are_only_texts(facts: Facts, paths: Iterable[str]) -> bool:
    """Whether there are files and none of them can be what runs, such as a tokenizer: these are such, or texts for
    people."""
    named = [path for path in paths if not _TEXT.fullmatch(path)]
    return only_stand_ins(facts, named) if named else True


def hold_nothing(facts: Facts, paths: Iterable[str]) -> bool:
    """Whether files were measured and all of them are empty or pointers of git LFS."""
    records = facts.records(paths) if facts.manifest.measured else []
    return bool(records) and all(map(_is_nothing, records))


def lacks_bytes(facts: Facts, paths: Iterable[str]) -> bool:
    """Whether a git LFS pointer was measured in place of a file, or nothing in place of all of them."""
    records = facts.records(paths) if facts.manifest.measured else []
    is_empty = bool(records) and not any(record.size for record in records)
    return is_empty or any(record.format == POINTER for record in records)


def _stands_in(record: FileRecord, weights: Container[str]) -> bool:
    """Whether a file is one of these. Other formats of weights hold the tokenizer or the network, too."""
    is_weights = record.format == "safetensors" and record.path in weights
    is_text = bool(record.license_ids) or _is_document(record.path)
    is_spoilt = record.defect is not None and record.format not in OF_ANYTHING
    return _is_nothing(record) or is_spoilt or is_weights or is_text


def _is_nothing(record: FileRecord) -> bool:
    return not record.size or record.format == POINTER


def _is_document(path: str) -> bool:
    return _DOCUMENT.fullmatch(path.rpartition("/")[2]) is not None
