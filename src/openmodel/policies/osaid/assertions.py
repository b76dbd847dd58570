# SPDX-License-Identifier: Apache-2.0
"""What somebody asserts about the release, and whether it is theirs to assert."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.parent import Parent
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.lineage import ReadParent
from openmodel.policies.osaid.parents import trains_itself
from openmodel.policies.parties import party, same_party
from openmodel.policies.requirement import Claim, Doubt, Result
from openmodel.policies.texts.placeholders import is_placeholder

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

    What others say is only reported here, and counts with a citation: what the publisher says when a third party
    describes a release, and what was made from another model without any training, such as a quantised copy, is about
    the data of that model's publisher.
    """
    if _speaks_here(facts, by):
        return True
    publisher = facts.manifest.release.publisher
    is_publisher = isinstance(publisher, str) and same_party(publisher, by)
    is_of_it = is_publisher or (not trains_itself(facts) and _is_of_a_parent(facts, by))
    return is_of_it and facts.cited(f"{place}/statement")


def _speaks_here(facts: Facts, by: str) -> bool:
    """Whether somebody is the publisher of the release and describes it. Whoever describes it in the name of one that
    is named otherwise is not."""
    publisher = facts.manifest.release.publisher
    is_publisher = same_party(publisher, by) if isinstance(publisher, str) else facts.is_own(by)
    return is_publisher and facts.speaker() == "publisher"


def _is_of_a_parent(facts: Facts, by: str) -> bool:
    publishers = dict.fromkeys(filter(None, (_publisher(parent) for _, parent in facts.inherited_parents)))
    return any(same_party(name, by) for name in islice(publishers, MOST))


def _publisher(parent: Parent) -> str:
    """The publisher of a parent by name; empty where none is named."""
    describer = parent.described_by
    return (describer.name or "") if describer and describer.role == "publisher" else ""


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
    """Parents whose data is listed here and for whose list their publisher does not answer, in words of its own or
    such as others can look up. A manifest of their own that was read has its own assertion."""
    answering = {party(by) for place, by in made if _speaks_here(facts, by) or facts.cited(f"{place}/statement")} - {()}
    here = {source.of for source in facts.sources}
    for _, parent in facts.inherited_parents:
        read = isinstance(facts.own_manifest(parent), ReadParent)
        if parent.id not in here or read or isinstance(parent.data, Undisclosed):
            continue
        if party(_publisher(parent)) not in answering:
            message = f"Nothing shows that the publisher of {short(parent.name)} asserts that all its training data is "
            fix = f"Name its publisher under `described_by`, add that one's assertion `{LISTED}`, and cite where it is."
            yield Doubt("/assertions", f"{message}listed.", fix, ("/assertions", "/parents", "/sources", "/stages"))
