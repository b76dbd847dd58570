# SPDX-License-Identifier: Apache-2.0
"""Licences that the card of a release names beside those of the weights, where this evaluation read it."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Finding


def licences_of_the_card(facts: Facts) -> Iterator[Finding]:
    """What a person must weigh. Nothing binds a review to the bytes of the card."""
    says = facts.evidence.card_licences if facts.evidence else ()
    place = next((f"{pointer}/terms" for pointer, one in facts.components("weights") if one.of is None), "")
    for words in says:
        message = f"README.md {short(words)}; who reads it cannot know which terms hold for the weights."
        fix = "Name in the card the licence of the weights alone; say in its text what others are for."
        yield Finding(place, message, fix, "judge")
