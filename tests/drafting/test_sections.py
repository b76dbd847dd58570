# SPDX-License-Identifier: Apache-2.0
"""What goes where in a draft, and what is left open because it is not certain."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.manifest.base import answered
from openmodel.manifest.values import Terms, Where
from tests.drafting.files import Content, drafted, line_of, weights, write
from tests.drafting.test_findings import MIT

TEXTS = Path(__file__).parents[1] / "licences" / "texts"
GPL = (TEXTS / "GPL-3.0.txt").read_text(encoding="utf-8")
BSD = (TEXTS / "BSD-2-Clause.txt").read_text(encoding="utf-8")


def test_settings_that_would_mean_something_else_in_this_place(tmp_path: Path) -> None:
    card = "# T\n\n## Training hyperparameters\n\n- component: adamw\n- undisclosed: 1\n- lr: 0.1\n"
    declaration, _ = drafted(tmp_path, {"README.md": card})
    assert answered(declaration.stages)[0].settings == {"component_": "adamw", "undisclosed_": 1, "lr": 0.1}


def test_nobody_knows_which_of_two_weights_a_stage_made(tmp_path: Path) -> None:
    files: dict[str, Content] = {"README.md": "---\nbase_model: a/b\n---\n", "x.safetensors": weights()}
    assert answered(drafted(tmp_path / "one", files)[0].stages)[0].result == "weights"
    files["y.safetensors"] = weights("other")
    assert answered(drafted(tmp_path / "two", files)[0].stages)[0].result is None


RESULT = """\
---
model-index:
- name: x
  results:
  - task: {type: text-generation}
    dataset: {type: DATASET, revision: REVISION}
    metrics: [{type: accuracy, value: 0.5}]
---
"""


@pytest.mark.parametrize(
    ("dataset", "revision", "data"),
    [
        ("a/b", "main", Where(url="https://huggingface.co/datasets/a/b", revision="main")),
        ("a/b", '""', Where(url="https://huggingface.co/datasets/a/b")),
        ("glue", "main", None),
        ("a/b/c", "main", None),
    ],
)
def test_what_a_result_was_measured_on(tmp_path: Path, dataset: str, revision: str, data: Where | None) -> None:
    card = RESULT.replace("DATASET", dataset).replace("REVISION", revision)
    (result,) = answered(drafted(tmp_path, {"README.md": card})[0].evaluations)
    assert (result.task, result.metric, result.value, result.data) == ("text-generation", "accuracy", 0.5, data)


MEASURED = """\
---
model-index:
- name: x
  results:
  - task: {type: text-classification}
    dataset: DATASET
    metrics: [{type: accuracy, value: 0.5}]
    source: {name: Some Leaderboard, url: "https://example.org/board"}
