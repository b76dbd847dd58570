# SPDX-License-Identifier: Apache-2.0
"""Data that a card says was not trained on, or that is that of other models, is no source, and this is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.manifest.base import answered
from tests.drafting.files import drafted
from tests.drafting.test_datasets import sources, table

TABLE_NOTE = "was left out: by its columns, or what stands before it, it is not of training data."
ROW_NOTE = "left out, as the table says that it was not trained on here."


@pytest.mark.parametrize(
    ("before", "header", "is_taken"),
    [
        (
            "# T\n\n## Training data\n\nThe following were used by the baseline model of Smith et al.:",
            "Dataset | Rows",
            False,
        ),
        ("# T\n\n## Training data\n\nThese were used by the baseline. They are:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nLee et al. trained on:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nOther models were trained on:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nThe base model was trained on:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nA previous version used:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nThe next one will be trained on:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nWe considered:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nThese may be added:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nIt has more, unlike:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nThese were removed:", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\n**Planned:**", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\nIn comparison:", "Dataset | Rows", False),
        ("# T\n\n## Planned training data", "Dataset | Rows", False),
        ("## Planned training data", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\n### Upcoming", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\n### Dropped", "Dataset | Rows", False),
        ("# T\n\n## Training data\n\n### Candidates", "Dataset | Rows", False),
        ("# T\n\n## Comparison with other models\n\n### Training data", "Dataset | Rows", False),
        ("# T\n\n## Prior work\n\n### Training data", "Dataset | Rows", False),
        ("# T\n\n## Baselines\n\nThey were trained on:", "Dataset | Rows", False),
        ("# T\n\n## Training data", "Dataset | Rows in baseline", False),
        ("# T\n\n## Training data", "Removed dataset | Rows", False),
        ("# T\n\n## Training data", "Dataset | Rows removed", True),
        ("# T\n\n## Training data\n\nWe follow the recipe of Smith et al. and train on:", "Dataset | Rows", True),
        ("# T\n\n## Training data\n\nThe baseline is weak. It was trained on:", "Dataset | Rows", True),
        ("# T\n\n## Training data\n\nAmong others, these:", "Dataset | Rows", True),
        ("# A baseline for Hindi\n\n## Training data", "Dataset | Rows", True),
    ],
)
def test_tables_of_data_that_was_not_used(tmp_path: Path, before: str, header: str, is_taken: bool) -> None:
    found, text = sources(tmp_path, f"{before}\n\n{table(header, 'One | 1,000')}")
    assert [source.name for source in found] == (["One"] if is_taken else [])
    assert (TABLE_NOTE in text) != is_taken


@pytest.mark.parametrize(
    ("header", "row", "is_taken"),
    [
        ("Dataset | Rows", "Removed: ParaCrawl | 1M", False),
        ("Dataset | Rows", "Planned for v2: ParaCrawl | 1M", False),
        ("Dataset | Rows", "ParaCrawl (not used) | 1M", False),
        ("Dataset | Rows", "ParaCrawl (web, excluded) | 1M", False),
        ("Dataset | Rows", "ParaCrawl [baseline only] | 1M", False),
        ("Dataset | Rows", "ParaCrawl - dropped in v2 | 1M", False),
        ("Dataset | Rows", "ParaCrawl: future work | 1M", False),
        ("Dataset | Rows", "~~ParaCrawl~~ | 1M", False),
        ("Dataset | Status", "ParaCrawl | removed", False),
        ("Dataset | Notes", "ParaCrawl | was dropped for its licence", False),
        ("Dataset | Status", "ParaCrawl | upcoming", False),
        ("Dataset | Model", "ParaCrawl | Baseline", False),
        ("Dataset | Used", "ParaCrawl | no", False),
        ("Dataset | Included?", "ParaCrawl | ✗", False),
        ("Dataset | Used", "ParaCrawl | yes", True),
        ("Dataset | Processing", "ParaCrawl | Removed duplicates", True),
        ("Dataset | Paper", "ParaCrawl | original paper", True),
        ("Dataset | Rows", "ParaCrawl (Bañón et al., 2020) | 1M", True),
        ("Dataset | Rows", "ParaCrawl (addresses removed) | 1M", True),
        ("Dataset | Rows", "No Robots | 1M", True),
        ("Dataset | Rows", "Futures prices | 1M", True),
        ("Dataset | Rows", "Dropped objects | 1M", True),
    ],
)
def test_rows_of_data_that_was_not_used(tmp_path: Path, header: str, row: str, is_taken: bool) -> None:
    found, text = sources(tmp_path, f"# T\n\n## Training data\n\n{table(header, row)}")
    assert len(found) == is_taken
    assert (ROW_NOTE in text) != is_taken


def test_data_of_the_front_matter_that_a_row_says_was_not_used(tmp_path: Path) -> None:
    body = f"# T\n\n## Training data\n\n{table('Dataset | Rows', 'Removed: ParaCrawl | 1M')}"
    (source,), text = sources(tmp_path, body, "[me/paracrawl]")
    assert source.amount is None
    assert 'table under "Training data" says that it was not trained on here; then take it out.' in text


def test_a_list_of_planned_data_is_no_source(tmp_path: Path) -> None:
    body = "# T\n\n### Planned training datasets\n\n- Dataset: [all-nli](https://huggingface.co/datasets/a/all-nli)\n"
    declaration, text = drafted(tmp_path, {"README.md": body})
    assert not answered(declaration.sources)
    assert "all-nli left out, as the card says that it was not trained on here." in text


@pytest.mark.parametrize(
    ("header", "names", "note"),
    [
        ("Source | Tokens", ["One"], ""),
        ("Data | Tokens", ["One"], ""),
        ("Split | Tokens", [], "was left out: its first column does not say that it names data sets."),
        ("Source | Remark", [], ""),
    ],
)
def test_a_table_that_counts_is_taken_or_told(tmp_path: Path, header: str, names: list[str], note: str) -> None:
    rows = table(header, "One | ~3B", "Sum of all | 3B")
    found, text = sources(tmp_path, f"# T\n\n## Training data\n\n{rows}")
    assert [source.name for source in found] == names
    assert ("was left out" in text) == bool(note)
    assert note in text
