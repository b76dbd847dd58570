# SPDX-License-Identifier: Apache-2.0
"""Manifests of the systems whose outcome OSI published, made from `facts.tsv` and nothing else.

`python -m tests.conformance.osaid_systems` writes `openmodel.json` beside each `facts.tsv`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

SYSTEMS = Path(__file__).parent / "osaid" / "systems"
BOOKKEEPING = "structure"
"""In the column `source`: ids, kinds and positions, which nobody publishes."""


class Fact(NamedTuple):
    """A line of `facts.tsv`."""

    pointer: str
    value: str
    """JSON."""
    source: str
    """Where it was read, a URL."""
    note: str


def facts(folder: Path) -> Iterator[Fact]:
    """The facts of a system, in order."""
    with (folder / "facts.tsv").open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert next(lines) == list(Fact._fields)
        for line in lines:
            yield Fact(*line)


def share_from_memory(folder: Path) -> str:
    """A sentence for the README: of how many facts the source was not opened, or not all that is said."""
    published = [fact for fact in facts(folder) if fact.source != BOOKKEEPING]
    remembered = sum("from memory" in fact.note for fact in published)
    return f"Of {len(published)} facts with a source, {remembered} are from memory, wholly or in part."


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest that says these facts, each with a citation of where it was read."""
    document: dict[str, Any] = {"openmodel": "1-draft"}
    citations = []
    for fact in facts(folder):
        _put(document, fact.pointer, json.loads(fact.value))
        if fact.source != BOOKKEEPING:
            note = {"note": fact.note} if fact.note else {}
            citations.append({"at": fact.pointer, "where": {"url": fact.source}, **note})
    return document | {"citations": citations}


def _put(document: dict[str, Any], pointer: str, value: object) -> None:
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    last = tokens[-1]
    place: Any = document
    for token, following in pairwise(tokens):
        place = _member(place, token, [] if following.isdigit() else {})
    if isinstance(place, list):
        assert int(last) == len(place), pointer
        place.append(value)
    else:
        place[last] = value


def _member(place: Any, token: str, empty: Any) -> Any:
    if isinstance(place, list):
        if int(token) == len(place):
            place.append(empty)
        return place[int(token)]
    return place.setdefault(token, empty)


def written(folder: Path) -> str:
    """The text of `openmodel.json`."""
    return json.dumps(manifest(folder), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for system in SYSTEMS.iterdir():
        (system / "openmodel.json").write_text(written(system), encoding="utf-8")
