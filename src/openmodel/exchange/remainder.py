# SPDX-License-Identifier: Apache-2.0
"""What of a file no field of a manifest holds, so that the way in and out again loses nothing.

A view is what the fields of a manifest can hold of a mapping, as that mapping would have it. What the view does not
give back exactly is the remainder. On the way out the fields of the manifest go over the remainder, but only where they
are not what the remainder says already: who changed the manifest gets what the manifest says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import JsonValue

Members = Mapping[str, JsonValue]
View = Callable[[Members], Mapping[str, str]]


def remainder(written: Members, view: View, before: Members) -> dict[str, JsonValue]:
    """What of a mapping has to be kept.

    Args:
        written: the mapping.
        view: what a manifest can hold of it.
        before: what the file said before of the same thing, and what holds where this mapping is silent.
    """
    held = view({**before, **written})
    kept = dict(written)
    for name, value in held.items():
        without = {key: member for key, member in kept.items() if key != name}
        if kept.get(name) == value and view({**before, **without}).get(name) != value:
            kept = without
    return kept


def restored(kept: Members, view: View, before: Members, held: Mapping[str, str]) -> dict[str, JsonValue]:
    """The mapping again: what was kept of it, with what the manifest holds now."""
    said, whole = view({**before, **kept}), dict(kept)
    for name in {**said, **held}:
        if name not in held:
            whole.pop(name, None)
        elif held[name] != said.get(name):
            whole[name] = held[name]
    return whole
