# SPDX-License-Identifier: Apache-2.0
"""`openmodel verify-report`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Format
from openmodel.cli.ending import NO, YES, verb


@verb
def verify_report(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="The report; its signature is REPORT.sig.")],
    key: Annotated[
        list[Path], typer.Option(metavar="FILE", help="Public key of whom you trust to judge; may be given again.")
    ],
    release: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The release that the report should be about.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.text,
) -> int:
    """Verify who judged a release, and how it came out. Works offline.

    The status is 0 only if a given key signed the report and everything that was asked of the release is met.
    """
    from openmodel.rendering.verdict import verdict_json, verdict_text

    result = openmodel.verify_report(report, keys=key, release=release)
    if format is Format.json:
        typer.echo(verdict_json(result), nl=False)
    else:
        typer.echo(verdict_text(result, min(shutil.get_terminal_size().columns, 100)), nl=False)
    return YES if result.ok and result.verdict and result.verdict.is_yes else NO
