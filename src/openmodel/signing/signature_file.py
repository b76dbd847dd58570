# SPDX-License-Identifier: Apache-2.0
"""`openmodel.sig`: one bundle a line, each on its own, in no order that means anything.

Source: in-toto/attestation, `spec/v1/bundle.md`: JSON Lines; nobody signs the whole, so lines can be added and taken
away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openmodel.errors import DocumentError, Problem
from openmodel.signing.bundle import Bundle, decode
from openmodel.signing.causes import why

__all__ = ["MAX_BYTES", "MAX_LINES", "MAX_LINE_BYTES", "NAME", "Line", "join_lines", "read_lines", "require_bounds"]

NAME = "openmodel.sig"
MAX_BYTES = 2**20
"""The largest file that is read, in bytes: JSON made to be slow to refuse takes some two seconds a megabyte."""
MAX_LINES = 1000
"""The most lines that are read."""
MAX_LINE_BYTES = 64 * 2**10
"""The longest line that is read, in bytes. One that signs a release has about 1,500, with certificates some 20,000."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line."""

    number: int
    """Counted from 1."""
    content: bytes
    """Without its line end."""
    bundle: Bundle | None
    """None when the line cannot be read."""
    problem: str = ""
    """Why it cannot be read, safe to print."""
    name: str = NAME
    """What the file is called."""

    @property
    def file(self) -> str:
        """What the payload of this line is called in messages."""
        return f"{self.name}, payload of line {self.number}"


def require_bounds(content: bytes, name: str = NAME) -> None:
    """Refuses more bytes or lines than are read.

    Raises:
        DocumentError: there are more of one of them.
    """
    count = _count(content)
    if len(content) > MAX_BYTES or count > MAX_LINES:
        raise DocumentError(
            Problem(
                name,
                f"more than {MAX_BYTES:,} bytes" if len(content) > MAX_BYTES else f"{count:,} lines",
                f"at most {MAX_BYTES:,} bytes and {MAX_LINES:,} lines",
                "Get the file again from where it was published, or sign again with force.",
            )
        )


def read_lines(content: bytes, name: str = NAME) -> tuple[Line, ...]:
    """Reads every line for itself: one that cannot be read does not take the others with it.

    Raises:
        DocumentError: there are more bytes or lines than the bounds allow.
    """
    require_bounds(content, name)
    lines = content.split(b"\n")[: _count(content)]
    return tuple(_line(number, line, name) for number, line in enumerate(lines, 1))


def join_lines(lines: Iterable[bytes]) -> bytes:
    """The file that has these lines."""
    return b"".join(line + b"\n" for line in lines)


def _line(number: int, content: bytes, name: str) -> Line:
    if len(content) > MAX_LINE_BYTES:
        return Line(number, content, None, f"{len(content):,} bytes; a line has at most {MAX_LINE_BYTES:,}", name)
    try:
        return Line(number, content, decode(content, f"{name}, line {number}"), name=name)
    except DocumentError as error:
        return Line(number, content, None, why(error), name)


def _count(content: bytes) -> int:
    """Lines; the last may go without its line end."""
    return content.count(b"\n") + (not content.endswith(b"\n") if content else 0)
