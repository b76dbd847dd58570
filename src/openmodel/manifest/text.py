# SPDX-License-Identifier: Apache-2.0
"""A document as it was read: plain data, and where in the file each value stands.

What both readers (`json_text`, `yaml_text`) promise: UTF-8, bounded size and depth, no duplicate keys, no NaN or
infinity, no integer beyond 2^53-1, no lone surrogates; every failure is a `DocumentError` with file, line and column.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from openmodel.errors import DocumentError, Problem

MAX_DEPTH = 64
"""The deepest nesting of lists and mappings that is read."""
MAX_KEY = 1000
"""The longest key that is read, in characters."""
MAX_PROBLEMS = 1000
"""The most problems of one kind that are listed. A file with more is not a manifest with mistakes."""

Position = tuple[int, int]
"""Line and column, both counted from 1."""

Complaint = tuple[str, str, str, str]
"""Pointer, what was found, what was expected, how to fix it."""

_SHOWN, _SHOWN_PART = 80, 60


@dataclass(frozen=True, slots=True)
class Text:
    """A document that was read."""

    file: str
    """The file as the user named it."""
    data: JsonValue
    """The plain data."""
    json: str
    """The data as JSON text."""
    positions: Callable[[Iterable[str]], dict[str, Position]]
    """Line and column, both from 1, of the values at these pointers and of all that they are in, by pointer; what is
    not in the document is left out. May be slow: for error messages."""

    def problem(self, pointer: str, *, got: str, expected: str, fix: str) -> Problem:
        """A problem with a value. What is missing has no place of its own, but what it is missing from has."""
        return self.problems([(pointer, got, expected, fix)])[0]

    def problems(self, complaints: Sequence[Complaint]) -> list[Problem]:
        """The complaints as problems, sorted by place."""
        positions, problems = self.positions(pointer for pointer, *_ in complaints), []
        for pointer, got, expected, fix in complaints:
            place = pointer
            while place not in positions:
                place = place.rpartition("/")[0]
            problems.append((positions[place], Problem(self.file, got, expected, fix, pointer, *positions[place])))
        return [problem for _, problem in sorted(problems, key=lambda pair: pair[0])]


def decode(content: bytes, file: str, max_bytes: int, *, marked: bool = False) -> str:
    """UTF-8 text of at most `max_bytes` bytes.

    Args:
        content: the bytes.
        file: the name for messages.
        max_bytes: the most there may be.
        marked: whether a byte order mark may be there, which is then left out.

    Raises:
        DocumentError: it is longer, not UTF-8, or has a byte order mark where there may be none.
    """
    if len(content) > max_bytes:
        found, most = f"{len(content):,} bytes", f"at most {max_bytes:,} bytes"
        raise DocumentError(Problem(file, found, most, "Check that this is the right file.", None, 1, 1))
    if content.startswith(BOM_UTF8) and not marked:  # RFC 8259, section 8.1: JSON must not have one.
        found, fix = "a byte order mark", "Save the file as UTF-8 without a byte order mark."
        raise DocumentError(Problem(file, found, "text that starts without one", fix, None, 1, 1))
    try:
        return content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        found = f"the byte 0x{content[error.start]:02x}, which is not UTF-8"
        raise DocumentError(Problem(file, found, "UTF-8 text", "Save the file as UTF-8.", None, line, column)) from None


def refused_number(file: str, shown: str, place: tuple[str | None, int, int]) -> Problem:
    """The problem with a number that JSON readers do not agree on."""
    return Problem(
        file,
        f"the number {shown}",
        "a finite number, and no integer beyond 2^53-1",
        "Write a large integer as a string of decimal digits; leave out what is not a number.",
        *place,
    )


def duplicate_key(file: str, key: str, place: tuple[str | None, int, int]) -> Problem:
    """The problem with a key that is there twice: readers differ in which of the two they take."""
    return Problem(file, f"the key {key!r} a second time", "each key once", "Delete one of the two.", *place)


def long_key(file: str, key: str, place: tuple[str | None, int, int]) -> Problem:
    """The problem with a key that is too long."""
    return Problem(
        file, f"a key of {len(key):,} characters", f"at most {MAX_KEY:,}", "Check that this is the right file.", *place
    )


def too_many(file: str, most: int) -> Problem:
    """The problem with a document of too many values."""
    return Problem(file, "too many values", f"at most {most:,}", "Check that this is the right file.", None, 1, 1)


def half_character(file: str, place: tuple[str | None, int, int]) -> Problem:
    """The problem with a UTF-16 surrogate that stands alone: there is no UTF-8 for it."""
    return Problem(file, "half of a surrogate pair", "Unicode text", "Correct the \\u escape.", *place)


def shown(value: JsonValue) -> str:
    """A value in a message: short, on one line, and recognisable."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return f"a {'mapping' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = repr(value if isinstance(value, int | float) else value[:_SHOWN])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN_PART]}… ({len(str(value))} characters)"


def too_deep(file: str, place: tuple[str | None, int, int] = (None, 1, 1)) -> Problem:
    """The problem with a document whose nesting is beyond `MAX_DEPTH`."""
    return Problem(
        file, f"more than {MAX_DEPTH} levels of nesting", "less", "Check that this is the right file.", *place
    )
