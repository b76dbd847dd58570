# SPDX-License-Identifier: Apache-2.0
"""Whether settings that are written out are such as a person could train with.

No program knows which settings a training had. But whoever gives them all gives more than its length or its seed: two
of a step size, an optimizer, a batch and a duration, or one among many others. Fewer are for a person to judge, and so
is a setting that says of itself that it is kept back or not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from openmodel.manifest.base import answered
from openmodel.manifest.stage import Stage
from openmodel.policies.placeholders import is_placeholder
from openmodel.policies.refusals import speaks_of_keeping_back
from openmodel.policies.thinness import why_thin

_ENOUGH_KINDS = 2
_MANY = 12
"""Of so many settings, one of a known kind is enough."""
_MOST_LEAVES = 2000
_MOST_CHARACTERS = 2000

_MOST_WORDS = 8
"""Of the longest value that is read as a refusal; a longer one may be a prompt, or what examples are filtered by."""

_KINDS = {
    "step size": re.compile(r"\b(lrs?|eta|eta0|learning rates?|learningrate|learnrate|step size|stepsize)\b"),
    "optimizer": re.compile(r"\b(optim|optimi[sz]ers?|solver|adam\w*|sgd|adafactor|lion|muon|momentum|betas?[12])\b"),
    "batch": re.compile(r"\b(bs|bsz|(mini|micro)?batch(es|size)?)\b"),
    "duration": re.compile(
        r"\b(n|max|num|total|train|training)?(epochs?|iters?|iterations?|steps|rounds?|updates|estimators|trees)\b"
        r"|^tokens$|\b(train|training|pretrain|pretraining|total) tokens\b"
    ),
}
_OF_SOMETHING_ELSE = re.compile(
    r"\b(warm\w*|eval\w*|valid\w*|test\w*|save|saving|log|logging|checkpoint\w*|accumulation|sampling|inference|decay)\b"
)
"""Names that have a word of a duration or batch, and are about another."""
_PART = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_ARGUMENT = re.compile(r"(?:^|\s)(?:--?(?P<flag>[A-Za-z][\w.-]*)[ =]|(?P<name>[A-Za-z][\w.-]*)=)(?P<value>[^\s-]\S*)")
"""Of a command line: `--lr 0.1`, `lr=0.1`."""
_MEANS_OFF = frozenset({"no", "none", "null", "nil", "false", "not applicable", "n a", "na"})
_MEANS_ITSELF = frozenset({"text", "string", "later", "xx"})
"""Values that settings have, such as the type of a column, and that would say nothing elsewhere."""
_MISSING = re.compile(r"\?+")
"""How configurations mark what somebody still has to fill in."""


def settings_in(given: dict[str, JsonValue]) -> list[str]:
    """The names of settings that have a value, as words in small letters: "train micro batch size"."""
    found = []
    for _, (path, value) in zip(range(_MOST_LEAVES), _leaves(given, ()), strict=False):
        arguments = list(_ARGUMENT.finditer(value[:_MOST_CHARACTERS])) if isinstance(value, str) else []
        found += [_name(item) for item in arguments if not _is_kept_back(_name(item), item["value"])]
        if not arguments and _says_something(value):
            found.append(" ".join(map(_as_words, path)))
    return found


def kept_back_in(given: dict[str, JsonValue]) -> list[str]:
    """The names of settings whose value is a word that it is kept back, not known or still to be written."""
    found = []
    for _, (path, value) in zip(range(_MOST_LEAVES), _leaves(given, ()), strict=False):
        if isinstance(value, str):
            text = value[:_MOST_CHARACTERS]
            found += [_name(item) for item in _ARGUMENT.finditer(text) if _is_kept_back(_name(item), item["value"])]
            name = " ".join(map(_as_words, path))
            if _is_kept_back(name, text):
                found.append(name)
    return found


def are_enough(names: list[str], stage: Stage) -> bool:
    """Whether settings of these names may be all: with what the stage says beside them."""
    kinds = {kind for kind, words in _KINDS.items() for name in names if _is_of(words, name)}
    beside = {"batch" for segment in stage.segments if answered(segment.batch)}
    beside |= {"duration" for segment in stage.segments if answered(segment.steps)}
    return bool(kinds) and (len(kinds | beside) >= _ENOUGH_KINDS or len(names) >= _MANY)


def _is_of(words: re.Pattern[str], name: str) -> bool:
    return words.search(name) is not None and not _OF_SOMETHING_ELSE.search(name)


def _name(argument: re.Match[str]) -> str:
    return _as_words(argument["flag"] or argument["name"])


def _is_kept_back(name: str, value: str) -> bool:
    """Whether a value says so. Many settings are empty, one character, or a field to be filled for each example, as
    `<pad>` and `{text}`; only where a step size, optimizer, batch or duration belongs, these say nothing."""
    words = " ".join(re.findall(r"[^\W_]+", value.casefold()))
    if words in _MEANS_OFF or words.isdecimal():
        return False
    if is_placeholder(value) and any(_is_of(kind, name) for kind in _KINDS.values()):
        return True
    says_nothing = len(words) > 1 and words not in _MEANS_ITSELF and is_placeholder(words)
    if " " not in words:
        return says_nothing or _MISSING.fullmatch(value.strip()) is not None
    is_field = value.strip()[:1] in ("<", "{", "[", "$", "%", "_")
    refuses = words.count(" ") < _MOST_WORDS and speaks_of_keeping_back(value)
    return says_nothing or refuses or (is_placeholder(value) and not is_field)


def _leaves(value: JsonValue, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], JsonValue]]:
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _leaves(child, (*path, name))
    elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield path, " ".join(map(str, value))  # Arguments of a command line, or names.
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child, path)
    else:
        yield path, value


def _says_something(value: JsonValue) -> bool:
    if isinstance(value, str):
        return value.strip().isdecimal() or (not is_placeholder(value) and why_thin(value, "settings") is None)
    if isinstance(value, bool):
        return value
    return isinstance(value, int | float) and value > 0


def _as_words(name: str) -> str:
    return " ".join(part.lower() for part in _PART.findall(name[:200]))
