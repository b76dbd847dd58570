# SPDX-License-Identifier: Apache-2.0
"""Which data a model card and a data configuration name: ids, table rows and files, brought together where they are the
same and listed one by one where that is not certain."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from openmodel.drafting.card import ModelCard
from openmodel.drafting.markdown import Part, Table, Words
from openmodel.drafting.outline import listed
from openmodel.drafting.plain import items, member, said, said_all, whole
from openmodel.drafting.tree import Tree
from openmodel.manifest.values import Where
from openmodel.rendering.hub import dataset_id, is_repository
from openmodel.rendering.markdown import web_url

MAX_DATASETS = 200
"""The most data sets that are drafted one by one."""

HUB = "https://huggingface.co/datasets/"

_NAMES_DATA = re.compile(r"\b(data ?sets?|data sources?|corpus|corpora)\b", re.IGNORECASE)
_IN_TRAINING = re.compile(r"\b(pre-?|fine-?)?(train|tun)|^(the )?(data|data ?sets?|corpus)$", re.IGNORECASE)
_NOT_TRAINING = re.compile(r"\b(eval|test|bench|result|perform|valid|metric|score|accuracy)", re.IGNORECASE)
_COUNTED = re.compile(r"\b(token|document|byte|image|hour|row|pair|sequence|tuple|example|sample|line|sentence)", re.I)
_UNITS = {"tuple": "rows", "example": "rows", "sample": "rows", "line": "rows", "sentence": "rows"}
_DIGITS = re.compile(r"[0-9]{1,3}([,\u202f\u00a0 ][0-9]{3})*|[0-9]{1,15}")
_TOTAL = frozenset({"total", "sum", "all", "overall"})
_ALIKE = 0.7


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a data set there is."""

    value: int
    unit: str
    origin: str


@dataclass(slots=True)
class Dataset:
    """A data set that was found."""

    name: str
    origin: str
    """Where it is named."""
    places: dict[str, str] = field(default_factory=dict)
    """URLs, each with where it stands."""
    amounts: list[Amount] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def amount(self) -> Amount | None:
        """All amounts together, when they are in one unit."""
        if len({amount.unit for amount in self.amounts}) != 1:
            return None
        total = sum(amount.value for amount in self.amounts)
        parts = f", {len(self.amounts)} rows together" if len(self.amounts) > 1 else ""
        return Amount(total, self.amounts[0].unit, self.amounts[0].origin + parts)


@dataclass(slots=True)
class _Row:
    """A row of a table of data sets."""

    name: str
    links: tuple[tuple[str, str], ...]
    amount: Amount | None


def datasets_of(tree: Tree, card: ModelCard) -> tuple[list[Dataset], list[str]]:
    """The data sets that the card and `data_config.json` name, and what does not fit together, in words."""
    found = [_by_id(name, f"{card.path}, `datasets`") for name in said_all(card.front.get("datasets"))]
    tables = list(_tables(card))
    remarks = list[str]()
    for part, table in tables:
        _take_table(found, part, table, card, remarks)
    named = [dataset.name for dataset in found if not dataset.origin.endswith("`datasets`")]
    if named and len(named) < len(found):
        many = f"{len(named)} data set{'s' if len(named) > 1 else ''}"
        remarks.append(f"{card.path} names {many} in its tables that its front matter leaves out: {listed(named)}.")
    _take_configuration(found, tree, [table for _, table in tables], remarks)
    _note_likeness(found)
    if found:
        remarks.append(f"Of {len(found)} data sets that are named, none is named with a revision or digest.")
    if len(found) > MAX_DATASETS:
        remarks.append(f"{len(found) - MAX_DATASETS} more data sets are named than are drafted here.")
    return found[:MAX_DATASETS], remarks


def _by_id(name: str, origin: str) -> Dataset:
    made = Dataset(name, origin)
    if "/" in name and is_repository(name):
        made.places[HUB + name] = "the Hub's page of that id; it names no revision"
    else:
        made.remarks.append("The id has no owner, so that it is not certain what it leads to.")
    return made


def _tables(card: ModelCard) -> Iterator[tuple[Part, Table]]:
    for part in card.parts:
        titles = " / ".join(part.titles)
        fits = any(_IN_TRAINING.search(title) for title in part.titles) and not _NOT_TRAINING.search(titles)
        for table in part.tables if fits else ():
            header = " ".join(words.text for words in table.header)
            if table.header and _NAMES_DATA.search(table.header[0].text) and not _NOT_TRAINING.search(header):
                yield part, table


