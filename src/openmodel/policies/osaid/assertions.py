# SPDX-License-Identifier: Apache-2.0
"""What somebody asserts about the release, and whether it is theirs to assert."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from openmodel.manifest.base import Undisclosed
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.lineage import ReadParent
from openmodel.policies.osaid.parents import trains_itself
from openmodel.policies.parties import party, same_party
from openmodel.policies.placeholders import is_placeholder
from openmodel.policies.requirement import Claim, Doubt, Result

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


LISTED = "all_training_data_listed"
"""The statement of the publisher that answers for the list of sources."""


def answered_for(facts: Facts) -> Iterator[Result]:
    """The publisher's assertion that all training data is listed, and those of the publishers of parents whose data is
    listed here: who made a model from another cannot know what that was trained on."""
    made = list(assertions(facts, LISTED))
    if facts.sources or trains_itself(facts):  # Else there is no list here; what is known of the parents' is judged.
        yield from _of_the_release(facts, made)
    yield from _of_parents(facts, made)


def _of_the_release(facts: Facts, made: list[tuple[str, str]]) -> Iterator[Result]:
    """The publisher's assertion. What it is about has to be read by whoever judges in its place."""
    subject = ("/assertions", "/sources", "/stages")
    if own := [place for place, by in made if speaks_for_it(facts, place, by)]:
        yield Claim(own[0])
    elif facts.speaker() == "third_party":
        message = "A third party describes this; only the publisher can answer for it that all training data is listed."
        yield Doubt("/assertions", message, "Cite where the publisher says so.", subject)
    elif not made:
        message = "Nobody asserts that all training data is listed."
        fix = "Add the statement `all_training_data_listed` with `by` and `date`, if it is true."
        yield Doubt("/assertions", message, fix, subject)
    else:
        place, by = made[0]
        message = (
            f"That all training data is listed is asserted by {short(by)}, and not by the publisher that is named here."
        )
        fix = "Let the publisher assert it, or name the publisher."
        yield Doubt(f"{place}/by", message, fix, (place, *subject[1:]))


def _of_parents(facts: Facts, made: list[tuple[str, str]]) -> Iterator[Result]:
    """Parents whose data is listed here and for whose list nobody answers: neither their publisher by name, nor
    somebody else's words with a citation. A manifest of their own that was read has its own assertion."""
    by_whom = {party(by) for _, by in made}
    others = sum(not facts.is_own(by) and facts.cited(f"{place}/statement") for place, by in made)
    here = {source.of for source in facts.sources}
    for _, parent in facts.inherited_parents:
        read = isinstance(facts.own_manifest(parent), ReadParent)
        if parent.id not in here or read or isinstance(parent.data, Undisclosed):
            continue
        describer = parent.described_by
        name = party(describer.name or "") if describer and describer.role == "publisher" else ()
        if name and name in by_whom:
            continue
        if others:
            others -= 1  # It says not about which parent, so that it stands for one.
            continue
        message = f"Nobody who can know it asserts that all training data of {short(parent.name)} is listed."
        fix = f"Name its publisher under `described_by` and add that one's assertion `{LISTED}`, or cite another's."
        yield Doubt("/assertions", message, fix, ("/assertions", "/parents", "/sources", "/stages"))
