# SPDX-License-Identifier: Apache-2.0
"""Which data a model card and a data configuration name, brought together where two names are one data set and listed
one by one where that is not certain."""

from __future__ import annotations

import posixpath
import re
from difflib import SequenceMatcher

from openmodel.drafting.amounts import Amount
from openmodel.drafting.card import ModelCard
from openmodel.drafting.collection import NO_OWNER, Collection, Dataset, beginnings
from openmodel.drafting.data_tables import DataTable, data_tables, listed_data
from openmodel.drafting.named_data import Named, named_data
from openmodel.drafting.outline import listed
from openmodel.drafting.plain import items, member, said, whole
from openmodel.drafting.tree import Tree

MAX_DATASETS = 200
"""The most data sets that are drafted one by one."""
MAX_COMPARED = 100
"""The most data sets whose names are compared with each other."""
MAX_ALIKE = 40
"""How much of a name is compared, in characters."""

_ALIKE = 0.7


def datasets_of(tree: Tree, card: ModelCard) -> tuple[list[Dataset], list[str]]:
    """The data sets that the card and `data_config.json` name, and what does not fit together, in words."""
    named, remarks = named_data(card)
    found = Collection(_by_id(one, f"{card.path}, `datasets`") for one in named)
    tables = list(data_tables(card))
    for table in tables:
        for mention in table.mentions:
            found.take(mention)
        remarks += table.remarks
    for mention in listed_data(card):
        found.take(mention)
    remarks += found.remarks()
    if named and (more := found.all[len(named) :]):
        many = f"{len(more)} data set{'s' if len(more) > 1 else ''}"
        names = listed(dataset.name for dataset in more)
        remarks.append(f"{card.path} names {many} in its tables by names that its front matter does not have: {names}.")
    _take_configuration(found, tree, [table for table in tables if not table.left_out], remarks)
    _note_likeness(found.all)
    if found.all and not any(dataset.revisions for dataset in found.all):
        remarks.append(f"No revision or digest is named for any of the data sets ({len(found.all)}).")
    if len(found.all) > MAX_DATASETS:
        remarks.append(f"{len(found.all) - MAX_DATASETS} more data sets are named than are drafted here.")
    return found.all[:MAX_DATASETS], remarks


def _by_id(named: Named, origin: str) -> Dataset:
    made = Dataset(named.name, origin, is_id=True)
    if named.url is None:
        made.remarks.append(NO_OWNER)
        return made
    made.places[named.url] = named.url_from
    if named.revision:
        made.revisions[named.url] = named.revision
    return made


def _take_configuration(found: Collection, tree: Tree, tables: list[DataTable], remarks: list[str]) -> None:
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
        if count in known or (not tables and found.named(stem)):
            continue
        made = Dataset(stem, f"{path}, {name}", amounts=[Amount(count, "rows", f"{path}, lines")])
        if tables:
            made.remarks.append(f"{path} lists {name} with {count:,} lines; no table of the card does.")
            remarks.append(made.remarks[0])
        found.add(made)


def _note_likeness(found: list[Dataset]) -> None:
    """A name that is much like another one may be the same data; whoever knows it deletes one of the two. Names that
    differ in their numbers are of different data, as imagenet-1k and imagenet-21k are."""
    plain = [(beginnings(dataset.name.rpartition("/")[2]) or [""])[-1][:MAX_ALIKE] for dataset in found[:MAX_COMPARED]]
    for index, name in enumerate(plain):
        for other, other_name in zip(found, plain[:index], strict=False):
            matcher = SequenceMatcher(None, name, other_name)
            same_numbers = re.findall(r"\d+", name) == re.findall(r"\d+", other_name)
            if same_numbers and matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                found[index].remarks.append(f"It may be the same as {other.name}; then delete one of the two.")
                break
