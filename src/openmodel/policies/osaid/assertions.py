# SPDX-License-Identifier: Apache-2.0
"""What somebody asserts about the release, and whether it is theirs to assert."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from openmodel.policies.facts import Facts
from openmodel.policies.osaid.parents import trains_itself
from openmodel.policies.parties import same_party
from openmodel.policies.placeholders import is_placeholder

MOST = 100
"""The most assertions of a statement, and publishers of parents, that are looked at: one is enough."""


def assertions(facts: Facts, statement: str) -> Iterator[tuple[str, str]]:
    """Place and author of the assertions with this statement that have an author."""
    yield from islice(_assertions(facts, statement), MOST)


def _assertions(facts: Facts, statement: str) -> Iterator[tuple[str, str]]:
    for index, assertion in enumerate(facts.manifest.assertions):
        if assertion.statement == statement and not is_placeholder(assertion.by or ""):
            yield f"/assertions/{index}", assertion.by or ""


def speaks_for_it(facts: Facts, place: str, by: str) -> bool:
    """Whether the author of an assertion is the publisher of what it is about.

    A third party that describes a release can only report what the publisher says, with a citation. What was made
    from another model without any training, such as a quantised copy, is about the data of that model's publisher.
    """
    if facts.speaker() == "third_party":
        publisher = facts.manifest.release.publisher
        return isinstance(publisher, str) and same_party(publisher, by) and facts.cited(f"{place}/statement")
    return facts.is_own(by) or (not trains_itself(facts) and _is_of_a_parent(facts, by))


def _is_of_a_parent(facts: Facts, by: str) -> bool:
    describers = (parent.described_by for _, parent in facts.inherited_parents)
    publishers = dict.fromkeys(one.name for one in describers if one and one.role == "publisher" and one.name)
    return any(same_party(name, by) for name in islice(publishers, MOST))
