# SPDX-License-Identifier: Apache-2.0
"""The front matter of a model card: YAML between two lines `---`, edited in place.

Every byte that is not a value of ours stays as people wrote it, comments and order included. ruamel.yaml says where
the values stand, and reads the result once more: an edit that changes anything else is refused.
Where front matter starts and ends is what the Hub and `huggingface_hub.repocard.REGEX_YAML_BLOCK` say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.text import MAX_DEPTH

Value: TypeAlias = "str | int | float | list[Value] | dict[str, Value]"
"""A value that is to be written."""

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
"""A value as its text was written, whatever type YAML sees in it."""

OURS = "openmodel"
"""The key that is always ours."""

EMPTY: tuple[Plain, ...] = ("", "~", "null", "Null", "NULL", [], {})
"""Values that say nothing: a key that has one counts as left out."""

MAX_BLOCK = 256 * 2**10
"""The longest front matter that is read, in characters."""
MAX_MARKS = 20_000
"""The most lines, commas and opening brackets in it; ruamel.yaml takes about 1 s for that many values."""

_BLOCK = re.compile(r"(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(?:\r\n|\n|$))")
_EMPTY_BLOCK = re.compile(r"(\s*---(?:\r\n|\r|\n))()(---[ \t]*(?:\r\n|\n|$))")
_OPENING = re.compile(r"\s*---(?:\r\n|\r|\n|$)")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_REST_OF_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_MARK = re.compile(r"\r\n|[\r\n,\[{]")
_ALIAS = re.compile(r"\s*:\s*\*[^\s,\]}]+")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/+-]*")
_YAML_1_1 = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
_DEPENDENT = {"license_name": "license", "license_link": "license", "base_model_relation": "base_model"}
"""Keys that only mean something beside another, which must be ours too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the front matter."""

    value: Plain | None
    """Its value; None when an alias is in it."""
    start: int
    """Where the key starts, in characters of the block."""
    end: int
    """Where the value ends."""
    line: int
    """Line in the file, counted from 1."""
    column: int
    """Column in the line, counted from 1."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A card, taken apart."""

    file: str
    """The file as the user named it."""
    opening: str
    """All before the block; empty when there is none."""
    block: str
    """The YAML."""
    closing: str
    """The line that ends it, with the line break before it."""
    body: str
    """All after it."""
    entries: Mapping[str, Entry]
    """The keys with their values."""

    def edited(self, wanted: Mapping[str, Value], owned: Mapping[str, str], newline: str) -> tuple[str, dict[str, str]]:
        """The front matter with our values, and the digests of those that are ours.

        A key is ours when people left it out or empty, when its value has the digest that `owned` remembers, or when
        it is `openmodel`. Ours that nothing is wanted for are removed.

        Raises:
            DocumentError: the YAML is written so that it cannot be edited without changing more.
        """
        theirs = {key for key, entry in self.entries.items() if not _is_ours(key, entry, owned)}
        ours = {key: value for key, value in wanted.items() if not {key, _DEPENDENT.get(key)} & theirs}
        stale = {key for key in owned if key in self.entries and key not in theirs and key not in ours}
        block = self._spliced(ours, stale, newline)
        self._require_nothing_else_changed(block, ours, stale)
        opening = self.opening or f"---{newline}"
        closing = self.closing or f"{newline}---{newline}"
        lead = newline if self.body and not self.opening and not self.body.startswith(("\r", "\n")) else ""
        head = f"{opening}{block}{'' if _LINE_BREAK.match(closing) else newline}{closing}{lead}"
        return head, {key: digest(value) for key, value in ours.items() if key != OURS}

    def _spliced(self, ours: Mapping[str, Value], stale: set[str], newline: str) -> str:
        block = self.block
        indent = min((entry.column - 1 for entry in self.entries.values()), default=0)
        for key, entry in sorted(self.entries.items(), key=lambda item: -item[1].start):
            if key in ours and entry.value != _plain_of(ours[key]):
                text = _written(key, ours[key], indent, newline).lstrip(" ")
                block = f"{block[: entry.start]}{text}{block[entry.end :]}"
            elif key in stale:
                block = _without_lines(block, entry)
        added = [_written(key, value, indent, newline) for key, value in ours.items() if key not in self.entries]
        return newline.join([*([block] if block else []), *added])

    def _require_nothing_else_changed(self, block: str, ours: Mapping[str, Value], stale: set[str]) -> None:
        expected = {key: entry.value for key, entry in self.entries.items() if key not in stale}
        expected |= {key: _plain_of(value) for key, value in ours.items()}
        try:
            found = {key: entry.value for key, entry in _entries(block, self.opening, self.file).items()}
        except DocumentError:
            found = {}
        if found != expected:
            raise DocumentError(
                Problem(
                    self.file,
                    "front matter that cannot be edited in place",
                    "one key after another, each as `key: value` on lines of its own",
                    "Write it so, without aliases, braces around it, or `...`.",
                    None,
                    _lines_in(self.opening) + 1,
                    1,
                )
            )


