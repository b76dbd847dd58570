# SPDX-License-Identifier: Apache-2.0
"""Documents that programs write, as types: read strictly, and told by the first thing that is wrong."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from openmodel.errors import DocumentError
from openmodel.manifest.base import Node
from openmodel.manifest.complaints import complaints, too_many_wrong
from openmodel.manifest.json_text import read_json
from openmodel.manifest.large import TooManyError, require_few

__all__ = ["read_typed"]

T = TypeVar("T", bound=Node)


def read_typed(model: type[T], content: bytes, file: str, *, max_bytes: int, max_values: int, fix: str) -> T:
    """Reads a JSON document of one type.

    Args:
        model: the type.
        content: all bytes of the document.
        file: its name for messages.
        max_bytes: the most bytes that are read.
        max_values: the most values, counted as `json_text.MAX_VALUES`.
        fix: what to do about one that is wrong.

    Raises:
        DocumentError: it is no strict JSON within the bounds, or not of the type. Says the first thing that is wrong.
    """
    text = read_json(content, file, max_bytes, max_values)
    try:
        require_few(model, text.json)
        return model.model_validate_json(text.json)
    except ValidationError as error:
        pointer, got, expected, _ = next(complaints(text.data, error, model))
    except TooManyError:
        pointer, got, expected, _ = too_many_wrong("too many")
    raise DocumentError(text.problem(pointer, got=got, expected=expected, fix=fix))
