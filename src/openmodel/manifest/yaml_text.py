# SPDX-License-Identifier: Apache-2.0
"""YAML 1.2 in the core schema, with the numbers of JSON: bytes to plain data.

ruamel.yaml parses; the values are built here, because a date must stay the text that was written, a duplicate key is
a problem at a place, and aliases must not unfold without bound. What looks like a number but is none in JSON (0x1F,
0o17, 1_000, +5, .5) is text, and so are yes, no and on.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.pointers import Path, Tree, join, pointer_of, tree
from openmodel.manifest.text import (
    MAX_DEPTH,
    MAX_KEY,
    MAX_PROBLEMS,
    Position,
    Text,
    decode,
    duplicate_key,
    half_character,
    long_key,
    refused_number,
    shown,
    too_deep,
    too_many,
)
from openmodel.manifest.values import MAX_INTEGER

MAX_BYTES = 4 * 2**20
"""The largest YAML document that is read, in bytes. Once its aliases are unfolded it may have as many characters."""
MAX_VALUES = 1_000_000
"""The most values a document may have once its aliases are unfolded."""

_TAGGED = re.compile(r"(?:&[^\s,\[\]{}]+\s+)?(![^\s,\[\]{}]*)")
_COLLECTIONS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_CONSTANTS: dict[str, JsonValue] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DIGITS = len(str(MAX_INTEGER))


def read_yaml(content: bytes, file: str, most: int = MAX_VALUES) -> Text:
    """Reads one YAML document strictly.

    Args:
        content: the document.
        file: its name for messages.
        most: how many values it may have, aliases followed.

    Raises:
        DocumentError: the text is not YAML that has a JSON meaning, within the bounds. Lists all places.
    """
    text = decode(content, file, MAX_BYTES, marked=True)
    root = _compose(text, file)
    reader = _Reader(file, text, most)
    data = reader.value(root, None, 0)
    if reader.problems:
        raise DocumentError(reader.problems)
    return Text(file, data, json.dumps(data, ensure_ascii=False), lambda pointers: _positions(root, pointers))


def _compose(text: str, file: str) -> Node:
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH + 1
    yaml.composer.warn_double_anchors = False  # YAML 1.2.2, section 3.2.2.2: an anchor may be used again.
    try:
        root: Node | None = yaml.compose(text)
    except MaxDepthExceededError as error:
        raise DocumentError(too_deep(file, _place(error))) from None
    except MarkedYAMLError as error:
        raise DocumentError(_not_yaml(file, error.problem or error.context or "", _place(error))) from None
    except (YAMLError, ValueError, AssertionError, LookupError) as error:  # The last two: odd %YAML and %TAG lines.
        found = str(error).splitlines() or ["a directive that it does not know"]
        raise DocumentError(_not_yaml(file, found[0], (None, 1, 1))) from None
    if root is None:
        raise DocumentError(_not_yaml(file, "nothing in it", (None, 1, 1)))
    return root


def _place(error: MarkedYAMLError) -> tuple[None, int, int]:
    mark = error.problem_mark or error.context_mark
    return (None, mark.line + 1, mark.column + 1) if mark else (None, 1, 1)


def _not_yaml(file: str, found: str, place: tuple[None, int, int]) -> Problem:
    return Problem(
        file,
        f"text that is not YAML ({found})",
        "one YAML document",
        "Correct the text at this place; mind the indentation and quote text that contains ': ' or ' #'.",
        *place,
    )


def _start(node: Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _positions(root: Node, pointers: Iterable[str]) -> dict[str, Position]:
    return {"": _start(root), **dict(_locate(root, "", tree(pointers)))}


def _locate(node: Node, pointer: str, wanted: Tree) -> Iterator[tuple[str, Position]]:
    members: Iterable[tuple[str, Node, Node]] = ()
    if wanted and isinstance(node, MappingNode):
        members = ((_text(key), key, value) for key, value in node.value)
    elif wanted and isinstance(node, SequenceNode):
        members = ((str(index), item, item) for index, item in enumerate(node.value))
    for token, start, value in members:
        if (below := wanted.get(token)) is not None:
            place = join(pointer, token)
            yield place, _start(start)
            yield from _locate(value, place, below)


def _text(node: ScalarNode) -> str:
    """The text of a scalar. Two escapes of one UTF-16 pair, as JSON writes them, are the one character.

    Raises:
        UnicodeDecodeError: half of a pair is there.
    """
    return str(node.value).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


class _Reader:
    """Builds values from nodes, and gathers problems on the way."""

    def __init__(self, file: str, text: str, most: int) -> None:
        self.file = file
        self.most = most
        self.text = text
        self.problems: list[Problem] = []
        self.values = 0
        self.characters = 0

    def value(self, node: Node, path: Path, depth: int) -> JsonValue:
        """The value of a node that `depth` lists and mappings are around."""
        self._count(len(node.value) if isinstance(node, ScalarNode) else 0)
        if tag := self._tag(node):
            found = f"the tag {shown(tag)}"
            self._refuse(Problem(self.file, found, "plain YAML", "Remove the tag.", *self._at(path, node)))
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if depth >= MAX_DEPTH:
            raise DocumentError(too_deep(self.file, self._at(path, node)))
        if isinstance(node, SequenceNode):
            return [self.value(item, (path, index), depth + 1) for index, item in enumerate(node.value)]
        return self._mapping(node, path, depth)

    def _tag(self, node: Node) -> str | None:
        """The tag that is written at a node. That of a list or mapping is not looked for in the text, because a
        mapping begins where its first key does."""
        if not isinstance(node, ScalarNode):
            return None if node.tag in _COLLECTIONS else str(node.tag).replace("tag:yaml.org,2002:", "!!")
        match = _TAGGED.match(self.text, node.start_mark.index)
        return match.group(1) if match else None

    def _mapping(self, node: Node, path: Path, depth: int) -> JsonValue:
        members: dict[str, JsonValue] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            here = (path, key)
            if key in members:
                self._refuse(duplicate_key(self.file, key, self._at(here, key_node)))
            members[key] = self.value(value_node, here, depth + 1)
        return members

    def _key(self, node: Node, path: Path) -> str | None:
        place = self._at(path, node)
        if not isinstance(node, ScalarNode):
            self._refuse(Problem(self.file, "a list or mapping as a key", "text", "Write text.", *place))
            return None
        if node.style is None and node.value == "<<":
            fix = "Write the fields out; an alias (`key: *anchor`) may stand for a whole value."
            self._refuse(Problem(self.file, "the merge key <<", "plain YAML 1.2", fix, *place))
            return None
        key = self.value(node, path, 0)
        if not isinstance(key, str):
            found = f"{shown(str(node.value))} as a key"
            self._refuse(Problem(self.file, found, "text", "Put the key in quotes.", *place))
            return None
        if len(key) > MAX_KEY:
            self._refuse(long_key(self.file, key, place))
            return None
        return key

    def _scalar(self, node: ScalarNode, path: Path) -> JsonValue:
        plain = node.style is None
        if plain and node.value in _CONSTANTS:
            return _CONSTANTS[node.value]
        if plain and (_FLOAT.fullmatch(node.value) or _NOT_FINITE.fullmatch(node.value)):
            return self._number(node, path)
        try:
            return _text(node)
        except UnicodeDecodeError:
            self._refuse(half_character(self.file, self._at(path, node)))
            return None

    def _number(self, node: ScalarNode, path: Path) -> JsonValue:
        if _INTEGER.fullmatch(node.value):
            if len(node.value) <= _DIGITS + 1 and abs(integer := int(node.value)) <= MAX_INTEGER:
                return integer
        elif _FLOAT.fullmatch(node.value) and math.isfinite(number := float(node.value)):
            return number
        self._refuse(refused_number(self.file, shown(str(node.value)), self._at(path, node)))
        return None

    def _at(self, path: Path, node: Node) -> tuple[str, int, int]:
        return pointer_of(path), *_start(node)

    def _refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise DocumentError(self.problems)

    def _count(self, characters: int) -> None:
        self.values += 1
        self.characters += characters
        if self.values > self.most or self.characters > MAX_BYTES:
            raise DocumentError(too_many(self.file, self.most))
