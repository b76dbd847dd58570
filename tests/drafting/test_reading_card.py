# SPDX-License-Identifier: Apache-2.0
"""What `init` takes from the words of a model card: name, description, quotations, parts."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.drafting.markdown import labelled, parts_of
from tests.drafting.files import drafted, line_of, write

INDEX = "model-index:\n- name: indexed\n  results: []\n"


@pytest.mark.parametrize(
    ("front", "body", "name"),
    [
        ("", "# Talker\n", "Talker"),
        ("", "# Model Card for Talker\n", "Talker"),
        ("", "# Card of the Talker\n", "Talker"),
        ("", "# Talker v1-5 Model Card\n", "Talker v1-5"),
        ("", "# Model Card\n", "folder"),
        ("", "# Talker model cards\n", "Talker model cards"),
        ("", "# Discard for Talker\n", "Discard for Talker"),
        (INDEX, "# Talker\n", "Talker"),
        ("", "## Talker\n\n# Evaluation\n", "Talker"),
        (INDEX, "## Our new model\n", "indexed"),
        (INDEX, "# Model description\n", "indexed"),
        (INDEX, "A talker.\n", "indexed"),
        (INDEX.replace("indexed", "results/checkpoint-500"), "A talker.\n", "folder"),
        (f"{INDEX}- name: other\n", "A talker.\n", "folder"),
        (INDEX, "# /home/jdoe/out/checkpoint-500\n", "indexed"),
        ("", "# /home/jdoe/out/checkpoint-500\n", "folder"),
        ("", "# ./out\n", "folder"),
        ("", "# out/run/final\n", "folder"),
        ("", "# C:\\out\n", "folder"),
        ("", "# checkpoint-500\n", "folder"),
        ("", "# outputs/talker\n", "folder"),
        ("", "# example/talker\n", "example/talker"),
        ("", "# Usage\n", "folder"),
        ("", "# Training data\n", "folder"),
        ("", "# Overview:\n", "folder"),
        ("", "# [More Information Needed]\n", "folder"),
        ("", "# {{ model_id }}\n", "folder"),
    ],
)
def test_the_name_is_that_of_the_model_and_no_path(tmp_path: Path, front: str, body: str, name: str) -> None:
    declaration, text = drafted(tmp_path / "folder", {"README.md": (f"---\n{front}---\n" if front else "") + body})
    assert declaration.release.name == name
    assert "jdoe" not in text


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("# T\n\nIt talks about this and that.\n", "It talks about this and that."),
        ("# T\n\nIt talks\nabout this and that.\n", "It talks about this and that."),
        ("# T\n\nIt talks.\n\nIt talks about this and that.\n", "It talks about this and that."),
        ("It talks about this and that.\n\n# T\n", "It talks about this and that."),
        ("# T\n\n## Description\n\nIt talks about this and that.\n", None),
        ("# T\n\n![one two three four five](https://example.org/a.png)\n", None),
        ("# T\n\n! one two three four five\n", None),
        ("# T\n\n<one two three four five\n", None),
        ("# T\n\n- It talks about this and that.\n", None),
        (
            "# T\n\nIt is a fine-tuned talker on air.\nIt achieves these results on the evaluation set:\n- Loss: 1\n",
            "It is a fine-tuned talker on air.",
        ),
        ("# T\n\nIt achieves the following results on the evaluation set:\n- Loss: 1\n", None),
        ("# T\n\n" + "It talks a lot of it. " * 60, ("It talks a lot of it. " * 45).strip()),
        ("# T\n\n" + "word " * 300, None),
        ("# T\n\nIt talks at 1.5 times the speed... and more!! See https://example.org/a.b for it.\n", ...),
    ],
)
def test_a_description_is_whole_sentences(tmp_path: Path, body: str, description: object) -> None:
    declaration, _ = drafted(tmp_path, {"README.md": body})
    expected = body.partition("\n\n")[2].strip() if description is ... else description
    assert declaration.release.description == expected


@pytest.mark.parametrize("name", ["readme.md", "Readme.MD"])
def test_a_card_in_other_letters_is_read(tmp_path: Path, name: str) -> None:
    declaration, text = drafted(tmp_path, {name: "---\ndatasets: [a/b]\n---\n# Talker\n"})
    assert declaration.release.name == "Talker"
    assert f"{name}, `datasets`" in text
    openmodel.card(tmp_path)
    assert openmodel.init(tmp_path, force=True).declaration == declaration


def test_few_sentences_are_quoted(tmp_path: Path) -> None:
    body = "# T\n\n" + "".join(f"It was trained on corpus {n}. It was made in {n}.\n\n" for n in range(5))
    _, text = drafted(tmp_path, {"README.md": body})
    quoted = [line for line in text.splitlines() if "says:" in line]
    assert [line.partition("says: ")[2] for line in quoted] == [f'"It was trained on corpus {n}."' for n in range(3)]


def test_values_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    card = "---\nx: &a [a/b]\ndatasets: *a\n---\n# T\n"
    _, text = drafted(tmp_path, {"README.md": card})
    assert "# NOTE: README.md: nothing was taken from datasets, where aliases are" in text


def test_headings_are_below_those_of_a_lower_level_only() -> None:
    parts = parts_of("# A\n\n## B\n\n## C\n\n### D\n\n# E\n", 1)
    assert [part.titles for part in parts] == [(), ("A",), ("A", "B"), ("A", "C"), ("A", "C", "D"), ("E",)]
    assert [part.level for part in parts] == [0, 1, 2, 2, 3, 1]


def test_lines_of_a_paragraph_are_one_text() -> None:
    (part,) = parts_of("one\ntwo  \nthree `four\nfive`\n", 1)
    assert [words.text for words in part.paragraphs] == ["one two three four five"]


def test_a_long_text_before_a_colon_is_no_label() -> None:
    (part,) = parts_of(f"- {'a' * 60}: b\n- {'a' * 61}: b\n", 1)
    assert [label for label, _, _ in labelled(part.items)] == ["a" * 60]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("a\n" * 10_001, 20_000),
        ("a\n" + "|" * 501 + "\nb\n", 2),
        ("a\n" + "*" * 40_001 + "\n", 2),
        ("a\n" + "b" * 300_000, 262_144),
    ],
)
def test_no_more_of_a_body_is_read_than_is_said(tmp_path: Path, body: str, read: int) -> None:
    draft = openmodel.init(write(tmp_path, {"README.md": body}))
    assert f"Only the first {read:,} characters of README.md were read." in draft.remarks


def test_front_matter_of_endless_lists_is_told(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"README.md": f"---\na: [{'a,' * 20_001}]\n---\n# Talker\n"})
    assert "found front matter with 20,002 lines, commas and brackets" in text
    assert line_of(text, "name:") == "name: Talker  # README.md, first heading"
