# SPDX-License-Identifier: Apache-2.0
"""The table of terms, `terms.toml`: what is approved for which element, and which freedoms other terms restrict."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

Element = Literal["code", "data_information", "parameters", "data"]
"""The elements of OSAID 1.0. It asks for licences on the first, for terms on the next two, and for no approved terms on
the data themselves: open data is what everybody may copy, change and share (FAQ)."""

Freedom = Literal["use", "study", "modify", "share"]
"""The freedoms of OSAID 1.0, "What is Open Source AI"."""

FREEDOMS: tuple[Freedom, ...] = get_args(Freedom)

_PART = re.compile(r"[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that takes a part of a freedom away."""

    freedom: Freedom
    licence: str
    """Title of the licence."""
    section: str
    """Its section; empty where the table knows a kind of terms and no text."""
    says: str
    """What it does, in words that follow a colon."""
    since: str
    """Date of the version of the licence, as far as known."""
    void: str = ""
    """Why it may not hold everywhere. It stays a restriction: whoever reads the terms is bound until a court says
    otherwise."""

    @property
    def words(self) -> str:
        """The clause in a sentence, without its full stop."""
        where = f", section {self.section}" if self.section else ""
        return f"{self.licence}{where}: {self.says}"


@dataclass(frozen=True, slots=True)
class Restricted:
    """Terms with a known restriction."""

    id: str
    title: str
    clauses: tuple[Clause, ...]
    redistribution: str
    """Whether copies may be passed on at all; empty where the table does not say."""
    grants: frozenset[Freedom]
    """The freedoms that they leave whole. One with neither a clause nor a grant is undecided."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Terms that are approved for some elements, or left to a person."""

    elements: tuple[Element, ...]
    reason: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table, by id."""

    policy: str
    """Its name and version."""
    approved: dict[str, Entry]
    undecided: dict[str, Entry]
    restricted: dict[str, Restricted]
    open_data: dict[str, str]
    """Why others than those let everybody copy, change and share data, and are approved for nothing else."""
    names: dict[str, str]
    """The id of undecided and restricted terms by what people call them, as `key` writes it."""


@lru_cache(maxsize=1024)  # Asked twice for each name in an expression.
def id_of(name: str) -> str | None:
    """The id of the undecided or restricted terms that people call by this name. `LicenseRef-` may be left out, and so
    may "license" at the end."""
    return table().names.get(key(name))


def restricted_terms(name: str) -> Restricted | None:
    """The entry of restricted terms with this id, or that people call by this name."""
    return table().restricted.get(id_of(name) or "")


def restricted_name_in(words: Sequence[str]) -> str | None:
    """The title of the first restricted terms that a text names in words that follow one another. A name of one word is
    read only where nothing else is said: Gemma and Qwen are models, too."""
    parts = ["-".join("license" if part == "licence" else part for part in _PART.findall(word)) for word in words]
    parts = [part for part in parts if part != "the"]
    known, beginnings = table(), _beginnings()
    if whole := restricted_terms(" ".join(words)):
        return whole.title
    for start in range(len(parts)):
        at, name = start, parts[start]
        while name in beginnings:
            if "-" in name and (id := known.names.get(name)) in known.restricted:
                return known.restricted[id].title
            at += 1
            if at == len(parts):
                break
            name = f"{name}-{parts[at]}"
    return None


@cache
def _beginnings() -> frozenset[str]:
    """All names and the beginnings of names, at the ends of their parts."""
    names = [name.split("-") for name in table().names]
    return frozenset("-".join(name[:end]) for name in names for end in range(1, len(name) + 1))


def key(name: str) -> str:
    """A name as it is looked up: words and figures only, without `LicenseRef-` and "the". RAIL++ is not RAIL. Other
    signs and what follows a hundred characters are passed over, which is safe for restricted terms alone: no name
    becomes approved by it."""
    spelt = name.casefold()[:100].removeprefix("licenseref-").replace("++", " pp ")
    words = _PART.findall(spelt)
    plain = ["license" if word == "licence" else word for word in words if word != "the"]
    return "-".join(plain[:-1] if plain[-1:] == ["license"] else plain)


@cache
def table() -> Table:
    """The table of this version."""
    data = tomllib.loads(files("openmodel.licences").joinpath("terms.toml").read_text(encoding="utf-8"))
    restricted = [_restricted(entry) for entry in data["restricted"]]
    called = [*data["undecided"], *data["restricted"]]
    spelt = {(name, entry["id"]) for entry in called for name in (entry["id"], *entry.get("names", ()))}
    return Table(
        policy=data["policy"],
        approved={entry["id"]: _entry(entry) for entry in data["approved"]},
        undecided={entry["id"]: _entry(entry) for entry in data["undecided"]},
        restricted={entry.id: entry for entry in restricted},
        open_data={entry["id"]: entry["reason"] for entry in data["open_data"]},
        names={key(name): id for name, id in spelt},
    )


def _entry(data: dict[str, Any]) -> Entry:
    return Entry(tuple(data["elements"]), data["reason"], data.get("fix", ""))


def _restricted(data: dict[str, Any]) -> Restricted:
    clauses = tuple(
        Clause(item["freedom"], data["title"], item["section"], item["says"], data["since"], item.get("void", ""))
        for item in data["clause"]
    )
    return Restricted(
        data["id"], data["title"], clauses, data.get("redistribution", ""), frozenset(data.get("grants", ()))
    )
