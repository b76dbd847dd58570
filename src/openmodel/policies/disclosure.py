# SPDX-License-Identifier: Apache-2.0
"""The one place that turns an answer, or the lack of one, into a result.

|                | publisher speaks | third party speaks                    |
|----------------|------------------|---------------------------------------|
| absent         | unmet            | judge                                 |
| unknown        | unmet            | judge                                 |
| withheld       | unmet            | unmet with a citation, judge without  |
| not applicable | claim if the rule believes it and a reason is given, else unmet (judge) |
| empty text     | as absent                                                |
| anything else  | claim                                                    |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.values import Where
from openmodel.policies.facts import Facts
from openmodel.policies.placeholders import is_address, is_placeholder
from openmodel.policies.requirement import Claim, Doubt, Finding, Result

_LONGEST_NAME = 80
_NO_CONTENT = ("index", "derived")


@dataclass(frozen=True, slots=True)
class Question:
    """A disclosure that a requirement asks for."""

    where: str
    """JSON pointer of the answer, or where it belongs."""
    asked: str
    """What is asked, so that "the manifest does not say {asked}" is a sentence: "how the data was selected"."""
    fix: str
    """What to write, a sentence."""
    of: str | None = None
    """The parent that is described, when it is not the release itself."""
    may_not_apply: bool = False
    """Whether `not_applicable` with a reason is believed."""
    said: str | None = None
    """JSON pointer of what is said about it, when that is elsewhere; citations are about that."""


def answer(facts: Facts, question: Question, value: object) -> Iterator[Result]:
    """The result of one disclosure."""
    if isinstance(value, Undisclosed):
        yield _undisclosed(facts, question, value)
    elif value is None or value == ():
        yield missing(facts, question, f"the manifest does not say {question.asked}")
    elif isinstance(value, str) and is_placeholder(value):
        yield missing(facts, question, f"the text is empty or a placeholder and does not say {question.asked}")
    else:
        yield Claim(question.where)


def short(name: str) -> str:
    """A name in a message. Whoever wrote a longer one finds it at the place that the finding names."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def places(
    where: tuple[Where, ...] | Undisclosed | None, *, also_gone: bool = False
) -> tuple[Where, ...] | Undisclosed:
    """The places in an answer to "where": those with an address, and unless `also_gone`, those that still hold the
    thing itself."""
    if isinstance(where, Undisclosed):
        return where
    return tuple(
        place
        for place in where or ()
        if is_address(place.url) and (also_gone or (place.access != "gone" and place.holds not in _NO_CONTENT))
    )


def behind_a_gate(pointer: str, name: str, found: tuple[Where, ...] | Undisclosed) -> Iterator[Result]:
    """A doubt when something that must be free to all can only be had by asking or paying."""
    if found and not isinstance(found, Undisclosed) and all(place.access in ("fee", "request") for place in found):
        message = f"{name} can only be had for a fee or on request."
        yield Doubt(pointer, message, "Add a place that is open to all.")


def missing(facts: Facts, question: Question, message: str) -> Finding:
    """The finding for an answer that is not there: the publisher owes it, a third party may not know it."""
    if facts.speaker(question.of) == "publisher":
        return Finding(question.where, _sentence(message), question.fix, "unmet")
    return Finding(
        question.where,
        _sentence(f"{message}; a third party describes this, and the publisher may have said it elsewhere"),
        f"{question.fix} Or say `undisclosed: withheld` with a citation, if the publisher keeps it back.",
        "judge",
    )


def _undisclosed(facts: Facts, question: Question, value: Undisclosed) -> Result:
    because = f" ({short(value.reason)})" if value.reason else ""
    if value.undisclosed == "unknown":
        return missing(facts, question, f"it is unknown{because}, so that the manifest does not say {question.asked}")
    if value.undisclosed == "withheld":
        message = f"it is withheld{because}, so that the manifest does not say {question.asked}"
        if facts.speaker(question.of) == "third_party" and not facts.cited_itself(question.said or question.where):
            fix = "Cite under `citations` where the publisher says that it keeps this back."
            return Finding(question.where, _sentence(message + "; no citation shows that"), fix, "judge")
        return Finding(question.where, _sentence(message), question.fix, "unmet")
    if not question.may_not_apply:
        message = f"it is said not to apply{because}, but it always does; the manifest has to say {question.asked}"
        return missing(facts, question, message)
    if value.reason is None or is_placeholder(value.reason):
        message = f"it is said not to apply, but not why; the manifest does not say {question.asked}"
        return missing(facts, question, message)
    return Claim(question.where)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
