# SPDX-License-Identifier: Apache-2.0
"""The arguments and settings of each training stage: written out, or in a file of a component."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import JsonValue

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.globs import matches
from openmodel.manifest.stage import Settings, SettingsFile, Stage
from openmodel.policies.availability.places import places
from openmodel.policies.availability.presence import held_by, is_pinned
from openmodel.policies.availability.stand_ins import hold_nothing
from openmodel.policies.disclosure import Question, answer, missing, short, why_doubtful
from openmodel.policies.facts import Facts
from openmodel.policies.osaid.hyperparameters import (
    are_enough,
    has_no_settings,
    kept_back_in,
    needs_none,
    settings_in,
    trains_nothing,
)
from openmodel.policies.osaid.offered import available, is_elsewhere
from openmodel.policies.osaid.parents import says_how_it_was_made
from openmodel.policies.requirement import Claim, Doubt, Result
from openmodel.policies.texts.placeholders import is_placeholder

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


def settings_of_stages(facts: Facts) -> Iterator[Result]:
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
    elif isinstance(given, dict) and needs_none(given) and not kept_back_in(given):
        yield Claim(place)
    elif isinstance(given, Undisclosed) and given.undisclosed == "not_applicable":
        yield from _said_to_have_none(facts, question, given, name)
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
        fix = "If there are others, give them, or the component and file that has them."
        message += "these are the arguments and settings that were used."
        yield Doubt(place, message, fix)
    else:
        yield from answer(facts, question, given)


def _said_to_have_none(facts: Facts, question: Question, given: Undisclosed, name: str) -> Iterator[Result]:
    """Least squares have none that must be given. Whether something else has none, a person must judge."""
    reason = given.reason or ""
    if has_no_settings(reason):
        yield from answer(facts, replace(question, may_not_apply=True), given)
    elif is_placeholder(reason) or why_doubtful(reason) is not None:
        yield from answer(facts, question, given)
    else:
        message = f"It is said that there are no settings of {name} ({short(reason)}); a person must judge whether."
        yield Doubt(question.where, message, question.fix)


def _leaves(value: JsonValue, name: str = "") -> Iterator[JsonValue | Undisclosed]:
    """The values in a map of settings; a member that is written as undisclosed is one. Secrets, persons and the like
    are kept back by everybody, and are no settings."""
    if isinstance(value, dict) and value.get("undisclosed") in ("unknown", "withheld"):
        if not trains_nothing(name):
            yield Undisclosed(undisclosed="unknown" if value["undisclosed"] == "unknown" else "withheld")
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, f"{name} {key}")
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child, name)
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
    by_files = is_elsewhere(component) or not hold_nothing(facts, facts.files_of(component))
    yield from available(facts, pointer, component, f"the file with the settings of {name}", by_files=by_files)
    if component.kinds and set(component.kinds) <= _NO_SETTINGS:
        message = (
            f"{short(component.name)} is said to hold the settings of {name}, and is of kind {component.kinds[0]}."
        )
        yield Doubt(f"{pointer}/kinds", message, "Name the component that holds the settings.")
