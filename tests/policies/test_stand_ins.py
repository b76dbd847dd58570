# SPDX-License-Identifier: Apache-2.0
"""Files that cannot be the data, tokenizer, architecture or weights that they are said to be."""

from __future__ import annotations

import json
from typing import Any

import pytest

import openmodel
from openmodel.policies.availability.stand_ins import only_stand_ins
from openmodel.policies.facts import Facts
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import A, found
from tests.policies.test_presence import file, measured, pointer

WEIGHTS = {"id": "w", "name": "W", "kinds": ["weights"], "files": ["*.safetensors"]}
LICENCE = file("LICENSE") | {"license_ids": ["MIT"]}
PARAMETERS = file("model.safetensors", format="safetensors")
UNFINISHED = file("data.tar.part") | {"defect": "it has the name of a download that is not finished"}
STAND_INS = (LICENCE, file("README.md"), file("requirements.txt"), UNFINISHED, PARAMETERS)
OPEN = [{"url": "https://e.org/data"}]


def open_data(*files: dict[str, Any], **source: Any) -> tuple[str, list[str]]:
    given = A | {"class": "open", "files": [{"path": one["path"]} for one in files]} | source
    report = judged("OSAID-DATA-OPEN", sources=[given], components=[WEIGHTS], **measured(*files, PARAMETERS))
    return report.outcome, found(report, "unmet") + found(report, "judge")


@pytest.mark.parametrize("stand_in", STAND_INS, ids=lambda one: str(one["path"]))
def test_a_person_must_judge_data_whose_files_can_be_none(stand_in: dict[str, Any]) -> None:
    assert open_data(stand_in) == ("undetermined", ["/sources/0/files"])
    assert open_data(stand_in, where=OPEN) == ("met", [])
    assert open_data(stand_in, file("data.csv")) == ("met", [])


def test_where_there_is_no_file_nothing_stands_in() -> None:
    document = {"openmodel": "1-draft", "release": {"name": "toy"}}
    for block in ({}, measured(LICENCE)):
        facts = Facts(openmodel.loads(json.dumps(document | block)))
        assert only_stand_ins(facts, ["LICENSE"])
        assert not only_stand_ins(facts, [])


@pytest.mark.parametrize("nothing", [file("a.csv", size=0), pointer("a.parquet")], ids=lambda one: str(one["path"]))
def test_data_of_which_nothing_was_measured_is_not_there(nothing: dict[str, Any]) -> None:
    assert open_data(nothing) == ("unmet", ["/sources/0/files"])
    assert open_data(nothing, where=OPEN) == ("met", [])
    source = A | {"files": [{"path": nothing["path"]}]}
    report = judged("PROV-DATA-HASH", sources=[source], **measured(nothing))
    assert found(report, "unmet") == ["/sources/0/files/0"]


@pytest.mark.parametrize(
    "data",
    [
        [file("data.csv")],
        [file("notes.md")],
        [file("licences.csv")],
        [file("embeddings.safetensors", format="safetensors")],
        [file("rows.csv"), file("_SUCCESS", size=0)],
        [file("readme_texts.txt")],
    ],
    ids=lambda files: str(files[0]["path"]),
)
def test_whatever_else_is_there_may_be_data(data: list[dict[str, Any]]) -> None:
    if data[0].get("format") == "safetensors":  # It is not of the weights.
        given = A | {"class": "open", "files": [{"path": data[0]["path"]}]}
        assert judged("OSAID-DATA-OPEN", sources=[given], **measured(*data)).outcome == "met"
    else:
        assert open_data(*data) == ("met", [])


def test_one_page_may_be_that_of_an_error_and_many_are_data() -> None:
    assert open_data(file("books.html")) == ("undetermined", ["/sources/0/files"])
    assert open_data(file("books.html"), where=OPEN) == ("met", [])
    assert open_data(file("a.html"), file("b.html")) == ("met", [])


def test_before_build_names_are_all_that_is_known() -> None:
    for path, outcome in (("LICENSE.txt", "undetermined"), ("data.csv", "met")):
        source = A | {"class": "open", "files": [{"path": path}]}
        assert judged("OSAID-DATA-OPEN", sources=[source]).outcome == outcome
    both = A | {"class": "open", "files": [{"path": "LICENSE.txt"}, {"path": "data.csv"}]}
    assert judged("OSAID-DATA-OPEN", sources=[both]).outcome == "met"


