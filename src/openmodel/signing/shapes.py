# SPDX-License-Identifier: Apache-2.0
"""Holds JSON to the schemas in `schemas/`. They are closed: what they do not name is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from pydantic import JsonValue

from openmodel.errors import DocumentError, Problem
from openmodel.inventory.naming import shown
from openmodel.manifest.pointers import join

__all__ = ["shaped"]


def shaped(
    data: JsonValue,
    schema: Literal["bundle", "statement", "verdict", "oms-bundle", "rotation", "state"],
    file: str,
) -> dict[str, Any]:
    """The data again, once it is known to have a given shape.

    Args:
        data: what `read_json` gave.
        schema: which shape.
        file: what to call it in messages.

    Raises:
        DocumentError: it is not of that shape.
    """
    defect = _defects(schema)(data)
    if defect:
        pointer, keyword = defect
        raise DocumentError(
            Problem(
                file,
                f"what breaks the rule `{keyword}`",
                f"JSON as the schema {schema}.json describes it",
                "Get the file again from where it was published, or sign again.",
                shown(pointer, 200),
            )
        )
    return cast(dict[str, Any], data)


@cache
def _defects(schema: str) -> Callable[[Any], tuple[str, str] | None]:
    # Here because it takes a quarter of a second, and whoever signs for the first time needs none of it.
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.validators import extend  # noqa: PLC0415

    # JSON Schema calls 1.0 an integer. Bytes that are signed are to mean one thing to everybody.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    document = json.loads(files("openmodel.signing").joinpath("schemas", f"{schema}.json").read_bytes())
    validator = extend(Draft202012Validator, type_checker=types)(document)  # type: ignore[no-untyped-call]

    def first(data: Any) -> tuple[str, str] | None:
        # The messages of the library quote the whole value, which may be large and is not ours to print.
        for error in validator.iter_errors(data):
            return join("", *error.absolute_path), str(error.validator)
        return None

    return first
