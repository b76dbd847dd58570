# SPDX-License-Identifier: Apache-2.0
"""Every value of the example's declaration is taken away, one at a time, and `check` must say so where it matters.

What is needed stands here by hand, from the texts of the requirements: OSAID 1.0 asks for it, or provenance-1 does.
Items of lists are named by what they are: `/components/train/kinds/training_code`.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from openmodel.errors import DocumentError
from openmodel.manifest import loads
from openmodel.manifest.component import Kind
from openmodel.manifest.pointers import join, resolve, split
from openmodel.policies import osaid, provenance
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import RequirementReport
from openmodel.policies.subject import subject_sha256

Needed = tuple[str, str, str]
"""A requirement, the place of its finding ("" is where the deleted value was), and its outcome."""

SEGMENT = "/stages/training/segments/training-whole"
MACHINE = "/environments/machine/hardware"

DESCRIPTION: dict[str, list[Needed]] = {
    f"/sources/digits/{field}": [(f"OSAID-DATA-{requirement}", "", "unmet")]
    for field, requirement in {
        "provenance": "PROVENANCE",
        "scope": "SCOPE",
        "characteristics": "CHARACTERISTICS",
        "obtained": "OBTAINED",
        "selected": "SELECTED",
        "labelled": "LABELLED",
        "processed": "PROCESSED",
        "filtered": "FILTERED",
    }.items()
} | {
    # Open data must be shared; nobody knows whether that is asked of data of no class. Who finds it can tell its class.
    # Whichever class it is: there is a place that is open, and no reason why it could not be shared.
    "/sources/digits/class": [
        ("OSAID-DATA-CLASS", "", "undetermined"),
        ("OSAID-DATA-PUBLIC", "", "met"),
        ("OSAID-DATA-OBTAINABLE", "", "met"),
        ("OSAID-DATA-UNSHAREABLE", "", "undetermined"),
    ],
}
"""OSAID 1.0, Data Information; the class is from OSI's FAQ."""

LISTING: dict[str, list[Needed]] = {
    "/assertions": [("OSAID-DATA-LISTED", "", "undetermined")],
    "/assertions/all_training_data_listed": [("OSAID-DATA-LISTED", "/assertions", "undetermined")],
    "/assertions/all_training_data_listed/by": [("OSAID-DATA-LISTED", "/assertions", "undetermined")],
    "/stages/training/data": [("OSAID-DATA-LISTED", "", "unmet")],
    "/stages/training/data/train": [("OSAID-DATA-LISTED", "/stages/training/data", "unmet")],
}
"""OSAID 1.0: "all data used for training"."""

TERMS: dict[str, list[Needed]] = {
    "/release/disclosure_terms": [("OSAID-TERMS-DATA", "", "unmet")],
    "/release/disclosure_terms/expression": [("OSAID-TERMS-DATA", "/release/disclosure_terms", "undetermined")],
    # The assertion that they are free is left, and whether that is enough is for a person.
    "/components/weights/terms": [("OSAID-TERMS-PARAM", "", "undetermined")],
    # The descriptions in the manifest are still under approved terms.
    "/components/images-card/terms": [("OSAID-TERMS-DATA", "", "undetermined")],
    "/components/images-card/terms/expression": [("OSAID-TERMS-DATA", "/components/images-card/terms", "undetermined")],
    "/components/weights/terms/expression": [("OSAID-TERMS-PARAM", "/components/weights/terms", "undetermined")],
} | {
    place: finding
    for code in ("architecture", "train", "infer", "numpy", "safetensors")
    for place, finding in {
        f"/components/{code}/terms": [
            ("OSAID-TERMS-CODE", "", "undetermined" if code in ("numpy", "safetensors") else "unmet")
        ],
        # The text is still there, and no program can judge it.
        f"/components/{code}/terms/expression": [("OSAID-TERMS-CODE", f"/components/{code}/terms", "undetermined")],
    }.items()
}
"""OSAID 1.0: OSI-approved licences for code, approved terms for the rest."""


def no_code(*requirements: str) -> list[Needed]:
    return [(requirement, "/components", "unmet") for requirement in requirements]


