# SPDX-License-Identifier: Apache-2.0
"""JSON pointers, RFC 6901."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from pydantic import JsonValue

Path: TypeAlias = "tuple[Path, str | int] | None"
"""A place while walking down: the place above and the key or index; None is the whole document. Costs no copy of
what is above, so that long keys above many values cost nothing."""

Tree: TypeAlias = "dict[str, Tree]"
"""Pointers as a tree of their tokens."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,15}")


class Missing(LookupError):  # noqa: N818  # It is caught and never seen by users.
    """Nothing is at the pointer."""


def join(pointer: str, *tokens: str | int) -> str:
    """The pointer to a member of the value at `pointer`, RFC 6901 section 3."""
    return pointer + "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in tokens)


def split(pointer: str) -> list[str]:
    """The unescaped tokens of a pointer, RFC 6901 section 4."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def pointer_of(path: Path) -> str:
    """The pointer to a place."""
    tokens: list[str | int] = []
    while path:
        path, token = path
        tokens.append(token)
    return join("", *reversed(tokens))


def tree(pointers: Iterable[str]) -> Tree:
    """The tree of some pointers: what a walk that looks for them has to enter."""
    root: Tree = {}
    for pointer in pointers:
        node = root
        for token in split(pointer):
            node = node.setdefault(token, {})
    return root


def resolve(data: JsonValue, pointer: str) -> JsonValue:
    """The value at a pointer.

    Raises:
        Missing: there is none.
    """
    for token in split(pointer):
        if isinstance(data, dict) and token in data:
            data = data[token]
        elif isinstance(data, list) and _INDEX.fullmatch(token) and int(token) < len(data):
            data = data[int(token)]
        else:
            raise Missing(pointer)
    return data


def expand(data: JsonValue, pattern: str) -> Iterator[tuple[str, JsonValue]]:
    """Every value that a pattern names, with its pointer. `*` stands for any index; what is not there is skipped."""
    yield from _expand(data, "", pattern.split("/")[1:])


def _expand(data: JsonValue, pointer: str, tokens: list[str]) -> Iterator[tuple[str, JsonValue]]:
    if not tokens:
        yield pointer, data
    elif tokens[0] == "*":
        for index, item in enumerate(data if isinstance(data, list) else []):
            yield from _expand(item, f"{pointer}/{index}", tokens[1:])
    elif isinstance(data, dict):
        if tokens[0] in data:
            yield from _expand(data[tokens[0]], join(pointer, tokens[0]), tokens[1:])
    elif isinstance(data, list) and _INDEX.fullmatch(tokens[0]) and int(tokens[0]) < len(data):
        yield from _expand(data[int(tokens[0])], f"{pointer}/{tokens[0]}", tokens[1:])


def upward(pointer: str) -> Iterator[str]:
    """The pointer, and those of everything around it up to the whole document."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer
