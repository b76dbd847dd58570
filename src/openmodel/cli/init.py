# SPDX-License-Identifier: Apache-2.0
"""`openmodel init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Directory, count
from openmodel.cli.ending import YES, remark, verb
from openmodel.errors import next_command


@verb
def init(
    directory: Directory = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace the openmodel.yaml that is there.")] = False,
) -> int:
    """Draft openmodel.yaml from what is in the directory."""
    from openmodel.manifest.base import answered
    from openmodel.rendering.untrusted import visible

    draft = openmodel.init(directory, force=force)
    for told in draft.remarks:
        remark(told)
    found = draft.declaration
    parts = [
        count(len(answered(found.components)), "component"),
        count(len(answered(found.sources)), "data set"),
        count(len(answered(found.parents)), "model") + " it was made from",
    ]
    typer.echo(f"{visible(str(draft.path))} is drafted: {', '.join(parts)}.")
    typer.echo(f"Correct it and fill its blanks. {visible(next_command('build', directory))}")
    return YES
