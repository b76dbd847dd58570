# SPDX-License-Identifier: Apache-2.0
"""Documents that programs write, as types: read strictly, and told by the first thing that is wrong."""

from __future__ import annotations

from itertools import chain
from typing import Any, TypeVar

from pydantic import JsonValue, ValidationError

from openmodel.errors import DocumentError
from openmodel.manifest.base import Node
from openmodel.manifest.complaints import complaints
from openmodel.manifest.json_text import read_json

__all__ = ["read_typed"]

T = TypeVar("T", bound=Node)

_MOST_MEMBERS = 50
"""More than any type has. Each unknown member is a problem of nearly 1,000 bytes, and there may be millions."""


def read_typed(model: type[T], content: bytes, file: str, *, max_bytes: int, max_values: int, fix: str) -> T:
    """Reads a JSON document of one type.

    Args:
        model: the type. Each of its lists has to end at the first wrong item (`FailFast`), as there may be millions.
        content: all bytes of the document.
        file: its name for messages.
        max_bytes: the most bytes that are read.
        max_values: the most values, counted as `json_text.MAX_VALUES`.
        fix: what to do about one that is wrong.

    Raises:
        DocumentError: it is no strict JSON within the bounds, or not of the type. Says the first thing that is wrong.
    """
    text = read_json(content, file, max_bytes, max_values)
    if _most_members(text.data) > _MOST_MEMBERS:
        got, expected = f"an object of more than {_MOST_MEMBERS} members", "only members that the format has"
        raise DocumentError(text.problem("", got=got, expected=expected, fix=fix))
    source = text.json
    del text  # Its data would take up memory beside what is made of them, and only who complains needs them.
    try:
        return model.model_validate_json(source)
    except ValidationError as error:
        text = read_json(content, file, max_bytes, max_values)
        pointer, got, expected, _ = next(complaints(text.data, error, model))
    raise DocumentError(text.problem(pointer, got=got, expected=expected, fix=fix))


def _most_members(data: JsonValue) -> int:
    """How many members the object has that has most of them, at any level."""
    most = 0
    level: list[Any] = [data] if isinstance(data, dict | list) else []
    while level:
        most = max(most, max((len(node) for node in level if type(node) is dict), default=0))
        children = chain.from_iterable(node.values() if type(node) is dict else node for node in level)
        level = [child for child in children if type(child) is dict or type(child) is list]
    return most
