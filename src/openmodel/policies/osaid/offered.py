# SPDX-License-Identifier: Apache-2.0
"""Whether a component can be had, and the settings of each training stage with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pydantic import JsonValue

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.globs import matches
from openmodel.manifest.stage import Settings, SettingsFile, Stage
from openmodel.manifest.values import Pin, Where
from openmodel.policies.addresses import why_unfinished
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.hyperparameters import are_enough, kept_back_in, settings_in
from openmodel.policies.osaid.parents import says_how_it_was_made
from openmodel.policies.placeholders import is_placeholder
from openmodel.policies.places import behind_a_gate, had, places, why_not_free
from openmodel.policies.presence import (
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
from openmodel.policies.requirement import Claim, Doubt, Finding, Result
from openmodel.policies.stand_ins import are_only_texts, hold_nothing

_BEFORE_HOST = re.compile(r"([a-z0-9+]+://)?([^@/]+@)?(www\.)?")
_NO_SETTINGS = {
    "weights",
    "checkpoint",
    "optimizer_state",
    "training_data",
    "evaluation_data",
    "sample_outputs",
    "data_card",
    "data_information",
}


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
            message = f"{name} can only be had on request, and OSAID asks for use without permission."
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


def _is_elsewhere(component: Component) -> bool:
    """Whether a component can be had beside its files, and so does not rest on them alone."""
    is_in_repository = is_pinned(component) and not why_unfinished(_repository(component))
    return _is_open_to_all(component) or (is_in_repository and not _is_at_a_place(component))


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
        by_files = _is_elsewhere(component) or not has_no_code(facts, component)
        yield from available(facts, pointer, component, words, by_files=by_files)


def available_or_stood_in(facts: Facts, pointer: str, component: Component, words: str) -> Iterator[Result]:
    """The same for a tokenizer or an architecture, which files of numbers and of settings can describe, but not a
    licence, a text for people or weights alone."""
    paths = facts.files_of(component) if facts.manifest.measured else component.files
    are_none = bool(paths) and are_only_texts(facts, paths)
    if are_none and not is_pinned(component) and not answered(places(component.where)):
        message = f"No file of {short(component.name)} can be {words}, as a licence, a text for people or weights are "
        message += "none, nor is what is empty or was saved amiss."
        fix = "Name the files that are it, or add `pin` or `where`."
        yield Doubt(f"{pointer}/files", message, fix, held_by(facts, f"{pointer}/files", facts.files_of(component)))
    else:
        yield from available(facts, pointer, component, words, by_files=_is_elsewhere(component) or not are_none)


def settings(facts: Facts) -> Iterator[Result]:
    """The arguments and settings of every training stage and segment."""
    asked = "with which arguments and settings the model was trained"
    fix = "Describe each stage with its `kind` and `settings`."
    trained = {stage.of for _, stage in facts.training_stages}
    if None not in trained and _was_trained(facts):
        yield from answer(facts, Question("/stages", asked, fix), facts.undescribed_stages)
    described = {component.of for _, component in facts.components("training_code")}
    for _, parent in facts.inherited_parents:
        if parent.id in described - trained:
            question = Question("/stages", f"with which arguments and settings {short(parent.name)} was trained", fix)
            yield from answer(facts, replace(question, of=parent.id), None)
    holders: dict[str, str] = {}
    for pointer, stage in facts.training_stages:
        for place, given, name in _of_stage(pointer, stage):
            holder = given.component if isinstance(given, SettingsFile) else given
            if isinstance(holder, str):
                holders.setdefault(holder, name)
                yield from _file_is_there(facts, place, given)
            else:
                yield from _written_out(facts, place, given, name, stage)
    for holder, name in holders.items():
        yield from _holder(facts, holder, name)


def _was_trained(facts: Facts) -> bool:
    """Whether the release must have been trained: it has no parents, or code to train and no stage that made it."""
    own = any(component.of is None for _, component in facts.components("training_code"))
    return not facts.inherited_parents or (own and not says_how_it_was_made(facts))


def _of_stage(pointer: str, stage: Stage) -> Iterator[tuple[str, Settings | Undisclosed | None, str]]:
    """Place, settings and name of the stage, and of each segment that has its own; a segment's stand in for them."""
    own = [segment.settings is not None for segment in stage.segments]
    if stage.settings is not None or not any(own):
        yield f"{pointer}/settings", stage.settings, stage.id
    for index, segment in enumerate(stage.segments):
        if segment.settings is not None or (any(own) and stage.settings is None):
            yield f"{pointer}/segments/{index}/settings", segment.settings, segment.id


