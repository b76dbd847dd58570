# SPDX-License-Identifier: Apache-2.0
"""The model that an adapter runs on is half of the parameters: whether it can be had."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.policies.report import RequirementReport
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

GONE = [{"url": "https://e.org/base", "access": "gone"}]
OPEN = [{"url": "https://e.org/base", "access": "open"}]
ADAPTER = ["adapter_model.safetensors", "adapter_config.json"]
PARENT = "/parents/0/where"


def weights(id: str, *files: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "kinds": ["weights"], "files": list(files)} | fields


def tuned(kind: str | None, role: str = "initial", result: str = "w", model: str = "p") -> dict[str, Any]:
    stage = {"id": f"{kind}-{result}", "models": [{"model": model, "role": role}], "result": result}
    return stage | ({"kind": kind} if kind else {})


def report(
    where: list[dict[str, Any]], *stages: dict[str, Any], files: list[str] = ADAPTER, **fields: Any
) -> RequirementReport:
    given = {"parents": [{"id": "p", "name": "P", "where": where, "described_by": {"role": "publisher"}}]}
    given |= {"components": [weights("w", *files)], "stages": list(stages)}
    return judged("OSAID-PARAM-AVAILABLE", **(given | fields))


@pytest.mark.parametrize(
    ("access", "kind"),
    [("open", None), ("registration", None), ("fee", "judge"), ("request", "unmet"), ("gone", "unmet")],
)
def test_a_base_is_had_as_weights_are(access: str, kind: str | None) -> None:
    where = [{"url": "https://e.org/base", "access": access}]
    by_place = report(where, tuned("adapt"))
    parent = {"id": "p", "name": "P", "described_by": {"role": "publisher"}}
    by_component = report(
        [], tuned("adapt"), parents=[parent], components=[weights("w", *ADAPTER), weights("b", of="p", where=where)]
    )
    for one, place in ((by_place, PARENT), (by_component, "/components/1/where")):
        assert {item: found(one, item) for item in ("unmet", "judge") if found(one, item)} == (
            {kind: [place]} if kind else {}
        )


@pytest.mark.parametrize("role", ["initial", "merged"])
def test_in_whatever_role_the_adapter_began_with_it(role: str) -> None:
    assert found(report(GONE, tuned("adapt", role)), "unmet") == [PARENT]


@pytest.mark.parametrize("kind", ["train", "finetune", "distill", None])
@pytest.mark.parametrize("built", [True, False])
def test_files_of_an_adapter_raise_a_doubt_whatever_its_stage_is_called(kind: str | None, built: bool) -> None:
    records = [{"path": path, "size": 300, "sha256": "0" * 64, "blake3": "0" * 64} for path in sorted(ADAPTER)]
    block = {"built_from": {"declaration_sha256": "0" * 64}, "files": records, "excluded": []}
    fields: dict[str, Any] = {"measured": block} if built else {}
    doubted = report(GONE, tuned(kind), **fields)
    assert (found(doubted, "judge"), found(doubted, "unmet")) == ([PARENT], [])
    assert report(OPEN, tuned(kind), **fields).outcome == "met"


@pytest.mark.parametrize("files", [["model.safetensors"], ["my_adapter_config.json.safetensors"], ["adapter.pt"]])
def test_the_base_of_a_whole_model_is_not_asked_for(files: list[str]) -> None:
    assert report(GONE, tuned("finetune"), files=files).outcome == "met"


def test_the_base_of_an_adapter_that_was_merged_into_it_is_not_asked_for() -> None:
    merge = tuned("merge", "merged", model="a") | {"models": [{"model": id, "role": "merged"} for id in ("p", "a")]}
    adapter = weights("a", kinds=["checkpoint"])
    whole = [weights("w", "model.safetensors"), adapter]
    assert report(GONE, tuned("adapt", result="a"), merge, components=whole).outcome == "met"
    both = [weights("w", "model.safetensors"), adapter | {"kinds": ["weights"], "where": OPEN}]
    assert found(report(GONE, tuned("adapt", result="a"), merge, components=both), "unmet") == [PARENT]


def test_a_base_of_the_release_itself_has_to_be_there() -> None:
    base = weights("b", kinds=["checkpoint"])
    begun = tuned("finetune", model="b")
    components = [weights("w", *ADAPTER), base]
    assert found(report(OPEN, begun, components=components), "judge") == ["/components/1/where"]