@pytest.mark.parametrize("kind", ["tokenizer", "architecture"])
def test_a_tokenizer_or_architecture_is_no_licence_and_no_weights(kind: str) -> None:
    id = {"tokenizer": "OSAID-CODE-LIBRARIES", "architecture": "OSAID-CODE-ARCHITECTURE"}[kind]

    def outcome(*files: dict[str, Any], **changes: Any) -> str:
        component = {"id": "t", "name": "T", "kinds": [kind], "files": [one["path"] for one in files]} | changes
        there = {one["path"]: one for one in (*files, PARAMETERS)}
        return judged(id, components=[WEIGHTS, component], **measured(*there.values())).outcome

    page = file("tokenizer.json") | {"defect": "it is a page and not the JSON that its name says"}
    texts = (file("DATA.md"), file("about.pdf"), file("net.html"), page)
    for stand_in in (*STAND_INS, *texts):
        assert outcome(stand_in) == "undetermined"
        assert outcome(stand_in, where=OPEN) == "met"
        assert outcome(stand_in, where=[OPEN[0] | {"access": "gone"}]) == "undetermined"
        assert outcome(stand_in, where=[OPEN[0] | {"access": "request"}]) == "unmet"
        assert outcome(stand_in, file("vocab.txt")) == "met"
    assert outcome(file("model.gguf", format="gguf")) == "met"
    assert outcome(file("config.json")) == "met"


@pytest.mark.parametrize(
    ("nothing", "why", "fix"),
    [
        (pointer("tokenizer.json"), "tokenizer.json is a git LFS pointer", "git lfs pull"),
        (file("tokenizer.json", size=0), "tokenizer.json is empty", "Put the files there"),
        (file("LICENSE"), "a licence", "Name the files that are it"),
    ],
    ids=["pointer", "empty", "licence"],
)
def test_what_stands_in_for_a_tokenizer_is_said(nothing: dict[str, Any], why: str, fix: str) -> None:
    component = {"id": "t", "name": "Words, and more", "kinds": ["tokenizer"], "files": [nothing["path"]]}
    report = judged("OSAID-CODE-LIBRARIES", components=[WEIGHTS, component], **measured(nothing, PARAMETERS))
    (finding,) = report.findings
    assert finding.message.startswith('Nothing in the files of "Words, and more" can be the tokenizer')
    assert why in finding.message
    assert fix in finding.fix


TRAINERS = [
    *("optimizer.pt", "scheduler.pt", "rng_state_0.pth", "training_args.bin", "optim.pt", "optimizer_state.pt"),
    *("optimizer_1.bin", "zero_pp_rank_0_mp_rank_00_optim_states.pt", "random_states_0.pkl", "lr_scheduler.pt"),
]


@pytest.mark.parametrize("name", ["model_states.pt", "mp_rank_00_model_states.pt", "optimized.pt", "my_optim.bin"])
def test_weights_whose_name_is_like_a_trainers_are_weights(name: str) -> None:
    block = measured(file(name, format="pytorch"))
    assert judged("OSAID-PARAM-AVAILABLE", components=[WEIGHTS | {"files": [name]}], **block).outcome == "met"


@pytest.mark.parametrize("name", TRAINERS)
def test_what_a_trainer_leaves_beside_the_weights_is_not_the_weights(name: str) -> None:
    weights = WEIGHTS | {"files": [name]}
    assert judged("OSAID-PARAM-AVAILABLE", components=[weights]).outcome == "undetermined"
    block = measured(file(name, format="pytorch"))
    assert judged("OSAID-PARAM-AVAILABLE", components=[weights], **block).outcome == "undetermined"
    both = measured(file(name, format="pytorch"), PARAMETERS)
    assert judged("OSAID-PARAM-AVAILABLE", components=[WEIGHTS | {"files": ["*"]}], **both).outcome == "met"


@pytest.mark.parametrize("nothing", [file("config.json", size=0), pointer("config.json")], ids=["empty", "pointer"])
def test_settings_and_descriptions_in_nothing_are_not_there(nothing: dict[str, Any]) -> None:
    holder = {"id": "c", "name": "C", "kinds": ["configuration"], "files": ["config.json"]}

    def outcome(measured_file: dict[str, Any], given: dict[str, Any], **changes: Any) -> str:
        stages = [{"id": "s", "kind": "train", "settings": {"component": "c"} | given}]
        block = measured(measured_file)
        return judged("OSAID-CODE-SETTINGS", stages=stages, components=[holder | changes], **block).outcome

    holds_two = holder | {"files": ["config.json", "train.yaml"]}
    stages = [{"id": "s", "kind": "train", "settings": {"component": "c"}}]
    for block in ({}, measured(nothing, file("train.yaml"))):
        assert judged("OSAID-CODE-SETTINGS", stages=stages, components=[holds_two], **block).outcome == "met"

    page = file("config.json") | {"defect": "it is a page and not the JSON that its name says"}
    for given in ({}, {"path": "config.json"}):
        assert outcome(nothing, given) == "unmet"
        assert outcome(nothing, given, where=OPEN) == "met"
        assert outcome(file("config.json"), given) == "met"
    assert outcome(page, {"path": "config.json"}) == "undetermined"
    described = A | {"scope": {"document": {"path": "config.json"}}}
    for content, wanted in ((nothing, "unmet"), (file("config.json"), "undetermined")):
        assert judged("OSAID-DATA-SCOPE", sources=[described], **measured(content)).outcome == wanted
    elsewhere = A | {"scope": {"document": {"path": "config.json", "url": "https://e.org/card"}}}
    assert judged("OSAID-DATA-SCOPE", sources=[elsewhere], **measured(nothing)).outcome == "undetermined"
