# SPDX-License-Identifier: Apache-2.0
"""Where a model card names training data: tables under headings about training, and lists that trainers write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from openmodel.drafting.card import ModelCard
from openmodel.drafting.markdown import Part, Table, Words, labelled
from openmodel.drafting.plain import said, whole
from openmodel.manifest.values import Where
from openmodel.rendering.hub import dataset_id

_NAMES_DATA = re.compile(r"\b(data ?sets?|data sources?|corpus|corpora)\b", re.IGNORECASE)
_IN_TRAINING = re.compile(r"\b(pre-?|fine-?)?(train|tun)|^(the )?(data|data ?sets?|corpus)$", re.IGNORECASE)
_NOT_TRAINING = re.compile(r"\b(eval|test|bench|result|perform|valid|metric|score|accuracy)", re.IGNORECASE)
_COUNTED = re.compile(r"\b(token|document|byte|image|hour|row|pair|sequence|tuple|example|sample|line|sentence)", re.I)
_UNITS = {"tuple": "rows", "example": "rows", "sample": "rows", "line": "rows", "sentence": "rows"}
_DIGITS = re.compile(r"[0-9]{1,3}([,\u202f\u00a0 ][0-9]{3})*|[0-9]{1,15}")
_REVISION = re.compile(r"/(?:tree|blob|resolve)/([0-9a-f]{40})(?:/|$)")
_TOTAL = frozenset({"total", "sum", "all", "overall"})


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a data set there is."""

    value: int
    unit: str
    origin: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of the card that names a data set."""

    name: str
    links: tuple[tuple[str, str], ...]
    """Text and target of each link."""
    origin: str
    """Where it stands, in words."""
    amount: Amount | None = None
    revision: str | None = None
    """The commit of the data set, in full."""


@dataclass(slots=True)
class DataTable:
    """A table of data sets."""

    origin: str
    mentions: list[Mention] = field(default_factory=list)
    total: int | None = None
    """What the table says that all rows are together."""
    numbers: set[int] = field(default_factory=set)
    """All whole numbers in it."""

    @property
    def added(self) -> int:
        """What the rows add up to."""
        return sum(mention.amount.value for mention in self.mentions if mention.amount)


def data_tables(card: ModelCard) -> Iterator[DataTable]:
    """The tables of training data, by heading and first column. Those of evaluations look much the same."""
    for part in card.parts:
        for table in part.tables if _is_about_training(part) else ():
            header = " ".join(words.text for words in table.header)
            if table.header and _NAMES_DATA.search(table.header[0].text) and not _NOT_TRAINING.search(header):
                yield _table(table, f'{card.path}, table under "{part.title}"')


def listed_data(card: ModelCard) -> Iterator[Mention]:
    """The lists that the trainer of sentence-transformers writes for each data set: "Dataset: NAME at REVISION", "Size:
    5,000 training samples"."""
    for part in card.parts:
        if not _is_about_training(part):
            continue
        fields = {label: (item, value) for label, item, value in labelled(part.items)}
        item, _ = fields.get("dataset", (None, ""))
        if item is None or not item.links:
            continue
        text, url = item.links[0]
        name = dataset_id(Where(url=url)) or said(text)
        revisions = [match[1] for _, target in item.links if (match := _REVISION.search(target))]
        amount = _size(fields.get("size", (item, ""))[1], card.place(part))
        if name:
            yield Mention(name, item.links[:1], card.place(part), amount, revisions[0] if revisions else None)


def _is_about_training(part: Part) -> bool:
    about = any(_IN_TRAINING.search(title) for title in part.titles)
    return about and not _NOT_TRAINING.search(" / ".join(part.titles))


def _table(table: Table, origin: str) -> DataTable:
    column, unit = _column_of_amounts(table)
    found = DataTable(origin)
    for cells in table.rows:
        found.numbers |= {number for cell in cells if (number := _number(cell.text)) is not None}
        number = _number(cells[column].text) if column is not None and column < len(cells) else None
        name = said(cells[0].text) if cells else None
        if name and name.lower() in _TOTAL:
            found.total = number
        elif name:
            amount = Amount(number, unit, origin) if number is not None else None
            links = cells[0].links
            linked = said(links[0][0]) if len(links) == 1 else None
            revisions = [match[1] for _, url in links if (match := _REVISION.search(url))]
            revision = revisions[0] if len(links) == 1 and revisions else None
            found.mentions.append(Mention(linked or name, links, origin, amount, revision))
    return found


def _column_of_amounts(table: Table) -> tuple[int | None, str]:
    for index, words in enumerate(table.header):
        if index and (unit := _unit(words)):
            return index, unit
    return None, ""


def _unit(words: Words) -> str | None:
    counted = _COUNTED.search(words.text)
    return _UNITS.get(counted[1].lower(), f"{counted[1].lower()}s") if counted else None


def _number(text: str) -> int | None:
    plain = text.strip("* ")
    return whole(re.sub(r"\D", "", plain)) if _DIGITS.fullmatch(plain) else None


def _size(text: str, origin: str) -> Amount | None:
    number, _, unit = text.partition(" ")
    value = _number(number)
    return Amount(value, _unit(Words(unit)) or "rows", origin) if value is not None else None
