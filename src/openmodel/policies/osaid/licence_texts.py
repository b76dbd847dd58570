# SPDX-License-Identifier: Apache-2.0
"""Texts of licences in the release that nothing is said to be under, and those that nobody knows."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property

from openmodel.licences import families, family, judge
from openmodel.licences.texts import MAX_TEXTS, different_texts, is_licence_file, is_of_bundled_code, licence_files
from openmodel.manifest.base import answered
from openmodel.manifest.code_names import is_source_code
from openmodel.manifest.stated_terms import stated_terms
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt, Finding, Result


def unclaimed_texts(facts: Facts) -> Iterator[Result]:
    """A doubt for a text at the top of the release, which readers take for the terms of all of it, or beside weights or
    above them; a note for any other, and for the open licence of code that was copied in. What something is under
    explains it: near weights only a component of the release, or, where the text restricts nothing, data whose files
    are in it. Who reads the text there cannot know that it was meant for a source or a parent that lies elsewhere. A
    text that such terms name is compared with their expression by `build`, and not reported again, unless it is of no
    licence that is known."""
    homes = _folders(facts)
    everything = _Claims(stated_terms(facts.manifest))
    here = _Claims(terms_of_components(facts))
    with_data = _Claims([*terms_of_components(facts), *terms_of_data_here(facts)])
    for pointer, file in facts.licence_texts:
        ids = file.license_ids
        is_near = posixpath.dirname(file.path) in homes
        is_open = all(judge(id, "parameters").answer == "approved" for id in ids)
        if ((with_data if is_open else here) if is_near else everything).explain(file.path, ids):
            continue
        where = f"{pointer}/license_ids"
        message = f"{short(file.path)} is the text of {' or '.join(ids)}, and nothing here is said to be under it."
        fix = "Say in `terms` what it covers, or take it out of the release."
        of_code = is_of_bundled_code(file.path) and all(judge(id, "code").answer == "approved" for id in ids)
        if is_near and not of_code:
            yield Doubt(where, message, fix, (f"{pointer}/sha256", where))
        else:
            yield Finding(where, message, fix, "note")
    yield from _unknown(facts, homes)
    yield from _not_looked_at(facts, everything.texts)


class _Claims:
    """What is said to be under some terms, by licence and by text."""

    def __init__(self, stated: Iterable[tuple[str, Terms]]) -> None:
        found = [terms for _, terms in stated]
        self.texts = {terms.text for terms in found}
        self._expressions = {terms.expression for terms in found if terms.expression is not None}

    @cached_property
    def _families(self) -> frozenset[str]:
        return frozenset[str]().union(*map(families, self._expressions))

    def explain(self, path: str, ids: Iterable[str]) -> bool:
        """Whether they name a text, or a licence that it is of."""
        return path in self.texts or not self._families.isdisjoint(map(family, ids))


def terms_of_components(facts: Facts) -> Iterator[tuple[str, Terms]]:
    """Pointer and terms of each component of the release, and of the parents whose parameters went into it."""
    for index, component in enumerate(answered(facts.manifest.components)):
        if isinstance(component.terms, Terms) and facts.is_inherited(component.of):
            yield f"/components/{index}/terms", component.terms


def terms_of_data_here(facts: Facts) -> Iterator[tuple[str, Terms]]:
    """Pointer and terms of each source that has files in the release."""
    for index, source in enumerate(answered(facts.manifest.sources)):
        held = any(file.path and facts.is_in_release(file.path) for file in answered(source.files))
        if held and isinstance(source.terms, Terms):
            yield f"/sources/{index}/terms", source.terms


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
    here: set[str | None] = {terms.text for _, terms in terms_of_components(facts)}
    for _, terms in stated_terms(facts.manifest):
        if terms.text is not None and (terms.text in here or posixpath.dirname(terms.text) not in homes):
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
