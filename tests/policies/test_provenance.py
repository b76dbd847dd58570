# SPDX-License-Identifier: Apache-2.0
"""provenance-1: digests, commits, seeds and machines, each with its grade."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.provenance import POLICY as PROVENANCE
from openmodel.policies.report import RequirementReport
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import UNKNOWN, A, found

DIGEST = "0" * 64
COMMIT = "59a53e3e0f0c1d2b3a4958677685940312233445"
CLEAN = {"undisclosed": "not_applicable", "reason": "The tree was clean."}


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ({"files": [{"url": "https://e.org/a", "sha256": DIGEST}]}, []),
        ({"files": [{"url": "https://e.org/a"}, {"path": "b"}, {}]}, [f"/sources/0/files/{n}" for n in range(3)]),
        ({"where": [{"url": "https://e.org/a", "sha256": DIGEST}]}, []),
        ({"where": [{"url": "https://e.org/a"}]}, ["/sources/0/files"]),
        ({"commitment": {"algorithm": "merkle-1", "root": DIGEST}}, []),
        ({"commitment": {"algorithm": "TODO", "root": DIGEST}}, ["/sources/0/files"]),
        ({"where": [{"url": "https://e.org/i", "holds": "index", "sha256": DIGEST}]}, ["/sources/0/files"]),
        ({"files": UNKNOWN, "where": [{"url": "https://e.org/a", "sha256": DIGEST}]}, ["/sources/0/files"]),
        ({"files": UNKNOWN}, ["/sources/0/files"]),
        ({}, ["/sources/0/files"]),
    ],
)
def test_every_data_set_has_content_hashes(source: dict[str, Any], places: list[str]) -> None:
    report = judged("PROV-DATA-HASH", sources=[A | source])
    assert found(report, "unmet") == places
    assert report.outcome == ("unmet" if places else "met")


def test_no_data_set_at_all() -> None:
    assert judged("PROV-DATA-HASH").outcome == "unmet"
    teachers = {"parents": [{"id": "p", "name": "P"}], "sources": [A | {"of": "p"}]}
    stages = [{"id": "s", "kind": "train", "models": [{"model": "p", "role": "teacher"}]}]
    assert judged("PROV-DATA-HASH", **teachers, stages=stages).outcome == "unmet"


def test_validation_data_is_no_data_set_to_train_on() -> None:
    stages = [{"id": "s", "kind": "train", "data": [{"source": "a", "role": "validation"}]}]
    assert judged("PROV-DATA-HASH", sources=[A], stages=stages).outcome == "unmet"


@pytest.mark.parametrize(
    ("pin", "place"),
    [
        ({"kind": "commit", "ref": COMMIT, "dirty_sha256": CLEAN}, None),
        ({"kind": "commit", "ref": COMMIT, "dirty_sha256": DIGEST}, None),
        ({"kind": "commit", "ref": COMMIT}, "/dirty_sha256"),
        ({"kind": "commit", "ref": COMMIT[:12], "dirty_sha256": CLEAN}, "/ref"),
        ({"kind": "tag", "ref": "v1.0", "dirty_sha256": CLEAN}, "/ref"),
        ({"ref": COMMIT, "dirty_sha256": CLEAN}, "/ref"),
        ({"kind": "none"}, "/ref"),
        ({"kind": "commit", "ref": "0" * 40, "dirty_sha256": CLEAN}, "/ref"),
        ({"repository": "TODO", "kind": "commit", "ref": COMMIT, "dirty_sha256": CLEAN}, ""),
        ({"repository": "file:///home/a/c", "kind": "commit", "ref": COMMIT, "dirty_sha256": CLEAN}, "/repository"),
        ({"repository": "git@internal:a/c.git", "kind": "commit", "ref": COMMIT}, "/repository"),
        ({"repository": "http://localhost:3000/c", "kind": "commit", "ref": COMMIT}, "/repository"),
        ({"repository": "../code", "kind": "commit", "ref": COMMIT, "dirty_sha256": CLEAN}, "/repository"),
        ({"repository": "git@git.e.org:a/c.git", "kind": "commit", "ref": COMMIT, "dirty_sha256": CLEAN}, None),
        ({"kind": "commit", "ref": UNKNOWN}, "/ref"),
        (None, ""),
    ],
)
def test_training_code_has_a_commit(pin: dict[str, Any] | None, place: str | None) -> None:
    component: dict[str, Any] = {"id": "c", "name": "C", "kinds": ["training_code"]}
    if pin is not None:
        component["pin"] = {"repository": "https://e.org/c.git"} | pin
    report = judged("PROV-CODE-COMMIT", components=[component])
    assert found(report, "unmet") == ([] if place is None else [f"/components/0/pin{place}"])


@pytest.mark.parametrize(
    ("pin", "told"),
    [
        ({"kind": "tag", "ref": "v1.0"}, "'v1.0' is a tag, and may come to mean other code."),
        ({"ref": "v1.0"}, "'v1.0' is of no stated kind, and may come to mean other code."),
        ({"kind": "commit", "ref": "59a53e3"}, "'59a53e3' is no full commit id, and may come to mean other code."),
        ({"kind": "commit", "ref": {"undisclosed": "unknown", "reason": "it was lost"}}, "unknown (it was lost)."),
    ],
)
def test_it_is_said_why_a_pin_is_no_commit(pin: dict[str, Any], told: str) -> None:
    pinned = {"id": "c", "name": "C", "kinds": ["training_code"], "pin": {"repository": "https://e.org/c.git"} | pin}
    (finding,) = judged("PROV-CODE-COMMIT", components=[pinned]).findings
    assert finding.message.endswith(told)


def seeds(*given: dict[str, Any], **fields: Any) -> RequirementReport:
    segments = [{"id": "s1", "seeds": list(given)} | fields.pop("segment", {})]
    return judged("PROV-SEEDS", stages=[{"id": "s", "kind": "train", "segments": segments} | fields])


ORDER = {"purpose": "data_order", "value": 1}


def test_seeds_by_purpose() -> None:
    assert seeds({"purpose": "all", "value": 1}).outcome == "met"
    assert seeds(ORDER, {"purpose": "initialization", "rule": "11111 + checkpoint + 1"}).outcome == "met"
    assert found(seeds(ORDER), "unmet") == ["/stages/0/segments/0/seeds"]
    assert found(seeds({"purpose": "all"}), "unmet") == ["/stages/0/segments/0/seeds/0"]
    assert found(seeds({"purpose": "all", "value": UNKNOWN}), "unmet") == ["/stages/0/segments/0/seeds/0"]
    assert found(seeds(), "unmet") == ["/stages/0/segments/0/seeds"]
    assert found(seeds(segment={"seeds": UNKNOWN}), "unmet") == ["/stages/0/segments/0/seeds"]
    secret = seeds({"purpose": "all", "value": {"undisclosed": "withheld", "reason": "a secret"}})
    assert "withheld (a secret)" in secret.findings[0].message


def test_what_begins_with_given_parameters_needs_no_seed_for_them() -> None:
    component = {"id": "w", "name": "W", "kinds": ["checkpoint"]}
    stage = {"id": "s", "kind": "finetune", "models": [{"model": "w", "role": "initial"}]}
    segments = [{"id": "s1", "seeds": [ORDER]}]
    assert judged("PROV-SEEDS", components=[component], stages=[stage | {"segments": segments}]).outcome == "met"
    assert seeds(ORDER, segment={"resumed_from": DIGEST}).outcome == "met"


@pytest.mark.parametrize("id", ["PROV-SEEDS", "PROV-HARDWARE"])
def test_a_stage_without_segments_says_nothing(id: str) -> None:
    assert found(judged(id), "unmet") == ["/stages"]
    assert found(judged(id, stages=[{"id": "s", "kind": "train"}]), "unmet") == ["/stages/0/segments"]
    assert found(judged(id, stages=[{"id": "s", "kind": "merge"}]), "unmet") == ["/stages"]


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"hardware": [{"vendor": "NVIDIA", "model": "A100", "count": 8}]}, None),
        ({"hardware": [{"vendor": "NVIDIA", "model": "A100"}]}, "/environments/0/hardware/0/count"),
        ({"hardware": UNKNOWN}, "/environments/0/hardware"),
        ({}, "/environments/0/hardware"),
    ],
)
def test_hardware(environment: dict[str, Any], place: str | None) -> None:
    stages = [{"id": "s", "kind": "train", "segments": [{"id": "s1", "environment": "e"}]}]
    report = judged("PROV-HARDWARE", environments=[{"id": "e"} | environment], stages=stages)
    assert found(report, "unmet") == ([] if place is None else [place])


def test_a_segment_ran_where_it_says() -> None:
    conflict = {"at": "/stages/0/segments/0/environment", "declared": "e", "observed": "f", "by": "run.json"}
    report = judged(
        "PROV-HARDWARE",
        environments=[{"id": "e", "hardware": [{"vendor": "NVIDIA", "model": "A100", "count": 8}]}],
        stages=[{"id": "s", "kind": "train", "segments": [{"id": "s1", "environment": "e"}]}],
        measured={"built_from": {"declaration_sha256": DIGEST}, "files": [], "excluded": [], "conflicts": [conflict]},
    )
    assert found(report, "unmet") == ["/stages/0/segments/0/environment"]


def test_a_segment_without_environment() -> None:
    for segment in ({"id": "s1"}, {"id": "s1", "environment": UNKNOWN}):
        stages = [{"id": "s", "kind": "train", "segments": [segment]}]
        report = judged("PROV-HARDWARE", stages=stages)
        assert found(report, "unmet") == ["/stages/0/segments/0/environment"]


def test_an_adapter_draws_its_own_parameters() -> None:
    stage = {"id": "s", "kind": "adapt", "models": [{"model": "p", "role": "initial"}]}
    parents = [{"id": "p", "name": "P", "tensor_root": DIGEST}]
    report = judged("PROV-SEEDS", parents=parents, stages=[stage | {"segments": [{"id": "s1", "seeds": [ORDER]}]}])
    assert found(report, "unmet") == ["/stages/0/segments/0/seeds"]


def test_a_base_is_known_by_a_digest() -> None:
    component = {"id": "w", "name": "W", "kinds": ["weights"], "where": [{"url": "https://e.org/w", "sha256": DIGEST}]}
    stage = {"id": "s", "kind": "finetune", "models": [{"model": "p", "role": "initial"}]}

    def places(parent: dict[str, Any]) -> list[str]:
        parents = [{"id": "p", "name": "P", "described_by": {"role": "publisher"}} | parent]
        return found(judged("PROV-WEIGHTS", components=[component], parents=parents, stages=[stage]), "unmet")

    assert places({}) == ["/parents/0/tensor_root"]
    assert places({"tensor_root": DIGEST}) == []
    assert places({"manifest": {"url": "https://e.org/m", "sha256": DIGEST}}) == []
    assert places({"where": [{"url": "https://e.org/p", "sha256": DIGEST}]}) == []


def test_code_that_a_stage_names_is_what_must_be_pinned() -> None:
    pin = {"repository": "https://e.org/c", "kind": "commit", "ref": COMMIT, "dirty_sha256": CLEAN}
    pinned = {"id": "c", "name": "C", "kinds": ["training_code"], "pin": pin}
    other = {"id": "d", "name": "D"}
    report = judged(
        "PROV-CODE-COMMIT", components=[pinned, other], stages=[{"id": "s", "kind": "train", "code": ["d"]}]
    )
    assert found(report, "unmet") == ["/components/1/pin"]
    segments = [{"id": "s1", "code": UNKNOWN}]
    report = judged(
        "PROV-CODE-COMMIT", components=[pinned], stages=[{"id": "s", "kind": "train", "segments": segments}]
    )
    assert found(report, "unmet") == ["/stages/0/segments/0/code"]


def test_a_digest_that_was_measured_otherwise_fails(built_release: Path) -> None:
    document = json.loads((built_release / "openmodel.json").read_text())
    document["sources"][0]["files"][0]["sha256"] = DIGEST
    report = judge(Facts(openmodel.loads(json.dumps(document), "x.json")), PROVENANCE)
    assert found(report.requirements[0], "unmet") == ["/sources/0/files/0/sha256"]


def test_weights_elsewhere_need_a_digest_at_every_place() -> None:
    component = {"id": "w", "name": "W", "kinds": ["weights"]}
    hashed = {"url": "https://e.org/w", "sha256": DIGEST}
    assert judged("PROV-WEIGHTS", components=[component | {"where": [hashed]}]).outcome == "met"
    partly = component | {"where": [hashed, {"url": "https://e.org/v"}]}
    assert found(judged("PROV-WEIGHTS", components=[partly]), "unmet") == ["/components/0/files"]
    named = component | {"files": ["*.safetensors"]}
    assert found(judged("PROV-WEIGHTS", components=[named]), "unmet") == ["/components/0/files"]
    assert found(judged("PROV-WEIGHTS"), "unmet") == ["/components"]


def test_a_built_release_meets_it_and_shows_what_was_measured(built_release: Path) -> None:
    (policy,) = openmodel.check(built_release, policies=["provenance-1"]).releases[0].policies
    assert policy.outcome == "met"
    assert {item.id: item.grade for item in policy.requirements} == {
        "PROV-DATA-HASH": "recorded",
        "PROV-CODE-COMMIT": "declared",
        "PROV-SEEDS": "declared",
        "PROV-HARDWARE": "declared",
        "PROV-WEIGHTS": "recorded",
    }


def test_measured_weights_are_what_the_globs_name_and_nothing_else(release: Path) -> None:
    text = (release / "openmodel.yaml").read_text()
    (release / "openmodel.yaml").write_text(text.replace('files: ["*.safetensors"]', 'where: [{url: "https://e.org"}]'))
    openmodel.build(release)
    report = openmodel.check(release)
    assert [finding.where for finding in report.findings("unmet")] == ["/components/0/files"]