def _take_table(found: list[Dataset], part: Part, table: Table, card: ModelCard, remarks: list[str]) -> None:
    column, unit = _column_of_amounts(table)
    origin = f'{card.path}, table under "{part.title}"'
    rows, total = list[_Row](), None
    for cells in table.rows:
        number = _number(cells[column]) if column is not None and column < len(cells) else None
        name = said(cells[0].text) if cells else None
        if name and name.lower() in _TOTAL:
            total = number
        elif name:
            rows.append(_Row(name, cells[0].links, Amount(number, unit, origin) if number is not None else None))
    for row in rows:
        _take_row(found, row, origin)
    added = sum(row.amount.value for row in rows if row.amount)
    if total is not None and added != total:
        remarks.append(f"{origin}: the rows add up to {added:,}, and the total is said to be {total:,}.")


def _take_row(found: list[Dataset], row: _Row, origin: str) -> None:
    same = [dataset for dataset in found if _is_same(dataset, row)]
    if not same:
        links = [text for text, _ in row.links if said(text)]
        same = [Dataset(said(links[0]) or row.name if len(links) == 1 else row.name, origin)]
        found += same
    for dataset in same:
        for text, url in row.links:
            if len(same) > 1 and not _alike(dataset.name, text):
                continue  # A row of two data sets links to each by its name.
            if web_url(url) and len(url) <= 2000:  # noqa: PLR2004
                dataset.places.setdefault(url, origin)
        if dataset.places:
            dataset.remarks = []
        if row.amount and len(same) == 1:
            dataset.amounts.append(row.amount)
    if row.amount and len(same) > 1:
        names = " and ".join(dataset.name for dataset in same)
        same[0].remarks.append(f"{names} are {row.amount.value:,} {row.amount.unit} together ({origin}).")


def _is_same(dataset: Dataset, row: _Row) -> bool:
    """Whether a row is of a data set: it leads to the same place, or the names are equal but for spelling, or one is
    the first words of the other."""
    ids = {dataset_id(Where(url=url)) for _, url in row.links} - {None}
    if dataset.name in ids or any(url in dataset.places for _, url in row.links):
        return True
    names = [row.name, *(text for text, _ in row.links)]
    return any(_alike(dataset.name, name) for name in names)


def _alike(id: str, name: str) -> bool:
    one, other = _beginnings(id.rpartition("/")[2]), _beginnings(re.split(r"[:(]", name)[0])
    return bool(one and other) and (one[-1] in other or other[-1] in one)


def _beginnings(name: str) -> list[str]:
    """What a name is after each of its words, letters and digits only: "ms_marco" is ["ms", "msmarco"]."""
    words = re.findall(r"[^\W_]+", name.lower())
    return ["".join(words[: count + 1]) for count in range(len(words))]


def _column_of_amounts(table: Table) -> tuple[int | None, str]:
    for index, words in enumerate(table.header):
        counted = _COUNTED.search(words.text) if index else None
        if counted:
            name = counted[1].lower()
            return index, _UNITS.get(name, f"{name}s")
    return None, ""


def _number(cell: Words) -> int | None:
    text = cell.text.strip("* ")
    return whole(re.sub(r"\D", "", text)) if _DIGITS.fullmatch(text) else None


def _take_configuration(found: list[Dataset], tree: Tree, tables: list[Table], remarks: list[str]) -> None:
    """The entries of `data_config.json`, as the training scripts of sentence-transformers read it: name, lines, weight.

    Entries are told to be those of the tables by their number of lines, which is one to the last digit or another.
    """
    path = tree.beside("data_config.json")
    lines: dict[str, int] = {}
    for entry in items(tree.json(path)):
        name, count = said(member(entry, "name")), whole(member(entry, "lines"))
        if name and count is not None:
            key = name.partition("/")[0]
            lines[key] = lines.get(key, 0) + count
    known = {_number(cell) for table in tables for row in table.rows for cell in row}
    for name, count in lines.items():
        stem = re.sub(r"(\.(jsonl|json|csv|tsv|txt|parquet|gz|zst|bz2))+$", "", posixpath.basename(name))
        if count in known or (not tables and any(_alike(dataset.name, stem) for dataset in found)):
            continue
        made = Dataset(stem, f"{path}, {name}", amounts=[Amount(count, "rows", f"{path}, lines")])
        if tables:
            made.remarks.append(f"{path} lists {name} with {count:,} lines; no table of the card does.")
            remarks.append(made.remarks[0])
        found.append(made)


def _note_likeness(found: list[Dataset]) -> None:
    """A name that is much like another one may be the same data; whoever knows it deletes one of the two."""
    known = [(dataset, (_beginnings(dataset.name.rpartition("/")[2]) or [""])[-1]) for dataset in found[:MAX_DATASETS]]
    for index, (dataset, name) in enumerate(known):
        for other, other_name in known[:index]:
            if SequenceMatcher(None, name, other_name).ratio() >= _ALIKE:
                dataset.remarks.append(f"It may be the same as {other.name}; then delete one of the two.")
                break
