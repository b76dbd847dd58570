# SPDX-License-Identifier: Apache-2.0
"""Arguments that several verbs share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openmodel.errors import Problem, UsageError

if TYPE_CHECKING:
    from openmodel.signing import Passphrase

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The release directory.", show_default="here")]

Keys = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="Public key that you trust; may be given again.")]
TrustFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="In place of keys: whom you trust, and how many of them.")
]

PassphraseEnv = Annotated[
    str | None, typer.Option(metavar="NAME", help="Environment variable that holds the passphrase.")
]
PassphraseFd = Annotated[
    int | None, typer.Option(metavar="N", help="File descriptor whose first line is the passphrase.")
]


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"


def count(number: int, thing: str) -> str:
    """A number of things, in words: "1 file", "12,000 files"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def passphrase_from(env: str | None, fd: int | None, *, new: bool = False) -> Passphrase:
    """The source of a passphrase: what the options name, or else a person at the terminal.

    Args:
        env: the name of an environment variable.
        fd: the number of a file descriptor.
        new: whether a person has to type it twice.

    Raises:
        UsageError: both are named.
    """
    from openmodel.signing.keys.passphrases import from_descriptor, from_environment, from_terminal

    if env is not None and fd is not None:
        raise UsageError(Problem("", "--passphrase-env and --passphrase-fd", "one of the two", "Leave one away."))
    if env is not None:
        return from_environment(env)
    return from_terminal(new=new) if fd is None else from_descriptor(fd)
