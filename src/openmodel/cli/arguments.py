# SPDX-License-Identifier: Apache-2.0
"""Arguments that several verbs share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The release directory.", show_default="here")]


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"


def count(number: int, thing: str) -> str:
    """A number of things, in words: "1 file", "12,000 files"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
