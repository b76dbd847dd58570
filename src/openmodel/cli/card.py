# SPDX-License-Identifier: Apache-2.0
"""`openmodel card`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Directory
from openmodel.cli.ending import NO, YES, remark, verb
from openmodel.errors import next_command


@verb
def card(
    directory: Directory = Path(),
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here instead of README.md in the release.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write into the file of --output, card or not.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say whether the card is current.")] = False,
) -> int:
    """Write the model card, README.md, and keep what people wrote in it."""
    from openmodel.rendering.untrusted import visible

    written = openmodel.card(directory, output=output, check=check, force=force)
    for warning in written.warnings:
        remark(str(warning))
    if check and not written.current:
        typer.echo(visible(f"{written.path} is not current. {next_command('card', directory)}"), err=True)
        return NO
    state = "is current" if check else "is unchanged" if written.current else "is written"
    typer.echo(f"{visible(str(written.path))} {state}.")
    return YES
