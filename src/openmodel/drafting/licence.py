# SPDX-License-Identifier: Apache-2.0
"""The terms that a release states for its parameters, and the licence texts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openmodel.drafting.card import ModelCard
from openmodel.drafting.plain import said, said_all
from openmodel.drafting.tree import Tree
from openmodel.licences.texts import MAX_BYTES, identify, is_licence_file
from openmodel.rendering.hub import LICENCES, spdx_id

_FAMILIES = frozenset({"bsd", "cc", "gpl", "gfdl", "lgpl", "openrail", "other", "unknown"})
"""Ids of the Hub that are no one licence."""
_VERSION_ONLY = frozenset({"agpl-3.0", "gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0"})
"""Ids of the Hub that do not tell `-only` from `-or-later`."""


MIN_SIZE = 500
"""The smallest file of any other name that is looked at, in bytes; shorter licences are known by their names."""
MAX_OTHERS = 50
"""The most files of other names that are looked at."""

_NAMED = re.compile(r"licen[cs]e\s*[:-]\s*([^:]{2,60})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said about the terms of the model."""

    file: str
    """The file that says it."""
    terms: dict[str, str] | None
    """The fields of `terms`; None where nothing definite is said."""
    words: str
    """Where it is said; or, without terms, what keeps it from being definite. Empty where nothing is said."""


@dataclass(frozen=True, slots=True)
class LicenceText:
    """A licence text in the release."""

    path: str
    ids: tuple[str, ...]
    """The SPDX ids that have this text; none where it was not recognised."""

    @property
    def words(self) -> str:
        """What it is the text of."""
        return f"{self.path} is the text of {' or '.join(self.ids)}"

    @property
    def terms(self) -> dict[str, str]:
        """The fields of `terms` for what is under it. Where licences share the text, it does not say which of them."""
        return {"expression": self.ids[0] if len(self.ids) == 1 else "", "text": self.path}


def stated_terms(card: ModelCard, gguf: Mapping[str, object], gguf_path: str) -> Stated:
    """The terms by the front matter of the card: `license`, with `license_name` and `license_link`. Where it names
    none, those by the metadata of a GGUF file."""
    if names := said_all(card.front.get("license")):
        return _stated(names, card.path, "`license`", card.front)
    return _stated(said_all(gguf.get("general.license")), gguf_path, "general.license", {})


def _stated(names: list[str], file: str, key: str, beside: Mapping[str, object]) -> Stated:
    origin = f"{file}, {key}"
    if len(names) != 1:
        several = f"{origin}: {len(names)} licences ({', '.join(names[:5])}), and not what each is for."
        return Stated(file, None, several if names else "")
    name = names[0].lower()
    url = said(beside.get("license_link"), 2000)
    link = {"url": url} if url and url.startswith(("https://", "http://")) else {}
    if name == "other" and (own := said(beside.get("license_name"))):
        return Stated(file, {"expression": _reference(own), **link}, f"{file}, `license_name`")
    if name in _FAMILIES:
        return Stated(file, None, f"{origin}: {names[0]} does not name one licence.")
    if listed := spdx_id(name):
        unsure = " (the Hub's id does not tell -only from -or-later)" if name in _VERSION_ONLY else ""
        return Stated(file, {"expression": listed, **link}, origin + unsure)
    if name in LICENCES:
        return Stated(file, {"expression": _reference(name), **link}, f"{origin}; SPDX lists no licence of this name")
    return Stated(file, {"expression": names[0], **link}, f"{origin}, as written")


def named_licences(card: ModelCard, known: list[str]) -> Iterator[tuple[str, str]]:
    """The licences that badges and lists of the card name and that are not among the known ones, with their place."""
    spelt = {_letters(id) for id in known}
    for part in card.parts[:50]:
        for words in (*part.paragraphs, *part.items):
            for text in (*words.captions, words.text):
                match = _NAMED.fullmatch(text)
                name = said(match[1]) if match else None
                if name and spelt and not any(id in _letters(name) or _letters(name) in id for id in spelt):
                    yield name, card.place(part)


def _letters(name: str) -> str:
    return "".join(mark for mark in name.lower() if mark.isalnum())


def licence_texts(tree: Tree) -> Iterator[LicenceText]:
    """The licence texts of the release, those higher up first, recognised by what they say."""
    paths = sorted(tree.files, key=lambda path: (path.count("/"), path))
    named = [path for path in paths if is_licence_file(path)]
    for path in named:
        text = tree.text(path)
        if text is not None and text.strip():
            yield LicenceText(path, identify(text))
    others = [path for path in paths if path not in named and _may_be_one(path, tree.files[path].size)]
    for path in others[:MAX_OTHERS]:
        if ids := identify(tree.text(path) or ""):
            yield LicenceText(path, ids)


def _may_be_one(path: str, size: int) -> bool:
    return MIN_SIZE <= size <= MAX_BYTES and (path.endswith((".txt", ".md")) or "." not in path.rpartition("/")[2])


def _reference(name: str) -> str:
    """A `LicenseRef-` of SPDX 3.0, annex "License expressions": letters, digits, dots and hyphens."""
    return "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
