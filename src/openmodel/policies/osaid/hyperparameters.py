# SPDX-License-Identifier: Apache-2.0
"""Whether settings that are written out are such as a person could train with.

No program knows which settings a training had. But whoever gives them all gives more than its length or its seed: two
of a step size, an optimizer, a batch and a duration, or one among many others. A forest, a support vector machine and
their like have other settings, of which two are asked for likewise. Fewer are for a person to judge, and so is a
setting that says of itself that it is kept back or not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from openmodel.manifest.base import answered
from openmodel.manifest.stage import Stage
from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.policies.texts.refusals import speaks_of_keeping_back
from openmodel.policies.texts.thinness import why_thin

_ENOUGH_KINDS = 2
_MANY = 12
"""Of so many settings, one of a known kind is enough."""
_MOST_LEAVES = 2000
_MOST_CHARACTERS = 2000

_MOST_WORDS = 8
"""Of the longest value that is read as a refusal; a longer one may be a prompt, or what examples are filtered by."""

_KINDS = {
    "step size": re.compile(
        r"\b(lrs?|eta|eta0|learning rates?|learningrate|learnrate|step size|stepsize)\b"
        r"(?! (schedul\w*|decay\w*|policy|type|mult\w*|ratio)\b)"
    ),
    "optimizer": re.compile(
        r"(?<!offload )\b(optim|optimi[sz]ers?|solver|adam\w*|sgd|adafactor|lion|muon|momentum|betas?[12])\b"
        r"(?! (offload\w*|state\w*))"
    ),
    "batch": re.compile(
        r"(?<!seed )\b(bs|bsz|(mini|micro)?batch(es|size)?)\b"
        r"(?! (\w*norm\w*|first|sampler|seeds?|dims?|shape|axis|mode|invariant|independent)\b)"
    ),
    "duration": re.compile(
        r"\b(n|max|num|total|train|training)?(epochs?|iters?|iterations?|steps|rounds?|updates|estimators|trees)\b"
        r"(?! (per|between) (?!epochs?\b))|^tokens$|\b(train|training|pretrain|pretraining|total) tokens\b"
    ),
}
_OF_SOMETHING_ELSE = re.compile(
    r"\b(warm\w*|eval\w*|valid\w*|test\w*|save|saving|log|logging|print\w*|report\w*|checkpoint\w*|accumulation"
    r"|sampling|inference|decay|time)\b"
)
"""Names that have a word of a duration or batch, and are about another."""
_NUMBERS = frozenset({"step size", "batch", "duration"})
_A_NUMBER = re.compile(r"[^\W_]*\d")
_STEP_BY_RULE = frozenset({"optimal"})
"""A step size of scikit-learn that follows from other settings."""

_TREE = "max depth|min samples leaf|min samples split|criterion|max leaf nodes|min impurity decrease|ccp alpha|splitter"
_FAMILIES = {
    "forest": (
        "n estimators|num trees|ntree|n trees",
        f"{_TREE}|max features|max samples|bootstrap|mtry|contamination|nodesize",
    ),
    "tree": (_TREE, f"{_TREE}|max features"),
    "support vectors": (
        "c|nu|kernel",
        "c|nu|kernel|gamma|degree|coef0|epsilon|tol|shrinking|class weight|penalty|dual",
    ),
    "neighbours": ("n neighbors|n neighbours|radius", "weights|metric|p|algorithm|leaf size"),
    "clusters": (
        "n clusters|min samples|min cluster size",
        "init|n init|max iter|algorithm|tol|eps|linkage|metric|affinity|distance threshold|cluster selection method",
    ),
    "components": (
        "n components",
        "svd solver|covariance type|init|n init|max iter|tol|whiten|alpha w|beta loss|perplexity|metric",
    ),
    "Bayes": ("var smoothing|fit prior|class prior|binarize", "alpha|fit prior|class prior|priors|model|estimator"),
    "linear": (
        "l1 ratio|penalty|fit intercept",
        "l1 ratio|penalty|fit intercept|alpha|c|selection|tol|max iter|solver|loss|positive",
    ),
}
"""By family of models that no gradient trains, names of their settings in scikit-learn and R: of the first, one, and of
the second another."""
_PART = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_ARGUMENT = re.compile(r"(?:^|\s)(?:--?(?P<flag>[A-Za-z][\w.-]*)[ =]|(?P<name>[A-Za-z][\w.-]*)=)(?P<value>[^\s-]\S*)")
"""Of a command line: `--lr 0.1`, `lr=0.1`."""
_MEANS_OFF = frozenset({"no", "none", "null", "nil", "false", "not applicable", "n a", "na"})
_MEANS_ITSELF = frozenset({"text", "string", "later", "xx"})
"""Values that settings have, such as the type of a column, and that would say nothing elsewhere."""
_MISSING = re.compile(r"\?+")
"""How configurations mark what somebody still has to fill in."""


class Setting(NamedTuple):
    """A setting that has a value."""

    name: str
    """With the names of what it is in, as words in small letters: "train micro batch size"."""
    key: str
    """Its own name, likewise: "micro batch size"."""
    value: JsonValue


def settings_in(given: dict[str, JsonValue]) -> list[Setting]:
    """The settings that have a value; one that has several is there once."""
    found: dict[str, Setting] = {}
    for _, (path, value) in zip(range(_MOST_LEAVES), _leaves(given, ()), strict=False):
        arguments = list(_ARGUMENT.finditer(value[:_MOST_CHARACTERS])) if isinstance(value, str) else []
        settings = [Setting(_name(item), _name(item), item["value"]) for item in arguments]
        if not arguments:  # In a pipeline of scikit-learn, `svc__C` is the `C` of `svc`.
            settings = [Setting(" ".join(map(_as_words, path)), _as_words(path[-1].rpartition("__")[2]), value)]
        found |= {one.name: one for one in settings if one.name not in found and _says_something(one)}
    return list(found.values())


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


def are_enough(settings: Sequence[Setting], stage: Stage) -> bool:
    """Whether these settings may be all: with what the stage says beside them."""
    kinds = {kind for kind in _KINDS for setting in settings if _is_a(kind, setting)}
    beside = {"batch" for segment in stage.segments if answered(segment.batch)}
    beside |= {"duration" for segment in stage.segments if answered(segment.steps)}
    if kinds and (len(kinds | beside) >= _ENOUGH_KINDS or len(settings) >= _MANY):
        return True
    return any(_are_of_family(settings, *names) for names in _FAMILIES.values())


def _is_a(kind: str, setting: Setting) -> bool:
    """Whether a setting is one of a kind: what is told in numbers has one in it, and is not nothing."""
    if not _is_of(_KINDS[kind], setting.name) or isinstance(setting.value, bool):
        return False
    return not isinstance(setting.value, int | float) or setting.value > 0


def _are_of_family(settings: Sequence[Setting], first: str, second: str) -> bool:
    """Whether two settings are of a family, and one of them shows that it is that one. A kernel of a network is a
    number, that of a support vector machine a name."""
    keys = {one.key for one in settings if one.key != "kernel" or isinstance(one.value, str)}
    of_it = keys.intersection(f"{first}|{second}".split("|"))
    return len(of_it) > 1 and not of_it.isdisjoint(first.split("|"))


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


def _says_something(setting: Setting) -> bool:
    """Whether a setting has a value. Of a step size, a batch or a duration words are none: "as large as fits"."""
    name, value = setting.name, setting.value
    if not isinstance(value, str):
        return value is not None
    if any(kind in _NUMBERS and _is_of(words, name) for kind, words in _KINDS.items()):
        return _A_NUMBER.search(value) is not None or value.strip().casefold() in _STEP_BY_RULE
    return value.strip().isdecimal() or (not is_placeholder(value) and why_thin(value, "settings") is None)


def _as_words(name: str) -> str:
    return " ".join(part.lower() for part in _PART.findall(name[:200]))