CODE: dict[str, list[Needed]] = {
    "/components/architecture": no_code("OSAID-CODE-ARCHITECTURE"),
    "/components/architecture/kinds": no_code("OSAID-CODE-ARCHITECTURE"),
    "/components/architecture/kinds/architecture": no_code("OSAID-CODE-ARCHITECTURE"),
    "/components/architecture/files": [("OSAID-CODE-ARCHITECTURE", "/components/architecture/where", "unmet")],
    "/components/architecture/files/0": [("OSAID-CODE-ARCHITECTURE", "/components/architecture/where", "unmet")],
    "/components/train/kinds": [
        *no_code("OSAID-CODE-TRAINING", "OSAID-CODE-VALIDATION"),
        ("OSAID-CODE-PROCESSING", "/components", "undetermined"),
    ],
    "/components/train/kinds/training_code": no_code("OSAID-CODE-TRAINING"),
    "/components/train/kinds/data_processing_code": [("OSAID-CODE-PROCESSING", "/components", "undetermined")],
    "/components/train/kinds/validation_code": no_code("OSAID-CODE-VALIDATION"),
    "/components/infer": no_code("OSAID-CODE-INFERENCE"),
    "/components/infer/kinds": no_code("OSAID-CODE-INFERENCE"),
    "/components/infer/kinds/inference_code": no_code("OSAID-CODE-INFERENCE"),
    "/components/infer/files": [("OSAID-CODE-INFERENCE", "/components/infer/where", "unmet")],
    "/components/infer/files/0": [("OSAID-CODE-INFERENCE", "/components/infer/where", "unmet")],
    # Each of the two libraries is there beside the other, and may be one that everybody has from elsewhere.
    "/components/numpy/where": [("OSAID-CODE-LIBRARIES", "", "undetermined")],
    "/components/numpy/where/0": [("OSAID-CODE-LIBRARIES", "/components/numpy/where", "undetermined")],
    "/components/safetensors/where": [("OSAID-CODE-LIBRARIES", "", "undetermined")],
    "/components/safetensors/where/0": [("OSAID-CODE-LIBRARIES", "/components/safetensors/where", "undetermined")],
    "/not_offered": [("OSAID-CODE-SEARCH", "/components", "undetermined")],
    "/not_offered/hyperparameter_search_code": [("OSAID-CODE-SEARCH", "/components", "undetermined")],
    "/not_offered/hyperparameter_search_code/reason": no_code("OSAID-CODE-SEARCH"),
    "/stages/training/settings": [("OSAID-CODE-SETTINGS", "", "unmet")],
}
"""OSAID 1.0, Code: the complete source code, "including arguments and settings used"."""

PARAMETERS: dict[str, list[Needed]] = {
    f"/components/weights/{field}": [
        ("OSAID-PARAM-AVAILABLE", at_osaid, "unmet"),
        ("PROV-WEIGHTS", at_provenance, "unmet"),
        *more,
    ]
    for field, at_osaid, at_provenance, more in (
        # Where there are no weights there are no terms of weights.
        ("kinds", "/components", "/components", [("OSAID-TERMS-PARAM", "", "not_applicable")]),
        ("kinds/weights", "/components", "/components", [("OSAID-TERMS-PARAM", "", "not_applicable")]),
        ("files", "/components/weights/where", "/components/weights/files", []),
        ("files/0", "/components/weights/where", "/components/weights/files", []),
    )
}
"""OSAID 1.0, Parameters; provenance-1, checksums of the weights."""

