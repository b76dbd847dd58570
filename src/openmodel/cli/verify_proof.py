# SPDX-License-Identifier: Apache-2.0
"""`openmodel verify-proof`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Format, Keys, TrustFile
from openmodel.cli.ending import NO, YES, verb
from openmodel.cli.progress import progress_bar


@verb
def verify_proof(
    proof: Annotated[Path, typer.Argument(metavar="PROOF", help="The proof, as `openmodel prove` wrote it.")],
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where the tensors are.", show_default="here")
    ] = Path(),
    key: Keys = None,
    trust: TrustFile = None,
    tensor_root: Annotated[
        str | None, typer.Option(metavar="HEX", help="In place of both: the tensor root that you trust.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.text,
) -> int:
    """Verify that tensors are a part of signed weights, reading only these. Works offline.

    With a key or a trust file, DIR also holds openmodel.json and openmodel.sig.
    """
    from openmodel.rendering.proof import proof_json, proof_text

    with progress_bar() as progress:
        result = openmodel.verify_proof(
            proof, directory, key=key or None, trust=trust, tensor_root=tensor_root, progress=progress
        )
    if format is Format.json:
        typer.echo(proof_json(result), nl=False)
    else:
        typer.echo(proof_text(result, min(shutil.get_terminal_size().columns, 100)), nl=False)
    return YES if result.ok else NO
