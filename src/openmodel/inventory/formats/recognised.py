# SPDX-License-Identifier: Apache-2.0
"""What is said of one file."""

from __future__ import annotations

from dataclasses import dataclass

from openmodel.inventory.naming import shown
from openmodel.manifest.measured import Format

__all__ = ["NOTHING", "Recognised", "join", "named", "of_member"]

MOST_NAMED = 5
"""The most imports, modules or members that one sentence names."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the content of a file shows."""

    format: Format | None
    """None where no format of ours was recognised, which is no fault."""
    unsafe: str | None
    """Why loading the file could run code, a phrase that starts with "it"; None where nothing of the kind was found."""
    defect: str | None = None
    """Why the file cannot be the model or code that it seems to be, a phrase that starts with "it"; None where it can
    be."""


NOTHING = Recognised(None, None)


def named(names: list[str]) -> str:
    """The first names and how many more there are, safe to print: `a, b and 3 more`."""
    listed = ", ".join(shown(name, 80) for name in names[:MOST_NAMED])
    left = len(names) - MOST_NAMED
    return f"{listed} and {left} more" if left > 0 else listed


def of_member(name: str, phrase: str) -> str:
    """The phrase about a member of an archive, for the archive."""
    member = f"its member {named([name])}"
    if phrase.startswith("its member "):
        return f"{member}: {phrase.removeprefix('its member ')}"
    return f"{member} {phrase.removeprefix('it ')}"


def join(first: str | None, second: str | None) -> str | None:
    """Both phrases, or the one that there is."""
    return f"{first}; {second}" if first and second else first or second
