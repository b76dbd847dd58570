# SPDX-License-Identifier: Apache-2.0
"""Models that come inside a Python package: whether a README beside the weights is the card of the model."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from tests.drafting.files import Content, weights, write

METADATA = """\
Metadata-Version: 2.1
Name: sorter
Version: 1.2
Summary: Sorts things
Author: Ann Example
License: MIT

# Sorter

It sorts all sorts of things.
"""
PATH = "sorter-1.dist-info/METADATA"


@pytest.mark.parametrize(
    ("card", "is_card"),
    [
        ("# Model documentation\n\nA list of outputs.\n", False),
        ("A list of outputs.\n", False),
        ("# Usage\n", False),
        ("# Big Sorter\n\nA list of outputs.\n", True),
        ("---\nlicense: apache-2.0\n---\nA list of outputs.\n", True),
    ],
)
def test_a_readme_that_names_no_model_does_not_hide_the_package(tmp_path: Path, card: str, *, is_card: bool) -> None:
    files: dict[str, Content] = {PATH: METADATA, "sorter/a/README.md": card, "sorter/a/model.safetensors": weights()}
    draft = openmodel.init(write(tmp_path, files))
    release = draft.declaration.release
    told = f"sorter/a/README.md has no front matter and no heading that names a model; {PATH} was taken for the card."
    assert (told in draft.remarks) is not is_card
    of_package = ("sorter", "1.2", "Sorts things")
    assert ((release.name, release.version, release.description) == of_package) is not is_card


def test_a_readme_of_no_package_is_the_card_whatever_it_says(tmp_path: Path) -> None:
    files: dict[str, Content] = {"README.md": "It sorts all sorts of things here.\n", "model.safetensors": weights()}
    draft = openmodel.init(write(tmp_path, files))
    assert draft.declaration.release.description == "It sorts all sorts of things here."


def test_the_card_is_no_file_that_was_passed_over(tmp_path: Path) -> None:
    files: dict[str, Content] = {"a/README.md": "# Sorter\n", "a/model.safetensors": weights(), "a/x.csv": "1\n"}
    remarks = openmodel.init(write(tmp_path, files)).remarks
    assert "No component names a/x.csv; the inventory holds it all the same." in remarks
    (tmp_path / "a" / "y.csv").touch()
    remarks = openmodel.init(tmp_path, force=True).remarks
    assert "No component names a/x.csv, a/y.csv; the inventory holds them all the same." in remarks
