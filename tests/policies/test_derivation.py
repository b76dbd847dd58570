# SPDX-License-Identifier: Apache-2.0
"""provenance-1 of a release that was only merged, quantised or converted: what it owes, and when it is not plain."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import UNKNOWN, A, found
from tests.policies.test_provenance import CLEAN, COMMIT, DIGEST

PIN = {"repository": "https://e.org/c", "kind": "commit", "ref": COMMIT, "dirty_sha256": CLEAN}
WITHHELD = {"undisclosed": "withheld", "reason": "Secret."}
NONE = {"undisclosed": "not_applicable", "reason": "There is none."}
W: dict[str, Any] = {"id": "w", "name": "W", "kinds": ["weights"]}
V: dict[str, Any] = {"id": "v", "name": "V", "kinds": ["weights"]}
MERGER: dict[str, Any] = {"id": "m", "name": "M", "kinds": ["merging_code"], "pin": PIN}
CONVERTER: dict[str, Any] = {"id": "c", "name": "C", "kinds": ["conversion_code"], "pin": PIN}
TRAINER: dict[str, Any] = {"id": "t", "name": "T", "kinds": ["training_code"], "pin": PIN}
PARENTS = [{"id": "p", "name": "P"}, {"id": "q", "name": "Q"}]
DESCRIBED = [PARENTS[0] | {"described_by": {"role": "publisher"}}, PARENTS[1]]
MERGE: dict[str, Any] = {
    "id": "s",
    "kind": "merge",
    "models": [{"model": "p", "role": "merged"}, {"model": "q", "role": "merged"}],
    "result": "w",
}
QUANTIZE: dict[str, Any] = {
    "id": "z",
    "kind": "quantize",
    "models": [{"model": "w", "role": "initial"}],
    "result": "v",
}


def without(given: dict[str, Any], field: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != field}


def release(*stages: dict[str, Any], components: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    return {"components": components or [W], "parents": PARENTS, "stages": list(stages)} | fields


UNTRAINED: list[tuple[str, dict[str, Any]]] = [
    ("merged", release(MERGE)),
    ("no result, one set of weights", release(without(MERGE, "result"))),
    ("quantised", release(MERGE | {"kind": "quantize"})),
    ("converted", release(MERGE | {"kind": "convert"})),
    ("merged and then quantised", release(MERGE, QUANTIZE, components=[W, V])),
    ("weights of a parent", release(QUANTIZE, components=[W | {"of": "p"}, V])),
    ("training code does not apply", release(MERGE, not_offered={"training_code": NONE})),
    ("sources do not apply", release(MERGE, sources=NONE)),
    ("a segment", release(MERGE | {"segments": [{"id": "s1", "seeds": [{"purpose": "all", "value": 1}]}]})),
    ("data does not apply", release(MERGE | {"data": NONE})),
]

MAYBE_TRAINED: list[tuple[str, dict[str, Any]]] = [
    ("no stage", release()),
    ("no models", release({"id": "s", "kind": "merge"})),
    ("a kind that is not said", release(without(MERGE, "kind"))),
    ("trained too", release(MERGE, {"id": "t", "kind": "finetune"})),
    ("a parent's stage made it", release(MERGE, {"id": "t", "kind": "train", "of": "p", "result": "w"})),
    ("processed", release(MERGE | {"kind": "process"})),
    ("processed too", release(MERGE, {"id": "t", "kind": "process"})),
    ("a teacher", release(MERGE | {"models": [*MERGE["models"], {"model": "q", "role": "teacher"}]})),
    ("it begins with weights of nobody", release(QUANTIZE, components=[W, V])),
    ("it begins with what it made", release(QUANTIZE | {"result": "w"})),
    ("in a circle", release(QUANTIZE | {"models": [{"model": "w", "role": "initial"}], "result": "w"})),
    ("out of order", release(QUANTIZE, MERGE, components=[W, V])),
    ("other weights too", release(MERGE, components=[W, V])),
    ("two weights, no result", release(without(MERGE, "result"), components=[W, V])),
    ("a checkpoint too", release(MERGE, components=[W, V | {"kinds": ["checkpoint"]}])),
    ("weights that are no result", release(MERGE | {"result": "v"}, components=[W, V | {"kinds": ["tokenizer"]}])),
    ("state of an optimizer", release(MERGE, components=[W, V | {"kinds": ["optimizer_state"]}])),
    ("training data of its own", release(MERGE, components=[W, V | {"kinds": ["training_data"]}])),
    ("training code kept back", release(MERGE, not_offered={"training_code": WITHHELD})),
    ("training code unknown", release(MERGE, not_offered={"training_code": UNKNOWN})),
    ("sources kept back", release(MERGE, sources=WITHHELD)),
    ("steps", release(MERGE | {"segments": [{"id": "s1", "steps": [0, 10]}]})),
    ("a batch", release(MERGE | {"segments": [{"id": "s1", "batch": [{"at_step": 0, "value": 8}]}]})),
    ("an order", release(MERGE | {"order": {"seed": 1}})),
    ("data for training", release(MERGE | {"data": [{"source": "a", "role": "train"}]}, sources=[A])),
]


@pytest.mark.parametrize("id", ["PROV-DATA-HASH", "PROV-SEEDS", "PROV-HARDWARE"])
@pytest.mark.parametrize("fields", [row[1] for row in UNTRAINED], ids=[row[0] for row in UNTRAINED])
def test_it_has_no_data_seeds_and_machines_of_its_own(id: str, fields: dict[str, Any]) -> None:
    report = judged(id, **fields)
    assert report.outcome == "not_applicable"
    assert [finding.kind for finding in report.findings] == ["note"]


@pytest.mark.parametrize("id", ["PROV-DATA-HASH", "PROV-SEEDS", "PROV-HARDWARE", "PROV-CODE-COMMIT"])
@pytest.mark.parametrize("fields", [row[1] for row in MAYBE_TRAINED], ids=[row[0] for row in MAYBE_TRAINED])
def test_where_something_may_have_been_trained_all_is_asked(id: str, fields: dict[str, Any]) -> None:
    assert judged(id, **fields).outcome in ("unmet", "undetermined")


@pytest.mark.parametrize("id", ["PROV-DATA-HASH", "PROV-SEEDS", "PROV-HARDWARE", "PROV-CODE-COMMIT"])
def test_what_to_do_is_said_where_only_the_models_lack(id: str) -> None:
    (finding,) = judged(id, **release({"id": "s", "kind": "merge"})).findings
    assert "`parents`" in finding.fix
    (finding,) = judged(id, **release()).findings
    assert "`parents`" not in finding.fix


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        (release(MERGE), ["/components"]),
        (release(MERGE, components=[W, MERGER]), []),
        (release(MERGE, components=[W, CONVERTER]), ["/components"]),
        (release(MERGE | {"kind": "quantize"}, components=[W, CONVERTER]), []),
        (release(MERGE | {"kind": "convert"}, components=[W, MERGER]), ["/components"]),
        (release(MERGE, QUANTIZE, components=[W, V, MERGER]), ["/components"]),
        (release(MERGE, QUANTIZE, components=[W, V, MERGER, CONVERTER]), []),
        (release(MERGE, components=[W, without(MERGER, "pin")]), ["/components/1/pin"]),
        (release(MERGE, components=[W, MERGER | {"of": "p"}]), ["/components"]),
        (release(MERGE | {"code": ["x"]}, components=[W, MERGER, {"id": "x", "name": "X"}]), ["/components/2/pin"]),
        (release(MERGE | {"code": ["m"]}, components=[W, MERGER, without(CONVERTER, "pin")]), []),
        (release(MERGE | {"code": WITHHELD}, components=[W, MERGER]), ["/stages/0/code"]),
        (release(MERGE | {"code": []}), ["/components"]),
        (release(MERGE, not_offered={"merging_code": WITHHELD}), ["/components"]),
        (release(MERGE, components=[W, MERGER, without(TRAINER, "pin") | {"of": "p"}]), ["/components/2/pin"]),
        (release(MERGE, {"id": "t", "kind": "train", "of": "p"}, components=[W, MERGER]), ["/components"]),
    ],
)
def test_the_code_of_each_stage_is_what_must_be_pinned(fields: dict[str, Any], places: list[str]) -> None:
    report = judged("PROV-CODE-COMMIT", **fields | {"parents": DESCRIBED})
    assert found(report, "unmet") == places
    assert report.outcome == ("unmet" if places else "met")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"sources": [A]}, "/sources/0/files"),
        ({"sources": [A | {"of": "p", "files": UNKNOWN}]}, "/sources/0/files"),
        ({"sources": [A], "stages": [MERGE | {"data": [{"source": "a"}]}]}, "/sources/0/files"),
        ({"stages": [MERGE | {"data": WITHHELD}]}, "/stages/0/data"),
        ({"stages": [MERGE | {"data": UNKNOWN}]}, "/stages/0/data"),
    ],
)
def test_data_that_is_told_is_judged_all_the_same(fields: dict[str, Any], place: str) -> None:
    report = judged("PROV-DATA-HASH", **release(MERGE) | {"parents": DESCRIBED} | fields)
    assert found(report, "unmet") == [place]
    assert not any(finding.kind == "note" for finding in report.findings)
    hashed = A | {"of": "p", "files": [{"url": "https://e.org/a", "sha256": DIGEST}]}
    assert judged("PROV-DATA-HASH", **release(MERGE, sources=[hashed])).outcome == "met"


def test_a_merge_has_no_settings_of_training() -> None:
    assert judged("OSAID-CODE-SETTINGS", **release(MERGE)).outcome == "not_applicable"


def test_the_training_of_a_parent_that_is_told_is_judged_as_ever() -> None:
    told = release(MERGE, {"id": "t", "kind": "train", "of": "p"}, parents=DESCRIBED)
    for id in ("PROV-SEEDS", "PROV-HARDWARE"):
        assert found(judged(id, **told), "unmet") == ["/stages/1/segments"]
