# SPDX-License-Identifier: Apache-2.0
"""As much of DER (ITU-T X.690) as key files need: one byte of tag, lengths in their shortest form."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BIT_STRING", "INTEGER", "NULL", "OBJECT", "OCTETS", "SEQUENCE", "Element", "elements", "only", "write"]

INTEGER, BIT_STRING, OCTETS, NULL, OBJECT, SEQUENCE = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30

_LONG = 0x80  # A length from here on says in how many bytes the length follows.
_MOST_INTEGER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Element:
    """A tag and what is in it."""

    tag: int
    body: bytes

    @property
    def number(self) -> int:
        """The value of an INTEGER that is not negative.

        Raises:
            ValueError: it is none.
        """
        if self.tag != INTEGER or not self.body or self.body[0] & _LONG or len(self.body) > _MOST_INTEGER_BYTES:
            raise ValueError("no integer of a size that occurs")
        return int.from_bytes(self.body)

    def parts(self, *tags: int) -> list[Element]:
        """What is in it, after checking that it begins with elements of these tags.

        Raises:
            ValueError: it does not, or is no DER.
        """
        found = elements(self.body)
        if [part.tag for part in found[: len(tags)]] != list(tags):
            raise ValueError("an element of another type than expected")
        return found


def only(data: bytes, tag: int) -> Element:
    """The one element that the bytes are.

    Raises:
        ValueError: they are something else, or something follows.
    """
    found = elements(data)
    if [element.tag for element in found] != [tag]:
        raise ValueError("not one element of the expected type")
    return found[0]


def elements(data: bytes) -> list[Element]:
    """All elements, one after the other.

    Raises:
        ValueError: the bytes are no DER.
    """
    found = []
    while data:
        size, start = data[1] if len(data) > 1 else _LONG, 2
        if size >= _LONG:
            start += size - _LONG
            size = int.from_bytes(data[2:start])
        body = data[start : start + size]
        element = Element(data[0], body)
        if not data.startswith(write(element.tag, body)):  # Which is so of a length that is wrong, too.
            raise ValueError("no DER")
        found.append(element)
        data = data[start + size :]
    return found


def write(tag: int, *parts: bytes) -> bytes:
    """An element with this in it."""
    body = b"".join(parts)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1)
    return bytes([tag]) + (size if len(body) < _LONG else bytes([_LONG | len(size)]) + size) + body
