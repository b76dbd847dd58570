# SPDX-License-Identifier: Apache-2.0
"""`openmodel export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Directory
from openmodel.cli.ending import YES, verb

export = typer.Typer(help="Write a release in another format.", no_args_is_help=True)


@export.callback()
def _formats() -> None:
    pass


@export.command()
@verb
def mof(
    directory: Directory = Path(),
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to this file; JSON if its name ends in .json, else YAML.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --output.")] = False,
) -> int:
    """Write a file of the Model Openness Framework."""
    from openmodel.built import read_built
    from openmodel.drafting.declaring import yaml_text
    from openmodel.inventory.writing import write_atomically
    from openmodel.rendering.untrusted import visible

    data = openmodel.export_mof(read_built(directory, also_unmeasured=True).manifest)
    if output is None:
        typer.echo(yaml_text(data), nl=False)
        return YES
    import json

    is_json = output.name.lower().endswith(".json")
    text = json.dumps(data, indent=2) + "\n" if is_json else yaml_text(data)
    write_atomically(output, text.encode(), overwrite=force)
    typer.echo(f"{visible(str(output))} is written.")
    return YES
