# SPDX-License-Identifier: Apache-2.0
"""`init` as a user meets it: what it finds, where it says it found it, and what it leaves open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import openmodel
from openmodel.drafting import hints
from openmodel.errors import DocumentError, InventoryError, OverwriteError
from openmodel.manifest.values import Terms
from tests.drafting.files import Content, drafted, line_of, weights, write

CARD = """\
---
license: apache-2.0
language: [en, pt-BR]
pipeline_tag: text-generation
datasets:
- example/corpus
- wiki
base_model: example/base
---
# Tiny Talker

Tiny Talker writes short answers to short questions.
"""

TEMPLATE = """\
---
license: unknown
datasets: [More Information Needed]
base_model: "{{ base_model }}"
---
# Model Card for Model ID

<!-- Provide a quick summary of what the model is/does. -->

## Model Details

### Model Description

- **Developed by:** [More Information Needed]
- **License:** [More Information Needed]
- **Finetuned from model [optional]:** [More Information Needed]

## Training Details

### Training Data

[More Information Needed]

#### Training Hyperparameters

- **Training regime:** [More Information Needed] <!--fp32, fp16 mixed precision, bf16 mixed precision -->
- seed: TODO

### Framework versions

- Transformers [More Information Needed]
"""


def test_an_empty_directory(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path / "tiny")
    assert declaration.release.name == "tiny"
    assert line_of(text, "name: tiny") == "name: tiny  # the name of the directory"
    assert declaration.components is None
    assert declaration.sources is None


def test_what_the_card_says(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path, {"README.md": CARD, "model.safetensors": weights()})
    release = declaration.release
    assert (release.name, release.tasks, release.languages) == ("Tiny Talker", ("text-generation",), ("en", "pt-BR"))
    assert release.description == "Tiny Talker writes short answers to short questions."
    assert isinstance(declaration.components, tuple)
    (model,) = declaration.components
    assert (model.kinds, model.files) == (("weights",), ("model.safetensors",))
    assert model.terms == Terms(expression="Apache-2.0")
    assert isinstance(declaration.sources, tuple)
    assert [source.name for source in declaration.sources] == ["example/corpus", "wiki"]
    assert isinstance(declaration.parents, tuple)
    (parent,) = declaration.parents
    assert parent.where[0].url == "https://huggingface.co/example/base"
    assert isinstance(declaration.stages, tuple)
    (stage,) = declaration.stages
    assert isinstance(stage.data, tuple)
    assert [use.source for use in stage.data] == ["corpus", "wiki"]
    assert [(use.model, use.role) for use in stage.models] == [("base", "initial")]
    assert stage.result == model.id
    assert line_of(text, "name: example/corpus").endswith("# README.md, `datasets`")
    assert line_of(text, "terms: {expression: Apache-2.0}").endswith("# README.md, `license`")


def test_a_data_set_without_an_owner_gets_no_address(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path, {"README.md": CARD})
    assert isinstance(declaration.sources, tuple)
    known, unknown = declaration.sources
    assert isinstance(known.where, tuple)
    assert known.where[0].url == "https://huggingface.co/datasets/example/corpus"
    assert unknown.where is None
    assert "# The id has no owner, so that it is not certain what it leads to." in text


def test_placeholders_are_never_copied(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path / "tiny", {"README.md": TEMPLATE, "model.safetensors": weights()})
    stated = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert not re.search(r"more information|model id|\{\{|todo|unknown|provide", stated, re.IGNORECASE)
    assert declaration.release.name == "tiny"
    assert declaration.sources is None
    assert declaration.parents is None
    assert isinstance(declaration.components, tuple)
    assert declaration.components[0].terms is None


@pytest.mark.parametrize(
    ("front", "expression", "words"),
    [
        ("license: mit", "MIT", "# README.md, `license`"),
        ("license: Apache-2.0", "Apache-2.0", "# README.md, `license`"),
        ("license: odc-by", "ODC-By-1.0", "# README.md, `license`"),
        ("license: gpl-3.0", "GPL-3.0", "does not tell -only from -or-later"),
        ("license: llama3", "LicenseRef-llama3", "SPDX lists no licence of this name"),
        ("license: other\nlicense_name: My own terms!", "LicenseRef-My-own-terms-", "`license_name`"),
        ("license: [mit]", "MIT", "# README.md, `license`"),
        ("license: Apache 2.0", "Apache 2.0", "as written"),
    ],
)
def test_licences_of_the_card(tmp_path: Path, front: str, expression: str, words: str) -> None:
    card = f"---\n{front}\n---\n"
    declaration, text = drafted(tmp_path, {"README.md": card, "model.safetensors": weights()})
    assert isinstance(declaration.components, tuple)
    assert declaration.components[0].terms == Terms(expression=expression)
    assert words in line_of(text, "terms: {")


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("license: [mit, apache-2.0]", "README.md, `license`: 2 licences (mit, apache-2.0), and not what each is for."),
        ("license: bsd", "README.md, `license`: bsd does not name one licence."),
        ("license: other", "README.md, `license`: other does not name one licence."),
    ],
)
def test_licences_that_are_not_definite_stay_blank(tmp_path: Path, front: str, words: str) -> None:
    files: dict[str, Content] = {"README.md": f"---\n{front}\n---\n", "model.safetensors": weights()}
    declaration, text = drafted(tmp_path, files)
    assert isinstance(declaration.components, tuple)
    assert declaration.components[0].terms is None
    assert words in text


def test_a_link_to_the_terms_is_kept(tmp_path: Path) -> None:
    card = "---\nlicense: other\nlicense_name: own\nlicense_link: https://example.org/own\n---\n"
    declaration, _ = drafted(tmp_path, {"README.md": card, "model.safetensors": weights()})
    assert isinstance(declaration.components, tuple)
    assert declaration.components[0].terms == Terms(expression="LicenseRef-own", url="https://example.org/own")


def test_it_refuses_to_overwrite(tmp_path: Path) -> None:
    write(tmp_path, {"openmodel.yaml": "mine"})
    with pytest.raises(OverwriteError) as caught:
        openmodel.init(tmp_path)
    assert caught.value.problems[0].where == str(tmp_path / "openmodel.yaml")
    assert (tmp_path / "openmodel.yaml").read_text() == "mine"
    openmodel.init(tmp_path, force=True)
    assert openmodel.load(tmp_path / "openmodel.yaml").openmodel == "1-draft"


def test_a_dangling_link_counts_as_a_declaration(tmp_path: Path) -> None:
    (tmp_path / "openmodel.yaml").symlink_to("elsewhere.yaml")
    with pytest.raises(OverwriteError):
        openmodel.init(tmp_path)
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    write(tmp_path, {"LICENSE": "mine"})
    (tmp_path / "openmodel.yaml").symlink_to("LICENSE")
    with pytest.raises(OverwriteError):
        openmodel.init(tmp_path, force=True)
    assert (tmp_path / "LICENSE").read_text() == "mine"


@pytest.mark.parametrize("text", ["%YAML 1.0\n---\na: 1\n", "x: \n%YAML 9.9\n---\n- !!binary x\n"])
def test_directives_that_no_reader_knows(tmp_path: Path, text: str) -> None:
    drafted(tmp_path, {"mergekit_config.yml": text, "README.md": f"---\n{text}\n---\n# T\n"})
    with pytest.raises(DocumentError):
        openmodel.loads(text)


def test_what_build_would_refuse_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"model.safetensors": b"\x10\0\0\0\0\0\0\0{}"})
    with pytest.raises(InventoryError) as caught:
        openmodel.init(tmp_path)
    with pytest.raises(DocumentError) as again:
        openmodel.init(tmp_path / "nowhere")
    assert "model.safetensors" in caught.value.problems[0].where
    assert "nowhere" in again.value.problems[0].where
    assert not (tmp_path / "openmodel.yaml").exists()


def test_equal_files_give_equal_drafts(tmp_path: Path) -> None:
    files: dict[str, Content] = {"README.md": CARD, "b.safetensors": weights(), "a.py": "", "config.json": {}}
    one, other = (
        write(tmp_path / "one" / "tiny", files),
        write(tmp_path / "other" / "tiny", dict(reversed(files.items()))),
    )
    assert openmodel.init(one).text == openmodel.init(other).text


def test_a_second_draft_after_all_steps_finds_the_same(tmp_path: Path) -> None:
    drafted(tmp_path, {"README.md": CARD, "model.safetensors": weights()})
    openmodel.card(tmp_path)
    before = openmodel.load(tmp_path / "openmodel.yaml")
    assert openmodel.init(tmp_path, force=True).declaration == before


def test_what_the_tool_wrote_into_a_card_is_no_source(tmp_path: Path) -> None:
    declaration = """\
