# SPDX-License-Identifier: Apache-2.0
"""From every case and system, every value is taken away, one at a time.

What a requirement that is met rests on is missed at its place; what none rests on changes no outcome; and nothing comes
out better, unless the deletion itself is noticed, or what was taken away was the defect.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from openmodel.errors import DocumentError
from openmodel.manifest.pointers import join, split
from tests.conformance.judging import content
from tests.conformance.osaid_systems import SYSTEMS
from tests.conformance.resting import rests
from tests.conformance.test_deletions import Judged, judged, named, needed, pointers, without
from tests.conformance.test_osaid import CASES, touch

SAMPLE = 6
"""Values of each document that are taken away in every run, always the same; the slow test takes all."""

WORSE = {"met": 0, "not_applicable": 0, "undetermined": 1, "unmet": 2}


class Change(NamedTuple):
    """A deletion that changes outcomes otherwise than `resting` and `test_deletions` say. All patterns."""

    documents: str
    gone: str
    requirements: str = ".*"


DEFECTS = (
    Change("(falcon|phi-2)", "/components/weights/terms/note"),
    Change("code-mit-plus-commons-clause", "/components/training/terms/note"),
    Change("adapter-base-weights-gone", "/components/weights/where/0/access"),
    Change("fee-without-price", "/sources/news/where/0/access"),
    Change("open-data-behind-a-fee", "/sources/books/where/0/access"),
    Change("training-code-on-request", "/components/training/where/0/access"),
    Change("training-settings-partly-withheld", "/stages/pretraining/settings/learning_rate(/undisclosed)?"),
    Change("training-resumed-from-nowhere", "/stages/pretraining/segments(/only-run(/resumed_from)?)?"),
    Change("weights-gone|weights-on-request-only", "/components/weights/where/0/access"),
    Change("source-that-no-stage-uses", "/sources/poems"),
    Change("weights-apache-at-the-address-of-other-terms", "/components/weights/terms/url"),
    Change(
        "weights-apache-(with-a-non-commercial-grant|for-evaluation-in-cyrillic)", "/components/weights/terms/grant"
    ),
    Change("weights-for-a-price-without-access", "/components/weights/where/0/fee"),
    Change("weights-gone-by-the-date-alone", "/components/weights/where/0/gone_since"),
    Change("weights-file-under-two-terms", "/components/(weights|all)(/files(/model.safetensors|/\\*\\*)?)?"),
    Change("weights-file-under-two-terms", "/components/all/terms(/expression)?"),
    Change("adapter-base-on-request", "/parents/wren/where/0/access"),
    Change("adapter-called-fine-tuning-base-gone", "/components/weights/where/0/access"),
    Change("merge-settings-beside-the-weights", "/components/weights/files(/mergekit_config.yml)?"),
    Change("open-data-(barred-from-redistribution|under-house-terms)", "/sources/books/terms(/grant|/expression)?"),
    Change("training-data-among-the-components-alone", "/components/alignment"),
    Change("training-code-is-a-readme-beside-a-dead-place", "/components/training/where/0/access"),
    Change("bloom", "/sources/catalogue/where/(0/access|1/holds)", "OSAID-DATA-OPEN"),
)
"""What is taken away is the defect itself: a restriction, a fee, the word that something is gone."""

UNSEEN = (
    # What is left says that it only validated the model.
    Change(".*", "/stages/pretraining/data/web", "OSAID-DATA-.*"),
    # What is left says that only a tokenizer was made from it.
    Change("no-processing-code-beside-.*", "/stages/pretraining/data/(books|news)", "OSAID-DATA-.*"),
    # Nothing else says that the publisher is somebody else.
    Change("assertion-by-a-posing-describer", "/release/publisher", "|OSAID-DATA-LISTED"),
    # The code of the kind is asked for all the same, and another component is of it.
    Change("code-of-a-stage-nowhere", "/stages/pretraining/code(/launcher)?", "OSAID-CODE-TRAINING"),
    Change("training-code-that-ran-withheld", "/stages/pretraining/code", "OSAID-CODE-TRAINING"),
    Change("architecture-is-a-document", "/stages/pretraining/code(/architecture)?", "OSAID-CODE-TRAINING"),
    # Of the parent's place, `parents` says otherwise.
    Change(
        "adapter-(base-weights|called-fine-tuning-base)-gone",
        "/components/weights/kinds(/weights)?",
        "OSAID-PARAM-AVAILABLE",
    ),
    # Nothing else says that the base processed data, or that this is a description of the data, or a tokenizer.
    Change("adapter-base-without-processing-code", "/stages/clean(/of)?", "OSAID-CODE-PROCESSING"),
    Change("weights-second-half-nowhere", "/components/weights-2(/kinds(/weights)?)?"),
    Change("validation-data-also-trained-on", "/stages/instruct/data/quiz", "OSAID-DATA-FILTERED"),
    Change("amber", "/components/paper", "OSAID-TERMS-DATA"),
    Change("starcoder2", "/components/data-cards", "OSAID-TERMS-DATA"),
    Change("bloom|starcoder2", "/components/tokenizer(/kinds(/tokenizer)?)?", "OSAID-TERMS-CODE"),
    Change("amber", "/components/paper/kinds/data_information", "OSAID-TERMS-DATA"),
)
"""What is taken away is all that shows a defect, and nothing tells that something is gone."""

WHO_SPEAKS = (
    # A publisher owes what a third party need not know.
    Change(".*", "/release/described_by"),
    Change("filtering-unknown-to-third-party|withheld-says-third-party.*", "/release/disclosure_terms(/expression)?"),
)

ORDER = (
    # What a stage gave is what the next one began with, or the weights.
    Change(
        ".*",
        "/stages/(instruct|pretraining|phase-[13])/result|/stages/phase-[13]",
        "OSAID-CODE-TRAINING|OSAID-DATA-LISTED",
    ),
    Change(".*", "/stages/instruct/models(/checkpoints)?", "OSAID-CODE-TRAINING|OSAID-DATA-LISTED"),
    # A parent that no stage names may be what this one was made from.
    Change("distillation-from-closed-teacher", "/stages/pretraining/models(/corvid)?"),
    Change("parent-unknown-to-a-third-party", "/stages/adaptation/models/corvid-base"),
    Change("merge-of-unnamed-models", "/not_offered|/stages/averaging(/kind)?|/stages/pretraining/kind"),
    Change("quantised-copy-.*", "/stages/rounding(/kind|/models(/wren)?)?"),
    Change("(continued-pretraining|parent-tuned)-from-unnamed-start", "/stages/pretraining/kind"),
    Change("base-behind-a-conversion-of-a-judge", "/stages/pretraining/kind", "OSAID-PARAM-AVAILABLE"),
    Change("tuning-called-conversion", "/stages/alignment/(kind|code(/training)?|models(/weights)?)"),
    Change("quantised-copy-of-open-model|parent-tuned-.*", "/components/(processing|validation|search|training)/of"),
)
"""Who made what from what."""

PARTS = (
    # The only file, place or word that answers; by what else the document says.
    Change("lora-.*|parent-.*", "/components/tokenizer/kinds/tokenizer", "OSAID-CODE-LIBRARIES"),
    Change("filtering-in-a-document.*|review-.*", "/components/data-card(/files(/DATA.md)?)?", "OSAID-TERMS-DATA"),
    Change("filtering-in-a-document", "/sources/web/filtered/document/path"),
    # Of no kind, and under terms that are not approved, it may be data information.
    Change("t5", "/components/(paper|configs)(/kinds(/data_information|/configuration)?)?", "OSAID-TERMS-DATA"),
    Change("weights-file-under-two-terms", "/components/all/kinds(/metadata)?", "OSAID-TERMS-DATA"),
    Change("base-behind-a-conversion-of-a-judge", "/components/base/kinds(/checkpoint)?", "OSAID-TERMS-DATA"),
    Change("training-data-among-.*", "/components/alignment/kinds(/training_data)?", "OSAID-TERMS-DATA"),
    Change("code-of-a-stage-nowhere", "/components/launcher/terms(/expression)?", "OSAID-TERMS-DATA"),
    # The thin reason, and the files of which a person must say whether they are it.
    Change("filtering-said-not-to-apply-thinly", "/sources/books/filtered/reason"),
    Change("open-data-is-the-licence", "/sources/books/files(/0(/path)?)?"),
    Change("training-code-is-a-readme-beside-a-dead-place", "/components/training/files(/TRAINING.md)?"),
    Change("junk-settings-.*", "/stages/pretraining/settings/(days|see)"),
    Change("code-of-a-stage-nowhere", "/components/launcher/terms(/expression)?", "OSAID-TERMS-CODE"),
    Change("merge-with-one-undisclosed-parent", "/components/north-code/kinds/(validation|data_processing)_code"),
    # What was not trained owes no search, but the code that converted it.
    Change("quantised-copy-.*", "/not_offered(/hyperparameter_search_code)?", "OSAID-CODE-SEARCH"),
    # Settings are left, and hold no parameters.
    Change("quantised-copy-.*", "/components/int8-weights/files/model-int8.safetensors", "OSAID-PARAM-AVAILABLE"),
    Change("quantised-copy-.*", "/components/conversion/(pin|terms(/expression)?)"),
    # The last thing that is said in place of an answer.
    Change("weights-assertion-without-licence", "/assertions/parameters_freely_available(/by)?"),
    Change("source-class-unsaid", "/sources/web/where/0", "OSAID-DATA-CLASS"),
    # Data that is not said to have only validated the model may have trained it.
    Change("validation-data-briefly-described", "/stages/pretraining/data/quiz(/role)?"),
    # Data that everybody may share, at the last place that has it.
    Change("olmo|t5|falcon", "/sources/(reddit|cnn-dm|refinedweb-english)/where/[01]", "OSAID-DATA-PUBLIC"),
    Change("adapter-data-used-as-it-is", "/stages/clean/of|/sources/.*/of", "OSAID-CODE-PROCESSING"),
    # Settings of the adapter alone, and nothing of what only a tokenizer was made from, say less.
    Change("adapter-without-its-base", "/components/weights/files/adapter_model.safetensors", "OSAID-PARAM-AVAILABLE"),
    Change("tokenizer-corpus-undescribed", "/stages/vocabulary(/data|/settings)?"),
    Change("tokenizer-data-only", "/stages/vocabulary(/data(/.*)?)?", "OSAID-DATA-DETAIL"),
    # The weights of the base are then the release's own.
    Change("adapter-called-fine-tuning-base-gone", "/components/weights/of", "OSAID-PARAM-AVAILABLE"),
)

NAMED_OTHERWISE = (
    Change("parent-tuned-.*|quantised-copy-.*|parent-assertion-uncited|tuning-called-conversion", ".*", ""),
    Change("parent-assertion-uncited", "/components/.*/of"),
    Change("adapter-without-its-base", "/components/(training/kinds.*|tokenizer/pin)|/stages", ""),
    Change("validation-data-also-trained-on", "/stages/instruct/data/instructions", ""),
    Change("merge-with-one-undisclosed-parent", "/parents/south/described_by(/name)?", ""),
)
"""Where the table by name is about another document that calls its parts the same."""

CHANGES = (*DEFECTS, *UNSEEN, *WHO_SPEAKS, *ORDER, *PARTS, *NAMED_OTHERWISE)


def folder_of(name: str) -> Path:
    return CASES / name if (CASES / name).exists() else SYSTEMS / name


def deleted(document: Any, pointer: str) -> Any:
    """A copy without one value, and without the citations of it; those of what comes after it in a list move up."""
    copied = without(document, split(pointer))
    if "citations" in copied and not pointer.startswith("/citations"):
        copied["citations"] = [
            one | {"at": at} for one in document["citations"] if (at := _moved(document, pointer, one["at"]))
        ]
    return copied


def _moved(document: Any, gone: str, at: str) -> str | None:
    """Where what stands at one pointer is when what stands at another is gone, if it is not gone itself."""
    *around, last = split(gone)
    depth, tokens = len(around), split(at)
    if tokens[:depth] != around or tokens[depth:] == []:
        return at
    if tokens[depth] == last:
        return None
    for token in around:
        document = document[int(token) if isinstance(document, list) else token]
    if isinstance(document, list) and int(tokens[depth]) > int(last):
        tokens[depth] = str(int(tokens[depth]) - 1)
    return join("", *tokens)


NAMES = [path.name for folder in (CASES, SYSTEMS) for path in sorted(folder.iterdir()) if path.is_dir()]
each_document = pytest.mark.parametrize("name", NAMES)


@each_document
def test_what_is_taken_away_is_missed(name: str) -> None:
    document = content(folder_of(name))
    drawn = random.Random(name).sample(list(pointers(document)), SAMPLE)
    assert not list(wrongs(name, document, drawn))


@pytest.mark.slow
@each_document
def test_whatever_is_taken_away_is_missed(name: str) -> None:
    document = content(folder_of(name))
    assert not list(wrongs(name, document, list(pointers(document))))


@pytest.mark.slow
def test_no_change_is_idle() -> None:
    names = {name: content(folder_of(name)) for name in NAMES}
    idle = set(CHANGES)
    for name, document in names.items():
        here = [one for one in idle if re.fullmatch(one.documents, name)]
        called = {named(document, pointer) for pointer in pointers(document)} if here else set()
        idle -= {one for one in here if any(re.fullmatch(one.gone, value) for value in called)}
    assert not idle


class Taken(NamedTuple):
    """A value that was taken away."""

    pointer: str
    rests: dict[str, set[str]]
    """The requirements that rest on it, with the places where they miss it."""
    needed: set[str]
    """Places where the table by name wants it missed."""


def wrongs(name: str, document: Any, pointers_taken: list[str]) -> Iterator[str]:
    """What is wrong with what comes of taking values away."""
    before = judged(document)
    resting: dict[str, dict[str, set[str]]] = {}
    for rest in rests(document):
        resting.setdefault(rest.gone, {}).setdefault(rest.requirement, set()).add(named(document, rest.where))
    for pointer in pointers_taken:
        try:
            after = judged(deleted(document, pointer))
        except DocumentError:
            continue
        called = named(document, pointer)
        taken = Taken(pointer, resting.get(pointer, {}), {where for _, where in needed(name, called)})
        known = [one for one in CHANGES if re.fullmatch(one.documents, name) and re.fullmatch(one.gone, called)]
        for requirement, problem in (*_not_missed(before, after, taken), *_changed(document, before, after, taken)):
            if not any(re.fullmatch(one.requirements, requirement) for one in known):
                yield f"{name} {called}: {requirement} {problem}"


def _not_missed(before: Judged, after: Judged, taken: Taken) -> Iterator[tuple[str, str]]:
    found = {(requirement, where) for requirement, _, where in after.of_requirements}
    for requirement, places in taken.rests.items():
        if before.outcomes[requirement] != "met":
            continue
        if not WORSE[after.outcomes[requirement]]:
            yield requirement, f"is still {after.outcomes[requirement]}"
        elif not any(one == requirement and touch(where, place) for one, place in found for where in places):
            yield requirement, f"is not missed at {sorted(places)}"
    for where in taken.needed:
        if not any(touch(where, place) for _, place in found):
            yield "", f"nothing is missed at {where}"


def _changed(document: Any, before: Judged, after: Judged, taken: Taken) -> Iterator[tuple[str, str]]:
    """Outcomes that changed although the requirement did not rest on the value; better ones only where nothing new is
    found."""
    noticed = bool(after.of_requirements - before.of_requirements)
    for requirement, was in before.outcomes.items():
        now = after.outcomes[requirement]
        if now == was or requirement in taken.rests or _is_reviewed(document, taken.pointer, requirement):
            continue
        if WORSE[now] > WORSE[was] and not taken.needed:
            yield requirement, f"was {was} and is {now}"
        elif WORSE[now] <= WORSE[was] and not noticed:
            yield requirement, f"was {was} and is {now}, and nothing is missed"


def _is_reviewed(document: Any, pointer: str, requirement: str) -> bool:
    """Whether a review that counts for a requirement is of the value, or the value a part of the review."""
    reviews = [one for one in document.get("reviews", ()) if one["requirement"] == requirement]
    return bool(reviews) and any(touch(pointer, place) for one in reviews for place in (*one["at"], "/reviews"))
