# SPDX-License-Identifier: Apache-2.0
"""What a review is bound to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import rfc8785
from pydantic import JsonValue

from openmodel.manifest.pointers import Missing, join, resolve, split


def subject_sha256(data: JsonValue, pointers: Iterable[str]) -> str:
    """The digest that binds a review to the values it is about.

    SHA-256 of the RFC 8785 canonical JSON of a list, sorted by pointer, of [pointer, things, value]: `things` holds
    [id, name, of] of every object around the value that has an id, so that a review does not pass to whatever comes
    to stand at the same index. Where nothing is at a pointer the entry is [pointer]. 64 lower-case hex digits.
    """
    return hashlib.sha256(subject_bytes(data, pointers)).hexdigest()


def subject_bytes(data: JsonValue, pointers: Iterable[str], known: dict[str, bytes] | None = None) -> bytes:
    """What that is the digest of. `known` keeps the parts that are members of the document, which are the largest."""
    return b"[" + b",".join(_part(data, pointer, known) for pointer in sorted(set(pointers))) + b"]"


def _part(data: JsonValue, pointer: str, known: dict[str, bytes] | None) -> bytes:
    if known is not None and pointer in known:
        return known[pointer]
    part = rfc8785.dumps(_entry(data, pointer))
    if known is not None and isinstance(data, dict) and pointer.count("/") == 1 and pointer[1:] in data:
        known[pointer] = part
    return part


def _entry(data: JsonValue, pointer: str) -> list[JsonValue]:
    try:
        value = resolve(data, pointer)
    except Missing:
        return [pointer]
    things: list[JsonValue] = []
    for token in split(pointer):
        if isinstance(data, dict) and "id" in data:
            things.append([data.get("id"), data.get("name"), data.get("of")])
        data = resolve(data, join("", token))
    return [pointer, things, value]