def _written_out(
    facts: Facts, place: str, given: Settings | Undisclosed | None, name: str, stage: Stage
) -> Iterator[Result]:
    fix = "Give `settings`: the values, or the component and file that has them."
    question = Question(place, f"with which arguments and settings {name} ran", fix, of=stage.of)
    values = list(_leaves(given)) if isinstance(given, dict) else []
    kept_back = next((value for value in values if isinstance(value, Undisclosed)), None)
    if kept_back is not None:
        yield from answer(facts, question, kept_back)
    elif isinstance(given, dict) and all(
        value is None or (isinstance(value, str) and is_placeholder(value)) for value in values
    ):
        yield from answer(facts, question, None)
    elif isinstance(given, dict) and (unsaid := kept_back_in(given)):
        message = (
            f"Some settings of {name} say only that they are kept back or not known ({short(', '.join(unsaid))}); "
        )
        message += "a person must judge whether the others are enough."
        yield Doubt(place, message, "Give their values.")
    elif isinstance(given, dict) and not are_enough(found := settings_in(given), stage):
        names = [setting.name for setting in found]
        count = f"Only {len(names):,} setting{'s' * (len(names) != 1)}" if names else "No setting with a value"
        listed = f" ({short(', '.join(names))})" if names else ""
        message = f"{count} of {name} {'are' if len(names) > 1 else 'is'} given{listed}; a person must judge whether "
        fix = "Give the others, or the component and file that has them."
        message += "these are the arguments and settings that were used."
        yield Doubt(place, message, f"{fix} If these are all, let a person say so in a review.")
    else:
        yield from answer(facts, question, given)


def _leaves(value: JsonValue) -> Iterator[JsonValue | Undisclosed]:
    """The values in a map of settings; a member that is written as undisclosed is one."""
    if isinstance(value, dict) and value.get("undisclosed") in ("unknown", "withheld"):
        yield Undisclosed(undisclosed="unknown" if value["undisclosed"] == "unknown" else "withheld")
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _leaves(child)
    else:
        yield value


def _file_is_there(facts: Facts, place: str, given: Settings | Undisclosed | None) -> Iterator[Result]:
    """A claim on the file: that the component can be had does not say that it has this one."""
    if not isinstance(given, SettingsFile) or given.path is None:
        return
    component = facts.component(given.component)[1]
    if is_placeholder(given.path):
        question = Question(f"{place}/path", "which file has the settings", "Name it.", of=component.of)
        yield missing(facts, question, f"{short(given.path)} is no path of a file with settings")
        return
    named = facts.is_in_release(given.path) and any(matches(glob, given.path) for glob in component.files)
    leads, is_measured = is_pinned(component) or answered(places(component.where)), facts.manifest.measured is not None
    if is_measured and named and not leads and hold_nothing(facts, [given.path]):
        question = Question(f"{place}/path", f"what is in {short(given.path)}", "Put the file there.", of=component.of)
        message = f"the file {short(given.path)} has no settings, as it is empty or a git LFS pointer"
        yield missing(facts, question, message)
    elif is_measured and named and not leads and (defect := facts.records([given.path])[0].defect):
        message = f"{short(given.path)} may have no settings: {defect}."
        yield Doubt(f"{place}/path", message, "Put the file there.", held_by(facts, place, [given.path]))
    elif not is_measured or named or not component.files or component.pin is not None:
        yield Claim(place)
    else:
        message = f"{short(given.path)} is no file of {short(component.name)} in the release."
        yield Doubt(f"{place}/path", message, "Correct the path.", (place,))


def _holder(facts: Facts, id: str, name: str) -> Iterator[Result]:
    pointer, component = facts.component(id)
    by_files = _is_elsewhere(component) or not hold_nothing(facts, facts.files_of(component))
    yield from available(facts, pointer, component, f"the file with the settings of {name}", by_files=by_files)
    if component.kinds and set(component.kinds) <= _NO_SETTINGS:
        message = (
            f"{short(component.name)} is said to hold the settings of {name}, and is of kind {component.kinds[0]}."
        )
        yield Doubt(f"{pointer}/kinds", message, "Name the component that holds the settings.")
