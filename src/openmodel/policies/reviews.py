# SPDX-License-Identifier: Apache-2.0
"""Reviews: how a person settles what no program can decide, and what voids that."""

from __future__ import annotations

import difflib
from functools import cached_property
from typing import Literal

from openmodel.manifest.evidence import Review
from openmodel.manifest.pointers import upward
from openmodel.policies.facts import MAX_REVIEWED, Facts
from openmodel.policies.parties import may_be_one_party
from openmodel.policies.requirement import Finding, Policy
from openmodel.policies.texts.placeholders import is_placeholder


def named(policy: Policy) -> str:
    """How a review names a policy with its version."""
    return f"{policy.id}@{policy.version}"


def why_void(review: Review, policy: Policy, facts: Facts) -> str | None:
    """Why a review does not count, or None when it does."""
    if review.policy != named(policy):
        return f"it is about {review.policy}, and this is {named(policy)}"
    if why := _why_not_then(review.date, policy, facts):
        return why
    for field in ("by", "affiliation", "reason"):
        if is_placeholder(getattr(review, field)):
            return f"`{field}` is empty or a placeholder"
    if not review.at or any(pointer.split("/")[1:2] in ([], ["reviews"]) for pointer in review.at):
        return "it is not about a value that can be reviewed; name the values under `at`"
    digest = facts.subject_sha256(review.at)
    if digest is None:
        return f"reviews are of more than {MAX_REVIEWED >> 20} MiB of values, and this one was not looked at"
    if review.subject_sha256 != digest:
        return "the reviewed values were changed since"
    return None


def _why_not_then(date: str, policy: Policy, facts: Facts) -> str | None:
    """Why nobody can have judged at that date, of which month and day may be left out."""
    if policy.published and date < policy.published[: len(date)]:
        return f"{policy.title} was published on {policy.published}, after that date"
    if facts.today and date > facts.today[: len(date)]:
        return "that date has not come yet"
    return None


class Reviews:
    """The reviews of one policy: which count, what they settle, and what to say about the others."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self._facts = facts
        self._policy = policy

    def valid(self, requirement: str) -> list[Review]:
        """The reviews of a requirement that count."""
        return self._valid.get(requirement, [])

    def settling(self, requirement: str, subject: tuple[str, ...]) -> list[Review]:
        """The reviews of a requirement that cover each of the pointers by itself or by a value that contains it."""
        found: list[Review] = []
        for place in upward(subject[0]) if subject else ():
            found += self._by_pointer.get((requirement, place), [])
        return [review for review in found if all(not set(review.at).isdisjoint(upward(place)) for place in subject)]

    def notes(self, requirement: str) -> list[Finding]:
        """A note for each review of a requirement that does not count."""
        return self._notes.get(requirement, [])

    @cached_property
    def _by_pointer(self) -> dict[tuple[str, str], list[Review]]:
        found: dict[tuple[str, str], list[Review]] = {}
        for requirement, reviews in self._valid.items():
            for review in reviews:
                for pointer in review.at:
                    found.setdefault((requirement, pointer), []).append(review)
        return found

    @cached_property
    def _valid(self) -> dict[str, list[Review]]:
        found: dict[str, list[Review]] = {}
        for review in self._facts.manifest.reviews:
            if why_void(review, self._policy, self._facts) is None:
                found.setdefault(review.requirement, []).append(review)
        return found

    @cached_property
    def _notes(self) -> dict[str, list[Finding]]:
        ids = [requirement.id for requirement in self._policy.requirements]
        found: dict[str, list[Finding]] = {}
        for index, review in enumerate(self._facts.manifest.reviews):
            if review.policy.partition("@")[0] != self._policy.id:
                continue
            reason, told = why_void(review, self._policy, self._facts), review.requirement
            if review.requirement not in ids:
                reason = f"{review.requirement} is no requirement of {self._policy.id}"
                told = [*difflib.get_close_matches(review.requirement[:80], ids), ids[0]][0]
            if reason:
                message = f"The review by {review.by} of {review.date} does not count: {reason}."
                note = Finding(f"/reviews/{index}", message, "Review again, or delete it.", "note")
                found.setdefault(told, []).append(note)
        return found


def independence(review: Review, facts: Facts) -> Literal["self-reviewed", "reviewed independently"]:
    """`reviewed independently` only when the publisher is known and is neither the person nor their affiliation."""
    release = facts.manifest.release
    publisher = release.publisher if isinstance(release.publisher, str) else ""
    describer = release.described_by.name if release.described_by and release.described_by.name else ""
    interested = [name for name in (publisher, describer) if name]
    reviewers = (review.affiliation, review.by)
    own = any(may_be_one_party(name, reviewer) for name in interested for reviewer in reviewers)
    return "self-reviewed" if own or not publisher else "reviewed independently"
