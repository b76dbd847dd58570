# SPDX-License-Identifier: Apache-2.0
"""`openmodel check`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import openmodel
from openmodel.cli.arguments import Format
from openmodel.cli.ending import NO, UNANSWERED, YES, complain, verb

if TYPE_CHECKING:
    from openmodel import Report


@verb
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Release directories or manifests.", show_default="here"),
    ] = None,
    policy: Annotated[list[str] | None, typer.Option(help="Policy to judge by; may be given again.")] = None,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.text,
    output: Annotated[Path | None, typer.Option(help="Write the report to this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --output.")] = False,
    allow_undetermined: Annotated[
        bool, typer.Option("--allow-undetermined", help="Count what a person must judge as yes.")
    ] = False,
) -> int:
    """Judge a built release: by default against osaid-1.0 and provenance-1."""
    report, unread = _check(paths or [Path()], {"policies": policy} if policy else {})
    if report is None:
        return UNANSWERED
    if output is not None:
        from openmodel.inventory import write_atomically

        write_atomically(output, _rendered(report, format, 100).encode(), overwrite=force)
    else:
        typer.echo(_rendered(report, format, shutil.get_terminal_size().columns), nl=False)
    if unread:
        return UNANSWERED
    wanted = {"met", "not_applicable"} | ({"undetermined"} if allow_undetermined else set())
    return YES if report.outcome in wanted else NO


def _check(paths: list[Path], options: dict[str, list[str]]) -> tuple[Report | None, bool]:
    """One report over all inputs that can be read, and whether some cannot; these are complained about."""
    reports = []
    for path in paths:
        try:
            reports.append(openmodel.check(path, **options))
        except openmodel.UsageError:
            raise
        except openmodel.OpenModelError as error:
            complain(error)
    if not reports:
        return None, True
    releases = tuple(release for report in reports for release in report.releases)
    return replace(reports[0], releases=releases), len(reports) < len(paths)


def _rendered(report: Report, format: Format, width: int) -> str:
    from openmodel.rendering.report import report_json, report_text

    return report_json(report) if format is Format.json else report_text(report, min(width, 100))
