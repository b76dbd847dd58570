# SPDX-License-Identifier: Apache-2.0
"""Which data a model card and a data configuration name, brought together where two names are one data set and listed
one by one where that is not certain."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from openmodel.drafting.card import ModelCard
from openmodel.drafting.data_tables import Amount, DataTable, Mention, data_tables, listed_data
from openmodel.drafting.outline import listed
from openmodel.drafting.plain import items, member, said, said_all, whole
from openmodel.drafting.tree import Tree
from openmodel.manifest.values import Where
from openmodel.rendering.hub import dataset_id, is_repository
from openmodel.rendering.markdown import web_url

MAX_DATASETS = 200
"""The most data sets that are drafted one by one."""
MAX_URL = 2000
"""The longest address that is taken over, in characters."""

HUB = "https://huggingface.co/datasets/"

MAX_COMPARED = 100
"""The most data sets whose names are compared with each other."""
MAX_ALIKE = 40
"""How much of a name is compared, in characters."""

_ALIKE = 0.7


@dataclass(slots=True)
class Dataset:
    """A data set that was found."""

    name: str
    origin: str
    """Where it is named."""
    places: dict[str, str] = field(default_factory=dict)
    """URLs, each with where it stands."""
    revisions: dict[str, str] = field(default_factory=dict)
    """By URL, the commit there, in full, where it is named."""
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


def datasets_of(tree: Tree, card: ModelCard) -> tuple[list[Dataset], list[str]]:
    """The data sets that the card and `data_config.json` name, and what does not fit together, in words."""
    found = [_by_id(name, f"{card.path}, `datasets`") for name in said_all(card.front.get("datasets"))]
    in_front, remarks = len(found), list[str]()
    tables = list(data_tables(card))
    for table in tables:
        for mention in table.mentions:
            _take(found, mention)
        if table.total is not None and table.added != table.total:
            says = f"the rows add up to {table.added:,}, and the total is said to be {table.total:,}"
            remarks.append(f"{table.origin}: {says}.")
    for mention in listed_data(card):
        _take(found, mention)
    if in_front and (more := found[in_front:]):
        many = f"{len(more)} data set{'s' if len(more) > 1 else ''}"
        names = listed(dataset.name for dataset in more)
        remarks.append(f"{card.path} names {many} in its tables by names that its front matter does not have: {names}.")
    _take_configuration(found, tree, tables, remarks)
    _note_likeness(found)
    if found and not any(dataset.revisions for dataset in found):
        remarks.append(f"No revision or digest is named for any of the data sets ({len(found)}).")
    if len(found) > MAX_DATASETS:
        remarks.append(f"{len(found) - MAX_DATASETS} more data sets are named than are drafted here.")
    return found[:MAX_DATASETS], remarks


def _by_id(name: str, origin: str) -> Dataset:
    name = dataset_id(Where(url=name)) or name
    made = Dataset(name, origin)
    if "/" in name and is_repository(name):
        made.places[HUB + name] = "the Hub's page of that id"
    else:
        made.remarks.append("The id has no owner, so that it is not certain what it leads to.")
    return made


def _take(found: list[Dataset], mention: Mention) -> None:
    """Adds what a mention says to the data sets that it is of, or makes a new one of it."""
    same = [dataset for dataset in found if _is_same(dataset, mention)]
    if not same:
        same = [Dataset(mention.name, mention.origin)]
        found += same
    for dataset in same:
        for text, url in mention.links:
            if len(same) > 1 and not _alike(dataset.name, text):
                continue  # A row of two data sets links to each by its name.
            if web_url(url) and len(url) <= MAX_URL:
                dataset.places.setdefault(url, mention.origin)
                if mention.revision:
                    dataset.revisions.setdefault(url, mention.revision)
        if dataset.places:
            dataset.remarks = []
        if mention.amount and len(same) == 1:
            dataset.amounts.append(mention.amount)
    if mention.amount and len(same) > 1:
        names, amount = " and ".join(dataset.name for dataset in same), mention.amount
        same[0].remarks.append(f"{names} are {amount.value:,} {amount.unit} together ({mention.origin}).")


def _is_same(dataset: Dataset, mention: Mention) -> bool:
    """Whether a mention is of a data set: it leads to the same place, or the names are equal but for spelling, or one
    is the first words of the other."""
    ids = {dataset_id(Where(url=url)) for _, url in mention.links} - {None}
    if dataset.name in ids or any(url in dataset.places for _, url in mention.links):
        return True
    names = [mention.name, *(text for text, _ in mention.links)]
    return any(_alike(dataset.name, name) for name in names)


def _alike(id: str, name: str) -> bool:
    one, other = _beginnings(id.rpartition("/")[2]), _beginnings(re.split(r"[:(]", name)[0])
    return bool(one and other) and (one[-1] in other or other[-1] in one)


def _beginnings(name: str) -> list[str]:
    """What a name is after each of its words, letters and digits only: "ms_marco" is ["ms", "msmarco"]."""
    words = re.findall(r"[^\W_]+", name.lower())
    return ["".join(words[: count + 1]) for count in range(len(words))]


def _take_configuration(found: list[Dataset], tree: Tree, tables: list[DataTable], remarks: list[str]) -> None:
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
    known = {number for table in tables for number in table.numbers}
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
    """A name that is much like another one may be the same data; whoever knows it deletes one of the two. Names that
    differ in their numbers are of different data, as imagenet-1k and imagenet-21k are."""
    plain = [(_beginnings(dataset.name.rpartition("/")[2]) or [""])[-1][:MAX_ALIKE] for dataset in found[:MAX_COMPARED]]
    for index, name in enumerate(plain):
        for other, other_name in zip(found, plain[:index], strict=False):
            matcher = SequenceMatcher(None, name, other_name)
            same_numbers = re.findall(r"\d+", name) == re.findall(r"\d+", other_name)
            if same_numbers and matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                found[index].remarks.append(f"It may be the same as {other.name}; then delete one of the two.")
                break
