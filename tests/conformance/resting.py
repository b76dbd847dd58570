# SPDX-License-Identifier: Apache-2.0
"""What each requirement of OSAID 1.0 rests on in a document, whatever its parts are called: written from the definition
and OSI's FAQ over plain data, without the rules, so that both can be wrong only by agreeing.

`test_deletions` says the same by name and more narrowly, for a few documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

DESCRIBED = (
    ("OSAID-DATA-PROVENANCE", "provenance"),
    ("OSAID-DATA-SCOPE", "scope"),
    ("OSAID-DATA-CHARACTERISTICS", "characteristics"),
    ("OSAID-DATA-OBTAINED", "obtained"),
    ("OSAID-DATA-SELECTED", "selected"),
    ("OSAID-DATA-LABELLED", "labelled"),
    ("OSAID-DATA-PROCESSED", "processed"),
    ("OSAID-DATA-FILTERED", "filtered"),
)
MAY_BE_NONE = ("selected", "labelled", "processed", "filtered")
"""What need not have been done; the reason why it was not is then the answer."""
LISTINGS = {"public": "OSAID-DATA-PUBLIC", "obtainable": "OSAID-DATA-OBTAINABLE", "open": "OSAID-DATA-OPEN"}
KINDS = (
    ("OSAID-CODE-PROCESSING", {"data_processing_code"}),
    ("OSAID-CODE-TRAINING", {"training_code"}),
    ("OSAID-CODE-VALIDATION", {"validation_code"}),
    ("OSAID-CODE-LIBRARIES", {"library", "tokenizer"}),
    ("OSAID-CODE-SEARCH", {"hyperparameter_search_code"}),
    ("OSAID-CODE-INFERENCE", {"inference_code"}),
    ("OSAID-CODE-ARCHITECTURE", {"architecture"}),
    ("OSAID-PARAM-AVAILABLE", {"weights"}),
)
SHARED = ("OSAID-CODE-LIBRARIES", "OSAID-CODE-INFERENCE", "OSAID-CODE-ARCHITECTURE")
"""What runs a model, which one that was made from another may share with it."""
CODE = set[str]().union(*(kinds for id, kinds in KINDS if id != "OSAID-PARAM-AVAILABLE"))
UNDER_TERMS = (
    ("OSAID-TERMS-CODE", CODE),
    ("OSAID-TERMS-PARAM", {"weights"}),
    ("OSAID-TERMS-DATA", {"data_information", "data_card"}),
)
TRAINS = {None, "train", "finetune", "adapt", "distill", "reward"}
RUNS = {"process": "OSAID-CODE-PROCESSING", "tokenize": "OSAID-CODE-LIBRARIES"}


class Rest(NamedTuple):
    """A value without which a requirement is not met."""

    requirement: str
    gone: str
    where: str
    """Place of the finding."""


def rests(document: Any) -> Iterator[Rest]:
    """Everything that requirements rest on, where they are met."""
    for index in sorted(trained_on(document)):
        yield from _of_source(f"/sources/{index}", document["sources"][index])
    yield from _of_the_list(document)
    yield from _of_kinds(document)
    yield from _to_be_had(document)
    yield from _of_terms(document)
    yield from _of_parents(document)


def many(value: Any) -> list[Any]:
    """A list, or nothing where it is kept back or not there."""
    return value if isinstance(value, list) else []


def trains(stage: Any) -> bool:
    return stage.get("kind") in TRAINS or any(item.get("role") == "train" for item in many(stage.get("data")))


def learned_from(at: str, stage: Any) -> list[tuple[str, str]]:
    """Pointer and source of the data that a stage learned from."""
    items = enumerate(many(stage.get("data")))
    return [(f"{at}/data/{index}", item["source"]) for index, item in items if item.get("role") in (None, "train")]


def made_from(at: str, source: Any) -> list[tuple[str, str]]:
    """Pointer and id of the sources that a source was made from."""
    return [(f"{at}/derived_from/{index}", id) for index, id in enumerate(many(source.get("derived_from")))]


def trained_on(document: Any) -> set[int]:
    """Positions of the sources that some stage learned from, or that such a source was made from; where no stage names
    any, of all."""
    numbers = {source["id"]: index for index, source in enumerate(many(document.get("sources")))}
    waiting = [id for stage in many(document.get("stages")) if trains(stage) for _, id in learned_from("", stage)]
    found: set[int] = set()
    while waiting:
        if (index := numbers[waiting.pop()]) not in found:
            found.add(index)
            waiting += many(document["sources"][index].get("derived_from"))
    return found or set(numbers.values())


def _of_source(at: str, source: Any) -> Iterator[Rest]:
    for id, field in DESCRIBED:
        yield Rest(id, f"{at}/{field}", f"{at}/{field}")
    for id, field in DESCRIBED:
        if field in MAY_BE_NONE:
            yield Rest(id, f"{at}/{field}/reason", f"{at}/{field}")
    yield Rest("OSAID-DATA-CLASS", f"{at}/class", f"{at}/class")
    yield Rest("OSAID-DATA-UNSHAREABLE", f"{at}/not_shared_because", f"{at}/not_shared_because")
    kind = source.get("class")
    if isinstance(kind, str) and kind in LISTINGS:
        yield from _places(LISTINGS[kind], at, source, also_gone=kind != "open")
    for index, place in enumerate(many(source.get("where"))):
        if kind == "obtainable" and place.get("access") == "fee":
            yield Rest("OSAID-DATA-OBTAINABLE", f"{at}/where/{index}/fee", f"{at}/where/{index}/fee")


def _places(id: str, at: str, thing: Any, *, also_gone: bool = False) -> Iterator[Rest]:
    """The places where data can be had, and the last of them that has it."""
    yield Rest(id, f"{at}/where", f"{at}/where")
    yield from _last_place(id, at, thing, also_gone=also_gone)


def _last_place(id: str, at: str, thing: Any, *, also_gone: bool = False) -> Iterator[Rest]:
    has_it = [
        index
        for index, place in enumerate(many(thing.get("where")))
        if also_gone or (place.get("access") != "gone" and place.get("holds") not in ("index", "derived"))
    ]
    if len(has_it) == 1:
        yield Rest(id, f"{at}/where/{has_it[0]}", f"{at}/where")


def _of_the_list(document: Any) -> Iterator[Rest]:
    sources, stages = many(document.get("sources")), many(document.get("stages"))
    uses = [
        use for index, stage in enumerate(stages) if trains(stage) for use in learned_from(f"/stages/{index}", stage)
    ]
    uses += [use for index, source in enumerate(sources) for use in made_from(f"/sources/{index}", source)]
    for index, stage in enumerate(stages):
        if trains(stage):
            yield from _of_training(f"/stages/{index}", stage)
        elif "component" not in (stage.get("settings") or ()):
            # A stage of no kind may be training, whose settings are asked for.
            yield Rest("OSAID-CODE-SETTINGS", f"/stages/{index}/kind", f"/stages/{index}/settings")
    for index, source in enumerate(sources):
        of_it = [gone for gone, id in uses if id == source["id"]]
        if len(of_it) == 1 and not _has_another_part(stages, source["id"]):
            yield Rest("OSAID-DATA-LISTED", of_it[0], f"/sources/{index}")
            if "/derived_from/" in of_it[0]:
                yield Rest("OSAID-DATA-LISTED", of_it[0].rpartition("/")[0], f"/sources/{index}")
    yield from _of_the_word(document)


def _has_another_part(stages: Iterable[Any], id: str) -> bool:
    """Whether a source is used for validation or selection."""
    parts = [item for stage in stages for item in many(stage.get("data")) if item["source"] == id]
    return any(item.get("role") not in (None, "train") for item in parts)


def _of_training(at: str, stage: Any) -> Iterator[Rest]:
    yield Rest("OSAID-DATA-LISTED", f"{at}/data", f"{at}/data")
    learned = learned_from(at, stage)
    if len(learned) == 1:
        yield Rest("OSAID-DATA-LISTED", learned[0][0], f"{at}/data")
    segments = enumerate(stage.get("segments") or ())
    for place, holder in ((at, stage), *((f"{at}/segments/{index}", one) for index, one in segments)):
        settings = holder.get("settings")
        if settings is not None:
            yield Rest("OSAID-CODE-SETTINGS", f"{place}/settings", f"{place}/settings")
        if isinstance(settings, dict) and set(settings) == {"component", "path"}:
            yield Rest("OSAID-CODE-SETTINGS", f"{place}/settings/component", f"{place}/settings")


def _of_the_word(document: Any) -> Iterator[Rest]:
    """The assertion of the publisher; of what a third party says, with the citation that shows it."""
    said = [one for one in many(document.get("assertions")) if one["statement"] == "all_training_data_listed"]
    if len(said) != 1:
        return
    at = f"/assertions/{document['assertions'].index(said[0])}"
    for gone in ("/assertions", at, f"{at}/by"):
        yield Rest("OSAID-DATA-LISTED", gone, "/assertions")
    if document["release"].get("described_by", {}).get("role") == "third_party":
        cited = [f"/citations/{index}" for index, one in enumerate(document["citations"]) if one["at"].startswith(at)]
        for gone in ("/citations", "/release/publisher", *(cited if len(cited) == 1 else ())):
            yield Rest("OSAID-DATA-LISTED", gone, "/assertions")


def _of_kinds(document: Any) -> Iterator[Rest]:
    """The only component of a kind, and the only of its kinds that is meant; or the word that there is none."""
    components, absent = many(document.get("components")), document.get("not_offered", {})
    wanted = list(KINDS)
    if _describes_for_another(document):
        wanted.append(("OSAID-TERMS-DATA", {"data_information", "data_card"}))
    for id, kinds in wanted:
        of_kind = [
            (f"/components/{index}", one)
            for index, one in enumerate(components)
            if kinds & set(one.get("kinds", ())) and ("of" not in one or id in SHARED)
        ]
        if len(of_kind) == 1 and not kinds & set(absent):
            at, one = of_kind[0]
            named = [f"/kinds/{number}" for number, kind in enumerate(one["kinds"]) if kind in kinds]
            for part in ("", "/kinds", *(named if len(named) == 1 else ())):
                yield Rest(id, f"{at}{part}", "/components")
        for kind in kinds & set(absent) if not of_kind else ():
            for gone in ("/not_offered", f"/not_offered/{kind}", f"/not_offered/{kind}/reason"):
                yield Rest(id, gone, "/components")


def _describes_for_another(document: Any) -> bool:
    return bool(document["release"].get("described_by", {}).get("role") == "third_party")


def _to_be_had(document: Any) -> Iterator[Rest]:
    """The only way in which a component can be had that is asked for, by its kind or because a stage names it."""
    for index, component in enumerate(many(document.get("components"))):
        at, ways = f"/components/{index}", [way for way in ("files", "pin", "where") if component.get(way)]
        for id in _asked_by(document, component):
            if len(ways) == 1:
                yield Rest(id, f"{at}/{ways[0]}", f"{at}/where")
                if ways == ["files"] and len(component["files"]) == 1:
                    yield Rest(id, f"{at}/files/0", f"{at}/where")
            if ways == ["where"]:
                yield from _last_place(id, at, component)


def _asked_by(document: Any, component: Any) -> set[str]:
    asked = {id for id, kinds in KINDS if kinds & set(component.get("kinds", ()))}
    if "of" in component and not _is_adapted(document, component["of"]):
        asked.discard("OSAID-PARAM-AVAILABLE")
    for stage in many(document.get("stages")):
        settings = stage.get("settings")
        if component["id"] in many(stage.get("code")) and component.get("kinds") != ["data_generation_code"]:
            asked |= {"OSAID-CODE-TRAINING"} if trains(stage) else {RUNS.get(stage["kind"], "")} - {""}
        if trains(stage) and isinstance(settings, dict) and settings.get("component") == component["id"]:
            asked.add("OSAID-CODE-SETTINGS")
    return asked


def _is_adapted(document: Any, id: str) -> bool:
    """Whether a model is the one that an adapter runs on."""
    stages = [stage for stage in many(document.get("stages")) if stage.get("kind") == "adapt" and "of" not in stage]
    return any(use["model"] == id for stage in stages for use in stage.get("models", ()))


def _of_parents(document: Any) -> Iterator[Rest]:
    """What is said of a model that this one was made from and that only `parents` describes."""
    roles = {(use["model"], use["role"]) for stage in many(document.get("stages")) for use in stage.get("models", ())}
    held = {one.get("of") for one in many(document.get("components")) if "weights" in one.get("kinds", ())}
    for index, parent in enumerate(many(document.get("parents"))):
        at = f"/parents/{index}"
        if {(parent["id"], "initial"), (parent["id"], "merged")} & roles:
            yield from _processing_of(document, at, parent["id"])
        if parent["id"] not in held and {(parent["id"], "initial"), (parent["id"], "merged")} & roles:
            yield from (Rest("OSAID-TERMS-PARAM", f"{at}/terms{part}", f"{at}/terms") for part in ("", "/expression"))
            if _is_adapted(document, parent["id"]):
                yield Rest("OSAID-PARAM-AVAILABLE", f"{at}/where", f"{at}/where")
                yield from _last_place("OSAID-PARAM-AVAILABLE", at, parent)


def _processing_of(document: Any, at: str, id: str) -> Iterator[Rest]:
    """The kind of the only code that processed the data of a parent, which the code that trained it is, too."""
    of_it = [(f"/components/{n}", one) for n, one in enumerate(many(document.get("components"))) if one.get("of") == id]
    processing = [(place, one["kinds"]) for place, one in of_it if "data_processing_code" in one.get("kinds", ())]
    processed = any(stage.get("of") == id and stage.get("kind") == "process" for stage in many(document.get("stages")))
    if len(processing) == 1 and "training_code" in processing[0][1] and not processed:
        place, kinds = processing[0]
        yield Rest("OSAID-CODE-PROCESSING", f"{place}/kinds/{kinds.index('data_processing_code')}", at)


def _of_terms(document: Any) -> Iterator[Rest]:
    terms = []
    if not _describes_for_another(document):
        terms.append(("OSAID-TERMS-DATA", "/release/disclosure_terms"))
    for index, component in enumerate(many(document.get("components"))):
        kinds, at = set(component.get("kinds", ())), f"/components/{index}/terms"
        terms += [(id, at) for id, of in UNDER_TERMS if kinds & of]
    for id, at in terms:
        yield from (Rest(id, gone, at) for gone in (at, f"{at}/expression"))
