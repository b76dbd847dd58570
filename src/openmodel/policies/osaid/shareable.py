# SPDX-License-Identifier: Apache-2.0
"""FAQ on OSAID 1.0: "all legally shareable data" is shared, and what is said of a source may show that it is such.

No program knows what may be shared, so these are doubts: a person settles them, or the class is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.licences import judge
from openmodel.manifest.base import answered
from openmodel.manifest.source import Source
from openmodel.manifest.values import Terms, Where
from openmodel.policies.availability.places import places, why_not_free
from openmodel.policies.disclosure import short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.contradicted_terms import contradictions, stated_expression
from openmodel.policies.requirement import Doubt, Finding, Result


def unlike_unshareable(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    """Doubts where data that is said to be unshareable is there for everybody, or its terms let everybody share it."""
    said = f"{short(source.name)} is said to be unshareable, and "
    fix = "Correct the class, or what contradicts it."
    held = [file.path for file in answered(source.files) if file.path and facts.is_in_release(file.path)]
    if held:
        yield Doubt(f"{pointer}/files", f"{said}the release holds {short(held[0])} of it.", fix, (pointer,))
    if there := _ungated(source):
        message = f"{said}{short(there[0].url)} has it for everybody."
        yield Doubt(
            f"{pointer}/where", message, f"{fix} Of a place that only describes it, say so in `holds`.", (pointer,)
        )
    if terms := _approved_terms(source):
        yield Doubt(f"{pointer}/terms", f"{said}its terms, {short(terms)}, let everybody share it.", fix, (pointer,))


def unlike_open(pointer: str, source: Source) -> Iterator[Result]:
    """A doubt where data is said to be open, which everybody may change and share, and its terms do not let everybody,
    or are not known to. Where none are stated, the class stands for them."""
    if not isinstance(source.terms, Terms):
        return
    expression = stated_expression(source.terms)
    verdict = judge(expression, "data_information") if expression is not None else None
    said = f"{short(source.name)} is said to be open, "
    if verdict is not None and verdict.answer == "restricted":
        message = f"{said}but its terms are not: {verdict.reason}."
    elif otherwise := "; ".join(contradictions(source.terms, "data_information")):
        message = f"{said}but its terms are not: {otherwise}."
    elif verdict is not None and verdict.answer == "undecided":
        message = f"{said}and its terms are not known to let everybody share it: {verdict.reason}."
    else:
        return
    yield Doubt(f"{pointer}/terms", message, "Correct the class or the terms.", (pointer,))


def shareable_but_not_shared(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    """A doubt where terms let everybody share public or obtainable data, and nobody can get it freely now."""
    terms, files = _approved_terms(source), answered(source.files)
    in_release = bool(files) and all(facts.is_in_release(file.path) for file in files)
    if terms and not _ungated(source) and not in_release:
        message = (
            f"The terms of {short(source.name)}, {short(terms)}, let everybody share it, so that it may be of class "
        )
        message += "open, and nobody can get it freely now."
        yield Doubt(f"{pointer}/class", message, "Share it with class `open`, or correct the terms.", (pointer,))


def unlike_its_class(pointer: str, source: Source) -> Iterator[Result]:
    """Notes where the places of public or obtainable data fit the other class better. Both owe the same."""
    found = answered(places(source.where))
    if source.class_ == "obtainable" and any(place.access == "open" for place in found):
        message = f"{short(source.name)} is said to be obtainable, and a place has it openly; it may be public or open."
        yield Finding(f"{pointer}/class", message, "Correct the class or `access`.", "note")
    if source.class_ == "public" and found and not _ungated(source):
        message = f"{short(source.name)} is said to be public, and can only be had for a fee or on request."
        yield Finding(
            f"{pointer}/class", f"{message[:-1]}; it may be obtainable.", "Correct the class or `access`.", "note"
        )


def _ungated(source: Source) -> list[Where]:
    """The places that still have the data and ask for no fee and no permission."""
    return [place for place in answered(places(source.where)) if not why_not_free(place)]


def _approved_terms(source: Source) -> str | None:
    expression = source.terms.expression if isinstance(source.terms, Terms) else None
    approved = expression is not None and judge(expression, "data_information").answer == "approved"
    return expression if approved else None
