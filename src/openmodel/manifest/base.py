# SPDX-License-Identifier: Apache-2.0
"""What every type of the manifest is made of: the strict model and the three ways to answer a question.

A fact is either required (only `id`, `name` and the one field that makes a small value what it is),
`Optional` (given or absent), or `Disclosable` (given, absent, or `Undisclosed` with a reason).
Absent is written by leaving the field out; `null` is refused, because it does not say which of them is meant.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, GetCoreSchemaHandler, Tag
from pydantic_core import CoreSchema

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


Disclosable = Annotated[
    Annotated[
        Annotated[T, Tag("<disclosed>")] | Annotated[Undisclosed, Tag("<undisclosed>")],
        Discriminator(_answer_kind),
    ]
    | None,
    _Absent(),
]
"""Given, `Undisclosed`, or absent. Written `X?` in the design."""


def answered(value: tuple[T, ...] | Undisclosed | None) -> tuple[T, ...]:
    """The items of a disclosable list; nothing when it is absent or undisclosed."""
    return value if isinstance(value, tuple) else ()
