# SPDX-License-Identifier: Apache-2.0
"""What `init` takes from each kind of file."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.drafting.parents import KINDS
from openmodel.manifest.base import answered
from openmodel.manifest.stage import Stage
from openmodel.manifest.values import Quantity, Terms
from openmodel.rendering.hub import RELATIONS
from tests.drafting.files import Content, drafted, line_of, weights, write

MIT = (Path(__file__).parent / "MIT.txt").read_text(encoding="utf-8")

TRAINER_CARD = """\
---
base_model: example/base
tags: [generated_from_trainer]
co2_eq_emissions:
  emissions: 12.5
model-index:
- name: tiny
  results:
  - task: {type: text-classification, name: Text Classification}
    dataset: {name: glue, type: example/glue, revision: abc123}
    metrics:
    - {type: accuracy, value: 0.91}
    - {type: f1, value: TODO}
---
# tiny

## Training procedure

### Training hyperparameters

The following hyperparameters were used during training:
- learning_rate: 2e-05
- train_batch_size: 8
- seed: 42
- optimizer: Adam with betas=(0.9,0.999) and epsilon=1e-08
- lr_scheduler_type: linear
- mixed_precision_training: Native AMP

### Framework versions

- Transformers 4.30.1
- Pytorch 2.0.1+cu117
- Datasets: 2.13.0
"""


def only_stage(declaration: openmodel.Manifest) -> Stage:
    (stage,) = answered(declaration.stages)
    return stage


def test_what_a_trainer_writes_into_a_card(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path, {"README.md": TRAINER_CARD, "model.safetensors": weights()})
    stage = only_stage(declaration)
    assert stage.settings == {
        "learning_rate": 2e-05,
        "train_batch_size": 8,
        "seed": 42,
        "optimizer": "Adam with betas=(0.9,0.999) and epsilon=1e-08",
        "lr_scheduler_type": "linear",
        "mixed_precision_training": "Native AMP",
    }
    (segment,) = stage.segments
    ((seed,), (environment,)) = answered(segment.seeds), answered(declaration.environments)
    assert (seed.purpose, seed.value, seed.origin) == ("all", 42, "config")
    assert environment.software == {"Transformers": "4.30.1", "Pytorch": "2.0.1+cu117", "Datasets": "2.13.0"}
    assert segment.environment == environment.id
    assert stage.compute is not None
    (result,) = declaration.evaluations
    assert (result.task, result.metric, result.value) == ("text-classification", "accuracy", 0.91)
    assert 'README.md, "Training hyperparameters" (line ' in line_of(text, "settings:")


def test_the_state_of_a_trainer(tmp_path: Path) -> None:
    state = {"global_step": 1000, "max_steps": 1000, "num_train_epochs": 3, "total_flos": 1.5e18, "log_history": [{}]}
    declaration, text = drafted(tmp_path, {"trainer_state.json": state, "model.safetensors": weights()})
    stage = only_stage(declaration)
    assert stage.settings == {"max_steps": 1000, "num_train_epochs": 3}
    assert stage.segments[0].steps == (0, 1000)
    assert line_of(text, "compute:").startswith("compute: {flops: 1.5e+18}")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("example/base", "example/base"),
        ("gpt2", "gpt2"),
        ("/home/jdoe/models/Base-7B", "Base-7B"),
        ("C:\\\\models\\\\Base-7B", "Base-7B"),
        ("https://huggingface.co/example/base", "example/base"),
    ],
)
def test_a_base_that_the_configuration_names(tmp_path: Path, name: str, shown: str) -> None:
    declaration, text = drafted(tmp_path, {"config.json": {"_name_or_path": name.replace("\\\\", "\\")}})
    (parent,) = answered(declaration.parents)
    assert parent.name == shown
    assert "jdoe" not in text
    assert bool(parent.where) == (shown == "example/base")


def test_the_model_is_no_base_of_itself(tmp_path: Path) -> None:
    declaration, _ = drafted(tmp_path, {"README.md": "# Tiny\n", "config.json": {"_name_or_path": "example/tiny"}})
    assert declaration.parents is None


def test_an_adapter(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "adapter_config.json": {"base_model_name_or_path": "example/base", "revision": "abc", "peft_type": "LORA"},
        "adapter_model.safetensors": weights("lora"),
    }
    declaration, _ = drafted(tmp_path, files)
    (parent,) = answered(declaration.parents)
    assert (parent.where[0].url, parent.where[0].revision) == ("https://huggingface.co/example/base", "abc")
    assert only_stage(declaration).kind == "adapt"


def test_a_merge(tmp_path: Path) -> None:
    merge = """\
