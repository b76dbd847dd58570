# SPDX-License-Identifier: Apache-2.0
"""What every type of the manifest is made of: the strict model and the three ways to answer a question.

A fact is either required (only `id`, `name` and the one field that makes a small value what it is),
`Optional` (given or absent), or `Disclosable` (given, absent, or `Undisclosed` with a reason).
Absent is written by leaving the field out; `null` is refused, because it does not say which of them is meant.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")


class Node(BaseModel):
    """An object of the manifest: immutable, strictly typed, and without unknown fields."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        serialize_by_alias=True,
        # Only the whole document is ever validated, so only its validator is built, once, on first use.
        defer_build=True,
    )


class _Absent:
    """Lets a field default to None without letting a document say `null`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if schema["type"] != "nullable":
            raise TypeError(f"{source} does not allow None")
        inner: CoreSchema = schema["schema"]
        return inner


Optional = Annotated[T | None, _Absent()]
"""Given or absent."""


class Undisclosed(Node):
    """The honest answer that there is no answer here, and why."""

    undisclosed: Literal["unknown", "withheld", "not_applicable"]
    """`unknown`: whoever describes this does not know; `withheld`: known and kept back; `not_applicable`: there is
    no such thing."""
    reason: Optional[str] = None
    """Why, in a sentence. Rules that accept `not_applicable` or `withheld` need it."""


def _answer_kind(value: Any) -> str:  # The angle brackets keep tags apart from field names in error paths.
    if isinstance(value, Undisclosed) or (isinstance(value, dict) and "undisclosed" in value):
        return "<undisclosed>"
    return "<disclosed>"


class _Answer:
    """Tells the honest answer from one, and lets a field default to None without letting a document say `null`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        *answers, _, _ = get_args(source)
        choices = {
            "<disclosed>": handler.generate_schema(reduce(or_, answers)),
            "<undisclosed>": handler.generate_schema(Undisclosed),
        }
        return core_schema.tagged_union_schema(choices, _answer_kind)


Disclosable = Annotated[T | Undisclosed | None, _Answer()]
"""Given, `Undisclosed`, or absent. Written `X?` in the design."""


def answered(value: tuple[T, ...] | Undisclosed | None) -> tuple[T, ...]:
    """The items of a disclosable list; nothing when it is absent or undisclosed."""
    return value if isinstance(value, tuple) else ()
