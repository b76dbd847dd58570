# SPDX-License-Identifier: Apache-2.0
"""What `init` must not copy: what a template left to be filled in, and keys and passwords."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openmodel.manifest.base import answered
from tests.drafting.files import drafted, weights
from tests.drafting.test_datasets import sources, table
from tests.drafting.test_training import stage_of

EXAMPLES = """
    your-dataset-here username/dataset_name path/to/dataset ./path/to/data xxx/yyy org/model user/repo
    your-org/your-data your_username/data my-org/secret organization/data dataset-name
    https://huggingface.co/datasets/username/dataset_name
"""


@pytest.mark.parametrize("name", EXAMPLES.split())
def test_names_of_examples_are_no_data_sets(tmp_path: Path, name: str) -> None:
    found, text = sources(tmp_path, "# T\n", f"[{name}, {{name: {name}}}]")
    assert not found
    assert f"{name[:40]!r} left out, as no name of a data set is plain from it." in text


@pytest.mark.parametrize(
    "name", ["your/x", "owners/cars", "users-data", "organic/data", "me/your-data", "here", "youtube"]
)
def test_names_that_are_like_those_of_examples(tmp_path: Path, name: str) -> None:
    found, _ = sources(tmp_path, "# T\n", f"[{name}]")
    assert [source.name for source in found] == [name]


def test_the_address_of_an_example_is_not_that_of_a_data_set(tmp_path: Path) -> None:
    row = "[Books](https://huggingface.co/datasets/username/dataset_name) | 5"
    (source,), _ = sources(tmp_path, f"# T\n\n## Training data\n\n{table('Dataset | Rows', row)}")
    assert not answered(source.where)


@pytest.mark.parametrize(
    ("value", "parents", "told"),
    [
        ("path/to/base", [], "'path/to/base' left out"),
        ("[user/model, a/b]", ["a/b"], "'user/model' left out"),
        ("{name: a/b}", [], "an entry that is no text left out"),
        ("[{name: a/b}, a/c]", ["a/c"], "an entry that is no text left out"),
        ("a/b", ["a/b"], ""),
    ],
)
def test_a_base_model_that_is_no_name_is_told(tmp_path: Path, value: str, parents: list[str], told: str) -> None:
    declaration, text = drafted(tmp_path, {"README.md": f"---\nbase_model: {value}\n---\n# T\n"})
    assert [parent.name for parent in answered(declaration.parents)] == parents
    assert (told or "# T") in text or not told
    assert ("`base_model`: " in text) == bool(told)


@pytest.mark.parametrize(
    "sentence",
    [
        "This model card is a template. It has been generated using this raw template.",
        "This modelcard aims to be a base template for new models.",
        "It has been generated using the raw template of the Hub.",
    ],
)
def test_the_sentences_of_a_template_describe_nothing(tmp_path: Path, sentence: str) -> None:
    declaration, _ = drafted(tmp_path, {"README.md": f"# T\n\n{sentence}\n"})
    assert declaration.release.description is None


def test_all_that_developed_it_are_told_but_for_names_to_fill_in(tmp_path: Path) -> None:
    labels = "".join(f"- **Developed by:** {name}\n" for name in ("Your Name", "Alice", "Bob", "<your team>"))
    _, text = drafted(tmp_path, {"README.md": f"# T\n\n{labels}"})
    assert text.count("says that it was developed by") == 2
    assert "developed by Alice;" in text
    assert "developed by Bob;" in text


@pytest.mark.parametrize(
    ("value", "model"),
    [
        ("None (CPU was not used)", None),
        ("not applicable, see below", None),
        ("Nono X1", "Nono X1"),
        ("2 x A100", "A100"),
    ],
)
def test_no_hardware_is_none(tmp_path: Path, value: str, model: str | None) -> None:
    declaration, text = drafted(tmp_path, {"README.md": f"# T\n\n- **Hardware Type:** {value}\n"})
    found = [one.model for environment in answered(declaration.environments) for one in answered(environment.hardware)]
    assert found == ([model] if model else [])
    assert (f"says of the hardware: {value}." in text) == (model is None)


@pytest.mark.parametrize(
    "value", ["__LR__", "TODO", "tbd", "xxx", "<your rate>", "${LR}", "%LR%", "{{ lr }}", "user/repo"]
)
def test_settings_that_were_to_be_filled_in(tmp_path: Path, value: str) -> None:
    stage, _ = stage_of(tmp_path, {"args.json": {"a": 1, "rate": value}, "model.safetensors": weights()})
    assert stage.settings == {"a": 1}


@pytest.mark.parametrize("value", ["none", "no", "text", "O1", "__init__", "string"])
def test_settings_that_are_answers(tmp_path: Path, value: str) -> None:
    stage, _ = stage_of(tmp_path, {"args.json": {"a": value}, "model.safetensors": weights()})
    assert stage.settings == {"a": value}


SECRETS = [
    ("api_key", "hf_abcdefghijklmnopqrstuvwxyz"),
    ("password", "hunter22"),
    ("db_passwd", "hunter22"),
    ("token", "hunter22"),
    ("note", "see hf_abcdefghijklmnopqrstuvwxyz"),
    ("run", "sk-proj-abcdef0123456789abcdef"),
    ("run", "ghp_abcdefghijklmnopqrst0123"),
    ("run", "AKIAIOSFODNN7EXAMPLE"),
    ("run", "xoxb-123456789012-abcdef"),
    ("service_key", "9f86d081884c7d659a2feaa0c55ad015"),
    ("my_token", "dGhpcyBpcyBhIHNlY3JldA0="),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
@pytest.mark.parametrize("place", ["card", "table", "args.json", "hparams.yaml", "mergekit_config.yml"])
def test_no_secret_is_copied_from_anywhere(tmp_path: Path, place: str, name: str, value: str) -> None:
    lists = {
        "card": f"- rate: 2\n- {name}: {value}\n",
        "table": table("Hyperparameter | Value", "rate | 2", f"{name} | {value}"),
    }
    content = lists.get(place, "")
    if content:
        files = {"README.md": f"# T\n\n## Hyperparameters\n\n{content}"}
    elif place.startswith("mergekit"):
        files = {place: f"parameters: {json.dumps({'rate': 2, name: value})}\n", "args.json": '{"rate": 2}'}
    else:
        files = {place: json.dumps({"rate": 2, name: value})}
    _, text = drafted(tmp_path, {**files, "model.safetensors": weights()})
    assert "rate" in text
    assert value not in text
    assert f"{name} left out, by name or value a possible secret; withdraw what is one." in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eos_token", "<|end|>"),
        ("pad_token", "[PAD]"),
        ("key", "Adam"),
        ("sort_key", "length"),
        ("max_tokens", 5),
        ("commit", "9f86d081884c7d659a2feaa0c55ad015"),
        ("model", "sk-learn-gradient-boosting"),
    ],
)
def test_settings_that_are_no_secrets(tmp_path: Path, name: str, value: str | int) -> None:
    _, text = drafted(tmp_path, {"args.json": {"a": 1, name: value}, "model.safetensors": weights()})
    assert "possible secret" not in text


@pytest.mark.parametrize(
    ("title", "name", "version"),
    [
        ("My Research Software", "Foo", None),
        ("Foo", "Foo", "1.2"),
        ("Foo: a model of speech", "foo", "1.2"),
        ("Foo", "Foo 7B", "1.2"),
        ("Food", "Foo", None),
    ],
)
def test_the_version_of_another_work_is_not_that_of_the_model(
    tmp_path: Path, title: str, name: str, version: str | None
) -> None:
    files = {"README.md": f"# {name}\n", "CITATION.cff": f'title: "{title}"\nversion: "1.2"\n'}
    declaration, text = drafted(tmp_path, files)
    assert declaration.release.version == version
    assert (f"CITATION.cff gives version 1.2 of {title}; that need not be the model." in text) == (version is None)
