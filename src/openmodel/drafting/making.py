# SPDX-License-Identifier: Apache-2.0
"""The sections of a draft about how the model was made: sources, parents, stages, environments, results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from openmodel.drafting import hints
from openmodel.drafting.card import ModelCard
from openmodel.drafting.collection import Dataset
from openmodel.drafting.named_data import HUB_DATASETS
from openmodel.drafting.outline import Section, Value, ids, listed, written
from openmodel.drafting.parents import HUB_MODELS, Origin, model_id_of
from openmodel.drafting.plain import is_path, said
from openmodel.drafting.run_files import merge_file
from openmodel.drafting.survey import Survey
from openmodel.rendering.hub import is_repository

MAX_PLACES = 20
"""The most addresses of one data set."""
MAX_FENCES = 20
"""The most blocks of code of a card that are looked into for data."""

_TELLS_OF_DATA = (
    r"^(?!.*\b(eval|test|benchmark)).*(\b(training|pre-?training|fine-?tuning) data|\bdata ?sets?\b|^data$)"
)
_SAYS_DATA = r"\b(was|were|is|are|been|model|and) (pre-?|fine-?)?(trained|tuned) (in |from scratch )?on\b"
_TELLS_OF_HARDWARE = r"^(?!.*(require|inference)).*\b(hardware|infrastructure|compute)\b"
_SAYS_HARDWARE = (
    r"^(?=.*\b(pre-?|fine-?)?(train|tun(ed|ing)\b))"
    r"(?=.*\b([GTH]PU|TPUv\d|A10G?|A40|A100|A800|A6000|V100|H100|H200|H800|P100|B200|GB200|L4|L40S?|T4|RTX|MI\d{3}X?"
    r"|Trainium)s?\b)"
)
_AT_REVISION = re.compile(r"at revision ([0-9a-f]{40})")
_DATA_PATH = re.compile(r"[ -]*path: *[\"']?([\w./-]{1,200})[\"']? *(#.*)?")
_TELLS_OF_SETTINGS = r"hyper-?\s?param|training (procedure|details|settings|configuration|regime)"


def source_sections(found: Survey) -> tuple[list[Section], list[str]]:
    """One section for each data set, and their ids in the same order."""
    sections, names = list[Section](), list[str]()
    for dataset in found.datasets:
        section, name = _source(found, dataset)
        sections.append(section)
        names.append(name)
    return sections, names


def _source(found: Survey, dataset: Dataset) -> tuple[Section, str]:
    section = Section()
    name = ids(found.ids, dataset.name.rpartition("/")[2], "source")
    section.fact("id", name)
    section.fact("name", dataset.name or name, dataset.origin)
    for remark in dataset.remarks:
        section.remark(remark)
    if found.origins.kind in hints.MAKERS:
        section.blank("of", hints.SOURCE_OF)
    section.blank("class", hints.SOURCE["class"])
    if dataset.places:
        places = list(dataset.places.items())
        section.nest("where", [_place(dataset, url, origin) for url, origin in places[:MAX_PLACES]])
        if more := len(places[MAX_PLACES:]):
            section.remark(f"{more:,} more addresses are named than are drafted here.")
    else:
        section.blank("where", hints.SOURCE["where"])
    amount = dataset.amount
    if amount:
        rounded: dict[str, Value] = {"approximate": True} if amount.approximate else {}
        section.fact("amount", {"value": amount.value, "unit": amount.unit, **rounded}, amount.origin)
    for key, hint in hints.SOURCE.items():
        if key not in ("class", "where") and not (key == "amount" and amount):
            section.blank(key, hint)
    return section, name


def _place(dataset: Dataset, url: str, origin: str) -> Section:
    section = Section()
    section.fact("url", url, origin)
    if not section.fact("revision", dataset.revisions.get(url), "the same place"):
        section.blank("revision", hints.WHERE_REVISION)
    return section


def empty_source() -> Section:
    """What a source looks like, where none was found."""
    section = Section()
    section.blank("id", ("corpus", "a short name of your own for it; one entry for each data set"))
    section.blank("name", (hints.TEXT, "what people call it, so that a reader recognises it"))
    for key, hint in hints.SOURCE.items():
        section.blank(key, hint)
    return section


def source_remarks(found: Survey) -> list[str]:
    """Where the card speaks of the data in words, which no program can put into fields."""
    about = found.card.about(_TELLS_OF_DATA, "the data")
    return [one for one in (about, *found.card.quotes(_SAYS_DATA), *_configured_data(found.card)) if one]


def _configured_data(card: ModelCard) -> Iterator[str]:
    """The data that configurations inside the card name, as axolotl puts its own there."""
    for fence in islice((fence for part in card.parts for fence in part.fences), MAX_FENCES):
        names, inside = list[str](), False
        for line in fence.text.splitlines():
            if line[:1] not in ("", " ", "-", "#"):
                inside = line.rstrip() == "datasets:"
            match = _DATA_PATH.fullmatch(line) if inside else None
            names += [match[1]] if match and said(match[1]) else []
        if names:
            shown = [name for name in names if not is_path(name)] or ["paths"]
            yield (
                f"{card.path}, line {fence.line}: a configuration names {listed(shown)} under `datasets`; list what "
                "was trained on under sources."
            )


def parent_sections(found: Survey) -> tuple[list[Section], list[tuple[str, Origin]]]:
    """One section for each model that this one was made from, and their ids."""
    sections, named = list[Section](), list[tuple[str, Origin]]()
    for origin in found.origins.models:
        section, name = Section(), ids(found.ids, origin.name.rpartition("/")[2], "parent")
        section.fact("id", name)
        section.fact("name", origin.name, origin.where)
        for place in origin.also[:3]:
            section.remark(f"{place} names it as well.")
        if more := len(origin.also[3:]):
            section.remark(f"{more:,} more places name it.")
        if origin.hub_id:
            noted = (None, "") if origin.revision else _noted_revision(found.card, origin.hub_id)
            revision = origin.revision or noted[0]
            where: dict[str, Value] = {
                "url": HUB_MODELS + origin.hub_id,
                **({"revision": revision} if revision else {}),
            }
            words = noted[1] or ("" if revision else "; no revision is given")
            section.fact("where", [where], f"the Hub's page of that id{words}")
        for key, hint in hints.PARENT.items():
            if not (key == "where" and origin.hub_id):
                section.blank(key, hint)
        sections.append(section)
        named.append((name, origin))
    return sections, named


def _noted_revision(card: ModelCard, hub_id: str) -> tuple[str | None, str]:
    """The commit of a base that sentence-transformers notes in a comment beside its link, and words on where."""
    for label, item, _, part in card.labels():
        if label == "base model" and any(model_id_of(url) == hub_id for _, url in item.links):
            for comment in item.comments:
                if match := _AT_REVISION.fullmatch(comment):
                    return match[1], f"; the revision from a comment in {card.place(part)}"
    return None, ""


def stage_section(
    found: Survey, sources: list[str], parents: list[tuple[str, Origin]], environment: str | None
) -> Section:
    """The one stage that can be seen from here: from the parents and the data to the weights."""
    training, origins, section = found.training, found.origins, Section()
    blanks = hints.STAGE | (hints.DERIVED if origins.kind in hints.MAKERS else {})
    section.fact("id", ids(found.ids, origins.kind or "training", "stage"))
    if not section.fact("kind", origins.kind, origins.kind_from):
        section.blank("kind", blanks["kind"])
    if not section.fact("models", [_use(name, origin) for name, origin in parents], "the models under parents"):
        section.blank("models", blanks["models"])
    for remark in origins.remarks:
        section.remark(remark)
    used = [] if origins.kind in hints.MAKERS else sources  # What is named there may have trained its parents.
    if not section.fact("data", [{"source": name} for name in used], "all sources above; take out what it did not use"):
        section.blank("data", blanks["data"])
    section.blank("code", blanks["code"])
    _add_settings(found, section)
    weights = [group for group in found.groups if group.kinds == ("weights",)]
    if not (len(weights) == 1 and section.fact("result", weights[0].id)):
        section.blank("result", blanks["result"])
    segment = _segment(found, environment)
    if origins.kind not in hints.MAKERS:
        section.blank("order", blanks["order"])
    if origins.kind not in hints.MAKERS or segment.says_something:
        section.nest("segments", [segment])
    if not section.fact("compute", training.compute, "; ".join(training.compute_from)):
        section.blank("compute", blanks["compute"])
    return section


def _add_settings(found: Survey, section: Section) -> None:
    """The settings; those of a merge as the file that has them, since there are some for each model and layer."""
    training, merge = found.training, merge_file(found.tree)
    values = _settings(training.settings)
    holder = next((group.id for group in found.groups if merge in group.files), None) if merge else None
    if merge and holder and set(training.settings_from) <= {merge}:
        told = ", ".join(f"{key} {written(value)}" for key, value in values.items())
        section.fact("settings", {"component": holder, "path": merge}, f"the whole file; {told}".rstrip("; "))
        return
    if not section.fact("settings", values, " and ".join(dict.fromkeys(training.settings_from))):
        if about := found.card.about(_TELLS_OF_SETTINGS, "the settings"):
            section.remark(about)
        section.blank("settings", hints.STAGE["settings"])
    if merge:
        section.remark(f"{merge} may say more, such as settings of each model; they are not repeated here.")


def _use(name: str, origin: Origin) -> dict[str, Value]:
    weight: dict[str, Value] = {"weight": origin.weight} if origin.weight is not None else {}
    return {"model": name, "role": origin.role, **weight}


def _settings(settings: dict[str, Value]) -> dict[str, Value]:
    """The settings; the two keys that mean something else in this place are written otherwise."""
    return {f"{key}_" if key in ("component", "undisclosed") else key: value for key, value in settings.items()}


def _segment(found: Survey, environment: str | None) -> Section:
    training, section = found.training, Section()
    if training.steps or training.seed is not None or environment:
        section.fact("id", ids(found.ids, "part-1", "segment"))
    else:
        section.blank("id", ("part-1", "a short name of your own; one entry for each part without a restart or a move"))
    if not section.fact("steps", [0, training.steps] if training.steps else None, training.steps_from):
        section.blank("steps", hints.SEGMENT["steps"])
    if not section.fact("environment", environment):
        section.blank("environment", hints.SEGMENT["environment"])
    seeds: list[Value] = []
    if training.seed is not None:
        seeds.append({"purpose": "all", "value": training.seed, "origin": "config"})
    section.blank("layout", hints.SEGMENT["layout"])
    if not section.fact("seeds", seeds, training.seed_from):
        section.blank("seeds", hints.SEGMENT["seeds"])
    return section


def environment_section(found: Survey) -> tuple[Section, str] | None:
    """The machine and the versions, as far as the card states them, and its id."""
    training = found.training
    if not (training.software or training.hardware):
        return None
    section, name = Section(), ids(found.ids, "machine", "environment")
    section.fact("id", name)
    hardware: list[Value] = [training.hardware] if training.hardware else []
    if not section.fact("hardware", hardware, training.hardware_from):
        section.blank("hardware", hints.ENVIRONMENT["hardware"])
    if not section.fact("software", training.software, training.software_from):
        section.blank("software", hints.ENVIRONMENT["software"])
    return section, name


def hardware_remarks(found: Survey) -> list[str]:
    """Where the card speaks of the machines in words, when no machine was found."""
    if found.training.hardware:
        return []
    return [
        one for one in (found.card.about(_TELLS_OF_HARDWARE, "the hardware"), *found.card.quotes(_SAYS_HARDWARE)) if one
    ]


def empty_environment() -> Section:
    """What an environment looks like, where nothing is known of one."""
    section = Section()
    section.blank("id", ("machine", "a short name of your own for it"))
    for key, hint in hints.ENVIRONMENT.items():
        section.blank(key, hint)
    return section


def empty_stage() -> Section:
    """What a stage looks like, where nothing points to one."""
    section = Section()
    section.blank("id", ("training", "a short name of your own for it; one entry for each step on the way"))
    for key, hint in hints.STAGE.items():
        section.blank(key, hint)
    return section


def evaluation_sections(found: Survey) -> list[Section]:
    """One section for each measured result."""
    sections = list[Section]()
    for result in found.results:
        section = Section()
        section.fact("metric", result.metric)
        section.fact("value", result.value, result.origin)
        section.fact("task", result.task)
        owned = result.dataset is not None and "/" in result.dataset and is_repository(result.dataset)
        if owned and result.dataset:
            revision: dict[str, Value] = {"revision": result.revision} if result.revision else {}
            section.fact("data", {"url": HUB_DATASETS + result.dataset, **revision}, result.origin)
        else:
            section.blank("data", hints.EVALUATION["data"])
        if not section.fact("measured_on", result.measured_on, result.origin):
            section.blank("measured_on", hints.EVALUATION["measured_on"])
        section.blank("code", hints.EVALUATION["code"])
        section.blank("of", hints.EVALUATION["of"])
        if result.source:
            section.remark(f"{result.origin}, source: {result.source}.")
        sections.append(section)
    return sections
