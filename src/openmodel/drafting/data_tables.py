# SPDX-License-Identifier: Apache-2.0
"""Where a model card names training data: tables under headings about training, and lists that trainers write.

Data that a model was tested on, or that was left out on purpose, stands in tables that look much the same. What is said
nearest to a table decides: its own words, then the heading above it, then the heading above that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from openmodel.drafting.amounts import Amount, Measure, amount_in, measure_of, number_in, unit_of
from openmodel.drafting.card import ModelCard
from openmodel.drafting.markdown import Part, Table, Words, labelled
from openmodel.drafting.plain import said
from openmodel.manifest.values import Where
from openmodel.rendering.hub import dataset_id

MAX_ROWS = 1000
"""The most rows of a table that are read."""
MAX_COLUMNS = 50
"""The most columns of a table that are read."""

_NAMES_DATA = re.compile(r"\b(data ?sets?|data sources?|corpus|corpora)\b", re.IGNORECASE)
_TRAINS = re.compile(r"\b((pre|fine)-?)?(train|tun(e|ed|ing)\b)", re.IGNORECASE)
_ONLY_DATA = re.compile(r"(the )?(data|data ?sets?|corpus)", re.IGNORECASE)
_TESTS = re.compile(r"\b(eval|test(s|ed|ing|sets?)?\b|bench|validat|held[- ]?out\b)", re.IGNORECASE)
_MEASURES = re.compile(
    r"\b(result|perform|metric|score|accura|loss\b|precision|recall\b|perplex|wer\b|cer\b|bleu\b|rouge|f1\b|map\b|ndcg|mrr\b"
    r"|em\b|auc\b|exact match|pass@|spearman|pearson|ppl\b)",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"\b(not|never|no|without|unused|untrained|excluded?|excluding|exclusions?|withheld|omitted|decontaminat\w*"
    r"|(removed|filtered|held|left) (out|from))\b",
    re.IGNORECASE,
)
_USE = re.compile(r"(used? (for|in|as)|usage|use|split|splits|purpose|role|phase|stage|subset)", re.IGNORECASE)
_NO = frozenset({"no", "n", "false", "✗", "✘", "❌"})
_SET_OF_TESTS = re.compile(
    r"[(\[][^()\[\]]{0,20}(eval|test|valid|dev|held)[^()\[\]]{0,20}[)\]]"
    r"|\b(test|validation|dev|evaluation|eval) (set|split|only)\b",
    re.IGNORECASE,
)
_REVISION = re.compile(r"/(?:tree|blob|resolve)/([0-9a-f]{40})(?:/|$)")
_TOTAL = frozenset({"total", "sum", "all", "overall"})


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
    text: str = ""
    """All that its cell says."""
    trains: bool = True
    """False where it is said to be for tests only."""


@dataclass(slots=True)
class DataTable:
    """A table of data sets."""

    origin: str
    mentions: list[Mention] = field(default_factory=list)
    total: Amount | None = None
    """What the table says that all rows are together."""
    numbers: set[int] = field(default_factory=set)
    """All whole numbers in it."""
    more: int = 0
    """How many rows were not read."""

    left_out: bool = False
    """Whether it is of data for tests, or of data that was not trained on, by what it says itself."""

    @property
    def remarks(self) -> Iterator[str]:
        """What does not fit together, or was not read."""
        if self.left_out:
            yield f"{self.origin} was left out: by its columns, or what stands before it, it is not of training data."
        amounts = [mention.amount for mention in self.mentions if mention.amount]
        added = sum(amount.value for amount in amounts)
        exact = self.total is not None and not any(amount.approximate for amount in (*amounts, self.total))
        if self.total is not None and exact and added != self.total.value and not self.more:
            yield f"{self.origin}: the rows add up to {added:,}, and the total is said to be {self.total.value:,}."
        if self.more:
            yield f"{self.origin}: {self.more:,} more rows than the first {MAX_ROWS:,} were not read."


def data_tables(card: ModelCard) -> Iterator[DataTable]:
    """The tables of training data, by heading and first column."""
    for part in card.parts:
        about = _is_about_training(part, card)
        for table in part.tables:
            if not (about or (about is None and _TRAINS.search(_last_sentence(table.lead)))):
                continue
            origin = f'{card.path}, table under "{part.title}"'
            if _lists_training_data(table):
                yield _table(table, origin)
            elif table.header and _NAMES_DATA.search(table.header[0].text):
                yield DataTable(origin, left_out=True)


def listed_data(card: ModelCard) -> Iterator[Mention]:
    """The lists that the trainer of sentence-transformers writes for each data set: "Dataset: NAME at REVISION", "Size:
    5,000 training samples"."""
    for part in card.parts:
        if not _is_about_training(part, card):
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


