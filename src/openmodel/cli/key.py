# SPDX-License-Identifier: Apache-2.0
"""`openmodel key`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.ending import YES, verb

key = typer.Typer(help="Make keys.", no_args_is_help=True)


@key.callback()
def _keys() -> None:
    pass


@key.command()
@verb
def new(
    path: Annotated[Path, typer.Argument(help="The private key; the public one gets `.pub` appended.")],
) -> int:
    """Make a key pair (ECDSA P-256)."""
    from openmodel.rendering.untrusted import visible

    made = openmodel.new_key(path)
    typer.echo(f"Private key: {visible(str(made.private))} (keep it secret, and out of the release)")
    typer.echo(f"Public key:  {visible(str(made.public))} (give it to those who verify)")
    typer.echo(f"Key id:      {made.key_id}")
    return YES
