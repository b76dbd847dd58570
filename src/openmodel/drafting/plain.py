# SPDX-License-Identifier: Apache-2.0
"""Values out of files that may hold anything: each function gives what was asked for, or nothing."""

from __future__ import annotations

import re

from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.rendering.untrusted import visible

MAX_NAME = 200
"""The longest name that is taken over, in characters."""
MAX_ITEMS = 1000
"""The most items of one list that are looked at."""

_TEMPLATE = re.compile(r"\[ ?(more information needed|optional) ?\]", re.IGNORECASE)
_EXAMPLE_OWNER = re.compile(
    r"your[-_.]?(user|name|org|hf|hub|account|team|company|namespace).*|your[-_.].+"
    r"|my[-_.]?(user|user[-_.]?name|name|org|organi[sz]ation|account|company|namespace)"
    r"|(hf|hub)?[-_.]?user([-_.]?name)?|org(ani[sz]ation)?([-_.]?name)?|owner|namespace|account|author|x{2,}|foo",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"your[-_.][\w.-]+|[./]*path/to(/.*)?"
    r"|((data[-_.]?set|model|repo|repository)[-_.])(name|id|path|here)([-_.]here)?|insert[-_.][\w.-]+[-_.]here",
    re.IGNORECASE,
)
"""Names that stand for a name, as documentation and templates have them."""
_UNFILLED = frozenset({"todo", "tbd", "tba", "tbc", "fixme", "xxx", "placeholder", "changeme", "change_me"})
_PATH = re.compile(
    r"[/~.]|[A-Za-z]:[\\/]|(.*/)?(checkpoint|epoch|step)[-_]\d+/?$|(outputs?|results?|runs?|checkpoints?|tmp)/",
    re.IGNORECASE,
)


def member(value: object, *keys: str) -> object:
    """What is at these keys, one inside the other; None where there is nothing, or something is no mapping."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def said(value: object, limit: int = MAX_NAME) -> str | None:
    """A text on one line, if it says something: not empty, too long, or a placeholder."""
    if not isinstance(value, str) or len(value) > limit:
        return None
    line = " ".join(visible(value.encode(errors="replace").decode()).split())
    return None if not line or is_placeholder(line) or _is_template(line) or is_example(line) else line


def _is_template(line: str) -> bool:
    """Whether something in it was to be filled in: `[More Information Needed]`, `{{ name }}`."""
    opened = line.find("{{")
    return (opened >= 0 and line.find("}}", opened) >= 0) or _TEMPLATE.search(line) is not None


def is_example(name: str) -> bool:
    """Whether a name stands for one that was to be put there: `username/dataset_name`, `path/to/data`."""
    owner, slash, last = name.strip().partition("/")
    of_example = slash and last and not re.search(r"[/\s]", last) and _EXAMPLE_OWNER.fullmatch(owner)
    return bool(of_example) or _EXAMPLE.fullmatch(name.strip()) is not None


def is_unfilled(word: str) -> bool:
    """Whether one word is that of somebody who had nothing to say yet; of settings, "none" and "text" are answers."""
    return word.lower() in _UNFILLED or is_example(word)


def said_or_counted(value: object) -> str | None:
    """A text that says something, as a whole number does where one is meant, also if it has one digit."""
    return value if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value) else said(value)


def said_all(value: object) -> list[str]:
    """The texts of a list, or the one text; each once."""
    items = value[:MAX_ITEMS] if isinstance(value, list) else [value]
    return list(dict.fromkeys(text for text in map(said, items) if text))


def is_path(text: str) -> bool:
    """Whether a text is a path on somebody's machine, or a directory that a trainer writes to, and no name."""
    return _PATH.match(text) is not None or text.count("/") > 1 or "\\" in text


def items(value: object) -> list[object]:
    """The items of a list; none where it is something else."""
    return value[:MAX_ITEMS] if isinstance(value, list) else []


def whole(value: object) -> int | None:
    """A whole number of at least 0, also where it is written as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:  # noqa: PLR2004
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**53 - 1 else None
