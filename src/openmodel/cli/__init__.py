# SPDX-License-Identifier: Apache-2.0
"""The command `openmodel`. Each verb is: parse, one public call, render, exit status.

Exit status: 0 yes, 1 no, 2 the question could not be answered, 130 interrupted. Verbs import what they need when they
run, so that `--help` and typing mistakes answer at once.
"""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from openmodel.cli.build import build
from openmodel.cli.card import card
from openmodel.cli.check import check
from openmodel.cli.ending import INTERRUPTED
from openmodel.cli.explain import explain
from openmodel.cli.export import export
from openmodel.cli.import_ import import_
from openmodel.cli.init import init
from openmodel.cli.key import key
from openmodel.cli.prove import prove
from openmodel.cli.sign import sign
from openmodel.cli.verify import verify
from openmodel.cli.verify_proof import verify_proof
from openmodel.cli.verify_report import verify_report
from openmodel.version import VERSION

app = typer.Typer(
    help="Write down how an open model was made, bind it to the bytes, judge it, sign it, verify it.",
    epilog="The usual order: init, build, check, card, sign. Exit status: 0 yes, 1 no, 2 could not be answered.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (init, build, check, explain, card, sign, verify, verify_report, prove, verify_proof):
    app.command()(verb)
app.add_typer(key, name="key")
app.add_typer(import_, name="import")
app.add_typer(export, name="export")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"openmodel {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


ALLOCATIONS = 100_000
"""Between two searches for cycles: a command makes many objects, drops few in cycles and ends soon."""


def main() -> None:
    """Runs the command line and exits."""
    gc.set_threshold(ALLOCATIONS)
    # What other packages hook into validation has no part in a command, and looking for it takes time at each start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # A terminal without UTF-8 gets escapes and no crash.
    try:
        app(prog_name="openmodel")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
