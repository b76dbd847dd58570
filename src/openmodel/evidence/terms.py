# SPDX-License-Identifier: Apache-2.0
"""Licence texts, identified again, against the expressions that are said to name them."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterator

from openmodel.evidence.files import Files, by, directory_of
from openmodel.evidence.findings import Collected
from openmodel.licences import names_licence
from openmodel.licences.texts import MAX_BYTES, identify, is_licence_file
from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.stated_terms import stated_terms

__all__ = ["compare_terms", "wanted_texts"]

MAX_TEXTS = 64
"""The most files that are looked at, as in `build`."""


def wanted_texts(manifest: Manifest) -> dict[str, int]:
    """The files that are compared with licences, with the most bytes of each: those that `terms` name first."""
    paths = [record.path for record in manifest.measured.files] if manifest.measured else []
    named = {terms.text for _, terms in stated_terms(manifest)}
    candidates = [path for path in paths if path in named or is_licence_file(path)]
    return dict.fromkeys(sorted(candidates, key=lambda path: path not in named)[:MAX_TEXTS], MAX_BYTES)


def compare_terms(files: Files, collected: Collected) -> None:
    """Compares the texts that are named, and those at the place of what they may be of."""
    known: dict[str, tuple[str, ...]] = {}

    def ids_of(path: str) -> tuple[str, ...]:
        content = files.contents.get(path)
        if content is None:
            return ()
        digest = hashlib.sha256(content).hexdigest()
        if digest not in known:
            known[digest] = identify(content.decode("utf-8-sig", "replace"))
        return known[digest]

    _compare_measured(files, ids_of, collected)
    beside = dict(_beside(files))
    for where, terms in stated_terms(files.manifest):
        path = terms.text or beside.get(where)
        if terms.expression is None or path is None:
            continue
        if terms.text:
            _compare_named(where, terms.expression, path, ids_of(path), collected)
        elif path in files.bad:
            collected.contradict(where, f"{path}, as measured", files.bad[path], by(path))
        else:
            _compare_beside(where, terms.expression, path, ids_of(path), collected)


def _compare_measured(files: Files, ids_of: Callable[[str], tuple[str, ...]], collected: Collected) -> None:
    """What `build` recognised. What it did not, another version may recognise."""
    for path in files.contents:
        record = files.good.get(path)
        if record and record.license_ids:
            where, found = f"/measured/files/{files.index[path]}/license_ids", ids_of(path)
            if found == record.license_ids:
                collected.verify(where)
            else:
                collected.contradict(where, list(record.license_ids), list(found), by(path))
    for path, record in files.good.items():
        if record.license_ids and path not in files.contents:
            where = f"/measured/files/{files.index[path]}/license_ids"
            collected.remark(where, f"{path} was not identified again: there are too many licence texts.")


def _compare_named(where: str, expression: str, path: str, ids: tuple[str, ...], collected: Collected) -> None:
    if not ids:
        collected.remark(where, f"{path} was not recognised as the text of a licence.")
    elif not names_licence(expression, ids):
        collected.contradict(f"{where}/expression", expression, " OR ".join(ids), by(path))
    else:
        _verify(where, expression, ids, collected)


def _verify(where: str, expression: str, ids: tuple[str, ...], collected: Collected) -> None:
    """The text bears out an expression that is the id of the one licence that has it, and nothing more."""
    if (expression.strip().lower(),) == tuple(map(str.lower, ids)):
        collected.verify(f"{where}/expression")


def _beside(files: Files) -> Iterator[tuple[str, str]]:
    """Where terms are stated of files of the release, and the one file beside those that is called like a licence."""
    texts: dict[str, list[str]] = {}
    for path in files.index:
        if is_licence_file(path):
            texts.setdefault(directory_of(path), []).append(path)
    of = [(f"{pointer}/terms", files.of(component)) for pointer, component in files.components]
    of += [
        (f"/sources/{index}/terms", [file.path for file in answered(source.files) if file.path])
        for index, source in enumerate(answered(files.manifest.sources))
    ]
    for where, paths in of:
        found = texts.get(posixpath.commonpath(list(map(directory_of, paths))), []) if paths else []
        if len(found) == 1:
            yield where, found[0]


def _compare_beside(where: str, expression: str, path: str, ids: tuple[str, ...], collected: Collected) -> None:
    """Nothing says that this text is of what lies beside it; at the top of a release it may be of anything."""
    if ids and names_licence(expression, ids):
        _verify(where, expression, ids, collected)
    elif ids and directory_of(path):
        collected.contradict(f"{where}/expression", expression, " OR ".join(ids), by(path))
    elif ids:
        collected.remark(where, f"{path} is the text of {' OR '.join(ids)}; nothing says that it is of this.")
