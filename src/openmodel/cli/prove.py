# SPDX-License-Identifier: Apache-2.0
"""`openmodel prove`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Directory, count
from openmodel.cli.ending import YES, verb


@verb
def prove(
    directory: Directory = Path(),
    tensor: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Tensors to prove, by name; may be given again.")
    ] = None,
    file: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Files whose tensors to prove; may be given again.")
    ] = None,
    component: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose weights, where several have such tensors.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the proof to this file; else it is printed.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --output.")] = False,
) -> int:
    """Prove that tensors are a part of the weights, for who has only these. Reads the manifest and its table."""
    from openmodel.manifest.tensor_proof import dump_proof
    from openmodel.rendering.untrusted import visible

    proof = openmodel.prove(
        directory, tensors=tensor or (), files=file or (), component=component, output=output, force=force
    )
    if output is None:
        typer.echo(dump_proof(proof).decode(), nl=False)
        return YES
    part = f"{len(proof.tensors):,} of {count(proof.count, 'tensor')} of {proof.component}"
    typer.echo(f"{visible(str(output))} is written: {part}, tensor root {proof.tensor_root}.")
    return YES
