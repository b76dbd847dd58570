# SPDX-License-Identifier: Apache-2.0
"""What `init` takes for the training data of a model, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.manifest.base import answered
from openmodel.manifest.source import Source
from openmodel.manifest.values import Quantity
from tests.drafting.files import Content, drafted, write


def sources(root: Path, body: str, datasets: str = "", **more: Content) -> tuple[tuple[Source, ...], str]:
    """The sources that are drafted from a card, and the draft."""
    front = f"---\ndatasets: {datasets}\n---\n" if datasets else ""
    declaration, text = drafted(root, {"README.md": front + body, **more})
    return answered(declaration.sources), text


def table(header: str, *rows: str) -> str:
    return "\n".join([f"| {header} |", "|---" * (header.count("|") + 1) + "|", *(f"| {row} |" for row in rows), ""])


def amount(value: int, unit: str, *, approximate: bool = False) -> Quantity:
    return Quantity.model_construct(unit=unit, value=value, approximate=True if approximate else None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("Rows", "1,000", amount(1000, "rows")),
        ("Number of training tuples", "1 000 000", amount(1_000_000, "rows")),
        ("# of pairs", "12345", amount(12345, "pairs")),
        ("Sentence pairs", "7", amount(7, "pairs")),
        ("Hours of speech", "12", amount(12, "hours")),
        ("Tokens (B)", "300", amount(300 * 10**9, "tokens", approximate=True)),
        ("Tokens (B)", "1.5", amount(15 * 10**8, "tokens", approximate=True)),
        ("Tokens [M]", "2", amount(2_000_000, "tokens", approximate=True)),
        ("Tokens (billions)", "3", amount(3 * 10**9, "tokens", approximate=True)),
        ("Documents in millions", "4", amount(4_000_000, "documents", approximate=True)),
        ("Images (K)", "5", amount(5000, "images", approximate=True)),
        ("Tokens (T)", "1.2", amount(12 * 10**11, "tokens", approximate=True)),
        ("Tokens", "1.5M", amount(1_500_000, "tokens", approximate=True)),
        ("Tokens (B)", "1.5M tokens", amount(1_500_000, "tokens", approximate=True)),
        ("Size", "1.5M tokens", amount(1_500_000, "tokens", approximate=True)),
        ("Size", "10 million documents", amount(10_000_000, "documents", approximate=True)),
        ("Size", "12 hours", amount(12, "hours")),
        ("Rows", "~1,000", amount(1000, "rows", approximate=True)),
        ("Tokens", "about 3B", amount(3 * 10**9, "tokens", approximate=True)),
        ("Size", "300", None),
        ("Size", "12 GB", None),
        ("Tokens (b)", "300", None),
        ("Tokens (GB)", "300", None),
        ("Tokens (10^9)", "300", None),
        ("% of tokens", "30", None),
        ("Percent of tokens", "30", None),
        ("Share of rows", "30", None),
        ("Tokens per sample", "512", None),
        ("Tokens/sample", "512", None),
        ("Avg. tokens", "512", None),
        ("Average number of tokens", "512", None),
        ("Sequence length", "512", None),
        ("Image size of crops", "224", None),
        ("Rows removed", "5", None),
        ("Rows", "1.234", None),
        ("Rows", "1.000", None),
        ("Million tokens (B)", "3", None),
        ("Rows", "1,5", None),
        ("Rows", "10-20", None),
        ("Rows", "> 1000", None),
        ("Rows", "1.2345K", None),
        ("Rows", "9007199254740993", None),
    ],
)
def test_amounts_are_read_as_they_are_meant_or_not_at_all(
    tmp_path: Path, header: str, cell: str, expected: Quantity | None
) -> None:
    (source,), _ = sources(tmp_path, f"# T\n\n## Training data\n\n{table(f'Dataset | {header}', f'One | {cell}')}")
    assert source.amount == expected


def test_a_column_that_counts_goes_before_one_that_leaves_it_open(tmp_path: Path) -> None:
    body = "# T\n\n## Training data\n\n" + table("Dataset | Size | Tokens per row | Rows", "One | 3 GB | 9 | 12")
    (source,), _ = sources(tmp_path, body)
    assert source.amount == amount(12, "rows")


def test_amounts_in_two_units_are_not_added(tmp_path: Path) -> None:
    rows = table("Dataset | Size", "[One](https://example.org/1) | 5 hours", "[One](https://example.org/1) | 7 rows")
    (source,), _ = sources(tmp_path, f"# T\n\n## Training data\n\n{rows}")
    assert source.amount is None


@pytest.mark.parametrize(
    ("headings", "header", "is_taken"),
    [
        ("## Training data", "Dataset | Rows", True),
        ("## Training and evaluation data", "Dataset | Rows", True),
        ("## Pre-training corpus", "Corpus | Rows", True),
        ("## Data", "Dataset | Rows", True),
        ("# Evaluation\n\n## Training data", "Dataset | Rows", True),
        ("## Data used", "Dataset | Used for", False),
        ("## Evaluation data", "Dataset | Rows", False),
        ("## Benchmarks\n\n### Data", "Dataset | Rows", False),
        ("## Training data\n\n### Evaluation", "Dataset | Rows", False),
        ("## Training data\n\n### Excluded", "Dataset | Rows", False),
        ("## Excluded from training", "Dataset | Rows", False),
        ("## Not trained on", "Dataset | Rows", False),
        ("## What it was not trained on", "Dataset | Rows", False),
        ("## Training results", "Dataset | Rows", False),
        ("## Fine-tuned for speech", "Dataset | WER", False),
        ("## Training data", "Dataset | Accuracy", False),
        ("## Training data", "Dataset | Test rows", False),
        ("## Training data", "Excluded dataset | Rows", False),
        ("## Training data\n\nIt was evaluated on:", "Dataset | Rows", False),
        ("## Training data\n\nThese were not used:", "Dataset | Rows", False),
        ("## Mixture\n\nIt was trained on:", "Dataset | Rows", True),
        ("## Mixture\n\nIt was trained well. These are known:", "Dataset | Rows", False),
        ("## Mixture\n\nIt was not trained on:", "Dataset | Rows", False),
        ("## Evaluation\n\nThe rival was trained on:", "Dataset | Rows", False),
        ("## Training data\n\nIt was tested well. It was trained on:", "Dataset | Rows", True),
    ],
)
def test_the_nearest_words_decide_whether_a_table_is_of_training_data(
    tmp_path: Path, headings: str, header: str, is_taken: bool
) -> None:
    found, text = sources(tmp_path, f"# T\n\nA talker.\n\n{headings}\n\n{table(header, 'One | 5')}")
    assert [source.name for source in found] == (["One"] if is_taken else [])
    is_of_training = (
        headings.startswith(("## Training data", "## Fine-tuned", "## Mixture\n\nIt was not")) and "###" not in headings
    )
    assert ("was left out: by its columns, or what stands before it" in text) == (is_of_training and not is_taken)


def test_the_name_of_a_model_is_no_heading_about_training(tmp_path: Path) -> None:
    found, _ = sources(
        tmp_path, f"# Whisper fine-tuned on Hindi\n\n## FLEURS\n\n{table('Dataset | Hours', 'FLEURS | 5')}"
    )
    assert not found


@pytest.mark.parametrize(
    ("header", "row", "is_taken"),
    [
        ("Dataset | Split", "FLEURS | train", True),
        ("Dataset | Split", "FLEURS | train + validation", True),
        ("Dataset | Split", "FLEURS | test", False),
        ("Dataset | Use", "FLEURS | Evaluation only", False),
        ("Dataset | Purpose", "FLEURS | validation", False),
        ("Dataset | Split", "FLEURS | dev", False),
        ("Dataset | Used for training | Tested", "FLEURS | ✗ | ✓", False),
        ("Dataset | Used for training | Tested", "FLEURS | ✓ | ✓", True),
        ("Dataset | Rows", "FLEURS (eval) | 5", False),
        ("Dataset | Rows", "FLEURS test set | 5", False),
    ],
)
def test_rows_for_tests_only_are_left_out_and_told(tmp_path: Path, header: str, row: str, is_taken: bool) -> None:
    found, text = sources(tmp_path, f"# T\n\n## Training data\n\n{table(header, row)}")
    assert bool(found) == is_taken
    assert ("left out, as the table says that it is for tests" in text) != is_taken


def test_data_of_the_front_matter_that_a_table_says_is_for_tests(tmp_path: Path) -> None:
    rows = table("Dataset | Split | Rows", "FLEURS | test | 5", "Common Voice | train | 6", "Common Voice | test | 7")
    found, text = sources(tmp_path, f"# T\n\n## Training data\n\n{rows}", "[google/fleurs, a/common_voice]")
    assert [(source.name, source.amount) for source in found] == [
        ("google/fleurs", None),
        ("a/common_voice", amount(6, "rows")),
    ]
    assert text.count("says that it is for tests; then take it out.") == 1


@pytest.mark.parametrize(
    ("id", "row", "is_same"),
    [
        ("me/amazon", "Amazon QA", False),
        ("me/amazon", "Amazon Reviews", False),
        ("me/amazon-reviews", "Amazon", False),
        ("me/amazon", "Amazon", True),
        ("me/amazon", "Amazon dataset", True),
        ("me/amazon", "Amazon (Question, Answer)", True),
        ("me/PAQ_pairs", "[PAQ](https://example.org) (Question, Answer) pairs", True),
        ("me/amazon-reviews-2023", "Amazon Reviews", True),
        ("me/amazon-reviews", "Amazon Reviews of books", True),
        ("me/flickr30k-captions", "Flickr 30k", True),
        ("ms_marco", "MSMARCO triplets", True),
        ("me/x", "[Something](https://huggingface.co/datasets/me/x)", True),
        ("me/x", "[Something](https://huggingface.co/datasets/you/x)", False),
    ],
)
def test_one_shared_word_makes_no_two_names_one_data_set(tmp_path: Path, id: str, row: str, is_same: bool) -> None:
    found, _ = sources(tmp_path, f"# T\n\n## Training data\n\n{table('Dataset | Rows', f'{row} | 5')}", f"[{id}]")
    assert len(found) == (1 if is_same else 2)


def test_a_row_of_two_data_sets_links_to_each_and_counts_for_neither(tmp_path: Path) -> None:
    row = "AllNLI ([SNLI](https://example.org/snli) and [MultiNLI](https://example.org/mnli)) | 277,230"
    body = f"# T\n\n## Training data\n\n{table('Dataset | Rows', row)}"
    (one, other), text = sources(tmp_path, body, "[snli, multi_nli]")
    assert [place.url for place in answered(one.where)] == ["https://example.org/snli"]
    assert [place.url for place in answered(other.where)] == ["https://example.org/mnli"]
    assert (one.amount, other.amount) == (None, None)
    assert "# snli and multi_nli are 277,230 rows together (README.md, table under" in text
    assert "The id has no owner" not in text


def test_an_id_without_an_owner_is_uncertain_until_a_link_is_found(tmp_path: Path) -> None:
    _, text = sources(tmp_path, "# T\n", "[snli]")
    assert "# The id has no owner, so that it is not certain what it leads to." in text


@pytest.mark.parametrize(
    ("entries", "names", "left_out"),
    [
        ("[json]", [], "'json' left out"),
        ("[generator, a/b]", ["a/b"], "'generator' left out"),
        ("[imagefolder, csv, parquet, text]", [], "'imagefolder', 'csv', 'parquet', 'text' left out"),
        ("[None]", [], "'None' left out"),
        ("[unknown]", [], "'unknown' left out"),
        ("['/home/jdoe/data']", [], "'/home/jdoe/data' left out"),
        ("[./data, data/train.jsonl]", [], "'./data', 'data/train.jsonl' left out"),
        ("[{name: a/b}]", ["a/b"], None),
        ("[{type: a/b}]", [], "an entry without a name left out"),
        ("{name: a/b, revision: abc}", ["a/b"], None),
        ("[[a/b]]", [], "an entry without a name left out"),
        ("['https://example.org/data']", ["https://example.org/data"], None),
        ("a/b", ["a/b"], None),
    ],
)
def test_names_of_loaders_and_paths_are_no_data_sets(
    tmp_path: Path, entries: str, names: list[str], left_out: str | None
) -> None:
    found, text = sources(tmp_path, "# T\n", entries)
    assert [source.name for source in found] == names
    assert (left_out or "") in text
    assert ("`datasets`: " in text) == (left_out is not None)


def test_the_revision_and_the_address_of_an_entry_are_taken(tmp_path: Path) -> None:
    (one, other), _ = sources(tmp_path, "# T\n", "[{name: a/b, revision: abc}, 'https://example.org/data']")
    assert [(place.url, place.revision) for place in answered(one.where)] == [
        ("https://huggingface.co/datasets/a/b", "abc")
    ]
    assert [place.url for place in answered(other.where)] == ["https://example.org/data"]


@pytest.mark.parametrize(
    ("one", "other", "is_told"),
    [
        ("a/simple-wiki", "b/simple-wikis", True),
        ("a/imagenet-1k", "a/imagenet-21k", False),
        ("a/wikihow", "a/wikinews", False),
        ("a/english-books", "a/german-poems", False),
    ],
)
def test_likeness_is_told_where_it_is_great(tmp_path: Path, one: str, other: str, is_told: bool) -> None:
    _, text = sources(tmp_path, "# T\n", f"[{one}, {other}]")
    assert (f"It may be the same as {one}" in text) == is_told


def test_an_endless_address_is_not_taken_over(tmp_path: Path) -> None:
    long = "https://example.org/" + "a" * 2000
    (source,), _ = sources(tmp_path, f"# T\n\n## Training data\n\n{table('Dataset', f'[One]({long})')}")
    assert not answered(source.where)


def test_rows_that_are_rounded_need_not_add_up(tmp_path: Path) -> None:
    rows = table("Dataset | Tokens (B)", "One | 1.5", "Two | 2", "Total | 4")
    _, text = sources(tmp_path, f"# T\n\n## Training data\n\n{rows}")
    assert "the rows add up to" not in text


def test_a_configuration_of_data_that_the_front_matter_names_is_no_second_source(tmp_path: Path) -> None:
    entries: list[object] = [{"name": "simple_wiki.jsonl.gz", "lines": 5}, {"name": "other.jsonl", "lines": 6}]
    found, _ = sources(tmp_path, "# T\n", "[a/simple-wiki]", **{"data_config.json": entries})
    assert [source.name for source in found] == ["a/simple-wiki", "other"]


def ids(count: int, form: str = "a{:x}") -> str:
    return "".join(f"\n- {form.format(number)}" for number in range(count))


SLOW: dict[str, dict[str, Content]] = {
    "rows": {"README.md": "# Training data\n\n" + table("Dataset | rows", *(f"n{n:x} | 1" for n in range(12_000)))},
    "links": {
        "README.md": "# Training data\n\n"
        + table("Dataset | rows", *(f"[n{n:x}](http://h/{n:x}) | 1" for n in range(3000)))
    },
    "one name": {
        "README.md": f"---\ndatasets:{ids(1000, 'o{}/same name')}\n---\n# Training data\n\n"
        + table("Dataset | rows", *("same name x | 1" for _ in range(8000)))
    },
    "wide": {"README.md": f"# data\n{'|a' * 3000}|\n{'|-' * 3000}|\n" + "b\n" * 100_000},
    "braces": {"README.md": f"# Training data\n\nhello world, this is text {'{' * 99_000}\n"},
    "flow": {"README.md": f"---\na: [{'a,' * 120_000}]\n---\n"},
    "configuration": {
        "README.md": f"---\ndatasets:{ids(1000)}\n---\n",
        "data_config.json": [{"name": f"z{n:x}", "lines": n} for n in range(1000)],
    },
    "slices": {
        "mergekit_config.yml": "slices:\n- sources: &s\n"
        + "".join(f"  - model: a/b{n}\n" for n in range(1000))
        + "- sources: *s\n" * 900
    },
    "images": {"README.md": "![" * 100_000},
}


@pytest.mark.parametrize("name", SLOW)
def test_small_files_that_took_minutes_end(tmp_path: Path, name: str) -> None:
    """Each takes about half a second where nothing else runs."""
    write(tmp_path, SLOW[name])
    openmodel.init(tmp_path)
    openmodel.build(tmp_path)


def test_a_configuration_that_gives_another_number_than_the_table_is_told(tmp_path: Path) -> None:
    body = "# T\n\n## Training data\n\n" + table("Dataset | Rows", "Simple wiki | 5")
    entries: list[object] = [{"name": "simple_wiki.jsonl.gz", "lines": 6}]
    found, text = sources(tmp_path, body, "[a/simple-wiki]", **{"data_config.json": entries})
    assert [source.name for source in found] == ["a/simple-wiki", "simple_wiki"]
    assert "data_config.json lists simple_wiki.jsonl.gz with 6 lines; no table of the card does." in text


@pytest.mark.parametrize("lines", ["1" * 20, 10**17, -1, 1.5, True, None])
def test_numbers_of_lines_that_no_manifest_holds_are_left_out(tmp_path: Path, lines: object) -> None:
    entries: list[object] = [{"name": "a.jsonl", "lines": lines}]
    found, _ = sources(tmp_path, "# T\n", "", **{"data_config.json": entries})
    assert not found
