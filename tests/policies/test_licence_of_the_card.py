# SPDX-License-Identifier: Apache-2.0
"""check with verify_bytes: the licence that the card of a release names, and the terms of its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.policies.readings import declared, made, read, requirements, write


def outcome(tmp_path: Path, front: str, expression: str = "Apache-2.0", *further: str) -> tuple[str, list[str]]:
    first, *others = declared("components", terms={"expression": expression})
    more = [first | {"id": f"w{at}", "terms": {"expression": one}} for at, one in enumerate(further)]
    fields: dict[str, Any] = {"components": [first, *others, *more]}
    release = read(made(tmp_path, write("README.md", f"---\n{front}\n---\n# Toy\n"), **fields))
    said = [str(item.observed) for item in release.contradictions if item.where.endswith("/terms/expression")]
    return requirements(release)["OSAID-TERMS-PARAM"].outcome, said


@pytest.mark.parametrize(
    ("front", "observed"),
    [
        ("license: cc-by-nc-4.0", "cc-by-nc-4.0"),
        ("license: [llama2]", "llama2"),
        ("license: other\nlicense_name: acme-research", "acme-research"),
        ("license: cc", "cc"),
        ("license: gpl", "gpl"),
        ("license: bsd", "bsd"),
    ],
)
def test_a_card_with_another_licence_contradicts_the_terms(tmp_path: Path, front: str, observed: str) -> None:
    assert outcome(tmp_path, front) == ("unmet", [observed])


@pytest.mark.parametrize(
    ("front", "expression"),
    [
        ("license: apache-2.0", "Apache-2.0"),
        ("license: other\nlicense_name: mit-or-apache-2.0", "MIT OR Apache-2.0"),
        ("license: other", "Apache-2.0"),
        ("license: unknown", "Apache-2.0"),
        ("license:\n- apache-2.0\n- cc-by-4.0", "Apache-2.0"),
        ("license: bsd", "BSD-3-Clause"),
        ("license: cc", "CC-BY-4.0"),
        ("license: gpl", "GPL-3.0-or-later"),
        ("license: [mit, apache-2.0]", "Apache-2.0"),
        ("license: other\nlicense_link: LICENSE", "Apache-2.0"),
        ("license: other\nlicense_link: https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("license: gpl-3.0", "GPL-3.0-or-later"),
        ("title: Toy", "Apache-2.0"),
        ("license:\tapache-2.0", "Apache-2.0"),
        ("tags: [", "Apache-2.0"),
    ],
)
def test_a_card_with_the_same_licence_or_none_does_not(tmp_path: Path, front: str, expression: str) -> None:
    assert outcome(tmp_path, front, expression) == ("met", [])


def test_a_card_may_name_the_licence_of_one_of_the_weights(tmp_path: Path) -> None:
    assert outcome(tmp_path, "license: mit", "Apache-2.0", "MIT")[1] == []
    assert outcome(tmp_path / "b", "license: llama2", "Apache-2.0", "MIT")[1] == ["llama2", "llama2"]


@pytest.mark.parametrize(
    ("front", "expression"),
    [
        ("license: [apache-2.0, cc-by-nc-4.0]", "Apache-2.0"),
        ("license: [mit, bsd-3-clause]", "Apache-2.0"),
        ("license: other\nlicense_link: https://ai.meta.com/llama/license", "Apache-2.0"),
        ("license:\tcc-by-nc-4.0", "Apache-2.0"),
        ("tags: [\nlicense: llama2", "Apache-2.0"),
    ],
)
def test_a_card_that_may_name_another_licence_waits_for_a_person(tmp_path: Path, front: str, expression: str) -> None:
    assert outcome(tmp_path, front, expression) == ("undetermined", [])
