# SPDX-License-Identifier: Apache-2.0
"""Configuration and tokenizer are held against the tensors beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.policies.readings import (
    Document,
    Step,
    declared,
    made,
    read,
    requirements,
    write,
    write_json,
)

WEIGHTS = "model.safetensors"
CONFIG = {"vocab_size": 8, "num_hidden_layers": 2, "hidden_size": 4, "torch_dtype": "float32"}


def model(root: Path, rows: int = 8, width: int = 4, layers: int = 2, more: dict[str, Any] | None = None) -> None:
    """Weights as a transformer has them, in place of the toy's."""
    tensors = {
        "model.embed_tokens.weight": np.zeros((rows, width), np.float32),
        "model.norm.weight": np.zeros(width, np.float32),
    }
    tensors |= {f"model.layers.{n}.mlp.weight": np.zeros((2, 2), np.float32) for n in range(layers)}
    save_file(tensors | (more or {}), root / WEIGHTS)


def tokenizer(size: int, added: int = 0) -> Document:
    tokens = [{"id": size + n, "content": f"<{n}>"} for n in range(added)]
    return {"model": {"type": "BPE", "vocab": {f"t{n}": n for n in range(size)}, "merges": []}, "added_tokens": tokens}


CONFIGURATIONS: list[tuple[str, Step, tuple[str, Document], str | None, str | None]] = [
    ("all agree", model, ("config.json", CONFIG), None, None),
    ("fewer rows", lambda root: model(root, rows=7), ("config.json", CONFIG), "vocab_size 8", "7 rows"),
    ("padded", lambda root: model(root, rows=64), ("config.json", CONFIG), None, "64 rows"),
    ("fewer layers", lambda root: model(root, layers=1), ("config.json", CONFIG), "num_hidden_layers 2", "1 layers"),
    ("more layers", lambda root: model(root, layers=3), ("config.json", CONFIG), None, "3 layers"),
    (
        "an adapter of some layers",
        lambda root: save_file({"model.layers.0.a.weight": np.zeros((2, 2), np.float32)}, root / WEIGHTS),
        ("config.json", CONFIG),
        None,
        None,
    ),
    (
        "layers in layers",
        lambda root: model(root, layers=0, more={f"h.{n}.layers.0.w": np.zeros(2, np.float32) for n in range(2)}),
        ("config.json", CONFIG),
        None,
        None,
    ),
    ("another width", lambda root: model(root, width=5), ("config.json", CONFIG), "hidden_size 4", "width 5"),
    ("another type", model, ("config.json", CONFIG | {"torch_dtype": "bfloat16"}), None, "bfloat16"),
    ("nested", lambda root: model(root, rows=7), ("config.json", {"text_config": CONFIG}), "vocab_size 8", "7 rows"),
    (
        "two matrices",
        lambda root: model(root, more={"lm_head.weight": np.zeros((9, 4), np.float32)}),
        ("config.json", CONFIG | {"vocab_size": 99}),
        None,
        "differ in their rows: [8, 9]",
    ),
    (
        "quantised",
        lambda root: model(root, more={"model.embed_tokens.weight": np.zeros((2, 4), np.uint8)}),
        ("config.json", CONFIG),
        None,
        None,
    ),
    (
        "two stacks",
        lambda root: model(root, more={"decoder.layers.0.weight": np.zeros(2, np.float32)}),
        ("config.json", CONFIG | {"num_hidden_layers": 9}),
        None,
        None,
    ),
    ("no configuration", model, ("config.json", {"vocab_size": "many", "num_hidden_layers": True}), None, None),
    ("tokenizer", model, ("tokenizer.json", tokenizer(8)), None, None),
    ("too many tokens", model, ("tokenizer.json", tokenizer(9)), "a vocabulary of 9", "8 rows"),
    ("tokens that were added", model, ("tokenizer.json", tokenizer(8, added=2)), None, "up to the number 9"),
    ("a list", model, ("tokenizer.json", {"model": {"vocab": [["a", 0.1]] * 9}}), "a vocabulary of 9", "8 rows"),
    ("vocab.json", model, ("vocab.json", {f"t{n}": n for n in range(9)}), "a vocabulary of 9", "8 rows"),
]


@pytest.mark.parametrize(
    ("weights", "file", "said", "observed"), [row[1:] for row in CONFIGURATIONS], ids=[row[0] for row in CONFIGURATIONS]
)
def test_configuration_and_tokenizer_against_the_tensors(
    tmp_path: Path, weights: Step, file: tuple[str, Document], said: str | None, observed: str | None
) -> None:
    configuration = {"id": "settings", "name": "Configuration", "kinds": ["architecture"], "files": ["*.json"]}
    components = [*declared("components"), configuration]
    release = read(made(tmp_path, weights, write_json(*file), components=components))
    assert release.evidence is not None
    remarks = [item.message for item in release.evidence.remarks if item.where == "/components/2/files/0"]
    if said is None:
        assert release.contradictions == ()
        assert [message for message in remarks if observed and observed in message] if observed else remarks == []
    else:
        (found,) = release.contradictions
        assert (found.where, str(found.declared).partition(": ")[2], found.observed) == (
            "/components/2/files/0",
            said,
            observed,
        )
        assert any(item.outcome == "unmet" for item in requirements(release).values() if "CODE-ARCHITECTURE" in item.id)


def test_a_part_of_the_weights_is_not_compared_with_the_configuration(tmp_path: Path) -> None:
    index = {"weight_map": dict.fromkeys(("model.embed_tokens.weight", "model.norm.weight"), WEIGHTS)}
    index["weight_map"] |= {"model.layers.0.mlp.weight": WEIGHTS, "model.layers.1.mlp.weight": "model-2.safetensors"}
    steps = (lambda root: model(root, layers=1), write_json("config.json", CONFIG))
    release = read(made(tmp_path, *steps, write_json("model.safetensors.index.json", index)))
    assert release.contradictions == ()
    assert release.evidence is not None
    assert any("not all there" in item.message for item in release.evidence.remarks)


@pytest.mark.parametrize(
    "content", [b"{", b"[" * 100_000, b'{"vocab_size": 1e999}', b'{"vocab_size": 9, "vocab_size": 9}', b"\xff", b"[]"]
)
def test_a_configuration_that_is_none_is_no_contradiction(tmp_path: Path, content: bytes) -> None:
    root = made(tmp_path, model, write("config.json", content), write("tokenizer.json", content))
    release = read(root)
    assert release.contradictions == ()
    assert release.evidence is not None
    told = [one for one in release.evidence.remarks if "was not compared: found" in one.message]
    assert len(told) == (0 if content == b"[]" else 2)
