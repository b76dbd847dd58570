# SPDX-License-Identifier: Apache-2.0
"""`openmodel explain`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Annotated

import typer

import openmodel
from openmodel.cli.ending import YES, remark, verb


@verb
def explain(
    id: Annotated[str | None, typer.Argument(metavar="ID", help="A requirement.", show_default="list all")] = None,
) -> int:
    """Explain a requirement: what it checks, why, how to fix it, its source, examples."""
    from openmodel.rendering.requirement_page import page_text

    width = min(shutil.get_terminal_size().columns, 100)
    if id is None:
        typer.echo("\n".join(_list(width)))
    else:
        typer.echo(page_text(openmodel.explain(id), width), nl=False)
    return YES


def _list(width: int) -> Iterator[str]:
    from openmodel.policies.lookup import all_policies
    from openmodel.rendering.lines import wrapped

    policies, broken = all_policies()
    for policy in policies:
        yield from wrapped(f"{policy.id}: {policy.title}", width, "", "  ")
        for requirement in policy.requirements:
            yield from wrapped(f"{requirement.id}  {requirement.title}", width, "  ", "    ")
    for problem in (problem for error in broken for problem in error.problems):
        remark(f"Not listed: {problem}")