PROVENANCE: dict[str, list[Needed]] = {
    "/sources/digits/files": [("PROV-DATA-HASH", "", "unmet")],
    "/sources/digits/files/0": [("PROV-DATA-HASH", "/sources/digits/files", "unmet")],
    "/components/train/pin": [("PROV-CODE-COMMIT", "", "unmet")],
    "/components/train/pin/kind": [("PROV-CODE-COMMIT", "/components/train/pin/ref", "unmet")],
    "/components/train/pin/ref": [("PROV-CODE-COMMIT", "", "unmet")],
    "/components/train/pin/dirty_sha256": [("PROV-CODE-COMMIT", "", "unmet")],
    "/components/train/pin/dirty_sha256/reason": [("PROV-CODE-COMMIT", "/components/train/pin/dirty_sha256", "unmet")],
    f"{SEGMENT}/seeds": [("PROV-SEEDS", "", "unmet")],
    f"{SEGMENT}/seeds/initialization": [("PROV-SEEDS", f"{SEGMENT}/seeds", "unmet")],
    f"{SEGMENT}/seeds/data_order": [("PROV-SEEDS", f"{SEGMENT}/seeds", "unmet")],
    f"{SEGMENT}/seeds/initialization/value": [("PROV-SEEDS", f"{SEGMENT}/seeds/initialization", "unmet")],
    f"{SEGMENT}/seeds/data_order/value": [("PROV-SEEDS", f"{SEGMENT}/seeds/data_order", "unmet")],
    f"{SEGMENT}/seeds/split/value": [("PROV-SEEDS", f"{SEGMENT}/seeds/split", "unmet")],
    f"{SEGMENT}/environment": [("PROV-HARDWARE", "", "unmet")],
    MACHINE: [("PROV-HARDWARE", "", "unmet")],
    f"{MACHINE}/0": [("PROV-HARDWARE", MACHINE, "unmet")],
    f"{MACHINE}/0/vendor": [("PROV-HARDWARE", "", "unmet")],
    f"{MACHINE}/0/model": [("PROV-HARDWARE", "", "unmet")],
    f"{MACHINE}/0/count": [("PROV-HARDWARE", "", "unmet")],
    "/stages/training/segments": [("PROV-SEEDS", "", "unmet"), ("PROV-HARDWARE", "", "unmet")],
    SEGMENT: [
        ("PROV-SEEDS", "/stages/training/segments", "unmet"),
        ("PROV-HARDWARE", "/stages/training/segments", "unmet"),
    ],
}
"""provenance-1: data hashed, code pinned, seeds and hardware recorded."""

STAGES: dict[str, list[Needed]] = {
    place: [
        ("OSAID-CODE-SETTINGS", "/stages", "unmet"),
        ("PROV-SEEDS", "/stages", "unmet"),
        ("PROV-HARDWARE", "/stages", "unmet"),
    ]
    for place in ("/stages", "/stages/training")
}
SETTINGS: dict[str, list[Needed]] = {
    place: [("OSAID-CODE-SETTINGS", "/components/settings/where", "unmet")]
    for place in ("/components/settings/files", "/components/settings/files/0")
}
"""The component that has the settings must be there to be had."""

NEEDED = DESCRIPTION | LISTING | TERMS | CODE | PARAMETERS | PROVENANCE | STAGES | SETTINGS

REFUSED = re.compile(
    r"""/openmodel | /release | /release/name | /release/described_by/role
    | /(components|sources|stages|environments)/[^/]+/(id|name) | .*/segments/[^/]+/id
    | .*/(undisclosed|unit|purpose|repository|statement)
    | .*/(where|data)(/[01])?/url | .*/data/[^/]+/source | .*/batch/0/value
    | .*/steps/[01] | /citations/[01]/(at|where)
    # Something else names these.
    | /components(/(weights|settings|train))? | /sources(/digits)? | /environments(/machine)?
    """,
    re.VERBOSE,
)
"""What makes the document invalid when it is gone: names, what is referred to, and what makes a value what it is."""


@cache
def manifest(digits: Path) -> str:
    return (digits / "openmodel.json").read_text(encoding="utf-8")


def judged(document: Any) -> dict[str, RequirementReport]:
    facts = Facts(loads(json.dumps(document), "openmodel.json"))
    reports = [judge(facts, policy) for policy in (osaid.POLICY, provenance.POLICY)]
    return {requirement.id: requirement for report in reports for requirement in report.requirements}


