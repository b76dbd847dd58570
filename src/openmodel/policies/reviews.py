# SPDX-License-Identifier: Apache-2.0
"""Reviews: how a person settles what no program can decide, and what voids that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal

import rfc8785
from pydantic import JsonValue

from openmodel.manifest.evidence import Review
from openmodel.manifest.pointers import Missing, covers, resolve
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Policy


def subject_sha256(data: JsonValue, pointers: Iterable[str]) -> str:
    """The digest that binds a review to the values it is about.

    SHA-256 of the RFC 8785 canonical JSON of a list of [pointer, value], sorted by pointer; where nothing is at a
    pointer the entry is [pointer] alone. 64 lower-case hex digits.
    """
    return hashlib.sha256(rfc8785.dumps([_entry(data, pointer) for pointer in sorted(set(pointers))])).hexdigest()


def _entry(data: JsonValue, pointer: str) -> list[JsonValue]:
    try:
        return [pointer, resolve(data, pointer)]
    except Missing:
        return [pointer]


def named(policy: Policy) -> str:
    """How a review names a policy with its version."""
    return f"{policy.id}@{policy.version}"


def why_void(review: Review, policy: Policy, facts: Facts) -> str | None:
    """Why a review does not count, or None when it does."""
    if review.policy != named(policy):
        return f"it is about {review.policy}, and this is {named(policy)}"
    if any(covers("/reviews", pointer) or pointer == "" for pointer in review.at):
        return "it is about the reviews themselves; name the values it is about"
    if review.subject_sha256 != subject_sha256(facts.plain, review.at):
        return "the reviewed values were changed since"
    return None


def settles(review: Review, where: str) -> bool:
    """Whether a review is about the value at a pointer: it names that value or one that contains it."""
    return any(covers(pointer, where) for pointer in review.at)


def independence(review: Review, facts: Facts) -> Literal["self-reviewed", "reviewed independently"]:
    """`reviewed independently` only when the publisher is known and is neither the person nor their affiliation."""
    publisher = facts.manifest.release.publisher
    describer = facts.manifest.release.described_by
    interested = {_same(publisher)} if isinstance(publisher, str) else set()
    if describer and describer.name:
        interested.add(_same(describer.name))
    reviewer = {_same(review.affiliation), _same(review.by)}
    known = isinstance(publisher, str) and _same(review.affiliation) != ""
    return "reviewed independently" if known and not interested & reviewer else "self-reviewed"


def _same(name: str) -> str:
    return " ".join(name.casefold().split())
