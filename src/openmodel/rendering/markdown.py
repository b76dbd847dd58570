# SPDX-License-Identifier: Apache-2.0
"""Text from strangers as Markdown that means nothing but that text.

Markdown here is CommonMark 0.31 with the tables of GitHub Flavored Markdown. What would be markup is written as an
entity or behind a backslash, so that a value can add no HTML, link, image, heading, table cell or end of a comment.
Two delimiters of the Hub's mathematics, `$$` and a backslash before a bracket, are not left either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, quote, urlsplit

from openmodel.rendering.untrusted import visible

EMPTY = "(empty)"
"""What is shown for text with nothing in it."""

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "[": "&#91;",
    "]": "&#93;",
    "$": "&#36;",
    "`": "\\`",
    "*": "\\*",
    "~": "\\~",
    "|": "\\|",
}
_MARKUP = re.compile(
    r"[&<>\[\]$`*~|]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # An underscore inside a word is only itself (CommonMark 0.31, section 6.2).
    r"|(?:(?<=\s)|^)\#+|\#+$"  # A heading starts and ends with it.
    r"|\\(?![^\W_]|\s)"  # A backslash before a letter, digit or space is only itself (section 2.4).
)
_BLOCK_START = re.compile(r"(\d{1,9})([.)])(?=\s|$)|([-+=:])", re.ASCII)
_NOT_FOR_CODE = re.compile(r"[`|$]|\\(?!\w)")
_URL_CHARACTERS = "-._~:/?#@!&'()*+,;=%"
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def escape(text: str) -> str:
    """The text on one line, to stand after something else on that line."""
    return _MARKUP.sub(_escaped, _line(text)) or EMPTY


def at_line_start(line: str) -> str:
    """Escaped text to stand first on its line: it starts no list, setext heading or thematic break."""
    if match := _BLOCK_START.match(line):
        digits, mark = match[1] or "", match[2] or match[3]
        return f"{digits}\\{mark}{line[match.end() :]}"
    return line


def prose(text: str) -> list[str]:
    """The text as lines: its paragraphs, each on one line, with an empty line between."""
    found = [at_line_start(escape(part)) for part in _BLANK_LINE.split(text) if part.strip(" \t\r\n")]
    lines = [line for paragraph in found for line in ("", paragraph)]
    return lines[1:] or [EMPTY]


def code(text: str) -> str:
    """The text in one line of code; as plain text where a code span could not hold it."""
    line = _line(text)
    return escape(text) if not line or _NOT_FOR_CODE.search(line) else f"`{line}`"


def link(url: str) -> str:
    """A link that shows its own target, for http and https; anything else is shown as code and leads nowhere."""
    if web_url(url) is None:
        return code(url)
    return f"<{quote(url, safe=_URL_CHARACTERS)}>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; its cells are Markdown already."""
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _line(text: str) -> str:
    return " ".join(visible(text).split())


def _escaped(match: re.Match[str]) -> str:
    found = match.group()
    if found == "\\":
        return "&#92;"
    return _ENTITIES.get(found) or "".join(f"\\{character}" for character in found)


def web_url(url: str) -> SplitResult | None:
    """The parts of an http or https URL; None for any other, and for one whose host could be taken for another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    plain = url == _line(url) and " " not in url and "@" not in parts.netloc
    return parts if plain and parts.scheme in ("http", "https") and parts.hostname else None
