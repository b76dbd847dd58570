# SPDX-License-Identifier: Apache-2.0
"""Texts of licences in the release that nothing is said to be under, and those that nobody knows."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from openmodel.licences import families, family, judge
from openmodel.licences.texts import MAX_TEXTS, different_texts, is_licence_file, is_of_bundled_code, licence_files
from openmodel.manifest.code_names import is_source_code
from openmodel.manifest.stated_terms import stated_terms
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt, Finding, Result


def unclaimed_texts(facts: Facts) -> Iterator[Result]:
    """A doubt for a text at the top of the release, which readers take for the terms of all of it, or beside weights or
    above them; a note for any other, and for the open licence of code that was copied in. A text that some `terms` name
    is compared with their expression by `build`, and not reported again, unless it is of no licence that is known."""
    stated = [terms for _, terms in stated_terms(facts.manifest)]
    named = {terms.text for terms in stated}
    homes = _folders(facts)
    expressions = {terms.expression for terms in stated if terms.expression is not None}
    claimed = frozenset[str]().union(*map(families, expressions)) if facts.licence_texts else frozenset()
    for pointer, file in facts.licence_texts:
        ids = file.license_ids
        if file.path in named or not claimed.isdisjoint(map(family, ids)):
            continue
        where = f"{pointer}/license_ids"
        message = f"{short(file.path)} is the text of {' or '.join(ids)}, and nothing here is said to be under it."
        fix = "Say in `terms` what it covers, or take it out of the release."
        of_code = is_of_bundled_code(file.path) and all(judge(id, "code").answer == "approved" for id in ids)
        if posixpath.dirname(file.path) in homes and not of_code:
            yield Doubt(where, message, fix, (f"{pointer}/sha256", where))
        else:
            yield Finding(where, message, fix, "note")
    yield from _unknown(facts, homes)
    yield from _not_looked_at(facts, named)


def _folders(facts: Facts) -> set[str]:
    """The top of the release, the folders that weights lie in, and those in between."""
    folders = {""}
    for _, component in facts.components("weights"):
        for folder in set(map(posixpath.dirname, facts.files_of(component))):
            above = folder
            while above and above not in folders:
                folders.add(above)
                above = posixpath.dirname(above)
    return folders


def _unknown(facts: Facts, homes: set[str]) -> Iterator[Result]:
    """Doubts about files that are called like a licence, or that terms name, and whose text is none that is known. What
    is under terms that are on no list is judged with its text anyway; notices for bundled code are no terms of weights.
    """
    expressions: dict[str, str] = {}
    for _, terms in stated_terms(facts.manifest):
        if terms.text is not None:
            expressions.setdefault(terms.text, terms.expression or "")
    files = facts.manifest.measured.files if facts.manifest.measured else ()
    for index, file in enumerate(files):
        stated = expressions.get(file.path)
        is_near = is_licence_file(file.path) and posixpath.dirname(file.path) in homes
        if file.license_ids or is_source_code(file.path) or not (is_near if stated is None else is_listed(stated)):
            continue
        what = "of a licence that is known here" if stated is None else f"of {short(stated)}, as far as a program tells"
        message = f"{short(file.path)} is not the text {what}: a person must read it."
        fix = "Say in `terms` what it covers and under which expression, or take out what is not for this release."
        where = f"/measured/files/{index}/sha256"
        if stated is None and is_of_bundled_code(file.path):
            message = f"{short(file.path)} is, by its name, about code of others that is in the release."
            yield Finding(where, message, "If it says anything of the parameters, name it in their `terms`.", "note")
        else:
            yield Doubt(where, message, fix, (where,))


def is_listed(expression: str) -> bool:
    """Whether terms are said to be some that a list has, so that their text can be told."""
    return bool(expression) and not expression.startswith(("LicenseRef-", "DocumentRef-"))


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
