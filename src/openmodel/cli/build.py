# SPDX-License-Identifier: Apache-2.0
"""`openmodel build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Directory, count
from openmodel.cli.ending import NO, YES, complain, remark, verb
from openmodel.cli.progress import progress_bar

_STATES = {(False, True): "is written", (False, False): "is unchanged", (True, False): "is current"}


@verb
def build(
    directory: Directory = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say whether openmodel.json is current.")
    ] = False,
) -> int:
    """Measure the files and write openmodel.json and openmodel.tensors.json."""
    from openmodel.rendering.remarks import remarks, remarks_on_weights
    from openmodel.rendering.untrusted import visible

    try:
        with progress_bar() as progress:
            built = openmodel.build(directory, check=check, progress=progress)
    except openmodel.StageError as error:  # Only `check` asks whether the manifest is current.
        complain(error)
        return NO

    measured = built.manifest.measured
    files = measured.files if measured else ()
    size = sum(file.size for file in files)
    state = _STATES[check, built.changed]
    typer.echo(f"{visible(str(built.path))} {state}: {count(len(files), 'file')}, {count(size, 'byte')}.")
    for told in (*remarks(measured), *remarks_on_weights(built.manifest)) if measured else ():
        remark(told)
    return YES
