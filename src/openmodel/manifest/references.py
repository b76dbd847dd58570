# SPDX-License-Identifier: Apache-2.0
"""What only the whole document can be wrong about: ids used twice, and references to nothing.

Works on plain data, so that these problems are reported together with those of the types.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from pydantic import JsonValue

from openmodel.manifest.pointers import Missing, expand, join, resolve
from openmodel.manifest.text import Complaint, shown

IDS = {
    "component": "/components/*/id",
    "source": "/sources/*/id",
    "environment": "/environments/*/id",
    "parent": "/parents/*/id",
    "stage": "/stages/*/id",
    "segment": "/stages/*/segments/*/id",
}
"""Where ids are given. They share one namespace."""

REFERENCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("/components/*/of", ("parent",)),
    ("/sources/*/of", ("parent",)),
    ("/sources/*/derived_from/*", ("source",)),
    ("/sources/*/made_by/*", ("component", "parent")),
    ("/stages/*/of", ("parent",)),
    ("/stages/*/models/*/model", ("component", "parent")),
    ("/stages/*/data/*/source", ("source",)),
    ("/stages/*/code/*", ("component",)),
    ("/stages/*/settings", ("component",)),
    ("/stages/*/settings/component", ("component",)),
    ("/stages/*/result", ("component",)),
    ("/stages/*/segments/*/environment", ("environment",)),
    ("/stages/*/segments/*/code/*", ("component",)),
    ("/stages/*/segments/*/settings", ("component",)),
    ("/stages/*/segments/*/settings/component", ("component",)),
    ("/evaluations/*/code/*", ("component",)),
    ("/evaluations/*/of", ("component",)),
    ("/measured/weights/*/component", ("component",)),
)
"""Where ids are used, and what they may name."""

_LISTED = 8


def complaints(data: JsonValue) -> Iterator[Complaint]:
    """Everything that is wrong between the parts of a document."""
    kinds: dict[str, str] = {}
    for kind, pattern in IDS.items():
        for pointer, name in expand(data, pattern):
            if not isinstance(name, str):
                continue
            if name in kinds:
                yield pointer, f"the id {shown(name)} a second time", "ids used once", "Rename one of the two."
            kinds.setdefault(name, kind)
    for pattern, allowed in REFERENCES:
        expected = _expected(allowed, kinds)
        for pointer, name in expand(data, pattern):
            if isinstance(name, str) and kinds.get(name) not in allowed:
                yield pointer, _found(name, kinds), expected, _fix(allowed)
    yield from _derivation_cycles(data)
    for pointer, at in expand(data, "/citations/*/at"):
        if isinstance(at, str) and not _resolves(data, at):
            yield pointer, f"{shown(at)}, where nothing is", "the pointer of a fact in this document", "Correct it."


def _found(name: str, kinds: dict[str, str]) -> str:
    return f"{shown(name)}, which {f'is a {kinds[name]}' if name in kinds else 'names nothing here'}"


def _expected(allowed: tuple[str, ...], kinds: dict[str, str]) -> str:
    known = sorted(name for name, kind in kinds.items() if kind in allowed)
    what = f"the id of a {' or '.join(allowed)}"
    return f"{what}: {_listed(known)}" if known else what


def _listed(names: list[str]) -> str:
    more = [", …"] if len(names) > _LISTED else []
    return "".join([", ".join(map(shown, names[:_LISTED])), *more])


def _fix(allowed: tuple[str, ...]) -> str:
    places = " or ".join(f"`{kind}s`" for kind in allowed)
    return f"Correct the id, or list it under {places} with at least `id` and `name`."


def _resolves(data: JsonValue, pointer: str) -> bool:
    try:
        resolve(data, pointer)
    except Missing:
        return False
    return True


def _derivation_cycles(data: JsonValue) -> Iterator[Complaint]:
    places: dict[str, str] = {}
    made_from: dict[str, list[str]] = {}
    for pointer, name in expand(data, IDS["source"]):
        if isinstance(name, str):
            places[name] = join(pointer.rpartition("/")[0], "derived_from")
            origins = expand(data, f"{places[name]}/*")
            made_from[name] = [origin for _, origin in origins if isinstance(origin, str)]
    try:
        TopologicalSorter(made_from).prepare()
    except CycleError as error:
        circle = list(dict.fromkeys(error.args[1]))
        found = f"sources that are made from each other: {_listed(circle)}"
        yield places[circle[0]], found, "sources made from others, without a circle", "Remove one of the references."
