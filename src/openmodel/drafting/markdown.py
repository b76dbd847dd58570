# SPDX-License-Identifier: Apache-2.0
"""The body of a model card, taken apart: sections with their paragraphs, list items, tables, links and code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_BODY = 256 * 2**10
"""The most of a body that is read, in characters."""
MAX_LINES = 10_000
"""The most lines of it."""
MAX_MARKS = 40_000
"""The most marks of it that mean something in Markdown."""
MAX_BARS = 500
"""The most bars of one line, which make columns. So limited, the worst of bodies takes the parser about 1 s."""
MAX_BOLD = 60
"""The longest bold line that stands for a heading, in characters."""


_MARK = re.compile(r"[\[*_<&`|]")


@dataclass(frozen=True, slots=True)
class Words:
    """Some text with what is marked in it."""

    text: str
    """Plain, on one line."""
    links: tuple[tuple[str, str], ...] = ()
    """Text and target of each link."""
    codes: tuple[str, ...] = ()
    """What is written as code."""
    captions: tuple[str, ...] = ()
    """The texts that stand for images."""
    comments: tuple[str, ...] = ()
    """What stands in comments of HTML."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of GitHub Flavored Markdown."""

    header: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    lead: str = ""
    """The paragraph right before it, which may be that of a list item."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a part."""

    text: str
    line: int
    """Where it begins in the file, counted from 1."""


@dataclass(slots=True)
class Part:
    """What stands under one heading, or before the first."""

    titles: tuple[str, ...]
    """The heading, after those it is below."""
    line: int
    """Line of the heading in the file, counted from 1."""
    level: int = 0
    """1 to 6, as the heading is; 0 before the first."""
    paragraphs: list[Words] = field(default_factory=list)
    items: list[Words] = field(default_factory=list)
    """The items of its lists."""
    tables: list[Table] = field(default_factory=list)
    bold: list[Block] = field(default_factory=list)
    """Lines that are bold as a whole, and begin a paragraph: what many write instead of a heading."""
    fences: list[Block] = field(default_factory=list)
    """Fenced code, such as a configuration."""

    @property
    def title(self) -> str:
        """Its own heading; empty before the first."""
        return self.titles[-1] if self.titles else ""


def readable(body: str) -> str:
    """As much of a body as is read."""
    length, marks = 0, 0
    for line in body[:MAX_BODY].splitlines(keepends=True)[:MAX_LINES]:
        marks += len(_MARK.findall(line))
        if marks > MAX_MARKS or line.count("|") > MAX_BARS:
            break
        length += len(line)
    return body[:length]


def parts_of(body: str, line: int) -> list[Part]:
    """The parts of a body, in order; the first is what stands before any heading.

    Args:
        body: Markdown, of which only what is `readable` is read.
        line: the line of the file that the body starts in, counted from 1.
    """
    parts = [Part((), line)]
    open_headings: list[tuple[int, str]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(readable(body))
    at = 0
    while at < len(tokens):
        token, here = tokens[at], line + (tokens[at].map or [0])[0]
        if token.type == "heading_open":
            level = int(token.tag[1:])
            open_headings = [*(one for one in open_headings if one[0] < level), (level, _words(tokens[at + 1]).text)]
            parts.append(Part(tuple(title for _, title in open_headings), here, level))
            at += 1
        elif token.type == "table_open":
            end = _closing(tokens, at)
            lead = _words(tokens[at - 2]).text if at and tokens[at - 1].type == "paragraph_close" else ""
            parts[-1].tables.append(_table(tokens[at:end], lead))
            at = end
        elif token.type == "inline":
            inside = parts[-1].items if _is_item(tokens, at) else parts[-1].paragraphs
            inside.append(_words(token))
            parts[-1].bold += [Block(text, here) for text in [_bold_line(token)] if text]
        elif token.type == "fence":
            parts[-1].fences.append(Block(token.content, here))
        at += 1
    return parts


def _is_item(tokens: Sequence[Token], at: int) -> bool:
    return at > 1 and tokens[at - 2].type == "list_item_open"


def _closing(tokens: Sequence[Token], at: int) -> int:
    return next(index for index in range(at, len(tokens)) if tokens[index].type == "table_close")


def _table(tokens: Sequence[Token], lead: str) -> Table:
    rows: list[list[Words]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(_words(token))
    header, *others = rows or [[]]
    return Table(tuple(header), tuple(map(tuple, others)), lead)


def _bold_line(inline: Token) -> str:
    """The first line of a paragraph, where it is short and bold as a whole."""
    inside = list(takewhile(lambda one: one.type not in ("softbreak", "hardbreak"), inline.children or ()))
    marked = [one for one in inside if one.type != "text" or one.content.strip()]
    text = _line("".join(one.content for one in marked if one.type == "text"))
    kinds = [one.type for one in marked]
    is_bold = kinds[:1] == ["strong_open"] and kinds[-1] == "strong_close" and kinds.count("strong_open") == 1
    return text.rstrip(":") if is_bold and len(text) <= MAX_BOLD else ""


def _words(inline: Token) -> Words:
    links, codes, captions, comments = list[tuple[str, str]](), list[str](), list[str](), list[str]()
    text, target, start = "", "", 0
    for token in inline.children or ():
        if token.type == "link_open":
            target, start = str(token.attrs.get("href", "")), len(text)
        elif token.type == "link_close":
            links.append((_line(text[start:]), target))
        elif token.type == "code_inline":
            codes.append(token.content)
            text += token.content
        elif token.type == "image":
            captions.append(_line(token.content))
        elif token.type == "text":
            text += token.content
        elif token.type in ("softbreak", "hardbreak"):
            text += " "
        elif token.type == "html_inline" and token.content.startswith("<!--"):
            comments.append(_line(token.content[4:].removesuffix("-->")))
    return Words(_line(text), tuple(links), tuple(codes), tuple(captions), tuple(comments))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def labelled(items: Sequence[Words]) -> Iterator[tuple[str, Words, str]]:
    """Label and value of list items such as "**Developed by:** Example Lab"; the label in lower case."""
    for item in items:
        label, colon, value = item.text.partition(":")
        if colon and len(label) <= 60:  # noqa: PLR2004
            yield label.strip().lower(), item, value.strip()
