# SPDX-License-Identifier: Apache-2.0
"""Texts of licences that lie over the code of a release, and that are not what the code is said to be under.

A reader takes the text in the folder of a file, or in the nearest one above it, for the terms of the file. Whether it
is meant so is for a person to say.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from openmodel.licences import families, family, judge
from openmodel.licences.texts import is_licence_file, is_of_bundled_code
from openmodel.manifest.base import answered
from openmodel.manifest.code_names import is_source_code
from openmodel.manifest.component import Component
from openmodel.manifest.measured import FileRecord
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.licence_texts import (
    is_listed,
    terms_of_components,
    terms_of_data_here,
    texts_of_data,
    unclaimed_texts,
)
from openmodel.policies.requirement import Doubt, Finding, Result

_FIX = "Say in `terms` of the code under which expression it is, or take out what is not for this release."
_FIX_OF_NAMED = "Read it; if it is the licence that the code is said to be under, record that as a review."


def texts_over_code(facts: Facts, code: Mapping[str, Component]) -> Iterator[Result]:
    """A doubt for each text over files of these components, or that their terms name, that is of no licence that is
    known, or of one that nothing there is said to be under: beside or above all files of a component, or, deeper, of
    one that OSI has not approved. Those that OSAID-TERMS-PARAM asks about are told together, in one doubt. A notice
    for bundled code is a note, and a text of data, by its name and by terms of a source, is nothing to code."""
    texts = list(_texts(facts, code))
    if not texts:
        return
    over = _Cover(facts, code, {posixpath.dirname(file.path) for _, file in texts})
    told = {item.where for item in unclaimed_texts(facts) if isinstance(item, Doubt)} if _has_weights(facts) else set()
    again: list[tuple[str, str, str]] = []
    for index, file in texts:
        found = over.result(f"/measured/files/{index}", file)
        if isinstance(found, Doubt) and found.where in told:
            again.append((found.where, file.path, found.fix))
        elif found is not None:
            yield found
    if again:
        more = f" and {len(again) - 1:,} more" if len(again) > 1 else ""
        message = f"{short(again[0][1])}{more}, which OSAID-TERMS-PARAM asks about, may hold for code here, too."
        fix = again[0][2] if len({fix for *_, fix in again}) == 1 else _FIX
        yield Doubt(again[0][0], message, fix, tuple(where for where, *_ in again))


def _texts(facts: Facts, code: Mapping[str, Component]) -> Iterator[tuple[int, FileRecord]]:
    """Index and file of each text of a licence, by its content, its name, or because terms of the code name it."""
    named = {component.terms.text for component in code.values() if isinstance(component.terms, Terms)}
    for index, file in enumerate(facts.manifest.measured.files if facts.manifest.measured else ()):
        is_named = file.path in named or is_licence_file(file.path)
        if file.license_ids or (is_named and not is_source_code(file.path)):
            yield index, file


def _has_weights(facts: Facts) -> bool:
    return any(True for _ in facts.components("weights"))


class _Folder:
    """Folders by the parts of their names, so that to find one above another takes the length of a path."""

    def __init__(self) -> None:
        self._inside: dict[str, _Folder] = {}
        self._path: str | None = None

    def add(self, path: str) -> None:
        """Adds the folder at a path from here."""
        found = self
        for part in path.split("/") if path else ():
            found = found._inside.setdefault(part, _Folder())
        found._path = path

    def nearest(self, path: str) -> str | None:
        """The added folder that is the one at a path from here, or the nearest above it."""
        found, nearest = self, self._path
        for part in path.split("/") if path else ():
            if part not in found._inside:
                break
            found = found._inside[part]
            nearest = found._path if found._path is not None else nearest
        return nearest


class _Cover:
    """Which texts lie over which components."""

    def __init__(self, facts: Facts, code: Mapping[str, Component], folders: Iterable[str]) -> None:
        self._top = _Folder()
        for folder in folders:
            self._top.add(folder)
        self._code: set[str] = set()
        """Folders whose texts lie over files of the code."""
        self._whole: set[str] = set()
        """Those of them that lie beside or above all files of a component."""
        self._said: dict[str, set[str]] = defaultdict(set)
        """Families of what files under the texts of a folder are said to be under; at the top, of what anything
        in the release is."""
        self._judged: dict[str, tuple[str, bool]] = {}
        """Texts that terms of the code or of weights name, and so are judged with these: their expression, and whether
        they are of the code."""
        self._named: set[str | None] = set()
        """Texts that terms explain: of a component, or, where they restrict nothing, of data. Who reads any other
        beside code cannot know that it was meant for a source."""
        pointers = {f"{pointer}/terms" for pointer in code}
        judged = pointers | {f"{pointer}/terms" for pointer, _ in facts.components("weights")}
        for pointer, terms in terms_of_components(facts):
            self._named.add(terms.text)
            if terms.text is not None and pointer in judged and (pointer in pointers or terms.text not in self._judged):
                self._judged[terms.text] = (terms.expression or "", pointer in pointers)
        for _, terms in terms_of_data_here(facts):
            if terms.text is not None and judge(terms.expression or "", "parameters").answer == "approved":
                self._named.add(terms.text)
        for _, terms in (*terms_of_components(facts), *terms_of_data_here(facts)):
            if terms.expression is not None:
                self._said[""] |= families(terms.expression)
        self._of_data = texts_of_data(facts) - {
            one.terms.text for one in answered(facts.manifest.components) if isinstance(one.terms, Terms)
        }
        self._is_said = all(isinstance(one.terms, Terms) and one.terms.expression for one in code.values())
        """Whether all code is said to be under something."""
        found: dict[tuple[str, ...], tuple[frozenset[str], frozenset[str]]] = {}
        for index, component in enumerate(answered(facts.manifest.components)):
            if component.files not in found:
                found[component.files] = self._over(facts.files_of(component))
            over, whole = found[component.files]
            if isinstance(component.terms, Terms) and component.terms.expression is not None:
                for folder in over:
                    self._said[folder] |= families(component.terms.expression)
            if f"/components/{index}" in code:
                self._code |= over
                self._whole |= whole

    def _over(self, paths: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The folders of the texts over some files, and those of them that are over all of the files."""
        folders = set(map(posixpath.dirname, paths))
        nearest = {folder: self._top.nearest(folder) for folder in folders}
        over = frozenset(above for above in nearest.values() if above is not None)
        common = posixpath.commonpath(folders) if folders else ""
        return over, frozenset(above for above in over if above in ("", common) or common.startswith(f"{above}/"))

    def result(self, place: str, file: FileRecord) -> Doubt | Finding | None:
        """What is to be said about a text, if it lies over code."""
        folder, ids = posixpath.dirname(file.path), file.license_ids
        expression, is_of_code = self._judged.get(file.path, ("", False))
        if (folder not in self._code and not is_of_code) or file.path in self._of_data:
            return None
        if not ids and not is_of_code and is_of_bundled_code(file.path):
            message = f"{short(file.path)} is, by its name, about code of others that is in the release."
            return Finding(f"{place}/sha256", message, "If it binds this code too, name it in its `terms`.", "note")
        if not ids:
            if file.path in self._judged and not is_listed(expression):
                return None
            message = f"{short(file.path)}, over code, is not the text of a licence that is known here: "
            fix = _FIX_OF_NAMED if self._is_said else _FIX
            return Doubt(f"{place}/sha256", f"{message}a person must read it.", fix, (f"{place}/sha256",))
        if file.path in self._named or not self._said[folder].isdisjoint(map(family, ids)):
            return None
        if folder not in self._whole and any(judge(id, "code").answer == "approved" for id in ids):
            return None  # A library that was copied in, under a licence of its own that is fine.
        message = f"{short(file.path)}, over code, is the text of {' or '.join(ids)}, and nothing there is said to be "
        where = f"{place}/license_ids"
        return Doubt(where, f"{message}under it.", _FIX, (f"{place}/sha256", where))
