# SPDX-License-Identifier: Apache-2.0
"""Whether all that a draft says stands in the files that it was drafted from: every path, address, number and id."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from openmodel.drafting import hints
from openmodel.drafting.draft import HEAD
from openmodel.manifest.component import Kind

TABLES = (
    hints.RELEASE,
    hints.COMPONENT,
    hints.SOURCE,
    hints.PARENT,
    hints.STAGE,
    hints.DERIVED,
    hints.SEGMENT,
    hints.ENVIRONMENT,
    hints.EVALUATION,
    hints.NOT_OFFERED,
    hints.MAKERS_NOT_OFFERED,
)
HINTS = [pair for table in TABLES for pair in table.values()]
HINTS += [hints.ASSERTIONS, hints.EVALUATIONS, hints.PARAMETERS_TERMS, hints.WHERE_REVISION]
HINTS += [hints.SOURCE_OF, hints.NOTHING_TRAINED]

OURS = {"NOTE", "OSAID", "ONNX", "1-draft", "part-1", "README.md", *get_args(Kind)}
"""Telling words of the tool itself."""
IN_IDS = {"weights", "in", "pytorch", "torchscript", "onnx"}
"""Parts of ids that the tool makes up from what it calls a component."""
COUNTED = re.compile(
    r"\(line\s+(?:#\s+)?\d+\)|\d+ rows together|data sets \(\d+\)|names \d+ data sets|here in \d+ formats"
)
"""What the tool counted itself, and a reader can count again."""

_HUB = re.compile(r"https://huggingface\.co/(?:datasets/)?([\w.-]+/[\w.-]+)")
_TOKEN = re.compile(r"https?://[^\s\"'<>{}\[\]|]+|[\w.+/-]*[\w/]|\d[\d,]*")
_TELLING = re.compile(r"https?://.*|.*\d.*|.*/.*|.+[._-]\w.*|[A-Z]{2,}")
_ID = re.compile(r"^ *- id: (\S+)$|\{(?:source|model): ([\w.-]+)", re.MULTILINE)
_KEY = re.compile(r"^[ #-]*\w+:", re.MULTILINE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d)")


def stated(directory: Path) -> str:
    """All that stands in the files of a release, and their paths."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    texts = [path.read_bytes().decode("utf-8", "ignore") for path in paths if path.stat().st_size <= 2**20]
    return "\n".join([directory.name, *(path.relative_to(directory).as_posix() for path in paths), *texts])


def groundless(draft: str, corpus: str, known: Iterable[str] = ()) -> list[str]:
    """The telling words of a draft that neither the files nor the tool's own wording account for: whatever has a digit,
    a slash, or a dot, dash or underline inside, and words in capitals.

    Args:
        draft: the text of the draft.
        corpus: what `stated` gave before anything was written into the directory.
        known: what a reader found that no file says in this form: ids of licences, sums.
    """
    text = draft.removeprefix("".join(f"# {line}\n" for line in HEAD.splitlines()))
    for shape, hint in HINTS:
        text = text.replace(f"{shape}  # {hint}", "").replace(hint, "")
    plain = _THOUSANDS.sub("", corpus)
    plain += plain.lower()
    ids = {one or other for one, other in _ID.findall(text)}
    made = {id for id in ids if all(part in IN_IDS or _is_there(part, plain) for part in id.split("-"))}
    text = _KEY.sub("", COUNTED.sub("", text))
    words = dict.fromkeys(token.strip(".,;:") for token in _TOKEN.findall(_THOUSANDS.sub("", text)))
    accounted = OURS | made | set(known)
    return [word for word in words if _TELLING.fullmatch(word) and not (word in accounted or _is_there(word, plain))]


def _is_there(word: str, plain: str) -> bool:
    """Whether the files say it as a whole word; of an address at the Hub, its id is enough."""
    if (hub := _HUB.fullmatch(word)) and _is_there(hub[1], plain):
        return True
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain) is not None
