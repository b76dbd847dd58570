# SPDX-License-Identifier: Apache-2.0
"""Which models `init` finds that a model was made from, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.manifest.base import answered
from tests.drafting.files import Content, drafted

Parents = list[tuple[str, str | None, str | None]]
"""Name, last part of the address, and revision."""

HUB = "https://huggingface.co/"


def parents(root: Path, files: dict[str, Content]) -> Parents:
    declaration, _ = drafted(root, files)
    found: Parents = []
    for parent in answered(declaration.parents):
        (place,) = answered(parent.where) or (None,)
        found.append((parent.name, place.url.removeprefix(HUB) if place else None, place.revision if place else None))
    return found


CARD = "---\nbase_model: {}\n---\n# T\n"
ADAPTER: dict[str, object] = {"base_model_name_or_path": "example/base", "revision": "abc"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # The revision of one place and the id of another are of one model.
        (
            {"README.md": CARD.format("example/base"), "adapter_config.json": ADAPTER},
            [("example/base", "example/base", "abc")],
        ),
        (
            {"README.md": CARD.format("example/base"), "adapter_config.json": {"base_model_name_or_path": "base"}},
            [("base", "example/base", None)],
        ),
        (
            {
                "README.md": CARD.format("example/base"),
                "adapter_config.json": {"base_model_name_or_path": "/home/x/base", "revision": "abc"},
            },
            [("base", "example/base", "abc")],
        ),
        (
            {"mergekit_config.yml": "models: [{model: example/base}]\n", "adapter_config.json": ADAPTER},
            [("example/base", "example/base", "abc")],
        ),
        # One name of two owners is two models.
        (
            {"README.md": CARD.format("[a/base, b/base, A/base]")},
            [("a/base", "a/base", None), ("b/base", "b/base", None)],
        ),
        # The parts of a merge, in layers or whole, and what they are merged into.
        (
            {
                "mergekit_config.yml": "slices:\n- sources: [{model: a/one}, {model: b/two}]\n"
                "- sources: [{model: a/one}]\n"
            },
            [("a/one", "a/one", None), ("b/two", "b/two", None)],
        ),
        (
            {"mergekit_config.yaml": "models: [{model: a/one}]\nbase_model: b/base\nmerge_method: ties\n"},
            [("a/one", "a/one", None), ("b/base", "b/base", None)],
        ),
        (
            {"mergekit_config.yml": "models: [{model: {model: {path: a/one}}}, {model: 5}, 7]\n"},
            [("a/one", "a/one", None)],
        ),
        # How the Hub's template calls it.
        ({"README.md": "# T\n\n- **Finetuned from model:** example/base\n"}, [("example/base", "example/base", None)]),
        (
            {"README.md": "# T\n\n- **Finetuned from model [optional]:** https://huggingface.co/example/base\n"},
            [("example/base", "example/base", None)],
        ),
        ({"README.md": "# T\n\n- **Base model:** a large one\n"}, []),
        ({"README.md": "# T\n\n- **Base model:** base\n"}, []),
    ],
)
def test_parents_are_told_apart_and_brought_together(
    tmp_path: Path, files: dict[str, Content], expected: Parents
) -> None:
    assert parents(tmp_path, files) == expected


BASE = "---\nbase_model: example/base\n{}---\n# T\n\n{}\n"


@pytest.mark.parametrize(
    ("front", "body", "kind"),
    [
        ("base_model_relation: adapter\n", "", "adapt"),
        ("base_model_relation: merge\n", "", "merge"),
        ("base_model_relation: quantized\n", "", "quantize"),
        ("base_model_relation: finetune\n", "", "finetune"),
        ("base_model_relation: other\n", "", None),
        ("quantized_by: Jane\n", "", "quantize"),
        ("quantized_by: Jane\nbase_model_relation: finetune\n", "", "finetune"),
        ("", "It is a finetuned version of it.", "finetune"),
        ("", "## Fine-tuning", "finetune"),
        ("", "## No fine-tuning", None),
        ("", "It is like it.", None),
    ],
)
def test_what_was_done_with_the_base(tmp_path: Path, front: str, body: str, kind: str | None) -> None:
    declaration, _ = drafted(tmp_path, {"README.md": BASE.format(front, body)})
    (stage,) = answered(declaration.stages)
    assert stage.kind == kind


def test_a_sentence_about_fine_tuning_without_a_base_says_nothing(tmp_path: Path) -> None:
    declaration, _ = drafted(tmp_path, {"README.md": "---\ndatasets: a/b\n---\n# T\n\n## Fine-tuning\n"})
    (stage,) = answered(declaration.stages)
    assert stage.kind is None


def test_many_models_are_bounded_and_told(tmp_path: Path) -> None:
    models = "".join(f"- model: a/b{number}\n" for number in range(150))
    declaration, text = drafted(tmp_path, {"mergekit_config.yml": f"models:\n{models}"})
    assert len(answered(declaration.parents)) == 100
    assert "# NOTE: 50 more models" in text
