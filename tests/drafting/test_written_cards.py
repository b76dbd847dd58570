# SPDX-License-Identifier: Apache-2.0
"""Cards as the common tools write them: all of them are read, and what they say is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.drafting.markdown import parts_of
from openmodel.manifest.base import answered
from openmodel.manifest.stage import Stage
from tests.drafting.files import Content, drafted, weights

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
