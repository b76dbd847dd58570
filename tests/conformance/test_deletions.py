# SPDX-License-Identifier: Apache-2.0
"""Every value of complete releases is taken away, one at a time: what OSAID 1.0 asks for must be missed at its place,
and what it does not ask for must not.

What is needed stands here by hand, from the definition and OSI's FAQ. Items of lists are named by what they are:
`/stages/pretraining/data/books`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from openmodel.errors import DocumentError
from openmodel.manifest import loads
from openmodel.manifest.pointers import join, split
from openmodel.policies import osaid
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import Outcome
from tests.conformance.judging import content
from tests.conformance.test_osaid import CASES

BASES = (
    "complete-pretrained-model",
    "third-party-complete",
    "hospital-data-described-well",
    "synthetic-data-from-closed-model",
    "reward-model-described",
    "adapter-on-described-base",
    "merge-of-two-described-parents",
)
"""Cases in which nothing is open but whether the detail is enough."""


class Need(NamedTuple):
    """What is found when a value is gone."""

    gone: str
    """Pattern of the pointers of values."""
    kind: str
    """`unmet` or `judge`; of what a third party describes, what is missing is for a person too."""
    where: str = r"\g<0>"
    """Place of the finding, with the groups of the pattern."""
    only: str = ".*"
    """Pattern of the bases that need it, where not all do."""


ONLY_DATA = "instructions|preferences|dialogues|north-catches|south-catches"
"""Sources that a stage uses alone."""
ONE_PLACE = f"news|stories|{ONLY_DATA}"
CODE = "architecture|processing|training|search|validation|inference|tokenizer"
TRAINING = "pretraining|instruct|preference|adaptation|north-training|south-training"
PUBLISHER = "(?!third-party).*"
WREN = "(?!adapter|merge).*"
"""Bases that are Wren itself, and not made from it."""
ADAPTER, MERGE, REWARD = "adapter.*", "merge.*", "reward.*"

DESCRIPTION = (
    Need("/sources/[^/]+/(provenance|scope|characteristics|obtained|selected|labelled|processed|filtered)", "unmet"),
    Need("(/sources/[^/]+/labelled)/reason", "unmet", r"\1"),
    Need("/sources/[^/]+/not_shared_because", "unmet"),
)
"""OSAID 1.0: what the complete description discloses; FAQ: why data cannot be shared."""

PLACES = (
    Need("/sources/(?!letters)[^/]+/where", "unmet"),
    Need(f"(/sources/({ONE_PLACE})/where)/0", "unmet", r"\1"),
    Need("/sources/news/where/0/fee", "judge"),
    # Where the data is, its class can be told; letters that cannot be shared are nowhere.
    Need("/sources/(?!letters)[^/]+/class", "judge"),
    Need("/sources/letters/class", "unmet"),
)
"""OSAID 1.0: listings of public and obtainable data, and where to obtain it; FAQ: classes, open data must be shared."""

LISTING = (
    Need("/assertions(/all_training_data_listed(/by)?)?", "judge", "/assertions"),
    Need(f"/stages/({TRAINING})/data", "unmet"),
    Need(
        f"(/stages/({TRAINING})/data)/(instructions|preferences|dialogues|north-catches|south-catches)", "unmet", r"\1"
    ),
    # Described and processed, and nothing is trained on it; `web` is still used for validation.
    Need("/stages/pretraining/data/(books|news|letters|stories)", "judge", r"/sources/\1"),
    Need("/sources/(north|south)-catches/of", "unmet", r"/parents/\1/data"),
    # Whoever asserts it must be known to speak for it: the publisher, and a third party's citation of that.
    Need("/parents/(wren|north|south)/described_by(/name)?", "judge", "/assertions"),
    Need("/citations(/0)?", "judge", "/assertions", only="third-party.*"),
    Need("/citations(/[01])?", "judge", "/assertions", only="merge.*"),
    Need("/citations", "judge", "/assertions/all_training_data_listed/by", only="merge.*"),
    Need("/release/publisher", "judge", "/assertions", only="third-party.*|adapter.*"),
    Need("/release/publisher", "judge", "/assertions/all_training_data_listed/by", only="(?!third-party|merge).*"),
    # What was trained on by a stage that is gone, or that names no data any more.
    *(
        Need("/stages/pretraining(/data)?", "judge", f"/sources/{name}", only=REWARD)
        for name in ("books", "web", "news")
    ),
    Need("/stages/instruct(/data(/instructions)?)?", "judge", "/sources/instructions"),
    Need("/stages/preference(/data(/preferences)?)?", "judge", "/sources/preferences"),
    # What training gave is a checkpoint, and the next stage says that it began with it and gave the weights.
    Need("(/stages/instruct/models)(/checkpoints)?", "judge", r"\1", only=REWARD),
    Need("/stages/instruct(/result)?", "judge", "/components/weights/id", only=REWARD),
)
"""OSAID 1.0: "the complete description of all data used for training"."""

TERMS = (
    Need("/release/disclosure_terms", "unmet", only=PUBLISHER),
    Need("(/release/disclosure_terms)/expression", "judge", r"\1", only="(?!third-party|adapter|merge).*"),
    Need("(/release/disclosure_terms)/expression", "unmet", r"\1", only="adapter.*|merge.*"),
    Need("(/components/(adapter-)?data-card/terms)(/expression)?", "judge", r"\1"),
    Need("/components/data-card(/kinds)?", "judge", "/components", only="third-party.*"),
    Need(f"(/components/((adapter-)?({CODE})|tool|(north|south)-code)/terms)(/expression)?", "unmet", r"\1"),
    # The publisher also asserts that its own parameters are free, which may be enough (FAQ).
    Need("(/components/(weights|adapter)/terms)(/expression)?", "judge", r"\1", only="(?!adapter).*"),
    Need("(/components/adapter/terms)(/expression)?", "judge", r"\1"),
    Need("(/components/weights/terms)(/expression)?", "unmet", r"\1", only=ADAPTER),
    Need("(/components/(merged|(north|south)-weights)/terms)(/expression)?", "unmet", r"\1"),
)
"""OSAID 1.0: OSI-approved licences for code, approved terms for the rest."""


def kind_of_code(component: str, kind: str, finding: str, **only: str) -> Need:
    """A component that is the only one of a kind, and may be deleted where nothing names it."""
    return Need(f"/components/{component}(/kinds(/{kind})?)?", finding, "/components", **only)


CODE_IS_THERE = (
    kind_of_code("architecture", "architecture", "unmet", only=WREN),
    kind_of_code("inference", "inference_code", "unmet", only=WREN),
    kind_of_code("(adapter-)?processing", "data_processing_code", "unmet"),
    kind_of_code("validation", "validation_code", "unmet"),
    kind_of_code("training", "training_code", "unmet", only=WREN),
    kind_of_code("search", "hyperparameter_search_code", "judge", only=WREN),
    Need("/components/tokenizer/kinds", "unmet", "/components", only=WREN),
    # Files that are no source code are a tokenizer, and no other library.
    Need("(/components/adapter-tokenizer)/kinds/tokenizer", "judge", r"\1/files"),
    Need("/components/adapter-training/kinds(/training_code)?", "unmet", "/components"),
    Need("/components/adapter-training/kinds(/validation_code)?", "judge", "/components"),
    Need("/components/tool/kinds(/inference_code|/architecture)?", "unmet", "/components"),
    Need("/components/training/(of|kinds(/training_code)?)", "unmet", "/parents/wren/code", only=ADAPTER),
    Need("/components/(north|south)-code/(of|kinds(/training_code)?)", "unmet", r"/parents/\1/code"),
    Need("/components/(north|south)-code/kinds/data_processing_code", "judge", r"/parents/\1"),
    Need("/components/(processing|validation)/of", "unmet", "/components", only=ADAPTER),
    Need("/components/search/of", "judge", "/not_offered/hyperparameter_search_code", only=ADAPTER),
    Need("/not_offered(/hyperparameter_search_code)?", "judge", "/components", only=f"{ADAPTER}|{MERGE}"),
    Need("/not_offered/library", "judge", "/components"),
    Need("/not_offered/(hyperparameter_search_code|library)/reason", "unmet", "/components"),
)
"""OSAID 1.0: "The complete source code used to train and run the system"; some kinds of it if used."""

TO_BE_HAD = (
    # The tokenizer of Wren has a file in its release; its copy below the adapter has not.
    Need(f"(/components/(adapter-)?({CODE})(?<!tokenizer))/pin", "unmet", r"\1/where"),
    Need("(/components/tokenizer)/pin", "unmet", r"\1/where", only=ADAPTER),
    Need("(/components/(tool|(north|south)-code)/where)(/0)?", "unmet", r"\1"),
    Need("(/components/adapter-tokenizer)/files(/tokenizer.json)?", "unmet", r"\1/where"),
    Need("(/components/(adapter|merged))/files(/merged.safetensors)?", "unmet", r"\1/where"),
    # Settings are left, and hold no parameters.
    Need("(/components/adapter/files)/adapter_model.safetensors", "judge", r"\1"),
    Need("(/components/weights/where)(/0)?", "unmet", r"\1", only=ADAPTER),
    Need("/components/(adapter|merged)/kinds(/weights)?", "unmet", "/components"),
    Need("/components/weights/kinds(/weights)?", "unmet", "/components", only=WREN),
)
"""OSAID 1.0: code and parameters "made available"; an adapter's are also those that it runs on."""

