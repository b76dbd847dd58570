# SPDX-License-Identifier: Apache-2.0
"""Whether a policy is what the engine, the reports and the pages rely on. Its code is not run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any, get_args

from openmodel.errors import Problem
from openmodel.policies.explaining import HEADINGS, sections
from openmodel.policies.ladder import Ladder, Rung
from openmodel.policies.requirement import THE_DEFINITION, Basis, Failing, Policy, Requirement

_POLICY_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_VERSION = re.compile(r"[\w.+-]+")
_REQUIREMENT_ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def faults(policy: Policy, place: str) -> Iterator[Problem]:
    """What is wrong with a policy.

    Args:
        policy: the policy.
        place: what it is and where it comes from, for messages.
    """
    yield from _names(policy, place)
    yield from _parts(policy, place)
    for other in policy.requirements:
        if not _is(other, Requirement):
            fix = "Put the decorator `@requirement(...)` above the function."
            yield Problem(place, f"a requirement of type {type(other).__name__}", "what `requirement` makes", fix)
    for item in requirements_of(policy):
        yield from _of_requirement(item, policy, f"{place}, requirement {item.id}")
    ids = [item.id for item in requirements_of(policy)]
    for id, count in Counter(ids).items():
        if count > 1:
            yield Problem(f"{place}, requirement {id}", f"this id {count} times", "an id once", "Rename the others.")
    for id, meaning in policy.inherits.items():
        if id not in ids or meaning not in ("unmet", "judge"):
            fix = "Correct `inherits`."
            yield Problem(place, f"{id!r}: {meaning!r} in `inherits`", "ids of its requirements: unmet or judge", fix)
    if policy.ladder is not None:
        yield from _of_ladder(policy.ladder, ids, f"{place}, ladder")


def requirements_of(policy: Policy) -> list[Requirement]:
    """What is a requirement among those of a policy, which may be no sound one."""
    return [item for item in policy.requirements if _is(item, Requirement)]


def _names(policy: Policy, place: str) -> Iterator[Problem]:
    if not _matches(_POLICY_ID, policy.id):
        fix = "Correct `id`; reviews and the command line name the policy by it."
        yield Problem(place, f"the id {policy.id!r}", "lower-case letters and digits, with - or . between", fix)
    if not _matches(_VERSION, policy.version):
        fix = 'Set `version`, for example to "1".'
        yield Problem(place, f"the version {policy.version!r}", "letters, digits, -, + and .", fix)
    for field, value in (("title", policy.title), ("text", policy.text)):
        if not _is_text(value):
            yield Problem(place, f"the {field} {value!r}", "words", f"Set `{field}`.")
    if policy.published is not None and not _is_day(policy.published):
        fix = "Correct `published`, or leave it out."
        yield Problem(place, f"the day {policy.published!r}", "YYYY-MM-DD as text", fix)


def _parts(policy: Policy, place: str) -> Iterator[Problem]:
    if not policy.requirements:
        yield Problem(place, "no requirements", "at least one", "List them under `requirements`.")
    if _is(policy.parts, str) or not policy.parts or not all(map(_is_text, policy.parts)):
        fix = 'Set `parts`, for example to ("weights",).'
        yield Problem(place, f"the parts {policy.parts!r}", "the names of its parts", fix)
        return
    if len(set(policy.parts)) < len(policy.parts):
        yield Problem(place, f"the parts {policy.parts!r}", "each part once", "Correct `parts`.")
    used = {item.part for item in requirements_of(policy)}
    for part in policy.parts:
        if part not in used:
            fix = "Take it out of `parts`, or nothing ever meets the policy."
            yield Problem(place, f"no requirement of the part {part!r}", "one in each part", fix)


def _of_requirement(item: Requirement, policy: Policy, place: str) -> Iterator[Problem]:
    if not _matches(_REQUIREMENT_ID, item.id):
        fix = 'Correct it, for example to "HOUSE-WEIGHTS-FORMAT".'
        yield Problem(place, f"the id {item.id!r}", "upper-case letters and digits, with - between", fix)
    if not _is_text(item.title):
        yield Problem(place, f"the title {item.title!r}", "what must be so, in a few words", "Set `title`.")
    if item.part not in policy.parts:
        fix = "Correct the part, or add it to `parts` of the policy."
        yield Problem(place, f"the part {item.part!r}", f"one of {', '.join(map(str, policy.parts))}", fix)
    if item.basis not in get_args(Basis):
        yield Problem(place, f"the basis {item.basis!r}", f"one of {', '.join(get_args(Basis))}", "Correct `basis`.")
    elif item.basis == "yardstick" and item.text is None and policy.text == THE_DEFINITION:
        fix = 'Set `text` of the policy, for example to "the rules of Example Ltd".'
        yield Problem(place, "the basis yardstick in a policy that does not say whose", "its name in `text`", fix)
    if not _is(item.check, Callable):
        yield Problem(place, f"a check of type {type(item.check).__name__}", "a function", "Correct `check`.")
    if not (_is(item.passing, str) and _is(item.failing, Failing) and _is(item.failing.declaration, str)):
        yield Problem(place, "examples that are no text", "`passing` and `failing`, YAML", "Correct them.")
    found = sections(item.documentation)
    if list(found) != list(HEADINGS) or not all(found.values()):
        lacking = [heading for heading in HEADINGS if not found.get(heading)]
        got = f"a docstring without {', '.join(lacking)}" if lacking else f"the headings {', '.join(found)}"
        fix = "Begin a paragraph with each, and a colon, in this order."
        yield Problem(place, got, f"the headings {', '.join(HEADINGS)}, and words below each", fix)


def _of_ladder(ladder: Ladder, ids: list[str], place: str) -> Iterator[Problem]:
    rungs = [rung for rung in ladder.rungs if _is(rung, Rung)]
    numbers = [rung.number for rung in rungs if type(rung.number) is int and rung.number > 0]
    if not numbers or len(set(numbers)) < len(ladder.rungs):
        yield Problem(place, f"the classes {numbers}", "rungs with different numbers above 0", "Correct `rungs`.")
    if ladder.asked not in numbers:
        fix = "Correct `asked`."
        yield Problem(place, f"the class {ladder.asked!r} asked for", f"one of {', '.join(map(str, numbers))}", fix)
    for rung in rungs:
        if unknown := [id for id in rung.requirements if id not in ids]:
            fix = "Correct the ids in the rung, or add the requirements to the policy."
            found = f"{', '.join(map(repr, unknown))} in class {rung.number}"
            yield Problem(place, found, "ids of requirements of the policy", fix)
    for below, rung in pairwise(rungs):
        if lacking := [id for id in below.requirements if id not in rung.requirements]:
            fix = "Add them: a class that is asked for is unmet where anything that it names is."
            found = f"class {rung.number} without {', '.join(map(repr, lacking))} of class {below.number}"
            yield Problem(place, found, "in each class also what the one below asks for", fix)
    for rung in rungs:
        if not _is_text(rung.title):
            yield Problem(place, f"the title {rung.title!r} of class {rung.number}", "words", "Set its `title`.")
        if not rung.requirements:
            fix = "Name what it asks for, or take it out."
            yield Problem(place, f"nothing that class {rung.number} asks for", "requirements in each class", fix)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is(value: object, kind: Any) -> bool:
    """Whether a value is what its type says, which only a type checker of its author has looked at."""
    return isinstance(value, kind)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