def read_front_matter(text: str, file: str) -> FrontMatter:
    """Takes a card apart.

    Args:
        text: the card, without a byte order mark.
        file: its name for messages.

    Raises:
        DocumentError: there is front matter that is not closed, too long, no YAML, no mapping, or has a key twice.
    """
    match = _EMPTY_BLOCK.match(text) or _BLOCK.match(text)
    if match:
        opening, block, closing = match.groups()
        block = "" if block.strip() == "{}" else block  # What the Hub's template has where nothing was said.
        if len(block) > MAX_BLOCK:
            problem = (f"front matter of {len(block):,} characters", f"at most {MAX_BLOCK:,}")
            raise DocumentError(Problem(file, *problem, "Check that this is the right file.", None, 1, 1))
        if (marks := len(_MARK.findall(block))) > MAX_MARKS:
            problem = (f"front matter with {marks:,} lines, commas and brackets", f"at most {MAX_MARKS:,}")
            raise DocumentError(Problem(file, *problem, "Check that this is the right file.", None, 1, 1))
        return FrontMatter(file, opening, block, closing, text[match.end() :], _entries(block, opening, file))
    if opened := _OPENING.match(text):
        line = _lines_in(opened.group().rstrip()) + 1
        expected = "a line `---` that closes the front matter"
        fix = "Close it with a line `---`. A horizontal rule at the start of a card can be written `***`."
        raise DocumentError(Problem(file, "a first line `---` and none that closes it", expected, fix, None, line, 1))
    return FrontMatter(file, "", "", "", text, {})


def digest(value: Value) -> str:
    """What the card remembers of a value of ours: the start of a SHA-256, 8 hex digits."""
    return plain_digest(_plain_of(value))