STAGES = (
    Need(f"/stages/({TRAINING})/settings", "unmet"),
    Need("/stages", "unmet"),
    Need("/stages/pretraining", "unmet", "/stages", only=f"(?!{REWARD}).*"),
    Need("/stages/(adaptation|(north|south)-training)", "unmet", "/stages"),
    # Nothing says any more what was done to the models that this one was made from.
    Need("/stages(/adaptation|/averaging)?", "unmet", "/stages", only=f"{ADAPTER}|{MERGE}"),
    # Where no stage adapts, the base's search code stands against the word that there was none.
    Need("/stages(/adaptation)?", "judge", "/not_offered/hyperparameter_search_code", only=ADAPTER),
    Need("(/stages/adaptation/models)(/wren)?|(/stages/averaging/models)", "unmet", r"\1\3"),
    # The stage becomes the release's own, and the base has none.
    Need("/stages/pretraining/of", "unmet", "/stages"),
    # The next stages begin with checkpoints that no stage gave.
    *(
        Need("/stages/pretraining(/result)?", "unmet", f"/stages/{stage}/models/checkpoints", only=REWARD)
        for stage in ("preference", "instruct")
    ),
    # A stage of no kind may be training, which takes data.
    Need("(/stages/storytelling)/kind", "unmet", r"\1/data"),
    # Its settings are then asked whether a person could train with them.
    Need("(/stages/(vocabulary|clean-dialogues|averaging|storytelling))/kind", "judge", r"\1/settings"),
    *(
        Need("/stages/((north|south)-training/of|averaging/kind)", kind, where)
        for kind, where in (
            ("judge", "/assertions/all_training_data_listed/by"),
            ("unmet", "/sources"),
            ("unmet", "/components"),
            ("judge", "/components"),
        )
    ),
    Need("/stages/(north|south)-training/of", "unmet", "/stages"),
    Need("(/stages/averaging)/kind", "unmet", r"\1/data"),
)
"""OSAID 1.0: "how the training was done", "including arguments and settings used"; "the code used to derive"."""

