# SPDX-License-Identifier: Apache-2.0
"""Data sets that are named in many places, brought together where two names are one data set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from openmodel.drafting.amounts import Amount
from openmodel.drafting.data_tables import FOR_TESTS, Mention
from openmodel.drafting.named_data import MAX_URL
from openmodel.drafting.outline import listed
from openmodel.drafting.plain import is_example
from openmodel.manifest.values import Where
from openmodel.rendering.hub import dataset_id
from openmodel.rendering.markdown import web_url

MAX_SAME = 8
"""The most data sets that one mention can be of."""
MAX_LINKS = 20
"""The most links of one mention that are followed up."""
MAX_PLACES = 100
"""The most addresses of one data set."""

NO_OWNER = "The id has no owner, so that it is not certain what it leads to."

_NOISE = frozenset({"dataset", "datasets", "corpus"})


@dataclass(slots=True, eq=False)
class Dataset:
    """A data set that was found."""

    name: str
    origin: str
    """Where it is named."""
    is_id: bool = False
    """Whether the front matter names it."""
    places: dict[str, str] = field(default_factory=dict)
    """URLs, each with where it stands."""
    revisions: dict[str, str] = field(default_factory=dict)
    """By URL, the commit there, in full, where it is named."""
    amounts: list[Amount] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    trains: bool = False
    """Whether a table or list names it as data of the training."""
    unused: str = ""
    """Where it is said to be for tests, or not to be used, and which."""
    number: int = 0
    """Its place in the collection."""

    @property
    def amount(self) -> Amount | None:
        """All amounts together, when they are in one unit."""
        if len({amount.unit for amount in self.amounts}) != 1:
            return None
        total = sum(amount.value for amount in self.amounts)
        parts = f", {len(self.amounts)} rows together" if len(self.amounts) > 1 else ""
        approximate = any(amount.approximate for amount in self.amounts)
        return Amount(total, self.amounts[0].unit, self.amounts[0].origin + parts, approximate)


class Collection:
    """The data sets so far, and by which names and addresses they are found again."""

    def __init__(self, datasets: Iterable[Dataset]) -> None:
        self.all: list[Dataset] = []
        self.unused: dict[str, tuple[str, str]] = {}
        """Data that is said to be for tests only, or not to be used, and that nothing else names: where, and which."""
        self._by_name: dict[str, list[Dataset]] = {}
        self._by_start: dict[str, list[Dataset]] = {}
        """Ids of the front matter by each of their first words."""
        self._by_place: dict[str, list[Dataset]] = {}
        for dataset in datasets:
            self.add(dataset)

    def add(self, dataset: Dataset) -> None:
        """Adds a data set that is not there yet."""
        dataset.number = len(self.all)
        self.all.append(dataset)
        starts = beginnings(_last(dataset))
        if starts:
            self._by_name.setdefault(starts[-1], []).append(dataset)
        for start in starts if dataset.is_id else ():
            self._by_start.setdefault(start, []).append(dataset)
        for url in dataset.places:
            self._by_place.setdefault(url, []).append(dataset)

    def take(self, mention: Mention) -> None:
        """Adds what a mention says to the data sets that it is of, or makes a new one of it."""
        same = self._same(mention)
        if mention.unused:
            for dataset in same:
                dataset.unused = f"{mention.origin} says that {mention.unused}"
            if not same:
                self.unused.setdefault(mention.text or mention.name, (mention.origin, mention.unused))
            return
        if not same:
            self.add(new := Dataset(mention.name, mention.origin))
            same = [new]
        for dataset in same:
            dataset.trains = True
            self._place(dataset, mention, alone=len(same) == 1)
        amount = mention.amount
        if amount and len(same) == 1:
            same[0].amounts.append(amount)
        elif amount:
            names = " and ".join(dataset.name for dataset in same)
            same[0].remarks.append(f"{names} are {amount.value:,} {amount.unit} together ({mention.origin}).")

    def _place(self, dataset: Dataset, mention: Mention, *, alone: bool) -> None:
        for text, url in mention.links[:MAX_LINKS]:
            if not alone and dataset not in self.named(text):
                continue  # A row of two data sets links to each by its name.
            is_known = not is_example(dataset_id(Where(url=url)) or "")
            if is_known and web_url(url) and len(url) <= MAX_URL and len(dataset.places) < MAX_PLACES:
                if url not in dataset.places:
                    self._by_place.setdefault(url, []).append(dataset)
                    dataset.places[url] = mention.origin
                if mention.revision:
                    dataset.revisions.setdefault(url, mention.revision)
        if dataset.places:
            dataset.remarks = [remark for remark in dataset.remarks if remark != NO_OWNER]

    def _same(self, mention: Mention) -> list[Dataset]:
        """The data sets that lead to the same place, or that have one of its names, in their order."""
        links = mention.links[:MAX_LINKS]
        same = {one.number: one for _, url in links for one in self._by_place.get(url, ())}
        for hub_id in {dataset_id(Where(url=url)) for _, url in links} - {None}:
            named = self._by_name.get("".join(beginnings(str(hub_id).rpartition("/")[2])[-1:]), ())
            same |= {one.number: one for one in named if one.name == hub_id}
        for name in dict.fromkeys([mention.name, mention.text, *(text for text, _ in links)]):
            same |= {one.number: one for one in self.named(name)}
        return [same[number] for number in sorted(same)[:MAX_SAME]]

    def named(self, name: str) -> list[Dataset]:
        """The data sets of a name: equal but for spelling and what stands in brackets or behind a colon, or an id of
        the front matter where one of the two is the first words of the other.

        One word is not enough for that: neither "Amazon QA" nor "Amazon Reviews" need be `amazon`.
        """
        found = list[Dataset]()
        for spelling in dict.fromkeys((re.split(r"[:(]", name)[0], re.sub(r"\([^()]*\)", " ", name))):
            starts = beginnings(spelling)
            found += self._by_name.get(starts[-1], ())[:MAX_SAME] if starts else ()
            found += self._starting(starts)
        return found

    def _starting(self, starts: list[str]) -> Iterator[Dataset]:
        if len(starts) > 1:
            yield from self._by_start.get(starts[-1], ())[:MAX_SAME]
        for index, start in enumerate(starts[:-1]):
            for one in self._by_name.get(start, ())[:MAX_SAME]:
                if one.is_id and (index or len(beginnings(_last(one))) > 1):
                    yield one

    def remarks(self) -> Iterator[str]:
        """What is data for tests, or not used: left out, and told beside it where the front matter names it."""
        for dataset in self.all:
            if dataset.unused and not dataset.trains:
                dataset.remarks.append(f"{dataset.unused}; then take it out.")
        by_place: dict[tuple[str, str], list[str]] = {}
        for name, place in self.unused.items():
            by_place.setdefault(place, []).append(name)
        for (origin, why), names in by_place.items():
            who = "the table" if why == FOR_TESTS or ", table under" in origin else "the card"
            yield f"{origin}: {listed(names)} left out, as {who} says that {why}."


def beginnings(name: str) -> list[str]:
    """What a name is after each of its words, letters and digits only: "ms_marco" is ["ms", "msmarco"]."""
    words = re.findall(r"[^\W_]+", name[:200].lower())
    words = [word for word in words if word not in _NOISE] or words
    return ["".join(words[: count + 1]) for count in range(len(words))]


def _last(dataset: Dataset) -> str:
    return dataset.name.rpartition("/")[2] if dataset.is_id else dataset.name
