# SPDX-License-Identifier: Apache-2.0
"""`openmodel import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import count
from openmodel.cli.ending import YES, remark, verb

import_ = typer.Typer(help="Make a declaration of a file in another format.", no_args_is_help=True)


@import_.callback()
def _formats() -> None:
    pass


@import_.command()
@verb
def mof(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML, or JSON if its name ends in .json.")],
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the declaration to this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --output.")] = False,
) -> int:
    """Read a file of the Model Openness Framework."""
    from openmodel.drafting.declaring import declaration_text
    from openmodel.inventory.writing import write_atomically
    from openmodel.rendering.untrusted import visible

    found = openmodel.import_mof(file)
    text = declaration_text(found.manifest, f"Made of {file.name} by `openmodel import mof`.")
    for told in found.remarks:
        remark(str(told))
    if output is None:
        typer.echo(text, nl=False)
        return YES
    write_atomically(output, text.encode(), overwrite=force)
    components = found.manifest.components
    listed = count(len(components) if isinstance(components, tuple) else 0, "component")
    typer.echo(f"{visible(str(output))} is written: {listed}.")
    return YES