NEEDS = (*DESCRIPTION, *PLACES, *LISTING, *TERMS, *CODE_IS_THERE, *TO_BE_HAD, *STAGES)

REFUSED = re.compile(
    r"""/openmodel | /release | /release/name | .*/described_by/role
    # Something else may name these.
    | /(components|sources|environments|parents)(/[^/]+)? | /assertions(/all_training_data_listed)?
    | /stages | /parents/corvid/(data|code)
    | /(components|sources|stages|environments|parents)/[^/]+/(id|name) | .*/segments/[^/]+/id
    | .*/(undisclosed|unit|purpose|repository|statement|url) | .*/data/[^/]+/source | .*/models/[^/]+/(model|role)
    | .*/batch/0/value | .*/steps/[01] | /citations/[0-9]+/(at|where) | /reviews/0/(?!at)[a-z0-9_]+
    """,
    re.VERBOSE,
)
"""What makes the document invalid when it is gone: names, what is referred to, and what makes a value what it is."""


def named(document: Any, pointer: str) -> str:
    """A pointer with the items of lists by what they are."""
    called: list[str] = []
    for token in split(pointer):
        name = token
        if isinstance(document, list):
            document = document[int(token)]
            if isinstance(document, dict):
                keys = ("id", "source", "model", "statement")
                name = next((str(document[key]) for key in keys if key in document), token)
            elif isinstance(document, str):
                name = document
        else:
            document = document.get(token) if isinstance(document, dict) else None
        called.append(name)
    return join("", *called)


