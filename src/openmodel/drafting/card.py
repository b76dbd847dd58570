# SPDX-License-Identifier: Apache-2.0
"""What a model card says: its front matter, its headings, the lists that trainers write into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openmodel.drafting.markdown import Part, Words, labelled, parts_of, readable
from openmodel.drafting.package import Package
from openmodel.drafting.plain import said
from openmodel.drafting.tree import Tree
from openmodel.errors import DocumentError
from openmodel.inventory.exclusion import CARD
from openmodel.rendering.card import without_ours
from openmodel.rendering.front_matter import OURS, FrontMatter, Plain, plain_digest, read_front_matter

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s)[^.!?]*)*[.!?]?")
_OWNED = re.compile(r"[ \t]([a-z0-9_-]+):([0-9a-f]{8})\b")
_CARD_FOR = re.compile(r"(model )?card (for|of) ", re.IGNORECASE)
_GENERIC = frozenset(
    {
        "introduction",
        "model card",
        "model description",
        "model details",
        "model documentation",
        "model id",
        "model information",
        "model list",
        "note",
        "usage",
    }
)
"""Headings that name no model."""
_TEMPLATE = re.compile(r"^[!<]|base template for new models|automatically generated|pushed on the Hub", re.IGNORECASE)
"""What is no description of a model: badges, markup, and sentences of templates."""
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
        """Where the card speaks of something under a heading, as a sentence; empty where it does not."""
        places = [f'"{part.title}" (line {part.line})' for part in self.under(title) if _has_text(part)]
        return f"{self.path} speaks of {what} under {' and '.join(places[:3])}." if places else ""

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
    """The card of a release: `README.md` in the directory of the model, or what a Python package says of itself.

    What `openmodel card` wrote into it is left out: it must not become the source of the next manifest.
    """
    path = tree.beside(CARD)
    text = tree.text(path) if path else None
    if text is None or path is None:
        return _no_card(tree, package)
    try:
        front = read_front_matter(text, path)
        values = {key: entry.value for key, entry in front.entries.items() if entry.value is not None}
        for key, ours in _OWNED.findall(_first_marker(front.body)):
            if key in values and plain_digest(values[key]) == ours:
                del values[key]
        values.pop(OURS, None)
    except DocumentError as error:
        problem = error.problems[0]
        tree.remarks.append(
            f"{path}, line {problem.line}: found {problem.got}; nothing was taken from its front matter."
        )
        front, values = FrontMatter(path, "", "", "", text, {}), {}
    body = without_ours(front.body)
    if len(read := readable(body)) < len(body):
        tree.remarks.append(f"Only the first {len(read):,} characters of {path} were read.")
    body = read
    if not values and not body.strip():
        return _no_card(tree, package)
    above = (front.opening + front.block + front.closing).count("\n")
    return ModelCard(path, values, tuple(parts_of(body, above + 1)))


def _no_card(tree: Tree, package: Package | None) -> ModelCard:
    tree.remarks.append(f"There is no model card; `openmodel card` writes {CARD} once the manifest is built.")
    if package is None:
        return ModelCard()
    return ModelCard(package.path, parts=tuple(parts_of(package.description, package.line)))


def _first_marker(body: str) -> str:
    """The line that says which values of the front matter are ours."""
    found = re.search(r"<!--[ \t]*openmodel:begin\b[^\r\n]*", body)
    return found[0] if found else ""


def title_of(card: ModelCard) -> tuple[str, str] | None:
    """The name of the model by the first heading, and where that is."""
    part = next((part for part in card.parts if part.title), None)
    name = said(_CARD_FOR.sub("", part.title)) if part else None
    generic = name is None or name.lower() in (
        "model id",
        "model card",
        "note",
        "model list",
        "model information",
        "model documentation",
        "introduction",
        "model description",
        "model details",
        "usage",
    )
    return None if generic or part is None or name is None else (name, f"{card.path}, first heading")


def description_of(card: ModelCard) -> tuple[str, str] | None:
    """The first paragraph that is a sentence, from before the second heading."""
    for part in card.parts[:2]:
        for words in part.paragraphs:
            text = said(words.text, MAX_DESCRIPTION)
            if text and text.count(" ") >= 4 and not _TEMPLATE.search(text):  # noqa: PLR2004
                return text, f"{card.path}, first paragraph"
    return None


def labelled_value(card: ModelCard, *labels: str) -> tuple[str, str] | None:
    """What the card says at one of these labels, as the Hub's template has them: "- **Developed by:** ..."."""
    for label, _, value, part in card.labels():
        text = said(value)
        if text and label in labels:
            return text, card.place(part)
    return None


def _has_text(part: Part) -> bool:
    return bool(part.tables) or any(said(words.text, 100_000) for words in (*part.paragraphs, *part.items))
