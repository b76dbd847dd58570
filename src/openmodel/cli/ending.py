# SPDX-License-Identifier: Apache-2.0
"""How a verb ends: its exit status, and what is printed when it cannot answer."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import typer

from openmodel.cli import INTERRUPTED
from openmodel.errors import OpenModelError

MAX_COLUMNS = 100_000
"""The width where there is no terminal."""

YES, NO, UNANSWERED = 0, 1, 2


def verb(function: Callable[..., int]) -> Callable[..., None]:
    """Makes a command of a function that returns an exit status; errors become messages and status 2."""

    @functools.wraps(function)
    def command(**arguments: Any) -> None:
        raise SystemExit(_status(function, arguments))

    return command


def _status(function: Callable[..., int], arguments: dict[str, Any]) -> int:
    try:
        status = function(**arguments)
        sys.stdout.flush()
    except OpenModelError as error:
        complain(error)
        if arguments.get("format") == "json":
            typer.echo(json.dumps({"errors": [asdict(problem) for problem in error.problems]}, indent=2))
        return UNANSWERED
    except KeyboardInterrupt:
        typer.echo("Interrupted. Nothing was left half written.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNANSWERED
    except Exception:  # noqa: BLE001  # Status 1 means "no"; a defect of the tool is no answer at all.
        traceback.print_exc()
        typer.echo("This is a defect of openmodel. Please report it with the lines above.", err=True)
        return UNANSWERED
    return status


def remark(text: str) -> None:
    """Prints something that is no error and that nobody should overlook, in lines as wide as the terminal."""
    from openmodel.rendering.lines import wrapped
    from openmodel.rendering.untrusted import visible

    width = shutil.get_terminal_size((MAX_COLUMNS, 24)).columns  # Into a file or another program, on one line.
    for line in wrapped(visible(text), max(width, 20), "? ", "  "):
        typer.echo(line, err=True)


def complain(error: OpenModelError) -> None:
    """Prints every problem of an error: where, found, expected, what to do."""
    from openmodel.rendering.untrusted import visible

    for problem in error.problems:
        typer.echo(f"openmodel: {visible(problem.where)}" if problem.where else "openmodel:", err=True)
        typer.echo(f"  found     {visible(problem.got)}", err=True)
        typer.echo(f"  expected  {visible(problem.expected)}", err=True)
        typer.echo(f"  → {visible(problem.fix)}", err=True)