---
"""


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        ("{type: imdb}", "imdb"),
        ("{type: imdb, name: IMDB, split: test}", "IMDB, split test"),
        ("{type: sst2, name: SST-2, split: validation}", "SST-2 (sst2), split validation"),
        ("{type: a/b, name: a/b, config: en, revision: abc}", "a/b, config en"),
        ("{type: a/b}", None),
        (
            "{type: ai2_arc, name: ARC, config: hard, split: test, args: {num_few_shot: 5, t: TODO, u: {}}}",
            "ARC (ai2_arc), config hard, split test, num_few_shot 5",
        ),
        ("{type: glue, name: glue, args: sst2}", "glue, args sst2"),
        ("{type: /home/jdoe/data, name: TODO}", None),
        ("{type: [], name: {}, split: null, args: [1]}", None),
        ("5", None),
    ],
)
def test_what_a_result_was_measured_on_in_words(tmp_path: Path, dataset: str, words: str | None) -> None:
    declaration, text = drafted(tmp_path, {"README.md": MEASURED.replace("DATASET", dataset)})
    (result,) = answered(declaration.evaluations)
    assert result.measured_on == words
    assert "# README.md, `model-index`, source: Some Leaderboard, https://example.org/board." in text
    assert "jdoe" not in text
    assert ("# measured_on: " in text) is (words is None)
    assert "# code: []  # ids of the components that measured it" in text
    openmodel.card(tmp_path)
    row = line_of((tmp_path / "README.md").read_text(encoding="utf-8"), "| text-classification | accuracy |")
    measured_on = row.split(" | ")[3]
    assert measured_on.startswith(words or ("*Not" if "a/b" not in dataset else "<https://"))


def test_the_machine(tmp_path: Path) -> None:
    card = "# T\n\n## Environmental Impact\n\n- **Hardware Type:** A100\n"
    (machine,) = answered(drafted(tmp_path, {"README.md": card})[0].environments)
    assert [one.model for one in answered(machine.hardware)] == ["A100"]


def test_who_developed_it(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path, {"README.md": "# T\n\n- **Developed by:** Example Lab\n"})
    assert declaration.release.publisher is None
    words = "says that it was developed by Example Lab; that does not say who publishes it."
    assert line_of(text, "# README.md, ") == f'# README.md, "T" (line 1) {words}'
    assert line_of(text, "# publisher:")


@pytest.mark.parametrize(
    ("front", "tasks"),
    [
        ("", ("text-generation",)),
        ("pipeline_tag: fill-mask\n", ("fill-mask",)),
    ],
)
def test_tasks_are_those_of_the_results_where_no_tag_names_one(tmp_path: Path, front: str, tasks: object) -> None:
    card = RESULT.replace("---\n", f"---\n{front}", 1)
    assert drafted(tmp_path, {"README.md": card})[0].release.tasks == tasks
    other = card.replace("text-generation", "triplet")
    assert drafted(tmp_path / "other", {"README.md": other})[0].release.tasks == (tasks if front else None)


def test_a_text_that_several_licences_share_does_not_say_which(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path, {"LICENSE": GPL, "train.py": ""})
    assert answered(declaration.components)[0].terms is None
    assert "LICENSE is the text of GPL-3.0-only or GPL-3.0-or-later; say which" in text


@pytest.mark.parametrize("there", [True, False])
def test_a_tokenizer_is_a_library(tmp_path: Path, there: bool) -> None:
    _, text = drafted(tmp_path, {"tokenizer.json" if there else "x.json": {}})
    assert ("library: {undisclosed" in text) is not there


@pytest.mark.parametrize(
    ("paths", "is_for_all"),
    [
        (["LICENSE"], True),
        (["inner/LICENSE"], True),
        (["tiny-1.dist-info/LICENSE"], True),
        (["tiny-1.dist-info/licenses/LICENSE"], True),
        (["other/LICENSE"], False),
        (["inner/third_party/LICENSE"], False),
        (["vendor/x-1.dist-info/LICENSE"], False),
        (["tiny-1.dist-info-old/LICENSE"], False),
        (["LICENSE", "inner/LICENSE"], True),
        (["LICENSE", "other/BSD"], True),
        (["LICENSE", "inner/BSD"], False),
    ],
)
def test_which_licence_text_is_that_of_all(tmp_path: Path, paths: list[str], is_for_all: bool) -> None:
    files: dict[str, Content] = {path: BSD if path.endswith("BSD") else MIT for path in paths}
    files |= {"tiny-1.dist-info/METADATA": "Name: tiny\n\n", "inner/model.safetensors": weights(), "train.py": ""}
    (code,) = [one for one in answered(drafted(tmp_path, files)[0].components) if "training_code" in one.kinds]
    assert code.terms == (Terms(expression="MIT", text=paths[0]) if is_for_all else None)


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"a/config.json": {}, "b/config.json": {}}, "Alpha"),
        ({"a/b/config.json": {}, "b/config.json": {}}, "Beta"),
        ({"b/model.safetensors": weights()}, "Beta"),
        ({"config.json": {}, "b/config.json": {}}, "top"),
        ({"README.md": "# Top\n", "b/config.json": {}}, "Top"),
        ({"README.md": "words\n", "b/config.json": {}}, "top"),
    ],
)
def test_where_the_model_is(tmp_path: Path, files: dict[str, Content], name: str) -> None:
    cards: dict[str, Content] = {"a/README.md": "# Alpha\n", "b/README.md": "# Beta\n", "a/b/README.md": "# Both\n"}
    assert drafted(tmp_path / "top", {**cards, **files})[0].release.name == name


def test_shards_that_are_not_here_are_told(tmp_path: Path) -> None:
    shards = {str(number): f"model-0000{number}-of-00005.safetensors" for number in range(1, 6)}
    files: dict[str, Content] = {
        "model.safetensors.index.json": {"metadata": {}, "weight_map": shards},
        "model-00001-of-00005.safetensors": weights("1"),
    }
    _, text = drafted(tmp_path, files)
    names = ", ".join(f"model-0000{number}-of-00005.safetensors" for number in (2, 3, 4))
    assert f"# NOTE: model.safetensors.index.json names 4 files that are not here: {names} and 1 more." in text


def test_files_without_a_component_are_told_by_size_and_packaging_is_not(tmp_path: Path) -> None:
    files: dict[str, Content] = {f"{number:02}.txt": "x" * number for number in range(12)}
    files |= {"a-1.dist-info/RECORD": "x" * 99, "a-1.dist-info/WHEEL": "x", "big.txt": "x" * 50}
    (told,) = [it for it in openmodel.init(write(tmp_path, files)).remarks if it.startswith("No component names")]
    assert told.startswith("No component names big.txt, 11.txt, 10.txt, ")
    assert "and 5 more" in told
    assert "dist-info" not in told


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({f"{number}/LICENSE": MIT for number in range(23)}, "3 more licence texts are not spoken of here."),
        ({"README.md": "# T\n\n" + " ".join(f"`{n}.py`" for n in range(13))}, "3 more scripts that it names are not"),
        (
            {"eval_results.json": {f"eval_m{number}": number for number in range(104)}},
            "4 more results are stated than the 100 that are drafted.",
        ),
        (
            {
                f"{number}.safetensors.index.json": {"weight_map": {"a": f"{number}-00001-of-00001.safetensors"}}
                for number in range(22)
            },
            "2 more files name others that are not here.",
        ),
    ],
)
def test_what_is_cut_is_told(tmp_path: Path, files: dict[str, Content], words: str) -> None:
    assert words in drafted(tmp_path, files)[1]


def test_many_texts_and_components_take_no_time(tmp_path: Path) -> None:
    """An expression is parsed once, not for each text and each component."""
    licence = "(" * 50 + " OR ".join(f"Apachhe-{number}.0" for number in range(55)) + ")" * 50
    files: dict[str, Content] = {"README.md": f"---\nlicense: '{licence}'\n---\n# T\n"}
    files |= {f"{number}/LICENSE": MIT for number in range(150)}
    files |= {f"{number}/x{number}.safetensors": weights() for number in range(150)}
    openmodel.init(write(tmp_path, files))
