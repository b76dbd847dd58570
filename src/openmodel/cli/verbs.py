# SPDX-License-Identifier: Apache-2.0
"""The verbs of the command line."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Annotated

import typer

from openmodel.version import VERSION

__all__ = ["VERBS", "app"]

VERBS = (
    "init",
    "build",
    "check",
    "explain",
    "card",
    "sign",
    "verify",
    "verify-report",
    "prove",
    "verify-proof",
    "key",
    "import",
    "export",
)
"""As they are typed, in the order of `--help`. Each is the function or the group of that name in a module of it."""

_PYTHON_NAMES = {"verify-report": "verify_report", "verify-proof": "verify_proof", "import": "import_"}


def app(verbs: Iterable[str] = VERBS) -> typer.Typer:
    """The command line with some verbs.

    Typer makes something of every option of every verb, so of one that is not asked nothing is made.
    """
    made = typer.Typer(
        help="Write down how an open model was made, bind it to the bytes, judge it, sign it, verify it.",
        epilog="The usual order: init, build, check, card, sign. Exit status: 0 yes, 1 no, 2 could not be answered.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_options)
    for verb in verbs:
        name = _PYTHON_NAMES.get(verb, verb)
        found = getattr(import_module(f"openmodel.cli.{name}"), name)
        if isinstance(found, typer.Typer):
            made.add_typer(found, name=verb)
        else:
            made.command(verb)(found)
    return made


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"openmodel {VERSION}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass
