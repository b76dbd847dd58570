# SPDX-License-Identifier: Apache-2.0
"""Which models `init` finds that a model was made from, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.manifest.base import answered
from tests.drafting.files import Content, drafted, line_of, weights, write
from tests.drafting.test_findings import gguf

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
            [("example/base", "example/base", None)],
        ),
        (
            {
                "README.md": CARD.format("example/base"),
                "adapter_config.json": {"base_model_name_or_path": "/home/x/base", "revision": "abc"},
            },
            [("example/base", "example/base", "abc")],
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
        # What is merged may be named by paths, each of which is a model, and with an adapter on it.
        (
            {
                "README.md": CARD.format("[meta/One-8B, other/Two]"),
                "mergekit_config.yml": "models: [{model: /data/One-8B}, {model: /data/Two}, {model: ./mine}]\n",
            },
            [("meta/One-8B", "meta/One-8B", None), ("other/Two", "other/Two", None), ("mine", None, None)],
        ),
        (
            {"mergekit_config.yml": "models: [{model: a/one@v1+c/lora@v2}]\nbase_model: b/base+c/lora\n"},
            [("a/one", "a/one", "v1"), ("c/lora", "c/lora", "v2"), ("b/base", "b/base", None)],
        ),
        (
            {
                "mergekit_config.yml": "models:\n"
                "- model: {model: {path: a/one, revision: v1}, lora: {path: c/lora, revision: v2}}\n"
                "- model: {model: a/two, lora: c/other}\n"
            },
            [
                ("a/one", "a/one", "v1"),
                ("c/lora", "c/lora", "v2"),
                ("a/two", "a/two", None),
                ("c/other", "c/other", None),
            ],
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


BASE_OF_GGUF = {
    "general__base_model__0__repo_url": "https://huggingface.co/a/Base",
    "general__base_model__0__name": "Base",
}


@pytest.mark.parametrize(
    ("front", "expected", "told"),
    [
        ("base_model: a/Tuned\nbase_model_relation: quantized\n", ["a/Tuned"], True),
        ("base_model: a/Tuned\n", ["a/Tuned"], True),
        ("base_model: a/Base\n", ["a/Base"], False),
        ("license: mit\n", ["a/Base"], False),
    ],
)
def test_the_base_of_what_was_converted_is_no_second_base(
    tmp_path: Path, front: str, expected: list[str], *, told: bool
) -> None:
    files: dict[str, Content] = {"README.md": f"---\n{front}---\n# T\n", "t-Q4_0.gguf": gguf(**BASE_OF_GGUF)}
    declaration, text = drafted(tmp_path, files)
    assert [parent.name for parent in answered(declaration.parents)] == expected
    (stage,) = answered(declaration.stages)
    assert len(stage.models) == 1
    remark = "# GGUF, general.base_model.0 names a/Base: it may be the base of what was converted."
    assert (remark in text) == told
    alone = "# GGUF, general.base_model.0, which of a converted copy is the base of what was converted"
    assert (alone in text) == ("base_model" not in front)


QUANTIZED = "---\nbase_model: a/Tuned\nbase_model_relation: quantized\ndatasets: a/data\n---\n# T\n"


def test_the_blanks_of_a_stage_that_trains_nothing(tmp_path: Path) -> None:
    """Data on the card of a copy is that of the original, and nothing was shuffled."""
    declaration, text = drafted(tmp_path, {"README.md": QUANTIZED, "t-Q4_0.gguf": gguf()})
    (stage,) = answered(declaration.stages)
    assert stage.data is None
    assert line_of(text, '# of: ""')
    assert line_of(text, "# data: []").endswith("data of its parents are not its own")
    assert line_of(text, "#   conversion_code: {undisclosed: withheld")
    assert line_of(text, "#   training_code: {undisclosed: not_applicable")
    for absent in ("# segments:", "# order:", "merging_code"):
        assert absent not in text


def test_the_blanks_of_a_stage_that_trains(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path, {"README.md": QUANTIZED.replace("quantized", "finetune")})
    (stage,) = answered(declaration.stages)
    assert [use.source for use in answered(stage.data)] == ["data"]
    for start in ("# result:", "# order:", "#     layout:", "#   training_code: {undisclosed: withheld"):
        assert line_of(text, start)
    for absent in ('# of: ""', "merging_code", "conversion_code"):
        assert absent not in text


@pytest.mark.parametrize(
    ("front", "names", "words"),
    [
        (
            "base_model: a/T\nbase_model_relation: quantized\n",
            ("t-Q4_0.gguf", "t-Q8_0.gguf"),
            "By README.md, `base_model_relation`, they are made from a/T; give each a stage with its `result`.",
        ),
        ("base_model: a/T\n", ("t-Q4_0.gguf", "t-Q8_0.gguf"), "a stage of kind convert or quantize for each."),
        ("base_model: a/T\n", ("t-Q4_0.gguf", "t.safetensors"), "for each, or keep one."),
    ],
)
def test_several_formats(tmp_path: Path, front: str, names: tuple[str, ...], words: str) -> None:
    files: dict[str, Content] = {name: gguf() if name.endswith("gguf") else weights() for name in names}
    draft = openmodel.init(write(tmp_path, {"README.md": f"---\n{front}---\n# T\n", **files}))
    (remark,) = [remark for remark in draft.remarks if "formats" in remark]
    assert remark.endswith(words)
    assert line_of(draft.text, "# result:")
