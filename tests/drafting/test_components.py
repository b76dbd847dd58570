# SPDX-License-Identifier: Apache-2.0
"""Which files `init` puts together as a component, and what it takes them for."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

import openmodel
from openmodel.drafting.components import MAX_LISTED
from openmodel.drafting.weight_groups import MAX_SETS
from openmodel.manifest.base import answered
from tests.drafting.files import Content, components, drafted, line_of, of_parameters, weights
from tests.drafting.test_findings import gguf

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 5\n"


LPIPS = [f"lpips/weights/v0.{version}/{net}.pth" for version in (0, 1) for net in ("alex", "squeeze", "vgg")]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            LPIPS,
            {
                f"Weights {name.removeprefix('lpips/weights/').removesuffix('.pth')} in PyTorch": (name,)
                for name in LPIPS
            },
        ),
        (
            ["tiny.Q4_K_M.gguf", "tiny-q8_0.gguf", "tiny-UD-IQ2_XXS.gguf"],
            {
                "Weights in GGUF Q8_0": ("tiny-q8_0.gguf",),
                "Weights in GGUF Q4_K_M": ("tiny.Q4_K_M.gguf",),
                "Weights in GGUF UD-IQ2_XXS": ("tiny-UD-IQ2_XXS.gguf",),
            },
        ),
        (
            ["Q4_0/tiny-Q4_0-00001-of-00002.gguf", "Q4_0/tiny-Q4_0-00002-of-00002.gguf", "mmproj-F16.gguf"],
            {
                "Weights Q4_0/tiny in GGUF Q4_0": (
                    "Q4_0/tiny-Q4_0-00001-of-00002.gguf",
                    "Q4_0/tiny-Q4_0-00002-of-00002.gguf",
                ),
                "Weights mmproj in GGUF F16": ("mmproj-F16.gguf",),
            },
        ),
        (
            ["onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1", "onnx/model_quantized.onnx"],
            {
                "Weights model in ONNX": ("onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1"),
                "Weights model_quantized in ONNX": ("onnx/model_quantized.onnx",),
            },
        ),
        (["a.onnx", "a.data", "b.data"], {"Weights in ONNX": ("a.data", "a.onnx")}),
        (["a.onnx", "a.onnx.data"], {"Weights in ONNX": ("a.onnx", "a.onnx.data")}),
        (
            ["silero.jit.pt", "silero.onnx", "silero.tflite"],
            {
                "Weights in PyTorch": ("silero.jit.pt",),
                "Weights in ONNX": ("silero.onnx",),
                "Weights in TensorFlow Lite": ("silero.tflite",),
            },
        ),
        (
            ["consolidated.00.pth", "consolidated.01.pth", "params.json"],
            {"Weights in PyTorch": ("consolidated.00.pth", "consolidated.01.pth")},
        ),
        (
            ["m/saved_model.pb", "m/variables/variables.index", "m/variables/variables.data-00000-of-00001", "m/a.txt"],
            {
                "Weights in TensorFlow": (
                    "m/saved_model.pb",
                    "m/variables/variables.data-00000-of-00001",
                    "m/variables/variables.index",
                )
            },
        ),
        (
            ["bert.ckpt.index", "bert.ckpt.meta", "bert.ckpt.data-00000-of-00001", "other.index"],
            {"Weights in TensorFlow": ("bert.ckpt.data-00000-of-00001", "bert.ckpt.index", "bert.ckpt.meta")},
        ),
        (
            ["web/model.json", "web/group1-shard1of2.bin", "web/group1-shard2of2.bin", "model.json"],
            {"Weights in TensorFlow.js": ("web/group1-shard1of2.bin", "web/group1-shard2of2.bin", "web/model.json")},
        ),
        (
            ["en/config.cfg", "en/meta.json", "en/ner/model", "en/ner/cfg", "en/vocab/vectors", "model"],
            {"Weights in spaCy": ("en/ner/model", "en/vocab/vectors")},
        ),
        (
            ["A.mlpackage/Manifest.json", "A.mlpackage/Data/w.bin", "B.mlmodel"],
            {
                "Weights A in Core ML": ("A.mlpackage/Data/w.bin", "A.mlpackage/Manifest.json"),
                "Weights B in Core ML": ("B.mlmodel",),
            },
        ),
        (
            ["det.pdmodel", "det.pdiparams", "det.pdiparams.info", "rec.pdparams"],
            {
                "Weights det in Paddle": ("det.pdiparams", "det.pdiparams.info", "det.pdmodel"),
                "Weights rec in Paddle": ("rec.pdparams",),
            },
        ),
        (["ir/a.xml", "ir/a.bin", "b.xml"], {"Weights in OpenVINO": ("ir/a.bin", "ir/a.xml")}),
        (
            ["a/optimizer.bin", "b/x.pdopt"],
            {
                "Optimizer state in BIN": ("a/optimizer.bin",),
                "Optimizer state in Paddle": ("b/x.pdopt",),
            },
        ),
        (
            [
                f"checkpoint-{n}/{name}"
                for n in (1, 2)
                for name in ("pytorch_model.bin", "optimizer.pt", "scheduler.pt")
            ],
            {
                "Checkpoint checkpoint-1/pytorch_model in PyTorch": ("checkpoint-1/pytorch_model.bin",),
                "Checkpoint checkpoint-2/pytorch_model in PyTorch": ("checkpoint-2/pytorch_model.bin",),
                "Optimizer state checkpoint-1 in PyTorch": ("checkpoint-1/optimizer.pt", "checkpoint-1/scheduler.pt"),
                "Optimizer state checkpoint-2 in PyTorch": ("checkpoint-2/optimizer.pt", "checkpoint-2/scheduler.pt"),
            },
        ),
    ],
)
def test_what_belongs_together(tmp_path: Path, names: list[str], expected: dict[str, tuple[str, ...]]) -> None:
    assert of_parameters(tmp_path, names) == expected


def index(*shards: str) -> dict[str, object]:
    """An index of shards that each hold the tensor of their number."""
    return {"weight_map": {f"t{number}": shard for number, shard in enumerate(shards)}}


def test_shards_belong_to_their_index(tmp_path: Path) -> None:
    shards = [f"model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    halves = [f"model.fp16-0000{n}-of-00002.safetensors" for n in (1, 2)]
    torch = [f"pytorch_model-0000{n}-of-00002.bin" for n in (1, 2)]
    other = [f"b/pytorch_model-0000{n}-of-00002.bin" for n in (1, 2)]
    files: dict[str, Content] = {name: weights(f"t{n}") for names in (shards, halves) for n, name in enumerate(names)}
    files |= dict.fromkeys((*torch, *other), POINTER)
    files |= {
        "model.safetensors.index.json": index(*shards),
        "model.safetensors.index.fp16.json": index(*halves),
        "pytorch_model.bin.index.json": index(*torch),
        "b/pytorch_model.bin.index.json": POINTER,
    }
    declaration, _ = drafted(tmp_path, files)
    found = {one.name: set(one.files) for one in answered(declaration.components)}
    assert found == {
        "Weights model": {*shards, "model.safetensors.index.json"},
        "Weights model.fp16": {*halves, "model.safetensors.index.fp16.json"},
        "Weights pytorch_model in PyTorch": {*torch, "pytorch_model.bin.index.json"},
        "Weights b/pytorch_model in PyTorch": {*other, "b/pytorch_model.bin.index.json"},
    }


@pytest.mark.parametrize("name", ["model.safetensors.index.json", "pytorch_model.bin.index.json"])
def test_an_index_whose_shards_are_not_there_is_of_weights_that_are_missing(tmp_path: Path, name: str) -> None:
    shard = name.removesuffix(".index.json").replace(".", "-00001-of-00001.")
    declaration, _ = drafted(tmp_path, {name: index(shard)})
    (component,) = answered(declaration.components)
    assert (component.kinds, component.files) == (("weights",), (name,))
    assert component.name == ("Weights" if "safetensors" in name else "Weights in PyTorch")
    report = openmodel.check(tmp_path).releases[0].policies
    messages = [finding.message for policy in report for one in policy.requirements for finding in one.findings]
    assert any(f"lacks 1 shard of {component.name} that {name} names: {shard}" in message for message in messages)


def test_ids_are_readable_and_of_the_files(tmp_path: Path) -> None:
    long = "x" * 90
    names = ["tiny.Q4_K_M.gguf", "tiny.Q8_0.gguf", f"{long}/a.onnx", f"{long}/b.onnx", "naïve/é.onnx", "naïve/è.onnx"]
    found = components(tmp_path, dict.fromkeys(names, b""))
    ids = [one.id for one in found]
    assert ids[:2] == ["weights-na-ve-in-onnx", "weights-na-ve-in-onnx-2"]
    assert "weights-in-gguf-q4_k_m" in ids
    assert "weights-in-gguf-q8_0" in ids
    assert len(set(ids)) == len(names)
    again = components(tmp_path / "again", dict.fromkeys(reversed(names), b""))
    assert [(one.id, one.files) for one in again] == [(one.id, one.files) for one in found]


def test_forms_of_one_model_are_told_and_no_result_is_chosen(tmp_path: Path) -> None:
    names = ["tiny.Q4_K_M.gguf", "tiny.Q8_0.gguf"]
    files: dict[str, Content] = {name: gguf(general__name="Tiny") for name in names}
    declaration, text = drafted(tmp_path, {**files, "README.md": "---\nbase_model: a/b\n---\n# T\n"})
    assert "The parameters are here in 2 formats: GGUF Q4_K_M, GGUF Q8_0. Nothing says which was made" in text
    (stage,) = answered(declaration.stages)
    assert stage.result is None


def test_very_many_sets_are_put_together_by_folder(tmp_path: Path) -> None:
    files: dict[str, Content] = {f"onnx/{n}.onnx": b"" for n in range(MAX_SETS)}
    files |= {f"lora/{n}.safetensors": weights("same") for n in range(2)}
    declaration, text = drafted(tmp_path, files)
    graphs, adapters = answered(declaration.components)[1], answered(declaration.components)[0]
    assert (graphs.name, graphs.kinds, graphs.files) == ("Weights in ONNX", ("weights",), ("onnx/**",))
    assert (adapters.name, adapters.kinds) == ("Weights", ())  # Of one kind it would hold a tensor twice.
    assert adapters.terms is None
    assert adapters.pin is None
    assert f"NOTE: There are {MAX_SETS + 2} sets of parameters here" in text
    del files["onnx/0.onnx"], files["onnx/1.onnx"]
    assert len(components(tmp_path / "fewer", files)) == MAX_SETS


def test_folders_are_as_deep_as_the_bound_allows(tmp_path: Path) -> None:
    names = [f"{part}/{n}/model.onnx" for part in ("a", "b") for n in range(MAX_SETS)]
    found = of_parameters(tmp_path, names)
    assert found == {"Weights a in ONNX": ("a/**",), "Weights b in ONNX": ("b/**",)}


def test_safetensors_come_first(tmp_path: Path) -> None:
    files: dict[str, Content] = {"a.onnx": b"", "b.safetensors": weights()}
    assert [one.name for one in components(tmp_path, files)] == ["Weights", "Weights in ONNX"]


def test_what_the_content_shows_counts_more_than_a_name(tmp_path: Path) -> None:
    found = components(tmp_path, {"a.bin": gguf(general__name="T"), "a.xml": "<x/>", "b.data": gguf(general__name="T")})
    assert {one.name: one.files for one in found} == {
        "Weights a in GGUF": ("a.bin",),
        "Weights b in GGUF": ("b.data",),
    }


@pytest.mark.parametrize("count", [MAX_LISTED, MAX_LISTED + 1])
def test_many_files_are_named_by_a_glob_that_names_no_others(tmp_path: Path, count: int) -> None:
    files: dict[str, Content] = {f"src/a{n}.py": "" for n in range(count)}
    (code,) = components(tmp_path / "alone", files)
    assert code.files == (("src/**",) if count > MAX_LISTED else tuple(sorted(files)))
    (code,) = components(tmp_path / "beside", files | {"src/notes.txt": ""})
    assert code.files == (("src/**/*.py",) if count > MAX_LISTED else tuple(sorted(files)))
    *_, code = components(tmp_path / "mixed", files | {"src/train.py": ""})
    assert code.files == tuple(sorted(files))


def test_a_name_that_is_a_glob_does_not_name_other_files(tmp_path: Path) -> None:
    files: dict[str, Content] = {"*.safetensors": weights("a"), "b.safetensors": weights("a"), "?.py": ""}
    declaration, text = drafted(tmp_path, files)
    assert [one.files for one in answered(declaration.components)] == [("b.safetensors",)]
    assert "No component names *.safetensors, ?.py; the inventory holds them all the same." in text


def test_that_nothing_was_recognised_as_weights_is_said_with_the_biggest_files(tmp_path: Path) -> None:
    files: dict[str, Content] = {"z.xyz": b"x" * 2000, "b.dat": b"x" * 30, "a.txt": "xx", "train.py": ""}
    _, text = drafted(tmp_path / "without", files)
    said = "No file was recognised as weights. The biggest: z.xyz (2,000 bytes), b.dat (30 bytes), a.txt (2 bytes)."
    assert said in line_of(text, "# NOTE: No file was recognised")
    _, text = drafted(tmp_path / "with", files | {"model.onnx": b""})
    assert "recognised as weights" not in text
    _, text = drafted(tmp_path / "empty", {})
    assert "recognised as weights" not in text


def test_settings_that_pytorch_wrote_are_no_weights(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
    (found,) = components(tmp_path / "model", {"training.bin": packed.getvalue()})
    assert found.kinds == ("weights",)
    (found,) = components(tmp_path / "settings", {"training_args.bin": packed.getvalue()})
    assert (found.kinds, found.files) == (("configuration",), ("training_args.bin",))


def test_code_in_any_language_is_code_of_no_stated_kind(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"a.cpp": "int x;", "b.rs": "", "train.c": "", "notes.md": ""})
    assert line_of(text, "files:") == "files: [a.cpp, b.rs, train.c]"
    assert re.search(r"^ +# kinds: \[\]  # for example training_code", text, re.MULTILINE)
    assert line_of(text, "# pin:")


def test_code_of_a_kind_says_that_its_name_tells_it_and_asks_for_a_commit(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"train.py": "", "config.json": {}})
    assert line_of(text, "kinds: [training_code]") == "kinds: [training_code]  # by the names of the files"
    assert line_of(text, "kinds: [configuration]") == "kinds: [configuration]"
    assert line_of(text, "# pin:")
