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

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.values import Where
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Finding, Result

_WORD = re.compile(r"[^\W_]+")

_PLACEHOLDERS = frozenset(
    {
        "",
        "todo",
        "to do",
        "tbd",
        "tba",
        "fixme",
        "more information needed",
        "to be done",
        "to be determined",
        "to be added",
        "to be announced",
        "coming soon",
        "n a",
        "na",
        "none",
        "null",
        "nil",
        "unknown",
        "placeholder",
        "x",
        "xx",
        "xxx",
        "string",
        "text",
        "your answer here",
    }
)
"""Texts that say nothing, as their words in lower case."""

_NOTES_TO_THE_AUTHOR = ("TODO ", "TBD ", "TBA ", "FIXME ", "Lorem ipsum ")
"""Texts that begin so say nothing either. Case counts: "Todo el texto" is Spanish."""


@dataclass(frozen=True, slots=True)
class Question:
    """A disclosure that a requirement asks for."""

    where: str
    """JSON pointer of the answer, or where it belongs."""
    asked: str
    """What is asked, so that "nothing says {asked}" is a sentence: "how the data was selected"."""
    fix: str
    """What to write, a sentence."""
    of: str | None = None
    """The parent that is described, when it is not the release itself."""
    may_not_apply: bool = False
    """Whether `not_applicable` with a reason is believed."""


def answer(facts: Facts, question: Question, value: object) -> Iterator[Result]:
    """The result of one disclosure."""
    if isinstance(value, Undisclosed):
        yield _undisclosed(facts, question, value)
    elif value is None or value == ():
        yield missing(facts, question, f"nothing says {question.asked}")
    elif isinstance(value, str) and is_placeholder(value):
        yield missing(facts, question, f"the text is empty or a placeholder and does not say {question.asked}")
    else:
        yield Claim(question.where)


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing: blank, "TODO ...", "More information needed", "n/a" and the like."""
    opening = " ".join(word.group() for word in islice(_WORD.finditer(text), 6))
    return opening.casefold() in _PLACEHOLDERS or f"{opening} ".startswith(_NOTES_TO_THE_AUTHOR)


def places(
    where: tuple[Where, ...] | Undisclosed | None, *, also_gone: bool = False
) -> tuple[Where, ...] | Undisclosed:
    """The places in an answer to "where": those with an address, and unless `also_gone`, those that are still there."""
    if isinstance(where, Undisclosed):
        return where
    return tuple(
        place for place in where or () if not is_placeholder(place.url) and (also_gone or place.access != "gone")
    )


def missing(facts: Facts, question: Question, message: str) -> Finding:
    """The finding for an answer that is not there: the publisher owes it, a third party may not know it."""
    if facts.speaker(question.of) == "publisher":
        return Finding(question.where, _sentence(message), question.fix, "unmet")
    return Finding(
        question.where,
        _sentence(f"{message}; a third party describes this, so that it may be known elsewhere"),
        f"{question.fix} Or say `undisclosed: withheld` with a citation, if the publisher keeps it back.",
        "judge",
    )


def _undisclosed(facts: Facts, question: Question, value: Undisclosed) -> Result:
    because = f" ({value.reason})" if value.reason else ""
    if value.undisclosed == "unknown":
        return missing(facts, question, f"it is unknown{because}, so that nothing says {question.asked}")
    if value.undisclosed == "withheld":
        message = f"it is withheld{because}, so that nothing says {question.asked}"
        if facts.speaker(question.of) == "third_party" and not facts.cited(question.where):
            fix = "Cite under `citations` where the publisher says that it keeps this back."
            return Finding(question.where, _sentence(message + "; no citation shows that"), fix, "judge")
        return Finding(question.where, _sentence(message), question.fix, "unmet")
    if not question.may_not_apply:
        message = f"it is said not to apply{because}, but there is always an answer to {question.asked}"
        return missing(facts, question, message)
    if value.reason is None or is_placeholder(value.reason):
        message = f"it is said not to apply, but not why; nothing says {question.asked}"
        return missing(facts, question, message)
    return Claim(question.where)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
