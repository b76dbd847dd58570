# SPDX-License-Identifier: Apache-2.0
"""The errors that leave the public API, all of them, drawn as a tree.

    OpenModelError
    ├── DocumentError     a document is not what it should be (syntax, types, references)
    ├── InventoryError    the bytes of a release cannot be read honestly
    ├── StageError        a step was asked for before the one it needs: build, card, sign
    ├── OverwriteError    going on would lose something the user has
    ├── KeyFileError      a key cannot be read or used
    ├── NetworkError      another machine was asked and gave no answer that can be used
    ├── VerificationError what was read is not what was signed, or nobody who is trusted signed it
    ├── PolicyError       a policy of another package cannot be used, or fails while it judges
    └── UsageError        a name or argument that does not exist

Every error carries at least one `Problem`, and every problem says where, what was found,
what was expected and how to fix it. This module imports the standard library only.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "DocumentError",
    "InventoryError",
    "KeyFileError",
    "NetworkError",
    "OpenModelError",
    "OverwriteError",
    "PolicyError",
    "Problem",
    "StageError",
    "UsageError",
    "VerificationError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    file: str
    """The file, as the user named it; empty when the input had no name."""
    got: str
    """What was found."""
    expected: str
    """What should have been there."""
    fix: str
    """What to do next, one plain sentence."""
    pointer: str | None = None
    """RFC 6901 JSON pointer inside the document; "" is the whole document."""
    line: int | None = None
    """Line in the file, counted from 1."""
    column: int | None = None
    """Column in the line in characters, counted from 1."""

    @property
    def where(self) -> str:
        """The place in one string: `file:line:column: /pointer`, as far as it is known."""
        place = self.file
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        if self.pointer:
            place += f": {self.pointer}" if place else self.pointer
        return place

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        return f"{head}found {self.got}; expected {self.expected}. {self.fix}"


def next_command(verb: str, *arguments: object) -> str:
    """The sentence that tells which command to run, quoted so that it can be copied into a shell."""
    return f"Run `openmodel {verb} {shlex.join(map(str, arguments))}`."


def copy_out(directory: object) -> str:
    """The sentence that tells how to get a release out of a hub cache, where links stand for its files."""
    return f"Copy it out of the cache first: `cp -rL {shlex.quote(str(directory))} my-copy`, and go on with the copy."


class OpenModelError(Exception):
    """The root of the tree. `problems` is never empty."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class DocumentError(OpenModelError):
    """A document is not what it should be: syntax, types, references. Lists all problems found."""


class InventoryError(OpenModelError):
    """The bytes of a release cannot be read honestly: changed while read, unreadable, or outside the tree."""


class StageError(OpenModelError):
    """A step was asked for before the one it needs, for example `check` before `build`."""


class OverwriteError(OpenModelError):
    """Going on would lose something the user has. Nothing was written."""


class KeyFileError(OpenModelError):
    """A key cannot be read or used."""


class NetworkError(OpenModelError):
    """Another machine was asked, as the user wanted, and gave no answer that can be used. Nothing was written."""


class VerificationError(OpenModelError):
    """What was read is not what was signed, or nobody who is trusted signed it. Nothing of it was handed out."""


class PolicyError(OpenModelError):
    """A policy of another package cannot be used, or fails while it judges. The error behind it is its cause."""


class UsageError(OpenModelError):
    """A name or argument that does not exist."""