def plain_digest(value: Plain | None) -> str:
    """The same of a value as its text was read."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:8]


def _is_ours(key: str, entry: Entry, owned: Mapping[str, str]) -> bool:
    return key == OURS or entry.value in EMPTY or owned.get(key) == plain_digest(entry.value)


def _entries(block: str, opening: str, file: str) -> dict[str, Entry]:
    root = _composed(block, opening, file)
    if root is None:
        return {}
    above, found = _lines_in(opening), dict[str, Entry]()
    if not isinstance(root, MappingNode):
        problem = ("front matter that is no mapping", "lines `key: value`", "Write it so, or delete it.")
        raise DocumentError(Problem(file, *problem, None, above + root.start_mark.line + 1, 1))
    seen: set[int] = set()
    for key, value in root.value:
        mark = key.start_mark
        place = (above + mark.line + 1, mark.column + 1)
        if not isinstance(key, ScalarNode):  # Printing one unfolds its aliases, without bound.
            problem = ("a list or mapping as a key", "text", "Write text.")
            raise DocumentError(Problem(file, *problem, None, *place))
        name = str(key.value)
        if name in found:
            problem = (f"the key {name!r} a second time", "each key once", "Delete one of the two.")
            raise DocumentError(Problem(file, *problem, None, *place))
        found[name] = Entry(_plain(value, seen), mark.index, _end(block, key, value), *place)
    return found


def _composed(block: str, opening: str, file: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False
    found, line, column = f"more than {MAX_DEPTH} levels of nesting", 1, 1
    try:
        root: Node | None = yaml.compose(f"{block}\n")  # Text at the end keeps its last line break when a key is added.
    except (MaxDepthExceededError, RecursionError):
        pass
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        found = f"front matter that is not YAML ({error.problem or error.context})"
    except (YAMLError, ValueError, AssertionError, LookupError) as error:  # The last two: odd %YAML and %TAG lines.
        found = f"front matter that is not YAML ({(str(error).splitlines() or ['an unknown directive'])[0]})"
    else:
        return root
    fix = "Correct it at this place; mind the indentation and quote text that contains ': ' or ' #'."
    raise DocumentError(Problem(file, found, "YAML", fix, None, _lines_in(opening) + line, column))


def _plain(node: Node, seen: set[int]) -> Plain | None:
    """The value of a node; None when it, or something in it, was met before, which only an alias does, or has a
    collection as a key."""
    if id(node) in seen:
        return None
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, MappingNode):
        if not all(isinstance(key, ScalarNode) for key, _ in node.value):
            return None
        members = {str(key.value): _plain(value, seen) for key, value in node.value}
        return None if None in members.values() else {key: value for key, value in members.items() if value is not None}
    items = [_plain(item, seen) for item in node.value]
    return None if None in items else [item for item in items if item is not None]


def _end(block: str, key: Node, value: Node) -> int:
    """Where a value ends. The mark of a block collection stands behind the empty lines and comments that follow it."""
    start: int = key.start_mark.index
    if value.start_mark.index < key.end_mark.index:  # An alias: the marks are those of the anchor.
        alias = _ALIAS.match(block, key.end_mark.index)
        return alias.end() if alias else int(key.end_mark.index)
    text = block[start : value.end_mark.index].rstrip()
    while (last := max(text.rfind("\n"), text.rfind("\r"))) >= 0 and text[last:].lstrip().startswith("#"):
        text = text[:last].rstrip()
    return start + len(text)


def _without_lines(block: str, entry: Entry) -> str:
    """The block without the lines of an entry."""
    rest = _REST_OF_LINE.match(block, entry.end)
    end = rest.end() if rest else entry.end
    before, after = block[: entry.start - (entry.column - 1)], block[end:]
    return before + after if after else before.removesuffix("\n").removesuffix("\r")


def _lines_in(text: str) -> int:
    return len(_LINE_BREAK.findall(text))


def _written(key: str, value: Value, indent: int, newline: str) -> str:
    return newline.join(" " * indent + line for line in _yaml({key: value}))


def _yaml(value: Value) -> Iterator[str]:
    """A value as lines of YAML that mean the same in YAML 1.1, which the Hub reads, and 1.2."""
    if isinstance(value, list):
        for item in value:
            first, *others = _yaml(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
    elif isinstance(value, dict):
        for key, member in value.items():
            if isinstance(member, list | dict):
                yield f"{key}:"
                yield from (f"{'  ' if isinstance(member, dict) else ''}{line}" for line in _yaml(member))
            else:
                yield f"{key}: {_scalar(member)}"
    else:
        yield _scalar(value)


def _scalar(value: str | float) -> str:
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _YAML_1_1
        return value if plain else json.dumps(value, ensure_ascii=False)
    text = json.dumps(value)
    return text if "." in text else text.replace("e", ".0e")  # YAML 1.1 takes 1e-05 for text.


def _plain_of(value: Value) -> Plain:
    if isinstance(value, list):
        return [_plain_of(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_of(member) for key, member in value.items()}
    return value if isinstance(value, str) else _scalar(value)
