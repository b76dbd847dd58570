# SPDX-License-Identifier: Apache-2.0
"""What a model card says: its front matter, its headings, the lists that trainers write into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openmodel.drafting.markdown import Block, Part, Words, labelled, parts_of, readable
from openmodel.drafting.outline import listed
from openmodel.drafting.package import Package
from openmodel.drafting.plain import is_path, items, member, said
from openmodel.drafting.tree import Tree
from openmodel.errors import DocumentError
from openmodel.inventory.exclusion import CARD
from openmodel.inventory.front_matter import OURS, FrontMatter, Plain, plain_digest, read_front_matter
from openmodel.rendering.card import without_ours

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s)[^.!?]*)*[.!?]?")
_UNREAD = re.compile(r"\A---\r?\n.*?\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_OWNED = re.compile(r"[ \t]([a-z0-9_-]+):([0-9a-f]{8})\b")
_CARD_FOR = re.compile(r"(the )?(model )?card (for|of) (the )?", re.IGNORECASE)
_GENERIC = """
    about|abstract|description|evaluation|getting started|highlights|how to use|installation|intended use|introduction
    |license|model|model card|model description|model details|model documentation|model id|model information|model list
    |model summary|news|note|overview|quick start|quickstart|readme|requirements|results|table of contents|training
    |training data|training procedure|usage
"""
_NAMES_NOTHING = frozenset(title.strip() for title in _GENERIC.split("|"))
"""Headings that name no model."""
_TEMPLATE = re.compile(
    r"^[!<]|base template for new models|model ?card is a template|generated using (this|the) raw template"
    r"|automatically generated|pushed on the Hub",
    re.IGNORECASE,
)
"""What is no description of a model: badges, markup, and sentences of templates."""
MAX_PLACES = 5
"""The most places that one sentence names."""
MAX_DESCRIPTION = 1000
"""The longest description that is taken over, in characters."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A card that was read. One that is not there has nothing in it."""

    path: str = CARD
    front: Mapping[str, Plain] = field(default_factory=dict)
    """The front matter; every scalar is text."""
    parts: tuple[Part, ...] = ()

    def under(self, title: str) -> Iterator[Part]:
        """The parts whose own heading matches a pattern, whatever its case."""
        pattern = re.compile(title, re.IGNORECASE)
        return (part for part in self.parts if part.title and pattern.search(part.title))

    def place(self, part: Part) -> str:
        """Where a part stands, in words."""
        return f'{self.path}, "{part.title}" (line {part.line})' if part.title else self.path

    def about(self, title: str, what: str) -> str:
        """Where the card speaks of something under a heading, or under a bold line that stands for one, as a sentence;
        empty where it does not."""
        pattern = re.compile(title, re.IGNORECASE)
        places = list[str]()
        for part in self.parts:
            headed = [Block(part.title, part.line)] if part.title and _has_text(part) else []
            places += [f'"{one.text}" (line {one.line})' for one in (*headed, *part.bold) if pattern.search(one.text)]
        shown = " and ".join(places[:MAX_PLACES])
        more = f" and {len(places) - MAX_PLACES} more" if len(places) > MAX_PLACES else ""
        return f"{self.path} speaks of {what} under {shown}{more}." if places else ""

    def quotes(self, pattern: str, most: int = 3) -> Iterator[str]:
        """Sentences of the text that match a pattern, as comments; the words of the card, not ours."""
        wanted, count = re.compile(pattern, re.IGNORECASE), 0
        for part in self.parts:
            for words in (*part.paragraphs, *part.items):
                for sentence in _SENTENCE.findall(words.text):
                    if wanted.search(sentence) and count < most:
                        count += 1
                        yield f'{self.place(part)} says: "{sentence.strip()}"'

    def labels(self) -> Iterator[tuple[str, Words, str, Part]]:
        """Label and value of all list items that have one, and the part they are in."""
        for part in self.parts:
            yield from ((label, item, value, part) for label, item, value in labelled(part.items))


def read_card(tree: Tree, package: Package | None) -> ModelCard:
    """The card of a release: `README.md` in the directory of the model, or what a Python package says of itself. What
    is in a package and neither has front matter nor names a model in a heading describes some of its files.

    What `openmodel card` wrote into it is left out: it must not become the source of the next manifest.
    """
    for path in tree.cards():
        text = tree.text(path)
        card = _card(tree, path, text) if text is not None else None
        if card is None:
            continue
        if package is None or card.front or title_of(card):
            return card
        tree.remarks.append(
            f"{path} has no front matter and no heading that names a model; {package.path} was taken for the card."
        )
        return _card_of(package)
    tree.remarks.append(f"There is no model card; `openmodel card` writes {CARD} once the manifest is built.")
    return _card_of(package) if package else ModelCard()


