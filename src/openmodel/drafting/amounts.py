# SPDX-License-Identifier: Apache-2.0
"""How much data there is: the heading of a column says of what, its cells how much of it.

A number that is read with the wrong scale is worse than none, so a heading counts only when each of its words is known:
"Tokens (B)" does, "Tokens per sample", "% of tokens" and "Tokens (GB)" do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from openmodel.drafting.plain import whole

MAX_CELL = 60
"""The longest cell, or heading, that is read as an amount, in characters."""

_UNITS = {
    **{name: f"{name}s" for name in ("token", "document", "byte", "image", "hour", "row", "pair", "sequence")},
    **dict.fromkeys(("tuple", "example", "sample", "line", "sentence"), "rows"),
}
_SCALES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "million": 10**6}
_SCALES |= {"b": 10**9, "bn": 10**9, "billion": 10**9, "t": 10**12, "trillion": 10**12}
_SCALE = r"(?:[kK]|[mM]l?n|[bB]n|[MBT]|(?i:thousand|million|billion|trillion)s?)"
"""m, b and t alone may be something else, such as metres and minutes."""
_OWN_UNIT = frozenset({"size", "amount", "volume", "quantity", "count"})
_HEADER = """
    # number numbers no nr num n of the total count counts size sizes amount amounts volume quantity approx approximate
    in estimated how many training train trained pretraining pre finetuning fine tuning unique used seen data dataset
    text speech audio
"""
_HEADER_WORDS = frozenset(_HEADER.split())
_ABOUT = re.compile(r"(~|≈|about |around |approx(\.|imately)? |ca\. ?) ?", re.IGNORECASE)
_GROUPED = r"[0-9]{1,3}(?:[,\u202f\u00a0 ][0-9]{3})+|[0-9]{1,15}"
_AMOUNT = re.compile(
    rf"(?P<number>{_GROUPED})(?P<part>\.[0-9]{{1,9}})?(?:\s?(?P<scale>{_SCALE}))?(?:\s(?P<unit>[A-Za-z]{{1,20}}))?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a data set there is."""

    value: int
    unit: str
    origin: str
    approximate: bool = False
    """Whether it is written as a rounded number, such as 1.5M."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the heading of a column says of its numbers."""

    unit: str | None
    """Of what they are; None where each cell has to say it."""
    scale: int = 1
    """What they are to be multiplied with."""


def measure_of(header: str) -> Measure | None:
    """What the numbers below a heading count; None where they are no amounts, or it is not plain of what."""
    words = re.findall(r"[^\W_]+|[^\s\w()\[\].,:_-]", header) if len(header) <= MAX_CELL else []
    units = [unit for word in words if (unit := unit_of(word))]
    scales = [_scale(word) for word in words if re.fullmatch(_SCALE, word)]
    known = all(word.lower() in _HEADER_WORDS or unit_of(word) or re.fullmatch(_SCALE, word) for word in words)
    if not known or len(scales) > 1 or not (units or {word.lower() for word in words} & _OWN_UNIT):
        return None
    return Measure(units[-1] if units else None, *scales)


def unit_of(word: str) -> str | None:
    """The unit that a word names: "Pairs" is pairs, "samples" are rows."""
    return _UNITS.get(word.lower().removesuffix("s"))


def amount_in(cell: str, measure: Measure, origin: str) -> Amount | None:
    """The amount in a cell, such as 1,000 or 300B tokens. What the cell says goes before what its heading says."""
    plain = cell.strip("* ") if len(cell) <= MAX_CELL else ""
    bare = _ABOUT.sub("", plain, count=1) if _ABOUT.match(plain) else plain
    match = _AMOUNT.fullmatch(bare)
    unit = None if match is None else unit_of(match["unit"]) if match["unit"] else measure.unit
    if match is None or unit is None:
        return None
    scale = _scale(match["scale"]) if match["scale"] else measure.scale
    if match["part"] and scale == 1:  # 1.234 is more than a thousand in some countries, and about one in others.
        return None
    exact = Decimal(re.sub(r"\D", "", match["number"]) + (match["part"] or "")) * scale
    value = whole(int(exact)) if exact == exact.to_integral_value() else None
    return Amount(value, unit, origin, scale > 1 or bare != plain) if value is not None else None


def number_in(cell: str) -> int | None:
    """The whole number that a cell is, to the last digit."""
    plain = cell.strip("* ")
    return whole(re.sub(r"\D", "", plain)) if len(plain) <= MAX_CELL and re.fullmatch(_GROUPED, plain) else None


def _scale(word: str) -> int:
    return _SCALES[word.lower().removesuffix("s")]
