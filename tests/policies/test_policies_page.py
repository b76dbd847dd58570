# SPDX-License-Identifier: Apache-2.0
"""docs/policies.md: what it shows works, and what it says is there is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import openmodel
from openmodel import policies
from openmodel.manifest.measured import FileRecord
from openmodel.policies import Facts, Policy, outside
from openmodel.policies.trying import try_out

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(code, "house_policy.py", "exec"), names)
    return names


def test_the_smallest_policy_is_one() -> None:
    policy: Policy = run(blocks("python")[0])["POLICY"]
    assert try_out(policy) == ()
    (settings,) = (tomllib.loads(text) for text in blocks("toml"))
    assert settings["project"]["entry-points"][outside.GROUP] == {policy.id: "house_policy:POLICY"}


def test_the_other_examples_run() -> None:
    _smallest, taken_over, classes, _trying = blocks("python")
    assert [item.id for item in run(taken_over)["requirements"]] == ["HOUSE-TERMS-FREE", "HOUSE-DATA-HASH"]
    assert run(classes)["ladder"].rung.title == "may be tried"


def test_what_a_function_can_ask_is_there() -> None:
    facts = Facts(openmodel.loads("openmodel: 1-draft\nrelease: {name: Example}\n"))
    named = set(re.findall(r"`facts\.(\w+)", PAGE))
    assert {"components", "records", "plain"} < named
    assert all(hasattr(facts, name) for name in named)
    measured = re.search(r"what was measured of them: (.*) \|", PAGE)
    assert measured is not None
    assert set(re.findall(r"`(\w+)`", measured[1])) <= set(FileRecord.model_fields)


def test_what_is_said_to_stay_is_exported() -> None:
    stays = PAGE.partition("## What stays as it is")[2]
    told = set(re.findall(r"`(\w+)`", stays))
    of_policies = {"checklist", "g7", "mof", "mot", "open_data", "osaid", "provenance"}
    assert len(of_policies) == len(policies.POLICIES)
    exported = set(policies.__all__) - of_policies - {"POLICIES"}
    assert exported <= told
    for name in exported:
        assert hasattr(policies, name)
