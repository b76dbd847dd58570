# SPDX-License-Identifier: Apache-2.0
"""Policies whose code is not of this package: what they raise, and what they answer that is no result, is an error.

A finding of a kind that there is not would otherwise be passed over, and a release pass that was found wanting.
"""

from __future__ import annotations

import functools
import importlib
import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar, get_args, get_type_hints

import pydantic

import openmodel
from openmodel.errors import PolicyError, Problem
from openmodel.policies.facts import Facts
from openmodel.policies.grants import TermsReport
from openmodel.policies.ladder import WHOLE, Ladder
from openmodel.policies.requirement import Check, Claim, Doubt, Finding, NotApplicable, Policy, Requirement, Result

_T = TypeVar("_T")
_KINDS = get_args(get_type_hints(Finding)["kind"])
_LONGEST = 400
_NOT_THEIRS = ("<", *(os.path.dirname(str(module.__file__)) for module in (openmodel, pydantic, importlib)))  # noqa: PTH120
"""Beginnings of the paths of code that no policy is written in."""


def guarded(policy: Policy, place: str) -> Policy:
    """The same policy, whose functions raise nothing but `PolicyError` and `KeyboardInterrupt`.

    Args:
        policy: a sound one.
        place: what it is and where it comes from, for messages.
    """
    return replace(
        policy,
        requirements=tuple(_guarded(item, f"{place}, requirement {item.id}") for item in policy.requirements),
        freedoms=policy.freedoms and _answering(policy.freedoms, _granted, f"{place}, freedoms"),
        ladder=policy.ladder and _guarded_ladder(policy.ladder, f"{place}, progress"),
    )


def said(error: BaseException) -> str:
    """An error of foreign code in one line: its type, its words and the line of code it comes from."""
    words = " ".join("".join(traceback.format_exception_only(error)).split())
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(_NOT_THEIRS)
    ]
    last = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return (words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…") + last


def _guarded(requirement: Requirement, place: str) -> Requirement:
    def results(answer: Iterator[Result]) -> Iterator[Result]:
        found = list(answer)
        for result in found:
            if why := _why_none(result):
                raise TypeError(f"{why} among the results")
        return iter(found)

    check: Check = _answering(requirement.check, results, place)
    return replace(requirement, check=check)


def _why_none(result: object) -> str | None:
    """What there is that is no result; None when it is one."""
    pointers: tuple[object, ...] = ()
    texts: tuple[object, ...] = ()
    if isinstance(result, Finding):
        pointers, texts = (result.where,), (result.message, result.fix)
        if result.kind not in _KINDS:
            return f"a Finding of kind {result.kind!r}, which is none of {', '.join(_KINDS)},"
    elif isinstance(result, Doubt):
        subject: object = result.subject
        if not isinstance(subject, tuple):
            return f"a Doubt whose subject, {subject!r}, is no tuple of JSON pointers,"
        pointers, texts = (result.where, *result.subject), (result.message, result.fix)
    elif isinstance(result, Claim):
        pointers = (result.where,) if result.measured is None else (result.where, result.measured)
    elif isinstance(result, NotApplicable):
        texts = (result.reason,)
    else:
        return f"a value of type {type(result).__name__}"
    if wrong := [item for item in pointers if not (isinstance(item, str) and (item == "" or item.startswith("/")))]:
        return f"a {type(result).__name__} at {wrong[0]!r}, which is no JSON pointer,"
    if not all(isinstance(text, str) for text in texts):
        return f"a {type(result).__name__} whose words are no text"
    return None


def _guarded_ladder(ladder: Ladder, place: str) -> Ladder:
    numbers = {rung.number for rung in ladder.rungs}

    def counted(answer: Mapping[int, float]) -> Mapping[int, float]:
        if not all(0 <= answer[number] <= WHOLE for number in numbers):  # NaN is in no range.
            raise ValueError(f"{dict(answer)!r} is no percentage for each class")
        return answer

    return replace(ladder, progress=ladder.progress and _answering(ladder.progress, counted, place))


def _granted(answer: tuple[TermsReport, ...]) -> tuple[TermsReport, ...]:
    if not all(isinstance(item, TermsReport) for item in answer):
        raise TypeError("a value that is no TermsReport")
    return tuple(answer)


def _answering(function: Callable[[Facts], _T], looked_at: Callable[[_T], _T], place: str) -> Callable[[Facts], _T]:
    """The function, whose answer is looked at too, with its documentation."""

    @functools.wraps(function)
    def answering(facts: Facts) -> _T:
        try:
            return looked_at(function(facts))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # Also SystemExit: no requirement ends the process.
            found = f"{said(error)}, while it judged {facts.manifest.release.name[:100]}"
            fix = "Mend the policy, or check without it."
            raise PolicyError(Problem(place, found, "an answer for any manifest", fix)) from error

    return answering
