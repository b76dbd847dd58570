# SPDX-License-Identifier: Apache-2.0
"""No rule costs the product of two sizes of a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openmodel.policies import POLICIES, Policy
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from tests.policies.test_engine import calls, facts

SHA = "0" * 64
TEXT = "Nothing was removed."


def measured(paths: list[str]) -> dict[str, Any]:
    files = [{"path": path, "size": 1, "sha256": SHA, "blake3": SHA} for path in paths]
    return {"built_from": {"declaration_sha256": SHA}, "files": files, "excluded": [], "release_root": SHA}


def component(number: int, *kinds: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "name": f"C{number}", "kinds": kinds} | fields


def directories(size: int) -> Facts:
    """A component for each directory."""
    kinds = ("training_code", "weights", "library", "data_card", "configuration")
    components = [component(n, kinds[n % 5], files=[f"d{n}/**", f"e{n}.*"]) for n in range(size)]
    return facts(components=components, measured=measured([f"d{n}/a.py" for n in range(size)]))


def texts(size: int) -> Facts:
    """A licence text over each component, and terms of many names."""
    ids = ["MIT", "GPL-3.0-only", "CC-BY-NC-4.0", "Apache-2.0"]
    measuring = measured([f"d{n}/{name}" for n in range(size) for name in ("LICENSE", "a.py")])
    measuring["files"] = [
        file | ({"license_ids": ids[at % 4 : at % 4 + 2]} if at % 2 == 0 else {"size": 99})
        for at, file in enumerate(measuring["files"])
    ]
    components = [
        component(n, "training_code", files=[f"d{n}/**"], terms={"expression": f"MIT AND u{n} AND v{n}"})
        for n in range(size)
    ]
    return facts(components=components, measured=measuring)


def one_repository(size: int) -> Facts:
    """All stages ran code and settings of one component of many files."""
    given = {"code": ["c0"], "settings": {"component": "c0", "path": "d/0.py"}}
    kinds = ("merge", "quantize", "train", "process")
    stages = [{"id": f"s{n}", "kind": kinds[n % 4]} | given for n in range(size)]
    paths = [f"d/{n}.py" for n in range(size)]
    return facts(components=[component(0, "training_code", files=["d/**"])], stages=stages, measured=measured(paths))


def assertions(size: int) -> Facts:
    """Weights without terms, and assertions instead."""
    made = [{"statement": "parameters_freely_available", "by": "Lab"}] * size
    weights = [component(n, "weights", where=[{"url": "https://e.org"}]) for n in range(size)]
    return facts(release={"name": "toy", "publisher": "Lab"}, components=weights, assertions=made)


def chain(size: int) -> Facts:
    """Sources that were each made from the one before, in stages that name ten each, with the base they begin with."""
    document = {"document": {"path": "data.pdf"}}
    sources = [
        {
            "id": f"a{n}",
            "name": f"A{n}",
            "class": ("open", "public", "obtainable", "unshareable")[n % 4],
            "where": [{"url": f"https://e.org/{n}", "access": "open"}],
            "terms": {"expression": "MIT"},
            "scope": document,
            "filtered": TEXT,
            "labelled": {"undisclosed": "not_applicable", "reason": "Pretraining."},
            "derived_from": [f"a{n - 1}"] if n else [],
        }
        for n in range(size)
    ]
    stages = [
        {
            "id": f"s{n}",
            "kind": "finetune",
            "data": [{"source": f"a{(n + k) % size}"} for k in range(10)],
            "models": [{"model": f"p{n}", "role": "initial"}, {"model": f"c{n}", "role": "initial"}],
            "result": f"c{n}",
        }
        for n in range(size)
    ]
    parents = [{"id": f"p{n}", "name": f"P{n}"} for n in range(size)]
    weights = [component(n, "weights", of=f"p{n}") for n in range(size)]
    paper = component(size, "research_paper", files=["data.pdf"])
    return facts(sources=sources, stages=stages, parents=parents, components=[*weights, paper])


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
@pytest.mark.parametrize("make", [directories, texts, one_repository, assertions, chain])
def test_twice_the_document_is_twice_the_work(make: Callable[[int], Facts], policy: Policy) -> None:
    small, twice = make(60), make(120)
    once = calls(lambda: judge(small, policy))
    assert calls(lambda: judge(twice, policy)) < 2.3 * once
