# SPDX-License-Identifier: Apache-2.0
"""The one place that turns an answer, or the lack of one, into a result.

|                | publisher speaks | third party speaks                    |
|----------------|------------------|---------------------------------------|
| absent         | unmet            | judge                                 |
| unknown        | unmet            | judge                                 |
| withheld       | unmet            | unmet with a citation, judge without  |
| not applicable | claim if the rule believes it and a reason is given, else unmet (judge) |
|                | judge if the reason is thin, or speaks of one that there is   |
| empty text     | as absent                                                |
| anything else  | claim                                                    |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.manifest.base import Undisclosed
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Doubt, Finding, Result
from openmodel.policies.texts.bare_refusals import refuses_and_no_more
from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.policies.texts.plain_text import as_read
from openmodel.policies.texts.refusals import admits_that_it_exists, speaks_of_keeping_back
from openmodel.policies.texts.thinness import why_thin

_LONGEST_NAME = 80
_LONGEST_CAUSE = 300
_LONGEST_READ = 10_000


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
    fix_by_others: str | None = None
    """What a third party is to write, where the fix is the publisher's to choose."""
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


def missing(facts: Facts, question: Question, message: str) -> Finding:
    """The finding for an answer that is not there: the publisher owes it, a third party may not know it."""
    if facts.speaker(question.of) == "publisher":
        return Finding(question.where, _sentence(message), question.fix, "unmet")
    fix = question.fix_by_others or question.fix
    return Finding(
        question.where,
        _sentence(f"{message}; the publisher may have said it elsewhere"),
        f"{fix} Or say `undisclosed: withheld` with a citation, if the publisher keeps it back.",
        "judge",
    )


def _undisclosed(facts: Facts, question: Question, value: Undisclosed) -> Result:
    because = f" ({_cause(value.reason)})" if value.reason else ""
    if value.undisclosed == "unknown":
        return missing(facts, question, f"the manifest does not say {question.asked}, which is unknown{because}")
    if value.undisclosed == "withheld":
        message = f"the manifest does not say {question.asked}, which is withheld{because}"
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
    if doubt := why_doubtful(value.reason):
        fix = "Write `undisclosed: withheld` if it exists, or say why there is none."
        return Doubt(question.said or question.where, _sentence(f"it is said not to apply{because}, and {doubt}"), fix)
    return Claim(question.where)


def why_doubtful(reason: str) -> str | None:
    """Why a reason why something does not apply may be none, a clause."""
    seen = as_read(reason[:_LONGEST_READ])
    if speaks_of_keeping_back(seen):
        return "the reason speaks of keeping it back"
    if admits_that_it_exists(seen):
        return "the reason speaks of one that there is or was"
    if refuses_and_no_more(seen):
        return "the reason says no more than that it is not told"
    return f"the reason says too little: {why}" if (why := why_thin(reason, "reason")) else None


def _cause(reason: str) -> str:
    """A reason in a message, whole unless it is very long; then up to the end of a word."""
    words = " ".join(reason[: 2 * _LONGEST_CAUSE].split()).rstrip(".")
    if len(words) <= _LONGEST_CAUSE:
        return words
    return f"{words[: _LONGEST_CAUSE + 1].rpartition(' ')[0] or words[:_LONGEST_NAME]}…"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
