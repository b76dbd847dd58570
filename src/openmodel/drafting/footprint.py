# SPDX-License-Identifier: Apache-2.0
"""What a card says that the run cost and ran on: `co2_eq_emissions`, and the lists of the Hub's template and of
sentence-transformers. Source: https://huggingface.co/docs/hub/model-cards-co2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from openmodel.drafting.card import ModelCard, labelled_values
from openmodel.drafting.markdown import Part, Words
from openmodel.drafting.plain import member, said, said_or_counted
from openmodel.drafting.run import Training

MAX_TOLD = 20
"""The most labels that are told without being taken over."""

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,20})?")
_AMOUNT = r"([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12}(?:\.[0-9]{1,9})?) ?"
_CARBON = re.compile(
    rf"{_AMOUNT}(kg|kilograms?|g|grams?|t|tonnes?)(?: of)?(?: ?CO ?[2₂]e?)?[ -]?(?:eq\.?|equivalents?)?\.?",
    re.IGNORECASE,
)
_ENERGY = re.compile(rf"{_AMOUNT}([kKM])?[Ww][Hh]\.?")
_GRAMS = {"k": 1000, "g": 1, "t": 10**6}
_KEYS = ("training_type", "geographical_location", "hours_used", "cpu_model")
_LABELS = frozenset({"hours used", "cloud provider", "compute region", "repository", "paper", "demo", "shared by"})


def add_footprint(card: ModelCard, found: Training) -> None:
    """Adds cost and machine; what no field holds as it is said is told."""
    emitted, origin = card.front.get("co2_eq_emissions"), f"{card.path}, `co2_eq_emissions`"
    found.add_compute("co2_g", _number(emitted) or _number(member(emitted, "emissions")), origin)
    found.add_compute("kwh", _number(member(emitted, "energy_consumed")), origin)
    told = [f"{key} {value}" for key in _KEYS if (value := said_or_counted(member(emitted, key)))]
    found.told += [f"{origin}: {'; '.join(told)}"] if told else []
    for hardware in islice(labelled_values(card, "hardware type", "hardware"), MAX_TOLD):
        found.add_hardware(*hardware)
    found.add_hardware(said(member(emitted, "hardware_used")), origin)
    processors = list(labelled_values(card, "gpu model")) or list(labelled_values(card, "cpu model"))
    for hardware in processors[:MAX_TOLD]:
        found.add_hardware(*hardware)
    told = [
        sentence
        for label, item, value, part in _labelled(card)
        for sentence in _of_label(label, item, value, card.place(part), found)
    ]
    found.told += told[:MAX_TOLD]


def _number(value: object) -> float | None:
    """A number of the front matter, all of which are text; one digit is one, too."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _labelled(card: ModelCard) -> Iterator[tuple[str, Words, str, Part]]:
    """Label and value of list items, the label without what stands in brackets, which is often long."""
    for part in card.parts:
        for item in part.items:
            label, colon, value = item.text.partition(":")
            label = re.split(r"[(\[]", label, maxsplit=1)[0].strip().lower()
            text = said_or_counted(value.strip())
            if colon and text:
                yield label, item, text, part


def _of_label(label: str, item: Words, value: str, origin: str, found: Training) -> Iterator[str]:
    if label in ("carbon emitted", "energy consumed"):
        key, stated = ("co2_g", _grams(value)) if label == "carbon emitted" else ("kwh", _kilowatt_hours(value))
        if stated is None:
            yield f"{origin} says {label.capitalize()}: {value}"
        elif not _is_rounded(found.compute.get(key), stated):
            found.add_compute(key, float(stated[0] * stated[1]), origin)
    elif label in _LABELS:
        address = next((url for text, url in item.links if text == value and said(url)), "")
        unsaid = "; whether of one device or of all, it does not say" if label == "hours used" else ""
        yield f"{origin} says {label.capitalize()}: {value}{f', {address}' if address else ''}{unsaid}"


def _grams(text: str) -> tuple[Decimal, int] | None:
    match = _CARBON.fullmatch(text)
    return (Decimal(match[1].replace(",", "")), _GRAMS[match[2][0].lower()]) if match else None


def _kilowatt_hours(text: str) -> tuple[Decimal, int] | None:
    match = _ENERGY.fullmatch(text)
    if match is None or match[2] is None:
        return None
    return Decimal(match[1].replace(",", "")), 1 if match[2].lower() == "k" else 1000


def _is_rounded(known: object, stated: tuple[Decimal, int]) -> bool:
    """Whether a number is another one with fewer digits, in the scale of its unit."""
    if not isinstance(known, int | float):
        return False
    number, scale = stated
    return abs(Decimal(str(known)) / scale - number) <= Decimal(5).scaleb(int(number.as_tuple().exponent) - 1)
