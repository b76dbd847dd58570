# SPDX-License-Identifier: Apache-2.0
"""What `init` takes a file for by its name: each rule with a name that it is for, and one that only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.manifest.component import Kind
from tests.drafting.files import components, of_parameters, weights


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
        ("configuration", "v1-inference.yaml", "v1-inference.txt"),
        ("configuration", "tiny.imatrix", "imatrix"),
        ("configuration", "imatrix.dat", "matrix.dat"),
        ("metadata", "runs/a/events.out.tfevents.1700000000.host.1.0", "events.out"),
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
