# SPDX-License-Identifier: Apache-2.0
"""What the front matter of the card of a release says: the bases of the model, and the licence that readers of the Hub
see. The card is none of the measured files. Source: the Hub, "Model cards".
"""

from __future__ import annotations

import os

from openmodel.errors import DocumentError, InventoryError
from openmodel.evidence.files import Files, by
from openmodel.evidence.findings import Collected
from openmodel.inventory.exclusion import CARD
from openmodel.inventory.front_matter import read_front_matter
from openmodel.inventory.whole import read_whole
from openmodel.licences import asserts_nothing, contradicts
from openmodel.manifest.values import Terms

__all__ = ["compare_card", "read_card"]

MAX_CARD = 2 * 2**20
"""The longest card that is read, in bytes."""
MAX_NAMES = 100
"""The most names under one key."""
_LONGEST_NAME = 200
_NOT_ONE = frozenset({"bsd", "cc", "gpl", "gfdl", "lgpl"})
"""Ids of the Hub that are families, and so of no other licence than one of them."""


def read_card(files: Files, collected: Collected) -> dict[str, list[str]]:
    """The names under each key of the front matter."""
    if not os.path.lexists(files.root / CARD):
        return {}
    try:
        text = read_whole(files.root, CARD, MAX_CARD).decode("utf-8-sig", "replace")
        entries = read_front_matter(text, CARD).entries
    except (DocumentError, InventoryError) as error:
        collected.remark("/parents", f"{CARD} was not read: found {error.problems[0].got}.")
        return {}
    found: dict[str, list[str]] = {}
    for key, entry in entries.items():
        values = entry.value[:MAX_NAMES] if isinstance(entry.value, list) else [entry.value]
        found[key] = [value for value in values if isinstance(value, str)]
    return found


def compare_card(files: Files, collected: Collected) -> None:
    """Compares the one licence that the card names with the terms of the weights, if it is that of none of them. Where
    it names several, nothing says what each is for."""
    card = read_card(files, collected)
    names, key = card.get("license", []), "license"
    if [name.lower() for name in names] == ["other"]:
        names, key = card.get("license_name", []), "license_name"
    if len(names) != 1 or names[0].lower() in _NOT_ONE:
        return
    name = names[0][:_LONGEST_NAME]
    stated = {
        f"{pointer}/terms/expression": component.terms.expression
        for pointer, component in files.components
        if "weights" in component.kinds and component.of is None and isinstance(component.terms, Terms)
    }
    said = {where: text for where, text in stated.items() if text is not None and not asserts_nothing(text)}
    if all(contradicts(expression, name) for expression in said.values()):
        for where, expression in said.items():
            collected.contradict(where, expression, name, by(f"{CARD}, `{key}`"))
