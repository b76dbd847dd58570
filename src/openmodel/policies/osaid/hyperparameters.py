# SPDX-License-Identifier: Apache-2.0
"""Whether settings that are written out are such as a person could train with.

No program knows which settings a training had. But whoever gives them all gives more than its length or its seed: two
of a step size, an optimizer, a batch and a duration, or one among many others. A forest, a support vector machine and
their like have other settings, of which two are asked for likewise, and least squares and naive Bayes have none that
must be given. Families and languages that are not known here are believed when they give several different values.
What came out is no setting: a loss, a score. Fewer are for a person to judge, and so is a setting that says of
itself that it is kept back or not known. Keys to other machines, persons, labels and prompts train nothing: they are
not counted, and whoever masks them keeps no setting back.
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
_SEVERAL_VALUES = 6
"""Of so many different values none has to be of a known kind."""
_MOST_LEAVES = 2000
_MOST_CHARACTERS = 2000

_MOST_WORDS = 8
"""Of the longest value that is read as a refusal; a longer one may be a prompt, or what examples are filtered by."""

_KINDS = {
    "step size": re.compile(
        r"\b(lrs?|eta|eta0|learning rates?|learningrate|learnrate|step size|stepsize|lernrate|taux d apprentissage"
        r"|tasa de aprendizaje|学习率|學習率|学習率)\b"
        r"(?! (schedul\w*|decay\w*|policy|type|mult\w*|ratio)\b)"
    ),
    "optimizer": re.compile(
        r"(?<!offload )\b(optim|optimi[sz]ers?|solver|adam\w*|sgd|adafactor|lion|muon|momentum|betas?[12]|optimierer"
        r"|optimiseur|optimizador|优化器|優化器|最適化手法)\b"
        r"(?! (offload\w*|state\w*))"
    ),
    "batch": re.compile(
        r"(?<!seed )\b(bs|bsz|(mini|micro)?batch(es|size)?|(stapel|batch)größe|taille (du |de )?lot"
        r"|tamaño (del |de )?lote"
        r"|批(次|量)?大小|バッチサイズ)\b"
        r"(?! (\w*norm\w*|first|sampler|seeds?|dims?|shape|axis|mode|invariant|independent)\b)"
    ),
    "duration": re.compile(
        r"\b(n|max|num|total|train|training)?(epochs?|iters?|iterations?|steps|rounds?|updates|estimators|trees"
        r"|epochen|schritte|époques|épocas|pasos|(训练)?(轮|步)[数次]|迭代次数|エポック数?|ステップ数)\b"
        r"(?! (per|between) (?!epochs?\b))|^tokens$|\b(train|training|pretrain|pretraining|total) tokens\b"
    ),
}
_OF_SOMETHING_ELSE = re.compile(
    r"\b(warm\w*|eval\w*|valid\w*|test\w*|save|saving|log|logging|print\w*|report\w*|checkpoint\w*|accumulation"
    r"|sampling|inference|decay|time)\b"
)
"""Names that have a word of a duration or batch, and are about another."""
_TRAINS_NOTHING = re.compile(
    r"(?<!per )\b(key|token|secret|password|passwd|credential|e?mail|user|username|author|author name)s?$(?<!tokens)"
    r"|\b(secrets|credentials|id2label|label2id|labels|label names"
    r"|class names|\w*prompts?|missing values?|na values?)\b"
)
"""Names of secrets, persons, labels, prompts and marks of what data lacks."""
_OF_A_MACHINE_OR_NETWORK = re.compile(
    r"\b(days|hours|gpus?|nodes|workers|seeds?|random state|experts|layers?|heads?|hidden"
    r"|vocab\w*|context|dims?|d model|embeddings?|channels|width|depth|parameters|params|positions?"
    r"|sequence|rank|version|year|port)\b"
)
"""Names that say with what or of what size something is, and not how it was trained."""
_NUMBERS = frozenset({"step size", "batch", "duration"})
_A_NUMBER = re.compile(
    r"(?<![A-Za-z\d.,])\d[\d.,]*+"
    r"(?!\s*(?:cards?|devices?|experiments?|gi?b|gpus?|machines?|nodes?|people|runs?|seeds?|sweeps?|tpus?|trials?)\b)",
    re.IGNORECASE,
)
"""One that may be a step size, batch or duration: no part of a word, and not what it was done on or how often."""
_RESULT = re.compile(
    r"(?:(?:best|dev|eval\w*|final|metrics|results?|scores?|test|train\w*|val\w*) )*"
    r"(?:acc|accuracy|auc|bleu|cer|f ?1|loss|mae|mse|perplexity|ppl|r ?2|recall|rmse|roc auc|rouge(?: ?[\dl])?|wer)"
    r"(?: score)?"
)
"""Names of what came out, where they are numbers."""
_OF_RESULTS = re.compile(r"metrics?|scoring|evaluation metrics?")
_METHOD = re.compile(r"(^| )(algorithm|classifier|estimator|learner|method|model|model type|regressor)$")
_NO_SETTINGS = re.compile(
    r"(?:an? |the )?(?:ols\b|(?:ordinary |weighted )?least squares|linear ?regression"
    r"|(?:gaussian|multinomial|bernoulli) ?nb"
    r"|(?:(?:gaussian|multinomial|bernoulli) )?na[iï]ve bayes)\b(?!.*\b(?:gradient|head|layer|loss|probe|sgd)\b)"
)
"""How a name of a method begins that has no settings which must be given."""
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
        "l1 ratio|penalty|fit intercept|alpha|c|lambda",
        "l1 ratio|penalty|fit intercept|alpha|c|lambda|selection|tol|max iter|solver|loss|positive|multi class",
    ),
    "perceptron": ("hidden layer sizes", "alpha|activation|solver|max iter|learning rate init|early stopping"),
    "word vectors": (
        "vector size|sg|cbow mean|ws|word ngrams",
        "vector size|sg|cbow mean|ws|word ngrams|window|min count|negative|hs|sample|ns exponent|dim|minn|maxn",
    ),
    "n-grams": (
        "ngram|ngrams|ngram order|n gram",
        "smoothing|discount|discounting|prune|pruning|interpolate|cutoff|cutoffs",
    ),
    "formula": ("formula", "family|link|offset|method|distribution"),
    "sampling": (
        "chains|n chains|num chains",
        "draws|tune|warmup|iter|samples|num samples|num warmup|burn in|burnin|thin|sampler|prior|target accept",
    ),
    "time series": (
        "order|seasonal order|seasonal periods|smoothing level|d|q",
        "order|seasonal order|seasonal periods|smoothing level|p|d|q|trend|seasonal|enforce stationarity",
    ),
}
"""By family of models, names of their settings in scikit-learn, statsmodels, gensim and R: of the first, one, and of
the second another."""
_PART = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_BETWEEN = re.compile(r"[\s_./'’-]+")  # noqa: RUF001
_ARGUMENT = re.compile(r"(?:^|\s)(?:--?(?P<flag>[A-Za-z][\w.-]*)[ =]|(?P<name>[A-Za-z][\w.-]*)=)(?P<value>[^\s-]\S*)")
"""Of a command line: `--lr 0.1`, `lr=0.1`."""
_CALL = re.compile(r"\s*(?P<called>[A-Za-z_][\w.]*)\s?\((?P<given>[^()]*(?:\([^()]*\)[^()]*)*)\)")
"""Of a program: `Forest(n=200, depth=8)`."""
_GIVEN = re.compile(r"(?:^|,)\s*(?P<flag>)(?P<name>[A-Za-z]\w*)\s?=\s?(?P<value>[^,()\[\]]+|\([^()]*\)|\[[^\[\]]*\])")
"""What is given in a call."""
_LETTER = re.compile(r"[^\W\d_xX]")
"""A value that is an abbreviation, such as `trend: c` of statsmodels."""
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
    for one in values_in(given):
        if one.name not in found and _says_something(one):
            found[one.name] = one
    return [one for one in found.values() if not trains_nothing(one.name) and not _is_result(one)]


def values_in(given: dict[str, JsonValue]) -> Iterator[Setting]:
    """All values with their names, those in a command line as well."""
    for _, (path, value) in zip(range(_MOST_LEAVES), _leaves(given, ()), strict=False):
        arguments = list(_ARGUMENT.finditer(value[:_MOST_CHARACTERS])) if isinstance(value, str) else []
        call = _CALL.match(value[:_MOST_CHARACTERS]) if isinstance(value, str) else None
        if call is not None and (of_call := list(_GIVEN.finditer(call["given"]))):
            arguments = of_call
            yield Setting(" ".join(map(_as_words, path)), _as_words(path[-1]), call["called"])
        yield from (Setting(_name(item), _name(item), item["value"]) for item in arguments)
        if not arguments:  # In a pipeline of scikit-learn, `svc__C` is the `C` of `svc`.
            yield Setting(" ".join(map(_as_words, path)), _as_words(path[-1].rpartition("__")[2]), value)


def trains_nothing(name: str) -> bool:
    """Whether a name is that of no setting of a training: a secret, a person, a label, a prompt.

    Args:
        name: with the names of what it is in, joined by spaces.
    """
    words = _as_words(name)
    return _TRAINS_NOTHING.search(words) is not None and not any(_is_of(kind, words) for kind in _KINDS.values())


def needs_none(given: dict[str, JsonValue]) -> bool:
    """Whether the settings name a method that has none which must be given: `method: OLS`, `GaussianNB: {}`."""
    named = [one.value for one in values_in(given) if _METHOD.search(one.name) and isinstance(one.value, str)]
    return any(map(has_no_settings, (*given, *named)))


def has_no_settings(text: str) -> bool:
    """Whether a text begins with the name of such a method."""
    return _NO_SETTINGS.match(text[:_MOST_CHARACTERS].strip().casefold()) is not None


def kept_back_in(given: dict[str, JsonValue]) -> list[str]:
    """The names of settings whose value is a word that it is kept back, not known or still to be written."""
    found = []
    for _, (path, value) in zip(range(_MOST_LEAVES), _leaves(given, ()), strict=False):
        if isinstance(value, str):
            text = value[:_MOST_CHARACTERS]
            found += [_name(item) for item in _ARGUMENT.finditer(text) if _is_kept_back(_name(item), item["value"])]
            name = " ".join(map(_as_words, path))
            if _is_kept_back(name, _ARGUMENT.sub(lambda item: " " if trains_nothing(_name(item)) else item[0], text)):
                found.append(name)
    return found


def are_enough(settings: Sequence[Setting], stage: Stage) -> bool:
    """Whether these settings may be all: with what the stage says beside them."""
    kinds = {kind for kind in _KINDS for setting in settings if _is_a(kind, setting)}
    beside = {"batch" for segment in stage.segments if answered(segment.batch)}
    beside |= {"duration" for segment in stage.segments if answered(segment.steps)}
    if kinds and (len(kinds | beside) >= _ENOUGH_KINDS or len(settings) >= _MANY):
        return True
    other = {
        str(one.value)
        for one in settings
        if not _OF_SOMETHING_ELSE.search(one.name) and not _OF_A_MACHINE_OR_NETWORK.search(one.name)
    }
    return len(other) >= _SEVERAL_VALUES or any(_are_of_family(settings, *names) for names in _FAMILIES.values())


def _is_result(setting: Setting) -> bool:
    """Whether it is a measure of what came out, or names one."""
    if isinstance(setting.value, str):
        return (
            _OF_RESULTS.fullmatch(setting.key) is not None and _RESULT.fullmatch(_as_words(setting.value)) is not None
        )
    return isinstance(setting.value, int | float) and _RESULT.fullmatch(setting.name) is not None


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
    if trains_nothing(name) or words in _MEANS_OFF or words.isdecimal():
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
    if isinstance(value, dict) and "undisclosed" in value:  # Said to be so, which the caller answers.
        return
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
    is_short = value.strip().isdecimal() or _LETTER.fullmatch(value.strip()) is not None
    return is_short or (not is_placeholder(value) and why_thin(value, "settings") is None)


def _as_words(name: str) -> str:
    """A name of other letters than ASCII's has no capitals inside of it that begin a word."""
    short = name[:200]
    parts = _PART.findall(short) if short.isascii() else _BETWEEN.split(short)
    return " ".join(part.lower() for part in parts if part) or short.strip()
