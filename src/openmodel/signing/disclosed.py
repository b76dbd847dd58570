# SPDX-License-Identifier: Apache-2.0
"""What a manifest tells, without what it does not: values as plain data, and a list of what is undisclosed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import JsonValue

from openmodel.manifest.base import Node, Undisclosed
from openmodel.manifest.pointers import join

__all__ = ["Teller"]


class Teller:
    """Takes values out of a manifest and remembers where something was not disclosed."""

    def __init__(self) -> None:
        self._kept_back: dict[str, Undisclosed] = {}

    def fields(self, node: Node, at: str, names: Iterable[str]) -> dict[str, Any]:
        """Some fields of a node under the names that they have in JSON, without those that are empty or not told.

        Args:
            node: a part of the manifest.
            at: JSON pointer to it.
            names: of fields.
        """
        told = {}
        for name in names:
            key = type(node).model_fields[name].alias or name
            value = self.value(getattr(node, name), join(at, key))
            if value is not None and value not in ([], {}):
                told[key] = value
        return told

    def value(self, value: Any, at: str) -> JsonValue:
        """A value as plain data; None when it is absent or undisclosed.

        Maps that the publisher fills freely are taken as they are: nothing in them is undisclosed in the manifest's
        sense, whatever their keys.
        """
        if isinstance(value, Undisclosed):
            self._kept_back[at] = value
            return None
        if isinstance(value, Node):
            return self.fields(value, at, type(value).model_fields)
        if isinstance(value, tuple):
            told = (self.value(item, join(at, index)) for index, item in enumerate(value))
            return [item for item in told if item is not None]
        if isinstance(value, dict):
            all_of_it = {key: self.value(one, join(at, key)) for key, one in value.items()}
            return {key: all_of_it[key] for key, one in value.items() if not isinstance(one, Undisclosed)}
        return value  # type: ignore[no-any-return]  # A string, a number, a truth value or None.

    def undisclosed(self) -> list[JsonValue]:
        """Everything undisclosed that was met, by pointer."""
        return [
            {"at": at, "undisclosed": one.undisclosed, **({"reason": one.reason} if one.reason else {})}
            for at, one in sorted(self._kept_back.items())
        ]
