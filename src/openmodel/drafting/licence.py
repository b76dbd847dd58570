# SPDX-License-Identifier: Apache-2.0
"""The terms that a release states for its parameters, and the licence texts in it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from openmodel.drafting.card import ModelCard
from openmodel.drafting.card_licence import against_in_card
from openmodel.drafting.markdown import parts_of, readable
from openmodel.drafting.plain import said, said_all
from openmodel.drafting.tree import Tree
from openmodel.errors import DocumentError
from openmodel.inventory.exclusion import CARD
from openmodel.inventory.front_matter import read_front_matter
from openmodel.licences import agrees, names_licence
from openmodel.licences.texts import MAX_ADDED, MAX_BYTES, Comparison, compare, identify, is_licence_file
from openmodel.rendering.card import without_ours
from openmodel.rendering.hub import LICENCES, spdx_id
from openmodel.rendering.untrusted import visible

_FAMILIES = frozenset({"bsd", "cc", "gpl", "gfdl", "lgpl", "openrail", "other", "unknown"})
"""Ids of the Hub that are no one licence."""
_VERSION_ONLY = frozenset({"agpl-3.0", "gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0"})
"""Ids of the Hub that do not tell `-only` from `-or-later`."""


MIN_SIZE = 500
"""The smallest file of any other name that is looked at, in bytes; shorter licences are known by their names."""
MAX_WORD = 40
"""The most of one word of a text that is told, in characters."""
MAX_OTHERS = 50
"""The most files of other names that are looked at."""

_LICENCE = re.compile("licen[cs]", re.IGNORECASE)
_LICENCE_WORD = re.compile(r"\blicen[cs]e\b", re.IGNORECASE)
_OF_IMAGE = " in the text of an image, such as a badge"
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
    against: tuple[str, ...] = ()
    """What else says another thing of the parameters, as sentences."""


@dataclass(frozen=True, slots=True)
class LicenceText:
    """A licence text in the release."""

    path: str
    ids: tuple[str, ...]
    """The SPDX ids that have this text; none where it was not recognised."""
    near: Comparison | None = None
    """The licence that is in a text which was not recognised, and in what they differ."""

    @property
    def doubt(self) -> str:
        """That it was not recognised, and why as far as that can be said, as a sentence."""
        words = f"{self.path} is not just the text of one licence that SPDX lists"
        if self.near:
            others = "other words, such as" if len(self.near.added) == MAX_ADDED else "other words:"
            found = ((f"with {others}", self.near.added), ("without:", self.near.missing))
            told = " and ".join(f"{what} {_quoted(which)}" for what, which in found if which)
            words += f"; it is nearest to {' or '.join(self.near.ids)}, but {told}"
        return f"{words}; read it."

    @property
    def words(self) -> str:
        """What it is the text of."""
        return f"{self.path} is the text of {' or '.join(self.ids)}"

    @property
    def terms(self) -> dict[str, str]:
        """The fields of `terms` for what is under it. Where licences share the text, it does not say which of them."""
        return {"expression": self.ids[0] if len(self.ids) == 1 else "", "text": self.path}


def terms_of_model(tree: Tree, card: ModelCard, gguf: Mapping[str, object], gguf_path: str) -> Stated:
    """The terms by the front matter of the card: `license`, with `license_name` and `license_link`. Where it names
    none, those by the metadata of a GGUF file. What the rest of the card and the metadata say is held against them."""
    if names := said_all(card.front.get("license")):
        own = said(card.front.get("license_name"))
        stated = _stated(names, card.path, "`license`", own, _link(tree, card))
    else:
        own = None
        stated = _stated(said_all(gguf.get("general.license")), gguf_path, "general.license", None, {})
    if stated.terms is None:
        return stated
    expression = stated.terms["expression"]
    against = list(against_in_card(card, expression))
    if own and not agrees(expression, own):
        against.insert(0, f"{card.path}, `license_name` says {own}.")
        stated = replace(stated, terms={"expression": expression})  # The text behind the link may be that of the other.
    by_name: dict[str, str] = {}
    for path, file in tree.files.items():
        if (name := said(file.licence)) and not agrees(expression, name):
            by_name.setdefault(name, f"The metadata of {path} name the licence {name}.")
    return replace(stated, against=(*against, *by_name.values()))


def _link(tree: Tree, card: ModelCard) -> dict[str, str]:
    """The field of `terms` that `license_link` is: a URL, or a file of the release beside the card."""
    link = said(card.front.get("license_link"), 2000)
    if not link or link.startswith(("https://", "http://")):
        return {"url": link} if link else {}
    path = posixpath.normpath(posixpath.join(posixpath.dirname(card.path), link))
    return {"text": path} if path in tree.files else {}


def _stated(names: list[str], file: str, key: str, own: str | None, link: Mapping[str, str]) -> Stated:
    origin = f"{file}, {key}"
    if len(names) != 1:
        several = f"{origin}: {len(names)} licences ({', '.join(names[:5])}), and not what each is for."
        return Stated(file, None, several if names else "")
    name = names[0].lower()
    if name == "other" and own:
        return Stated(file, {"expression": _reference(own), **link}, f"{file}, `license_name`")
    if name in _FAMILIES:
        return Stated(file, None, f"{origin}: {names[0]} does not name one licence.")
    if listed := spdx_id(name):
        unsure = " (the Hub's id does not tell -only from -or-later)" if name in _VERSION_ONLY else ""
        return Stated(file, {"expression": listed, **link}, origin + unsure)
    if name in LICENCES:
        return Stated(file, {"expression": _reference(name), **link}, f"{origin}; SPDX lists no licence of this name")
    return Stated(file, {"expression": names[0], **link}, f"{origin}, as written")


def other_names(card: ModelCard, known: list[str]) -> Iterator[str]:
    """Where badges and lists of the card name licences that are not among the known ones, as sentences without an
    end."""
    for part in card.parts[:50]:
        for words in (*part.paragraphs, *part.items):
            for text, way in (*((caption, _OF_IMAGE) for caption in words.captions), (words.text, "")):
                match = _NAMED.fullmatch(text)
                name = said(match[1]) if match else None
                if name and known and not is_one_of(name, known):
                    yield f"{card.place(part)} calls the licence {name!r}{way}"


def is_one_of(name: str, ids: Iterable[str]) -> bool:
    """Whether a name, as people write it, may be meant for one of these licences; with none, nothing can be said."""
    spelt, own = set(map(_spelt, ids)) - {""}, _letters(_LICENCE_WORD.sub("", name))
    return not spelt or own == "other" or any(id in own or own in id for id in spelt)


def nearer_licences(tree: Tree, files: list[str], texts: list[LicenceText], stated: str | None) -> Iterator[str]:
    """What lies nearer to these files than the card does and may put them under other terms, as sentences."""
    folders = {posixpath.dirname(file) for file in files}
    folders |= {above for folder in folders for above in _above(folder)}
    folders -= {"", tree.home, *_above(tree.home)}
    for text in texts:
        if posixpath.dirname(text.path) in folders and not (stated and names_licence(stated, text.ids)):
            yield f"{text.words}." if text.ids else f"{text.path} lies nearer to these files; read it."
    for path in sorted(path for path in tree.files if posixpath.dirname(path) in folders):
        name = posixpath.basename(path)
        if name == CARD and (other := _other_licence(tree.text(path) or "", path, stated)):
            yield f"{path} says {other}."
        elif name.upper().partition(".")[0] == "NOTICE" and _LICENCE.search(tree.text(path) or ""):
            yield f"{path} lies nearer to these files and speaks of a licence; read it."


def _above(folder: str) -> Iterator[str]:
    while folder := posixpath.dirname(folder):
        yield folder


def _other_licence(text: str, path: str, stated: str | None) -> str | None:
    """The licence that a card names, if it is not the one that is stated."""
    try:
        front = read_front_matter(text, path)
    except DocumentError:
        return None
    entry = front.entries.get("license")
    names = said_all(entry.value) if entry else []
    same = stated and len(names) == 1 and _spelt(stated) in {_spelt(names[0]), _spelt(spdx_id(names[0].lower()) or "")}
    if names and not same:
        return ", ".join(names)
    body = ModelCard(path, parts=tuple(parts_of(readable(without_ours(front.body)), 1)))
    said_there = next(against_in_card(body, stated), None) if stated else None
    return "another licence than the top" if said_there else None


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{visible(word[:MAX_WORD])}"' for word in dict.fromkeys(words))


def _spelt(id: str) -> str:
    return _letters(re.sub("^LicenseRef-", "", id, flags=re.IGNORECASE))


def _letters(name: str) -> str:
    return "".join(mark for mark in name.lower() if mark.isalnum())


def licence_texts(tree: Tree) -> Iterator[LicenceText]:
    """The licence texts of the release, those higher up first, recognised by what they say."""
    paths = sorted(tree.files, key=lambda path: (path.count("/"), path))
    named = [path for path in paths if is_licence_file(path)]
    for path in named:
        text = tree.text(path)
        if text is not None and text.strip():
            found = compare(text)
            exact = found is not None and found.is_exact
            yield LicenceText(path, found.ids if found and exact else (), None if exact else found)
    others = [path for path in paths if path not in named and _may_be_one(path, tree.files[path].size)]
    for path in others[:MAX_OTHERS]:
        if ids := identify(tree.text(path) or ""):
            yield LicenceText(path, ids)


def _may_be_one(path: str, size: int) -> bool:
    return MIN_SIZE <= size <= MAX_BYTES and (path.endswith((".txt", ".md")) or "." not in path.rpartition("/")[2])


def _reference(name: str) -> str:
    """A `LicenseRef-` of SPDX 3.0, annex "License expressions": letters, digits, dots and hyphens."""
    return "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
