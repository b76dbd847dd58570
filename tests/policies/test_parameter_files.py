# SPDX-License-Identifier: Apache-2.0
"""Documents, settings, licences, code and texts do not hold parameters, whatever they are said to be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found
from tests.policies.test_presence import DIGEST, WEIGHTS, both, file, measured

REST = [file(name, 300) for name in ("DATA.md", "config.json", "tokenizer.json", "train.py")]
LICENCE = file("LICENSE", 11_358) | {"license_ids": ["Apache-2.0"]}
NONE = [
    # What the weights name of a release that holds these files too.
    (["DATA.md"], []),
    (["config.json"], []),
    (["LICENSE"], []),
    (["**"], []),
    (["train.py"], []),
    (["weights"], [file("weights", 900)]),
    (["weights.txt"], [file("weights.txt", 900)]),
    (["model.zip"], [file("model.zip", 900)]),
    (["model.bin.md"], [file("model.bin.md", 900)]),
    (["notes-1-of-1.txt"], [file("notes-1-of-1.txt", 900)]),
    (["LICENSE.bin"], [LICENCE | {"path": "LICENSE.bin"}]),
]
HELD = [
    file("model.safetensors", 900, "safetensors"),
    file("weights", 900, "pytorch"),
    file("model.BIN", 900),
    file("model.gguf.part1of1", 900),
    file("pytorch_model.bin.gz", 900),
    file("variables.data-00000-of-00001", 900),
    file("model.nemo", 900),
]


@pytest.mark.parametrize(("files", "more"), NONE)
def test_files_that_hold_no_parameters_wait_for_a_person(files: list[str], more: list[dict[str, Any]]) -> None:
    for report in both(WEIGHTS | {"files": files}, measured(*REST, LICENCE, *more)):
        assert report.outcome == "undetermined"
        assert found(report, "judge") == ["/components/0/files"]


@pytest.mark.parametrize("record", HELD, ids=lambda record: record["path"])
def test_one_file_that_can_hold_them_is_enough(record: dict[str, Any]) -> None:
    block = measured(*REST, LICENCE, record)
    assert [report.outcome for report in both(WEIGHTS | {"files": ["**"]}, block)] == ["met", "met"]


def test_a_place_leads_elsewhere() -> None:
    there = WEIGHTS | {"files": ["DATA.md"], "where": [{"url": "https://e.org/w", "sha256": DIGEST}]}
    assert [report.outcome for report in both(there, measured(*REST))] == ["met", "met"]


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        (["DATA.md"], "undetermined"),
        (["config.json", "weights.txt"], "undetermined"),
        (["config.json", "model.safetensors"], "met"),
        (["model/**"], "met"),
        (["*.gguf"], "met"),
    ],
)
def test_before_the_build_names_of_parameters_decide(files: list[str], outcome: str) -> None:
    assert judged("OSAID-PARAM-AVAILABLE", components=[WEIGHTS | {"files": files}]).outcome == outcome


@pytest.mark.parametrize(("count", "last"), [(10, "/measured/files/9/sha256"), (11, "/measured/files")])
def test_a_review_is_bound_to_a_few_files_one_by_one_and_to_all_that_was_measured_for_many(
    count: int, last: str
) -> None:
    notes = [file(f"notes-{letter}.md") for letter in "abcdefghijk"[:count]]
    (finding,) = judged(
        "OSAID-PARAM-AVAILABLE", components=[WEIGHTS | {"files": ["*.md"]}], **measured(*notes)
    ).findings
    bound = finding.fix.partition("at: [")[2].partition("]")[0].split(", ")
    assert (bound[0], bound[-1], len(bound)) == ("/components/0/files", last, 11 if count == 10 else 2)


@pytest.mark.parametrize("format", ["pickle", "joblib", "pytorch"])
def test_what_holds_no_tensors_is_no_weights_and_may_be_data_or_lie_beside_weights(format: str) -> None:
    empty = file("model.pt", format=format) | {"defect": "it holds no tensors"}
    weights = {"id": "w", "name": "W", "kinds": ["weights"], "files": ["*"]}
    assert judged("OSAID-PARAM-AVAILABLE", components=[weights], **measured(empty)).outcome == "undetermined"
    both = measured(empty, file("model.safetensors", format="safetensors"))
    assert judged("OSAID-PARAM-AVAILABLE", components=[weights], **both).outcome == "met"
    source = {"id": "a", "name": "A", "class": "open", "files": [{"path": "model.pt"}]}
    assert judged("OSAID-DATA-OPEN", sources=[source], **measured(empty)).outcome == "met"


@pytest.mark.parametrize("name", ["m.cbm", "m.ubj", "m.skops", "m.pmml", "m.arpa", "m.rds", "m.RData", "m.rda"])
def test_native_formats_of_tables_and_languages_are_known_by_their_endings(name: str) -> None:
    weights = {"id": "w", "name": "W", "kinds": ["weights"], "files": [name]}
    assert judged("OSAID-PARAM-AVAILABLE", components=[weights]).outcome == "met"
    assert judged("OSAID-PARAM-AVAILABLE", components=[weights], **measured(file(name))).outcome == "met"
