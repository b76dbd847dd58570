# SPDX-License-Identifier: Apache-2.0
"""What the front matter of the card of a release says: the bases of the model, and the licence that readers of the Hub
see. The card is none of the measured files. Source: the Hub, "Model cards".
"""

from __future__ import annotations

import os
import re

from openmodel.errors import DocumentError, InventoryError
from openmodel.evidence.files import Files, by
from openmodel.evidence.findings import Collected
from openmodel.inventory.exclusion import CARD
from openmodel.inventory.front_matter import read_front_matter
from openmodel.inventory.whole import read_whole
from openmodel.licences import asserts_nothing, contradicts, judge
from openmodel.manifest.values import Terms

__all__ = ["compare_card", "read_card"]

MAX_CARD = 2 * 2**20
"""The longest card that is read, in bytes."""
MAX_NAMES = 100
"""The most names under one key."""
_LONGEST_NAME = 200
_LONGEST_LINK = 1000
_LICENCE = re.compile(r"^license\s*:\s*['\"]?([^\s'\"#]+)", re.MULTILINE)


def read_card(files: Files, collected: Collected) -> dict[str, list[str]]:
    """The names under each key of the front matter."""
    try:
        entries = read_front_matter(_text(files), CARD).entries
    except (DocumentError, InventoryError) as error:
        collected.remark("/parents", f"{CARD} was not read: found {error.problems[0].got}.")
        return {}
    found: dict[str, list[str]] = {}
    for key, entry in entries.items():
        values = entry.value[:MAX_NAMES] if isinstance(entry.value, list) else [entry.value]
        found[key] = [value for value in values if isinstance(value, str)]
    return found


def _text(files: Files) -> str:
    """The whole card; empty where there is none."""
    if not os.path.lexists(files.root / CARD):
        return ""
    return read_whole(files.root, CARD, MAX_CARD).decode("utf-8-sig", "replace")


def _said_in_what_is_no_yaml(files: Files) -> str | None:
    """The licence in front matter that cannot be read, as people read it."""
    try:
        text = _text(files).lstrip()
        read_front_matter(text, CARD)
    except InventoryError:
        return None
    except DocumentError:
        found = _LICENCE.search(text.split("\n---", 1)[0]) if text.startswith("---") else None
        return found[1][:_LONGEST_NAME] if found else None
    return None


def compare_card(files: Files, collected: Collected) -> None:
    """Compares the licence that the card names with the terms of the weights: one that is that of none of them
    contradicts these. Where it names several, nothing says what each is for, so that a person must judge unless one is
    theirs and the others let everybody do the same; and so where it calls it `other` and has an address for it."""
    card = read_card(files, collected)
    names, key = [name[:_LONGEST_NAME] for name in card.get("license", [])], "license"
    is_other = [name.lower() for name in names] == ["other"]
    if is_other:
        names, key = [name[:_LONGEST_NAME] for name in card.get("license_name", [])], "license_name"
    stated = {
        f"{pointer}/terms/expression": component.terms.expression
        for pointer, component in files.components
        if "weights" in component.kinds and component.of is None and isinstance(component.terms, Terms)
    }
    said = {where: text for where, text in stated.items() if text is not None and not asserts_nothing(text)}
    others = [name for name in names if all(contradicts(expression, name) for expression in said.values())]
    if len(names) == 1 and others:
        for where, expression in said.items():
            collected.contradict(where, expression, names[0], by(f"{CARD}, `{key}`"))
    elif (
        said and others and (others == names or any(judge(name, "parameters").answer != "approved" for name in others))
    ):
        collected.doubt_licence(f"names several licences under `{key}`: {', '.join(names)}")
    unread = _said_in_what_is_no_yaml(files) if said and not card else None
    if unread is not None and all(contradicts(expression, unread) for expression in said.values()):
        collected.doubt_licence(f"has front matter that cannot be read, with the licence {unread}")
    links = card.get("license_link", []) if is_other and not names else []
    for link in (one[:_LONGEST_LINK] for one in links if "://" in one):
        if said and all(contradicts(expression, link) for expression in said.values()):
            collected.doubt_licence(f"calls the licence `other` and has {link} for it")