def places(value: Any, pointer: str = "", name: str = "") -> Iterator[tuple[str, str]]:
    """Pointer and readable name of every value that people declare."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if pointer == "" and key == "measured":
            continue
        place, called = join(pointer, key), join(name, _name(key, item))
        yield place, called
        yield from places(item, place, called)


def _name(key: str | int, item: Any) -> str:
    if isinstance(key, int) and isinstance(item, dict):
        return str(next((item[field] for field in ("id", "purpose", "statement", "role") if field in item), key))
    return item if isinstance(key, int) and item in get_args(Kind) else str(key)


def without(document: Any, pointer: str) -> Any:
    changed = copy.deepcopy(document)
    *above, last = split(pointer)
    parent: Any = resolve(changed, join("", *above))
    if isinstance(parent, list):
        del parent[int(last)]
    else:
        del parent[last]
    return changed


@pytest.fixture
def document(digits: Path) -> Any:
    """The manifest as plain data."""
    return json.loads(manifest(digits))


def test_every_deletion(document: Any) -> None:
    named = {called: pointer for pointer, called in places(document)}
    assert len(named) == len(list(places(document))), "two values of one name"
    assert set(NEEDED) <= set(named), "needed, but not in the example"
    wrong = [line for called in named for line in missed(document, named, called, NEEDED.get(called, []))]
    assert not wrong, "\n".join(wrong)


def missed(document: Any, named: dict[str, str], called: str, needed: list[Needed]) -> Iterator[str]:
    """What is wrong with the judgement when a value is gone."""
    try:
        after = judged(without(document, named[called]))
    except DocumentError as error:
        if not REFUSED.fullmatch(called):
            yield f"{called}: refused: {error}"
        return
    if REFUSED.fullmatch(called):
        yield f"{called}: not refused"
    before = judged(document)
    changed = {name: after[name].outcome for name in before if after[name].outcome != before[name].outcome}
    expected = {requirement: outcome for requirement, _, outcome in needed}
    if changed != expected:
        yield f"{called}: expected {expected}, found {changed}"
        return
    for requirement, where, outcome in needed:
        above, _, last = (where or called).rpartition("/")
        place = named.get(where or called) or f"{named.get(above, '')}/{last}"
        found = {finding.where for finding in after[requirement].findings if finding.kind in ("unmet", "judge")}
        if found != (set() if outcome in ("met", "not_applicable") else {place}):
            yield f"{called}: {requirement} finds it at {found} and not at {place}"


class TestReview:
    """A person's judgement settles what is left, as long as what was judged stays as it was."""

    @pytest.fixture
    def reviewed(self, document: Any) -> Any:
        document["reviews"] = [
            {
                "requirement": "OSAID-DATA-DETAIL",
                "policy": "osaid-1.0@4",
                "at": ["/sources"],
                "subject_sha256": subject_sha256(document, ["/sources"]),
                "judgement": "met",
                "by": "Nobody (made up by this test)",
                "affiliation": "No organisation (made up by this test)",
                "date": "2025-01-31",
                "reason": "This test needs some review. It judges nothing.",
            }
        ]
        return document

    def test_settles(self, reviewed: Any) -> None:
        report = judge(Facts(loads(json.dumps(reviewed), "openmodel.json")), osaid.POLICY)
        assert report.outcome == "met"
        assert judged(reviewed)["OSAID-DATA-DETAIL"].review is not None

    def test_of_another_judgement_decides_too(self, reviewed: Any) -> None:
        reviewed["reviews"][0]["judgement"] = "unmet"
        assert judged(reviewed)["OSAID-DATA-DETAIL"].outcome == "unmet"

    def test_by_the_publisher_says_so(self, reviewed: Any) -> None:
        independent = judged(reviewed)["OSAID-DATA-DETAIL"].review
        reviewed["reviews"][0]["affiliation"] = reviewed["release"]["publisher"]
        own = judged(reviewed)["OSAID-DATA-DETAIL"].review
        assert independent is not None
        assert own is not None
        assert (independent.independence, own.independence) == ("reviewed independently", "self-reviewed")

    def test_any_edit_of_the_sources_voids_it(self, reviewed: Any) -> None:
        texts = [
            (pointer, value)
            for pointer, _ in places(reviewed["sources"], "/sources")
            if isinstance(value := resolve(reviewed, pointer), str)
        ]
        assert len(texts) > 15
        for pointer, value in texts:
            changed = copy.deepcopy(reviewed)
            *above, last = split(pointer)
            parent: Any = resolve(changed, join("", *above))
            parent[last if isinstance(parent, dict) else int(last)] = f"{value} "
            try:
                assert judged(changed)["OSAID-DATA-DETAIL"].outcome == "undetermined", pointer
            except DocumentError:
                assert last_is_constrained(pointer), pointer

    def test_any_deletion_in_the_sources_voids_it(self, reviewed: Any) -> None:
        for pointer, called in places(reviewed["sources"], "/sources", "/sources"):
            if not REFUSED.fullmatch(called):
                report = judged(without(reviewed, pointer))["OSAID-DATA-DETAIL"]
                assert report.outcome == "undetermined", called
                assert any(finding.where == "/reviews/0" for finding in report.findings)

    def test_edits_elsewhere_do_not(self, reviewed: Any) -> None:
        reviewed["release"]["description"] = "Something else."
        assert judged(reviewed)["OSAID-DATA-DETAIL"].outcome == "met"


def last_is_constrained(pointer: str) -> bool:
    """Whether not every text is valid there."""
    return re.search(r"/(id|class|holds|access|unit|undisclosed|path|sha256)$", pointer) is not None
