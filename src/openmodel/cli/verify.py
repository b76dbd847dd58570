# SPDX-License-Identifier: Apache-2.0
"""`openmodel verify`."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Directory, Format, Keys, TrustFile
from openmodel.cli.ending import NO, YES, verb
from openmodel.cli.progress import progress_bar


class Algorithm(StrEnum):
    """Which digest of each file is computed."""

    blake3 = "blake3"
    sha256 = "sha256"
    all = "all"


@verb
def verify(
    directory: Directory = Path(),
    key: Keys = None,
    trust: TrustFile = None,
    state: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Remember what was verified here, and refuse older releases.")
    ] = None,
    algorithm: Annotated[Algorithm, typer.Option(help="Digest to compute of each file.")] = Algorithm.blake3,
    timestamp_root: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Certificates of timestamp authorities; only signatures that one of them dated count.",
        ),
    ] = None,
    oms: Annotated[bool, typer.Option("--oms", help="By model.sig alone, also where there is no manifest.")] = False,
    older: Annotated[bool, typer.Option("--older", help="With --oms, also what model-signing 0.2 signed.")] = False,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.text,
) -> int:
    """Verify who signed, and that every file of the manifest is what was signed. Works offline."""
    from openmodel.rendering.verification import verification_json, verification_text

    with progress_bar() as progress:
        result = openmodel.verify(
            directory,
            keys=key or (),
            trust=trust,
            state=state,
            algorithm=algorithm.value,
            timestamp_roots=timestamp_root,
            oms=oms,
            older=older,
            progress=progress,
        )
    if format is Format.json:
        typer.echo(verification_json(result), nl=False)
    else:
        typer.echo(verification_text(result, min(shutil.get_terminal_size().columns, 100)), nl=False)
    return YES if result.ok else NO
