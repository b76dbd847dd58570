# SPDX-License-Identifier: Apache-2.0
"""Cards as the common tools write them: all of them are read, and what they say is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.drafting.markdown import parts_of
from openmodel.manifest.base import answered
from openmodel.manifest.stage import Stage
from tests.drafting.files import Content, drafted, line_of, weights

CARDS = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "cards").glob("*.md")}


def stage_of(root: Path, card: str, files: dict[str, Content] | None = None) -> tuple[Stage, str]:
    declaration, text = drafted(root, {"README.md": card, "model.safetensors": weights(), **(files or {})})
    (stage,) = answered(declaration.stages)
    return stage, text


@pytest.mark.parametrize("name", sorted(CARDS))
def test_the_cards_of_common_tools_are_read(tmp_path: Path, name: str) -> None:
    declaration, text = drafted(tmp_path, {"README.md": CARDS[name], "model.safetensors": weights()})
    assert "nothing was taken from" not in text
    assert answered(declaration.components)[0].files == ("model.safetensors",)


@pytest.mark.parametrize(
    ("body", "lead"),
    [
        ("Before it.\n\n| a |\n|---|\n| b |\n", "Before it."),
        ("- In an item:\n  | a |\n  |---|\n  | b |\n", "In an item:"),
        ("Before.\n\n- In an item:\n  | a |\n  |---|\n  | b |\n", "In an item:"),
        ("- In an item:\n\n  | a |\n  |---|\n  | b |\n", "In an item:"),
        ("> In a quotation\n>\n> | a |\n> |---|\n> | b |\n", "In a quotation"),
        ("- - | a |\n    |---|\n    | b |\n", ""),
        ("# A heading\n| a |\n|---|\n| b |\n", ""),
    ],
)
def test_what_stands_before_a_table_leads_to_it(body: str, lead: str) -> None:
    assert [table.lead for part in parts_of(body, 1) for table in part.tables] == [lead]


def test_what_sentence_transformers_writes(tmp_path: Path) -> None:
    card = CARDS["sentence-transformers"]
    declaration, text = drafted(tmp_path, {"README.md": card, "model.safetensors": weights()})
    (stage,) = answered(declaration.stages)
    assert stage.compute is not None
    assert stage.compute.model_dump(exclude_none=True) == {"co2_g": 17.23, "kwh": 0.0443}
    (environment,) = answered(declaration.environments)
    (hardware,) = answered(environment.hardware)
    assert (hardware.model, hardware.count) == ("NVIDIA GeForce RTX 3090", 1)
    (parent,) = answered(declaration.parents)
    assert parent.where[0].revision == "6996ce1e91bd2a9c7d7f61daec37463394f73f09"
    assert line_of(text, "where:  # the").endswith(
        '# the Hub\'s page of that id; the revision from a comment in README.md, "Model Description" (line 55)'
    )
    assert "no revision is given" not in text
    assert "says co2_g" not in text
    assert "says kwh" not in text
    assert "training_type fine-tuning; hours_used 0.16; cpu_model 13th Gen Intel(R) Core(TM) i7-13700K." in text
    assert "says Hours used: 0.16 hours; whether of one device or of all, it does not say." in text
    assert "says Repository: Sentence Transformers on GitHub, https://github.com/UKPLab/sentence-transformers." in text


def test_the_settings_that_skops_writes(tmp_path: Path) -> None:
    stage, text = stage_of(tmp_path, CARDS["skops"])
    assert stage.settings == {
        "early_stopping": "auto",
        "l2_regularization": 0.0,
        "learning_rate": 0.1,
        "max_iter": 100,
        "random_state": 7,
        "warm_start": False,
    }
    assert line_of(text, "settings:").endswith('# README.md, "Hyperparameters" (line 27)')


@pytest.mark.parametrize(
    ("table", "is_read"),
    [
        ("| Parameter | Value |\n|---|---|\n| lr | 1 |\n", True),
        ("| Metric | Value |\n|---|---|\n| lr | 1 |\n", False),
        ("| Parameter | Value | Tried |\n|---|---|---|\n| lr | 1 | 2 |\n", False),
        ("| Parameter | Searched |\n|---|---|\n| lr | 1 |\n", False),
    ],
)
def test_tables_of_settings_have_names_and_values(tmp_path: Path, table: str, is_read: bool) -> None:
    declaration, _ = drafted(tmp_path, {"README.md": f"# T\n\n## Hyperparameters\n\n{table}"})
    assert [stage.settings for stage in answered(declaration.stages)] == ([{"lr": 1}] if is_read else [])


def test_what_timm_writes_of_its_weights(tmp_path: Path) -> None:
    pretrained = {"tag": "a1_in1k", "hf_hub_id": "timm/resnet50.a1_in1k", "license": "apache-2.0", "mean": [0.5]}
    config: Content = {"architecture": "resnet50", "pretrained_cfg": pretrained}
    _, text = drafted(tmp_path, {"README.md": CARDS["timm"], "config.json": config, "model.safetensors": weights()})
    assert "# config.json: architecture resnet50." in text
    words = "tag a1_in1k, hf_hub_id timm/resnet50.a1_in1k, license apache-2.0."
    assert f"# config.json, pretrained_cfg: {words}" in text


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("datasets:\n  - path: a/b\n    type: x\n", "names a/b under `datasets`"),
        ("datasets:\n- path: 'a/b'  # ours\n- path: glue\n", "names a/b, glue under `datasets`"),
        ("datasets:\n  - path: /home/jdoe/x.jsonl\n", "names paths under `datasets`"),
        ("datasets:\n  - path: a/b\nother:\n  - path: c/d\n", "names a/b under `datasets`"),
        ("other:\n  - path: c/d\n", None),
        ("datasets: [a/b]\n", None),
        ("datasets:\n  - path: TODO\n", None),
    ],
)
def test_configurations_in_a_card_that_name_data_are_pointed_at(tmp_path: Path, block: str, words: str | None) -> None:
    _, text = drafted(tmp_path, {"README.md": f"# T\n\n```yaml\n{block}```\n"})
    assert (f"README.md, line 3: a configuration {words}" in text) if words else "a configuration" not in text
    assert "jdoe" not in text


def test_the_data_of_axolotl_is_pointed_at(tmp_path: Path) -> None:
    _, text = stage_of(tmp_path, CARDS["axolotl"])
    words = "a configuration names mhenrichsen/alpaca_2k_test under `datasets`; list what was trained on under sources."
    assert f"# README.md, line 20: {words}" in text


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("**Training Data**\nWe took the web.\n", True),
        ("**Training Data:**\n\nWe took the web.\n", True),
        ("**Training `Data`**\n", False),
        ("**Training Data** is what we took.\n", False),
        ("**Training** and **Data**\n", False),
        ("Of **Training Data**\n", False),
        (f"**Training Data {'x' * 60}**\n", False),
        ("**Test Data**\nWe took the web.\n", False),
    ],
)
def test_bold_lines_are_headings(tmp_path: Path, body: str, is_told: bool) -> None:
    _, text = drafted(tmp_path, {"README.md": f"# T\n\n{body}"})
    told = '# README.md speaks of the data under "Training Data" (line 3).'
    assert (told in text) is is_told


def test_many_places_are_counted(tmp_path: Path) -> None:
    body = "".join(f"## Training data {number}\n\nFrom the web.\n\n" for number in range(7))
    _, text = drafted(tmp_path, {"README.md": f"# T\n\n{body}"})
    assert '"Training data 4" (line 19) and 2 more.' in " ".join(text.replace("#  ", "").split())
