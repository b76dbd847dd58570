# SPDX-License-Identifier: Apache-2.0
"""Data that went into a stage which by its kind takes none: did it learn?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import ASSERTED, TRAINED, A, B, found

W = {"id": "w", "name": "W", "kinds": ["weights"]}
V = {"id": "v", "name": "V", "kinds": ["tokenizer"]}
INITIAL = [{"model": "c", "role": "initial"}]
BRIEF = B | {"scope": "Preferences."}


def doubts(**stage: Any) -> list[str]:
    """What is doubted about the stage that follows training."""
    checkpoint = {"id": "c", "name": "C", "kinds": ["checkpoint"]}
    given: dict[str, Any] = {"sources": [A, BRIEF], "components": [W, V, checkpoint], "assertions": ASSERTED}
    given["stages"] = [TRAINED[0] | {"result": "c"}, {"id": "last"} | stage]
    asked = ("/stages/1/data/", "/stages/1/kind")
    return [place for place in found(judged("OSAID-DATA-LISTED", **given), "judge") if place.startswith(asked)]


@pytest.mark.parametrize("kind", ["convert", "merge"])
@pytest.mark.parametrize("more", [{"result": "w"}, {"models": INITIAL}, {"models": INITIAL, "result": "w"}], ids=str)
def test_data_without_a_role_is_doubted_where_a_model_came_of_it(kind: str, more: dict[str, Any]) -> None:
    assert "/stages/1/data/1" in doubts(kind=kind, data=[{"source": "a"}, {"source": "b"}], **more)


@pytest.mark.parametrize("data", [[], [{"source": "a"}], [{"source": "b"}]])
@pytest.mark.parametrize("models", [[], INITIAL])
def test_a_tokenizer_is_no_weights(data: list[dict[str, Any]], models: list[dict[str, Any]]) -> None:
    assert "/stages/1/kind" in doubts(kind="tokenize", data=data, models=models, result="w")


@pytest.mark.parametrize(
    "stage",
    [
        {"kind": "quantize", "models": INITIAL, "data": [{"source": "b"}], "result": "w"},
        {"kind": "merge", "models": INITIAL, "data": [{"source": "b", "role": "selection"}], "result": "w"},
        {"kind": "merge", "models": INITIAL, "data": [{"source": "b", "role": "validation"}], "result": "w"},
        {"kind": "convert", "models": INITIAL, "data": [{"source": "b", "role": "train"}], "result": "w"},
        {"kind": "convert", "models": INITIAL, "data": [{"source": "a"}], "result": "w"},
        {"kind": "convert", "models": INITIAL, "result": "w"},
        {"kind": "convert", "data": [{"source": "b"}]},
        {"kind": "tokenize", "data": [{"source": "b"}], "result": "v"},
    ],
    ids=str,
)
def test_what_is_plain_is_not_doubted(stage: dict[str, Any]) -> None:
    assert doubts(**stage) == []
