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
from openmodel.drafting.unused_data import is_column_of_others, is_elsewhere, is_unused, unused_name
from openmodel.manifest.values import Where
from openmodel.rendering.hub import dataset_id

MAX_ROWS = 1000
"""The most rows of a table that are read."""
MAX_COLUMNS = 50
"""The most columns of a table that are read."""

_NAMES_DATA = re.compile(r"\b(data ?sets?|data sources?|corpus|corpora)\b", re.IGNORECASE)
_TRAINS = re.compile(r"\b((pre|fine)-?)?(train|tun(e|ed|ing)\b)", re.IGNORECASE)
_COUNTED = re.compile(r"(training )?(data )?(sources?|data)", re.IGNORECASE)
"""What heads a column of data sets where another counts them."""
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
_TAKEN = re.compile(r"(used|included|kept|in use)\??", re.IGNORECASE)
_NO = frozenset({"no", "n", "false", "✗", "✘", "❌"})
_SET_OF_TESTS = re.compile(
    r"[(\[][^()\[\]]{0,20}(eval|test|valid|dev|held)[^()\[\]]{0,20}[)\]]"
    r"|\b(test|validation|dev|evaluation|eval) (set|split|only)\b",
    re.IGNORECASE,
)
_REVISION = re.compile(r"/(?:tree|blob|resolve)/([0-9a-f]{40})(?:/|$)")
_TOTAL = re.compile(r"(grand |sub)?total|sum|all|overall|(total|sum) (of|over) (all|them|these)( \w+)?", re.IGNORECASE)
_NOT_OF_TRAINING = "by its columns, or what stands before it, it is not of training data"
FOR_TESTS = "it is for tests"
NOT_USED = "it was not trained on here"


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
    unused: str = ""
    """Why it is no data of the training, by what is said: that it is for tests only, or was not used."""


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

    left_out: str = ""
    """Why nothing was taken from it: by what it says itself it is of data for tests, or of data not trained on."""

    @property
    def remarks(self) -> Iterator[str]:
        """What does not fit together, or was not read."""
        if self.left_out:
            yield f"{self.origin} was left out: {self.left_out}."
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
            origin = f'{card.path}, table under "{part.title}"'
            trains = bool(_TRAINS.search(_last_sentence(table.lead)))
            if _is_elsewhere(part, card):
                if (about is not False or trains) and _names_data(table) and not _MEASURES.search(_header(table)):
                    yield DataTable(origin, left_out=_NOT_OF_TRAINING)
            elif not (about or (about is None and trains)):
                continue
            elif _lists_training_data(table):
                yield _table(table, origin)
            elif _names_data(table):
                yield DataTable(origin, left_out=_NOT_OF_TRAINING)
            elif about and _column_of_amounts([words.text for words in table.header[:MAX_COLUMNS]])[1].unit:
                yield DataTable(origin, left_out="its first column does not say that it names data sets")


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
            revision = revisions[0] if revisions else None
            yield Mention(
                name,
                item.links[:1],
                card.place(part),
                amount,
                revision,
                unused=NOT_USED if _is_elsewhere(part, card) else "",
            )


def _is_about_training(part: Part, card: ModelCard) -> bool | None:
    """By the nearest heading that tells, None where none does. The first heading of a card is the name of the model,
    unless it is plain."""
    name = _first_heading(card)
    for title in reversed(part.titles):
        told = _tells_training(title)
        if told is not None and not (told and title == name and not re.match(r"(pre-?)?train", title, re.IGNORECASE)):
            return told
    return True if any(_ONLY_DATA.fullmatch(title) for title in part.titles) else None


def _first_heading(card: ModelCard) -> str:
    return card.parts[1].titles[0] if len(card.parts) > 1 else ""


def _is_elsewhere(part: Part, card: ModelCard) -> bool:
    """Whether it is under a heading, at any height, about other models, or about data that is not used, or not yet;
    "Training data" below "Comparison with other models" is theirs. The name of the model does not tell."""
    name = _first_heading(card)
    titles = (title for title in part.titles if title != name or re.search(r"\b(data|train)", title, re.IGNORECASE))
    return any(map(is_elsewhere, titles))


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<!\bal)(?<!\bcf)[.!?]\s", text)


def _last_sentence(text: str) -> str:
    return _sentences(text)[-1]


def _telling_sentence(text: str) -> str:
    """The last sentence that says something of the use of data: "They are:" goes on with the one before."""
    tells = (_TRAINS, _TESTS, _LEFT_OUT)
    telling = (one for one in reversed(_sentences(text)) if is_elsewhere(one) or any(p.search(one) for p in tells))
    return next(telling, "")


def _header(table: Table) -> str:
    return " ".join(words.text for words in table.header[:MAX_COLUMNS])


def _names_data(table: Table) -> bool:
    """Whether the first column is one of data sets; a "Source" is one where another column counts."""
    if not table.header:
        return False
    first = table.header[0].text
    counted = _column_of_amounts([words.text for words in table.header[:MAX_COLUMNS]])[1].unit
    return bool(_NAMES_DATA.search(first) or (counted and _COUNTED.fullmatch(first)))


def _tells_training(title: str) -> bool | None:
    """Whether a heading is about training; None where it does not say. "Training and evaluation data" is."""
    if _LEFT_OUT.search(title):
        return False
    if _TRAINS.search(title):
        return not _MEASURES.search(title)
    return False if _TESTS.search(title) or _MEASURES.search(title) else None


def _lists_training_data(table: Table) -> bool:
    if not _names_data(table) or _LEFT_OUT.search(table.header[0].text) or is_elsewhere(table.header[0].text):
        return False
    header, lead = _header(table), _telling_sentence(table.lead)
    if is_elsewhere(lead) or is_column_of_others(header):
        return False
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
        if name and _TOTAL.fullmatch(name):
            found.total = amount
        elif name:
            found.mentions.append(_mention(name, cells, header, amount, origin))
    return found


def _mention(name: str, cells: Sequence[Words], header: Sequence[str], amount: Amount | None, origin: str) -> Mention:
    links = cells[0].links
    linked = said(links[0][0]) if len(links) == 1 else None
    revisions = [match[1] for _, url in links if (match := _REVISION.search(url))]
    revision = revisions[0] if len(links) == 1 and revisions else None
    marked = unused_name(name)
    others = list(zip(header, cells, strict=False))[1:]
    if marked or any(is_unused(cell.text) or _is_denied(title, cell.text) for title, cell in others):
        return Mention(linked or marked or name, links, origin, amount, revision, name, NOT_USED)
    trains = (not _SET_OF_TESTS.search(name) or bool(_TRAINS.search(name))) and all(
        _cell_trains(title, cell.text) for title, cell in zip(header, cells, strict=False)
    )
    return Mention(linked or name, links, origin, amount, revision, name, "" if trains else FOR_TESTS)


def _is_denied(title: str, cell: str) -> bool:
    return _TAKEN.fullmatch(title) is not None and cell.lower() in _NO


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
