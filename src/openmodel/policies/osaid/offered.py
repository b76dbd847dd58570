# SPDX-License-Identifier: Apache-2.0
"""Whether a component can be had: from its files, its repository or another place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.values import Pin, Where
from openmodel.policies.availability.addresses import why_unfinished
from openmodel.policies.availability.places import behind_a_gate, had, places, why_not_free
from openmodel.policies.availability.presence import (
    doubtful,
    has_no_code,
    held_by,
    is_only_data,
    is_pinned,
    leads_to_code,
    only_stands_in,
    shortfall,
    stand_in_for_code,
    stand_in_for_weights,
)
from openmodel.policies.availability.stand_ins import POINTER, are_only_texts, hold_nothing
from openmodel.policies.disclosure import Question, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Doubt, Finding, Result

_BEFORE_HOST = re.compile(r"([a-z0-9+]+://)?([^@/]+@)?(www\.)?")


def available(
    facts: Facts, pointer: str, component: Component, words: str, *, by_files: bool = True
) -> Iterator[Result]:
    """A claim when the files of a component are in the release, or it is in a repository or at another place. Each of
    these is enough, whatever is said of the others.

    Files of weights do not count while it is known that they are not all of them, or not known that any holds
    parameters; see `presence`.

    Args:
        facts: those of the release.
        pointer: that of the component.
        component: what is asked for.
        words: what it is, such as "the parameters".
        by_files: whether its files can be it.
    """
    lack, stand_in, found = shortfall(facts, component), only_stands_in(facts, component), places(component.where)
    if by_files and not lack and not stand_in and facts.has_files(component):
        yield Claim(f"{pointer}/files")
    elif is_pinned(component) and not _is_at_a_place(component):
        yield from _pinned(pointer, component)
    else:
        name = short(component.name)
        question = Question(
            f"{pointer}/where",
            f"where {words} can be had ({name})",
            "Put its files into the release and name them under `files`, or add `where` or `pin`.",
            of=component.of,
        )
        if lack and found == () and not lack.is_sure:
            yield doubtful(facts, pointer, component, lack)
        elif lack and found == ():
            question = replace(question, where=f"{pointer}/files", fix=f"{lack.fix} Or add `where`.")
            yield missing(facts, question, f"{lack.message}; and nothing says where {words} can be had")
        elif stand_in and found == ():
            yield stand_in_for_weights(facts, pointer, component)
        elif _only_on_request(answered(found)):
            message = f"{name} can only be had on request, and what is open can be used without permission."
            yield Finding(question.where, message, "Add a place that is open to all.", "unmet")
        elif isinstance(component.pin, Pin) and not component.where:
            message = (
                f"the repository that is given, {short(component.pin.repository)}, is none that others can reach, "
            )
            yield missing(facts, question, f"{message}so that the manifest does not say {question.asked}")
        else:
            yield from had(facts, question, component.where)
            yield from behind_a_gate(question.where, name, found)


def _is_at_a_place(component: Component) -> bool:
    """Whether what is said under `where` decides, and not the pin: a place is open to all, is kept back, or is the
    repository itself and said to be gone or behind a gate."""
    if _is_open_to_all(component) or isinstance(component.where, Undisclosed):
        return True
    return any(_is_at(place.url, _repository(component)) for place in answered(component.where))


def _is_open_to_all(component: Component) -> bool:
    return any(why_not_free(place) is None for place in answered(places(component.where)))


def is_elsewhere(component: Component) -> bool:
    """Whether a component can be had beside its files, and so does not rest on them alone."""
    is_in_repository = is_pinned(component) and not why_unfinished(_repository(component))
    is_at_another = any(
        why_not_free(place) is None and not why_unfinished(place.url) for place in answered(places(component.where))
    )
    return is_at_another or (is_in_repository and not _is_at_a_place(component))


def _repository(component: Component) -> str:
    return component.pin.repository if isinstance(component.pin, Pin) else ""


def _is_at(url: str, repository: str) -> bool:
    """Whether an address is that of a repository or of something in it."""
    place, root = (_BEFORE_HOST.sub("", text.lower()).replace(":", "/", 1).strip("/") for text in (url, repository))
    return f"{place.removesuffix('.git')}/".startswith(f"{root.removesuffix('.git')}/")


def _pinned(pointer: str, component: Component) -> Iterator[Result]:
    """A claim on the pin. Weights that one place keeps behind a gate are mostly so everywhere."""
    repository = _repository(component)
    if why := why_unfinished(repository):
        message = f"The repository of {short(component.name)}, {short(repository)}, {why}."
        yield Doubt(f"{pointer}/pin", message, "Write the whole address of the repository.")
    elif answered(places(component.where)) and {"weights", "checkpoint"} & set(component.kinds):
        message = f"A place of {short(component.name)} asks for a fee or a request; whether its repository is open to "
        message += "all, a person must see."
        subject = (f"{pointer}/where", f"{pointer}/pin")
        yield Doubt(f"{pointer}/where", message, "Add a place that is open to all.", subject)
    else:
        yield Claim(f"{pointer}/pin")


def _only_on_request(found: tuple[Where, ...]) -> bool:
    return bool(found) and all(place.access == "request" for place in found)


def available_code(facts: Facts, pointer: str, component: Component, words: str) -> Iterator[Result]:
    """The same for code, which files that are none do not make; whether they stand for it is for a person to say."""
    if is_only_data(facts, component):
        yield stand_in_for_code(facts, pointer, component, words)
    elif leads_to_code(component) is False and not facts.has_files(component):
        message = f"{short(component.name)} is said to be at a paper or at the page of an owner, and not where "
        message += f"{words} is."
        yield Doubt(f"{pointer}/{'pin' if not component.where else 'where'}", message, "Name the repository.")
    else:
        by_files = is_elsewhere(component) or not has_no_code(facts, component)
        yield from available(facts, pointer, component, words, by_files=by_files)


def available_or_stood_in(facts: Facts, pointer: str, component: Component, words: str) -> Iterator[Result]:
    """The same for a tokenizer or an architecture, which files of numbers and of settings can describe, but not a
    licence, a text for people or weights alone."""
    paths = facts.files_of(component) if facts.manifest.measured else component.files
    are_none = bool(paths) and are_only_texts(facts, paths)
    if are_none and not is_pinned(component) and not answered(places(component.where)):
        message, fix = _why_none(facts, short(component.name), paths, words)
        yield Doubt(f"{pointer}/files", message, fix, held_by(facts, f"{pointer}/files", facts.files_of(component)))
    else:
        yield from available(facts, pointer, component, words, by_files=is_elsewhere(component) or not are_none)


def _why_none(facts: Facts, name: str, paths: Sequence[str], words: str) -> tuple[str, str]:
    """What is said of files that can be nothing that runs, and what to do."""
    message, fix = (
        f'Nothing in the files of "{name}" can be {words}',
        "Name the files that are it, or add `pin` or `where`.",
    )
    if not hold_nothing(facts, paths):
        message += ", as a licence, a text for people or weights are none, nor is what is empty or was saved amiss."
    elif pointers := [record.path for record in facts.records(paths) if record.format == POINTER]:
        message += f": {short(pointers[0])} is a git LFS pointer, and not the file it stands for."
        fix = "Fetch the files with `git lfs pull` and run `openmodel build` again."
    else:
        message += f": {short(paths[0])} is empty."
        fix = "Put the files there and run `openmodel build` again, or add `pin` or `where`."
    return message, fix
