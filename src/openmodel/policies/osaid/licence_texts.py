# SPDX-License-Identifier: Apache-2.0
"""Texts of licences in the release that nothing is said to be under."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.licences import names_licence
from openmodel.licences.texts import MAX_TEXTS, different_texts, licence_files
from openmodel.manifest.stated_terms import stated_terms
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt, Finding, Result


def unclaimed_texts(facts: Facts) -> Iterator[Result]:
    """A doubt for a text at the top of the release, which readers take for the terms of all of it; a note for one
    further down. A text that some `terms` name is compared with their expression by `build`, and not reported again."""
    stated = [terms for _, terms in stated_terms(facts.manifest)]
    expressions = {terms.expression for terms in stated if terms.expression is not None}
    named = {terms.text for terms in stated}
    claimed: dict[tuple[str, ...], bool] = {}
    for pointer, file in facts.licence_texts:
        ids = file.license_ids
        if ids not in claimed:
            claimed[ids] = any(names_licence(expression, ids) for expression in expressions)
        if claimed[ids] or file.path in named:
            continue
        where = f"{pointer}/license_ids"
        message = f"{short(file.path)} is the text of {' or '.join(ids)}, and nothing here is said to be under it."
        fix = "Say in `terms` what it covers, or take it out of the release."
        if "/" in file.path:
            yield Finding(where, message, fix, "note")
        else:
            yield Doubt(where, message, fix, (f"{pointer}/sha256", where))
    yield from _not_looked_at(facts, {terms.text for terms in stated})


def _not_looked_at(facts: Facts, named: set[str | None]) -> Iterator[Result]:
    files = facts.manifest.measured.files if facts.manifest.measured else ()
    rest = different_texts(licence_files(files, named))[1]
    if not rest:
        return
    message = (
        f"The release has {MAX_TEXTS + len(rest)} different files that are named like licences, and `build` read "
        f"{MAX_TEXTS} of them; {short(rest[0].path)} is the first that it did not."
    )
    fix = "Read the others, or take out those that are not for this release."
    if any("/" not in file.path for file in rest):
        yield Doubt("/measured/files", message, fix, ("/measured/files",))
    else:
        yield Finding("/measured/files", message, fix, "note")
