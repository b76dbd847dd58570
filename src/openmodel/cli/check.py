# SPDX-License-Identifier: Apache-2.0
"""`openmodel check`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import openmodel
from openmodel.cli.arguments import Format, PassphraseEnv, PassphraseFd, passphrase_from
from openmodel.cli.ending import NO, UNANSWERED, YES, complain, verb
from openmodel.cli.progress import progress_bar

if TYPE_CHECKING:
    from openmodel.policies.report import Report


@verb
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Release directories, manifests or MOF files.", show_default="here"),
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Policy to judge by; may be given again.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.text,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report to this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --output.")] = False,
    sign_with: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="KEY",
            exists=True,
            dir_okay=False,
            help="Sign the report of --output with this private key, beside it as FILE.sig; may be given again.",
        ),
    ] = None,
    passphrase_env: PassphraseEnv = None,
    passphrase_fd: PassphraseFd = None,
    allow_undetermined: Annotated[
        bool, typer.Option("--allow-undetermined", help="Count what a person must judge as yes.")
    ] = False,
    verify_bytes: Annotated[
        bool, typer.Option("--verify-bytes", help="Read the files again, and the git repository around them.")
    ] = False,
) -> int:
    """Judge built releases by policies.

    By default osaid-1.0 and provenance-1. There are also osaid-checklist-1.0, OSI's checklist of components; open-data,
    for whom OSAID is too weak; and with classes g7 (g7:3 asks for the label Open Source AI), mof, the Model Openness
    Framework (mof:2 asks for class II), and mot, as the Model Openness Tool has it. A policy of another
    package is named by its id too, and then its code is run.
    """
    options: dict[str, Any] = {"policies": policy} if policy else {}
    if verify_bytes:
        options["verify_bytes"] = True
    if sign_with and output is None:
        raise openmodel.UsageError(
            openmodel.Problem("", "--sign-with without --output", "a file to sign", "Name one: --output report.json")
        )
    if output is not None and sign_with and not force:
        from openmodel.signing.report import require_free

        require_free(output)  # Before files are read for hours.
    report = _check(paths or [Path()], options)
    if output is not None and sign_with:
        passphrase = passphrase_from(passphrase_env, passphrase_fd)
        content = _rendered(report, format, 100).encode()
        openmodel.sign_report(report, content, output, keys=sign_with, passphrase=passphrase, force=force)
    elif output is not None:
        _write(output, _rendered(report, format, 100), force=force)
    elif report.releases or format is Format.json:
        typer.echo(_rendered(report, format, shutil.get_terminal_size().columns), nl=False)
    if report.errors:
        return UNANSWERED
    wanted = {"met", "not_applicable"} | ({"undetermined"} if allow_undetermined else set())
    return YES if report.outcome in wanted else NO


def _check(paths: list[Path], options: dict[str, Any]) -> Report:
    """One report over all inputs that can be read; what is wrong with the others is complained about and in it.

    They are checked together, because one may be made from another.
    """
    from openmodel.policies.report import TOOL, Report
    from openmodel.rendering.untrusted import visible

    if "verify_bytes" in options and sys.stderr.isatty():  # It may take hours.
        typer.echo(f"Reading the files of {', '.join(visible(str(path)) for path in paths)} …", err=True)
    try:
        with progress_bar() as progress:
            return openmodel.check(*paths, **options, progress=progress)
    except (openmodel.UsageError, openmodel.PolicyError):  # They are of no input.
        raise
    except openmodel.OpenModelError as error:
        errors = dict.fromkeys(paths, error) if len(paths) == 1 else _errors(paths, options)
    for wrong in errors.values():
        complain(wrong)
    readable = [path for path in paths if path not in errors]
    releases = openmodel.check(*readable, **options).releases if readable else ()
    return Report(1, TOOL, releases, tuple(problem for wrong in errors.values() for problem in wrong.problems))


def _errors(paths: list[Path], options: dict[str, Any]) -> dict[Path, openmodel.OpenModelError]:
    """What is wrong with each of the inputs that cannot be read."""
    found = {}
    for path in paths:
        try:
            openmodel.check(path, **options)
        except openmodel.OpenModelError as error:
            found[path] = error
    return found


def _write(output: Path, text: str, *, force: bool) -> None:
    from openmodel.inventory.writing import write_atomically

    write_atomically(output, text.encode(), overwrite=force)


def _rendered(report: Report, format: Format, width: int) -> str:
    from openmodel.rendering.report import report_json, report_text

    return report_json(report) if format is Format.json else report_text(report, min(width, 100))
