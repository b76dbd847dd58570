# SPDX-License-Identifier: Apache-2.0
"""What somebody asserts about the release, and whether it is theirs to assert."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.policies.facts import Facts
from openmodel.policies.osaid.parents import trains_itself
from openmodel.policies.parties import same_party
from openmodel.policies.placeholders import is_placeholder


def assertions(facts: Facts, statement: str) -> Iterator[tuple[str, str]]:
    """Place and author of each assertion with this statement that has an author."""
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
    describers = [parent.described_by for _, parent in facts.inherited_parents]
    return any(one.role == "publisher" and one.name and same_party(one.name, by) for one in describers if one)
