# SPDX-License-Identifier: Apache-2.0
"""Whether a component can be had, and the settings of each training stage with it."""

from __future__ import annotations

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
from openmodel.policies.places import behind_a_gate, had, places
from openmodel.policies.presence import (
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
from openmodel.policies.stand_ins import only_stand_ins

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


def available(facts: Facts, pointer: str, component: Component, words: str) -> Iterator[Result]:
    """A claim when the files of a component are in the release, or it is in a repository or at another place.

    Files of weights do not count while it is known that they are not all of them, or not known that any holds
    parameters; see `presence`.
    """
    lack, stand_in = shortfall(facts, component), only_stands_in(facts, component)
    if not lack and not stand_in and facts.has_files(component):
        yield Claim(f"{pointer}/files")
    elif is_pinned(component) and component.where is None:
        yield from _pinned(pointer, component)
    else:
        name, found = short(component.name), places(component.where)
        question = Question(
            f"{pointer}/where",
            f"where {words} can be had ({name})",
            "Put its files into the release and name them under `files`, or add `where` or `pin`.",
            of=component.of,
        )
        if lack and found == ():
            question = replace(question, where=f"{pointer}/files", fix=f"{lack.fix} Or add `where`.")
            yield missing(facts, question, f"{lack.message}; and nothing says where {words} can be had")
        elif stand_in and found == ():
            yield stand_in_for_weights(facts, pointer, component)
        elif _only_on_request(answered(found)):
            message = f"{name} can only be had on request, and OSAID asks for use without permission."
            yield Finding(question.where, message, "Add a place that is open to all.", "unmet")
        elif isinstance(component.pin, Pin) and component.where is None:
            message = (
                f"the repository that is given, {short(component.pin.repository)}, is none that others can reach, "
            )
            yield missing(facts, question, f"{message}so that the manifest does not say {question.asked}")
        else:
            yield from had(facts, question, component.where)
            yield from behind_a_gate(question.where, name, found)


def _pinned(pointer: str, component: Component) -> Iterator[Result]:
    repository = component.pin.repository if isinstance(component.pin, Pin) else ""
    if why := why_unfinished(repository):
        message = f"The repository of {short(component.name)}, {short(repository)}, {why}."
        yield Doubt(f"{pointer}/pin", message, "Write the whole address of the repository.")
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
        yield Doubt(f"{pointer}/{'pin' if component.where is None else 'where'}", message, "Name the repository.")
    else:
        yield from available(facts, pointer, component, words)


def available_or_stood_in(facts: Facts, pointer: str, component: Component, words: str) -> Iterator[Result]:
    """The same for a tokenizer or an architecture, which files of numbers and of settings can describe, but not a
    licence, a README or weights alone."""
    paths = facts.files_of(component) if facts.manifest.measured else component.files
    leads_elsewhere = is_pinned(component) or component.where is not None
    if not leads_elsewhere and only_stand_ins(facts, paths):
        message = f"No file of {short(component.name)} can be {words}, as a licence, a README or weights are none."
        fix = "Name the files that are it, or add `pin` or `where`."
        yield Doubt(f"{pointer}/files", message, fix, held_by(facts, f"{pointer}/files", facts.files_of(component)))
    else:
        yield from available(facts, pointer, component, words)


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
        yield from answer(facts, question, given or None)


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
    if facts.manifest.measured is None or named or not component.files or component.pin is not None:
        yield Claim(place)
    else:
        message = f"{short(given.path)} is no file of {short(component.name)} in the release."
        yield Doubt(f"{place}/path", message, "Correct the path.", (place,))


def _holder(facts: Facts, id: str, name: str) -> Iterator[Result]:
    pointer, component = facts.component(id)
    yield from available(facts, pointer, component, f"the file with the settings of {name}")
    if component.kinds and set(component.kinds) <= _NO_SETTINGS:
        message = (
            f"{short(component.name)} is said to hold the settings of {name}, and is of kind {component.kinds[0]}."
        )
        yield Doubt(f"{pointer}/kinds", message, "Name the component that holds the settings.")