openmodel: 1-draft
release: {name: tiny, languages: [fr], tasks: [text-generation]}
components: [{id: weights, name: Weights, kinds: [weights], files: [model.safetensors], terms: {expression: MIT}}]
"""
    write(tmp_path / "tiny", {"model.safetensors": weights(), "openmodel.yaml": declaration})
    openmodel.build(tmp_path / "tiny")
    openmodel.card(tmp_path / "tiny")
    assert "license: mit" in (tmp_path / "tiny" / "README.md").read_text()
    again = openmodel.init(tmp_path / "tiny", force=True).declaration
    assert again.release.languages is None
    assert isinstance(again.components, tuple)
    assert again.components[0].terms is None


def test_files_that_no_component_names_are_told(tmp_path: Path) -> None:
    draft = openmodel.init(write(tmp_path, {"notes.txt": "", "model.safetensors": weights(), "x/y.dat": ""}))
    assert any("No component names notes.txt, x/y.dat" in remark for remark in draft.remarks)


BLANK = re.compile(r"^( *)# (?P<key>[a-z_]+: )(?P<shape>.*?)(?P<hint>  # .+)$")


@pytest.mark.parametrize(
    "files",
    [{"README.md": CARD, "model.safetensors": weights(), "x.py": ""}, {"eval_results.json": {"eval_f1": 0.5}}, {}],
)
def test_every_blank_is_a_field_at_its_place(tmp_path: Path, files: dict[str, Content]) -> None:
    text = openmodel.init(write(tmp_path, files)).text
    lines = text.splitlines()
    seen = 0
    for index, line in enumerate(lines):
        match = BLANK.match(line)
        if match:
            seen += 1
            assert len(line) <= 200
            filled = [*lines[:index], f"{match[1]}{match['key']}{match['shape']}", *lines[index + 1 :]]
            _assert_known("\n".join(filled))
    assert seen >= 10


def test_whether_code_was_not_used_or_is_kept_back_must_be_chosen(tmp_path: Path) -> None:
    """With `withheld` in the draft, who filled in "there was no search" failed."""
    text = openmodel.init(write(tmp_path, {"model.safetensors": weights()})).text
    line = next(line for line in text.splitlines() if "hyperparameter_search_code" in line)
    assert "not_applicable if there was no search, withheld if its code is kept back" in line
    with_reason = text.replace("# not_offered:", "not_offered:").replace(
        line, line[2:].replace('reason: ""', "reason: there was no search")
    )
    with pytest.raises(DocumentError, match="'unknown', 'withheld' or 'not_applicable'"):
        openmodel.loads(with_reason)


def test_whole_blocks_of_blanks_are_fields_at_their_place(tmp_path: Path) -> None:
    text = openmodel.init(write(tmp_path, {})).text
    for key in ("not_offered", "sources", "environments", "stages"):
        start = text.index(f"# {key}:")
        block = re.match(r"# .*\n(?:#   .*\n)+", text[start:])
        assert block
        filled = re.sub(r"^# ", "", block[0], flags=re.MULTILINE)
        _assert_known(text[:start] + filled + text[start + block.end() :])


def _assert_known(text: str) -> None:
    """The text is a declaration, or would be one if its blanks were filled with what belongs there."""
    try:
        openmodel.loads(text)
    except DocumentError as error:
        for problem in error.problems:
            assert "a field of this format" not in problem.expected, problem
            assert "not YAML" not in problem.got, problem


def test_hints_say_what_and_why_in_one_line() -> None:
    tables = [hints.RELEASE, hints.COMPONENT, hints.SOURCE, hints.PARENT, hints.STAGE, hints.SEGMENT, hints.ENVIRONMENT]
    tables += [hints.EVALUATION]
    tables += [hints.DERIVED, hints.NOT_OFFERED, hints.MAKERS_NOT_OFFERED]
    pairs = [pair for table in tables for pair in table.values()]
    pairs += [hints.SOURCE_OF, hints.NOTHING_TRAINED]
    for shape, words in [*pairs, hints.ASSERTIONS, hints.EVALUATIONS, hints.PARAMETERS_TERMS, hints.WHERE_REVISION]:
        assert len(words.split()) >= 5
        assert "\n" not in shape + words


def test_places_and_marks_of_strangers_do_not_leave_their_comment(tmp_path: Path) -> None:
    name = "evil\\n\\u2028injected: true\\u202e\\u0085"
    front = f'---\ndatasets: ["{name}"]\nlicense: "x\\ny: 1"\n---\n'
    card = f'{front}# A\u202eB\u2066 # C: {{x}}\n\nMany words: in a # row "here".\n'
    declaration, text = drafted(tmp_path, {"README.md": card, "model.safetensors": weights()})
    assert all(character.isprintable() for character in text.replace("\n", ""))
    assert declaration.extensions == {}
    assert "\u202e" not in declaration.release.name
