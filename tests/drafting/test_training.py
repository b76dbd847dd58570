# SPDX-License-Identifier: Apache-2.0
"""What `init` takes from the files that training tools write."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.manifest.base import answered
from openmodel.manifest.stage import SettingsFile, Stage
from tests.drafting.files import Content, drafted, line_of, weights, write

ADAPTER: dict[str, object] = {
    "base_model_name_or_path": "example/base",
    "peft_type": "LORA",
    "r": 16,
    "lora_alpha": 32,
    "lora_dropout": 0.05,
    "target_modules": ["q_proj", "v_proj"],
    "modules_to_save": None,
    "bias": "none",
    "layers_pattern": "layers",
}
EMISSIONS = (
    "timestamp,run_id,duration,emissions,energy_consumed,country_name,gpu_count,gpu_model,cpu_model\n"
    "2024-01-01,abc,3600,0.125,2.5,Norway,2,2 x NVIDIA A100-SXM4-80GB,Intel Xeon\n"
)


def stage_of(root: Path, files: dict[str, Content]) -> tuple[Stage, str]:
    declaration, text = drafted(root, files)
    (stage,) = answered(declaration.stages)
    return stage, text


def test_the_settings_of_an_adapter(tmp_path: Path) -> None:
    stage, text = stage_of(tmp_path, {"adapter_config.json": ADAPTER})
    assert stage.settings == {
        "peft_type": "LORA",
        "r": 16,
        "lora_alpha": 32,
        "lora_dropout": 0.05,
        "target_modules": ["q_proj", "v_proj"],
        "bias": "none",
    }
    assert line_of(text, "settings:").endswith("# adapter_config.json")


MERGE = """\
models:
- {model: a/b, parameters: {weight: [0.1, 0.9], density: 0.5}}
- {model: a/c, parameters: {weight: 0.3}}
merge_method: ties
dtype: bfloat16
parameters: {t: 0.5, x: [{}]}
"""


def test_the_settings_of_a_merge_are_its_whole_file(tmp_path: Path) -> None:
    stage, text = stage_of(tmp_path, {"mergekit_config.yml": MERGE})
    assert stage.settings == SettingsFile(component="configuration", path="mergekit_config.yml")
    told = "# the whole file; merge_method ties, dtype bfloat16, parameters.t 0.5"
    assert line_of(text, "settings:").endswith(told)
    assert [use.weight for use in stage.models] == [None, 0.3]


def test_the_settings_of_a_merge_among_others(tmp_path: Path) -> None:
    stage, text = stage_of(tmp_path, {"mergekit_config.yml": MERGE, "args.json": {"lr": 0.1}})
    assert stage.settings == {"lr": 0.1, "merge_method": "ties", "dtype": "bfloat16", "parameters.t": 0.5}
    assert "# mergekit_config.yml may say more, such as settings of each model; they are not repeated here." in text


def test_the_weight_of_a_slice_is_none_of_the_model(tmp_path: Path) -> None:
    merge = "slices:\n- sources: [{model: a/b, parameters: {weight: 0.9}}, {model: a/c}]\n"
    stage, _ = stage_of(tmp_path, {"mergekit_config.yml": merge})
    assert [use.weight for use in stage.models] == [None, None]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("training_args.json", {"learning_rate": 1e-4, "evaluation_strategy": "no", "seed": 7}),
        ("args.json", {"learning_rate": 1e-4, "evaluation_strategy": "no", "seed": 7}),
        ("hparams.yaml", "learning_rate: 0.0001\nevaluation_strategy: 'no'\nseed: 7\n"),
    ],
)
def test_the_arguments_that_a_tool_wrote_down(tmp_path: Path, name: str, content: Content) -> None:
    stage, text = stage_of(tmp_path, {name: content})
    assert stage.settings == {"learning_rate": 1e-4, "evaluation_strategy": "no", "seed": 7}
    (seed,) = answered(stage.segments[0].seeds)
    assert seed.value == 7
    assert line_of(text, "seeds:").endswith(f"# {name}, seed")


def test_paths_and_secrets_among_arguments_are_not_copied(tmp_path: Path) -> None:
    arguments: dict[str, object] = {
        "lr": 1,
        "model": "example/base",
        "output_dir": "/home/jdoe/out",
        "cache": "~/jdoe",
        "run": "work/jdoe/run",
        "drive": "D:\\jdoe",
        "hub_token": "hf_jdoe",
        "wandb_api_key": "jdoe",
        "password": "jdoe",
        "max_tokens": 5,
        "nested": {"a": 1},
        "empty": None,
    }
    stage, text = stage_of(tmp_path, {"args.json": arguments})
    assert stage.settings == {"lr": 1, "model": "example/base", "max_tokens": 5}
    assert "jdoe" not in text
    assert "args.json: 8 of its arguments were not taken over" in text


def test_the_card_goes_before_files_and_a_contradiction_is_told(tmp_path: Path) -> None:
    card = "# T\n\n## Training hyperparameters\n\n- num_train_epochs: 2\n- seed: 1\n"
    files: dict[str, Content] = {
        "README.md": card,
        "trainer_state.json": {"num_train_epochs": 3, "max_steps": 10, "eval_steps": 0},
        "args.json": {"seed": 2},
    }
    stage, text = stage_of(tmp_path, files)
    assert stage.settings == {"num_train_epochs": 2, "seed": 1, "max_steps": 10}
    assert "# NOTE: trainer_state.json gives other values than were taken from elsewhere for num_train_epochs." in text
    assert "# NOTE: args.json gives other values than were taken from elsewhere for seed." in text


def test_settings_beyond_two_hundred_are_told(tmp_path: Path) -> None:
    lines = "".join(f"- key_{number}: {number}\n" for number in range(220))
    stage, text = stage_of(tmp_path, {"README.md": f"# T\n\n## Hyperparameters\n\n{lines}"})
    assert isinstance(stage.settings, dict)
    assert len(stage.settings) == 200
    assert '"Hyperparameters" (line 3) names 20 more settings than are taken over.' in text


@pytest.mark.parametrize(
    ("value", "setting"),
    [
        ("2e-05", 2e-05),
        ("1.e-5", 1e-5),
        ("-1", -1),
        ("1.5", 1.5),
        ("True", True),
        ("False", False),
        ("1.2.3", "1.2.3"),
        ("07", "07"),
        ("1e999", "1e999"),
        ("Adam", "Adam"),
        ("TODO", None),
    ],
)
def test_values_of_settings(tmp_path: Path, value: str, setting: object) -> None:
    stage, _ = stage_of(tmp_path, {"README.md": f"# T\n\n## Hyperparameters\n\n- known: 1\n- key: {value}\n"})
    expected = {"known": 1} if setting is None else {"known": 1, "key": setting}
    assert stage.settings == expected


def test_what_codecarbon_measured(tmp_path: Path) -> None:
    files: dict[str, Content] = {"emissions.csv": EMISSIONS, "model.safetensors": weights()}
    declaration, text = drafted(tmp_path, files)
    (stage,) = answered(declaration.stages)
    assert stage.compute is not None
    compute = stage.compute.model_dump(exclude_none=True)
    assert compute == {"co2_g": 125.0, "kwh": 2.5}
    (environment,) = answered(declaration.environments)
    (hardware,) = answered(environment.hardware)
    assert (hardware.model, hardware.count) == ("NVIDIA A100-SXM4-80GB", 2)
    assert line_of(text, "compute:").endswith("# emissions.csv, emissions; emissions.csv, energy_consumed")
    assert "# NOTE: emissions.csv says that the run was in Norway." in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (EMISSIONS + EMISSIONS.splitlines()[1], "emissions.csv has 2 rows of data; which of them are of this model"),
        ("emissions\n" + "1" * 200_000, "emissions.csv is not CSV ("),
    ],
)
def test_emissions_that_say_nothing_of_this_model(tmp_path: Path, content: str, words: str) -> None:
    declaration, text = drafted(tmp_path, {"emissions.csv": content, "model.safetensors": weights()})
    assert not answered(declaration.stages)
    assert words in text


@pytest.mark.parametrize("emissions", ["-1", "nan", "", "much", "1e400"])
def test_emissions_that_are_no_amount_are_left_out(tmp_path: Path, emissions: str) -> None:
    declaration, _ = drafted(tmp_path, {"emissions.csv": f"emissions\n{emissions} \n", "model.safetensors": weights()})
    assert not answered(declaration.stages)


def test_emissions_of_the_card_go_before_those_of_a_file(tmp_path: Path) -> None:
    card = "---\nco2_eq_emissions: {emissions: 99}\n---\n# T\n"
    stage, text = stage_of(tmp_path, {"README.md": card, "emissions.csv": EMISSIONS})
    assert stage.compute.co2_g == 99  # type: ignore[union-attr]
    assert "# NOTE: emissions.csv, emissions says co2_g 125.0, and 99.0 was taken from elsewhere." in text


@pytest.mark.parametrize("name", ["train_results.json", "all_results.json", "trainer_state.json"])
def test_floating_point_operations(tmp_path: Path, name: str) -> None:
    stage, text = stage_of(tmp_path, {name: {"total_flos": 1.5e18, "train_loss": 0.1}})
    assert stage.compute.flops == 1.5e18  # type: ignore[union-attr]
    assert line_of(text, "compute:").endswith(f"# {name}, total_flos")


def test_results_in_the_files_of_the_scripts(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "eval_results.json": {"eval_accuracy": 0.9},
        "all_results.json": {"eval_accuracy": 0.9, "test_f1": 0.8, "train_loss": 0.1, "epoch": 3.0},
        "train_results.json": {"train_loss": 0.1},
        "predict_results.json": {"predict_bleu": 30.5},
    }
    declaration, _ = drafted(tmp_path, files)
    found = [(result.metric, result.value) for result in declaration.evaluations]
    assert found == [("accuracy", 0.9), ("bleu", 30.5), ("f1", 0.8)]


def test_results_beyond_a_hundred_are_told(tmp_path: Path) -> None:
    results: dict[str, object] = {f"eval_metric_{number}": number for number in range(130)}
    declaration, text = drafted(tmp_path, {"eval_results.json": results})
    assert len(declaration.evaluations) == 100
    assert "# NOTE: 30 more results are stated than the 100 that are drafted." in text


CLAIMS: list[tuple[str, Content, str]] = [
    (
        "config.json",
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "bfloat16"},
        "config.json: model_type llama, dtype bfloat16, architectures LlamaForCausalLM.",
    ),
    (
        "config.json",
        {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128}},
        "config.json, quantization_config: quant_method gptq, bits 4, group_size 128; a stage of kind quantize",
    ),
    (
        "tokenizer_config.json",
        {"name_or_path": "example/other"},
        "tokenizer_config.json, name_or_path: the tokenizer was loaded from example/other; it may be that of another",
    ),
    (
        "tokenizer_config.json",
        {"name_or_path": "/home/jdoe/other"},
        "tokenizer_config.json, name_or_path: the tokenizer was loaded from other; it may be that of another model.",
    ),
    (
        "CITATION.cff",
        "title: Talker\nauthors:\n- {given-names: Ada, family-names: Example}\n- name: Example Lab\ndoi: 10.1234/x\n",
        "CITATION.cff: title Talker; authors Ada Example, Example Lab; doi 10.1234/x.",
    ),
    (
        "pyproject.toml",
        '[project]\nname = "talker"\nversion = "1.0"\nlicense = "MIT"\nurls = {Repository = "https://example.org/x"}\n',
        "pyproject.toml says of the package: name talker; version 1.0; licence MIT; repository https://example.org/x.",
    ),
    (
        "package.json",
        {"name": "talker", "version": "1.0", "license": "MIT", "repository": {"url": "https://example.org/x"}},
        "package.json says of the package: name talker; version 1.0; licence MIT; repository https://example.org/x.",
    ),
    ("README.md", "---\nquantized_by: Jane\n---\n# T\n", "README.md, `quantized_by`: the model was quantized by Jane."),
]


@pytest.mark.parametrize(("name", "content", "words"), CLAIMS)
def test_what_no_field_holds_is_told(tmp_path: Path, name: str, content: Content, words: str) -> None:
    declaration, text = drafted(tmp_path, {name: content, "model.safetensors": weights()})
    assert f"# {words}" in text
    assert "jdoe" not in text
    assert declaration.parents is None
    assert all(component.terms is None for component in answered(declaration.components))


def test_a_tokenizer_of_the_base_needs_no_words(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "README.md": "---\nbase_model: example/base\n---\n# T\n",
        "tokenizer_config.json": {"name_or_path": "example/base"},
    }
    _, text = drafted(tmp_path, files)
    assert "the tokenizer was loaded from" not in text


@pytest.mark.parametrize(
    ("citation", "name", "version"),
    [
        ("title: Talker\nversion: '1.2'\n", "Talker", "1.2"),
        ("title: Talker\nversion: 1.5\n", "Talker", "1.5"),
        ("title: Talker\n", "Talker", None),
        ("title: [\n", "folder", None),
        ("- title\n", "folder", None),
    ],
)
def test_a_citation_names_the_release(tmp_path: Path, citation: str, name: str, version: str | None) -> None:
    declaration, _ = drafted(tmp_path / "folder", {"CITATION.cff": citation})
    assert (declaration.release.name, declaration.release.version) == (name, version)


def test_toml_that_is_broken_is_told(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"pyproject.toml": "[project\n"})
    assert "# NOTE: pyproject.toml is not TOML (" in text


@pytest.mark.parametrize(
    ("name", "content", "language"),
    [
        ("hparams.yaml", "a:\n" + "- 1\n" * 10_001, "YAML"),
        ("hparams.yaml", "a: " + "x" * 140_000, "YAML"),
        ("pyproject.toml", "a" + ".a" * 100_000 + " = 1\n", "TOML"),
    ],
)
def test_what_would_take_long_to_read_is_told(tmp_path: Path, name: str, content: str, language: str) -> None:
    _, text = drafted(tmp_path, {name: content})
    assert f"# NOTE: {name} is longer than {language} that is read here; nothing was taken from it." in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("args.json", {"hub" * 300_000: 1}),
        ("emissions.csv", "a," * 500_000 + "\n" + "1,\n" * 5000),
        ("hparams.yaml", "a: &a [x, x]\n" + "".join(f"k{n}: *a\n" for n in range(9000))),
    ],
    ids=["key", "columns", "aliases"],
)
def test_small_files_of_tools_that_took_long_end(tmp_path: Path, name: str, content: Content) -> None:
    write(tmp_path, {name: content})
    openmodel.init(tmp_path)


def test_openmodel_reads_no_pickle_of_arguments(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, {"training_args.bin": b"\x80\x02N."})
    assert not answered(draft.stages)
    assert openmodel.load(tmp_path / "openmodel.yaml") == draft
