# SPDX-License-Identifier: Apache-2.0
"""The fields of a Protocol Buffers message, without its schema. Source: Protocol Buffers, "Encoding"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.inventory.formats.views import View

__all__ = ["LENGTH", "VARINT", "Field", "MalformedError", "fields", "varint"]

VARINT, LENGTH = 0, 2
_FIXED = {1: 8, 5: 4}


class MalformedError(Exception):
    """What should be a field is none, or goes on behind the end."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message."""

    number: int
    wire: int
    value: int
    """The number of a field of wire type `VARINT`, else 0."""
    start: int
    end: int
    """Where its content starts and ends."""


def fields(view: View, start: int, end: int) -> Iterator[Field]:
    """The fields between two positions. What they hold is passed by.

    Raises:
        MalformedError: there is something else; also where a field goes on behind the end.
        OSError: the system does not give the bytes.
    """
    at = start
    while at < end:
        key, at = varint(view, at)
        number, wire = key >> 3, key & 7
        value, first = 0, at
        if wire == VARINT:
            value, at = varint(view, at)
        elif wire == LENGTH:
            length, first = varint(view, at)
            at = first + length
        elif wire in _FIXED:
            at += _FIXED[wire]
        else:
            raise MalformedError
        if at > end or not number:
            raise MalformedError
        yield Field(number, wire, value, first, at)


def varint(view: View, at: int) -> tuple[int, int]:
    """A number and the position after it. One that does not end puts the position behind the view."""
    value = 0
    for index, byte in enumerate(view.read(at, 10)):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:  # noqa: PLR2004
            return value, at + index + 1
    return 0, view.size + 1
