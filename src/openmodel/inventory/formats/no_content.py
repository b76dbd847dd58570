# SPDX-License-Identifier: Apache-2.0
"""Texts that stand where data, a tokenizer, an architecture or settings belong and have nothing in them: blanks, what a
server answers in place of a file, JSON without a value, settings that nobody filled in, a head without rows, or a
sentence that says that it is not there.

Only short files with the endings of such texts. What is not understood counts as content.
"""

from __future__ import annotations

import re

from openmodel.errors import DocumentError
from openmodel.inventory.formats.pages import UTF8_MARK, is_answer, is_html, is_xml
from openmodel.inventory.formats.views import WINDOW, View
from openmodel.manifest.json_text import read_json

__all__ = ["refuses", "why_no_content"]

_TABLES = frozenset({"csv", "tsv"})
_SETTINGS = frozenset({"cfg", "conf", "ini", "toml", "yaml", "yml"})
_ENDINGS = frozenset({"json", "jsonl", "txt"}) | _TABLES | _SETTINGS
_OFTEN_EMPTY = re.compile(r"(added_tokens|generation_config|special_tokens_map|tokenizer_config)\.json", re.IGNORECASE)
_FOR_READERS = re.compile(r"(copying|licen[cs]e|notice|readme|terms)\b.*", re.IGNORECASE | re.DOTALL)
_ANSWER_KEYS = frozenset({"code", "detail", "documentation_url", "error", "errors", "message", "request_id", "status"})
_MOST_LINES = 3
_LONGEST = 500
"""Lines and characters of the longest text that is taken for a sentence in place of something."""
_REFUSES = re.compile(
    r"\b(?:cannot|can ?not|nicht|never|no longer|non|not?|pas)\b[^.\n]{0,40}\b(?:available|disclosed?|disponible"
    r"|distributed|included?|part of|provided?|public|published|publi[eé]e?|released?|shared?|veröffentlicht)\b"
    r"|\b(?:do|does|did) ?n[o']t (?:disclose|distribute|provide|publish|release|share)\b"
    r"|\b(?:confidential|proprietary|redacted|withheld)\b|\b(?:up)?on request\b|\b(?:contact|ask) (?:us|sales)\b"
    r"|\b(?:coming|available|released|published|here) soon\b|\binternal repository\b",
    re.IGNORECASE,
)
_TO_DO = re.compile(
    r"\W*(?:coming soon|fixme|n/?a|none|null|placeholder|tb[acd]|to be (?:added|done)|todo)\W*", re.IGNORECASE
)
_UNSET = re.compile(
    r"[\w.-]+\s*[:=]\s*(?:['\"<\[{]*(?:confidential|fixme|not disclosed|placeholder|redacted|secret|tb[acd]|todo"
    r"|withheld|x{2,}|\?+|\*+)['\">\]}]*)?",
    re.IGNORECASE,
)
"""A setting whose value somebody has still to write."""


def why_no_content(view: View, path: str) -> str | None:
    """Why a text has nothing in it, a phrase that starts with "it"; None where it may have something.

    Args:
        view: the file.
        path: its path.

    Raises:
        OSError: the system does not give the bytes.
    """
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower()
    if ending not in _ENDINGS or not view.size or _FOR_READERS.fullmatch(name):
        return None
    head = view.read(0, WINDOW)
    if ending != "txt" and (is_html(head) or is_xml(head)):
        return "it is a page and not what its name says"
    if is_answer(head) and view.size <= _LONGEST:
        return "it is the answer of a server and not what its name says"
    try:
        text = head.removeprefix(UTF8_MARK).decode() if view.size <= WINDOW else None
    except UnicodeDecodeError:
        return None
    return _why_nothing(text, name, ending) if text is not None else None


def refuses(text: str) -> bool:
    """Whether a text is hardly more than a sentence that says that something is not there."""
    lines = [line for line in text.splitlines() if line.strip()]
    is_short = len(lines) <= _MOST_LINES and len(text.strip()) <= _LONGEST
    return is_short and not re.search(r"\d", text) and _REFUSES.search(text) is not None


def _why_nothing(text: str, name: str, ending: str) -> str | None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return "it has nothing in it but blanks"
    if _TO_DO.fullmatch(text.strip()[:_LONGEST]):
        return "it has nothing in it but a mark of what is still to be written"
    if ending == "json" or lines[0].startswith("{"):
        return _why_no_json(text, name, ending)
    if ending in _SETTINGS and all(line.startswith(("#", ";", "---")) for line in lines):
        return "it has nothing in it but comments"
    told = [line for line in lines if not line.startswith(("#", ";", "[", "---"))]
    if ending in _SETTINGS and told and all(map(_UNSET.fullmatch, told)):
        return "it has no settings with a value"
    if refuses(text):
        return "it has nothing in it but a sentence that something is not there"
    if ending in _TABLES and len(lines) == 1 and not re.search(r"\d", text) and re.search(r"[,;\t]", lines[0]):
        return "it has a head and no rows"
    return None


def _why_no_json(text: str, name: str, ending: str) -> str | None:
    """What a text is that is called JSON. Some have comments."""
    begins = text.lstrip()[0]
    if ending == "json" and begins.isalpha() and not re.match(r"\s*(?:true|false|null|NaN|Infinity)\b", text):
        return "it is a text and not the JSON that its name says"
    try:
        data = read_json(text.encode(), name).data
    except DocumentError:
        return None
    if data in ({}, [], None, "") and ending in _SETTINGS:
        return "it has no settings with a value"
    if data in ({}, [], None, "") and not _OFTEN_EMPTY.fullmatch(name):
        return "it is JSON with nothing in it"
    if isinstance(data, dict) and data and _ANSWER_KEYS.issuperset(data) and {"error", "message"} & data.keys():
        return "it is the answer of a server and not what its name says"
    is_word = isinstance(data, dict) and len(data) == 1 and all(isinstance(one, str) for one in data.values())
    return "it has nothing in it but a sentence that something is not there" if is_word and refuses(text) else None