models:
  - model: example/one
    parameters: {weight: 0.3}
  - model: example/two
    parameters: {weight: 0.7}
merge_method: linear
dtype: float16
"""
    declaration, _ = drafted(tmp_path, {"mergekit_config.yml": merge, "model.safetensors": weights()})
    stage = only_stage(declaration)
    assert stage.kind == "merge"
    assert [(use.role, use.weight) for use in stage.models] == [("merged", 0.3), ("merged", 0.7)]
    assert [parent.name for parent in answered(declaration.parents)] == ["example/one", "example/two"]


def test_tables_of_training_data(tmp_path: Path) -> None:
    card = """\
---
datasets: [ms_marco, snli]
---
# Tiny

## Training data

| Dataset | Paper | Number of pairs |
|---|---|---|
| [MS MARCO](https://example.org/msmarco) | - | 1,000 |
| [Reddit](https://example.org/reddit) | - | 20,000 |
| All ([SNLI](https://example.org/snli) and others) | - | 300 |
| **Total** | | 21,301 |

## Evaluation

| Dataset | Accuracy |
|---|---|
| [GLUE](https://example.org/glue) | 91 |
"""
    declaration, text = drafted(tmp_path, {"README.md": card})
    sources = answered(declaration.sources)
    assert [source.name for source in sources] == ["ms_marco", "snli", "Reddit"]
    assert [source.amount for source in sources] == [Quantity(value=n, unit="pairs") for n in (1000, 300, 20000)]
    assert [place.url for source in sources for place in answered(source.where)] == [
        "https://example.org/msmarco",
        "https://example.org/snli",
        "https://example.org/reddit",
    ]
    assert "the rows add up to 21,300, and the total is said to be 21,301" in text
    assert "No revision or digest is named for any of the data sets (3)." in text


def test_a_data_configuration_that_the_card_leaves_out(tmp_path: Path) -> None:
    card = "# T\n\n## Training data\n\n| Dataset | Rows |\n|---|---|\n| [One](https://example.org/1) | 10 |\n"
    entries: list[object] = [
        {"name": "one_a.jsonl.gz", "lines": 10, "weight": 1},
        {"name": "parts/a.jsonl", "lines": 3},
        {"name": "parts/b.jsonl", "lines": 4},
        {"name": 5, "lines": "x"},
    ]
    declaration, text = drafted(tmp_path, {"README.md": card, "data_config.json": entries})
    assert [source.name for source in answered(declaration.sources)] == ["One", "parts"]
    assert "data_config.json lists parts with 7 lines; no table of the card does." in text


def test_names_that_are_alike_are_told(tmp_path: Path) -> None:
    table = "| Dataset |\n|---|\n| [Simple Wikipedia](https://example.org) |\n"
    card = f"---\ndatasets: [a/simple-wiki]\n---\n# T\n\n## Data\n\n{table}"
    _, text = drafted(tmp_path, {"README.md": card})
    assert "# It may be the same as a/simple-wiki; then delete one of the two." in text


def test_a_licence_text_covers_code_and_only_suggests_for_parameters(tmp_path: Path) -> None:
    files: dict[str, Content] = {"COPYING.txt": MIT, "model.safetensors": weights(), "train.py": ""}
    declaration, text = drafted(tmp_path, files)
    model, code = answered(declaration.components)
    assert model.terms is None
    assert code.terms == Terms(expression="MIT", text="COPYING.txt")
    assert code.kinds == ("training_code",)
    suggestion = line_of(text, "# terms: {expression: MIT, text: COPYING.txt}")
    assert "COPYING.txt is the text of MIT; say so if it is what the parameters are under" in suggestion


def test_a_licence_text_that_the_card_contradicts(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "LICENSE": MIT,
        "README.md": "---\nlicense: apache-2.0\n---\n# T\n",
        "model.safetensors": weights(),
    }
    declaration, text = drafted(tmp_path, files)
    assert answered(declaration.components)[0].terms == Terms(expression="Apache-2.0")
    assert "LICENSE is the text of MIT, and README.md says Apache-2.0; say what is under which." in text


def test_a_licence_text_that_agrees_is_named(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "LICENSE": MIT,
        "README.md": "---\nlicense: mit\n---\n# T\n",
        "model.safetensors": weights(),
    }
    declaration, _ = drafted(tmp_path, files)
    assert answered(declaration.components)[0].terms == Terms(expression="MIT", text="LICENSE")


def test_a_licence_file_with_something_else_in_it_is_told(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"LICENSE": "You may look at it on Sundays.\n", "model.safetensors": weights()})
    assert "LICENSE is not just the text of one licence that SPDX lists; read it." in text


def test_shards_and_forms_of_one_model(tmp_path: Path) -> None:
    placed = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    files: dict[str, Content] = {
        "model-00001-of-00002.safetensors": weights("a"),
        "model-00002-of-00002.safetensors": weights("b"),
        "model.safetensors.index.json": {"weight_map": placed},
        "model.fp16.safetensors": weights("a", "b"),
        "unet/weights.safetensors": weights("a"),
        "vae/weights.safetensors": weights("a"),
        "checkpoint-100/model.safetensors": weights("a"),
        "checkpoint-100/optimizer.pt": b"",
        "tokenizer.json": {},
        "config.json": {},
    }
    declaration, text = drafted(tmp_path, files)
    found = {component.name: (component.kinds, component.files) for component in answered(declaration.components)}
    sharded = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json")
    assert found["Weights model"] == (("weights",), sharded)
    assert found["Weights unet/weights"] == (("weights",), ("unet/weights.safetensors",))
    assert found["Checkpoint"] == (("checkpoint",), ("checkpoint-100/model.safetensors",))
    assert found["Optimizer state in PyTorch"][0] == ("optimizer_state",)
    assert found["Tokenizer"][0] == ("tokenizer",)
    assert "The parameters are here in" not in text  # Parts and variants in one format.


def test_files_of_one_set_that_hold_a_tensor_twice_stand_alone(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "model-00001-of-00002.safetensors": weights("a"),
        "model-00002-of-00002.safetensors": weights("a"),
    }
    declaration, _ = drafted(tmp_path, files)
    assert [len(component.files) for component in answered(declaration.components)] == [1, 1]


def test_many_shards_are_one_glob(tmp_path: Path) -> None:
    files: dict[str, Content] = {f"model-{n:05}-of-00060.safetensors": weights(f"t{n}") for n in range(1, 61)}
    declaration, _ = drafted(tmp_path, files)
    (component,) = answered(declaration.components)
    assert component.files == ("model-*-of-00060.safetensors",)


METADATA = """\
Metadata-Version: 2.1
Name: tiny-talker
Version: 1.2.3
Summary: Talks, a little
Author-email: Example Lab <lab@example.org>
License: UNKNOWN
Classifier: License :: OSI Approved :: BSD License
Home-page: https://example.org/tiny

# Tiny

![License: CC BY-NC 4.0](https://example.org/badge.svg)

It was trained on a large corpus of small talk. See `train_all.sh`.
"""


def test_an_unpacked_wheel(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "tiny/model.safetensors": weights(),
        "tiny/__init__.py": "",
        "tiny-1.2.3.dist-info/METADATA": METADATA,
        "tiny-1.2.3.dist-info/licenses/LICENSE": MIT,
    }
    declaration, text = drafted(tmp_path, files)
    release = declaration.release
    assert (release.name, release.version, release.publisher) == ("tiny-talker", "1.2.3", None)
    assert " names Example Lab as its author; that does not say who publishes it." in text
    assert release.description == "Talks, a little"
    assert "lab@example.org" not in text
    assert "UNKNOWN" not in text
    assert "calls the licence 'CC BY-NC 4.0' in the text of an image, such as a badge; tiny-1" in text
    assert "1.2.3.dist-info/licenses/LICENSE is the text of MIT." in text
    assert 'says: "It was trained on a large corpus of small talk."' in text
    assert "names train_all.sh, which is not in this directory." in text


def test_a_model_of_others_in_a_wheel_is_not_the_packagers(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "tiny/model/model.safetensors": weights(),
        "tiny/model/README.md": "---\nlicense: apache-2.0\n---\n# Talker\n",
        "tiny/cli.py": "",
        "tiny-1.2.3.dist-info/METADATA": METADATA.replace("UNKNOWN", "MIT"),
        "tiny-1.2.3.dist-info/LICENSE": MIT,
    }
    declaration, text = drafted(tmp_path, files)
    assert (declaration.release.name, declaration.release.version) == ("Talker", None)
    assert declaration.release.publisher is None
    by_name = {component.name: component.terms for component in answered(declaration.components)}
    assert by_name["Weights"] == Terms(expression="Apache-2.0")
    assert by_name["Code"] == Terms(expression="MIT", text="tiny-1.2.3.dist-info/LICENSE")
    assert "says that the package is under MIT, and tiny/model/README.md says Apache-2.0" in text


def test_scripts_that_the_card_names_and_that_are_there_are_not_missed(tmp_path: Path) -> None:
    card = "# T\n\nRun `train.py` and then `scripts/eval.py`, not `gone.sh`.\n"
    _, text = drafted(tmp_path, {"README.md": card, "train.py": "", "scripts/eval.py": ""})
    assert [line for line in text.splitlines() if "which is not in this directory" in line] == [
        "#   # README.md names gone.sh, which is not in this directory."
    ]


def gguf(**pairs: str) -> bytes:
    """A GGUF file without tensors; `__` stands for a dot."""

    def string(text: str) -> bytes:
        return len(text).to_bytes(8, "little") + text.encode()

    keys = [string(key.replace("__", ".")) + (8).to_bytes(4, "little") + string(text) for key, text in pairs.items()]
    return b"GGUF" + (3).to_bytes(4, "little") + bytes(8) + len(keys).to_bytes(8, "little") + b"".join(keys)


def test_what_a_gguf_file_says_of_itself(tmp_path: Path) -> None:
    content = gguf(
        general__name="Tiny Talker 7B",
        general__license="apache-2.0",
        general__base_model__0__name="Base 7B",
        general__base_model__0__repo_url="https://huggingface.co/example/base-7b",
    )
    declaration, text = drafted(tmp_path, {"tiny.Q4_K_M.gguf": content})
    assert declaration.release.name == "Tiny Talker 7B"
    (component,) = answered(declaration.components)
    assert (component.name, component.terms) == ("Weights in GGUF Q4_K_M", Terms(expression="Apache-2.0"))
    assert answered(declaration.parents)[0].where[0].url == "https://huggingface.co/example/base-7b"
    assert "tiny.Q4_K_M.gguf, general.name" in text
    assert "tiny.Q4_K_M.gguf, general.license" in text


SENTENCE_TRANSFORMERS = """\
---
base_model: microsoft/mpnet-base
datasets: [sentence-transformers/all-nli]
---
# SentenceTransformer based on microsoft/mpnet-base

This is a sentence-transformers model finetuned on the all-nli dataset.

## Training Details

### Training Datasets

#### all-nli

* Dataset: [all-nli](https://huggingface.co/datasets/sentence-transformers/all-nli) at [d482672](https://huggingface.co/datasets/sentence-transformers/all-nli/tree/d482672c8e74ce18da116f430137434ba2e52fab)
* Size: 557,850 training samples
* Columns: <code>anchor</code> and <code>positive</code>

#### quora

* Dataset: [quora](https://huggingface.co/datasets/sentence-transformers/quora)
* Size: 10 training samples

### Evaluation Dataset

#### stsb

* Dataset: [stsb](https://huggingface.co/datasets/sentence-transformers/stsb)
* Size: 1,500 evaluation samples

### Training Hyperparameters
#### Non-Default Hyperparameters

- `num_train_epochs`: 1
- `warmup_ratio`: 0.1
- `fp16`: True

#### All Hyperparameters
<details><summary>Click to expand</summary>

- `seed`: 42
- `fp16`: True
</details>

### Framework Versions
- Python: 3.11.6
- PyTorch: 2.3.0+cu121
"""


def test_what_the_trainer_of_sentence_transformers_writes(tmp_path: Path) -> None:
    files: dict[str, Content] = {"README.md": SENTENCE_TRANSFORMERS, "model.safetensors": weights()}
    declaration, _ = drafted(tmp_path, files)
    one, other = answered(declaration.sources)
    assert (one.name, other.name) == ("sentence-transformers/all-nli", "sentence-transformers/quora")
    assert (one.amount, other.amount) == (Quantity(value=557850, unit="rows"), Quantity(value=10, unit="rows"))
    (place,) = answered(one.where)
    assert place.revision == "d482672c8e74ce18da116f430137434ba2e52fab"
    stage = only_stage(declaration)
    assert stage.settings == {"num_train_epochs": 1, "warmup_ratio": 0.1, "fp16": True, "seed": 42}
    (environment,) = answered(declaration.environments)
    assert environment.software == {"Python": "3.11.6", "PyTorch": "2.3.0+cu121"}


def test_results_that_the_scripts_of_transformers_write(tmp_path: Path) -> None:
    results = {"eval_accuracy": 0.9, "eval_runtime": 12.5, "epoch": 3.0, "eval_loss": float("nan"), "eval_f1": "high"}
    declaration, _ = drafted(tmp_path, {"eval_results.json": results, "model.safetensors": weights()})
    (result,) = declaration.evaluations
    assert (result.metric, result.value, result.data) == ("accuracy", 0.9, None)


def test_a_sentence_says_that_it_was_fine_tuned(tmp_path: Path) -> None:
    card = (
        "---\nbase_model: a/b\n---\n# T\n\nThis model is a fine-tuned version of [a/b](https://huggingface.co/a/b).\n"
    )
    declaration, _ = drafted(tmp_path, {"README.md": card})
    assert only_stage(declaration).kind == "finetune"


def test_versions_that_wrote_a_file_are_no_versions_that_trained(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "config.json": {"transformers_version": "4.8.2"},
        "config_sentence_transformers.json": {"__version__": {"pytorch": "1.8.1", "x": 5}},
    }
    declaration, text = drafted(tmp_path, files)
    assert not declaration.environments
    assert "# config.json was written by transformers 4.8.2; that need not be what trained the model." in text
    assert "# config_sentence_transformers.json names pytorch 1.8.1; that need not" in text


def test_a_pointer_of_git_lfs_is_not_read_for_what_it_says(tmp_path: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 5\n"
    draft = openmodel.init(write(tmp_path, {"config.json": pointer, "model.safetensors": pointer}))
    assert any("config.json is a pointer of git LFS" in remark for remark in draft.remarks)
    (model,) = [component for component in answered(draft.declaration.components) if "weights" in component.kinds]
    assert model.files == ("model.safetensors",)


def test_a_licence_text_of_any_name_is_found_by_what_it_says(tmp_path: Path) -> None:
    declaration, _ = drafted(tmp_path, {"terms.txt": MIT, "train.py": ""})
    assert answered(declaration.components)[0].terms == Terms(expression="MIT", text="terms.txt")


def test_two_licence_texts_are_told_and_none_is_chosen(tmp_path: Path) -> None:
    zero = (Path(__file__).parents[1] / "licences" / "texts").glob("BSD-2*")
    files: dict[str, Content] = {"LICENSE-MIT": MIT, "LICENSE-BSD": next(zero).read_text(), "train.py": ""}
    declaration, text = drafted(tmp_path, files)
    assert answered(declaration.components)[0].terms is None
    assert "LICENSE-MIT is the text of MIT; say in `terms` what is under it." in text


def test_a_path_beside_a_named_base_is_no_second_base(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "README.md": TRAINER_CARD,
        "config.json": {"_name_or_path": "./results/checkpoint-500"},
    }
    declaration, _ = drafted(tmp_path, files)
    assert [parent.name for parent in answered(declaration.parents)] == ["example/base"]


def test_merged_models_with_a_revision_and_an_adapter(tmp_path: Path) -> None:
    merge = "models:\n  - model: b/one@v1.0+c/lora\n  - model: b/two\nmerge_method: linear\n"
    declaration, _ = drafted(tmp_path, {"mergekit_config.yml": merge})
    found = [(parent.name, parent.where[0].revision) for parent in answered(declaration.parents)]
    assert found == [("b/one", "v1.0"), ("c/lora", None), ("b/two", None)]


def test_norwegian_is_a_language(tmp_path: Path) -> None:
    declaration, _ = drafted(tmp_path, {"README.md": "---\nlanguage: no\n---\n# T\n"})
    assert declaration.release.languages == ("no",)


def test_metadata_of_gguf_that_is_broken_is_told(tmp_path: Path) -> None:
    content = gguf(general__name="Tiny", general__license="mit", general__x="y")
    broken = content.replace(b"general.x", b"general\xff" + b"x")  # Not UTF-8.
    declaration, text = drafted(tmp_path, {"tiny.gguf": broken})
    assert "tiny.gguf: found" in text
    assert "nothing was taken from its metadata" in text
    assert answered(declaration.components)[0].terms is None


@pytest.mark.parametrize("licence", ["gemma", "llama3.1", "other\nlicense_name: My own terms"])
def test_a_card_does_not_contradict_what_was_drafted_from_it(tmp_path: Path, licence: str) -> None:
    files: dict[str, Content] = {"README.md": f"---\nlicense: {licence}\n---\n# T\n", "model.safetensors": weights()}
    drafted(tmp_path, files)
    assert openmodel.card(tmp_path).warnings == ()


@pytest.mark.parametrize("name", ["./results/checkpoint-500", "checkpoints/step_60", "/workspace/source", "output"])
def test_a_directory_of_the_run_itself_is_no_base(tmp_path: Path, name: str) -> None:
    declaration, _ = drafted(tmp_path, {"config.json": {"_name_or_path": name}})
    assert declaration.parents is None


def test_a_base_of_the_same_name_and_another_owner_is_kept(tmp_path: Path) -> None:
    card = "---\nbase_model: meta-llama/Tiny-1B\n---\n# Tiny-1B\n"
    declaration, _ = drafted(tmp_path, {"README.md": card})
    assert [parent.name for parent in answered(declaration.parents)] == ["meta-llama/Tiny-1B"]


def test_a_card_that_is_all_ours_does_not_hide_the_model_below(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "pkg/model/README.md": "---\ndatasets: [a/b]\n---\n# Talker\n",
        "pkg/model/model.safetensors": weights(),
    }
    first, _ = drafted(tmp_path, files)
    openmodel.card(tmp_path)
    assert openmodel.init(tmp_path, force=True).declaration == first


def test_sentences_of_templates_are_no_description(tmp_path: Path) -> None:
    card = (
        "---\n{}\n---\n# Talker\n\nThis modelcard aims to be a base template for new models. It has been generated.\n"
    )
    declaration, _ = drafted(tmp_path, {"README.md": card})
    assert declaration.release.description is None
    assert "openmodel:" in openmodel.card(tmp_path).text


def test_the_parameters_of_a_saved_model_are_weights(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "saved_model.pb": b"x",
        "variables/variables.index": b"x",
        "variables/variables.data-00000-of-00001": b"x",
    }
    declaration, _ = drafted(tmp_path, files)
    (component,) = answered(declaration.components)
    assert len(component.files) == 3


def test_every_relation_of_the_hub_has_a_kind_of_stage() -> None:
    assert set(KINDS) == set(RELATIONS.values())


def test_an_endless_list_of_authors_is_not_looked_at(tmp_path: Path) -> None:
    metadata = f"Name: tiny\nAuthor: {'a' * 290_000}\n\n# Tiny\n"
    declaration, _ = drafted(tmp_path, {"tiny-1.dist-info/METADATA": metadata})
    assert declaration.release.publisher is None