def pointers(value: Any, pointer: str = "") -> Iterator[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        place = join(pointer, key)
        yield place
        yield from pointers(item, place)


def without(document: Any, tokens: list[str]) -> Any:
    """A copy without one value; what is not around it is shared."""
    copied = dict(document) if isinstance(document, dict) else list(document)
    first: Any = tokens[0] if isinstance(document, dict) else int(tokens[0])
    if len(tokens) > 1:
        copied[first] = without(document[first], tokens[1:])
    else:
        del copied[first]
    return copied


class Judged(NamedTuple):
    """How a document comes out."""

    outcomes: dict[str, Outcome]
    of_requirements: frozenset[tuple[str, str, str]]
    """Requirement, kind and place of what no review settled."""

    @property
    def findings(self) -> set[tuple[str, str]]:
        return {(kind, where) for _, kind, where in self.of_requirements}


POLICY = replace(osaid.POLICY, freedoms=None)
"""What is asked, without the table that it is not about."""


def judged(document: Any) -> Judged:
    report = judge(Facts(loads(json.dumps(document), "openmodel.json")), POLICY)
    found = frozenset(
        (requirement.id, finding.kind, named(document, finding.where))
        for requirement in report.requirements
        for finding in requirement.findings
        if finding.kind != "note" and requirement.review is None
    )
    return Judged({item.id: item.outcome for item in report.requirements}, found)


def needed(base: str, called: str) -> set[tuple[str, str]]:
    return {
        ("judge" if base.startswith("third-party") else need.kind, match.expand(need.where))
        for need in NEEDS
        if re.fullmatch(need.only, base) and (match := re.fullmatch(need.gone, called))
    }


@pytest.mark.parametrize("base", BASES)
def test_every_deletion(base: str) -> None:
    document = content(CASES / base)
    before = judged(document)
    wrong: list[str] = []
    for pointer in pointers(document):
        called = named(document, pointer)
        try:
            after = judged(without(document, split(pointer)))
        except DocumentError:
            if not REFUSED.fullmatch(called):
                wrong.append(f"{called}: refused")
            continue
        wrong += (f"{called}: {problem}" for problem in problems(before, after, needed(base, called)))
    assert not wrong, "\n".join(wrong)


def problems(before: Judged, after: Judged, wanted: set[tuple[str, str]]) -> Iterator[str]:
    if (found := after.findings - before.findings) != wanted:
        yield f"expected {sorted(wanted)}, found {sorted(found)}"
    for requirement, outcome in after.outcomes.items():
        better = outcome == "met" and before.outcomes[requirement] in ("unmet", "undetermined")
        changed = outcome != before.outcomes[requirement] and outcome in ("unmet", "undetermined")
        if better or (changed and not wanted):
            yield f"{requirement} is {outcome} now"


def test_no_need_is_idle() -> None:
    named_in = {base: list(_named_values(base)) for base in BASES}
    idle = [
        need
        for need in NEEDS
        if not any(
            re.fullmatch(need.only, base) and re.fullmatch(need.gone, called)
            for base, names in named_in.items()
            for called in names
        )
    ]
    assert not idle


def _named_values(base: str) -> Iterator[str]:
    document = content(CASES / base)
    return (named(document, pointer) for pointer in pointers(document))


def test_any_deletion_in_what_was_reviewed_voids_the_review() -> None:
    document = content(CASES / "complete-reviewed-independently")
    before = judged(document)
    assert set(before.outcomes.values()) == {"met", "not_applicable"}
    loaded = 0
    for pointer in pointers(document):
        if not pointer.startswith(("/sources/", "/reviews")):
            continue
        try:
            after = judged(without(document, split(pointer)))
        except DocumentError:
            continue
        assert after.outcomes["OSAID-DATA-DETAIL"] == "undetermined", pointer
        loaded += 1
    assert loaded > 50
