# SPDX-License-Identifier: Apache-2.0
"""check with verify_bytes: models that files of the release name as its base, and its manifest does not."""

from __future__ import annotations

from typing import Any

import pytest

import openmodel
from tests.policies.readings import Step, declared, made, read, remarks, requirements, write, write_json

IDS = ("OSAID-DATA-LISTED", "OSAID-CODE-TRAINING")
CONFIG, ADAPTER, CARD = "config.json", "adapter_config.json", "README.md"


def card(*bases: str) -> Step:
    return write(CARD, f"---\nlicense: mit\nbase_model: [{', '.join(bases)}]\n---\n# Toy\n")


def adapter(base: Any) -> Step:
    return write_json(ADAPTER, {"peft_type": "LORA", "base_model_name_or_path": base})


def config(base: Any) -> Step:
    return write_json(CONFIG, {"model_type": "toy", "_name_or_path": base})


def doubts(tmp_path: Any, *steps: Step, **fields: Any) -> list[list[str]]:
    """What is doubted at /parents, for each of the two requirements that ask it."""
    found = requirements(read(made(tmp_path, *steps, **fields)))
    return [[item.message for item in found[id].findings if item.where == "/parents"] for id in IDS]


NAMING = {
    "an adapter": (adapter("meta-llama/Llama-2-70b"), "adapter_config.json, base_model_name_or_path"),
    "an adapter of a model of one name": (adapter("gpt2"), "adapter_config.json, base_model_name_or_path"),
    "a configuration": (config("meta-llama/Llama-2-70b-hf"), "config.json, _name_or_path"),
    "the card": (card("meta-llama/Llama-3-70B"), "README.md, `base_model`"),
    "an address in the card": (
        write(CARD, "---\nbase_model: https://huggingface.co/meta-llama/Llama-3-70B\n---\n"),
        "README.md, `base_model`",
    ),
}


@pytest.mark.parametrize("naming", NAMING)
def test_a_base_that_only_a_file_names_is_doubted(tmp_path: Any, naming: str) -> None:
    step, said = NAMING[naming]
    for found in doubts(tmp_path, step):
        assert [message.startswith(f"{said} names ") for message in found] == [True]
    release = openmodel.check(tmp_path / "toy").releases[0]
    assert not any(item.where == "/parents" for one in requirements(release).values() for item in one.findings)


@pytest.mark.parametrize(
    ("step", "parent"),
    [
        (adapter("meta-llama/Llama-2-70b"), {"name": "Llama 2 70B"}),
        (card("meta-llama/Meta-Llama-3-70B"), {"name": "Llama 3 70B"}),
        (config("gpt2"), {"name": "GPT-2"}),
        (config("lab/x-1"), {"name": "The first", "where": [{"url": "https://huggingface.co/lab/x-1"}]}),
    ],
    ids=["as the Hub has it", "a part of it", "one word", "by its address"],
)
def test_a_parent_may_be_called_as_people_call_it(tmp_path: Any, step: Step, parent: dict[str, Any]) -> None:
    assert doubts(tmp_path, step, parents=[{"id": "p", **parent}]) == [[], []]


@pytest.mark.parametrize(("role", "count"), [("initial", 0), ("teacher", 1), (None, 1)])
def test_an_own_checkpoint_is_a_base_where_a_stage_began_with_it(tmp_path: Any, role: str | None, count: int) -> None:
    checkpoint = {"id": "early", "name": "Toy 7B, step 100", "kinds": ["checkpoint"]}
    stage = {"id": "s", "kind": "train"} | ({"models": [{"model": "early", "role": role}]} if role else {})
    given: dict[str, Any] = {"components": [*declared("components"), checkpoint], "stages": [stage]}
    told = doubts(tmp_path, config("lab/toy-7b-step-100"), **given)
    assert [sum("config.json" in message for message in one) for one in told] == [count, count]


def test_a_teacher_of_that_name_is_no_base(tmp_path: Any) -> None:
    (stage,) = ({"id": "s", "kind": "train", "models": [{"model": "p", "role": "teacher"}]},)
    found = doubts(tmp_path, adapter("lab/teacher-7b"), parents=[{"id": "p", "name": "Teacher 7B"}], stages=[stage])
    assert [len(one) for one in found] == [1, 1]


@pytest.mark.parametrize(
    "step",
    [
        config("/home/someone/llama-2"),
        config("./out"),
        config("results/checkpoint-500"),
        config("checkpoint-500"),
        config("someone/toy"),
        config(""),
        config(None),
        config(["a"]),
        adapter("../models/base"),
        adapter("C:\\models\\base"),
        card(),
        card("[More Information Needed]"),
        write(CARD, "# Toy\n\nbase_model: lab/base\n"),
        write_json("data/config.json", {"_name_or_path": "lab/base"}),
        write_json("tool_config.json", {"_name_or_path": "lab/base"}),
    ],
)
def test_what_names_no_other_model_is_not_told(tmp_path: Any, step: Step) -> None:
    assert doubts(tmp_path, step) == [[], []]


@pytest.mark.parametrize(
    ("path", "text"), [(CARD, "---\nbase_model: [\n---\n"), (CONFIG, "{"), (ADAPTER, "[" * 10_000)]
)
def test_what_cannot_be_read_is_told(tmp_path: Any, path: str, text: str) -> None:
    release = read(made(tmp_path, write(path, text)))
    assert any(f"{path} was not read: found " in message for message in remarks(release).values())


def test_an_adapter_whose_base_is_named_is_asked_once_and_an_own_checkpoint_is_thought_of(tmp_path: Any) -> None:
    found = requirements(read(made(tmp_path, adapter("meta-llama/Llama-2-70b"))))
    for id in IDS:
        said = [item for item in found[id].findings if "adapter" in item.message]
        assert [item.where for item in said] == ["/parents"]
        assert "own earlier checkpoint" in said[0].fix
    found = requirements(read(made(tmp_path / "path", adapter("./somewhere"))))
    assert any("nothing says of which model" in item.message for item in found[IDS[0]].findings)


def test_a_review_is_bound_to_the_bytes_of_the_file(tmp_path: Any) -> None:
    root = made(tmp_path, config("gpt2"))
    found = next(item for item in requirements(read(root))[IDS[0]].findings if item.where == "/parents")
    assert "at: [/parents, /stages, /measured/files/" in found.fix
    root = made(tmp_path / "card", card("lab/base"))
    found = next(item for item in requirements(read(root))[IDS[0]].findings if item.where == "/parents")
    assert "subject_sha256" not in found.fix
