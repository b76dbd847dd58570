# SPDX-License-Identifier: Apache-2.0
"""Which files `init` puts together as a component, and what it takes them for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import openmodel
from openmodel.drafting.components import MAX_LISTED
from openmodel.drafting.weight_groups import MAX_SETS
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component, Kind
from tests.drafting.files import Content, drafted, line_of, weights, write
from tests.drafting.test_findings import gguf

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 5\n"


def components(directory: Path, files: Mapping[str, Content]) -> tuple[Component, ...]:
    return answered(openmodel.init(write(directory, files)).declaration.components)


def of_parameters(directory: Path, names: list[str]) -> dict[str, tuple[str, ...]]:
    """By name, the files of each component of parameters, when nothing is in the files."""
    found = components(directory, dict.fromkeys(names, b""))
    kinds = {"weights", "checkpoint", "optimizer_state"}
    return {one.name: one.files for one in found if set(one.kinds) & kinds}


@pytest.mark.parametrize(
    ("kind", "right", "near"),
    [
        ("tokenizer", "tokenizer.json", "my_tokenizer.json"),
        ("tokenizer", "tokenizer.model", "tokenizer.models"),
        ("tokenizer", "tokenizer_config.json", "tokenizer_config.yaml"),
        ("tokenizer", "special_tokens_map.json", "tokens_map.json"),
        ("tokenizer", "added_tokens.json", "tokens.json"),
        ("tokenizer", "vocab.txt", "vocab2.txt"),
        ("tokenizer", "vocab.json", "vocabulary.json"),
        ("tokenizer", "vocab.bpe", "x.bpe"),
        ("tokenizer", "merges.txt", "merge.txt"),
        ("tokenizer", "spiece.model", "piece.model"),
        ("tokenizer", "sentencepiece.bpe.model", "sentence.bpe.model"),
        ("tokenizer", "cl100k.tiktoken", "tiktoken"),
        ("tokenizer", "chat_template.jinja", "chat_templates.jinja"),
        ("evaluation_results", "eval_results.json", "evals.json"),
        ("evaluation_results", "all_results.json", "results.json"),
        ("evaluation_results", "predict_results.json", "predictions.json"),
        ("metadata", "trainer_state.json", "trainer_states.json"),
        ("metadata", "train_results.json", "trained_results.json"),
        ("metadata", "training_info.json", "info.json"),
        ("configuration", "config.json", "configs.json"),
        ("configuration", "data_config.json", "dataconfig.json"),
        ("configuration", "config_sentence_transformers.json", "configuration.json"),
        ("configuration", "model_index.json", "model_indices.json"),
        ("configuration", "modules.json", "module.json"),
        ("configuration", "params.json", "parameters.json"),
        ("configuration", "training_args.bin", "training_args.txt"),
        ("configuration", "mergekit_config.yml", "mergekit.yml"),
        ("configuration", "hparams.yaml", "hparams.txt"),
        ("training_code", "train.py", "train_test_split.py"),
        ("training_code", "train_script.py", "trained.py"),
        ("training_code", "run-train.sh", "strain.sh"),
        ("training_code", "trainer.py", "trainers.py"),
        ("training_code", "Training.ipynb", "training_data.ipynb"),
        ("training_code", "pretrain.py", "pretrained_networks.py"),
        ("training_code", "fine_tune_model.py", "tune.py"),
        ("training_code", "finetuning.py", "test_finetuning.py"),
        ("training_code", "a/pre-training.py", "train/model.py"),
        ("evaluation_code", "eval.py", "evaluable.py"),
        ("evaluation_code", "run_eval.py", "eval_utils.py"),
        ("evaluation_code", "evaluate_model.py", "medieval.py"),
        ("evaluation_code", "evaluation.ipynb", "evaluations.ipynb"),
        ("inference_code", "inference.py", "inferno.py"),
        ("inference_code", "predict.py", "prediction_mode.py"),
        ("inference_code", "infer.sh", "infer_config.sh"),
        ("inference_code", "generate.py", "generate_data.py"),
        ("inference_code", "handler.py", "handlers.py"),
        ("architecture", "modeling_tiny.py", "modeling.py"),
        ("architecture", "modelling_tiny.py", "remodelling_tiny.py"),
        ("architecture", "configuration_tiny.py", "configuration.py"),
    ],
)
def test_names_that_say_what_a_file_is(tmp_path: Path, kind: Kind, right: str, near: str) -> None:
    (found,) = components(tmp_path / "right", {right: "x"})
    assert (found.kinds, found.files) == ((kind,), (right,))
    assert all(kind not in one.kinds for one in components(tmp_path / "near", {near: "x"}))


@pytest.mark.parametrize(
    ("form", "right", "near"),
    [
        ("GGUF", "a.gguf", "gguf"),
        ("ONNX", "a.onnx", "a.onnx.txt"),
        ("PyTorch", "a.pt", "training_data.pt"),
        ("PyTorch", "a.pth", "dataset.pth"),
        ("PyTorch", "data_model.ckpt", "data.ckpt"),
        ("PyTorch", "pytorch_model.bin", "pytorch.bin"),
        ("PyTorch", "diffusion_pytorch_model.fp16.bin", "diffusion.bin"),
        ("PyTorch", "adapter_model.bin", "adapt.bin"),
        ("PyTorch", "__0_0.distcp", "distcp"),
        ("TensorFlow Lite", "a.tflite", "a.tflite.md"),
        ("TensorFlow", "tf_model.h5", "tf_modelling.h5"),
        ("TensorFlow", "frozen_model.pb", "frozen.pb"),
        ("Keras", "a.keras", "keras"),
        ("Keras", "a.weights.h5", "a.weighty.h5"),
        ("HDF5", "best_model.h5", "model_predictions.h5"),
        ("HDF5", "model.hdf5", "train.hdf5"),
        ("Flax", "flax_model.msgpack", "flax.msgpack"),
        ("Flax", "model-params.msgpack", "paramset.msgpack"),
        ("fastText", "lid.176.ftz", "lid.176.txt"),
        ("fastText", "lid.176.bin", "lids.bin"),
        ("BIN", "model.bin", "remodel.bin"),
        ("Core ML", "a.mlmodel", "a.mlmodels"),
        ("joblib", "a.joblib", "a.joblib.md"),
        ("joblib", "a.joblib.lz4", "joblib.lz4"),
        ("pickle", "model.pkl", "samples.pkl"),
        ("pickle", "my_classifier.pickle", "classified.pickle"),
        ("pickle", "model.pkl.gz", "table.pkl.gz"),
        ("LZ4", "model.lz4", "table.lz4"),
        ("NumPy", "weights.npz", "model_data.npz"),
        ("Paddle", "a.pdparams", "a.pdparam"),
        ("Paddle", "a.pdiparams", "a.pdi"),
        ("TorchServe", "a.mar", "a.march"),
        ("TensorRT", "a.engine", "engine.md"),
        ("TensorRT", "a.plan", "plan"),
        ("ExecuTorch", "a.pte", "a.pten"),
        ("NeMo", "a.nemo", "nemo"),
        ("TAR", "model.tar.gz", "corpus.tar.gz"),
        ("TAR", "nemo_model.tgz", "nemos.tgz"),
        ("Caffe", "a.caffemodel", "a.prototxt"),
    ],
)
def test_names_that_say_what_holds_parameters(tmp_path: Path, form: str, right: str, near: str) -> None:
    assert of_parameters(tmp_path / "right", [right]) == {f"Weights in {form}": (right,)}
    assert of_parameters(tmp_path / "near", [near]) == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("optimizer.pt", "optimizer_state"),
        ("optimizer.bin", "optimizer_state"),
        ("optimizer.safetensors", "optimizer_state"),
        ("optimizer_0.pt", "optimizer_state"),
        ("zero_pp_rank_0_mp_rank_00_optim_states.pt", "optimizer_state"),
        ("scheduler.pt", "optimizer_state"),
        ("rng_state.pth", "optimizer_state"),
        ("rng_state_0.pth", "optimizer_state"),
        ("random_states_0.pkl", "optimizer_state"),
        ("scaler.pt", "optimizer_state"),
        ("optimizers_model.onnx", "weights"),
        ("my_scaler_model.pt", "weights"),
        ("checkpoint-100/model.onnx", "checkpoint"),
        ("a/ckpt_5/model.onnx", "checkpoint"),
        ("step20/model.onnx", "checkpoint"),
        ("global_step7/optimizer.pt", "optimizer_state"),
        ("checkpoint/model.onnx", "weights"),
        ("checkpoint-100.onnx", "weights"),
        ("mycheckpoint-100/model.onnx", "weights"),
    ],
)
def test_states_on_the_way_to_the_model_are_not_the_model(tmp_path: Path, name: str, kind: Kind) -> None:
    content = weights() if name.endswith(".safetensors") else b""
    assert [one.kinds for one in components(tmp_path, {name: content})] == [(kind,)]


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
    files: dict[str, Content] = {f"onnx/{n}/model.onnx": b"" for n in range(MAX_SETS)}
    files |= {f"lora/{n}/adapter.safetensors": weights("same") for n in range(2)}
    declaration, text = drafted(tmp_path, files)
    graphs, adapters = answered(declaration.components)[1], answered(declaration.components)[0]
    assert (graphs.name, graphs.kinds, graphs.files) == ("Weights in ONNX", ("weights",), ("onnx/**",))
    assert (adapters.name, adapters.kinds) == ("Weights", ())  # Of one kind it would hold a tensor twice.
    assert adapters.terms is None
    assert adapters.pin is None
    assert f"NOTE: There are {MAX_SETS + 2} sets of parameters here" in text
    del files["onnx/0/model.onnx"], files["onnx/1/model.onnx"]
    assert len(components(tmp_path / "fewer", files)) == MAX_SETS


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
    files: dict[str, Content] = {"a.xyz": b"x" * 2000, "b.dat": b"x" * 30, "c.txt": "x", "train.py": ""}
    _, text = drafted(tmp_path / "without", files)
    said = "No file was recognised as weights. The biggest: a.xyz (2,000 bytes), b.dat (30 bytes), c.txt (1 bytes)."
    assert said in line_of(text, "# NOTE: No file was recognised")
    _, text = drafted(tmp_path / "with", files | {"model.onnx": b""})
    assert "recognised as weights" not in text
    _, text = drafted(tmp_path / "empty", {})
    assert "recognised as weights" not in text


def test_settings_that_pytorch_wrote_are_no_weights(tmp_path: Path) -> None:
    (found,) = components(tmp_path, {"training_args.bin": b"\x80\x02}q\x00."})
    assert (found.kinds, found.files) == (("configuration",), ("training_args.bin",))


def test_code_in_any_language_is_code_of_no_stated_kind(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"a.cpp": "int x;", "b.rs": "", "train.c": "", "notes.md": ""})
    assert line_of(text, "files:") == "files: [a.cpp, b.rs, train.c]"
    assert re.search(r"^ +# kinds: \[\]  # for example training_code", text, re.MULTILINE)