def _card_of(package: Package) -> ModelCard:
    return ModelCard(package.path, parts=tuple(parts_of(package.description, package.line)))


def _card(tree: Tree, path: str, text: str) -> ModelCard | None:
    """What a card says; None where all of it is ours."""
    front, values = _front(tree, path, text)
    body = without_ours(front.body)
    read = readable(body)
    if len(read) < len(body):
        tree.remarks.append(f"Only the first {len(read):,} characters of {path} were read.")
    if not values and not body.strip():
        return None
    above = (front.opening + front.block + front.closing).count("\n")
    return ModelCard(path, values, tuple(parts_of(read, above + 1)))


def _front(tree: Tree, path: str, text: str) -> tuple[FrontMatter, dict[str, Plain]]:
    """The front matter, and its values without those that are ours."""
    try:
        front = read_front_matter(text, path)
    except DocumentError as error:
        problem = error.problems[0]
        place = f"{path}, line {problem.line}"
        tree.remarks.append(f"{place}: found {problem.got}; nothing was taken from its front matter.")
        block = _UNREAD.match(text)
        above = block[0] if block else ""
        return FrontMatter(path, above, "", "", text[len(above) :], {}), {}
    unread = [key for key, entry in front.entries.items() if entry.value is None]
    if unread:
        tree.remarks.append(
            f"{path}: nothing was taken from {listed(unread)}, where aliases are, or keys of many parts."
        )
    values = {key: entry.value for key, entry in front.entries.items() if entry.value is not None}
    for key, ours in _OWNED.findall(_first_marker(front.body)):
        if key in values and plain_digest(values[key]) == ours:
            del values[key]
    values.pop(OURS, None)
    return front, values


def _first_marker(body: str) -> str:
    """The line that says which values of the front matter are ours."""
    found = re.search(r"<!--[ \t]*openmodel:begin\b[^\r\n]*", body)
    return found[0] if found else ""


def title_of(card: ModelCard) -> tuple[str, str] | None:
    """The name of the model by the first heading, or by its results, and where that is."""
    first = next((part for part in card.parts if part.title), None)
    heading = (_name(first.title), f"{card.path}, first heading") if first else (None, "")
    models = items(card.front.get("model-index"))
    indexed = (
        (_name(said(member(models[0], "name"))), f"{card.path}, `model-index`") if len(models) == 1 else (None, "")
    )
    if first and first.level > 1:  # Below the top, a heading is more often that of a section.
        heading, indexed = indexed, heading
    name, origin = heading if heading[0] else indexed
    return (name, origin) if name else None


def _name(title: str | None) -> str | None:
    plain = _CARD_FOR.sub("", title, count=1) if title and _CARD_FOR.match(title) else title
    name = said(re.sub(r"(?<=\S) model card$", "", plain, flags=re.IGNORECASE) if plain else None)
    return None if name is None or name.lower().rstrip(":") in _NAMES_NOTHING or is_path(name) else name


def description_of(card: ModelCard) -> tuple[str, str] | None:
    """The first paragraph that is a sentence, from before the second heading."""
    for part in card.parts[:2]:
        for words in part.paragraphs:
            text = said(_whole_sentences(words.text), MAX_DESCRIPTION)
            if text and text.count(" ") >= 4 and not _TEMPLATE.search(text):  # noqa: PLR2004
                return text, f"{card.path}, first paragraph"
    return None


def _whole_sentences(text: str) -> str:
    """As much of a paragraph as fits, without a last sentence that leads to a list or table below."""
    ends = [match.end() for match in _SENTENCE.finditer(text[: 2 * MAX_DESCRIPTION]) if match.end() <= MAX_DESCRIPTION]
    while ends and text[: ends[-1]].rstrip().endswith(":"):
        del ends[-1]
    return text[: ends[-1]].strip() if ends else ""


def labelled_value(card: ModelCard, *labels: str) -> tuple[str, str] | None:
    """What the card says at one of these labels, as the Hub's template has them: "- **Developed by:** ..."."""
    return next(labelled_values(card, *labels), None)


def labelled_values(card: ModelCard, *labels: str) -> Iterator[tuple[str, str]]:
    """All that the card says at these labels, and where."""
    for label, _, value, part in card.labels():
        text = said(value)
        if text and label in labels:
            yield text, card.place(part)


def _has_text(part: Part) -> bool:
    return bool(part.tables) or any(said(words.text, 100_000) for words in (*part.paragraphs, *part.items))