def _is_about_training(part: Part, card: ModelCard) -> bool | None:
    """By the nearest heading that tells, None where none does. The first heading of a card is the name of the model,
    unless it is plain."""
    name = card.parts[1].titles[0] if len(card.parts) > 1 else ""
    for title in reversed(part.titles):
        told = _tells_training(title)
        if told is not None and not (told and title == name and not re.match(r"(pre-?)?train", title, re.IGNORECASE)):
            return told
    return True if any(_ONLY_DATA.fullmatch(title) for title in part.titles) else None


def _last_sentence(text: str) -> str:
    return re.split(r"[.!?]\s", text)[-1]


def _tells_training(title: str) -> bool | None:
    """Whether a heading is about training; None where it does not say. "Training and evaluation data" is."""
    if _LEFT_OUT.search(title):
        return False
    if _TRAINS.search(title):
        return not _MEASURES.search(title)
    return False if _TESTS.search(title) or _MEASURES.search(title) else None


def _lists_training_data(table: Table) -> bool:
    if not table.header or not _NAMES_DATA.search(table.header[0].text) or _LEFT_OUT.search(table.header[0].text):
        return False
    header = " ".join(words.text for words in table.header[:MAX_COLUMNS])
    lead = _last_sentence(table.lead)
    for_tests = _TESTS.search(header) or _TESTS.search(lead)
    trains = _TRAINS.search(header) or _TRAINS.search(lead) or any(_USE.fullmatch(one.text) for one in table.header)
    return not _MEASURES.search(header) and not _LEFT_OUT.search(lead) and bool(trains or not for_tests)


def _table(table: Table, origin: str) -> DataTable:
    header = [words.text for words in table.header[:MAX_COLUMNS]]
    column, measure = _column_of_amounts(header)
    found = DataTable(origin, more=max(0, len(table.rows) - MAX_ROWS))
    for cells in table.rows[:MAX_ROWS]:
        found.numbers |= {number for cell in cells[:MAX_COLUMNS] if (number := number_in(cell.text)) is not None}
        text = cells[column].text if column is not None and column < len(cells) else ""
        amount = amount_in(text, measure, origin)
        name = said(cells[0].text) if cells else None
        if name and name.lower() in _TOTAL:
            found.total = amount
        elif name:
            found.mentions.append(_mention(name, cells, header, amount, origin))
    return found


def _mention(name: str, cells: Sequence[Words], header: Sequence[str], amount: Amount | None, origin: str) -> Mention:
    links = cells[0].links
    linked = said(links[0][0]) if len(links) == 1 else None
    revisions = [match[1] for _, url in links if (match := _REVISION.search(url))]
    revision = revisions[0] if len(links) == 1 and revisions else None
    trains = (not _SET_OF_TESTS.search(name) or bool(_TRAINS.search(name))) and all(
        _cell_trains(title, cell.text) for title, cell in zip(header, cells, strict=False)
    )
    return Mention(linked or name, links, origin, amount, revision, name, trains)


def _cell_trains(title: str, cell: str) -> bool:
    """Whether a cell leaves it possible that the row was trained on: "test" in a column of uses does not, nor does "no"
    in one of training."""
    if _USE.fullmatch(title):
        return bool(_TRAINS.search(cell)) or not (_TESTS.search(cell) or cell.lower() in ("dev", "val", "valid"))
    return not (_TRAINS.search(title) and cell.lower() in _NO)


def _column_of_amounts(header: Sequence[str]) -> tuple[int | None, Measure]:
    """The first column that counts something, else one whose cells say themselves of what they are."""
    measures = [(index, measure) for index, title in enumerate(header) if index and (measure := measure_of(title))]
    counted = [one for one in measures if one[1].unit]
    return next(iter(counted or measures), (None, Measure(None)))


def _size(text: str, origin: str) -> Amount | None:
    number, _, unit = text.partition(" ")
    named = next((one for word in unit.split()[:4] if (one := unit_of(word))), "rows")
    return amount_in(number, Measure(named), origin)
